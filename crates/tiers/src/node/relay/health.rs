//! How a balancer tracks the health of its targets: by the outcomes of calls, and by probes.
//!
//! A probe is a call like any other: it travels, waits in the queues of the target, and costs it service and further
//! calls. It passes if it is answered successfully and in time.

use super::{PROBE, PROBE_LATE, Passing, Relay, SWEEP};
use brownout_kernel::{Cx, NodeId};
use brownout_protocol::{Call, Deadline, Kind, Leave, Msg, Record, Row, Service, Sizes, Status, Token, Wake};

/// The key of probes, which belong to no user.
const PROBE_KEY: u64 = u64::MAX;

/// Whether a status means that its server is unhealthy: too many requests, an expired token or a broken prompt do not.
fn is_failure(status: Status) -> bool {
    use Status::{Error, GatewayTimeout, Overloaded, Unavailable};
    matches!(status, Error | Unavailable | GatewayTimeout | Overloaded)
}

impl Relay {
    /// The run has started: health tracking begins.
    pub(super) fn begin_care(&mut self, cx: &mut Cx<'_, Service>) {
        let Some(balancer) = &self.options.balancer else { return };
        if let Some(check) = &balancer.care.check {
            cx.wake_after(check.interval, Wake::new(PROBE, Token::default()));
        }
        if let Some(ejection) = &balancer.care.ejection {
            cx.wake_after(ejection.interval, Wake::new(SWEEP, Token::default()));
        }
    }

    /// A line about a target.
    fn note(&self, kind: Kind, target: usize, value: u64, cx: &mut Cx<'_, Service>) {
        let (row, place) = (Row::default(), self.options.place);
        cx.record(Record { kind, row, place, call: target as u32, value });
    }

    /// A call of a target has ended, which counts for the health of the target.
    #[inline(never)]
    pub(super) fn judge(&mut self, at: usize, status: Status, cx: &mut Cx<'_, Service>) {
        let all = self.options.targets.len();
        let Some(outliers) = &mut self.router.outliers else { return };
        if outliers.ended(at, !is_failure(status), all, cx.now()) {
            self.note(Kind::Ejected, at, 0, cx);
            self.refresh_fast_path(cx);
        }
    }

    /// An interval of the outlier detection is over.
    pub(super) fn sweep(&mut self, cx: &mut Cx<'_, Service>) {
        let all = self.options.targets.len();
        if let Some(outliers) = &mut self.router.outliers
            && outliers.sweep(all, cx.now())
        {
            self.refresh_fast_path(cx);
        }
        let ejection = self.options.balancer.as_ref().and_then(|balancer| balancer.care.ejection);
        let interval = ejection.expect("only outlier detection sweeps").interval;
        cx.wake_after(interval, Wake::new(SWEEP, Token::default()));
    }

    /// Every target is probed.
    pub(super) fn probe(&mut self, cx: &mut Cx<'_, Service>) {
        let balancer = self.options.balancer.as_ref().expect("only a balancer probes");
        let check = balancer.care.check.as_ref().expect("only health checks probe");
        let (interval, timeout) = (check.interval, check.timeout);
        let path = balancer.probe.expect("the model was checked").0;
        for at in 0..self.options.targets.len() {
            let (now, row) = (cx.now(), Row::new(path, false));
            let token = self.passing.insert(Passing {
                came: now,
                arrives: now,
                theirs: Token::default(),
                generation: 0,
                from: NodeId::NONE,
                left: false,
                target: at as u16,
                row,
            });
            self.probes += 1;
            let probe = Call {
                path,
                attempt: 0,
                stale: false,
                orphan: false,
                streams: false,
                zone: 0,
                crossed: false,
                from: cx.me(),
                token,
                key: PROBE_KEY,
                sizes: Sizes::new(1, 1, 0),
                deadline: Deadline::NONE,
            };
            cx.send(self.options.targets[at], Msg::call(&probe));
            cx.wake_after(timeout, Wake::new(PROBE_LATE, token));
        }
        cx.wake_after(interval, Wake::new(PROBE, Token::default()));
    }

    /// A probe has timed out.
    pub(super) fn probe_late(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let Some(&mut probe) = self.passing.get(token) else { return };
        let msg = Msg::cancel(cx.me(), token, Leave { abandoned: false, late: true });
        cx.send(self.options.targets[usize::from(probe.target)], msg);
        self.probed(token, false, cx);
    }

    /// A probe has passed or failed.
    #[inline(never)]
    pub(super) fn probed(&mut self, token: Token, passed: bool, cx: &mut Cx<'_, Service>) {
        let at = usize::from(self.passing.live(token).target);
        self.passing.remove(token);
        self.probes -= 1;
        let checks = self.router.checks.as_mut().expect("only health checks probe");
        if !checks.probed(at, passed) {
            return;
        }
        if !passed {
            self.note(Kind::Ejected, at, 1, cx);
        }
        self.refresh_fast_path(cx);
    }

    /// The health of a target has changed.
    fn refresh_fast_path(&mut self, cx: &mut Cx<'_, Service>) {
        let router = &mut self.router;
        for at in 0..self.options.targets.len() {
            let ejected = router.outliers.as_ref().is_some_and(|outliers| outliers.is_ejected(at));
            let ill = router.checks.as_ref().is_some_and(|checks| checks.is_ill(at));
            router.routes.set_well(at, !ejected && !ill, cx.now());
        }
        self.note_panic(cx);
    }

    /// Records when panic begins or ends at a level.
    pub(super) fn note_panic(&mut self, cx: &mut Cx<'_, Service>) {
        let (well, panics) = self.router.routes.health();
        if panics != self.router.panics {
            self.router.panics = panics;
            self.note(Kind::Panicked, well, u64::from(panics), cx);
        }
    }
}
