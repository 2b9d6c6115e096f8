//! What happened in one stretch of a run: counts, sums, integrals, distributions and extremes, only of what there was.

use crate::effect::STEPS;
use crate::legend::{Legend, NONE};
use crate::replicas;
use brownout_metrics::{Latency, Level, Metric, Source, Subject, Which};
use brownout_protocol::{Books, Kind, Layout, Row};
use brownout_stats::SparseHistogram;
use brownout_units::Span;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Gauges whose samples are peaks instead of increments.
pub(crate) const PEAKS: [Kind; 3] = [Kind::HeadAge, Kind::ReadyPeak, Kind::KvPeak];

/// One stretch of one run. Summaries of stretches that follow each other can be merged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// When it begins, in nanoseconds since the start of the run.
    pub(crate) from: u64,
    /// When it ends.
    pub(crate) to: u64,
    /// Where the cells of each row begin; one more than there are rows.
    pub(crate) rows: Vec<u32>,
    /// In order of row and kind.
    pub(crate) cells: Vec<SummaryCell>,
    /// By slot of the legend.
    pub(crate) histograms: Vec<(u16, SparseHistogram)>,
    /// By place: the time integral of each level, in seconds.
    pub(crate) levels: Vec<[f64; 3]>,
    /// By place: the largest value of each of [`PEAKS`] that was told.
    pub(crate) peaks: Vec<[Option<u64>; PEAKS.len()]>,
    /// By place: calls that were sent to each replica, where there are several; empty in windows.
    pub(crate) replicas: Vec<Vec<u64>>,
    /// By place among the extremes of the legend.
    pub(crate) extremes: Vec<Option<f64>>,
}

/// What happened of one kind in one row.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SummaryCell {
    pub(crate) kind: u8,
    pub(crate) count: u64,
    /// The sum of the values.
    pub(crate) sum: f64,
}

impl Summary {
    /// An empty summary.
    pub(crate) fn empty(legend: &Legend, at: Span) -> Self {
        let places = legend.layout.places.len();
        Summary {
            from: at.nanos(),
            to: at.nanos(),
            rows: vec![0; legend.layout.rows() + 1],
            levels: vec![[0.0; 3]; places],
            peaks: vec![[None; PEAKS.len()]; places],
            ..Summary::default()
        }
    }

    /// Bytes of memory that it takes, nearly.
    pub fn bytes(&self) -> usize {
        let buckets: usize = self.histograms.iter().map(|(_, histogram)| histogram.bytes()).sum();
        size_of::<Self>()
            + self.rows.capacity() * size_of::<u32>()
            + self.cells.capacity() * size_of::<SummaryCell>()
            + self.levels.capacity() * size_of::<[f64; 3]>()
            + self.peaks.capacity() * size_of::<[Option<u64>; PEAKS.len()]>()
            + self
                .replicas
                .iter()
                .map(|sent| size_of_val(sent) + sent.capacity() * size_of::<u64>())
                .sum::<usize>()
            + buckets
    }

    /// How many calls were sent to each replica of a place; empty where it has only one, or none came.
    pub fn sent(&self, place: usize) -> &[u64] {
        self.replicas.get(place).map_or(&[], Vec::as_slice)
    }

    /// When it begins and ends, in seconds since the start of the run.
    pub fn bounds(&self) -> (f64, f64) {
        (self.from as f64 / 1e9, self.to as f64 / 1e9)
    }

    /// What metrics are computed from.
    pub fn view<'a>(&'a self, legend: &'a Legend) -> View<'a> {
        View { legend, summary: self }
    }

    fn row(&self, row: usize) -> &[SummaryCell] {
        &self.cells[self.rows[row] as usize..self.rows[row + 1] as usize]
    }

    /// Adds what happened in the stretch that follows. Extremes are dropped: the worst of two stretches may lie across
    /// their border.
    ///
    /// # Panics
    /// If the other does not follow, or is of another model.
    pub fn merge(&mut self, next: &Summary) {
        assert!(self.to == next.from, "a stretch from {} does not follow one until {}", next.from, self.to);
        assert!(self.rows.len() == next.rows.len(), "stretches of two models");
        let (mut rows, mut cells) = (Vec::with_capacity(self.rows.len()), Vec::new());
        for row in 0..self.rows.len() - 1 {
            rows.push(cells.len() as u32);
            merge_cells(self.row(row), next.row(row), &mut cells);
        }
        rows.push(cells.len() as u32);
        (self.rows, self.cells, self.to) = (rows, cells, next.to);
        merge_histograms(&mut self.histograms, &next.histograms);
        for (mine, theirs) in self.levels.iter_mut().zip(&next.levels) {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine += theirs;
            }
        }
        for (mine, theirs) in self.peaks.iter_mut().zip(&next.peaks) {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine = (*mine).max(*theirs);
            }
        }
        replicas::merge(&mut self.replicas, &next.replicas);
        self.extremes.fill(None);
    }
}

fn merge_cells(mine: &[SummaryCell], theirs: &[SummaryCell], into: &mut Vec<SummaryCell>) {
    let (mut a, mut b) = (mine.iter().peekable(), theirs.iter().peekable());
    loop {
        match (a.peek(), b.peek()) {
            (Some(x), Some(y)) if x.kind == y.kind => {
                into.push(SummaryCell { kind: x.kind, count: x.count + y.count, sum: x.sum + y.sum });
                a.next();
                b.next();
            }
            (Some(x), Some(y)) if y.kind < x.kind => {
                into.push(**y);
                b.next();
            }
            (Some(x), _) => {
                into.push(**x);
                a.next();
            }
            (None, Some(y)) => {
                into.push(**y);
                b.next();
            }
            (None, None) => return,
        }
    }
}

fn merge_histograms(mine: &mut Vec<(u16, SparseHistogram)>, theirs: &[(u16, SparseHistogram)]) {
    for (slot, histogram) in theirs {
        match mine.binary_search_by_key(slot, |(slot, _)| *slot) {
            Ok(at) => mine[at].1.merge(histogram),
            Err(at) => mine.insert(at, (*slot, histogram.clone())),
        }
    }
}

/// A summary with its legend.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    legend: &'a Legend,
    summary: &'a Summary,
}

impl View<'_> {
    fn fold(&self, place: usize, which: Which, kinds: &[Kind], value: impl Fn(&SummaryCell) -> f64) -> f64 {
        let columns = self.legend.layout.columns();
        let mut sum = 0.0;
        for column in columns_of(which, columns) {
            for cell in self.summary.row(place * columns + column) {
                if kinds.iter().any(|&kind| kind as u8 == cell.kind) {
                    sum += value(cell);
                }
            }
        }
        sum
    }
}

/// The columns of a place that are meant.
pub(crate) fn columns_of(which: Which, columns: usize) -> impl Iterator<Item = usize> {
    let wanted = match which.path {
        Some(path) => 2 * usize::from(path)..2 * usize::from(path) + 2,
        None => 0..columns,
    };
    wanted.filter(move |&column| which.retry.is_none_or(|retry| retry == Row(column as u8).is_retry()))
}

/// Whether workers are in service at such a place: a relay admits calls without a wait, like a worker, but never
/// finishes one.
pub(crate) fn has_workers(books: Books) -> bool {
    matches!(books, Books::Station { .. })
}

impl Source for View<'_> {
    fn layout(&self) -> &Layout {
        &self.legend.layout
    }

    fn seconds(&self) -> f64 {
        (self.summary.to - self.summary.from) as f64 / 1e9
    }

    fn count(&self, place: usize, which: Which, kinds: &[Kind]) -> f64 {
        self.fold(place, which, kinds, |cell| cell.count as f64)
    }

    fn sum(&self, place: usize, which: Which, kinds: &[Kind]) -> f64 {
        self.fold(place, which, kinds, |cell| cell.sum)
    }

    fn level(&self, place: usize, level: Level) -> f64 {
        if level == Level::Serving && !has_workers(self.legend.layout.places[place].books) {
            return 0.0;
        }
        self.summary.levels[place][level as usize]
    }

    fn gauge(&self, place: usize, kind: Kind) -> Option<f64> {
        if let Some(at) = PEAKS.iter().position(|&peak| peak == kind) {
            return self.summary.peaks[place][at].map(|value| value as f64);
        }
        let cells = self.summary.row(place * self.legend.layout.columns());
        cells.iter().find(|cell| cell.kind == kind as u8).map(|cell| cell.sum)
    }

    fn sent(&self, place: usize) -> &[u64] {
        self.summary.sent(place)
    }

    fn histogram(&self, place: usize, path: u8, latency: Latency) -> Option<Cow<'_, SparseHistogram>> {
        let slot = self.legend.slot(place, path, latency);
        let at = self.summary.histograms.binary_search_by_key(&slot, |(slot, _)| *slot).ok()?;
        (slot != NONE).then(|| Cow::Borrowed(&self.summary.histograms[at].1))
    }

    fn extreme(&self, metric: &Metric, subject: &Subject) -> Option<f64> {
        let mut followed = self.legend.followed.iter();
        let at = followed.position(|one| one.metric == metric && one.subject == *subject)?;
        *self.summary.extremes.get(at)?
    }
}

/// How much a cell adds to the integral of a level until `at`, in value·nanoseconds, if the level was 0 before.
pub(crate) fn behind(kind: usize, level: usize, count: u64, moment: u128, at: u64) -> i128 {
    let behind = u128::from(at) * u128::from(count) - moment;
    i128::from(STEPS[kind][level]) * behind as i128
}
