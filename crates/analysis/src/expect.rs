//! The scenario's expectations, checked against the results of each replication.

use crate::analyse::{Case, trouble};
use crate::findings::Expectation;
use crate::harm::Harms;
use crate::marks::marks;
use brownout_metrics::{Asked, Badge, Expect, How, Op, Operand, Sample, Subject};
use brownout_observe::{Digest, Legend, Replication, Stretch, Summary};
use brownout_units::Span;

/// The stretches of time that expectations name: what a digest has to keep so that they can be checked.
pub fn stretches(expectations: &[Expect]) -> Vec<Stretch> {
    let named = expectations.iter().flat_map(|expect| [expect.when, expect.baseline]);
    named.flatten().map(|(from, to)| Stretch { from, to }).collect()
}

/// What one replication says to an expectation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// The number on the left, in the unit of its metric; none if there is no such number, or where a badge is asked.
    pub left: Option<f64>,
    /// What it is compared with.
    pub right: Option<f64>,
    /// Whether the comparison holds. A number that does not exist satisfies none.
    pub holds: bool,
}

/// What one replication says to each expectation of a case, without all else that an analysis finds: what a search
/// needs of thousands of runs.
///
/// # Panics
/// If the digest has not kept what an expectation asks for.
pub fn judge(case: &Case<'_>, replication: &Replication) -> Vec<Judged> {
    let Case { model, legend, expectations } = *case;
    let all = std::slice::from_ref(replication);
    let harms = if expectations.iter().any(is_of_harm) {
        let trouble = trouble(model, &marks(model), &replication.run);
        Harms::find(model, legend, all, &[trouble])
    } else {
        Harms::none()
    };
    let basis = Basis { legend, run: &replication.run, harms: &harms, at: 0 };
    let judged = |expect: &Expect| {
        let (left, right) = basis.sides(expect);
        Judged { left, right, holds: basis.meets(expect) }
    };
    expectations.iter().map(judged).collect()
}

/// Whether an expectation is about harm, which is counted against runs beside each seed.
pub fn is_of_harm(expect: &Expect) -> bool {
    let is = |asked: &Asked| matches!(asked.metric.how, How::Harm(_) | How::Judged);
    let right = match &expect.right {
        Operand::Metric { asked, .. } => is(asked),
        Operand::Badge(_) => true,
        Operand::Number(_) | Operand::Baseline { .. } => false,
    };
    right || is(&expect.left)
}

/// Checks one expectation against all replications. A number that does not exist meets no expectation.
pub(crate) fn hold(expect: &Expect, legend: &Legend, runs: &[&Digest], harms: &Harms) -> Expectation {
    let basis = |at: usize| Basis { legend, run: runs[at], harms, at };
    let samples: Vec<_> =
        (0..runs.len()).filter_map(|at| basis(at).sample(&expect.left, expect.when)).collect();
    let passed = (0..runs.len()).filter(|&at| basis(at).meets(expect)).count() as u32;
    Expectation {
        that: expect.that.clone(),
        when: expect.when.map_or_else(String::new, |(from, to)| format!("{from}..{to}")),
        key: expect.left.metric.key.to_owned(),
        subject: expect.left.subject.clone(),
        value: expect.left.metric.combine(&samples),
        passed,
        replications: runs.len() as u32,
        pass: passed as usize == runs.len(),
    }
}

/// What an expectation is checked against: one replication.
struct Basis<'a> {
    legend: &'a Legend,
    run: &'a Digest,
    harms: &'a Harms,
    /// Which replication it is.
    at: usize,
}

impl Basis<'_> {
    fn meets(&self, expect: &Expect) -> bool {
        if let Operand::Badge(wanted) = &expect.right {
            return self.fares(&expect.left.subject, expect.op, *wanted);
        }
        matches!(self.sides(expect), (Some(left), Some(right)) if expect.op.holds(&left, &right))
    }

    /// The numbers on both sides; a badge is none.
    fn sides(&self, expect: &Expect) -> (Option<f64>, Option<f64>) {
        let number = |asked: &Asked, when| self.sample(asked, when).map(|sample| sample.value);
        let right = match &expect.right {
            Operand::Badge(_) => return (None, None),
            Operand::Number(number) => Some(*number),
            Operand::Metric { factor, asked } => number(asked, expect.when).map(|n| n * factor),
            Operand::Baseline { factor } => number(&expect.left, expect.baseline).map(|n| n * factor),
        };
        (number(&expect.left, expect.when), right)
    }

    /// Whether a subject fared so. Where nothing can be said, nothing holds.
    fn fares(&self, subject: &Subject, op: Op, wanted: Badge) -> bool {
        let badge = self.harms.of(subject, self.at).map_or(Badge::Undecided, |harm| harm.badge);
        badge != Badge::Undecided && op.holds(&badge, &wanted)
    }

    /// A number of a stretch of time; without one, of all after the warm-up.
    ///
    /// # Panics
    /// If the digest has not kept that stretch.
    fn sample(&self, asked: &Asked, when: Option<(Span, Span)>) -> Option<Sample> {
        match asked.metric.how {
            How::Judged => return None,
            How::Harm(_) => return asked.metric.of_harm(&self.harms.of(&asked.subject, self.at)?),
            _ => (),
        }
        let summary: &Summary = match when {
            None => self.run.measured(),
            Some((from, to)) => {
                self.run.stretch(Stretch { from, to }).expect("a digest keeps what expectations name")
            }
        };
        asked.metric.sample(&summary.view(self.legend), &asked.subject)
    }
}
