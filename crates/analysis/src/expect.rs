//! The scenario's expectations, checked against the results of each replication.

use crate::findings::Expectation;
use crate::harm::Harms;
use brownout_metrics::{Asked, Badge, Expect, How, Op, Operand, Sample, Subject};
use brownout_observe::{Digest, Legend, Stretch, Summary};
use brownout_units::Span;

/// The stretches of time that expectations name: what a digest has to keep so that they can be checked.
pub fn stretches(expectations: &[Expect]) -> Vec<Stretch> {
    let named = expectations.iter().flat_map(|expect| [expect.when, expect.baseline]);
    named.flatten().map(|(from, to)| Stretch { from, to }).collect()
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
        let number = |asked: &Asked, when| self.sample(asked, when).map(|sample| sample.value);
        let left = number(&expect.left, expect.when);
        let right = match &expect.right {
            Operand::Badge(wanted) => return self.fares(&expect.left.subject, expect.op, *wanted),
            Operand::Number(number) => Some(*number),
            Operand::Metric { factor, asked } => number(asked, expect.when).map(|n| n * factor),
            Operand::Baseline { factor } => number(&expect.left, expect.baseline).map(|n| n * factor),
        };
        matches!((left, right), (Some(left), Some(right)) if expect.op.holds(&left, &right))
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
