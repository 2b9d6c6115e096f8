//! How a run ended: the badge of each operation, and of classes and the run by their worst one.

use crate::findings::{ClassVerdict, OperationVerdict, Verdict};
use crate::harm::{Found, Harms, State, commonest};
use brownout_metrics::{Badge, Subject};
use brownout_stats::Estimate;
use std::collections::BTreeMap;

/// The verdict on all replications.
pub(crate) fn verdict(harms: &Harms) -> Verdict {
    let operations: Vec<OperationVerdict> = harms.paths.iter().filter_map(operation).collect();
    let badges = harms.badges(&Subject::Run);
    let (badge, counts) = commonest(&badges);
    let of_all = worst(operations.iter()).cloned();
    let mut classes: BTreeMap<String, ClassVerdict> = BTreeMap::new();
    for one in &operations {
        let of_class = || operations.iter().filter(|other| other.class == one.class);
        classes.entry(one.class.clone()).or_insert_with(|| {
            let (badge, counts) = commonest(&harms.badges(&Subject::Class(one.class.clone())));
            let recovery_seconds = judged(of_class()).and_then(|one| one.recovery_seconds);
            ClassVerdict { badge, counts, recovery_seconds }
        });
    }
    Verdict {
        badge,
        counts,
        recovery_seconds: judged(operations.iter()).and_then(|one| one.recovery_seconds),
        worst: of_all.map(|worst| worst.subject()),
        shown: badges.iter().position(|one| *one == badge).unwrap_or(0),
        reference: harms.reference,
        classes,
        operations,
    }
}

fn operation((subject, found): &(Subject, Vec<Found>)) -> Option<OperationVerdict> {
    let Subject::Path { class, operation } = subject else { return None };
    let badges: Vec<Badge> = found.iter().map(|found| found.harm.badge).collect();
    let (badge, counts) = commonest(&badges);
    let recoveries: Vec<f64> = found.iter().filter_map(|found| found.recovery).collect();
    let estimate =
        |number: fn(&Found) -> f64| Estimate::of(&found.iter().map(number).collect::<Vec<f64>>(), 0.95);
    Some(OperationVerdict {
        class: class.clone(),
        operation: operation.clone(),
        badge,
        counts,
        recovery_seconds: (!recoveries.is_empty())
            .then(|| Estimate::of(&recoveries, 0.95).within(0.0, f64::INFINITY)),
        minutes_down: estimate(|found| found.harm.minutes_down).within(0.0, f64::INFINITY),
        unserved: estimate(|found| found.harm.unserved()),
        mostly: mostly(found),
        few: found.iter().all(|found| found.few),
        episodes: found.iter().map(|found| found.episodes.clone()).collect(),
    })
}

/// What it was like for the longest time, over all replications.
fn mostly(found: &[Found]) -> Option<State> {
    let mut times: Vec<(State, f64)> = Vec::new();
    for span in found.iter().flat_map(|found| &found.episodes).flat_map(|episode| &episode.spans) {
        let length = span.to - span.from;
        match times.iter_mut().find(|(state, _)| *state == span.state) {
            Some((_, sum)) => *sum += length,
            None => times.push((span.state, length)),
        }
    }
    // A state in which most users got nothing says more than a longer one in which some did.
    let down = times.iter().any(|(state, _)| state.is_down());
    let kept = times.into_iter().filter(|(state, _)| state.is_down() == down);
    kept.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(state, _)| state)
}

/// The operation that the badge of all comes from: the worst badge, and of those that share it the most harm.
fn judged<'a>(operations: impl Iterator<Item = &'a OperationVerdict>) -> Option<&'a OperationVerdict> {
    operations.filter(|operation| !operation.few).max_by(|a, b| a.badge.cmp(&b.badge).then(a.by_harm(b)))
}

/// Which operation fared worst: one that is not back before one that came back, then by minutes down, then by intents
/// that were not served. A longer outage that ended with its trigger is worse than a shorter one that took a while.
fn worst<'a>(operations: impl Iterator<Item = &'a OperationVerdict>) -> Option<&'a OperationVerdict> {
    let order =
        |a: &&OperationVerdict, b: &&OperationVerdict| end(a.badge).cmp(&end(b.badge)).then(a.by_harm(b));
    operations.filter(|operation| !operation.few).max_by(order)
}

/// How an outage ended, coarsely: there was none, it came back, it cannot be said, it did not.
const fn end(badge: Badge) -> u8 {
    match badge {
        Badge::Unharmed => 0,
        Badge::Dented => 1,
        Badge::HealedWithTrigger
        | Badge::SelfHealed
        | Badge::SlowDrain
        | Badge::NeededIntervention
        | Badge::Unsteady => 2,
        Badge::Undecided => 3,
        Badge::Failing | Badge::NeverCameBack => 4,
    }
}
