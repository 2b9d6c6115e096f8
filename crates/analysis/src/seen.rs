//! What a chart of lines may claim: extremes of what it shows, each with when that was and what it is measured against.
//! Where nothing is far enough from ordinary there is no claim.

use crate::findings::{Findings, Path, Tier};
use brownout_metrics::clients::{ATTEMPT_RATE, LATENCY, OFFERED_RATE, SUCCESS_RATE};
use brownout_metrics::tiers::{FIRST_ATTEMPTS, RETRIES, UTILISATION};
use brownout_metrics::{Metric, P99, Subject};

/// Attempts that are no multiple of intents like this are what any client does.
const ATTEMPTS_MIN: f64 = 1.5;
/// A share of successes above this is nothing to put above a chart.
const SUCCESS_MAX: f64 = 0.95;
/// Fewer intents in a window, over all replications, say nothing about a share.
const INTENTS_MIN: f64 = 12.0;
/// Above this, a tier has no worker to spare.
const BUSY: f64 = 0.95;

/// One claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Whose line it is.
    pub subject: Subject,
    /// The middle of the window, in seconds since the start.
    pub at: f64,
    /// The value there: in the unit of the metric, or a ratio where that is said.
    pub value: f64,
    /// What it is measured against, in the same unit; the threshold of the claim where nothing was promised.
    pub against: f64,
}

/// Values nearer to each other than this part of them are told by the same digits.
const SAME: f64 = 5e-4;

/// Where all attempts were the largest multiple of first attempts: the value is that ratio.
pub fn most_attempts(findings: &Findings) -> Option<Seen> {
    let ratio = ratio(findings, &Subject::Total, &ATTEMPT_RATE, &OFFERED_RATE);
    claim(findings, Subject::Total, &ratio, ATTEMPTS_MIN)
}

/// Where retries at a tier were the largest multiple of first attempts: the value is that ratio.
pub fn most_retries(findings: &Findings, tier: &Tier) -> Option<Seen> {
    let ratio = ratio(findings, &tier.subject(), &RETRIES, &FIRST_ATTEMPTS);
    claim(findings, tier.subject(), &ratio, 1.0)
}

/// The class and operation with the lowest success rate in any window that had enough intents.
pub fn lowest_success(findings: &Findings) -> Option<Seen> {
    let counted = findings.lines.window * f64::from(findings.stamp.replications);
    let of = |path: &Path| {
        let subject = path.subject();
        let success = &findings.lines.get(&subject, &SUCCESS_RATE)?.mean;
        let offered = &findings.lines.get(&subject, &OFFERED_RATE)?.mean;
        let enough = |at: &usize| offered.get(*at).is_some_and(|rate| INTENTS_MIN <= rate * counted);
        let lowest = (0..success.len()).filter(|at| success[*at].is_finite()).filter(enough);
        let at = lowest.min_by(|a, b| success[*a].total_cmp(&success[*b]))?;
        let (value, at) = (success[at], *findings.lines.at.get(at)?);
        (value < SUCCESS_MAX).then_some(Seen { subject, at, value, against: SUCCESS_MAX })
    };
    findings.service.paths.iter().filter_map(of).min_by(|a, b| a.value.total_cmp(&b.value))
}

/// The class and operation whose 99th percentile was the largest multiple of its SLO in any window.
pub fn slowest(findings: &Findings) -> Option<Seen> {
    let of = |path: &Path| {
        let slo = path.slo_seconds.filter(|slo| 0.0 < *slo)?;
        let line = findings.lines.get(&path.subject(), &LATENCY[P99])?;
        claim(findings, path.subject(), &line.mean, slo)
    };
    let times = |seen: &Seen| seen.value / seen.against;
    findings.service.paths.iter().filter_map(of).max_by(|a, b| times(a).total_cmp(&times(b)))
}

/// The tier with the highest utilisation in any window.
pub fn busiest(findings: &Findings) -> Option<Seen> {
    let of = |tier: &Tier| {
        let line = findings.lines.get(&tier.subject(), &UTILISATION)?;
        claim(findings, tier.subject(), &line.mean, BUSY)
    };
    findings.service.tiers.iter().filter_map(of).max_by(|a, b| a.value.total_cmp(&b.value))
}

/// One line as a multiple of another, of the same subject; empty where one of them is missing.
fn ratio(findings: &Findings, subject: &Subject, part: &Metric, whole: &Metric) -> Vec<f64> {
    let line = |metric| findings.lines.get(subject, metric);
    let (Some(part), Some(whole)) = (line(part), line(whole)) else { return Vec::new() };
    let one = |(part, whole): (&f64, &f64)| if 0.0 < *whole { part / whole } else { f64::NAN };
    part.mean.iter().zip(&whole.mean).map(one).collect()
}

/// The highest value, where it is beyond what it is measured against.
fn claim(findings: &Findings, subject: Subject, values: &[f64], against: f64) -> Option<Seen> {
    let known = || values.iter().copied().zip(&findings.lines.at).filter(|(value, _)| value.is_finite());
    let highest = known().map(|(value, _)| value).reduce(f64::max)?;
    // Of windows that a reader could not tell apart the first is when it began.
    let (value, at) = known().find(|(value, _)| (1.0 - SAME) * highest <= *value)?;
    (against < value).then_some(Seen { subject, at: *at, value, against })
}
