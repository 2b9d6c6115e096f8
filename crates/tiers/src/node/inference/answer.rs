//! A fleet's answers to the controllers that watch it.

use super::Engines;
use brownout_kernel::{Cx, Instant, NodeId};
use brownout_model::Signal;
use brownout_protocol::{Msg, Sample, Service};
use brownout_units::Span;

/// Counts that a fleet keeps for the controllers that watch it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// Requests that came.
    pub(super) came: u64,
    /// Requests that ended, or were refused.
    pub(super) ended: u64,
    /// Those of them that failed, or had lost their caller.
    pub(super) badly: u64,
}

impl Engines {
    /// Answers a question.
    pub(super) fn answer_watcher(&mut self, from: NodeId, about: u16, signal: u8, cx: &mut Cx<'_, Service>) {
        let ready = self.fleet.own_serving() as u32;
        let (value, whole) = self.signal(Signal::ALL[usize::from(signal)], cx);
        let wanted = self.fleet.wanted() as u32;
        cx.send(from, Msg::sample(&Sample { about, ready, wanted, value, whole }));
    }

    fn signal(&mut self, signal: Signal, cx: &Cx<'_, Service>) -> (f64, f64) {
        let now = cx.now();
        let ready = self.fleet.serving() as f64;
        let times = self.fleet.time(now);
        let served = times.served as f64 * 1e-9;
        match signal {
            // Accelerator utilisation as dashboards show it: the fraction of time in which it computed.
            Signal::Cpu => {
                let computed = self.replicas[self.prefills..].iter().map(|replica| replica.computed(now));
                (computed.map(Span::as_secs_f64).sum(), served)
            }
            Signal::InFlight => (self.calls.len() as f64, ready),
            Signal::Queue => (self.replicas.iter().map(|r| f64::from(r.engine.waiting())).sum(), ready),
            Signal::QueueAge => (self.head_age(cx) as f64 * 1e-9, 1.0),
            Signal::Rate => (self.counts.came as f64, served),
            Signal::Replicas => (times.own as f64 * 1e-9, (now - Instant::ZERO).as_secs_f64()),
            Signal::Errors => (self.counts.badly as f64, self.counts.ended as f64),
        }
    }
}
