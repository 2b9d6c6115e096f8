//! The worst affected clients: the class and operation with the lowest success rate; if almost no intents failed, the
//! one with the most late answers, or the slowest.

use crate::evidence::Evidence;
use crate::findings::{Path, Service, Values};
use brownout_metrics::clients::{IN_TIME_RATE, LATENCY, SUCCESS_RATE, TPOT, TTFT, WORST_SUCCESS_RATE};
use brownout_metrics::harm::USER_MINUTES_LOST;
use brownout_metrics::{Metric, P99, Subject};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// With a success rate that never falls below this, almost no intents failed.
const WHOLE: f64 = 0.999;
/// From this fraction of all intents on, late answers are reported.
const LATE: f64 = 0.01;

/// The worst affected clients, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hurt {
    /// Of which class.
    pub class: String,
    /// Which operation.
    pub operation: String,
    /// How.
    pub kind: HurtKind,
}

impl Hurt {
    /// The pair of class and operation, as metrics know it.
    pub fn subject(&self) -> Subject {
        Subject::Path { class: self.class.clone(), operation: self.operation.clone() }
    }
}

/// How clients were hurt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HurtKind {
    /// Its success rate fell to this at worst, and no other fell lower.
    Worst {
        /// The worst success rate, 0…1.
        success_rate: f64,
    },
    /// Almost no intents failed, and no other's 99th percentile was higher.
    Slowest {
        /// That of its latency, in seconds.
        p99_seconds: f64,
    },
    /// Almost no intents failed, but this part was answered late, more than of any other.
    Late {
        /// Answered but not as promised, of those that ended, 0…1.
        share: f64,
        /// The first promise that more than one answer in a hundred broke: the threshold is what was promised.
        broken: Option<Evidence>,
    },
}

/// The worst affected clients; none if no client asked for anything.
pub(crate) fn hurt(service: &Service, values: &Values) -> Option<Hurt> {
    let mean = |path: &Path, metric: &Metric| Some(values.get(&path.subject(), metric)?.mean);
    let fell = |path: &Path| mean(path, &WORST_SUCCESS_RATE);
    let asked: Vec<(&Path, f64)> =
        service.paths.iter().filter_map(|path| Some((path, fell(path)?))).collect();
    // Among equals, the one that cost its users most.
    let rank = |(path, worst): &(&Path, f64)| {
        ((1000.0 * worst).round(), -mean(path, &USER_MINUTES_LOST).unwrap_or(0.0))
    };
    let lower = |a: &(&Path, f64), b: &(&Path, f64)| rank(a).partial_cmp(&rank(b)).unwrap_or(Ordering::Equal);
    let (path, success_rate) = asked.iter().copied().min_by(lower)?;
    if success_rate < WHOLE {
        return Some(Hurt::of(path, HurtKind::Worst { success_rate }));
    }
    let p99 = |path: &Path| mean(path, &LATENCY[P99]).unwrap_or(0.0);
    late(service, values).or_else(|| {
        let (path, p99_seconds) =
            asked.iter().map(|(path, _)| (*path, p99(path))).max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(Hurt::of(path, HurtKind::Slowest { p99_seconds }))
    })
}

impl Hurt {
    fn of(path: &Path, kind: HurtKind) -> Self {
        Hurt { class: path.class.clone(), operation: path.operation.clone(), kind }
    }
}

/// The path with the most late answers, if there were enough, and which of its promises they broke.
fn late(service: &Service, values: &Values) -> Option<Hurt> {
    let lateness = |path: &Path| {
        let mean = |metric| Some(values.get(&path.subject(), metric)?.mean);
        Some(mean(&SUCCESS_RATE)? - mean(&IN_TIME_RATE)?)
    };
    let all = service.paths.iter().filter_map(|path| Some((path, lateness(path)?)));
    let (path, share) = all.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, share)| LATE <= *share)?;
    Some(Hurt::of(path, HurtKind::Late { share, broken: broken(path, values) }))
}

fn broken(path: &Path, values: &Values) -> Option<Evidence> {
    let promises = [
        (&TTFT[P99], path.ttft_slo_seconds),
        (&TPOT[P99], path.tpot_slo_seconds),
        (&LATENCY[P99], path.slo_seconds),
    ];
    promises.into_iter().find_map(|(metric, promised)| {
        let came = Evidence::at_least(values, &path.subject(), metric, promised?)?;
        // An answer exactly at the limit keeps the promise.
        (came.threshold < came.value.mean).then_some(came)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{Number, Numbers};
    use brownout_metrics::Sample;

    /// What was found of a path of which this part was in time; its first tokens took 5.2 s, promised 2 s.
    fn found(worst: f64, in_time: f64, path: Path) -> Option<HurtKind> {
        let numbers = [
            (&WORST_SUCCESS_RATE, worst),
            (&SUCCESS_RATE, 1.0),
            (&IN_TIME_RATE, in_time),
            (&LATENCY[P99], 9.0),
            (&TTFT[P99], 5.2),
            (&TPOT[P99], 0.03),
        ];
        let number = |(metric, value): (&'static Metric, f64)| {
            Number::new(metric, std::iter::once(Some(Sample { value, trials: None })).collect())
        };
        let numbers = Numbers { subject: path.subject(), numbers: numbers.map(number).into() };
        let values = Values { subjects: vec![numbers] };
        hurt(&Service { paths: vec![path], tiers: Vec::new() }, &values).map(|hurt| hurt.kind)
    }

    fn chat() -> Path {
        Path {
            class: "web".to_owned(),
            operation: "chat".to_owned(),
            slo_seconds: None,
            ttft_slo_seconds: Some(2.0),
            tpot_slo_seconds: Some(0.1),
        }
    }

    fn broken(kind: Option<HurtKind>) -> Option<(String, f64)> {
        match kind {
            Some(HurtKind::Late { broken, .. }) => broken.map(|broken| (broken.key, broken.threshold)),
            _ => None,
        }
    }

    #[test]
    fn answers_that_broke_a_promise_are_late_and_not_failed() {
        assert_eq!(found(1.0, 0.999, chat()), Some(HurtKind::Slowest { p99_seconds: 9.0 }));
        assert_eq!(broken(found(1.0, 0.7, chat())), Some((TTFT[P99].key.to_owned(), 2.0)));
        let tpot = Path { ttft_slo_seconds: None, tpot_slo_seconds: Some(0.02), ..chat() };
        assert_eq!(broken(found(1.0, 0.7, tpot)), Some((TPOT[P99].key.to_owned(), 0.02)));
        assert_eq!(found(0.5, 0.4, chat()), Some(HurtKind::Worst { success_rate: 0.5 }));
    }
}
