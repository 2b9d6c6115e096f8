//! Symptoms: the first sustained departure of a tier from its own warm baseline.
//!
//! Two signs are watched, window by window: how long the head of the queue has waited, and which part of the calls was
//! turned away at the door. Errors that a tier only passes on from its callees are not its own sign. A sign departs
//! when it stays above its threshold for [`SUSTAINED`] windows; the threshold is a multiple of the highest value before
//! the trigger, and never below a floor that users would notice.

use crate::values::metric_of;
use brownout_metrics::tiers::{HEAD_AGE_MAX, REFUSED_SHARE};
use brownout_metrics::{Metric, Subject};
use brownout_observe::{Column, Digest, Legend};
use brownout_stats::Estimate;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// This many windows in a row make a departure: one bad window is chance.
const SUSTAINED: usize = 3;
/// A departure is this many times the highest value of the baseline.
const TIMES: f64 = 3.0;
/// No caller notices a queue whose head has waited less than this, in seconds.
const WAIT_MIN: f64 = 0.1;
/// No caller notices a smaller part of calls turned away.
const TURNED_MIN: f64 = 0.02;

/// A tier that left its normal range, in more than half of the replications.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Symptom {
    /// Which tier.
    pub tier: String,
    /// Seconds since the start of the run.
    pub at: Estimate,
    /// In how many of the replications.
    pub replications: u32,
    /// What departed, in the first replication in which the tier did.
    pub sign: Sign,
}

/// What departed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sign {
    /// The key of the metric, one of a tier.
    pub key: String,
    /// Its value in the first window of the departure, in the unit of the metric.
    pub value: f64,
    /// The highest value of the baseline.
    pub usual: f64,
}

impl Sign {
    /// The metric that departed.
    pub fn metric(&self) -> Option<&'static Metric> {
        metric_of(&Subject::Tier(String::new()), &self.key)
    }
}

/// The symptoms of all tiers over all replications, the earliest first.
pub(crate) fn symptoms(legend: &Legend, digests: &[Digest], baseline: &Range<usize>) -> Vec<Symptom> {
    let tiers = &legend.layout.places[legend.layout.loads..];
    let mut all: Vec<Symptom> =
        tiers.iter().filter_map(|tier| symptom(legend, digests, &tier.name, baseline)).collect();
    all.sort_by(|a, b| a.at.mean.total_cmp(&b.at.mean));
    all
}

fn symptom(legend: &Legend, digests: &[Digest], tier: &str, baseline: &Range<usize>) -> Option<Symptom> {
    let found: Vec<(f64, Sign)> =
        digests.iter().filter_map(|digest| departure(legend, digest, tier, baseline)).collect();
    if 2 * found.len() <= digests.len() {
        return None;
    }
    let times: Vec<f64> = found.iter().map(|(at, _)| *at).collect();
    let sign = found.into_iter().next()?.1;
    let at = Estimate::of(&times, 0.95).within(0.0, legend.layout.duration.as_secs_f64());
    Some(Symptom { tier: tier.to_owned(), at, replications: times.len() as u32, sign })
}

/// The earliest departure in one replication: when, and what.
fn departure(legend: &Legend, digest: &Digest, tier: &str, baseline: &Range<usize>) -> Option<(f64, Sign)> {
    let signs = [(&HEAD_AGE_MAX, WAIT_MIN), (&REFUSED_SHARE, TURNED_MIN)];
    let departures = signs.into_iter().filter_map(|(metric, floor)| {
        let column = column(legend, digest, tier, metric)?;
        let value = |at: usize| Some(column.at(at)).filter(|value| !value.is_nan()).unwrap_or(0.0);
        let (at, usual) = first_above(column.len(), baseline, floor, value)?;
        let sign = Sign { key: metric.key.to_owned(), value: value(at), usual };
        Some((legend.layout.bounds(at).0.as_secs_f64(), sign))
    });
    // Of two that begin in the same window the wait is reported, since it comes first.
    departures.reduce(|first, other| if other.0 < first.0 { other } else { first })
}

fn column<'a>(legend: &Legend, digest: &'a Digest, tier: &str, metric: &Metric) -> Option<&'a Column> {
    let is = |line: &brownout_observe::Line| {
        line.metric == metric && matches!(&line.subject, Subject::Tier(name) if name == tier)
    };
    digest.series.as_ref()?.lines.get(legend.lines.iter().position(is)?)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_departure_is_sustained_and_above_the_usual() {
        let sign = [0.1, 0.3, 0.2, 1.0, 0.2, 1.0, 1.0, 1.0, 2.0];
        assert_eq!(first_above(9, &(0..3), 0.0, |at| sign[at]), Some((5, 0.3)));
        // Three times the normal value is 0.9; a floor above that hides the departure.
        assert_eq!(first_above(9, &(0..3), 1.5, |at| sign[at]), None);
        assert_eq!(first_above(9, &(0..9), 0.0, |at| sign[at]), None);
    }
}
