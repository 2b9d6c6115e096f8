//! A tier's answers to the controllers that watch it.

use super::Tier;
use super::row::Call;
use brownout_kernel::{Cx, Instant, NodeId};
use brownout_model::{Contention, Signal};
use brownout_protocol::{Msg, Sample, Service};

/// Counts that a tier keeps for the controllers that watch it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// Calls that came.
    pub(super) came: u64,
    /// Calls that ended, or were refused.
    pub(super) ended: u64,
    /// Those of them that failed, or had lost their caller.
    pub(super) badly: u64,
}

impl Tier {
    /// Answers a question.
    pub(super) fn answer(&mut self, from: NodeId, about: u16, signal: u8, cx: &mut Cx<'_, Service>) {
        let ready = self.fleet.own_serving() as u32;
        let (value, whole) = self.signal(Signal::ALL[usize::from(signal)], cx);
        let wanted = self.fleet.wanted() as u32;
        cx.send(from, Msg::sample(&Sample { about, ready, wanted, value, whole }));
    }

    fn signal(&mut self, signal: Signal, cx: &Cx<'_, Service>) -> (f64, f64) {
        let ready = self.fleet.serving() as f64;
        let times = self.fleet.time(cx.now());
        let served = times.served as f64 * 1e-9;
        match signal {
            Signal::Cpu => (self.worked(cx), served * self.full_speed().map_or(0.0, f64::from)),
            Signal::InFlight => (self.calls.len() as f64, ready),
            Signal::Queue => (self.replicas.iter().map(|r| f64::from(r.waiting.len())).sum(), ready),
            Signal::QueueAge => (self.head_age(cx) as f64 * 1e-9, 1.0),
            Signal::Rate => (self.guard.tally.came as f64, served),
            Signal::Replicas => (times.own as f64 * 1e-9, (cx.now() - Instant::ZERO).as_secs_f64()),
            Signal::Errors => (self.guard.tally.badly as f64, self.guard.tally.ended as f64),
        }
    }

    /// How many calls a replica serves at full speed at once; none if there is no limit.
    pub(super) fn full_speed(&self) -> Option<u32> {
        match self.station.contention {
            Contention::Sharing { processors } => Some(processors),
            _ => (self.workers != u32::MAX).then_some(self.workers),
        }
    }

    /// Seconds of work done since the start: of processors where calls share them, of workers elsewhere.
    fn worked(&mut self, cx: &Cx<'_, Service>) -> f64 {
        let now = cx.now();
        if let Contention::Sharing { .. } = self.station.contention {
            return self.replicas.iter_mut().filter_map(|r| r.sharing.as_mut()).map(|s| s.given(now)).sum();
        }
        let tokens = self.calls.tokens();
        let calls = tokens.into_iter().map(|token| *self.calls.live(token)).filter(Call::served);
        let going: u128 = calls.map(|call| u128::from((now - call.since).nanos())).sum();
        (self.served_nanos + going) as f64 * 1e-9
    }
}
