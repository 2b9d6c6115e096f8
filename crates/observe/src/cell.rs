//! What is kept of the records of one kind in one row.

use brownout_protocol::Kind;

/// One row: a cell for every kind.
pub(crate) type Row = [Cell; Kind::COUNT];

/// What happened of one kind in one row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    /// How many records.
    pub(crate) count: u64,
    /// The sum of their values.
    pub(crate) sum: u128,
    /// The sum of their times, in nanoseconds since the start of the run.
    pub(crate) moment: u128,
}

/// The same in the current window, half a cache line long: every record adds to one.
///
/// The sums are as exact as those of a [`Cell`]. Their upper halves change once in many records, so they are touched
/// only when the lower ones run over.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(32))]
pub(crate) struct LiveCell {
    sum: u64,
    moment: u64,
    sum_high: u32,
    moment_high: u32,
    count: u32,
    /// Where the values of this kind go to: a slot of the tally's histograms, or none of them.
    pub(crate) histogram: u16,
}

const _: () = assert!(size_of::<LiveCell>() == 32);

impl LiveCell {
    /// An empty cell whose values go to that histogram.
    pub(crate) fn new(histogram: u16) -> Self {
        LiveCell { histogram, ..Self::default() }
    }

    /// Adds a record; the caller sees to it that a window has fewer than 2³² of them.
    #[inline(always)]
    pub(crate) fn add(&mut self, value: u64, at: u64) {
        self.count = self.count.wrapping_add(1);
        let (sum, sum_over) = self.sum.overflowing_add(value);
        self.sum = sum;
        if sum_over {
            self.sum_runs_over();
        }
        let (moment, moment_over) = self.moment.overflowing_add(at);
        self.moment = moment;
        if moment_over {
            self.moment_runs_over();
        }
    }

    // At most as often as there are records, so these do not run over themselves.
    #[cold]
    #[inline(never)]
    fn sum_runs_over(&mut self) {
        self.sum_high += 1;
    }

    #[cold]
    #[inline(never)]
    fn moment_runs_over(&mut self) {
        self.moment_high += 1;
    }

    /// How many records were added.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// The sum of their values.
    pub(crate) fn sum(&self) -> u128 {
        u128::from(self.sum_high) << 64 | u128::from(self.sum)
    }

    /// The sum of their times.
    pub(crate) fn moment(&self) -> u128 {
        u128::from(self.moment_high) << 64 | u128::from(self.moment)
    }

    /// What was added, which is forgotten; none if nothing was.
    pub(crate) fn take(&mut self) -> Option<Cell> {
        if self.count == 0 {
            return None;
        }
        let taken = std::mem::replace(self, Self::new(self.histogram));
        Some(Cell { count: taken.count.into(), sum: taken.sum(), moment: taken.moment() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_that_run_over_stay_exact() {
        let mut cell = LiveCell::new(3);
        let records = [(u64::MAX, 1), (u64::MAX, u64::MAX >> 1), (7, u64::MAX >> 1), (u64::MAX, 9)];
        for (value, at) in records {
            cell.add(value, at);
        }
        let sum = 3 * u128::from(u64::MAX) + 7;
        let moment = 2 * u128::from(u64::MAX >> 1) + 10;
        assert_eq!(cell.take(), Some(Cell { count: 4, sum, moment }));
        assert_eq!((cell.take(), cell.histogram), (None, 3));
    }
}
