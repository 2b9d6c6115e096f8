//! Everything over time: each line of the legend as a band over replications.

use crate::values::metric_of;
use brownout_metrics::{Metric, Subject};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Everything over time: vectors as long as `at`, one value a window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lines {
    /// The middle of each window, seconds since the start of the run.
    pub at: Vec<f64>,
    /// The length of a window, in seconds.
    pub window: f64,
    /// In the order of the legend.
    pub lines: Vec<Line>,
}

/// One metric of one subject over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The subject.
    pub subject: Subject,
    /// Which.
    pub metric: &'static Metric,
    /// Its values.
    pub band: Band,
}

/// A line with its interval: mean over replications and, where there are several, the 95 % interval of it.
///
/// A value that does not exist (no intent ended in that window) is NaN.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Mean over replications.
    pub mean: Vec<f64>,
    /// Lower end of the 95 % interval; empty with one replication.
    pub low: Vec<f64>,
    /// Upper end of the 95 % interval; empty with one replication.
    pub high: Vec<f64>,
}

impl Lines {
    /// One line.
    pub fn get(&self, subject: &Subject, metric: &Metric) -> Option<&Band> {
        let found = self.lines.iter().find(|line| line.metric == metric && line.subject == *subject);
        found.map(|line| &line.band)
    }

    /// All lines of one metric, with their subjects.
    pub fn of_metric<'a>(&'a self, metric: &'a Metric) -> impl Iterator<Item = (&'a Subject, &'a Band)> {
        self.lines.iter().filter(move |line| line.metric == metric).map(|line| (&line.subject, &line.band))
    }
}

/// How a line is kept: its metric by key.
#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    subject: std::borrow::Cow<'a, Subject>,
    key: std::borrow::Cow<'a, str>,
    band: std::borrow::Cow<'a, Band>,
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use std::borrow::Cow::Borrowed;
        let (subject, band) = (Borrowed(&self.subject), Borrowed(&self.band));
        Kept { subject, key: Borrowed(self.metric.key), band }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kept = Kept::deserialize(deserializer)?;
        let unknown =
            || serde::de::Error::custom(format!("there is no metric {:?} of {}", kept.key, kept.subject));
        let metric = metric_of(&kept.subject, &kept.key).ok_or_else(unknown)?;
        Ok(Line { subject: kept.subject.into_owned(), metric, band: kept.band.into_owned() })
    }
}
