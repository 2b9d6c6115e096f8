//! The block demand of decoding sequences: their number at each step modulo the block size, as prefix sums, so that a
//! run of steps costs a few loads.

/// The number of sums that are changed at a time.
const LANES: usize = 4;

/// Sequences by the steps, modulo the block size, at which they take a block.
///
/// Each is a count in the low half of a word and the sum of its steps in the high half, and the sum of their squares in
/// another word; kept is their sum over all smaller steps. With at most 2^20 sequences and 256 steps no half overflows,
/// not even over two turns.
pub(crate) struct Crossings {
    counts: Box<[u32]>,
    /// The first is zero; padding behind the last makes the loop even.
    sums: Box<[u64]>,
    squares: Box<[u64]>,
    /// Zeros, then ones: a slice of it masks the sums that a step belongs to. A loop over all sums, whatever the step,
    /// has no branch to mispredict.
    mask: Box<[u64]>,
    shift: u32,
}

/// Blocks taken by some steps, one after another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// All of them.
    pub(crate) blocks: u32,
    /// Blocks times the steps during which they are held, the one that takes them and those after it.
    pub(crate) held: u64,
    /// The same with each step counted as often as there were steps before it, the step in progress included.
    pub(crate) late: u64,
}

impl Crossings {
    pub(crate) fn new(block_tokens: u32) -> Self {
        let block = block_tokens as usize;
        let sums = block.next_multiple_of(LANES) + 1;
        let mask = (0..block + sums).map(|at| if block <= at { u64::MAX } else { 0 }).collect();
        let shift = block_tokens.trailing_zeros();
        Crossings {
            counts: vec![0; block].into(),
            sums: vec![0; sums].into(),
            squares: vec![0; sums].into(),
            mask,
            shift,
        }
    }

    /// Steps of a turn, after which each sequence takes a block again.
    fn turn(&self) -> usize {
        self.counts.len()
    }

    pub(crate) fn mask(&self) -> u64 {
        self.turn() as u64 - 1
    }

    /// One more sequence takes a block at the steps that equal `at` modulo the block size.
    pub(crate) fn add(&mut self, at: usize) {
        self.counts[at] += 1;
        self.change(at, u64::wrapping_add);
    }

    /// One fewer.
    pub(crate) fn remove(&mut self, at: usize) {
        self.counts[at] -= 1;
        self.change(at, u64::wrapping_sub);
    }

    #[inline]
    fn change(&mut self, at: usize, change: impl Fn(u64, u64) -> u64) {
        let (unit, mask) = (1 | (at as u64) << 32, &self.mask[self.counts.len() - at..]);
        let (sums, _) = self.sums[1..].as_chunks_mut::<LANES>();
        let (squares, _) = self.squares[1..].as_chunks_mut::<LANES>();
        let (mask, _) = mask.as_chunks::<LANES>();
        let square = (at * at) as u64;
        for ((sums, squares), mask) in sums.iter_mut().zip(squares).zip(mask) {
            for lane in 0..LANES {
                sums[lane] = change(sums[lane], unit & mask[lane]);
                squares[lane] = change(squares[lane], square & mask[lane]);
            }
        }
    }

    /// Blocks that one step takes.
    pub(crate) fn at(&self, step: u64) -> u32 {
        self.counts[(step & self.mask()) as usize]
    }

    /// Blocks that `steps` steps from `from` on take.
    pub(crate) fn taken(&self, from: u64, steps: u64) -> u32 {
        let turns = (steps >> self.shift) as u32;
        turns.wrapping_mul(self.sums[self.turn()] as u32).wrapping_add(self.part(from, steps) as u32)
    }

    /// The same, and how long they are held until these steps are over.
    #[inline]
    pub(crate) fn taken_and_held(&self, from: u64, steps: u64) -> Taken {
        let (turn, turns, first) = (self.turn() as u64, steps >> self.shift, from & self.mask());
        // Moments of the places in a turn, of all sequences and of those before the first step and the last one.
        let [all, all_sum] = halves(self.sums[self.turn()]);
        let all_square = self.squares[self.turn()];
        let [early, early_sum] = halves(self.sums[first as usize]);
        let early_square = self.squares[first as usize];
        let end = first + (steps & self.mask());
        let over = turn < end;
        let last = if over { end - turn } else { end } as usize;
        let ([mut count, mut sum], mut square) = (halves(self.sums[last]), self.squares[last]);
        if over {
            square += turn * (2 * sum + turn * count) + all_square;
            sum += turn * count + all_sum;
            count += all;
        }
        (count, sum, square) = (count - early, sum - early_sum, square - early_square);
        if 0 < turns {
            // The partial turn comes behind all whole ones, and in those the early places come last.
            let behind = turns << self.shift;
            square += behind * (2 * sum + behind * count);
            sum += behind * count;
            let (each_sum, before) = (all_sum + turn * early, turns * (turns - 1) / 2);
            let each_square = all_square + turn * (2 * early_sum + turn * early);
            count += turns * all;
            sum += turns * each_sum + turn * before * all;
            let squares = before * (2 * turns - 1) / 3;
            square += turns * each_square + turn * (2 * before * each_sum + turn * squares * all);
        }
        // The first step, at place `first`, is number 1; of each block that is taken in step j of n are held n + 1 - j
        // steps, whose numbers are j to n.
        let held = (steps + first) * count - sum;
        let late = (steps * (steps + 1) * count).wrapping_add((2 * first).wrapping_sub(1).wrapping_mul(sum));
        let late = late
            .wrapping_sub(square)
            .wrapping_sub(first.wrapping_mul(first.wrapping_sub(1)).wrapping_mul(count))
            / 2;
        Taken { blocks: count as u32, held, late }
    }

    /// Counts and steps beyond whole turns; steps of a second turn go on counting.
    #[inline]
    fn part(&self, from: u64, steps: u64) -> u64 {
        let (turn, first) = (self.turn(), (from & self.mask()) as usize);
        let end = first + (steps & self.mask()) as usize;
        let over = turn < end;
        let last = self.sums[if over { end - turn } else { end }];
        let second = self.sums[turn] + ((halves(last)[0] * turn as u64) << 32);
        (last + if over { second } else { 0 }) - self.sums[first]
    }
}

#[inline]
fn halves(sums: u64) -> [u64; 2] {
    [sums & u64::from(u32::MAX), sums >> 32]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against a walk over all steps, for block sizes from 1 to 256 and runs of up to three turns.
    #[test]
    fn sums_are_those_of_a_walk() {
        let mut state = 7_u64;
        let mut below = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % bound
        };
        for case in 0..2_000 {
            let block = 1 << (case % 9);
            let (mut crossings, mut counts) = (Crossings::new(block), vec![0_u32; block as usize]);
            for _ in 0..below(40) {
                let at = below(u64::from(block)) as usize;
                if 0 < counts[at] && below(3) == 0 {
                    crossings.remove(at);
                    counts[at] -= 1;
                } else {
                    crossings.add(at);
                    counts[at] += 1;
                }
            }
            let (from, steps) = (below(1_000), below(3 * u64::from(block) + 2));
            let (mut blocks, mut held, mut late) = (0, 0, 0);
            for step in from..from + steps {
                let count = counts[(step % u64::from(block)) as usize];
                assert_eq!(crossings.at(step), count);
                blocks += count;
                held += u64::from(count) * (from + steps - step);
                late += u64::from(count) * (step + 1 - from..=steps).sum::<u64>();
            }
            assert_eq!(crossings.taken(from, steps), blocks);
            assert_eq!(crossings.taken_and_held(from, steps), Taken { blocks, held, late });
        }
    }
}
