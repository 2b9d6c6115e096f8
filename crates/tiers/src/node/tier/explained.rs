//! What a log that explains says of a tier: who made each call, why one did not come in, which one a line is of.

use super::Tier;
use super::row::Branch;
use crate::node::explained;
use brownout_kernel::Cx;
use brownout_protocol::{self as protocol, Reason, Row, Service, Token, explain};

impl Tier {
    /// The next line admits a call.
    #[inline(always)]
    pub(super) fn explain_admission(
        &self,
        call: &protocol::Call,
        ours: Token,
        row: Row,
        cx: &mut Cx<'_, Service>,
    ) {
        if self.wiring.explains {
            cx.record(explain::came_from(self.place, row, ours, call.from, call.token));
        }
    }

    /// A call is not admitted.
    pub(super) fn explain_refusal(&self, call: &protocol::Call, reason: Reason, cx: &mut Cx<'_, Service>) {
        if self.wiring.explains {
            let row = Row::new(call.path, 0 < call.attempt);
            cx.record(explain::not_admitted(self.place, row, call.from, call.token, reason));
        }
    }

    /// A call inside is about to fail, and this is why.
    pub(super) fn explain_failure(&self, ours: Token, row: Row, reason: Reason, cx: &mut Cx<'_, Service>) {
        if self.wiring.explains {
            cx.record(explain::not_admitted(self.place, row, cx.me(), ours, reason));
        }
    }

    /// The next line is of this call.
    #[inline]
    pub(super) fn explain_name(&self, ours: Token, row: Row, cx: &mut Cx<'_, Service>) {
        if self.wiring.explains {
            cx.record(explain::is_of(self.place, row, ours.index));
        }
    }

    /// A try of a call goes out.
    #[inline]
    pub(super) fn explain_try(&self, token: Token, branch: &Branch, row: Row, cx: &mut Cx<'_, Service>) {
        if self.wiring.explains {
            cx.record(explain::went_out(self.place, row, token, branch.parent));
        }
    }

    /// A change begins or ends to act here.
    pub(super) fn explain_change(&self, fault: u32, on: bool, cx: &mut Cx<'_, Service>) {
        if self.wiring.explains {
            explained::change(self.place, &self.wiring.faults[fault as usize], on, cx);
        }
    }

    /// Why no replica takes a call.
    pub(super) fn why_no_replica(&self) -> Reason {
        let lapsed = self.replicas.iter().any(|replica| replica.trouble.lapsed);
        if lapsed { Reason::Lease } else { Reason::NoReplica }
    }
}
