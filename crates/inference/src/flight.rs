//! Many steps at once: the closed form of their time, and the step that a moment falls into.

use crate::clock::{Clock, Fs};

/// The most steps of a flight; it has fewer where its time could overflow.
pub(crate) const STEPS_MAX: u64 = 1 << 14;

/// The steps in progress; step i (from 0) takes `first + i * growth`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Flight {
    pub(crate) steps: u64,
    pub(crate) first: Fs,
    pub(crate) growth: Fs,
    pub(crate) end: Clock,
    /// Tokens by which each step moves the unfinished prefill; 0 if there is none, or the flight is a single step.
    pub(crate) chunk: u32,
    /// Prefill tokens of the first step.
    pub(crate) prefill: u32,
}

impl Flight {
    /// The time of its first `steps` steps.
    pub(crate) fn duration(&self, steps: u64) -> Fs {
        steps * self.first + self.growth * (steps * steps.saturating_sub(1) / 2)
    }

    /// How many steps take less than 2^63 fs together, however they grow up to [`STEPS_MAX`]; at least 1.
    pub(crate) fn steps_without_overflow(&self) -> u64 {
        let slowest = self.first.saturating_add(self.growth.saturating_mul(STEPS_MAX));
        1 << slowest.leading_zeros().saturating_sub(1)
    }

    /// The first of its steps, counted from 1, that ends after `elapsed`; the last if none does.
    pub(crate) fn step_after(&self, elapsed: Fs) -> u64 {
        // Solve duration(j) = elapsed for a real j, then settle its neighbours exactly.
        let half = self.growth as f64 / 2.0;
        let slope = self.first as f64 - half;
        let elapsed_real = elapsed as f64;
        let root = 2.0 * elapsed_real / (slope + (slope * slope + 4.0 * half * elapsed_real).sqrt());
        let mut j = (root as u64).saturating_add(1).min(self.steps);
        while j < self.steps && self.duration(j) <= elapsed {
            j += 1;
        }
        while j > 1 && self.duration(j - 1) > elapsed {
            j -= 1;
        }
        j
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A moment just before, on and just after each kind of boundary, in flights so long that the real root cannot be
    /// exact, against a binary search.
    #[test]
    fn step_after_is_the_first_boundary_strictly_later() {
        let mut state = 1_u64;
        let mut below = |bounds: &[u64]| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 11) % bounds[(state >> 60) as usize % bounds.len()]
        };
        for _ in 0..60_000 {
            let first = 1_000_000 + below(&[1_000_000, 1_000_000_000_000, 100_000_000_000_000]);
            let growth = below(&[1, 100_000, 10_000_000_000, 30_000_000_000_000]);
            let mut flight = Flight { steps: 2, first, growth, ..Flight::default() };
            flight.steps += below(&[STEPS_MAX.min(flight.steps_without_overflow()) - 1]);
            let boundary = flight.duration(1 + below(&[flight.steps - 1]));
            for elapsed in [boundary - 1, boundary, boundary + 1] {
                let (mut early, mut late) = (0, flight.steps);
                while early + 1 < late {
                    let middle = u64::midpoint(early, late);
                    let past = flight.duration(middle) <= elapsed;
                    (early, late) = if past { (middle, late) } else { (early, middle) };
                }
                assert_eq!(flight.step_after(elapsed), late, "{flight:?} {elapsed}");
            }
        }
    }

    #[test]
    fn a_flight_that_could_overflow_is_a_single_step() {
        let flight = Flight { first: 1 << 62, growth: 1 << 60, ..Flight::default() };
        assert_eq!(flight.steps_without_overflow(), 1);
        let flight = Flight { first: (1 << 40) - 1, ..Flight::default() };
        assert_eq!(flight.steps_without_overflow(), 1 << 23);
    }
}
