//! What a run left behind: the numbers that analysis asks for, window by window.

use crate::frame::Frame;
use crate::happening::Happenings;
use crate::layout::{Books, Layout};
use crate::tally::{HISTOGRAMS, STEPS};
use brownout_protocol::{Kind, Row, Status};
use brownout_stats::SparseHistogram;
use std::collections::BTreeMap;
use std::ops::Range;

/// Which node decided that an intent failed, and how: (path, kind of record, node).
pub(crate) type Origin = (u8, u8, u32);

/// One run of one model under one seed.
#[derive(Clone, Debug)]
pub struct Observations {
    /// What the numbers stand for.
    pub layout: Layout,
    /// Of the whole log: the same scenario, seed and version give the same.
    pub fingerprint: u64,
    /// Messages and timers that were delivered.
    pub events: u64,
    /// What happened to the service, with its instants.
    pub happenings: Happenings,
    pub(crate) frames: Vec<Frame>,
    pub(crate) slots: Vec<[u16; HISTOGRAMS]>,
    pub(crate) origins: BTreeMap<Origin, u64>,
}

/// A number inside, of which the time integral is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Level {
    /// Calls in the queue.
    Waiting,
    /// Workers in service; not those that are held while their call is out.
    Serving,
    /// Calls inside, in any stage.
    Inside,
}

/// A latency of which the distribution is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latency {
    /// At a tier: in the queue, of the calls whose service began.
    Wait,
    /// At a tier: from admission to a good answer. At a load: from the first attempt to a good answer.
    Done,
    /// Until the first token, from where [`Latency::Done`] begins.
    FirstToken,
    /// From one token of an answer to the next, the mean of each answer.
    TokenTime,
    /// At a tier: from one token to the next, each token by itself.
    TokenGap,
}

impl Observations {
    /// Bytes of memory that they take, nearly: what grows with windows, places and kinds of what happened.
    pub fn bytes(&self) -> u64 {
        (self.frames.iter().map(Frame::bytes).sum::<usize>() + self.happenings.bytes()) as u64
    }

    /// How many records of some kinds there were at a place in some windows; of one path or all, of first attempts
    /// (false), retries (true) or both.
    pub fn count(
        &self,
        windows: Range<usize>,
        place: usize,
        path: Option<u8>,
        retry: Option<bool>,
        kinds: &[Kind],
    ) -> u64 {
        self.fold(windows, place, path, retry, kinds, |cell| f64::from(cell.count)) as u64
    }

    /// The sum of their values; lengths are in nanoseconds.
    pub fn sum(&self, windows: Range<usize>, place: usize, path: Option<u8>, kinds: &[Kind]) -> f64 {
        self.fold(windows, place, path, None, kinds, |cell| cell.sum)
    }

    fn fold(
        &self,
        windows: Range<usize>,
        place: usize,
        path: Option<u8>,
        retry: Option<bool>,
        kinds: &[Kind],
        value: impl Fn(&crate::frame::FrameCell) -> f64,
    ) -> f64 {
        let columns = self.layout.columns();
        let mut sum = 0.0;
        for frame in &self.frames[windows] {
            for column in 0..columns {
                let row = Row(column as u8);
                if path.is_some_and(|p| p != row.path()) || retry.is_some_and(|r| r != row.is_retry()) {
                    continue;
                }
                for cell in frame.row(place * columns + column) {
                    if kinds.iter().any(|&kind| kind as u8 == cell.kind) {
                        sum += value(cell);
                    }
                }
            }
        }
        sum
    }

    /// The last value of a gauge in a window, if it was taken.
    pub fn gauge(&self, window: usize, place: usize, kind: Kind) -> Option<f64> {
        let cell =
            self.frames[window].row(place * self.layout.columns()).iter().find(|c| c.kind == kind as u8)?;
        Some(cell.sum / f64::from(cell.count))
    }

    /// The mean of a level at a place over each of some windows.
    pub fn levels(&self, windows: Range<usize>, place: usize, level: Level) -> Vec<f64> {
        if level == Level::Serving && !matches!(self.layout.places[place].books, Books::Station { .. }) {
            // A relay lets calls in without a wait, as a worker would, and never finishes one.
            return vec![0.0; windows.len()];
        }
        let columns = self.layout.columns();
        let level = level as usize;
        let mean = |at: usize| {
            let (begin, end) = self.layout.bounds(at);
            let frame = &self.frames[at];
            let cells = (place * columns..(place + 1) * columns).flat_map(|row| frame.row(row));
            let steps = cells.map(|cell| f64::from(STEPS[cell.kind as usize][level]) * cell.behind);
            frame.levels[place][level] as f64 + steps.sum::<f64>() / (end - begin).as_secs_f64()
        };
        windows.map(mean).collect()
    }

    /// Workers in use at a station over each of some windows: in service, or held while their call is out.
    pub fn busy(&self, windows: Range<usize>, place: usize) -> Vec<f64> {
        let level = match self.layout.places[place].books {
            Books::Station { holds: true } => {
                let inside = self.levels(windows.clone(), place, Level::Inside);
                let waiting = self.levels(windows, place, Level::Waiting);
                return inside.iter().zip(waiting).map(|(i, w)| i - w).collect();
            }
            _ => Level::Serving,
        };
        self.levels(windows, place, level)
    }

    /// The distribution of a latency at a place over some windows; at a load of one path, at a tier of all.
    pub fn histogram(
        &self,
        windows: Range<usize>,
        place: usize,
        path: u8,
        latency: Latency,
    ) -> SparseHistogram {
        let which = match latency {
            Latency::Wait => 1,
            Latency::Done => 2,
            Latency::FirstToken => 3,
            Latency::TokenTime => 4,
            Latency::TokenGap => 5,
        };
        let slot = self.slots[place * self.layout.columns() + 2 * usize::from(path)][which];
        let mut sum = SparseHistogram::default();
        if slot != 0 {
            for frame in &self.frames[windows] {
                if let Some(histogram) = frame.histogram(slot) {
                    sum.merge(histogram);
                }
            }
        }
        sum
    }

    /// Who decided that the intents of a path failed with that status, over the whole run: name of the place → intents.
    pub fn origins(&self, path: u8, status: Status) -> BTreeMap<&str, u64> {
        let kind = Kind::failed(status) as u8;
        let mut sums = BTreeMap::new();
        for (&(p, k, node), &count) in &self.origins {
            if p == path && k == kind {
                let name = self.layout.places.get(node as usize).map_or("?", |place| place.name.as_str());
                *sums.entry(name).or_default() += count;
            }
        }
        sums
    }
}
