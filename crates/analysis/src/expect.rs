//! What the scenario expected, held against what came, replication by replication.

use crate::findings::{Badge, Expectation};
use crate::metric::value;
use crate::verdict::Course;
use brownout_observe::Observations;
use brownout_scenario::{BADGES, Expect, Metric, MetricUnit, Operand, Subject};
use brownout_stats::Estimate;
use brownout_units::Span;
use std::collections::BTreeMap;
use std::ops::Range;

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

    /// Those of whom a metric speaks.
    fn of(&self, subject: &Subject) -> &[Badge] {
        match subject {
            Subject::Class(class) => self.classes.get(class).unwrap_or(&self.all),
            _ => &self.all,
        }
    }
}

/// Holds one expectation against all runs. A number that does not exist meets nothing.
pub(crate) fn hold(expect: &Expect, runs: &[Observations], badges: &Badges) -> Expectation {
    let values: Vec<f64> = runs.iter().filter_map(|run| number(run, &expect.left, expect.when)).collect();
    let met = |(run, badge): &(&Observations, &Badge)| meets(expect, run, **badge);
    let passed = runs.iter().zip(badges.of(&expect.left.subject)).filter(met).count() as u32;
    Expectation {
        that: expect.that.clone(),
        when: expect.when.map_or_else(String::new, |(from, to)| format!("{from}..{to}")),
        value: (!values.is_empty()).then(|| Estimate::of(&values, 0.95)),
        passed,
        replications: runs.len() as u32,
        pass: passed as usize == runs.len(),
    }
}

fn meets(expect: &Expect, run: &Observations, badge: Badge) -> bool {
    if let Operand::Badge(wanted) = expect.right {
        let rank = |key: &str| BADGES.iter().position(|&b| b == key);
        return match (rank(badge.key()), rank(wanted)) {
            (Some(left), Some(right)) => expect.op.holds(&left, &right),
            _ => false,
        };
    }
    let left = number(run, &expect.left, expect.when);
    let right = match &expect.right {
        Operand::Number(number) => Some(*number),
        Operand::Metric { factor, metric } => number(run, metric, expect.when).map(|n| n * factor),
        Operand::Baseline { factor } => number(run, &expect.left, expect.baseline).map(|n| n * factor),
        Operand::Badge(_) => None,
    };
    matches!((left, right), (Some(left), Some(right)) if expect.op.holds(&left, &right))
}

fn number(run: &Observations, metric: &Metric, when: Option<(Span, Span)>) -> Option<f64> {
    if metric.unit == MetricUnit::Badge {
        return None;
    }
    value(run, windows(run, when), &metric.subject, metric.key)
}

/// The windows of a stretch of time; without one, all after the warm-up.
pub(crate) fn windows(run: &Observations, when: Option<(Span, Span)>) -> Range<usize> {
    when.map_or_else(|| run.layout.measured(), |(from, to)| run.layout.range(from, to))
}
