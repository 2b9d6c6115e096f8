//! Replicas are restarted, all at once or batch after batch, and come back cold.

use super::super::{COME_BACK, GO_DOWN, STAND_ASIDE, Tier, WARM};
use crate::pure::fleet::Life;
use brownout_kernel::Cx;
use brownout_model::Effect;
use brownout_protocol::{Service, Token, Wake};
use brownout_units::Span;

impl Tier {
    /// The restart of some replicas begins: each batch has its turn.
    pub(super) fn restart(&mut self, fault: u32, hit: &[usize], cx: &mut Cx<'_, Service>) {
        let Effect::Restart { batch, every, .. } = self.wiring.faults[fault as usize].effect else { return };
        let batch = batch.map_or(usize::MAX, |batch| batch as usize);
        for (nth, &at) in hit.iter().enumerate() {
            let turn = every.saturating_mul((nth / batch) as u64);
            cx.wake_after(turn, Wake::new(STAND_ASIDE, Token { index: at as u32, generation: fault }));
        }
    }

    /// A replica's turn has come: it takes no more calls, and goes down at once or when it has drained.
    pub(in super::super) fn begin_restart(&mut self, name: Token, cx: &mut Cx<'_, Service>) {
        let (at, fault) = (name.index as usize, name.generation);
        let Effect::Restart { drain, .. } = self.wiring.faults[fault as usize].effect else { return };
        if self.fleet.life(at) != Life::Serving || self.replicas[at].trouble.on.contains(&fault) {
            return;
        }
        if let Some(drain) = drain {
            self.replicas[at].aside = true;
            self.choose_again(cx);
            cx.wake_after(drain, Wake::new(GO_DOWN, name));
        } else {
            self.go_down(name, cx);
        }
    }

    /// A replica goes down, with all its calls.
    pub(in super::super) fn go_down(&mut self, name: Token, cx: &mut Cx<'_, Service>) {
        let (at, fault) = (name.index as usize, name.generation);
        let Effect::Restart { drain, .. } = self.wiring.faults[fault as usize].effect else { return };
        let ready = drain.is_none() || self.replicas[at].aside;
        if self.fleet.life(at) != Life::Serving || !ready {
            return;
        }
        let lasts = self.wiring.faults[fault as usize].when.lasts;
        self.replicas[at].trouble.on.push(fault);
        self.sum_up(at);
        self.crash(at, cx);
        cx.wake_after(lasts, Wake::new(COME_BACK, name));
    }

    /// A replica is back, and cold.
    pub(in super::super) fn come_back(&mut self, name: Token, cx: &mut Cx<'_, Service>) {
        let (at, fault) = (name.index as usize, name.generation);
        let Effect::Restart { warm_up, cold, .. } = self.wiring.faults[fault as usize].effect else {
            return;
        };
        let trouble = &mut self.replicas[at].trouble;
        // If the replica went away meanwhile, the one in its place is not affected.
        if !trouble.on.contains(&fault) {
            return;
        }
        trouble.on.retain(|&other| other != fault);
        self.replicas[at].aside = false;
        self.sum_up(at);
        self.choose_again(cx);
        self.make_cold(at, warm_up, cold, cx);
        self.ramp(at, cx);
    }

    /// A replica begins cold.
    pub(in super::super) fn make_cold(
        &mut self,
        at: usize,
        warm_up: Span,
        cold: f64,
        cx: &mut Cx<'_, Service>,
    ) {
        if !warm_up.is_zero() && 1.0 < cold {
            self.set_cold_factor(at, cold, cx);
            cx.wake_after(warm_up, Wake::new(WARM, self.name(at)));
        }
    }
}
