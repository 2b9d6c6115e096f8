//! From samples to a number: the value of a signal, or its average since the last sample.

use brownout_model::Signal;
use brownout_protocol::Sample;

/// The state of a controller that samples one signal repeatedly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    adds_up: bool,
    last: (f64, f64),
}

impl Look {
    /// No sample has been taken yet.
    pub(crate) fn new(signal: Signal) -> Self {
        Look { adds_up: signal.adds_up(), last: (0.0, 0.0) }
    }

    /// The signal; none if there is nothing to measure: no replica serves, no call has ended.
    pub(crate) fn read(&mut self, sample: &Sample) -> Option<f64> {
        let (value, whole) = (sample.value, sample.whole);
        let (before, behind) = if self.adds_up { self.last } else { (0.0, 0.0) };
        self.last = (value, whole);
        (behind < whole).then(|| (value - before) / (whole - behind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(value: f64, whole: f64) -> Sample {
        Sample { about: 0, ready: 1, wanted: 1, value, whole }
    }

    #[test]
    fn a_sum_is_taken_since_the_last_sample_and_a_level_as_it_is() {
        let mut cpu = Look::new(Signal::Cpu);
        assert_eq!(cpu.read(&sample(30.0, 60.0)), Some(0.5));
        assert_eq!(cpu.read(&sample(90.0, 120.0)), Some(1.0));
        assert_eq!(cpu.read(&sample(90.0, 120.0)), None);
        let mut queue = Look::new(Signal::Queue);
        assert_eq!(queue.read(&sample(30.0, 3.0)), Some(10.0));
        assert_eq!(queue.read(&sample(30.0, 3.0)), Some(10.0));
        assert_eq!(queue.read(&sample(30.0, 0.0)), None);
    }
}
