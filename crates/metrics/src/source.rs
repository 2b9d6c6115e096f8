//! What a metric is computed from: counts, sums, integrals and distributions of one stretch of one run.

use brownout_protocol::{Kind, Layout};
use brownout_stats::SparseHistogram;
use std::borrow::Cow;

use crate::{Metric, Subject, Who};

/// A number inside, of which the time integral is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Level {
    /// At a tier: calls in the queue. At a load: open intents.
    Waiting,
    /// Workers in service; not those that are held while their call is out.
    Serving,
    /// At a tier: calls inside, in any stage. At a load with journeys: users on one, whether they wait or think; where
    /// a load has no journeys, its active users are its open intents.
    Inside,
}

/// A latency of which the distribution is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latency {
    /// At a tier: in the queue, of the calls whose service began.
    Wait,
    /// At a tier: from admission to a good answer. At a load: from the first attempt to a good answer.
    Done,
    /// Until the first token, from where [`Latency::Done`] begins.
    FirstToken,
    /// From one token of an answer to the next, the mean of each answer.
    TokenTime,
    /// At a tier: from one token to the next, each gap counted.
    TokenGap,
    /// Of a user without service, until served again, gone, or the end of the run; at a load.
    Lockout,
}

/// Which records of a place are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// Of one path; none: of all.
    pub path: Option<u8>,
    /// Of first attempts (false) or of retries (true); none: of both.
    pub retry: Option<bool>,
}

/// One stretch of one run. Nothing here depends on where windows end, unless the stretch is a window.
pub trait Source {
    /// The layout of places and paths.
    fn layout(&self) -> &Layout;

    /// How long the stretch is, in seconds.
    fn seconds(&self) -> f64;

    /// How many records of some kinds there were at a place.
    fn count(&self, place: usize, which: Which, kinds: &[Kind]) -> f64;

    /// The sum of their values; lengths are in nanoseconds.
    fn sum(&self, place: usize, which: Which, kinds: &[Kind]) -> f64;

    /// The time integral of a level, in seconds.
    fn level(&self, place: usize, level: Level) -> f64;

    /// The samples of a gauge over the stretch: their sum, or the largest if they are peaks; none if the place has no
    /// such gauge.
    fn gauge(&self, place: usize, kind: Kind) -> Option<f64>;

    /// How many calls were sent to each replica of a place; empty where it has only one, or in a window.
    fn sent(&self, place: usize) -> &[u64];

    /// A distribution in nanoseconds; at a load of one path, at a tier of all.
    fn histogram(&self, place: usize, path: u8, latency: Latency) -> Option<Cow<'_, SparseHistogram>>;

    /// The extreme of a metric, if it was followed: see [`How::Extreme`](crate::How::Extreme).
    fn extreme(&self, metric: &Metric, subject: &Subject) -> Option<f64>;
}

/// A question for one number.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// Of which stretch of which run.
    pub source: &'a dyn Source,
    /// Its subject.
    pub subject: &'a Subject,
    /// The same, as rows of the log.
    pub who: &'a Who,
}

impl Ask<'_> {
    /// How many records of some kinds there were.
    pub fn count(&self, kinds: &[Kind]) -> f64 {
        self.over(|place, path| self.source.count(place, Which { path, retry: None }, kinds))
    }

    /// How many of those were of first attempts, or of retries.
    pub fn count_tries(&self, retry: bool, kinds: &[Kind]) -> f64 {
        self.over(|place, path| self.source.count(place, Which { path, retry: Some(retry) }, kinds))
    }

    /// The sum of their values in seconds, where values are lengths.
    pub fn sum_seconds(&self, kinds: &[Kind]) -> f64 {
        1e-9 * self.sum(kinds)
    }

    /// The sum of their values.
    pub fn sum(&self, kinds: &[Kind]) -> f64 {
        self.over(|place, path| self.source.sum(place, Which { path, retry: None }, kinds))
    }

    /// How long the stretch is, in seconds.
    pub fn seconds(&self) -> f64 {
        self.source.seconds()
    }

    /// How many records of some kinds there were, per second.
    pub fn rate(&self, kinds: &[Kind]) -> Option<f64> {
        ratio(self.count(kinds), self.seconds())
    }

    /// The distribution of a latency, of all rows together; that of a single row is lent, not copied.
    pub fn distribution(&self, latency: Latency) -> Cow<'_, SparseHistogram> {
        let tier;
        let rows = match self.who {
            Who::Clients(rows) => &rows[..],
            Who::Tier { place, .. } => {
                tier = [(*place, 0)];
                &tier
            }
        };
        let all = rows.iter().filter_map(|&(place, path)| self.source.histogram(place, path, latency));
        let merged = all.reduce(|mut sum, one| {
            sum.to_mut().merge(&one);
            sum
        });
        merged.unwrap_or_default()
    }

    /// The place of a tier; none of clients.
    pub fn tier(&self) -> Option<usize> {
        match self.who {
            Who::Clients(_) => None,
            Who::Tier { place, .. } => Some(*place),
        }
    }

    /// What is known of that tier.
    pub fn place(&self) -> Option<&brownout_protocol::Place> {
        Some(&self.source.layout().places[self.tier()?])
    }

    /// What a gauge of a tier adds up to in the stretch.
    pub fn gauge(&self, kind: Kind) -> Option<f64> {
        self.source.gauge(self.tier()?, kind)
    }

    /// The mean of a level of a tier.
    pub fn mean_level(&self, level: Level) -> Option<f64> {
        ratio(self.source.level(self.tier()?, level), self.seconds())
    }

    fn over(&self, number: impl Fn(usize, Option<u8>) -> f64) -> f64 {
        match self.who {
            Who::Clients(rows) => rows.iter().map(|&(place, path)| number(place, Some(path))).sum(),
            Who::Tier { place, path } => number(*place, *path),
        }
    }
}

/// A part of a whole; none where there is no whole.
pub(crate) fn ratio(part: f64, whole: f64) -> Option<f64> {
    (0.0 < whole).then(|| part / whole)
}
