//! Lines of changes, in logs that explain.

use brownout_kernel::Cx;
use brownout_model::{Change, Effect};
use brownout_protocol::Service;
use brownout_protocol::explain::{self, Area};

/// A change begins or ends to act on a place.
pub(crate) fn change(place: u16, change: &Change, on: bool, cx: &mut Cx<'_, Service>) {
    cx.record(explain::acts(place, change.id.0, area(change.effect), on));
}

/// What of a tier an effect changes.
fn area(effect: Effect) -> Area {
    match effect {
        Effect::Loss { .. } | Effect::Unresolved { .. } | Effect::Shed { .. } => Area::Door,
        Effect::Errors { .. } => Area::Errors,
        Effect::Crash | Effect::Restart { .. } | Effect::Lapsed => Area::Replicas,
        Effect::Hang
        | Effect::Slow { .. }
        | Effect::Memory { .. }
        | Effect::Latency { .. }
        | Effect::Leak { .. } => Area::Speed,
        Effect::Flush
        | Effect::Divert { .. }
        | Effect::QueueLimit { .. }
        | Effect::Emergency { .. }
        | Effect::Scale { .. }
        | Effect::Set { .. }
        | Effect::Undo(_)
        | Effect::Surge { .. } => Area::Other,
    }
}
