//! Onset: the first sustained departure of a tier from its own warm baseline.
//!
//! Two signs are watched, window by window: how long the head of the queue has waited, and which part of the calls
//! was turned away at the door. Errors that a tier only hands on from further down are no sign of its own. A sign
//! departs when it stays above its threshold for [`SUSTAINED`] windows; the threshold is a multiple of the highest
//! value before the trigger, and never below a floor that people would notice.

use crate::findings::{Onset, TierFinding};
use crate::metric::{REFUSED, came, value};
use brownout_observe::Observations;
use brownout_protocol::Kind;
use brownout_scenario::Subject;
use brownout_stats::Estimate;
use std::ops::Range;

/// So many windows in a row make a departure.
const SUSTAINED: usize = 3;
/// So many times the highest value of the baseline.
const TIMES: f64 = 3.0;
/// A head of the queue that waits less than this is nobody's trouble, in seconds.
const WAIT_MIN: f64 = 0.1;
/// A smaller part of calls turned away is nobody's trouble.
const TURNED_MIN: f64 = 0.02;

/// A departure in one run.
struct Departure {
    at: f64,
    symptom: String,
}

/// Finds the onset of a tier over all runs; none if it departed in half of them or fewer.
pub(crate) fn onset(runs: &[Observations], place: usize, baseline: &Range<usize>) -> Option<Onset> {
    let found: Vec<Departure> = runs.iter().filter_map(|run| departure(run, place, baseline)).collect();
    if 2 * found.len() <= runs.len() {
        return None;
    }
    let times: Vec<f64> = found.iter().map(|d| d.at).collect();
    let symptom = found.into_iter().next()?.symptom;
    Some(Onset { at: Estimate::of(&times, 0.95), replications: times.len() as u32, symptom })
}

fn departure(run: &Observations, place: usize, baseline: &Range<usize>) -> Option<Departure> {
    let windows = run.layout.windows();
    let subject = Subject::Tier(run.layout.places[place].name.clone());
    let age = |at: usize| value(run, at..at + 1, &subject, "head_age_max").unwrap_or(0.0);
    let turned = |at: usize| turned_away(run, at, place);
    let wait = first_above(windows, baseline, WAIT_MIN, age).map(|(at, usual)| Departure {
        at: run.layout.bounds(at).0.as_secs_f64(),
        symptom: format!("the head of the queue waited {} (normally at most {})", time(age(at)), time(usual)),
    });
    let fail = first_above(windows, baseline, TURNED_MIN, turned).map(|(at, usual)| Departure {
        at: run.layout.bounds(at).0.as_secs_f64(),
        symptom: format!(
            "{:.0} % of its calls were turned away (normally at most {:.1} %)",
            100.0 * turned(at),
            100.0 * usual
        ),
    });
    match (wait, fail) {
        (Some(wait), Some(fail)) => Some(if fail.at < wait.at { fail } else { wait }),
        (wait, fail) => wait.or(fail),
    }
}

/// The first of enough windows in a row above the threshold, and the highest value of the baseline.
fn first_above(
    windows: usize,
    baseline: &Range<usize>,
    floor: f64,
    sign: impl Fn(usize) -> f64,
) -> Option<(usize, f64)> {
    let usual = baseline.clone().map(&sign).fold(0.0, f64::max);
    let threshold = (TIMES * usual).max(floor);
    let mut above = 0;
    for at in baseline.end..windows {
        above = if threshold < sign(at) { above + 1 } else { 0 };
        if above == SUSTAINED {
            return Some((at + 1 - SUSTAINED, usual));
        }
    }
    None
}

/// Part of the calls of a window that were turned away at the door.
fn turned_away(run: &Observations, at: usize, place: usize) -> f64 {
    let count = |kinds: &[Kind]| run.count(at..at + 1, place, None, None, kinds) as f64;
    count(&REFUSED) / count(&came()).max(1.0)
}

/// A length of time for people.
pub(crate) fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.0} µs", s * 1e6),
        s if s < 1.0 => format!("{:.0} ms", s * 1e3),
        s if s < 120.0 => format!("{s:.1} s"),
        s if s < 7200.0 => format!("{:.1} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

/// The tiers that departed, the earliest first.
pub(crate) fn order(tiers: &[TierFinding]) -> Vec<(&TierFinding, &Onset)> {
    let mut order: Vec<_> = tiers.iter().filter_map(|t| Some((t, t.onset.as_ref()?))).collect();
    order.sort_by(|a, b| a.1.at.mean.total_cmp(&b.1.at.mean));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_onset_is_sustained_and_above_the_usual() {
        let sign = [0.1, 0.3, 0.2, 1.0, 0.2, 1.0, 1.0, 1.0, 2.0];
        assert_eq!(first_above(9, &(0..3), 0.0, |at| sign[at]), Some((5, 0.3)));
        // Three times the usual is 0.9; a floor above all of it hides the onset.
        assert_eq!(first_above(9, &(0..3), 1.5, |at| sign[at]), None);
        assert_eq!(first_above(9, &(0..9), 0.0, |at| sign[at]), None);
    }

    #[test]
    fn times_are_for_people() {
        assert_eq!(
            [5e-5, 0.25, 12.0, 300.0, 9000.0].map(time),
            ["50 µs", "250 ms", "12.0 s", "5.0 min", "2.5 h"]
        );
    }
}
