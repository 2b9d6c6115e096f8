//! Intents that would have been served and were not, in parts that add up.
//!
//! Each part is the run's own minus that of the reference, so that what fails by design is not counted. Never begun
//! is the reference's beginnings minus the run's: it may be below 0 where people log in again.

use super::Reference;
use super::course::Whose;
use brownout_observe::{Counts, Digest, Replication};
use std::ops::Range;

/// The unserved intents of one path in one replication, after the warm-up. Every part may be below 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Unserved {
    /// Served well in the reference.
    pub(crate) asked: i64,
    pub(crate) failed: i64,
    pub(crate) late: i64,
    pub(crate) never_begun: i64,
    pub(crate) open: i64,
}

impl Unserved {
    /// All parts together.
    pub(crate) fn sum(self) -> i64 {
        self.failed + self.late + self.never_begun + self.open
    }
}

/// Those of a path.
///
/// # Panics
/// If the parts do not add up to what the reference served well and the run did not.
pub(crate) fn unserved(of: &Replication, whose: Whose, steps: &Range<usize>, against: Reference) -> Unserved {
    let counts = |digest: &Digest| digest.pace.sum(whose.path, steps.clone());
    let run = counts(&of.run);
    let reference = match (against, &of.ideal, &of.counterfactual) {
        (Reference::Ideal, Some(ideal), _) => counts(ideal),
        (Reference::Counterfactual, _, Some(without)) => counts(without),
        // Every intent of the run would have been served.
        _ => Counts { began: run.began, good: run.began, late: 0, failed: 0 },
    };
    let part = |of: fn(Counts) -> i64| of(run) - of(reference);
    let unserved = Unserved {
        asked: reference.good as i64,
        failed: part(|counts| counts.failed as i64),
        late: part(|counts| counts.late as i64),
        never_begun: -part(|counts| counts.began as i64),
        open: part(Counts::open),
    };
    let lost = reference.good as i64 - run.good as i64;
    assert!(unserved.sum() == lost, "{lost} intents are unserved, and the parts are {unserved:?}");
    unserved
}
