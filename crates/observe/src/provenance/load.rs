//! The life of an intent: its attempts, and how it ends.

use super::found::Outcome;
use super::row::{Decided, NOWHERE, Name, Row, Stage, Wait};
use super::{Because, Follower, name_of};
use brownout_protocol::{Kind, Reason, Record};

impl Follower {
    /// An intent begins, with its first attempt.
    #[inline(always)]
    pub(super) fn begins(&mut self, record: &Record, at: u64) {
        let row = self.row(name_of(record));
        let mark = row.mark.wrapping_add(1);
        *row = Row { since: at, mark, stage: Stage::Out, ..Row::default() };
    }

    /// A further attempt begins.
    pub(super) fn tries_again(&mut self, record: &Record, at: u64) {
        let row = self.row(name_of(record));
        row.mark = row.mark.wrapping_add(1);
        (row.stage, row.since, row.child) = (Stage::Out, at, Name::NONE);
    }

    /// A second attempt goes out beside one that is late.
    pub(super) fn hedges(&mut self, record: &Record, at: u64) {
        let first = self.place(record).next.take();
        self.begins(record, at);
        let Some((first, _)) = first else { return };
        let from = Name { index: first, place: record.place };
        let mark = self.row(from).mark;
        let row = self.row(name_of(record));
        (row.from, row.from_mark) = (from, mark);
    }

    /// Policies held a first attempt, or the first try of a call, back.
    pub(super) fn withheld(&mut self, record: &Record, at: u64) {
        let decided = self.decided_here(record.place, Reason::Withheld, at);
        self.blame(name_of(record)).decided = Some(decided);
    }

    /// Policies held a further try back: the call fails as its last one did.
    pub(super) fn retry_withheld(&mut self, record: &Record) {
        if let Some(decided) = &mut self.blame(name_of(record)).decided {
            decided.origin = record.place;
        }
    }

    /// A call that a tier made was not answered in time.
    pub(super) fn timed_out(&mut self, record: &Record, at: u64) {
        let name = name_of(record);
        let decided = self.locate(name, at);
        self.blame(name).decided = Some(decided);
        self.abandon_oldest(name, at);
    }

    /// An attempt fails.
    pub(super) fn attempt_failed(&mut self, record: &Record, at: u64) {
        let Some((index, _)) = self.place(record).next else { return };
        let name = Name { index, place: record.place };
        let was_out = self.row(name).stage == Stage::Out;
        let is_clock = matches!(record.kind, Kind::AttemptTimeout | Kind::AttemptGaveUp);
        if is_clock && was_out {
            let decided = self.locate(name, at);
            self.blame(name).decided = Some(decided);
            self.abandon(name, at);
        } else if !is_clock {
            let origin = record.call as u16;
            let known = self.blame_of(name).and_then(|blame| blame.decided).is_some();
            if !known {
                let decided = self.infer(record.kind, origin, at);
                self.blame(name).decided = Some(decided);
            }
        }
        let row = self.row(name);
        row.mark = row.mark.wrapping_add(1);
        (row.stage, row.since, row.child) = (Stage::Between, at, Name::NONE);
        let from = row.from;
        // Of two attempts this was the second one: what decided it may decide the intent.
        if !from.is_none()
            && let Some(decided) = self.blame_of(name).and_then(|blame| blame.decided)
        {
            self.blame(from).decided = Some(decided);
        }
    }

    /// An intent has failed for good.
    pub(super) fn intent_failed(&mut self, record: &Record, at: u64) {
        let name = self.place(record).next.take().map(|(index, _)| Name { index, place: record.place });
        let decided = name.and_then(|name| self.blame_of(name)).and_then(|blame| blame.decided);
        let decided = decided.unwrap_or_else(|| self.infer(record.kind, record.call as u16, at));
        self.end(record, Outcome::Failed, &decided, at);
        if let Some(name) = name {
            self.row(name).blamed = false;
        }
    }

    /// An intent was answered, too late.
    pub(super) fn late(&mut self, record: &Record, at: u64) {
        let slo = self.place(record).next.take().map_or(0, |(_, slo)| slo);
        let decided = self.why_late(name_of(record), record.value, slo, at);
        self.end(record, Outcome::Late, &decided, at);
    }

    fn why_late(&mut self, name: Name, took: u64, slo: u64, at: u64) -> Decided {
        let row = *self.row(name);
        let blame = self.blame_of(name).copied().unwrap_or_default();
        let service = u64::from(row.longest.micros) * 1_000;
        let origin = name.place;
        // Attempts before the last one, and pauses between them, may have taken longer than anything in it.
        let before = row.since.saturating_sub(at.saturating_sub(took));
        if let Some(decided) = blame.decided.filter(|_| service.max(blame.waited) < before) {
            return decided;
        }
        let in_time = took.saturating_sub(blame.waited) <= slo;
        let waited = blame.worst.filter(|worst| in_time || service <= worst.wait.nanos);
        if let Some(worst) = waited {
            let (reason, place, because, wait) = (Reason::Waiting, worst.place, worst.because, worst.wait);
            return Decided { reason, place, because, origin, via: worst.via | name.bit(), wait };
        }
        let place = if row.longest.place == NOWHERE { name.place } else { row.longest.place };
        let because = self.of_speed(place, at.saturating_sub(took), at).unwrap_or(Because::Tier);
        let reason = if row.longest.on_the_way { Reason::Way } else { Reason::Service };
        let via = name.bit() | Name { index: 0, place }.bit();
        Decided { reason, place, because, origin, via, wait: Wait::default() }
    }

    /// An intent is still open at the end of the run.
    pub(super) fn still_open(&mut self, record: &Record, at: u64) {
        let name = name_of(record);
        let out = self.row(name).stage == Stage::Out;
        let last = self.blame_of(name).and_then(|blame| blame.decided).filter(|_| !out);
        let decided = last.unwrap_or_else(|| self.locate(name, at));
        self.end(record, Outcome::Open, &decided, at);
    }
}
