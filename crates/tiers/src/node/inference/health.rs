//! How a fleet tracks the health of its replicas: ejection, health checks, panic, slow start.
//!
//! A router knows at once when a replica is down. It has to detect replicas that fail requests, hang or are slow.

use super::replica;
use super::{Engines, PROBE, RAMPED, RESTARTED, SWEEP};
use crate::pure::fleet::Life;
use brownout_kernel::Cx;
use brownout_model::HealthCheck;
use brownout_protocol::{Kind, Service, Status, Token, Wake};
use brownout_units::Span;

impl Engines {
    /// The run has started: health tracking begins.
    pub(super) fn begin_care(&mut self, cx: &mut Cx<'_, Service>) {
        if let Some(check) = &self.options.fleet.care.check {
            cx.wake_after(check.interval, Wake::new(PROBE, Token::default()));
        }
        if let Some(ejection) = &self.options.fleet.care.ejection {
            cx.wake_after(ejection.interval, Wake::new(SWEEP, Token::default()));
        }
    }

    /// How many replicas serve, of either kind.
    fn serving_all(&self) -> usize {
        self.prefills + self.fleet.serving()
    }

    /// A request of a replica has ended or was refused, which counts for the health of the replica.
    #[inline(never)]
    pub(super) fn judge(&mut self, at: usize, well: bool, cx: &mut Cx<'_, Service>) {
        let serving = self.serving_all();
        let Some(outliers) = &mut self.health.outliers else { return };
        if outliers.ended(at, well, serving, cx.now()) {
            self.note(Kind::Ejected, at, 0, cx);
            self.refresh_fast_path(cx);
        }
    }

    /// Whether a refusal does not count against the replica: requests that are too many, too late or too long are not
    /// its fault.
    pub(super) fn is_blameless(status: Status) -> bool {
        matches!(status, Status::TooManyRequests | Status::GatewayTimeout | Status::BadRequest)
    }

    /// An interval of the outlier detection is over.
    pub(super) fn sweep(&mut self, cx: &mut Cx<'_, Service>) {
        let serving = self.serving_all();
        if let Some(outliers) = &mut self.health.outliers
            && outliers.sweep(serving, cx.now())
        {
            self.refresh_fast_path(cx);
        }
        let ejection = self.options.fleet.care.ejection.as_ref();
        let interval = ejection.expect("only outlier detection sweeps").interval;
        cx.wake_after(interval, Wake::new(SWEEP, Token::default()));
    }

    /// Every replica that serves is probed.
    pub(super) fn probe(&mut self, cx: &mut Cx<'_, Service>) {
        let check = self.options.fleet.care.check.clone().expect("only health checks probe");
        let mut changed = false;
        for at in self.serving_places() {
            let passed = self.passes(at, &check, cx);
            let checks = self.health.checks.as_mut().expect("only health checks probe");
            if !checks.probed(at, passed) {
                continue;
            }
            changed = true;
            if !passed {
                self.note(Kind::Ejected, at, 1, cx);
                if let Some(down) = check.restarts {
                    self.kill(at, down, cx);
                }
            }
        }
        if changed {
            self.refresh_fast_path(cx);
        }
        cx.wake_after(check.interval, Wake::new(PROBE, Token::default()));
    }

    /// The places of replicas that serve, those that only prefill first.
    fn serving_places(&self) -> Vec<usize> {
        let decoders = (0..self.fleet.places()).filter(|&at| self.fleet.life(at) == Life::Serving);
        (0..self.prefills).chain(decoders.map(|at| self.prefills + at)).collect()
    }

    /// Whether a probe of a replica is answered in time: it waits in the same queue as all requests.
    fn passes(&mut self, at: usize, check: &HealthCheck, cx: &Cx<'_, Service>) -> bool {
        let replica = &self.replicas[at];
        if replica.health != replica::Health::Well || replica.hangs() {
            return false;
        }
        let errors = replica.errors;
        if 0.0 < errors && self.health.stream.chance(errors) {
            return false;
        }
        self.head_age_of(at, cx) < check.timeout
    }

    /// A liveness probe has failed: the replica is killed, and starts again on its machine when it has been down.
    fn kill(&mut self, at: usize, down: Span, cx: &mut Cx<'_, Service>) {
        if self.replicas[at].health != replica::Health::Well {
            return;
        }
        let lag = down + self.lag(false);
        let replica = &mut self.replicas[at];
        replica.health = replica::Health::Restarting;
        replica.starts = replica.starts.wrapping_add(1);
        let name = Token { index: at as u32, generation: replica.starts };
        cx.wake_after(lag, Wake::new(RESTARTED, name));
        self.lose_all(at, cx);
        self.choose_again(cx.now());
        self.settle(at, cx);
    }

    fn refresh_fast_path(&mut self, cx: &mut Cx<'_, Service>) {
        self.choose_again(cx.now());
        for (well, panics) in std::mem::take(&mut self.panic_news) {
            self.note(Kind::Panicked, well, u64::from(panics), cx);
        }
    }

    /// Narrows the replicas that can take requests to the healthy ones, or keeps all in panic.
    #[inline(never)]
    pub(super) fn apply_health(&mut self) {
        let pools = [std::mem::take(&mut self.open_prefill), std::mem::take(&mut self.open)];
        let [prefill, decode] = pools;
        let [prefill, decode] = [self.health.healthy(prefill, 0), self.health.healthy(decode, 1)];
        self.panic_news.extend(prefill.news.into_iter().chain(decode.news));
        (self.open_prefill, self.open) = (prefill.open, decode.open);
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
        self.refresh_fast_path(cx);
    }
}
