//! What one operation's users lost, in words.

use super::sentence::time;
use crate::number;
use brownout_analysis::findings::{Findings, OperationVerdict, Reason, State};
use brownout_metrics::Metric;
use brownout_metrics::harm::{EPISODE_UNSERVED_SHARE, MINUTES_DEGRADED, UNSERVED};

/// Less than this many minutes is not told beside a longer time: the order of harm does not count it either.
pub(crate) const MINUTES_MIN: f64 = 0.1;
/// Degraded for less than this part of the time that it was down is left out.
const BESIDE: f64 = 0.05;

/// `web login was down for 47.0 min and degraded for 3.2 min (7,981 intents unserved, 98.1 % of what was asked then)`.
pub(crate) fn of(findings: &Findings, operation: &OperationVerdict) -> String {
    let number = |metric: &Metric| findings.values.get(&operation.subject(), metric).map_or(0.0, |e| e.mean);
    let unserved = number(&UNSERVED);
    let lost = if unserved < 1.0 {
        "nothing lost".to_owned()
    } else {
        let intents = number::plain(unserved, UNSERVED.unit);
        format!("{intents} unserved, {} of what was asked then", share(number(&EPISODE_UNSERVED_SHARE)))
    };
    format!("{} ({lost})", briefly(findings, operation))
}

/// The same without what was lost: `web login was down for 47.0 min and degraded for 3.2 min`.
pub(crate) fn briefly(findings: &Findings, operation: &OperationVerdict) -> String {
    let degraded = findings.values.get(&operation.subject(), &MINUTES_DEGRADED).map_or(0.0, |e| e.mean);
    let down = operation.minutes_down.mean;
    let mut times = Vec::new();
    if MINUTES_MIN <= down {
        let word = operation.mostly.filter(|state| state.is_down()).map_or("down", word);
        times.push(format!("{word} for {}", time(60.0 * down)));
    }
    // A minute of trouble on the way into two hours of an outage is not worth a word.
    if MINUTES_MIN.max(BESIDE * down) <= degraded || times.is_empty() {
        let word = operation.mostly.filter(|state| !state.is_down()).map_or("degraded", word);
        times.push(match degraded {
            0.0.. if 60.0 * degraded < 1.0 => format!("{word} for less than a second"),
            _ => format!("{word} for {}", time(60.0 * degraded)),
        });
    }
    format!("{} {} was {}", operation.class, operation.operation, times.join(" and "))
}

/// A share that is not all is not written as all.
fn share(share: f64) -> String {
    match 100.0 * share {
        percent if percent < 99.95 => format!("{percent:.1} %"),
        percent if percent < 100.0 => "over 99.9 %".to_owned(),
        _ => "all".to_owned(),
    }
}

/// What an operation was like, in a word or two.
pub(crate) const fn word(state: State) -> &'static str {
    match state {
        State::Down(Reason::Failing) => "down",
        State::Down(Reason::Silent) => "without an answer",
        State::Down(Reason::Starved) => "starved",
        State::Down(Reason::Late) | State::Degraded(Reason::Late) => "late",
        State::Degraded(Reason::Starved) => "partly starved",
        State::Degraded(Reason::Failing | Reason::Silent) => "degraded",
    }
}
