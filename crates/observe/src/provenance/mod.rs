//! Why intents were not served: follows each call and each intent while it is open, by the lines that explain.
//!
//! An intent that ends badly has one reason, one place and one cause:
//!
//! - If an attempt failed, what the place that decided it says; a refusal carries its reason in the log.
//! - If a clock ran out (of the client, of a tier that made a call, of the run), where the call was at that instant: in
//!   a queue, in service, on the way; found by walking down the calls that were made for it.
//! - If it was answered too late: the longest wait in a queue, where the intent would have been in time without its
//!   waits; otherwise the longest wait, service or way.
//!
//! Memory depends on open calls, and on places times reasons.

mod ends;
mod follow;
mod found;
mod load;
mod row;
mod walk;
mod work;

pub use self::found::{Because, Ended, Outcome, Provenance, WORK, Why, Work};

use self::row::{Blame, Name, Row};
use self::work::{BUSY, Workers};
use brownout_kernel::Entry;
use brownout_protocol::explain::Area;
use brownout_protocol::{Books, Kind, Layout, Record};
use std::collections::BTreeMap;

/// One try of a call that a tier makes, by its place in the table of branches.
#[derive(Clone, Copy, Debug, Default)]
struct Try {
    parent: u32,
    parent_mark: u8,
    mark: u8,
    /// Whether there has been one in this place.
    known: bool,
}

/// A change that acts or acted on a place.
#[derive(Clone, Copy, Debug)]
struct Act {
    change: u32,
    area: Area,
    began: u64,
    ended: Option<u64>,
}

/// A load or a tier.
#[derive(Debug, Default)]
struct Place {
    rows: Vec<Row>,
    blames: Vec<Blame>,
    /// By row: what workers had done when it began to wait.
    began: Vec<[u64; BUSY]>,
    tries: Vec<Try>,
    workers: Workers,
    acts: Vec<Act>,
    /// Calls inside.
    inside: u32,
    /// Which row the next line is of, if one said so, and what it added.
    next: Option<(u32, u64)>,
    /// The policy that has just turned a call away.
    policy: Option<u32>,
    is_load: bool,
    /// Whether calls pass it without being served.
    is_relay: bool,
    /// Whether a worker stays with its call while the calls it makes are out.
    holds: bool,
    /// The tiers it calls.
    callees: Vec<u16>,
}

/// Follows a log that explains.
#[derive(Debug)]
pub(crate) struct Follower {
    places: Vec<Place>,
    ends: BTreeMap<Why, Ended>,
    /// How many ended badly before the end of the warm-up, by load, path and how.
    early: BTreeMap<(u16, u8, Outcome), u64>,
    /// In nanoseconds.
    warmup: u64,
}

impl Follower {
    pub(crate) fn new(layout: &Layout) -> Self {
        let of = |(at, place): (usize, &brownout_protocol::Place)| Place {
            is_load: at < layout.loads,
            is_relay: place.books == Books::Relay,
            holds: place.books == Books::Station { holds: true },
            callees: place.calls.iter().filter_map(|name| layout.tier(name)).map(|at| at as u16).collect(),
            ..Place::default()
        };
        let places = layout.places.iter().enumerate().map(of).collect();
        let warmup = layout.warmup.nanos();
        Follower { places, ends: BTreeMap::new(), early: BTreeMap::new(), warmup }
    }

    /// Reads a part of the log, and hands on all lines but those that explain.
    pub(crate) fn see(&mut self, batch: &[Entry<Record>], others: &mut Vec<Entry<Record>>) {
        for entry in batch {
            let (record, at) = (&entry.record, entry.at.nanos());
            if !record.kind.is_explanation() {
                others.push(*entry);
            }
            self.follow(record, at);
        }
    }

    #[inline(always)]
    fn follow(&mut self, record: &Record, at: u64) {
        match record.kind {
            Kind::CameFrom => self.came(record, at),
            Kind::StartedAtOnce => self.starts_at_once(record, at),
            Kind::Queued => self.waits(record, at),
            Kind::Started | Kind::Resumed => self.starts(record, at),
            Kind::Finished => self.finished(record, at),
            Kind::Completed | Kind::Answered => self.answered(record, at),
            Kind::Arrived => self.begins(record, at),
            Kind::WentOut => self.goes_out(record),
            _ => self.follow_others(record, at),
        }
    }

    #[inline(never)]
    fn follow_others(&mut self, record: &Record, at: u64) {
        match record.kind {
            Kind::Retried | Kind::Reloaded | Kind::FellBack => self.tries_again(record, at),
            Kind::IsOf => self.place(record).next = Some((record.call, record.value)),
            Kind::NotAdmitted => self.not_admitted(record, at),
            Kind::Acts => self.acts(record, at),
            Kind::TurnedAway => self.place(record).policy = Some(record.call),
            Kind::Hedged => self.hedges(record, at),
            Kind::Withheld | Kind::CallWithheld => self.withheld(record, at),
            Kind::CallRetryWithheld => self.retry_withheld(record),
            Kind::CallTimedOut => self.timed_out(record, at),
            Kind::Wasted => self.wasted(record, at),
            Kind::Preempted | Kind::PassDone => self.waits_again(record, at),
            Kind::LeftQueue => self.left_queue(record, at),
            Kind::Aborted => self.aborted(record, at),
            Kind::Cancelled => self.cancelled(record, at),
            Kind::SucceededLate => self.late(record, at),
            Kind::IntentInside => self.still_open(record, at),
            kind if Kind::EndedUnauthorized <= kind && kind <= Kind::EndedGaveUp => self.failed(record, at),
            kind if Kind::AttemptUnauthorized <= kind && kind <= Kind::AttemptGaveUp => {
                self.attempt_failed(record, at);
            }
            kind if kind.is_failed() => self.intent_failed(record, at),
            _ => {}
        }
    }

    fn place(&mut self, record: &Record) -> &mut Place {
        &mut self.places[usize::from(record.place)]
    }

    fn row(&mut self, name: Name) -> &mut Row {
        let rows = &mut self.places[usize::from(name.place)].rows;
        let at = name.index as usize;
        if rows.len() <= at {
            rows.resize((at + 1).next_power_of_two(), Row::default());
        }
        &mut rows[at]
    }

    fn peek(&self, name: Name) -> Option<&Row> {
        self.places.get(usize::from(name.place))?.rows.get(name.index as usize)
    }

    /// The blame of a row, which is empty if it has none yet.
    fn blame(&mut self, name: Name) -> &mut Blame {
        let is_new = !std::mem::replace(&mut self.row(name).blamed, true);
        let blames = &mut self.places[usize::from(name.place)].blames;
        let at = name.index as usize;
        if blames.len() <= at {
            blames.resize((at + 1).next_power_of_two(), Blame::default());
        }
        if is_new {
            blames[at] = Blame::default();
        }
        &mut blames[at]
    }

    /// The blame of a row, if it has any.
    fn blame_of(&self, name: Name) -> Option<&Blame> {
        self.peek(name).filter(|row| row.blamed)?;
        self.places[usize::from(name.place)].blames.get(name.index as usize)
    }
}

/// The row that a line names.
fn name_of(record: &Record) -> Name {
    Name { index: record.call, place: record.place }
}
