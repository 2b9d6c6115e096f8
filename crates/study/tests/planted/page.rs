//! The page of the planted benchmark: what was asked of whom, and how often the answer was right.

use super::Refused;
use super::score::{Count, ROWS, Scores};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const HEAD: &str = "\
# How often the cause is named

Made by `cargo xtask causes`; each number is a count of what was measured, nothing is set by hand.

A *planted* night is a small service to which one thing is done, or two, beside one to five by-standers of the same
kinds that harm none of its users. Twelve templates draw their parameters; what is true of a night is simulated at ten
seeds, by plain shares of good answers, before it is admitted: what is needed and what is enough, whether it stays down,
and that it comes back where the planned loop is cut. Half of the cases are of a seed that was looked at while the
search for causes was mended; the other half, of which no case had been seen before, is stated apart. A grounded path is
one of edges that are all true and lead from the first tier to where users enter.

";

const PUBLISHED: &str = "\
## Beside what is published

Root-cause models that read telemetry name the right cause first in 21 % of cases on average, the best in 37 %
(arXiv 2510.04711); an exact set in 20.7 % and a grounded path in 61.5 % (OpenRCA 2.0, arXiv 2606.27154). Those are
larger systems with more components, and faults that were injected into real ones; the figures are no contest, they say
what a dashboard alone can tell. *Telemetry* above is a plain judge on the same lines that a dashboard shows, each
against its own first minutes.

";

/// The whole page.
pub(crate) fn page(told: &[(u64, Scores, Refused, u32)]) -> String {
    let mut out = HEAD.to_owned();
    scores(&mut out, told);
    telemetry(&mut out, told);
    out.push_str(PUBLISHED);
    for (seed, of, refused, given_up) in told {
        let _ = writeln!(out, "## Seed {seed}\n");
        templates(&mut out, of);
        confusion(&mut out, "loop", &of.loops);
        confusion(&mut out, "sets", &of.sets);
        let draws: u32 = refused.values().sum();
        let _ = writeln!(
            out,
            "Draws that were not admitted: {draws}; cases that were given up after twelve draws: {given_up}. Runs that \
             asking why took, in all: {}; that the truths took: {}.\n",
            of.runs, of.truth_runs
        );
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
    out
}

fn said(count: Count) -> String {
    match count.of {
        0 => "–".to_owned(),
        _ => format!("{} of {} ({:.1} %)", count.right, count.of, 100.0 * count.share()),
    }
}

fn scores(out: &mut String, told: &[(u64, Scores, Refused, u32)]) {
    let _ = write!(out, "## Scores\n\n| | goal |");
    for (seed, ..) in told {
        let _ = write!(
            out,
            " {} |",
            if *seed == super::DEVELOPED { "developed".to_owned() } else { format!("held out, seed {seed}") }
        );
    }
    let _ = write!(out, "\n|---|---|{}\n", "---|".repeat(told.len()));
    for (at, row) in ROWS.iter().enumerate() {
        let goal = row.goal.map_or_else(String::new, |goal| format!("{:.0} %", 100.0 * goal));
        let _ = write!(out, "| {} | {goal} |", row.name);
        for (_, scores, ..) in told {
            let _ = write!(out, " {} |", said(scores.rows[at]));
        }
        out.push('\n');
    }
    out.push('\n');
}

fn telemetry(out: &mut String, told: &[(u64, Scores, Refused, u32)]) {
    let _ = write!(out, "## Telemetry only\n\n| the guilty component is named first by |");
    for (seed, ..) in told {
        let _ = write!(out, " seed {seed} |");
    }
    let _ = write!(out, "\n|---|{}\n", "---|".repeat(told.len()));
    let names = [
        "what departs first from its own baseline, the called before the caller",
        "the earliest symptom",
        "the largest change",
    ];
    for (at, name) in names.iter().enumerate() {
        let _ = write!(out, "| {name} |");
        for (_, scores, ..) in told {
            let _ = write!(out, " {} |", said(scores.telemetry[at]));
        }
        out.push('\n');
    }
    let _ = write!(out, "| none, on a harmless night |");
    for (_, scores, ..) in told {
        let _ = write!(out, " {} |", said(scores.quiet));
    }
    out.push_str("\n\n");
}

fn templates(out: &mut String, scores: &Scores) {
    out.push_str(
        "| template | exact set, or left alone | first tier | loop | side of Γ |\n|---|---|---|---|---|\n",
    );
    for (name, counts) in &scores.templates {
        let _ = writeln!(out, "| {name} | {} |", counts.map(said).join(" | "));
    }
    out.push('\n');
}

fn confusion(out: &mut String, what: &str, counts: &BTreeMap<(String, String), u32>) {
    let mut names: Vec<&String> = counts.keys().flat_map(|(a, b)| [a, b]).collect();
    names.sort();
    names.dedup();
    let _ = write!(out, "| {what}: true, said → |");
    for name in &names {
        let _ = write!(out, " {name} |");
    }
    let _ = write!(out, "\n|---|{}\n", "---|".repeat(names.len()));
    for truth in &names {
        let _ = write!(out, "| {truth} |");
        for said in &names {
            let _ = write!(out, " {} |", counts.get(&((*truth).clone(), (*said).clone())).unwrap_or(&0));
        }
        out.push('\n');
    }
    out.push('\n');
}
