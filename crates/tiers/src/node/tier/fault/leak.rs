//! Workers get lost one by one: a connection pool that leaks.

use super::super::{DRIP, Tier};
use brownout_kernel::Cx;
use brownout_model::Effect;
use brownout_protocol::{Service, Token, Wake};

impl Tier {
    /// Another worker is lost at every replica that the fault has hit; one in use is lost when it is done.
    pub(in super::super) fn leak_worker(&mut self, fault: u32, cx: &mut Cx<'_, Service>) {
        let Effect::Leak { every } = self.wiring.faults[fault as usize].effect else { return };
        let hit = self.hit(fault, false);
        if hit.is_empty() {
            return;
        }
        for at in hit {
            let replica = &mut self.replicas[at];
            replica.workers = replica.workers.saturating_sub(1);
        }
        cx.wake_after(every, Wake::new(DRIP, Token { index: fault, generation: 0 }));
    }

    /// All workers of a replica are back: waiting calls get them.
    pub(super) fn refill(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        self.replicas[at].workers = self.workers;
        while self.replicas[at].busy < self.workers && 0 < self.replicas[at].waiting.len() {
            self.replicas[at].busy += 1;
            self.release(at, cx);
        }
    }
}
