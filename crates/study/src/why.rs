//! Why runs were done that a store did not have: since the last time, the text changed, or the program, or there are
//! more replications or points.

use crate::case::Case;
use crate::provenance::VERSION;
use brownout_lab::SIMULATION;
use brownout_report::screen::{Account, Reason};
use brownout_scenario::changed;

/// Keys at the top of a scenario that change no run.
const TEXTS: [&str; 7] = ["title", "question", "description", "expect", "law", "plan", "run"];
/// Keys below those that do.
const RUN: [&str; 3] = ["run.duration", "run.seed", "run.warmup"];

/// What is kept of a question, to say the next time what has changed since.
pub fn remembered(base: &Case) -> String {
    format!("# brownout {VERSION}, simulation {SIMULATION}\n{}", base.text)
}

/// Why runs were done: `before` is what was [`remembered`] the last time, if there was one.
pub fn account(before: Option<&str>, base: &Case, (reused, new, of_known): (u64, u64, u64)) -> Account {
    let reason = if of_known < new { reason(before, base) } else { Reason::None };
    Account { reused, new, of_known, reason }
}

fn reason(before: Option<&str>, base: &Case) -> Reason {
    let Some(before) = before else { return Reason::First };
    let now = remembered(base);
    let program = |text: &str| text.lines().next().unwrap_or_default().trim_start_matches("# ").to_owned();
    if program(before) != program(&now) {
        return Reason::Program { before: program(before), now: program(&now) };
    }
    let counts = |path: &str| {
        let top = path.split('.').next().unwrap_or_default();
        !TEXTS.contains(&top) || RUN.contains(&path)
    };
    let all = changed(before, &now).into_iter().filter(|one| counts(&one.path));
    Reason::Keys(all.map(|one| (one.path, one.before, one.after)).collect())
}
