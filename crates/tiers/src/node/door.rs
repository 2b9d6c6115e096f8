//! What happens to calls on their way to a tier: lost, or its name not resolved.

use brownout_kernel::Stream;
use brownout_model::{Change, Effect, PathId};
use brownout_protocol::{Call, Reason};
use brownout_units::Span;
use std::sync::Arc;

/// The faults at the door of a tier.
pub(crate) struct Door {
    faults: Arc<[Change]>,
    /// By node: the place whose calls it sends.
    speakers: Arc<[u16]>,
    /// The active faults, by their place in the model.
    on: Vec<u32>,
    stream: Stream,
}

/// The fate of a call at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DoorOutcome {
    /// It gets through.
    Through,
    /// It is lost without an answer.
    Lost,
    /// It is refused, for this reason, and the caller is told later.
    Refused(Span, Reason),
}

impl Door {
    /// No faults.
    pub(crate) fn new(faults: Arc<[Change]>, speakers: Arc<[u16]>, stream: Stream) -> Self {
        Door { faults, speakers, on: Vec::new(), stream }
    }

    /// Whether a fault acts at the door.
    pub(crate) fn is_at_door(kind: Effect) -> bool {
        matches!(kind, Effect::Loss { .. } | Effect::Unresolved { .. } | Effect::Shed { .. })
    }

    /// A fault begins or ends.
    pub(crate) fn set(&mut self, fault: u32, on: bool) {
        self.on.retain(|&other| other != fault);
        if on {
            self.on.push(fault);
        }
    }

    /// Whether any fault is active.
    #[inline]
    pub(crate) fn is_shut(&self) -> bool {
        !self.on.is_empty()
    }

    /// The fate of a call.
    pub(crate) fn way(&mut self, call: &Call) -> DoorOutcome {
        let speaker = self.speakers[call.from.index()];
        let of = |from: Option<u16>| from.is_none_or(|place| place == speaker);
        for &fault in &self.on {
            let Change { effect, target, .. } = &self.faults[fault as usize];
            if !target.paths.contains(PathId(call.path)) {
                continue;
            }
            match *effect {
                Effect::Shed { paths, keep }
                    if paths.contains(PathId(call.path)) && !self.stream.chance(keep.fraction()) =>
                {
                    return DoorOutcome::Refused(Span::ZERO, Reason::Shed);
                }
                Effect::Unresolved { from, after } if of(from) => {
                    return DoorOutcome::Refused(after, Reason::Name);
                }
                Effect::Loss { from, ratio } if of(from) && self.stream.chance(ratio.fraction()) => {
                    return DoorOutcome::Lost;
                }
                _ => {}
            }
        }
        DoorOutcome::Through
    }
}
