//! One window of a run, as it is kept: only what happened, since most of the table is empty.

use brownout_stats::SparseHistogram;

/// One window.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Frame {
    /// Where the cells of each row begin; one more than there are rows.
    pub(crate) rows: Vec<u32>,
    /// In order of row and kind.
    pub(crate) cells: Vec<FrameCell>,
    /// By slot of the tally.
    pub(crate) histograms: Vec<(u16, SparseHistogram)>,
    /// By place: each level as the window began.
    pub(crate) levels: Vec<[i64; 3]>,
}

/// What happened of one kind in one row in one window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FrameCell {
    pub(crate) kind: u8,
    pub(crate) count: u32,
    /// The sum of the values.
    pub(crate) sum: f64,
    /// Seconds from each record to the end of the window, summed.
    pub(crate) behind: f64,
}

impl Frame {
    /// Bytes of memory that it takes.
    pub(crate) fn bytes(&self) -> usize {
        let buckets: usize = self.histograms.iter().map(|(_, histogram)| histogram.bytes()).sum();
        size_of::<Self>()
            + self.rows.capacity() * size_of::<u32>()
            + self.cells.capacity() * size_of::<FrameCell>()
            + self.histograms.capacity() * size_of::<(u16, SparseHistogram)>()
            + self.levels.capacity() * size_of::<[i64; 3]>()
            + buckets
    }

    pub(crate) fn row(&self, row: usize) -> &[FrameCell] {
        &self.cells[self.rows[row] as usize..self.rows[row + 1] as usize]
    }

    pub(crate) fn histogram(&self, slot: u16) -> Option<&SparseHistogram> {
        let at = self.histograms.binary_search_by_key(&slot, |(s, _)| *s).ok()?;
        Some(&self.histograms[at].1)
    }
}
