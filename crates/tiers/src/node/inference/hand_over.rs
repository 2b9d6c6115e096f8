//! From a replica that prefills to one that decodes: the KV cache travels, then the answer goes on there.

use super::route::Pool;
use super::row::{CANCELLED, MOVED, PREFILLS, Stage};
use super::{ARRIVES, Engines};
use crate::node::draw_span;
use brownout_kernel::Cx;
use brownout_protocol::{Kind, Service, Status, Token, Wake};
use brownout_units::Span;

impl Engines {
    /// The prompt is computed and the first token is out: its KV cache goes to a replica that decodes.
    pub(super) fn hand_over(&mut self, ours: Token, cx: &mut Cx<'_, Service>) {
        let at = usize::from(self.calls.live(ours).replica);
        self.wait_again(ours, Kind::PassDone, at, cx);
        let call = self.calls.live(ours);
        call.stage = Stage::Moving;
        call.ticket = None;
        if call.has(CANCELLED) {
            return self.drop_moving(ours, cx);
        }
        let tokens = call.prompt;
        let link = self.options.prefill.as_ref().expect("only fleets with prefill replicas hand over");
        let latency = draw_span(&link.latency, &mut self.wiring.streams.link);
        let bytes = f64::from(tokens) * self.options.kv_bytes_per_token;
        // In sequence: a replica has one link out.
        let leaves = self.replicas[at].link_free.max(cx.now()) + Span::from_secs_f64(bytes / link.bandwidth);
        self.replicas[at].link_free = leaves;
        cx.wake_at(leaves + latency, Wake::new(ARRIVES, ours));
    }

    /// The KV cache has arrived, if the request is still wanted.
    pub(super) fn arrives(&mut self, ours: Token, cx: &mut Cx<'_, Service>) {
        let Some(call) = self.calls.get(ours) else { return };
        assert!(call.stage == Stage::Moving, "only a moving request arrives");
        call.flags = call.flags & !PREFILLS | MOVED;
        call.stage = Stage::Again;
        let call = *call;
        let Some(at) = self.route(&call, Pool::Decode, cx) else {
            self.take_out(ours, cx);
            return self.end(ours, Status::Unavailable, cx);
        };
        self.offer_elsewhere(ours, at, cx);
        self.settle(at, cx);
    }

    /// A request in transit is no longer wanted.
    pub(super) fn drop_moving(&mut self, ours: Token, cx: &mut Cx<'_, Service>) {
        self.take_out(ours, cx);
        let call = *self.calls.live(ours);
        self.record(Kind::Cancelled, call.row(), ours.index, (cx.now() - call.admitted).nanos(), cx);
        self.forget(&call, ours, Status::GaveUp, cx);
    }
}
