//! What happens to calls on their way to a tier: lost, or its name not resolved.

use brownout_kernel::Stream;
use brownout_model::{Change, Effect, PathId};
use brownout_protocol::Call;
use brownout_units::Span;
use std::sync::Arc;

/// The faults at the door of a tier.
pub(crate) struct Door {
    faults: Arc<[Change]>,
    /// By node: as which place it speaks.
    speakers: Arc<[u16]>,
    /// Those that are on, by their place in the model.
    on: Vec<u32>,
    stream: Stream,
}

/// What becomes of a call at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// It gets through.
    Through,
    /// Nobody will ever hear of it.
    Lost,
    /// It is refused, and the caller is told so later.
    Refused(Span),
}

impl Door {
    /// Nothing is wrong.
    pub(crate) fn new(faults: Arc<[Change]>, speakers: Arc<[u16]>, stream: Stream) -> Self {
        Door { faults, speakers, on: Vec::new(), stream }
    }

    /// Whether a fault is one of the way here.
    pub(crate) fn is_mine(kind: Effect) -> bool {
        matches!(kind, Effect::Loss { .. } | Effect::Unresolved { .. } | Effect::Shed { .. })
    }

    /// A fault begins or ends.
    pub(crate) fn set(&mut self, fault: u32, on: bool) {
        self.on.retain(|&other| other != fault);
        if on {
            self.on.push(fault);
        }
    }

    /// Whether something is wrong.
    #[inline]
    pub(crate) fn is_shut(&self) -> bool {
        !self.on.is_empty()
    }

    /// What becomes of a call.
    pub(crate) fn way(&mut self, call: &Call) -> Way {
        let speaker = self.speakers[call.from.index()];
        let of = |from: Option<u16>| from.is_none_or(|place| place == speaker);
        for &fault in &self.on {
            match self.faults[fault as usize].effect {
                Effect::Shed { paths, keep }
                    if paths.contains(PathId(call.path)) && !self.stream.chance(keep.fraction()) =>
                {
                    return Way::Refused(Span::ZERO);
                }
                Effect::Unresolved { from, after } if of(from) => return Way::Refused(after),
                Effect::Loss { from, ratio } if of(from) && self.stream.chance(ratio.fraction()) => {
                    return Way::Lost;
                }
                _ => {}
            }
        }
        Way::Through
    }
}
