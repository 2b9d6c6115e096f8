//! What surges, faults, acts and leases are called: the one place that words them.

use brownout_analysis::findings::{Happening, HappeningKind, Mark, MarkKind};

/// A trigger: `migration of 1,000,000 users`.
pub(crate) fn trigger(mark: &Mark) -> &str {
    &mark.label
}

/// What kind of trigger it is.
pub(crate) const fn trigger_kind(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Surge => "surge",
        MarkKind::Fault => "fault",
    }
}

/// Something that happened: `auth is down, by chance`; the same text for the same thing.
pub(crate) fn happening(one: &Happening) -> &str {
    &one.label
}

/// Many things of a kind that have different names.
pub(crate) const fn many(kind: HappeningKind) -> &'static str {
    match kind {
        HappeningKind::Act => "acts on the service",
        HappeningKind::Lease => "leases from other clouds",
        HappeningKind::Chance => "faults by chance",
        HappeningKind::Condition => "faults set off",
        HappeningKind::Chaos => "faults by chaos",
        HappeningKind::Lapse => "× a replica has no lease",
    }
}
