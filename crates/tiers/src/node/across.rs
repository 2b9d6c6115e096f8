//! Calls on their way to a replica in another zone.

use super::caller_index::CallerIndex;
use crate::pure::slab::{self, Slab};
use brownout_kernel::{Cx, NodeId, TimerId};
use brownout_protocol::{Call, Msg, Say, Service, Token, Wake};
use brownout_units::Span;

/// A call in transit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traveller {
    /// The call as it came, marked as one that has crossed zones.
    pub(crate) msg: Msg,
    /// Its destination, and which use of that place it was meant for.
    pub(crate) replica: Token,
    from: NodeId,
    theirs: Token,
    timer: TimerId,
    generation: u32,
}

impl slab::SlabRow for Traveller {
    fn generation(&self) -> u32 {
        self.generation
    }
    fn set_generation(&mut self, generation: u32) {
        self.generation = generation;
    }
}

/// Calls in transit between two zones.
#[derive(Debug)]
pub(crate) struct Across {
    travellers: Slab<Traveller>,
    callers: CallerIndex,
}

impl Across {
    /// No calls in transit.
    pub(crate) fn new() -> Self {
        Across { travellers: Slab::new(), callers: CallerIndex::default() }
    }

    /// A call sets out; it arrives when the timer `verb` fires.
    pub(crate) fn send(
        &mut self,
        call: &Call,
        replica: Token,
        takes: Span,
        verb: u32,
        cx: &mut Cx<'_, Service>,
    ) {
        let (msg, from, theirs) = (Msg::call(&Call { crossed: true, ..*call }), call.from, call.token);
        let row = Traveller { msg, replica, from, theirs, timer: TimerId::default(), generation: 0 };
        let token = self.travellers.insert(row);
        self.callers.remember(from, theirs, token);
        self.travellers.live(token).timer = cx.wake_after(takes, Wake::new(verb, token));
    }

    /// A call arrives.
    pub(crate) fn arrived(&mut self, token: Token) -> Traveller {
        let traveller = *self.travellers.live(token);
        self.travellers.remove(token);
        traveller
    }

    /// The caller has gone: a call whose work continues for accounting goes on, another is cancelled before it arrives.
    /// Returns the place that it was meant for, if it was in transit.
    pub(crate) fn call_back(
        &mut self,
        from: NodeId,
        theirs: Token,
        abandoned: bool,
        cx: &mut Cx<'_, Service>,
    ) -> Option<usize> {
        let found = self.callers.place(from, theirs).and_then(|place| self.travellers.at(place));
        let (token, &traveller) = found?;
        // The place may hold another call by now.
        if traveller.from != from || traveller.theirs != theirs {
            return None;
        }
        if abandoned {
            if let Say::Call(call) = traveller.msg.open() {
                self.travellers.live(token).msg = Msg::call(&Call { orphan: true, ..call });
            }
            return None;
        }
        assert!(cx.cancel(traveller.timer), "a call in transit has its timer");
        self.travellers.remove(token);
        Some(traveller.replica.index as usize)
    }
}
