//! The observer of a run: one pass over the log, closed window by window by whoever drives the run.

use crate::books;
use crate::fingerprint;
use crate::frame::Frame;
use crate::layout::Layout;
use crate::observations::{Observations, Origin};
use crate::tally::Tally;
use brownout_kernel::{Entry, Instant, Observer, mix};
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
    fingerprint: u64,
    records: u64,
    origins: BTreeMap<Origin, u64>,
}

impl Recorder {
    /// A recorder that has seen nothing.
    pub fn new(layout: Layout) -> Self {
        let tally = Tally::new(&layout);
        Recorder { layout, tally, frames: Vec::new(), fingerprint: 0, records: 0, origins: BTreeMap::new() }
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
            fingerprint: mix(self.fingerprint, [self.records]),
            events,
            origins: self.origins,
        }
    }
}

#[cold]
#[inline(never)]
fn failed(origins: &mut BTreeMap<Origin, u64>, record: &Record) {
    *origins.entry((record.row.path(), record.kind as u8, record.call)).or_default() += 1;
}

impl Observer<Record> for Recorder {
    fn observe(&mut self, batch: &[Entry<Record>]) {
        let mut fingerprint = self.fingerprint;
        let origins = &mut self.origins;
        let failed = |record: &Record| failed(origins, record);
        // In one pass, since a step of the fingerprint waits for the one before: the tally is what it waits beside.
        self.tally.see(batch, failed, |entry| fingerprint = fingerprint::step(fingerprint, entry));
        self.fingerprint = fingerprint;
        self.records += batch.len() as u64;
    }
}
