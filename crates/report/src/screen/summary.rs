//! What happened, on one screen.

use super::fit::{self, Section};
use super::number::under_heading;
use super::paint::{BAD, BOLD, DIM, FAIR, GOOD, cut, paint, wrap};
use super::table::{Cell, Table};
use super::{WIDTH, expectations, fleet, impact, tiers, variants};
use crate::number;
use crate::story::{counterfactual, money, reasons, sentence};
use anstyle::Style;
use brownout_analysis::findings::{Badge, Findings};
use brownout_metrics::Unit;
use std::fmt::Write as _;

/// The summary of all variants on one screen: the verdict of each, and as much of the tables of the first as there is
/// room for; the report has them all. Empty without findings.
///
/// `wall_seconds` is how long all of them took; none leaves that out.
pub fn summary(findings: &[Findings], wall_seconds: Option<f64>) -> String {
    let Some(first) = findings.first() else { return String::new() };
    let mut out = String::new();
    line(&mut out, &paint(&cut(&first.stamp.title, WIDTH), BOLD));
    for part in wrap(&first.stamp.question, WIDTH).iter().take(2) {
        line(&mut out, &paint(part, DIM));
    }
    line(&mut out, "");
    if findings.len() == 1 {
        verdict(&mut out, first);
    } else {
        variants::verdicts(&mut out, findings);
    }
    others(&mut out, findings);
    let mut foot = String::from("\n");
    stamp(&mut foot, findings, wall_seconds);
    let fleets = first.service.tiers.iter().filter(|tier| tier.tokens).count();
    let sections = [
        expectations::section(findings),
        Section { count: first.service.paths.len(), draw: Box::new(|rows| impact::table(first, rows)) },
        Section { count: first.service.tiers.len(), draw: Box::new(|rows| tiers::table(first, rows)) },
        Section { count: fleets, draw: Box::new(|rows| fleet::table(first, rows)) },
    ];
    let there = out.lines().count() + foot.lines().count();
    out.push_str(&fit::fit(&sections, there));
    out + &foot
}

pub(super) fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// Says how many rows are not there.
pub(super) fn more(table: &mut Table, rows: usize, count: usize) {
    if rows < count {
        table.note(Cell::new(format!("  and {} more, in the report", count - rows), DIM));
    }
}

fn verdict(out: &mut String, findings: &Findings) {
    let verdict = &findings.verdict;
    let name = if findings.stamp.is_base() { String::new() } else { format!("{}: ", findings.stamp.variant) };
    let rest = if verdict.counts.len() < 2 { String::new() } else { format!("  {}", counts(findings)) };
    let badge = paint(&badge_words(verdict.badge).to_uppercase(), badge_style(verdict.badge).bold());
    line(out, &format!("{name}{badge}{}", paint(&rest, DIM)));
    for part in wrap(&sentence(findings), WIDTH) {
        line(out, &part);
    }
    for part in reasons::brief(findings).map_or_else(Vec::new, |brief| wrap(&brief, WIDTH)) {
        line(out, &paint(&part, DIM));
    }
    for part in money(findings).map_or_else(Vec::new, |money| wrap(&money, WIDTH)) {
        line(out, &paint(&part, DIM));
    }
}

/// What other runs of the same night say, of each variant that was asked about.
fn others(out: &mut String, findings: &[Findings]) {
    for one in findings.iter().filter(|one| one.counterfactuals.is_some()) {
        let of = if findings.len() < 2 { String::new() } else { format!(" ({})", one.stamp.variant) };
        line(out, "");
        line(out, &paint(&format!("{}{of}", counterfactual::heading(one)), BOLD));
        for paragraph in counterfactual::paragraphs(one) {
            for part in wrap(&paragraph, WIDTH) {
                line(out, &part);
            }
        }
    }
}

fn counts(findings: &Findings) -> String {
    let counts = findings.verdict.counts.iter();
    counts.map(|(badge, n)| format!("{} in {n}", badge.replace('-', " "))).collect::<Vec<_>>().join(", ")
}

/// The last two lines: what it takes to get the same numbers again, and what they cost.
fn stamp(out: &mut String, findings: &[Findings], wall_seconds: Option<f64>) {
    let stamp = &findings[0].stamp;
    let events: u64 = findings.iter().map(|variant| variant.stamp.events).sum();
    let mut text = format!(
        "scenario {} · seed {} · fingerprint {}\nbrownout {} · {} × {} · {} events",
        stamp.scenario_hash,
        stamp.seed,
        stamp.fingerprint,
        stamp.version,
        stamp.replications,
        number::clock(stamp.simulated_seconds),
        number::grouped(events),
    );
    if let Some(wall) = wall_seconds {
        let rate = under_heading(events as f64 / wall.max(1e-9), Unit::Count(""));
        let _ = write!(text, " in {}, {rate} events/s", number::value(wall, Unit::Seconds));
    }
    for part in text.lines() {
        line(out, &paint(part, DIM));
    }
}

pub(super) fn badge_words(badge: Badge) -> String {
    badge.key().replace('-', " ")
}

pub(super) fn badge_style(badge: Badge) -> Style {
    match badge {
        // A service that was down is not painted green because it came back.
        Badge::Unharmed | Badge::Dented => GOOD,
        Badge::HealedWithTrigger
        | Badge::SelfHealed
        | Badge::SlowDrain
        | Badge::NeededIntervention
        | Badge::Unsteady
        | Badge::Undecided => FAIR,
        Badge::Failing | Badge::NeverCameBack => BAD,
    }
}
