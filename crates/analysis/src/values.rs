//! Every number of the table, replication by replication and as an estimate.

use crate::harm::Harms;
use crate::samples::Samples;
use brownout_metrics::{Ask, How, Metric, Sample, Subject, Who, find};
use brownout_observe::{Digest, Legend};
use brownout_stats::Estimate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Every number of a result: each metric of each subject.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Values {
    /// In the order of [`Subject::all`].
    pub subjects: Vec<Numbers>,
}

/// The numbers of one subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// The subject.
    pub subject: Subject,
    /// In the order of the table.
    pub numbers: Vec<Number>,
}

/// One number.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Which.
    pub metric: &'static Metric,
    /// Of each replication; none where it has no such number.
    pub samples: Samples,
    /// Over those that have it; none if none has.
    pub estimate: Option<Estimate>,
}

impl Number {
    /// From the number of each replication.
    pub fn new(metric: &'static Metric, samples: Samples) -> Self {
        Number { metric, estimate: metric.combine(&samples.pooled()), samples }
    }

    /// The mean; none if there is no such number.
    pub fn mean(&self) -> Option<f64> {
        Some(self.estimate?.mean)
    }
}

/// Every number of one replication, of the time after the warm-up: of each subject each metric, in the order of
/// [`Values`].
pub(crate) fn samples(legend: &Legend, run: &Digest, harms: &Harms) -> Vec<Option<Sample>> {
    let view = run.measured().view(legend);
    let of = |subject: &Subject| {
        let harm = harms.of(subject);
        // It is looked up once: among 1,000 tiers by name, it would take most of the time of an analysis.
        let who = Who::of(&legend.layout, subject);
        let sample = |metric: &'static Metric| match metric.how {
            How::Harm(_) => metric.of_harm(harm.as_ref()?),
            _ => metric.ask(&Ask { source: &view, subject, who: who.as_ref()? }),
        };
        brownout_metrics::of(subject.scope()).map(sample).collect::<Vec<_>>()
    };
    Subject::all(&legend.layout).iter().flat_map(of).collect()
}

impl Values {
    /// Of the numbers of all replications, in the order of [`samples`].
    pub(crate) fn of(legend: &Legend, samples: Vec<Samples>) -> Self {
        let mut samples = samples.into_iter();
        let subject = |subject: Subject| {
            let metrics = brownout_metrics::of(subject.scope());
            let number = |metric| Number::new(metric, samples.next().expect("one for each number"));
            Numbers { numbers: metrics.map(number).collect(), subject }
        };
        Values { subjects: Subject::all(&legend.layout).into_iter().map(subject).collect() }
    }

    /// All numbers of a subject.
    pub fn subject(&self, subject: &Subject) -> Option<&Numbers> {
        self.subjects.iter().find(|numbers| numbers.subject == *subject)
    }

    /// The estimate of one number.
    pub fn get(&self, subject: &Subject, metric: &Metric) -> Option<&Estimate> {
        self.subject(subject)?.get(metric)
    }
}

impl Numbers {
    /// The estimate of one of them.
    pub fn get(&self, metric: &Metric) -> Option<&Estimate> {
        self.numbers.iter().find(|number| number.metric == metric)?.estimate.as_ref()
    }

    /// The mean of one of them.
    pub fn mean(&self, metric: &Metric) -> Option<f64> {
        Some(self.get(metric)?.mean)
    }
}

/// How a number is kept: its metric by scope and key.
#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    key: std::borrow::Cow<'a, str>,
    scope: std::borrow::Cow<'a, str>,
    samples: Samples,
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let scope = self.metric.scopes[0].words();
        Kept { key: self.metric.key.into(), scope: scope.into(), samples: self.samples.clone() }
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kept = Kept::deserialize(deserializer)?;
        let metric = brownout_metrics::all()
            .filter(|metric| metric.key == kept.key)
            .find(|metric| metric.scopes[0].words() == kept.scope);
        let unknown =
            || serde::de::Error::custom(format!("there is no metric {:?} of a {}", kept.key, kept.scope));
        Ok(Number::new(metric.ok_or_else(unknown)?, kept.samples))
    }
}

/// The metric of a subject by its key, for what was kept.
pub(crate) fn metric_of(subject: &Subject, key: &str) -> Option<&'static Metric> {
    find(subject.scope(), key)
}
