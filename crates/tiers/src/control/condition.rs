//! Whether a condition holds, and for how long it has.

use super::look::Look;
use brownout_kernel::Instant;
use brownout_model as model;
use brownout_protocol::Sample;

/// The state of a controller that waits for a condition.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    options: model::Condition,
    look: Look,
    since: Option<Instant>,
}

impl Condition {
    /// A condition that has not been checked yet.
    pub(crate) fn new(options: model::Condition) -> Self {
        Condition { look: Look::new(options.signal), options, since: None }
    }

    /// A sample has arrived; whether the condition has held for as long as it should.
    pub(crate) fn met(&mut self, sample: &Sample, now: Instant) -> bool {
        let beyond = self.look.read(sample).is_some_and(|signal| {
            if self.options.above { self.options.value < signal } else { signal < self.options.value }
        });
        if !beyond {
            self.since = None;
            return false;
        }
        let since = *self.since.get_or_insert(now);
        self.options.holds <= now - since
    }

    /// Forgets the samples so far.
    pub(crate) fn forget(&mut self) {
        self.since = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_model::{Signal, TierId};
    use brownout_units::Span;

    #[test]
    fn it_has_to_hold_without_a_break() {
        let options = model::Condition {
            of: TierId(0),
            signal: Signal::Queue,
            above: true,
            value: 10.0,
            holds: Span::from_secs(20),
            every: Span::from_secs(10),
        };
        let mut condition = Condition::new(options.clone());
        let mut met = |at: u64, value: f64, whole: f64| {
            let sample = Sample { about: 0, ready: 1, wanted: 1, value, whole };
            condition.met(&sample, Instant::ZERO + Span::from_secs(at))
        };
        assert_eq!([met(0, 11.0, 1.0), met(10, 12.0, 1.0), met(20, 11.0, 1.0)], [false, false, true]);
        assert_eq!([met(30, 10.0, 1.0), met(40, 11.0, 1.0), met(50, 11.0, 1.0)], [false, false, false]);
        // A sample without a value does not extend the time above the threshold.
        assert_eq!([met(60, 99.0, 0.0), met(70, 11.0, 1.0), met(90, 11.0, 1.0)], [false, false, true]);
        let mut low = Condition::new(model::Condition { above: false, holds: Span::ZERO, ..options });
        let sample = Sample { about: 0, ready: 1, wanted: 1, value: 9.0, whole: 1.0 };
        assert!(low.met(&sample, Instant::ZERO));
    }
}
