//! Which replicas may be chosen while some are unhealthy: ejection, health checks, panic, slow start.

use super::{PROBE, RAMPED, SWEEP, Tier};
use crate::pure::fleet::Life;
use brownout_kernel::Cx;
use brownout_model::HealthCheck;
use brownout_protocol::{Kind, Service, Token, Wake};

/// How often another replica is tried before one in slow start takes the call anyway.
const TRIES: u32 = 8;

impl Tier {
    /// The run has started: health checks begin.
    pub(super) fn begin_care(&mut self, cx: &mut Cx<'_, Service>) {
        if let Some(check) = &self.station.fleet.care.check {
            cx.wake_after(check.interval, Wake::new(PROBE, Token::default()));
        }
        if let Some(ejection) = &self.station.fleet.care.ejection {
            cx.wake_after(ejection.interval, Wake::new(SWEEP, Token::default()));
        }
    }

    /// The replicas that may be chosen among those that serve.
    pub(super) fn healthy(&mut self, serving: Vec<u32>, cx: &mut Cx<'_, Service>) -> Vec<u32> {
        let chosen = self.health.healthy(serving, 0);
        if let Some((well, panics)) = chosen.news {
            self.note(Kind::Panicked, well, u64::from(panics), cx);
        }
        if let Some(out) = chosen.out {
            self.note(Kind::OutOfRotation, 0, out as u64, cx);
        }
        chosen.open
    }

    /// A call of a replica has ended, which counts for its health.
    pub(super) fn judge_health(&mut self, at: usize, well: bool, cx: &mut Cx<'_, Service>) {
        let serving = self.fleet.serving();
        let Some(outliers) = &mut self.health.outliers else { return };
        if outliers.ended(at, well, serving, cx.now()) {
            self.note(Kind::Ejected, at, 0, cx);
            self.choose_again(cx);
        }
    }

    /// An interval of the outlier detection is over.
    pub(super) fn sweep(&mut self, cx: &mut Cx<'_, Service>) {
        let serving = self.fleet.serving();
        let Some(outliers) = &mut self.health.outliers else { return };
        let interval = self.station.fleet.care.ejection.as_ref().map(|ejection| ejection.interval);
        if outliers.sweep(serving, cx.now()) {
            self.choose_again(cx);
        }
        cx.wake_after(interval.expect("only outlier detection sweeps"), Wake::new(SWEEP, Token::default()));
    }

    /// Every replica is probed.
    pub(super) fn probe(&mut self, cx: &mut Cx<'_, Service>) {
        let Some(check) = self.station.fleet.care.check.clone() else { return };
        let mut changed = false;
        for at in 0..self.fleet.places() {
            if self.fleet.life(at) != Life::Serving {
                continue;
            }
            let passed = self.passes(at, &check, cx);
            let checks = self.health.checks.as_mut().expect("only health checks probe");
            if !checks.probed(at, passed) {
                continue;
            }
            changed = true;
            if !passed {
                self.note(Kind::Ejected, at, 1, cx);
                if let Some(down) = check.restarts.filter(|_| !self.replicas[at].killed) {
                    self.kill(at, down, cx);
                }
            }
        }
        if changed {
            self.choose_again(cx);
        }
        cx.wake_after(check.interval, Wake::new(PROBE, Token::default()));
    }

    /// Whether a probe of a replica is answered in time: it waits in the same queue as all calls.
    fn passes(&mut self, at: usize, check: &HealthCheck, cx: &Cx<'_, Service>) -> bool {
        let trouble = &self.replicas[at].trouble;
        if trouble.down || trouble.hung {
            return false;
        }
        if 0.0 < trouble.errors && self.health.stream.chance(trouble.errors) {
            return false;
        }
        self.head_age_of(at, cx.now()) < check.timeout
    }

    /// A replica begins to serve, in slow start.
    pub(super) fn ramp(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        if let Some(window) = self.health.ramp(at, cx.now()) {
            cx.wake_after(window, Wake::new(RAMPED, Token::default()));
        }
    }

    /// The slow start of some replica may be over.
    pub(super) fn ramped(&mut self, cx: &mut Cx<'_, Service>) {
        self.health.ramped(cx.now());
        self.choose_again(cx);
    }

    /// A replica for a call of that user, by the weights of those in slow start; of `among` if that is given.
    pub(super) fn choose_in_slow_start(
        &mut self,
        key: u64,
        among: Option<&[u32]>,
        cx: &Cx<'_, Service>,
    ) -> usize {
        for _ in 0..TRIES {
            let at = self.choose(key, among);
            if self.health.takes(at, cx.now()) {
                return at;
            }
        }
        self.choose(key, among)
    }

    fn choose(&mut self, key: u64, among: Option<&[u32]>) -> usize {
        match among {
            None => self.choose_open(key),
            Some(among) => self.choose_spread(key, among),
        }
    }

    /// A replica of those that may be chosen.
    pub(super) fn choose_open(&mut self, key: u64) -> usize {
        let stream = &mut self.wiring.streams.balance;
        if self.guard.open.len() == self.fleet.places() {
            return self.chooser.choose(&self.outstanding, key, stream);
        }
        self.chooser.choose_among(&self.outstanding, &self.guard.open, key, stream)
    }
}
