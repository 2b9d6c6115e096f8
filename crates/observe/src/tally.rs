//! Counts, sums, time integrals and histograms in one table: the whole summary of a run for one cell a record.
//!
//! A cell keeps how many records there were, the sum of their values and the sum of their times. A count that steps up
//! with one kind and down with another has as its integral the difference of their times: no last time to keep, no
//! branch, and exact. The table holds the current window only; closing a window moves it into a [`Frame`], so the whole
//! run is the sum of its windows and no record is counted twice.

use crate::books;
use crate::cell::{Cell, LiveCell, Row};
use crate::frame::{Frame, FrameCell};
use crate::happening::KINDS;
use crate::layout::Layout;
use brownout_kernel::{Entry, Instant};
use brownout_protocol::{Kind, Record, Status};
use brownout_stats::Histogram;

/// Which histogram a kind goes to: 0 none.
const NONE: u8 = 0;
const WAIT: u8 = 1;
const DONE: u8 = 2;
const FIRST: u8 = 3;
const TOKEN: u8 = 4;
const GAP: u8 = 5;
/// How many classes of histograms a row has, none among them.
pub(crate) const HISTOGRAMS: usize = 6;

const HISTOGRAM: [u8; Kind::COUNT] = {
    // Whoever starts at once waits for no time, which is counted when a window is closed.
    let mut histogram = [NONE; Kind::COUNT];
    histogram[Kind::Started as usize] = WAIT;
    histogram[Kind::Completed as usize] = DONE;
    histogram[Kind::Answered as usize] = DONE;
    histogram[Kind::Succeeded as usize] = DONE;
    histogram[Kind::SucceededLate as usize] = DONE;
    histogram[Kind::FirstToken as usize] = FIRST;
    histogram[Kind::TokenTime as usize] = TOKEN;
    histogram[Kind::TokenGaps as usize] = GAP;
    histogram
};

/// How a record steps the levels of its place: up, down or not at all; as [`Level`](crate::Level) numbers them.
pub(crate) const STEPS: [[i8; 3]; Kind::COUNT] = {
    let mut steps = [[0; 3]; Kind::COUNT];
    let stays = [
        books::QUEUE.steps(),
        (&books::BUSY_UP as &[Kind], &books::BUSY_DOWN as &[Kind]),
        books::INSIDE.steps(),
    ];
    let mut level = 0;
    while level < stays.len() {
        let (up, down) = stays[level];
        let mut at = 0;
        while at < up.len() {
            steps[up[at] as usize][level] = 1;
            at += 1;
        }
        at = 0;
        while at < down.len() {
            steps[down[at] as usize][level] = -1;
            at += 1;
        }
        level += 1;
    }
    steps
};

/// Kinds that are not just counted: failures, which say who decided them, gaps, which stand for many, and what happened
/// to the service, of which the instants are kept.
const APART: [bool; Kind::COUNT] = {
    let mut apart = [false; Kind::COUNT];
    let mut status = 1;
    while status < Status::COUNT {
        apart[Kind::failed(Status::ALL[status]) as usize] = true;
        status += 1;
    }
    apart[Kind::TokenGaps as usize] = true;
    let mut at = 0;
    while at < KINDS.len() {
        apart[KINDS[at] as usize] = true;
        at += 1;
    }
    apart
};

/// Where the values of kinds go to that are not just counted: no histogram has this number.
const NOWHERE: u16 = u16::MAX;

/// The current window, and the sums of those before.
pub(crate) struct Tally {
    columns: usize,
    /// A cell for every kind in each row.
    now: Vec<LiveCell>,
    totals: Vec<Row>,
    /// Records of the current window.
    records: u64,
    histograms: Vec<Histogram>,
    /// By row: where its waits, its latencies and the times of its tokens go.
    slots: Vec<[u16; HISTOGRAMS]>,
    /// By place: each level as the current window began.
    levels: Vec<[i64; 3]>,
    /// Of the records that are being added those that are more than counted.
    noted: Box<[Noted; CHUNK]>,
}

/// A record whose value goes to a histogram, or which is set apart.
#[derive(Clone, Copy, Default)]
struct Noted {
    value: u64,
    /// The histogram, or [`NOWHERE`].
    slot: u16,
    /// Its place among the records that are being added.
    entry: u16,
}

/// So many records are added at a time: their values fit into a near cache.
const CHUNK: usize = 256;

impl Tally {
    pub(crate) fn new(layout: &Layout) -> Self {
        let rows = layout.rows();
        let columns = layout.columns();
        let mut histograms: u16 = 1;
        let mut next = || {
            histograms = histograms.saturating_add(1);
            histograms - 1
        };
        let mut slots = Vec::with_capacity(rows);
        for place in 0..layout.places.len() {
            // A load has its histograms for each path, a tier for all paths together.
            let none = u16::from(NONE);
            let tokens = layout.places[place].tokens;
            let mut slot_of = |is_tier: bool| {
                let mut slot = [none, if is_tier { next() } else { none }, next(), none, none, none];
                if tokens {
                    [slot[3], slot[4]] = [next(), next()];
                    slot[5] = if is_tier { next() } else { none };
                }
                slot
            };
            let tier = (layout.loads <= place).then(|| slot_of(true));
            for column in 0..columns {
                let slot = match (tier, column % 2) {
                    (Some(slot), _) => slot,
                    (None, 0) => slot_of(false),
                    (None, _) => *slots.last().expect("a first attempt stands before its retry"),
                };
                slots.push(slot);
            }
        }
        let cell = |slot: &[u16; HISTOGRAMS], kind: usize| {
            LiveCell::new(if APART[kind] { NOWHERE } else { slot[usize::from(HISTOGRAM[kind])] })
        };
        assert!(histograms < NOWHERE, "{histograms} histograms are more than a cell can name");
        let histograms = usize::from(histograms);
        let now = slots.iter().flat_map(|slot| (0..Kind::COUNT).map(move |kind| cell(slot, kind))).collect();
        Tally {
            columns,
            now,
            records: 0,
            totals: vec![[Cell::default(); Kind::COUNT]; rows],
            histograms: vec![Histogram::default(); histograms],
            slots,
            levels: vec![[0; 3]; layout.places.len()],
            noted: Box::new([Noted::default(); CHUNK]),
        }
    }

    /// Adds some records, and calls `each` with every one of them, and `apart` with those that are more
    /// than counted.
    ///
    /// # Panics
    /// If a window has more than 4 billion records.
    #[inline(always)]
    pub(crate) fn see(
        &mut self,
        batch: &[Entry<Record>],
        mut apart: impl FnMut(&Entry<Record>),
        mut each: impl FnMut(&Entry<Record>),
    ) {
        self.records += batch.len() as u64;
        assert!(self.records >> 32 == 0, "a window of over 4 billion records");
        for chunk in batch.chunks(CHUNK) {
            let len = self.count(chunk, &mut each);
            let Tally { noted, histograms, slots, columns, .. } = self;
            // In a loop of their own: where every record went to some histogram, each waited for the one before.
            for &Noted { value, slot, entry } in &noted[..len] {
                if let Some(histogram) = histograms.get_mut(usize::from(slot)) {
                    histogram.add(value);
                    continue;
                }
                let entry = &chunk[usize::from(entry)];
                match entry.record.kind {
                    Kind::TokenGaps => add_gaps(histograms, slots, *columns, &entry.record),
                    _ => apart(entry),
                }
            }
        }
    }

    /// Adds to cells, and says how many records are noted, for histograms or to be set apart.
    #[inline(always)]
    fn count(&mut self, chunk: &[Entry<Record>], each: &mut impl FnMut(&Entry<Record>)) -> usize {
        let stride = self.columns * Kind::COUNT;
        let (now, noted) = (&mut self.now[..], &mut *self.noted);
        let mut len = 0;
        for (at, entry) in chunk.iter().enumerate() {
            each(entry);
            let record = &entry.record;
            let column = record.row.0 as usize * Kind::COUNT + record.kind as usize;
            let cell = &mut now[record.place as usize * stride + column];
            let slot = cell.histogram;
            cell.add(record.value, entry.at.nanos());
            // Without a branch, which nobody could foresee: what goes to none is written over.
            noted[len % CHUNK] = Noted { value: record.value, slot, entry: at as u16 };
            len += usize::from(slot != u16::from(NONE));
        }
        len
    }

    /// Moves the current window into a frame.
    pub(crate) fn close(&mut self, at: Instant) -> Frame {
        let mut cells = Vec::new();
        let mut rows = Vec::with_capacity(self.totals.len() + 1);
        let levels = self.levels.clone();
        self.records = 0;
        self.count_no_waits();
        for (row, (now, total)) in self.now.chunks_exact_mut(Kind::COUNT).zip(&mut self.totals).enumerate() {
            rows.push(cells.len() as u32);
            let level = &mut self.levels[row / self.columns];
            for (kind, (cell, sum)) in now.iter_mut().zip(total).enumerate() {
                let Some(cell) = cell.take() else { continue };
                sum.count += cell.count;
                sum.sum += cell.sum;
                sum.moment += cell.moment;
                // Counted up to the end of the window: a step up at t is worth `at - t` of it.
                let behind = u128::from(at.nanos()) * u128::from(cell.count) - cell.moment;
                cells.push(FrameCell {
                    kind: kind as u8,
                    count: cell.count as u32,
                    sum: cell.sum as f64,
                    behind: behind as f64 * 1e-9,
                });
                for (level, steps) in level.iter_mut().zip(STEPS[kind]) {
                    *level += i64::from(steps) * cell.count as i64;
                }
            }
        }
        rows.push(cells.len() as u32);
        // A frame is kept until the analysis is done, so it keeps no room to grow.
        cells.shrink_to_fit();
        let filled = self.histograms.iter_mut().enumerate().skip(1).filter(|(_, h)| !h.is_empty());
        let mut histograms: Vec<_> = filled
            .map(|(at, histogram)| {
                let sparse = histogram.sparse();
                histogram.clear();
                (at as u16, sparse)
            })
            .collect();
        histograms.shrink_to_fit();
        Frame { rows, cells, histograms, levels }
    }

    /// Calls that started at once waited for no time.
    fn count_no_waits(&mut self) {
        for (now, slots) in self.now.chunks_exact(Kind::COUNT).zip(&self.slots) {
            let at_once = &now[Kind::StartedAtOnce as usize];
            let slot = slots[usize::from(WAIT)];
            if slot != u16::from(NONE) {
                assert!(at_once.sum() == 0, "whoever starts at once has not waited");
                self.histograms[usize::from(slot)].add_many(0, at_once.count().into());
            }
        }
    }

    pub(crate) fn totals(&self) -> &[Row] {
        &self.totals
    }

    /// Where the histograms of a row are: waits (1), latencies (2), first tokens (3), times of a token (4), gaps (5).
    pub(crate) fn slots(&self) -> &[[u16; HISTOGRAMS]] {
        &self.slots
    }
}

/// Gaps between tokens, of which one record stands for many.
#[inline(never)]
fn add_gaps(histograms: &mut [Histogram], slots: &[[u16; HISTOGRAMS]], columns: usize, record: &Record) {
    let row = record.place as usize * columns + record.row.0 as usize;
    let slot = slots[row][usize::from(GAP)];
    histograms[slot as usize].add_many(record.value, record.call.into());
}
