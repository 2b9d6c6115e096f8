//! A dimmer: a controller of the fraction of calls served in full, so that latency meets a target.
//!
//! After every period the part moves by gain · (target − latency)/target. Source: Klein, Maggio, Årzén and
//! Hernández-Rodriguez, "Brownout: building more robust cloud applications", ICSE 2014.

use super::kind::{Make, Need, PolicyKind, Role, number, param, secs};
use super::{Admission, Args, Inlet, Outcome};
use brownout_kernel::{Instant, Stream};
use brownout_units::Span;

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "dimmer",
    doc: "A fraction of the calls is served without optional calls and in less time, so that latency meets a target.",
    params: &[
        param("target", Role::Span, Need::Required, "How long an answer may take on average."),
        param("period", Role::Span, secs(1), "How often the fraction is adjusted."),
        param("gain", Role::Number(0.001, 10.0), number(0.5), "How fast it follows."),
        param(
            "service",
            Role::Ratio,
            number(1.0),
            "The fraction of the usual service that a lite call takes.",
        ),
    ],
    make: Make::Inlet { each_replica: true, status: 503, make: |args| Ok(make(args)) },
};

fn make(args: &Args) -> Box<dyn Inlet> {
    Box::new(Dimmer {
        target: args.span("target").as_secs_f64(),
        period: args.span("period"),
        gain: args.number("gain"),
        service: args.number("service"),
        full: 1.0,
        since: Instant::ZERO,
        sum: 0.0,
        answers: 0,
    })
}

#[derive(Debug)]
struct Dimmer {
    /// In seconds.
    target: f64,
    period: Span,
    gain: f64,
    service: f64,
    /// The part that is served in full.
    full: f64,
    /// When the part was set.
    since: Instant,
    /// Latencies since then, in seconds, and of how many answers.
    sum: f64,
    answers: u32,
}

impl Inlet for Dimmer {
    fn admits(&mut self, _: &Admission, _: &mut Stream) -> bool {
        true
    }

    fn degrades(&mut self, _: &Admission, stream: &mut Stream) -> Option<f64> {
        let full = 1.0 <= self.full || stream.chance(self.full);
        (!full).then_some(self.service)
    }

    fn left(&mut self, outcome: &Outcome, _: u32) {
        self.sum += outcome.took.as_secs_f64();
        self.answers += 1;
        if self.period <= outcome.now.saturating_since(self.since) {
            let latency = self.sum / f64::from(self.answers);
            let error = ((self.target - latency) / self.target).max(-1.0);
            self.full = (self.full + self.gain * error).clamp(0.0, 1.0);
            (self.since, self.sum, self.answers) = (outcome.now, 0.0, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::inlet;
    use super::*;
    use crate::policy::Value;
    use brownout_protocol::Status;

    /// How many of a hundred are served in full, after seconds of answers with this latency.
    fn full(seconds: u64, took: u64, then: &[u64]) -> usize {
        let target = Value::Span(Span::from_millis(100));
        let mut dimmer = inlet(&KIND, Args::new().with("target", target));
        let mut now = 0;
        for took in std::iter::repeat_n(took, seconds as usize).chain(then.iter().copied()) {
            now += 1_000;
            assert!(dimmer.lets_in(now));
            dimmer.leaves(now, Status::Ok, took);
        }
        (0..100).filter(|_| dimmer.is_full(now)).count()
    }

    #[test]
    fn late_answers_dim_it_and_early_ones_brighten_it() {
        assert_eq!(full(5, 100, &[]), 100);
        assert_eq!(full(1, 200, &[]) / 10, 5, "by half the error");
        assert_eq!(full(2, 900, &[]), 0, "an error counts once at most");
        assert_eq!(full(3, 900, &[0, 0]), 100);
    }
}
