//! A full accept queue: calls beyond it are dropped silently, and the callers' kernels retransmit them.
//!
//! TCP does this with a connection that is not accepted: the caller gets no answer and waits for its own timeout, while
//! its kernel retries after one second, then two, then four.

use super::{RECONNECT, Tier};
use crate::node::caller_index::CallerIndex;
use crate::pure::slab::{Slab, SlabRow};
use brownout_kernel::{Cx, NodeId, TimerId};
use brownout_protocol::{self as protocol, Kind, Msg, Reason, Service, Token, Wake};

/// How often Linux retransmits a connection request before it gives up.
const TRIES_MAX: u8 = 6;

/// A call that was dropped and is sent again.
#[derive(Clone, Copy, Debug)]
struct Dropped {
    call: protocol::Call,
    /// How often it has been dropped before.
    tries: u8,
    timer: TimerId,
    generation: u32,
}

impl SlabRow for Dropped {
    fn generation(&self) -> u32 {
        self.generation
    }
    fn set_generation(&mut self, generation: u32) {
        self.generation = generation;
    }
}

/// The calls that were dropped at the door of a tier and will be sent again.
#[derive(Default)]
pub(super) struct Backlog {
    dropped: Option<Slab<Dropped>>,
    callers: CallerIndex,
    /// How often the call that is at the door now has been dropped before.
    tries: u8,
}

impl Tier {
    /// A call finds the queue of replica `at` full and is dropped silently.
    #[cold]
    pub(super) fn drop_call(&mut self, call: &protocol::Call, at: usize, cx: &mut Cx<'_, Service>) {
        let row = protocol::Row::new(call.path, 0 < call.attempt);
        let waiting = u64::from(self.replicas[at].waiting.len());
        self.explain_refusal(call, Reason::Dropped, cx);
        self.record(Kind::Dropped, row, call.token.index, waiting, cx);
        let (tries, again) = (self.backlog.tries, self.station.queue.retransmit);
        let Some(again) = again.filter(|_| tries < TRIES_MAX) else { return };
        let dropped = self.backlog.dropped.get_or_insert_with(Slab::new);
        let timer = TimerId::default();
        let token = dropped.insert(Dropped { call: *call, tries, timer, generation: 0 });
        let wait = again.saturating_mul(1 << tries);
        dropped.live(token).timer = cx.wake_after(wait, Wake::new(RECONNECT, token));
        self.backlog.callers.remember(call.from, call.token, token);
    }

    /// A dropped call is retransmitted.
    pub(super) fn reconnect(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let Some(dropped) = &mut self.backlog.dropped else { return };
        let Dropped { call, tries, .. } = *dropped.live(token);
        dropped.remove(token);
        self.backlog.tries = tries + 1;
        self.admit(&call, &Msg::call(&call), cx);
        self.backlog.tries = 0;
    }

    /// The caller of a call that may have been dropped has gone: it is not retransmitted.
    #[cold]
    pub(super) fn forget_dropped(&mut self, from: NodeId, theirs: Token, cx: &mut Cx<'_, Service>) {
        let Some(dropped) = &mut self.backlog.dropped else { return };
        let place = self.backlog.callers.place(from, theirs);
        let Some((token, &row)) = place.and_then(|place| dropped.at(place)) else { return };
        if row.call.from == from && row.call.token == theirs {
            assert!(cx.cancel(row.timer), "a call that comes again has its timer");
            dropped.remove(token);
        }
    }
}
