//! What goes wrong with replicas: they slow down, stand still, err or die, each for a while.

use super::SERVED;
use super::Tier;
use super::row::{Left, Stage};
use crate::model::FaultKind;
use crate::pure::fleet::Life;
use brownout_kernel::Cx;
use brownout_protocol::{Service, Token, Wake};
use brownout_units::Span;

/// What is wrong with a replica now: the sum of the faults that are on.
#[derive(Clone, Debug)]
pub(super) struct Trouble {
    /// Nothing moves.
    pub(super) hung: bool,
    /// It refuses everything.
    pub(super) down: bool,
    /// Service takes so many times as long.
    pub(super) slow: f64,
    /// Part of the calls fail.
    pub(super) errors: f64,
    /// How many times as long services take because it is cold.
    cold: f64,
    /// Service takes another time than usual.
    speed_differs: bool,
    /// Which faults are on, by their place in the model.
    on: Vec<u32>,
}

impl Default for Trouble {
    fn default() -> Self {
        let (hung, down, speed_differs) = (false, false, false);
        Trouble { hung, down, slow: 1.0, errors: 0.0, cold: 1.0, speed_differs, on: Vec::new() }
    }
}

impl Trouble {
    /// Whether service takes another time than usual.
    #[inline]
    pub(super) fn any(&self) -> bool {
        self.speed_differs
    }

    #[inline]
    pub(super) fn errs(&self) -> bool {
        0.0 < self.errors
    }

    #[inline]
    pub(super) fn stretch(&self, work: Span) -> Span {
        scale(work, self.slow)
    }

    /// How fast work is done: 1 as usual, 0 not at all.
    fn speed(&self) -> f64 {
        if self.hung { 0.0 } else { 1.0 / self.slow }
    }
}

/// At most a thousand years, so that no sum overflows.
fn scale(span: Span, factor: f64) -> Span {
    Span::from_secs_f64((span.as_secs_f64() * factor).min(3e9))
}

impl Tier {
    /// A fault of the model begins or ends here.
    #[cold]
    pub(super) fn fault(&mut self, fault: u32, on: bool, cx: &mut Cx<'_, Service>) {
        let options = &self.wiring.faults[fault as usize];
        let share = options.share.fraction().min(1.0);
        let kind = options.kind;
        for at in self.hit(fault, share, on) {
            let before = self.replicas[at].trouble.clone();
            let trouble = &mut self.replicas[at].trouble;
            if on {
                trouble.on.push(fault);
            } else {
                trouble.on.retain(|&other| other != fault);
            }
            self.sum_up(at);
            if kind == FaultKind::Crash && on {
                self.crash(at, cx);
            }
            self.change_speed(at, &before, cx);
        }
    }

    /// Whom a fault hits: when it begins the first of those that are there, when it ends those that it hit.
    fn hit(&self, fault: u32, share: f64, on: bool) -> Vec<usize> {
        let all = 0..self.replicas.len();
        if !on {
            return all.filter(|&at| self.replicas[at].trouble.on.contains(&fault)).collect();
        }
        let there: Vec<usize> =
            all.filter(|&at| matches!(self.fleet.life(at), Life::Serving | Life::Draining)).collect();
        let hit = (there.len() as f64 * share).ceil() as usize;
        there.into_iter().take(hit).collect()
    }

    /// A replica is gone: the next one in its place is a new one.
    pub(super) fn heal(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        let before = std::mem::take(&mut self.replicas[at].trouble);
        self.change_speed(at, &before, cx);
    }

    /// A replica gets cold, or warm.
    pub(super) fn temper(&mut self, at: usize, cold: f64, cx: &mut Cx<'_, Service>) {
        let before = self.replicas[at].trouble.clone();
        self.replicas[at].trouble.cold = cold;
        self.sum_up(at);
        self.change_speed(at, &before, cx);
    }

    /// What all faults that are on make together.
    fn sum_up(&mut self, at: usize) {
        let last = std::mem::take(&mut self.replicas[at].trouble);
        let mut sum = Trouble { on: last.on, cold: last.cold, slow: last.cold, ..Trouble::default() };
        for &fault in &sum.on {
            match self.wiring.faults[fault as usize].kind {
                FaultKind::Hang => sum.hung = true,
                FaultKind::Crash => sum.down = true,
                FaultKind::Slow { factor } => sum.slow *= factor,
                FaultKind::Errors { ratio } => {
                    sum.errors = 1.0 - (1.0 - sum.errors) * (1.0 - ratio.fraction().min(1.0));
                }
            }
        }
        sum.speed_differs = sum.hung || sum.slow > 1.0;
        self.replicas[at].trouble = sum;
    }

    /// Work in service goes on at the speed the replica has now.
    fn change_speed(&mut self, at: usize, before: &Trouble, cx: &mut Cx<'_, Service>) {
        let now = self.replicas[at].trouble.clone();
        if before.hung == now.hung && before.slow.total_cmp(&now.slow).is_eq() {
            return;
        }
        if let Some(sharing) = &mut self.replicas[at].sharing {
            sharing.set_speed(now.speed(), cx.now());
            return self.rearm(at, cx);
        }
        let stretch = now.slow / before.slow;
        for ours in self.calls.tokens() {
            let call = *self.calls.live(ours);
            if usize::from(call.replica) == at {
                let stage = move_on(call.stage, stretch, now.hung, ours, cx);
                self.calls.live(ours).stage = stage;
            }
        }
    }
}

/// The stage of a call whose remaining work takes `stretch` times as long, or stands still.
fn move_on(stage: Stage, stretch: f64, hung: bool, ours: Token, cx: &mut Cx<'_, Service>) -> Stage {
    let left: Span = match stage {
        Stage::Serving(timer) => {
            let due = cx.due(timer).expect("a call in service has its timer");
            assert!(cx.cancel(timer));
            due - cx.now()
        }
        Stage::Frozen(left) => left.into(),
        Stage::Preempted(left) => return Stage::Preempted(scale(left.into(), stretch).into()),
        other => return other,
    };
    let left = scale(left, stretch);
    if hung {
        Stage::Frozen(Left::from(left))
    } else {
        Stage::Serving(cx.wake_after(left, Wake::new(SERVED, ours)))
    }
}
