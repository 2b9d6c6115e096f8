//! Evidence for a judgement: a number of the table, and the threshold that it reached.

use crate::values::{Values, metric_of};
use brownout_metrics::{Metric, Subject};
use brownout_stats::Estimate;
use serde::{Deserialize, Serialize};

/// A number that is reported because it reached a threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The subject of the number.
    pub subject: Subject,
    /// The key of the metric.
    pub key: String,
    /// Its value over replications, in the unit of the metric.
    pub value: Estimate,
    /// The threshold it reached, in the same unit.
    pub threshold: f64,
}

impl Evidence {
    /// The number, if there is one and it is not below the threshold.
    pub(crate) fn at_least(
        values: &Values,
        subject: &Subject,
        metric: &Metric,
        threshold: f64,
    ) -> Option<Self> {
        let value = *values.get(subject, metric)?;
        let reached = threshold <= value.mean;
        reached.then(|| Evidence { subject: subject.clone(), key: metric.key.to_owned(), value, threshold })
    }

    /// The metric; none if what was kept names one that the table does not have.
    pub fn metric(&self) -> Option<&'static Metric> {
        metric_of(&self.subject, &self.key)
    }
}
