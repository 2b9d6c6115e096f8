//! The use of KV cache blocks: time in use, and the most in use at once.

use brownout_units::Span;

use crate::crossings::Taken;
use crate::engine::{Engine, NEVER};
use crate::flight::Flight;

/// Totals of all flights that have ended.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Blocks times femtoseconds.
    held: u128,
    /// The most in use at once since this was asked last.
    peak: u32,
}

impl Engine {
    /// How long blocks have been in use up to `now`, all together: blocks times femtoseconds since the origin. Blocks
    /// that are idle in the prefix cache are not in use.
    pub fn blocks_held(&self, now: Span) -> u128 {
        if self.wake == NEVER {
            return self.usage.held;
        }
        let elapsed = self.clock.until(now.min(self.wake)).min(self.flight.duration(self.flight.steps));
        let step = self.flight.step_after(elapsed);
        let before = if step == 1 { 0 } else { self.held_by(step - 1, self.taken_by(step - 1)) };
        let used = self.blocks_used() + self.blocks_taken(step - 1);
        let going = elapsed - self.flight.duration(step - 1);
        self.usage.held + before + u128::from(used) * u128::from(going)
    }

    /// The most blocks in use at once since this was asked last, those in use at `now` included. To ask changes nothing
    /// of what the replica does.
    pub fn take_blocks_peak(&mut self, now: Span) -> u32 {
        let peak = std::mem::take(&mut self.usage.peak);
        peak.max(self.options.blocks - self.blocks_free(now))
    }

    /// Blocks in use in the first step of the flight.
    fn blocks_used(&self) -> u32 {
        self.kv.total() - self.kv.free()
    }

    /// What the first `steps` steps of the flight take, but for the blocks that the first one has already.
    #[inline]
    pub(crate) fn taken_by(&self, steps: u64) -> Taken {
        if steps == 1 {
            return Taken::default();
        }
        let mut taken = self.batch.taken_and_held(steps - 1);
        if self.flight.chunk > 0 {
            let (cached, chunk) = (self.batch.get(self.batch.partial).cached, self.flight.chunk);
            let (before, mask) = (self.kv.blocks(cached), u64::from(self.options.block_tokens) - 1);
            taken.blocks += self.kv.blocks(cached + (steps - 1) as u32 * chunk) - before;
            let [blocks, late, _] = floor_sums(steps - 1, chunk.into(), u64::from(cached) + mask, mask + 1);
            taken.held += blocks - steps * u64::from(before);
            taken.late += late - (steps - 1) * steps / 2 * u64::from(before);
        }
        taken
    }

    /// Blocks times time over the first `steps` steps of the flight, which take `taken`.
    #[inline]
    pub(crate) fn held_by(&self, steps: u64, taken: Taken) -> u128 {
        let Flight { first, growth, .. } = self.flight;
        if steps == 1 {
            return u128::from(self.blocks_used()) * u128::from(first);
        }
        let all = u128::from(self.blocks_used()) * u128::from(self.flight.duration(steps));
        all + u128::from(first) * u128::from(taken.held) + u128::from(growth) * u128::from(taken.late)
    }

    /// The flight ends after the first `steps` of its steps.
    #[inline]
    pub(crate) fn count_use(&mut self, steps: u64, taken: Taken) {
        self.usage.held += self.held_by(steps, taken);
        self.usage.peak = self.usage.peak.max(self.blocks_used() + taken.blocks);
    }

    /// The flight is broken off at `now`, in the middle of a step.
    pub(crate) fn count_use_until(&mut self, now: Span, step: u64) {
        self.usage.held = self.blocks_held(now);
        // Blocks in use for zero time do not count.
        if self.clock.until(now) > self.flight.duration(step - 1) {
            self.usage.peak = self.usage.peak.max(self.blocks_used() + self.blocks_taken(step - 1));
        } else if step > 1 {
            self.usage.peak = self.usage.peak.max(self.blocks_used() + self.blocks_taken(step - 2));
        }
    }
}

/// Of (a·i + b) / c, rounded down, over the i from 0 to n: the sum, the sum of i times it, and the sum of its squares,
/// in as many rounds as Euclid's algorithm has.
fn floor_sums(n: u64, a: u64, b: u64, c: u64) -> [u64; 3] {
    let (slope, start) = (a / c, b / c);
    if 0 < slope || 0 < start {
        let [f, g, h] = floor_sums(n, a % c, b % c, c);
        let (sum, squares) = (n * (n + 1) / 2, n * (n + 1) * (2 * n + 1) / 6);
        return [
            slope * sum + start * (n + 1) + f,
            slope * squares + start * sum + g,
            slope * slope * squares
                + start * start * (n + 1)
                + 2 * slope * start * sum
                + h
                + 2 * (start * f + slope * g),
        ];
    }
    let most = (a * n + b) / c;
    if most == 0 {
        return [0; 3];
    }
    // The points below a line, counted by rows instead of columns.
    let [f, g, h] = floor_sums(most - 1, c, c - b - 1, a);
    let sum = n * most - f;
    [sum, (most * n * (n + 1) - h - f) / 2, n * most * (most + 1) - 2 * (g + f) - sum]
}

#[cfg(test)]
mod tests {
    use super::floor_sums;

    #[test]
    fn floor_sums_are_those_of_a_loop() {
        for n in 0..30 {
            for c in [1, 2, 16, 256] {
                for (a, b) in [(0, 5), (1, 0), (7, 3), (16, 15), (1_791, 255), (2_048, 1)] {
                    let floor = |i: u64| (a * i + b) / c;
                    let sums = [
                        (0..=n).map(floor).sum::<u64>(),
                        (0..=n).map(|i| i * floor(i)).sum(),
                        (0..=n).map(|i| floor(i) * floor(i)).sum(),
                    ];
                    assert_eq!(floor_sums(n, a, b, c), sums, "{n} {a} {b} {c}");
                }
            }
        }
    }
}
