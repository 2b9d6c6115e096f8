//! Who may be chosen while some replicas are not well: ejection, health checks, panic, slow start.

use super::{PROBE, RAMPED, SWEEP, Tier};
use crate::model::{Care, HealthCheck};
use crate::pure::checks::Checks;
use crate::pure::fleet::Life;
use crate::pure::outlier::Outliers;
use brownout_kernel::{Cx, Instant, Stream};
use brownout_protocol::{Kind, Service, Token, Wake};

/// The least weight of a replica that starts slowly, as Envoy has it.
const WEIGHT_MIN: f64 = 0.1;
/// So often another one is looked for before a replica that starts slowly takes a call all the same.
const TRIES: u32 = 8;

/// What a tier knows about the health of its replicas.
#[derive(Debug)]
pub(super) struct Health {
    pub(super) outliers: Option<Outliers>,
    pub(super) checks: Option<Checks>,
    /// Replicas that start slowly, and since when.
    ramping: Vec<(usize, Instant)>,
    /// So few are well that health is ignored.
    panics: bool,
    stream: Stream,
}

impl Health {
    /// Everybody is well.
    pub(super) fn new(care: &Care, stream: Stream) -> Self {
        let checks = care.check.as_ref().map(|check| Checks::new(check.unhealthy, check.healthy));
        let outliers = care.ejection.map(Outliers::new);
        Health { outliers, checks, ramping: Vec::new(), panics: false, stream }
    }

    /// Whether the end of every call is looked at.
    pub(super) fn judges(&self) -> bool {
        self.outliers.is_some()
    }

    pub(super) fn is_ramping(&self) -> bool {
        !self.ramping.is_empty()
    }

    fn is_well(&self, at: usize) -> bool {
        !self.outliers.as_ref().is_some_and(|outliers| outliers.is_ejected(at))
            && !self.checks.as_ref().is_some_and(|checks| checks.is_ill(at))
    }

    /// Another replica is in that place from now on.
    pub(super) fn forget(&mut self, at: usize) {
        if let Some(outliers) = &mut self.outliers {
            outliers.forget(at);
        }
        if let Some(checks) = &mut self.checks {
            checks.forget(at);
        }
        self.ramping.retain(|(other, _)| *other != at);
    }
}

impl Tier {
    /// The run has started: checkers begin to check.
    pub(super) fn begin_care(&mut self, cx: &mut Cx<'_, Service>) {
        if let Some(check) = &self.station.fleet.care.check {
            cx.wake_after(check.interval, Wake::new(PROBE, Token::default()));
        }
        if let Some(ejection) = &self.station.fleet.care.ejection {
            cx.wake_after(ejection.interval, Wake::new(SWEEP, Token::default()));
        }
    }

    /// Those that may be chosen of those that serve.
    pub(super) fn the_well(&mut self, serving: Vec<u32>, cx: &mut Cx<'_, Service>) -> Vec<u32> {
        let well: Vec<u32> = serving.iter().copied().filter(|&at| self.health.is_well(at as usize)).collect();
        let least = self.station.fleet.care.panic.fraction() * serving.len() as f64;
        let panics = well.len() < serving.len() && (well.len() as f64) < least;
        if panics != self.health.panics {
            self.health.panics = panics;
            self.note(Kind::Panicked, well.len(), u64::from(panics), cx);
        }
        if panics { serving } else { well }
    }

    /// A call of a replica has ended, and its health is judged by that.
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
        cx.wake_after(interval.expect("who judges has a rule"), Wake::new(SWEEP, Token::default()));
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
            let checks = self.health.checks.as_mut().expect("who checks knows the health");
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

    /// Whether a probe of a replica is answered in time: it waits in the same queue as everybody.
    fn passes(&mut self, at: usize, check: &HealthCheck, cx: &Cx<'_, Service>) -> bool {
        let trouble = &self.replicas[at].trouble;
        if trouble.down || trouble.hung {
            return false;
        }
        if trouble.errs() && self.health.stream.chance(trouble.errors) {
            return false;
        }
        self.head_age_of(at, cx.now()) < check.timeout
    }

    /// A replica begins to serve: it gets its share of calls little by little.
    pub(super) fn ramp(&mut self, at: usize, cx: &mut Cx<'_, Service>) {
        let window = self.station.fleet.care.slow_start;
        if !window.is_zero() {
            self.health.ramping.retain(|(other, _)| *other != at);
            self.health.ramping.push((at, cx.now()));
            cx.wake_after(window, Wake::new(RAMPED, Token::default()));
        }
    }

    /// Somebody may have its whole share by now.
    pub(super) fn ramped(&mut self, cx: &mut Cx<'_, Service>) {
        let (window, now) = (self.station.fleet.care.slow_start, cx.now());
        self.health.ramping.retain(|(_, since)| now - *since < window);
        self.choose_again(cx);
    }

    /// A replica for a call of that user, by the weights of those that start slowly; of `among` if that is given.
    pub(super) fn choose_slowly(&mut self, key: u64, among: Option<&[u32]>, cx: &Cx<'_, Service>) -> usize {
        let window = self.station.fleet.care.slow_start.as_secs_f64();
        for _ in 0..TRIES {
            let at = self.choose(key, among);
            let since = self.health.ramping.iter().find(|(other, _)| *other == at).map(|(_, since)| *since);
            let Some(since) = since else { return at };
            let weight = ((cx.now() - since).as_secs_f64() / window).max(WEIGHT_MIN);
            if self.health.stream.chance(weight) {
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
