//! What is asked of a result: expectations and laws, as typed data.

use crate::{Metric, Subject};
use brownout_units::Span;
use serde::{Deserialize, Serialize};

/// One number of a result, by subject and metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The subject.
    pub subject: Subject,
    /// The metric.
    pub metric: &'static Metric,
}

/// What a scenario expects of its result.
#[derive(Clone, Debug, PartialEq)]
pub struct Expect {
    /// As in the file.
    pub that: String,
    /// The number that is checked.
    pub left: Asked,
    /// How it is compared.
    pub op: Op,
    /// What it is compared with.
    pub right: Operand,
    /// Since the start of the run, from … to; none: all after the warm-up.
    pub when: Option<(Span, Span)>,
    /// What `baseline` means on the right: the left metric between these instants.
    pub baseline: Option<(Span, Span)>,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `==`
    Equal,
    /// `!=`
    Differs,
}

impl Op {
    /// All, longer signs before their beginnings.
    pub const ALL: [Op; 6] = [Op::AtMost, Op::AtLeast, Op::Equal, Op::Differs, Op::Less, Op::More];

    /// As it is written.
    pub const fn sign(self) -> &'static str {
        match self {
            Op::Less => "<",
            Op::AtMost => "<=",
            Op::More => ">",
            Op::AtLeast => ">=",
            Op::Equal => "==",
            Op::Differs => "!=",
        }
    }

    /// Whether `left op right` holds; with NaN only `!=` holds.
    pub fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Op::Less => left < right,
            Op::AtMost => left <= right,
            Op::More => left > right,
            Op::AtLeast => left >= right,
            Op::Equal => left == right,
            Op::Differs => left != right,
        }
    }
}

/// What a metric is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A number in the unit of the metric on the left: seconds, per second, a fraction, a count.
    Number(f64),
    /// Another metric, times a factor.
    Metric {
        /// Times.
        factor: f64,
        /// The key of the metric.
        asked: Asked,
    },
    /// The metric on the left in the baseline window, times a factor.
    Baseline {
        /// Times.
        factor: f64,
    },
    /// How a run ended; better endings are less.
    Badge(Badge),
}

/// How a run ended, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Badge {
    /// There was no trigger, and goodput stayed as it was.
    Steady,
    /// Goodput never left its normal range.
    Absorbed,
    /// It left and was back soon after the trigger ended.
    SelfHealed,
    /// It was back, but late.
    SlowDrain,
    /// It was back only after an operator had acted on it.
    NeededIntervention,
    /// There was no trigger, and goodput left its normal range anyway.
    Unsteady,
    /// Less than half was answered in time before anything happened: there was nothing to come back to.
    Failing,
    /// It was not back when the run ended.
    NeverCameBack,
    /// The run ended while the trigger lasted: nothing can be said.
    Undecided,
}

impl Badge {
    /// All, the best first.
    pub const ALL: [Badge; 9] = [
        Badge::Steady,
        Badge::Absorbed,
        Badge::SelfHealed,
        Badge::SlowDrain,
        Badge::NeededIntervention,
        Badge::Unsteady,
        Badge::Failing,
        Badge::NeverCameBack,
        Badge::Undecided,
    ];

    /// As results and expectations write it.
    pub const fn key(self) -> &'static str {
        match self {
            Badge::Steady => "steady",
            Badge::Absorbed => "absorbed",
            Badge::SelfHealed => "self-healed",
            Badge::SlowDrain => "slow-drain",
            Badge::NeededIntervention => "needed-intervention",
            Badge::Unsteady => "unsteady",
            Badge::Failing => "failing",
            Badge::NeverCameBack => "never-came-back",
            Badge::Undecided => "undecided",
        }
    }

    /// The badge of that name.
    pub fn find(key: &str) -> Option<Badge> {
        Badge::ALL.into_iter().find(|badge| badge.key() == key)
    }
}

/// A closed form that a result is checked against: theory must lie in the 99 % interval of the simulated mean.
#[derive(Clone, Debug, PartialEq)]
pub struct LawRow {
    /// What it is called in tables: `M/M/1 W`.
    pub name: String,
    /// The number that is checked.
    pub asked: Asked,
    /// What it should be, in the unit of the metric.
    pub theory: f64,
    /// How wide the interval may be at most, as a part of `theory`.
    pub half_width: f64,
}
