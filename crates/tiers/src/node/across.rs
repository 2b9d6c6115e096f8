//! Calls on their way to a replica in another zone.

use super::caller_index::CallerIndex;
use crate::pure::slab::{self, Slab};
use brownout_kernel::{Cx, NodeId, TimerId};
use brownout_protocol::{Call, Msg, Say, Service, Token, Wake};
use brownout_units::Span;

/// A call that is on its way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traveller {
    /// As it came, with the mark of one that has crossed.
    pub(crate) msg: Msg,
    /// Where it goes, and which use of that place it was meant for.
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

/// Those that are between two zones.
#[derive(Debug)]
pub(crate) struct Across {
    travellers: Slab<Traveller>,
    callers: CallerIndex,
}

impl Across {
    /// Nobody is.
    pub(crate) fn new() -> Self {
        Across { travellers: Slab::new(), callers: CallerIndex::default() }
    }

    /// A call sets out; it is there when the timer `verb` comes.
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

    /// It is there.
    pub(crate) fn arrived(&mut self, token: Token) -> Traveller {
        let traveller = *self.travellers.live(token);
        self.travellers.remove(token);
        traveller
    }

    /// The caller has gone: a call that is only to be counted goes on, another is called back before it is there. The
    /// place that it was meant for, if it was.
    pub(crate) fn call_back(
        &mut self,
        from: NodeId,
        theirs: Token,
        abandoned: bool,
        cx: &mut Cx<'_, Service>,
    ) -> Option<usize> {
        let found = self.callers.place(from, theirs).and_then(|place| self.travellers.at(place));
        let (token, &traveller) = found?;
        // The place may be another one's by now.
        if traveller.from != from || traveller.theirs != theirs {
            return None;
        }
        if abandoned {
            if let Say::Call(call) = traveller.msg.open() {
                self.travellers.live(token).msg = Msg::call(&Call { orphan: true, ..call });
            }
            return None;
        }
        assert!(cx.cancel(traveller.timer), "who is on the way is still to arrive");
        self.travellers.remove(token);
        Some(traveller.replica.index as usize)
    }
}
