//! The scenario's expectations, checked against the results of each replication.

use crate::analyse::{Case, trouble};
use crate::findings::Expectation;
use crate::happened::happened;
use crate::harm::Harms;
use crate::marks::marks;
use brownout_metrics::{Asked, Badge, Expect, How, Op, Operand, Pooled, Sample, Subject};
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
    let harms = if expectations.iter().any(is_of_harm) {
        let trouble = trouble(model, &marks(model), &happened(model, &replication.run));
        Harms::find(model, legend, replication, &trouble)
    } else {
        Harms::none()
    };
    let basis = Basis { legend, run: &replication.run, harms: &harms };
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

/// What one replication says to an expectation, for all replications together: the number on the left, and whether it
/// is met.
pub(crate) type Said = (Option<Sample>, bool);

/// What one replication says to each expectation. A number that does not exist meets none.
pub(crate) fn said(expectations: &[Expect], legend: &Legend, run: &Digest, harms: &Harms) -> Vec<Said> {
    let basis = Basis { legend, run, harms };
    let said = |expect: &Expect| (basis.sample(&expect.left, expect.when), basis.meets(expect));
    expectations.iter().map(said).collect()
}

/// What all replications say to one expectation, taken one by one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    pooled: Pooled,
    passed: u32,
    replications: u32,
}

impl Held {
    pub(crate) fn add(&mut self, (sample, passes): Said) {
        if let Some(sample) = sample {
            self.pooled.add(sample);
        }
        self.passed += u32::from(passes);
        self.replications += 1;
    }

    pub(crate) fn expectation(&self, expect: &Expect) -> Expectation {
        Expectation {
            that: expect.that.clone(),
            when: expect.when.map_or_else(String::new, |(from, to)| format!("{from}..{to}")),
            key: expect.left.metric.key.to_owned(),
            subject: expect.left.subject.clone(),
            value: expect.left.metric.combine(&self.pooled),
            passed: self.passed,
            replications: self.replications,
            pass: self.passed == self.replications,
        }
    }
}

/// What an expectation is checked against: one replication.
struct Basis<'a> {
    legend: &'a Legend,
    run: &'a Digest,
    harms: &'a Harms,
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
        let badge = self.harms.badge(subject);
        badge != Badge::Undecided && op.holds(&badge, &wanted)
    }

    /// A number of a stretch of time; without one, of all after the warm-up.
    ///
    /// # Panics
    /// If the digest has not kept that stretch.
    fn sample(&self, asked: &Asked, when: Option<(Span, Span)>) -> Option<Sample> {
        match asked.metric.how {
            How::Judged => return None,
            How::Harm(_) => return asked.metric.of_harm(&self.harms.of(&asked.subject)?),
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
