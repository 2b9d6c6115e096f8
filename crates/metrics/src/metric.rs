//! A row of the table: what a number is called, what it means, and how it is computed.

use crate::combine::Sample;
use crate::source::ratio;
use crate::{Ask, Harm, Scope, Source, Subject, Unit, Who};
use brownout_protocol::Status;
use brownout_units::Span;

/// One number of a result.
#[derive(Clone, Debug)]
pub struct Metric {
    /// As expectations and results write it: `success_rate`, `latency.p99`, `failed.timeout`.
    pub key: &'static str,
    /// Which subjects it can have.
    pub scopes: &'static [Scope],
    /// What it is measured in; its bounds follow.
    pub unit: Unit,
    /// Which way is good news.
    pub better: Better,
    /// What it is, in one sentence.
    pub meaning: &'static str,
    /// How it is computed.
    pub how: How,
    /// Whether results list it when it is 0 (or when there is none).
    pub shown: Shown,
    /// Of which of its subjects it is also drawn over time, window by window.
    pub over_time: &'static [Scope],
    /// Its place in the stable JSON.
    pub place: Place,
}

/// The place of a number in the stable JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Inside of this object of its subject; empty: directly.
    pub under: &'static str,
    /// Its key, unless another name was promised: a part before its first dot is an object, too.
    pub name: &'static str,
}

/// Which way is good news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    High,
    /// Less is better.
    Low,
    /// Neither.
    Neither,
}

/// Whether a number is listed where it is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Always: as null where there is no such number.
    Always,
    /// Only where it is above 0 in some replication: reasons of failure.
    AboveZero,
}

/// A part and its whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parts {
    /// Of this …
    pub part: f64,
    /// … of that.
    pub whole: f64,
}

/// What of a distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Of {
    /// The mean.
    Mean,
    /// The value that this part does not exceed.
    Quantile(f64),
}

/// Which extreme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The highest.
    Highest,
    /// The lowest.
    Lowest,
}

/// How a metric is computed.
#[derive(Clone, Copy, Debug)]
pub enum How {
    /// A number.
    Value(fn(&Ask<'_>) -> Option<f64>),
    /// A share of events: its interval is that of a probability.
    Share(fn(&Ask<'_>) -> Option<Parts>),
    /// A part of a quantity, such as time.
    Part(fn(&Ask<'_>) -> Option<Parts>),
    /// Something of a distribution, in seconds.
    Latency(fn(&Ask<'_>, Of) -> Option<f64>, Of),
    /// A number for one reason of failure.
    Reason(fn(&Ask<'_>, Status) -> Option<f64>, Status),
    /// The extreme of a share or part over any stretch of that length, in [`step`](crate::step)s; over the
    /// whole stretch that is asked for where that is shorter.
    Extreme {
        /// Of which metric: one made of [`Parts`].
        of: &'static Metric,
        /// The length; a multiple of [`STEP`](crate::STEP).
        over: Span,
        /// Which extreme.
        end: End,
    },
    /// A number of the harm that was found once the run was over.
    Harm(fn(&Harm) -> Option<f64>),
    /// Known only once the run is judged: how it ended.
    Judged,
}

/// Two metrics are the same if they have the same key and the same scopes.
impl PartialEq for Metric {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.scopes == other.scopes
    }
}

impl Eq for Metric {}

impl Metric {
    pub(crate) const fn new(
        key: &'static str,
        scopes: &'static [Scope],
        unit: Unit,
        better: Better,
        meaning: &'static str,
        how: How,
    ) -> Metric {
        Metric {
            key,
            scopes,
            unit,
            better,
            meaning,
            how,
            shown: Shown::Always,
            over_time: &[],
            place: Place { under: "", name: key },
        }
    }

    /// Drawn over time, too, of these subjects.
    pub(crate) const fn over_time(self, scopes: &'static [Scope]) -> Metric {
        Metric { over_time: scopes, ..self }
    }

    /// Not listed where it is 0.
    pub(crate) const fn above_zero(self) -> Metric {
        Metric { shown: Shown::AboveZero, ..self }
    }

    /// At another place in the stable JSON than its key.
    pub(crate) const fn at(self, under: &'static str, name: &'static str) -> Metric {
        Metric { place: Place { under, name }, ..self }
    }

    /// The keys that lead to it in the stable JSON of its subject: `["tokens", "ttft", "p99"]`.
    pub fn path(&self) -> Vec<&'static str> {
        let Place { under, name } = self.place;
        let (group, last) = name.split_once('.').map_or((None, name), |(group, last)| (Some(group), last));
        let under = (!under.is_empty()).then_some(under);
        under.into_iter().chain(group).chain([last]).collect()
    }

    /// Whether such a subject can have it.
    pub fn is_of(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// The number of one stretch of one run, clamped to what is possible; none if there is no such number: the 99th
    /// percentile of nothing, the hit ratio of a tier without a cache.
    pub fn value(&self, source: &dyn Source, subject: &Subject) -> Option<f64> {
        let who = Who::of(source.layout(), subject)?;
        self.ask(&Ask { source, subject, who: &who }).map(|sample| sample.value)
    }

    /// The same with how many trials it rests on.
    pub fn sample(&self, source: &dyn Source, subject: &Subject) -> Option<Sample> {
        let who = Who::of(source.layout(), subject)?;
        self.ask(&Ask { source, subject, who: &who })
    }

    /// The same where it is known already which rows are meant.
    pub fn ask(&self, ask: &Ask<'_>) -> Option<Sample> {
        let number = match self.how {
            How::Value(number) => number(ask),
            How::Share(parts) | How::Part(parts) => {
                let parts = parts(ask)?;
                let value = ratio(parts.part, parts.whole)?;
                let trials = matches!(self.how, How::Share(_)).then_some(parts.whole);
                return self.possible(value).map(|value| Sample { value, trials });
            }
            How::Latency(number, of) => number(ask, of),
            How::Reason(number, status) => number(ask, status),
            How::Extreme { of, .. } => {
                let followed = ask.source.extreme(self, ask.subject);
                followed.or_else(|| of.ask(ask).map(|sample| sample.value))
            }
            How::Harm(_) | How::Judged => None,
        };
        self.possible(number?).map(|value| Sample { value, trials: None })
    }

    /// The number of the harm to a subject in one run; none where it is not made of that.
    pub fn of_harm(&self, harm: &Harm) -> Option<Sample> {
        let How::Harm(number) = self.how else { return None };
        self.possible(number(harm)?).map(|value| Sample { value, trials: None })
    }

    /// Whether it is found in the whole of a run after the warm-up, and not in any stretch of it.
    pub const fn is_of_whole_run(&self) -> bool {
        matches!(self.how, How::Harm(_) | How::Judged)
    }

    /// Its part and whole, where it is made of these.
    pub fn parts(&self, ask: &Ask<'_>) -> Option<Parts> {
        match self.how {
            How::Share(parts) | How::Part(parts) => parts(ask),
            _ => None,
        }
    }

    fn possible(&self, value: f64) -> Option<f64> {
        value.is_finite().then(|| value.clamp(self.unit.least(), self.unit.most()))
    }
}
