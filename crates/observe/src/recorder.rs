//! The observer of a run: one pass over the log, and totals at the instants that it names.

use crate::books;
use crate::digest::Digest;
use crate::extremes::Extremes;
use crate::fingerprint::{Fingerprint, ODD};
use crate::happening::{Happenings, KINDS};
use crate::keep::{Keep, Stretch};
use crate::legend::Legend;
use crate::pace::Stepper;
use crate::provenance::Follower;
use crate::replicas::Replicas;
use crate::series::Series;
use crate::summary::{PEAKS, Summary};
use crate::tally::Tally;
use brownout_kernel::{Entry, Instant, Observer};
use brownout_metrics::step;
use brownout_protocol::{Kind, Record};
use brownout_units::Span;
use std::sync::Arc;

/// Turns a log into a [`Digest`].
///
/// The driver of a run lets it go on until [`Recorder::next`], asks every node for its samples, and calls
/// [`Recorder::reach`]; at the end, when nodes have recorded what is still inside, [`Recorder::finish`].
pub struct Recorder {
    legend: Arc<Legend>,
    keep: Keep,
    tally: Tally,
    fingerprint: Fingerprint,
    happenings: Happenings,
    extremes: Extremes,
    replicas: Replicas,
    stepper: Stepper,
    series: Option<Series>,
    follower: Option<Follower>,
    /// What is left of a part of the log without lines that explain; empty between two parts.
    others: Vec<Entry<Record>>,
    /// Instants at which a stretch begins or ends, the next one last.
    borders: Vec<Span>,
    /// The part of the current window that is closed already, where a border lies inside of it.
    begun: Option<Summary>,
    /// One for each part of the run between two borders.
    segments: Vec<Summary>,
    /// Peaks among the records that are being read; empty between two batches.
    peaks: Vec<Entry<Record>>,
    /// How far the run is.
    at: Span,
    /// The length of a step of extremes.
    step: Span,
    /// The end of the current step.
    step_ends: Span,
    /// The end of the current window, if windows are kept.
    window_ends: Option<Span>,
}

impl Recorder {
    /// A recorder that has seen nothing.
    pub fn new(legend: Arc<Legend>, keep: Keep) -> Self {
        let mut borders = keep.borders(legend.layout.duration);
        borders.reverse();
        let (step, window) = (step(legend.layout.duration), keep.windows.then_some(legend.layout.window));
        Recorder {
            tally: Tally::new(&legend),
            fingerprint: Fingerprint::default(),
            happenings: Happenings::default(),
            extremes: Extremes::new(&legend, &keep.stretches),
            replicas: Replicas::new(legend.layout.places.len()),
            stepper: Stepper::new(&legend.layout),
            series: keep.windows.then(|| Series::new(&legend)),
            follower: keep.provenance.then(|| Follower::new(&legend.layout)),
            others: Vec::new(),
            borders,
            begun: None,
            segments: Vec::new(),
            peaks: Vec::new(),
            at: Span::ZERO,
            step,
            step_ends: step,
            window_ends: window,
            legend,
            keep,
        }
    }

    /// The next instant at which it has to be reached: the end of a step, a window, a stretch or the run; none at the
    /// end of the run.
    pub fn next(&self) -> Option<Span> {
        let duration = self.legend.layout.duration;
        let ends = |end: Option<Span>| end.unwrap_or(duration).min(duration);
        let next = self.step_ends.min(ends(self.window_ends)).min(ends(self.borders.last().copied()));
        (self.at < duration).then_some(next)
    }

    /// The run is at `at`, which is [`Recorder::next`], and nodes have written their samples. Whether a window ended.
    pub fn reach(&mut self, at: Span) -> bool {
        self.at = at;
        let instant = Instant::ZERO + at;
        if at == self.step_ends {
            self.extremes.step(&self.legend, &self.tally, instant);
            self.step_ends += self.step;
        }
        let window = self.window_ends.is_some_and(|end| at == end.min(self.legend.layout.duration));
        if window {
            self.window_ends = Some(at + self.legend.layout.window);
        }
        let border = self.borders.last() == Some(&at);
        if window || border || self.tally.is_full() {
            let closed = self.tally.close(instant);
            self.piece(closed, window);
        }
        if border {
            self.borders.pop();
            let replicas = self.replicas.close_segment();
            self.segments.push(Summary { replicas, ..self.tally.close_segment(instant) });
        }
        window
    }

    /// A piece of a window is closed, perhaps its last.
    fn piece(&mut self, piece: Summary, is_last: bool) {
        let Some(series) = &mut self.series else { return };
        let whole = match self.begun.take() {
            Some(mut begun) => {
                begun.merge(&piece);
                begun
            }
            None => piece,
        };
        if is_last {
            series.push(&self.legend, &whole);
        } else {
            self.begun = Some(whole);
        }
    }

    /// The run is over.
    ///
    /// # Panics
    /// If the books of the run do not balance: every intent and every call is accounted for exactly once, and Little's
    /// law and the utilisation law hold to the nanosecond.
    pub fn finish(mut self, events: u64) -> Digest {
        let end = Instant::ZERO + self.at;
        while self.stepper.reached() < self.at.nanos() {
            self.stepper.end_step(&self.legend, &self.tally);
        }
        // What was still inside is written after the last window; it belongs to the books, not to a window.
        let at_end = self.tally.close(end);
        books::close(&self.legend.layout, self.tally.totals(), end);
        let provenance = self.follower.take().map(|all| all.finish(&self.legend.layout, &self.tally));
        let stretches = (0..self.keep.stretches.len()).map(|at| self.stretch(at)).collect();
        Digest {
            fingerprint: self.fingerprint.value(self.tally.events()),
            events,
            keep: self.keep,
            stretches,
            pace: self.stepper.pace,
            at_end,
            series: self.series,
            happenings: self.happenings,
            provenance,
        }
    }

    fn stretch(&self, at: usize) -> Summary {
        let Stretch { from, to } = self.keep.stretches[at];
        let inside = |segment: &&Summary| from.nanos() <= segment.from && segment.to <= to.nanos();
        let mut segments = self.segments.iter().filter(inside);
        let mut sum = match segments.next() {
            Some(first) => first.clone(),
            None => Summary::empty(&self.legend, from),
        };
        for segment in segments {
            sum.merge(segment);
        }
        sum.extremes = self.extremes.of(at);
        sum
    }
}

impl Observer<Record> for Recorder {
    fn observe(&mut self, batch: &[Entry<Record>]) {
        let Some(follower) = &mut self.follower else { return self.see_steps(batch) };
        let mut others = std::mem::take(&mut self.others);
        follower.see(batch, &mut others);
        self.see_steps(&others);
        others.clear();
        self.others = others;
    }
}

impl Recorder {
    fn see_steps(&mut self, mut batch: &[Entry<Record>]) {
        // What a step counts is read off the tally at its end, so no record pays for it.
        while batch.last().is_some_and(|last| self.stepper.next() <= last.at.nanos()) {
            let end = self.stepper.next();
            let (inside, after) = batch.split_at(batch.partition_point(|entry| entry.at.nanos() < end));
            self.see(inside);
            self.stepper.end_step(&self.legend, &self.tally);
            batch = after;
        }
        self.see(batch);
    }

    fn see(&mut self, batch: &[Entry<Record>]) {
        let mut fingerprint = self.fingerprint;
        let Recorder { tally, happenings, stepper, replicas, peaks, .. } = self;
        // Known constants would take four registers from the loop, which can as well multiply by what is in memory.
        let odd = std::hint::black_box(ODD);
        // In one pass: each step of the fingerprint waits for the one before, and the tally fills that wait.
        tally.see(
            batch,
            |entry| match entry.record.kind {
                Kind::SentToReplica => replicas.add(&entry.record),
                _ => set_apart(entry, happenings, stepper, peaks),
            },
            |entry| fingerprint.add(entry, &odd),
        );
        self.fingerprint = fingerprint;
        for Entry { at, record } in self.peaks.drain(..) {
            // The age of a queue counts at steps and borders only, since other sampled instants depend on windows. The
            // other peaks cover all the time since the last sample.
            let nanos = at.nanos();
            let border = self.borders.last().is_some_and(|border| border.nanos() == nanos);
            let of_segment =
                record.kind != Kind::HeadAge || nanos.is_multiple_of(self.step.nanos()) || border;
            self.tally.peak(record.place.into(), record.kind, record.value, of_segment);
        }
    }
}

/// Records that are not just counted: happenings are kept with their instants, some gauges with their largest value,
/// and attempts that failed with the place that decided it.
#[cold]
#[inline(never)]
fn set_apart(
    entry: &Entry<Record>,
    happenings: &mut Happenings,
    stepper: &mut Stepper,
    peaks: &mut Vec<Entry<Record>>,
) {
    if KINDS.contains(&entry.record.kind) {
        happenings.add(entry);
    } else if PEAKS.contains(&entry.record.kind) {
        peaks.push(*entry);
    } else if entry.record.kind == Kind::OutOfRotation {
        stepper.take_out(entry.record.place.into(), entry.record.value);
    } else {
        stepper.blame(entry.record.call);
    }
}
