//! What is asked of a result: expectations and laws, as typed data.

use crate::{Badge, Metric, Subject};
use brownout_units::Span;

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
