//! Replicas that go wrong, go away, start and come back.

use super::hear::Ear;
use super::replica::Life;
use super::{BOOTED, Engines};
use crate::model::FaultKind;
use crate::node::draw_span;
use brownout_kernel::Cx;
use brownout_protocol::{Service, Token, Wake};

/// What all faults that are on make of a replica together.
struct Sum {
    hangs: bool,
    down: bool,
    slow: f64,
    errors: f64,
}

impl Engines {
    /// A fault of the model begins or ends here.
    #[cold]
    pub(super) fn fault(&mut self, fault: u32, on: bool, cx: &mut Cx<'_, Service>) {
        let options = &self.wiring.faults[fault as usize];
        let share = options.share.fraction().min(1.0);
        let hit = (self.replicas.len() as f64 * share).ceil() as usize;
        for at in 0..hit.min(self.replicas.len()) {
            let replica = &mut self.replicas[at];
            if on {
                replica.on.push(fault);
            } else {
                replica.on.retain(|&other| other != fault);
            }
            self.suffer(at, cx);
        }
    }

    /// Makes a replica what the faults that are on make it.
    fn suffer(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        let sum = self.sum(at);
        let now = cx.now();
        let Engines { replicas, heard, .. } = self;
        let replica = &mut replicas[at];
        replica.advance(at, now, heard);
        replica.errors = sum.errors;
        replica.hang(sum.hangs, now);
        let clock = replica.clock(now);
        replica.engine.set_speed(1.0 / sum.slow, clock, &mut Ear { heard, replica: at as u16 });
        match (replica.life, sum.down) {
            (Life::Down, false) => self.boot(at, cx),
            (Life::Down, true) | (_, false) => {}
            (_, true) => self.crash(at, cx),
        }
        self.settle(at, cx);
    }

    fn sum(&self, at: usize) -> Sum {
        let mut sum = Sum { hangs: false, down: false, slow: 1.0, errors: 0.0 };
        for &fault in &self.replicas[at].on {
            match self.wiring.faults[fault as usize].kind {
                FaultKind::Hang => sum.hangs = true,
                FaultKind::Crash => sum.down = true,
                FaultKind::Slow { factor } => sum.slow *= factor,
                FaultKind::Errors { ratio } => {
                    sum.errors = 1.0 - (1.0 - sum.errors) * (1.0 - ratio.fraction().min(1.0));
                }
            }
        }
        sum
    }

    /// A replica dies, and with it its requests and its cache.
    fn crash(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        let Engines { replicas, heard, .. } = self;
        let replica = &mut replicas[at];
        let clock = replica.clock(cx.now());
        replica.engine.clear(clock, &mut Ear { heard, replica: at as u16 });
        self.live(at, Life::Down);
    }

    /// A replica starts; it takes requests when node, image, weights and warm-up are there.
    fn boot(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        self.live(at, Life::Booting);
        self.replicas[at].boots += 1;
        let token = Token { index: at as u32, generation: self.replicas[at].boots };
        let after = draw_span(&self.options.boot, &mut self.wiring.streams.boot);
        cx.wake_after(after, Wake::new(BOOTED, token));
    }

    /// A replica has started, unless it died meanwhile.
    pub(super) fn booted(&mut self, token: Token, _: &mut Cx<'_, Service>) {
        let at = token.index as usize;
        let replica = &self.replicas[at];
        if replica.life == Life::Booting && replica.boots == token.generation {
            self.live(at, Life::Up);
        }
    }

    fn live(&mut self, at: usize, life: Life) {
        self.replicas[at].life = life;
        self.absent = self.replicas.iter().filter(|replica| replica.life != Life::Up).count();
    }
}
