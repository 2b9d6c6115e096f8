//! Variants by what their users lost, the least first; those that came to the same stand together.

use crate::findings::{Findings, OperationVerdict};
use brownout_metrics::harm::UNSERVED_SHARE;
use std::cmp::Ordering;

/// Half of what a report shows as a tenth of a minute: shorter differences would be told apart by equal numbers.
const SAME_MINUTES: f64 = 0.05;
/// Half of what a report shows as a tenth of a percent.
const SAME_SHARE: f64 = 0.0005;

/// A place in the order, and who shares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// Which of the variants, by its place among those given.
    pub at: usize,
    /// The variants whose operations all fared the same, in the order given.
    pub same: Vec<usize>,
}

/// Variants in the order of harm, the least first: minutes down of the worst operation, then of the next worst, then
/// badges, then the share of what was asked that was not served. Equal ones keep the order given, and are one place.
pub fn ranked(variants: &[&Findings]) -> Vec<Ranked> {
    let mut order: Vec<usize> = (0..variants.len()).collect();
    order.sort_by(|a, b| by_harm(variants[*a], variants[*b]));
    let mut places: Vec<Ranked> = Vec::new();
    for at in order {
        match places.iter_mut().find(|place| is_same(variants[place.at], variants[at])) {
            Some(place) => place.same.push(at),
            None => places.push(Ranked { at, same: Vec::new() }),
        }
    }
    for place in &mut places {
        place.same.sort_unstable();
    }
    places
}

fn by_harm(a: &Findings, b: &Findings) -> Ordering {
    // The first operation in which they differ decides.
    let down = longest_first(a).cmp(&longest_first(b));
    let lost = || worst_share(a).total_cmp(&worst_share(b));
    down.then(a.verdict.badge.cmp(&b.verdict.badge)).then_with(lost)
}

/// Minutes down of each operation in tenths, as a report shows them, the most first.
fn longest_first(findings: &Findings) -> Vec<u64> {
    let tenths = |one: &OperationVerdict| (10.0 * one.minutes_down.mean).round() as u64;
    let mut down: Vec<u64> = findings.verdict.operations.iter().map(tenths).collect();
    down.sort_unstable_by(|a, b| b.cmp(a));
    down
}

fn worst_share(findings: &Findings) -> f64 {
    findings.verdict.operations.iter().map(|one| share(findings, one)).fold(0.0, f64::max)
}

fn share(findings: &Findings, operation: &OperationVerdict) -> f64 {
    findings.values.get(&operation.subject(), &UNSERVED_SHARE).map_or(0.0, |estimate| estimate.mean)
}

/// Whether a reader could not tell two variants apart: badges, expectations met, and the harm of each operation.
fn is_same(a: &Findings, b: &Findings) -> bool {
    let met = |findings: &Findings| findings.expectations.iter().filter(|one| one.pass).count();
    let (ours, theirs) = (&a.verdict.operations, &b.verdict.operations);
    let same = |(one, other): (&OperationVerdict, &OperationVerdict)| {
        one.subject() == other.subject()
            && one.badge == other.badge
            && (one.minutes_down.mean - other.minutes_down.mean).abs() < SAME_MINUTES
            && (share(a, one) - share(b, other)).abs() < SAME_SHARE
    };
    a.verdict.badge == b.verdict.badge
        && a.verdict.counts == b.verdict.counts
        && met(a) == met(b)
        && a.expectations.len() == b.expectations.len()
        && ours.len() == theirs.len()
        && ours.iter().zip(theirs).all(same)
}
