//! Everything over time: each line of the legend as a band over replications.

use crate::values::metric_of;
use brownout_metrics::{Metric, Sample, Shown, Subject};
use brownout_observe::{Column, Digest, Legend};
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
    /// Of all replications; empty if windows were not kept. Lines that are always zero or undefined are left out if
    /// results list their metric above zero only, and so are paths that never reach a tier.
    pub(crate) fn of(legend: &Legend, digests: &[&Digest]) -> Self {
        let layout = &legend.layout;
        let series: Vec<_> = digests.iter().filter_map(|digest| digest.series.as_ref()).collect();
        if series.is_empty() {
            return Lines::default();
        }
        let middle = |at| {
            let (begin, end) = layout.bounds(at);
            f64::midpoint(begin.as_secs_f64(), end.as_secs_f64())
        };
        let windows = series[0].windows();
        let line = |(at, line): (usize, &brownout_observe::Line)| {
            let columns: Vec<&Column> = series.iter().map(|series| &series.lines[at]).collect();
            let rare =
                line.metric.shown == Shown::AboveZero || matches!(line.subject, Subject::TierPath { .. });
            if rare && columns.iter().all(|column| column.is_nothing()) {
                return None;
            }
            let band = band(line.metric, &columns, windows);
            Some(Line { subject: line.subject.clone(), metric: line.metric, band })
        };
        Lines {
            at: (0..windows).map(middle).collect(),
            window: layout.window.as_secs_f64(),
            lines: legend.lines.iter().enumerate().filter_map(line).collect(),
        }
    }

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

/// One number of each window over replications; NaN where no replication has it.
fn band(metric: &Metric, columns: &[&Column], windows: usize) -> Band {
    let mut band = Band::default();
    let mut samples = Vec::with_capacity(columns.len());
    for at in 0..windows {
        samples.clear();
        let values = columns.iter().map(|column| column.at(at)).filter(|value| !value.is_nan());
        samples.extend(values.map(|value| Sample { value, trials: None }));
        let estimate = metric.combine(&samples);
        let mean = estimate.map_or(f64::NAN, |estimate| estimate.mean);
        band.mean.push(mean);
        if 1 < columns.len() {
            let (low, high) = estimate.and_then(|estimate| estimate.ci95).unwrap_or((mean, mean));
            band.low.push(low);
            band.high.push(high);
        }
    }
    band
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
