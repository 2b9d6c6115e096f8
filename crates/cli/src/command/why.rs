//! Why runs were done that the store did not have: since the last time, the text changed, or the program, or there are
//! more replications or points.

use crate::progress::many::New;
use brownout::units::grouped;
use brownout::{Case, Changed, SIMULATION, VERSION, changed};
use brownout_host::folder::plain;
use brownout_host::store::Folder;

/// More changes than this are not listed.
const CHANGES_MAX: usize = 12;

/// What is kept of a question.
fn text(base: &Case) -> String {
    format!("# brownout {VERSION}, simulation {SIMULATION}\n{}", base.text)
}

/// What was asked the last time under this name; what is asked now takes its place.
pub(super) fn before(store: Option<&Folder>, name: &str, base: &Case) -> Option<String> {
    let (store, name) = (store?, plain(name));
    let before = store.asked(&name);
    // A note that cannot be kept is missed by nothing but the next --why.
    let _ = store.ask(&name, &text(base));
    before
}

/// The account, a line for each reason.
pub(super) fn account(before: Option<&str>, base: &Case, new: New, reused: u64) -> String {
    let mut lines = vec![format!("{} runs reused, {} new", grouped(reused), grouped(new.runs))];
    if 0 < new.of_known {
        lines.push(format!(
            "  {} are further replications of points that the store had",
            grouped(new.of_known)
        ));
    }
    let others = new.runs - new.of_known;
    if 0 < others {
        lines.push(format!("  {} are of simulations that the store did not have:", grouped(others)));
        lines.extend(reasons(before, base));
    }
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

fn reasons(before: Option<&str>, base: &Case) -> Vec<String> {
    let Some(before) = before else {
        return vec!["    nothing was asked of this scenario before".to_owned()];
    };
    let now = text(base);
    let (old, new) = (before.lines().next().unwrap_or_default(), now.lines().next().unwrap_or_default());
    if old != new {
        let (old, new) = (old.trim_start_matches("# "), new.trim_start_matches("# "));
        return vec![format!("    {old} simulated before, {new} does now")];
    }
    // Texts change no run.
    let counts = |one: &Changed| {
        let top = one.path.split('.').next().unwrap_or_default();
        !["title", "question", "description", "expect", "law", "plan", "run"].contains(&top)
            || one.path == "run.duration"
            || one.path == "run.seed"
            || one.path == "run.warmup"
    };
    let all: Vec<Changed> = changed(before, &now).into_iter().filter(counts).collect();
    if all.is_empty() {
        return vec!["    the same scenario: points were never run, or their runs are gone".to_owned()];
    }
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    let line = |one: &Changed| format!("    {}: {} → {}", one.path, shown(&one.before), shown(&one.after));
    let mut lines: Vec<String> = all.iter().take(CHANGES_MAX).map(line).collect();
    if CHANGES_MAX < all.len() {
        lines.push(format!("    and {} keys more", all.len() - CHANGES_MAX));
    }
    lines
}
