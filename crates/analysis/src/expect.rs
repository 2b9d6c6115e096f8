//! The scenario's expectations, checked against the results of each replication.

use crate::findings::Expectation;
use crate::verdict::Course;
use brownout_metrics::{Asked, Badge, Expect, Operand, Sample, Subject, Unit};
use brownout_observe::{Digest, Legend, Stretch, Summary};
use brownout_units::Span;
use std::collections::BTreeMap;

/// How each replication ended, for all and for each class.
pub(crate) struct Badges {
    all: Vec<Badge>,
    classes: BTreeMap<String, Vec<Badge>>,
}

impl Badges {
    pub(crate) fn new(all: &[Course], classes: &BTreeMap<String, Vec<Course>>) -> Self {
        let badges = |courses: &[Course]| courses.iter().map(|course| course.badge).collect();
        let classes = classes.iter().map(|(class, courses)| (class.clone(), badges(courses))).collect();
        Badges { all: badges(all), classes }
    }

    /// Those that a metric speaks of.
    fn of(&self, subject: &Subject) -> &[Badge] {
        match subject {
            Subject::Class(class) => self.classes.get(class).unwrap_or(&self.all),
            _ => &self.all,
        }
    }
}

/// The stretches of time that expectations name: what a digest has to keep so that they can be checked.
pub fn stretches(expectations: &[Expect]) -> Vec<Stretch> {
    let named = expectations.iter().flat_map(|expect| [expect.when, expect.baseline]);
    named.flatten().map(|(from, to)| Stretch { from, to }).collect()
}

/// Checks one expectation against all replications. A number that does not exist meets no expectation.
pub(crate) fn hold(expect: &Expect, legend: &Legend, digests: &[Digest], badges: &Badges) -> Expectation {
    let samples: Vec<_> =
        digests.iter().filter_map(|digest| sample(legend, digest, &expect.left, expect.when)).collect();
    let badges = badges.of(&expect.left.subject);
    let met = |(digest, badge): &(&Digest, &Badge)| meets(expect, legend, digest, **badge);
    let passed = digests.iter().zip(badges).filter(met).count() as u32;
    Expectation {
        that: expect.that.clone(),
        when: expect.when.map_or_else(String::new, |(from, to)| format!("{from}..{to}")),
        key: expect.left.metric.key.to_owned(),
        subject: expect.left.subject.clone(),
        value: expect.left.metric.combine(&samples),
        passed,
        replications: digests.len() as u32,
        pass: passed as usize == digests.len(),
    }
}

fn meets(expect: &Expect, legend: &Legend, digest: &Digest, badge: Badge) -> bool {
    let number = |asked: &Asked, when| sample(legend, digest, asked, when).map(|sample| sample.value);
    let left = number(&expect.left, expect.when);
    let right = match &expect.right {
        Operand::Badge(wanted) => return expect.op.holds(&badge, wanted),
        Operand::Number(number) => Some(*number),
        Operand::Metric { factor, asked } => number(asked, expect.when).map(|n| n * factor),
        Operand::Baseline { factor } => number(&expect.left, expect.baseline).map(|n| n * factor),
    };
    matches!((left, right), (Some(left), Some(right)) if expect.op.holds(&left, &right))
}

/// A number of a stretch of time; without one, of all after the warm-up.
///
/// # Panics
/// If the digest has not kept that stretch.
fn sample(legend: &Legend, digest: &Digest, asked: &Asked, when: Option<(Span, Span)>) -> Option<Sample> {
    if asked.metric.unit == Unit::Badge {
        return None;
    }
    let summary: &Summary = match when {
        None => digest.measured(),
        Some((from, to)) => {
            digest.stretch(Stretch { from, to }).expect("a digest keeps what expectations name")
        }
    };
    asked.metric.sample(&summary.view(legend), &asked.subject)
}
