//! Counts, sums, time integrals and histograms in one table: the whole summary of a run for one cell a record.
//!
//! A cell keeps how many records there were, the sum of their values and the sum of their times. The integral of a
//! count that one kind steps up and another steps down is the difference of their times: exact, without a branch or a
//! last time to keep. The table holds the current window only; closing a window moves it into a [`Summary`] and the
//! totals, so the whole run is the sum of its windows and no record is counted twice. A segment is a difference of
//! totals.

use crate::cell::{Cell, LiveCell, Row};
use crate::effect::{GAP, HISTOGRAM, NONE, NOT_JUST_COUNTED, STEPS, WAIT};
use crate::kinds::Kinds;
use crate::legend::{HISTOGRAMS, Legend};
use crate::summary::{PEAKS, Summary, SummaryCell, behind};
use brownout_kernel::{Entry, Instant};
use brownout_metrics::Level;
use brownout_protocol::{Kind, Record};
use brownout_stats::Histogram;

/// The slot of kinds that are not just counted, and of cells that have had no record: no histogram has this number.
const NOWHERE: u16 = u16::MAX;

/// The current window, the sums of those before, and where the current segment of the run began.
pub(crate) struct Tally {
    columns: usize,
    /// A cell for every kind in each row.
    now: Vec<LiveCell>,
    totals: Vec<Row>,
    /// Records of the current window.
    records: u64,
    /// By row: the kinds that it has had since the start of the run.
    seen: Vec<Kinds>,
    histograms: Vec<Histogram>,
    slots: Vec<[u16; HISTOGRAMS]>,
    /// By place: each level as the current window began.
    levels: Vec<[i64; 3]>,
    /// By place: the time integral of each level until then, in value·nanoseconds.
    integrals: Vec<[i128; 3]>,
    /// By place: the cells that step each level, of those that have had a record.
    stepping: Vec<[Stepping; 3]>,
    /// When that was.
    began: Instant,
    segment: Segment,
    /// By place: the largest values that were told in the current window.
    peaks: Vec<Peaks>,
    /// Among the records being added, those that are not just counted.
    noted: Box<[Noted; CHUNK]>,
}

/// The places of cells in the table of the current window that step a level up, and of those that step it down.
#[derive(Clone, Debug, Default)]
struct Stepping {
    up: Vec<u32>,
    down: Vec<u32>,
}

/// The largest value of each of [`PEAKS`].
type Peaks = [Option<u64>; PEAKS.len()];

/// A segment, beyond the sums of its windows: a stretch of the run between two instants at which a requested stretch
/// begins or ends.
struct Segment {
    began: Instant,
    /// The totals as it began.
    base: Vec<Row>,
    /// Of the windows of it that are closed.
    histograms: Vec<Histogram>,
    peaks: Vec<Peaks>,
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

/// Records added at a time: their values fit into a near cache.
const CHUNK: usize = 256;

impl Tally {
    pub(crate) fn new(legend: &Legend) -> Self {
        let (rows, places) = (legend.layout.rows(), legend.layout.places.len());
        let histograms = || vec![Histogram::default(); usize::from(legend.histograms)];
        let totals = || vec![[Cell::default(); Kind::COUNT]; rows];
        Tally {
            columns: legend.layout.columns(),
            now: vec![LiveCell::new(NOWHERE); rows * Kind::COUNT],
            records: 0,
            seen: vec![Kinds::default(); rows],
            totals: totals(),
            histograms: histograms(),
            slots: legend.slots.clone(),
            levels: vec![[0; 3]; places],
            integrals: vec![[0; 3]; places],
            stepping: vec![Default::default(); places],
            began: Instant::ZERO,
            segment: Segment {
                began: Instant::ZERO,
                base: totals(),
                histograms: histograms(),
                peaks: vec![Peaks::default(); places],
            },
            peaks: vec![Peaks::default(); places],
            noted: Box::new([Noted::default(); CHUNK]),
        }
    }

    /// Adds some records, and calls `each` with every one of them, and `apart` with those that are not just counted.
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
            // In a separate loop: when every record went to some histogram, each waited for the one before.
            let Tally { noted, histograms, slots, columns, seen, now, stepping, .. } = self;
            for &Noted { value, slot, entry } in &noted[..len] {
                if let Some(histogram) = histograms.get_mut(usize::from(slot)) {
                    histogram.add(value);
                    continue;
                }
                let entry = &chunk[usize::from(entry)];
                let record = &entry.record;
                let row = record.place as usize * *columns + record.row.0 as usize;
                seen[row].add(record.kind as usize);
                match record.kind {
                    Kind::TokenGaps => add_gaps(histograms, slots, *columns, record),
                    kind if NOT_JUST_COUNTED[kind as usize] => apart(entry),
                    kind => {
                        let at = row * Kind::COUNT + kind as usize;
                        // Its first records may have come together, and it tells of each.
                        if now[at].histogram == NOWHERE {
                            steps_from_now_on(&mut stepping[record.place as usize], kind, at as u32);
                        }
                        let slot = slots[row][usize::from(HISTOGRAM[kind as usize])];
                        meet(&mut now[at], slot, histograms, value);
                    }
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
            let record = &entry.record;
            let column = record.row.0 as usize * Kind::COUNT + record.kind as usize;
            let cell = &mut now[record.place as usize * stride + column];
            let slot = cell.histogram;
            cell.add(record.value, entry.at.nanos());
            // Without a branch, which would be unpredictable: an entry for no histogram is overwritten.
            noted[len % CHUNK] = Noted { value: record.value, slot, entry: at as u16 };
            len += usize::from(slot != u16::from(NONE));
            // Last, when little else has to stay in registers.
            each(entry);
        }
        len
    }

    /// Ends the current window at `at`.
    pub(crate) fn close(&mut self, at: Instant) -> Summary {
        self.records = 0;
        self.count_no_waits();
        let mut summary = Summary {
            from: self.began.nanos(),
            to: at.nanos(),
            rows: Vec::with_capacity(self.totals.len() + 1),
            ..Summary::default()
        };
        let length = i128::from((at - self.began).nanos());
        let mut integrals: Vec<[i128; 3]> =
            self.levels.iter().map(|levels| levels.map(|level| i128::from(level) * length)).collect();
        for (row, (now, total)) in self.now.chunks_exact_mut(Kind::COUNT).zip(&mut self.totals).enumerate() {
            summary.rows.push(summary.cells.len() as u32);
            let place = row / self.columns;
            for kind in self.seen[row].numbers() {
                let (cell, sum) = (&mut now[kind], &mut total[kind]);
                let Some(cell) = cell.take() else { continue };
                sum.count += cell.count;
                sum.sum += cell.sum;
                sum.moment += cell.moment;
                summary.cells.push(SummaryCell { kind: kind as u8, count: cell.count, sum: cell.sum as f64 });
                for (level, steps) in STEPS[kind].iter().enumerate().filter(|(_, steps)| **steps != 0) {
                    self.levels[place][level] += i64::from(*steps) * cell.count as i64;
                    integrals[place][level] += behind(kind, level, cell.count, cell.moment, at.nanos());
                }
            }
        }
        summary.rows.push(summary.cells.len() as u32);
        for (so_far, more) in self.integrals.iter_mut().zip(&integrals) {
            for (so_far, more) in so_far.iter_mut().zip(more) {
                *so_far += more;
            }
        }
        summary.levels = integrals.iter().map(|all| all.map(|nanos| nanos as f64 / 1e9)).collect();
        summary.peaks = std::mem::replace(&mut self.peaks, vec![Peaks::default(); self.levels.len()]);
        for (slot, histogram) in self.histograms.iter_mut().enumerate().skip(1) {
            if !histogram.is_empty() {
                let taken = histogram.take_sparse();
                self.segment.histograms[slot].merge_sparse(&taken);
                summary.histograms.push((slot as u16, taken));
            }
        }
        self.began = at;
        summary
    }

    /// Ends the current segment at `at`, where a window was closed.
    ///
    /// Its numbers are differences of exact sums, so they do not depend on the windows that it was seen in.
    pub(crate) fn close_segment(&mut self, at: Instant) -> Summary {
        assert!(self.began == at, "a segment ends at {at}, and the last window at {}", self.began);
        let segment = &mut self.segment;
        let (from, to) = (segment.began.nanos(), at.nanos());
        let mut summary = Summary { from, to, ..Summary::default() };
        let mut integrals = vec![[0_i128; 3]; self.levels.len()];
        for (row, (base, total)) in segment.base.iter_mut().zip(&self.totals).enumerate() {
            summary.rows.push(summary.cells.len() as u32);
            for kind in self.seen[row].numbers() {
                let (base, total) = (&mut base[kind], &total[kind]);
                for (level, integral) in integrals[row / self.columns].iter_mut().enumerate() {
                    *integral += behind(kind, level, total.count, total.moment, to)
                        - behind(kind, level, base.count, base.moment, from);
                }
                if base.count < total.count && !is_peak(kind as u8) {
                    summary.cells.push(difference(kind as u8, base, total));
                }
                *base = *total;
            }
        }
        summary.rows.push(summary.cells.len() as u32);
        summary.levels = integrals.iter().map(|all| all.map(|nanos| nanos as f64 / 1e9)).collect();
        summary.peaks = std::mem::replace(&mut segment.peaks, vec![Peaks::default(); self.levels.len()]);
        for (slot, histogram) in segment.histograms.iter_mut().enumerate().filter(|(_, h)| !h.is_empty()) {
            summary.histograms.push((slot as u16, histogram.take_sparse()));
        }
        segment.began = at;
        summary
    }

    /// A peak that a sample tells, of the current window and, unless it is a value of this instant that only the window
    /// asked for, of the current segment.
    pub(crate) fn peak(&mut self, place: usize, kind: Kind, value: u64, of_segment: bool) {
        let at = PEAKS.iter().position(|&peak| peak == kind).expect("a gauge that tells a peak");
        let more = |peaks: &mut Peaks| peaks[at] = peaks[at].max(Some(value));
        more(&mut self.peaks[place]);
        if of_segment {
            more(&mut self.segment.peaks[place]);
        }
    }

    /// The sum of the values of some kinds in a row since the start of the run; none if it has had no such record.
    pub(crate) fn sum_so_far(&self, row: usize, kind: usize) -> Option<u128> {
        let (total, now) = (&self.totals[row][kind], &self.now[row * Kind::COUNT + kind]);
        (0 < total.count + u64::from(now.count())).then(|| total.sum + now.sum())
    }

    /// How often a kind happened in a row since the start of the run.
    pub(crate) fn count_of(&self, row: usize, kind: Kind) -> u64 {
        let kind = kind as usize;
        self.totals[row][kind].count + u64::from(self.now[row * Kind::COUNT + kind].count())
    }

    /// How often any of some kinds happened in a row since the start of the run.
    pub(crate) fn count_so_far(&self, row: usize, kinds: Kinds) -> u64 {
        let count = |kind: usize| {
            self.totals[row][kind].count + u64::from(self.now[row * Kind::COUNT + kind].count())
        };
        self.seen(row, kinds).map(count).sum()
    }

    /// Those of some kinds that a row has had, by their numbers.
    pub(crate) fn seen(&self, row: usize, kinds: Kinds) -> impl Iterator<Item = usize> {
        self.seen[row].and(kinds).numbers()
    }

    /// Whether a row has had any record at all.
    pub(crate) fn has_any(&self, row: usize) -> bool {
        self.seen[row] != Kinds::default()
    }

    /// The time integral of a level at a place since the start of the run, in value·nanoseconds, at an instant of the
    /// current window.
    pub(crate) fn level_so_far(&self, place: usize, level: Level, at: u64) -> i128 {
        let level = level as usize;
        let sums = |cells: &[u32]| {
            let (mut count, mut moment) = (0_i64, 0_i128);
            for cell in cells.iter().map(|&cell| &self.now[cell as usize]) {
                count += i64::from(cell.count());
                moment += cell.moment() as i128;
            }
            (count, moment)
        };
        let Stepping { up, down } = &self.stepping[place][level];
        let ((up, up_moment), (down, down_moment)) = (sums(up), sums(down));
        // A step up at t is worth `at - t`, and what was up when the window began is worth all of its time so far.
        let before = i128::from(self.levels[place][level]) * i128::from(at - self.began.nanos());
        let steps = i128::from(at) * i128::from(up - down) - (up_moment - down_moment);
        self.integrals[place][level] + before + steps
    }

    /// Calls that started at once waited for no time.
    fn count_no_waits(&mut self) {
        let rows = self.now.chunks_exact(Kind::COUNT).zip(&self.slots).zip(&self.seen);
        for ((now, slots), _) in rows.filter(|(_, seen)| seen.has(Kind::StartedAtOnce)) {
            let at_once = &now[Kind::StartedAtOnce as usize];
            let slot = slots[usize::from(WAIT)];
            if slot != u16::from(NONE) {
                assert!(at_once.sum() == 0, "calls that start at once have not waited");
                self.histograms[usize::from(slot)].add_many(0, at_once.count().into());
            }
        }
    }

    /// Whether the current window is so full that it has to be closed: a cell counts to 2³² records.
    pub(crate) fn is_full(&self) -> bool {
        1 << 31 <= self.records
    }

    /// How many events there were, in the windows that are closed.
    pub(crate) fn events(&self) -> u64 {
        let events =
            |row: &Row| row[usize::from(Kind::EVENTS_FROM)..].iter().map(|cell| cell.count).sum::<u64>();
        self.totals.iter().map(events).sum()
    }

    pub(crate) fn totals(&self) -> &[Row] {
        &self.totals
    }
}

/// Whether a kind tells a peak: the sum of its values means nothing, and peaks are kept apart.
fn is_peak(kind: u8) -> bool {
    PEAKS.iter().any(|&peak| peak as u8 == kind)
}

/// Whether a kind explains how users fare: written like events, and counted.
fn is_of_people(kind: u8) -> bool {
    Kind::OF_PEOPLE.iter().any(|&people| people as u8 == kind)
}

/// What happened of a kind since then. How often a gauge was sampled is meaningless and left out; "no limit" stays "no
/// limit", however often it was recorded.
fn difference(kind: u8, base: &Cell, total: &Cell) -> SummaryCell {
    let sum = (total.sum - base.sum) as f64;
    match kind {
        kind if Kind::EVENTS_FROM <= kind || is_of_people(kind) => {
            SummaryCell { kind, count: total.count - base.count, sum }
        }
        kind if kind == Kind::Capacity as u8 => SummaryCell { kind, count: 1, sum: sum.min(u64::MAX as f64) },
        kind => SummaryCell { kind, count: 1, sum },
    }
}

/// The first record of a cell tells it its histogram: every cell begins with [`NOWHERE`], so that its first record is
/// noted, and no other one pays for telling which cells have had any.
#[cold]
fn meet(cell: &mut LiveCell, slot: u16, histograms: &mut [Histogram], value: u64) {
    cell.histogram = slot;
    if slot != u16::from(NONE) {
        histograms[usize::from(slot)].add(value);
    }
}

/// A kind has its first record in a row: from now on its cell counts for the levels that it steps.
fn steps_from_now_on(stepping: &mut [Stepping; 3], kind: Kind, cell: u32) {
    for (stepping, steps) in stepping.iter_mut().zip(STEPS[kind as usize]) {
        match steps {
            0 => {}
            1.. => stepping.up.push(cell),
            _ => stepping.down.push(cell),
        }
    }
}

/// Gaps between tokens, of which one record stands for many.
#[inline(never)]
fn add_gaps(histograms: &mut [Histogram], slots: &[[u16; HISTOGRAMS]], columns: usize, record: &Record) {
    let row = record.place as usize * columns + record.row.0 as usize;
    let slot = slots[row][usize::from(GAP)];
    histograms[slot as usize].add_many(record.value, record.call.into());
}
