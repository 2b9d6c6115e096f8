//! A level that is read from outside: its time integral and its peak, whenever it is asked.

use brownout_kernel::Instant;

/// A number that changes in steps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meter {
    value: u64,
    /// Since when it has that value, or the last reading if that was later.
    at: Instant,
    /// Value times nanoseconds since the last reading.
    area: u128,
    /// The peak since the last reading; a value of no duration does not count.
    peak: u64,
}

/// What a meter says of the time since the last reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Value times nanoseconds.
    pub(crate) area: u128,
    /// The largest value that lasted.
    pub(crate) peak: u64,
}

impl Meter {
    /// A level that has had this value since the start of the run.
    pub(crate) fn new(value: u64) -> Self {
        Meter { value, at: Instant::ZERO, area: 0, peak: 0 }
    }

    /// From now on it is another.
    pub(crate) fn set(&mut self, value: u64, now: Instant) {
        self.advance(now);
        self.value = value;
    }

    /// Reads it and resets it.
    pub(crate) fn take(&mut self, now: Instant) -> Reading {
        self.advance(now);
        let (area, peak) = (std::mem::take(&mut self.area), std::mem::take(&mut self.peak));
        Reading { area, peak }
    }

    fn advance(&mut self, now: Instant) {
        if self.at < now {
            self.area += u128::from(self.value) * u128::from((now - self.at).nanos());
            self.peak = self.peak.max(self.value);
            self.at = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_units::Span;

    fn at(seconds: u64) -> Instant {
        Instant::ZERO + Span::from_secs(seconds)
    }

    /// 10 → 20 at 61 s → 10 at 119 s: (61 · 10 + 58 · 20 + 61 · 10) / 180 = 13.22, however often it is read.
    #[test]
    fn it_says_the_same_however_often_it_is_read() {
        for every in [1, 7, 60, 61, 180] {
            let (mut meter, mut area, mut peak, mut peaks) = (Meter::new(10), 0, 0, 0);
            for second in 1..=180 {
                match second {
                    61 => {
                        // A value that is gone in the same instant has never been.
                        meter.set(99, at(second));
                        meter.set(20, at(second));
                    }
                    119 => meter.set(10, at(second)),
                    _ => {}
                }
                if second % every == 0 || second == 180 {
                    let reading = meter.take(at(second));
                    (area, peak) = (area + reading.area, peak.max(reading.peak));
                    peaks += u64::from(reading.peak == 20);
                }
            }
            assert_eq!((area / 1_000_000_000, peak), (2_380, 20), "every {every} s");
            assert!(0 < peaks && (every != 60 || peaks == 1), "in windows of 60 s it stays in the second");
        }
    }
}
