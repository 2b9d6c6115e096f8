//! Memory runs out: the more calls are inside, the more time goes into collecting garbage, until the process is killed.

use super::super::{REVIVE, SWELL, Tier};
use brownout_kernel::Cx;
use brownout_model::Effect;
use brownout_protocol::{Service, Token, Wake};
use brownout_units::Span;

/// How often the memory of a replica is checked: between two collections.
const EVERY: Span = Span::from_millis(500);

impl Tier {
    /// Checks every replica that the fault has hit, and schedules the next check.
    pub(in super::super) fn check_memory(&mut self, fault: u32, cx: &mut Cx<'_, Service>) {
        let Effect::Memory { from, limit, factor, per_peer, down } =
            self.wiring.faults[fault as usize].effect
        else {
            return;
        };
        let hit = self.hit(fault, false);
        if hit.is_empty() {
            return;
        }
        let peers = per_peer * self.fleet.there() as f64;
        for at in hit {
            let used = f64::from(self.outstanding[at]) + peers;
            let full = (used - f64::from(from)) / f64::from(limit - from);
            let check_memory = 1.0 + (factor - 1.0) * full.clamp(0.0, 1.0);
            if 1.0 <= full && !self.replicas[at].killed {
                self.kill(at, down, cx);
            }
            self.alter(at, |trouble| trouble.check_memory = check_memory, cx);
        }
        cx.wake_after(EVERY, Wake::new(SWELL, Token { index: fault, generation: 0 }));
    }

    /// A replica is killed, and down for a while.
    pub(in super::super) fn kill(&mut self, at: usize, down: Span, cx: &mut Cx<'_, Service>) {
        self.set_killed(at, true, cx);
        self.crash(at, cx);
        cx.wake_after(down, Wake::new(REVIVE, self.name(at)));
    }

    /// A replica that was killed is back.
    pub(in super::super) fn revive(&mut self, name: Token, cx: &mut Cx<'_, Service>) {
        let at = name.index as usize;
        if self.fleet.uses(at) == name.generation {
            self.set_killed(at, false, cx);
            self.ramp(at, cx);
            self.choose_again(cx);
        }
    }

    fn set_killed(&mut self, at: usize, killed: bool, cx: &mut Cx<'_, Service>) {
        self.replicas[at].killed = killed;
        self.alter(at, |_| {}, cx);
    }
}
