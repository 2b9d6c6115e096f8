//! Totals that grow over a run, logged as increases since the last sample.

use brownout_kernel::Cx;
use brownout_protocol::{Kind, Record, Row, Service};

/// A log line holds 64 bits, and `u64::MAX` means that there is no limit: more than this is written in several lines.
const LINE_MAX: u128 = 1 << 62;

/// How much of a total earlier samples have recorded.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Growth(u128);

impl Growth {
    /// The increase since the last sample. A total that was rounded down once more has not shrunk.
    pub(crate) fn more(&mut self, total: u128) -> u128 {
        let before = self.0;
        self.0 = total.max(before);
        self.0 - before
    }
}

/// Records the increase at a place since the last sample, in several lines if one does not hold it.
pub(crate) fn record_increase(place: u16, kind: Kind, amount: u128, cx: &mut Cx<'_, Service>) {
    let mut left = amount;
    loop {
        let line = left.min(LINE_MAX);
        cx.record(Record { kind, row: Row::default(), place, call: 0, value: line as u64 });
        left -= line;
        if left == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Growth;

    #[test]
    fn the_parts_are_the_whole() {
        let mut told = Growth::default();
        assert_eq!([5, 12, 11, 12, 40].map(|total| told.more(total)), [5, 7, 0, 0, 28]);
    }
}
