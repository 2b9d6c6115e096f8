//! Promises that no run can keep together, or one that none can keep at all: known before anything is run.

use super::PlanError;
use brownout_metrics::{Expect, Op, Operand};
use brownout_scenario::Promise;

/// Refuses a promise whose number can never be on the good side of its bound, and two of which one wants a number above
/// a bound, and the other the same number below one that is no higher.
pub(super) fn none_contradicts(promises: &[Promise]) -> Result<(), PlanError> {
    for (at, promise) in promises.iter().enumerate() {
        let expect = &promise.expect;
        if !is_possible(expect) {
            return Err(PlanError::Wrong(format!(
                "no run can keep {}: its number is never beyond that\nhint: a bound that it can pass",
                expect.that
            )));
        }
        if let Some(other) = promises[at + 1..].iter().find(|other| contradict(expect, &other.expect)) {
            return Err(PlanError::Wrong(format!(
                "no run can keep both {} and {}: they contradict each other\nhint: keep one of them",
                expect.that, other.expect.that
            )));
        }
    }
    Ok(())
}

/// Whether two are about one number at one time, with nothing between the bounds.
fn contradict(one: &Expect, other: &Expect) -> bool {
    let is_between = |low: Option<(f64, bool)>, high: Option<(f64, bool)>| match (low, high) {
        (Some((low, at_low)), Some((high, at_high))) => low < high || at_low && at_high && low <= high,
        _ => true,
    };
    (&one.left, one.when) == (&other.left, other.when)
        && !(is_between(floor(one), ceiling(other)) && is_between(floor(other), ceiling(one)))
}

/// Whether the number of an expectation can be on the good side of its bound at all.
fn is_possible(expect: &Expect) -> bool {
    let unit = expect.left.metric.unit;
    let reaches = floor(expect).is_none_or(|(low, at)| low < unit.most() || at && low <= unit.most());
    reaches && ceiling(expect).is_none_or(|(high, at)| unit.least() < high || at && unit.least() <= high)
}

/// The bound above which the number has to be, and whether it may be at it.
fn floor(expect: &Expect) -> Option<(f64, bool)> {
    bound(expect, Op::More, Op::AtLeast)
}

/// The same of that below which it has to be.
fn ceiling(expect: &Expect) -> Option<(f64, bool)> {
    bound(expect, Op::Less, Op::AtMost)
}

fn bound(expect: &Expect, beyond: Op, at: Op) -> Option<(f64, bool)> {
    match expect.right {
        Operand::Number(number) if [beyond, at, Op::Equal].contains(&expect.op) => {
            Some((number, expect.op != beyond))
        }
        _ => None,
    }
}
