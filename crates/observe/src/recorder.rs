//! The observer of a run: one pass over the log, closed window by window by whoever drives the run.

use crate::books;
use crate::fingerprint::Fingerprint;
use crate::frame::Frame;
use crate::happening::{Happenings, KINDS};
use crate::layout::Layout;
use crate::observations::{Observations, Origin};
use crate::tally::Tally;
use brownout_kernel::{Entry, Instant, Observer};
use brownout_protocol::Record;
use std::collections::BTreeMap;

/// Turns a log into [`Observations`].
///
/// Whoever drives the run calls [`Recorder::close_window`] at the end of every window, after the gauges, and
/// [`Recorder::finish`] at the end.
pub struct Recorder {
    layout: Layout,
    tally: Tally,
    frames: Vec<Frame>,
    fingerprint: Fingerprint,
    apart: Apart,
}

/// What is more than counted.
#[derive(Default)]
struct Apart {
    origins: BTreeMap<Origin, u64>,
    happenings: Happenings,
}

impl Recorder {
    /// A recorder that has seen nothing.
    pub fn new(layout: Layout) -> Self {
        let tally = Tally::new(&layout);
        Recorder {
            layout,
            tally,
            frames: Vec::new(),
            fingerprint: Fingerprint::default(),
            apart: Apart::default(),
        }
    }

    /// The current window ends at `at`.
    pub fn close_window(&mut self, at: Instant) {
        self.frames.push(self.tally.close(at));
    }

    /// The run is over.
    ///
    /// # Panics
    /// If the books of the run do not balance: every intent and every call is accounted for exactly once, and Little's
    /// law and the utilisation law hold to the nanosecond.
    pub fn finish(mut self, at: Instant, events: u64) -> Observations {
        // What was still inside is written after the last window; it belongs to the books, not to a window.
        let _ = self.tally.close(at);
        books::close(&self.layout, self.tally.totals(), at);
        Observations {
            slots: self.tally.slots().to_vec(),
            layout: self.layout,
            frames: self.frames,
            fingerprint: self.fingerprint.value(),
            events,
            happenings: self.apart.happenings,
            origins: self.apart.origins,
        }
    }
}

impl Apart {
    /// Failures say who decided them; of what happened to the service the instants are kept.
    #[cold]
    #[inline(never)]
    fn add(&mut self, entry: &Entry<Record>) {
        let record = &entry.record;
        if KINDS.contains(&record.kind) {
            return self.happenings.add(entry);
        }
        *self.origins.entry((record.row.path(), record.kind as u8, record.call)).or_default() += 1;
    }
}

impl Observer<Record> for Recorder {
    fn observe(&mut self, batch: &[Entry<Record>]) {
        let mut fingerprint = self.fingerprint;
        let Recorder { tally, apart, .. } = self;
        // In one pass, since a step of the fingerprint waits for the one before: the tally is what it waits beside.
        tally.see(batch, |entry| apart.add(entry), |entry| fingerprint.add(entry));
        self.fingerprint = fingerprint;
    }
}
