//! Causes: what was measured at the tiers that left their normal range, who retried, and what was visible first.
//!
//! These are observations in order of time. Order in time does not prove causation.

use crate::evidence::Evidence;
use crate::findings::{Mark, Service, Symptom, Values};
use brownout_metrics::clients::ATTEMPTS_PER_INTENT;
use brownout_metrics::tiers::{CROSSED, PEAK_UTILISATION, RETRY_SHARE, SHED, WASTED};
use brownout_metrics::{Metric, Subject};
use serde::{Deserialize, Serialize};

/// From this number of attempts per intent on, retries are reported.
const MANY_ATTEMPTS: f64 = 1.2;
/// How many classes and operations with the most attempts are reported: the rest is in the table.
const RETRYING_MAX: usize = 3;
/// Reasons below this fraction of a tier's refusals are left to the table.
const FEW: f64 = 0.01;
/// What is reported of a tier, and from which value on: half-busy workers wait for something else, 5 % of retries are
/// no storm, and 1 % of work is noise.
const FACTS: [(&Metric, f64); 4] =
    [(&PEAK_UTILISATION, 0.5), (&RETRY_SHARE, 0.05), (&WASTED, 0.01), (&CROSSED, 0.01)];
/// An effect within this number of seconds is immediate.
const AT_ONCE: f64 = 1.0;

/// Whether a delay is too short to be worth a number: the effect was immediate.
pub fn is_at_once(seconds: f64) -> bool {
    seconds < AT_ONCE
}

/// What was measured at a tier that left its normal range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// Which tier.
    pub tier: String,
    /// What was high there over the run.
    pub facts: Vec<Evidence>,
    /// Why it turned calls away: each reason with its rate; the threshold is a part of the rate of all.
    pub turned_away: Vec<Evidence>,
    /// The tiers that call it, in the order of the file.
    pub callers: Vec<String>,
}

/// The earliest detectable sign, at a tier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// Which tier.
    pub tier: String,
    /// Seconds since the start of the run.
    pub at: f64,
    /// Seconds from the beginning of the first trigger, where that was before.
    pub after_first: Option<f64>,
    /// Seconds from the beginning of the latest trigger before it.
    pub after_latest: Option<f64>,
}

/// A cause for each symptom, in their order.
pub(crate) fn causes(service: &Service, values: &Values, symptoms: &[Symptom]) -> Vec<Cause> {
    symptoms.iter().map(|symptom| cause(service, values, &symptom.tier)).collect()
}

fn cause(service: &Service, values: &Values, tier: &str) -> Cause {
    let subject = Subject::Tier(tier.to_owned());
    let facts = FACTS.into_iter();
    let callers = service.tiers.iter().filter(|other| other.calls.iter().any(|called| called == tier));
    Cause {
        tier: tier.to_owned(),
        facts: facts
            .filter_map(|(metric, least)| Evidence::at_least(values, &subject, metric, least))
            .collect(),
        turned_away: turned_away(values, &subject),
        callers: callers.map(|caller| caller.name.clone()).collect(),
    }
}

fn turned_away(values: &Values, subject: &Subject) -> Vec<Evidence> {
    let rate = |metric| values.get(subject, metric).map_or(0.0, |rate| rate.mean);
    let all: f64 = SHED.iter().map(rate).sum();
    let some = SHED.iter().filter(|metric| 0.0 < rate(metric));
    some.filter_map(|metric| Evidence::at_least(values, subject, metric, FEW * all)).collect()
}

/// The classes and operations whose clients tried most often, if any tried much more than once.
pub(crate) fn retrying(service: &Service, values: &Values) -> Vec<Evidence> {
    let paths = service.paths.iter();
    let often = |path: &crate::findings::Path| {
        Evidence::at_least(values, &path.subject(), &ATTEMPTS_PER_INTENT, MANY_ATTEMPTS)
    };
    let mut tried: Vec<Evidence> = paths.filter_map(often).collect();
    tried.sort_by(|a, b| b.value.mean.total_cmp(&a.value.mean));
    tried.truncate(RETRYING_MAX);
    tried
}

/// The earliest detectable sign; none if no tier left its normal range.
pub(crate) fn detection(symptoms: &[Symptom], marks: &[Mark]) -> Option<Detection> {
    let first = symptoms.first()?;
    let at = first.at.mean;
    let met = || marks.iter().filter(|mark| !mark.unmet);
    let begun = || met().map(|mark| mark.from).filter(|from| *from <= at);
    // The trigger as a whole begins with its first mark; a symptom before that has another cause.
    let after_first = begun().reduce(f64::min).map(|from| at - from);
    let after_latest = begun().reduce(f64::max).map(|from| at - from);
    Some(Detection { tier: first.tier.clone(), at, after_first, after_latest })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::{MarkKind, What};
    use crate::symptom::{Sign, SignKind};
    use brownout_stats::Estimate;

    #[test]
    fn the_first_symptom_follows_the_triggers_that_had_begun() {
        let sign = || Sign { kind: SignKind::Wait, at: 30.0, value: 1.0, usual: 0.0 };
        let symptom = |tier: &str, at| Symptom {
            tier: tier.to_owned(),
            at: Estimate { mean: at, ci95: None, n: 1 },
            replications: 1,
            sign: sign(),
            more: Vec::new(),
            handed_on: false,
        };
        let mark = |from| Mark {
            change: None,
            name: "load.web".to_owned(),
            from,
            to: from + 5.0,
            kind: MarkKind::Surge,
            what: What::Rise { load: "web".to_owned(), factor: 2.0 },
            unmet: false,
        };
        let found = |marks: &[Mark]| detection(&[symptom("auth", 30.0), symptom("edge", 40.0)], marks);
        let lags = |marks: &[Mark]| found(marks).map(|d| (d.after_first, d.after_latest));
        assert_eq!(lags(&[mark(10.0), mark(25.0), mark(35.0)]), Some((Some(20.0), Some(5.0))));
        assert_eq!(lags(&[mark(35.0)]), Some((None, None)));
        assert_eq!(detection(&[], &[mark(10.0)]), None);
    }
}
