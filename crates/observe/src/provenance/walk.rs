//! The calls that were made for a call or an intent: where it is now, and what becomes of them when it leaves.

use super::row::{Decided, Name, Stage, Wait};
use super::{Because, Follower};
use brownout_protocol::Reason;

/// How many calls of one parent are looked through.
const LOOKED_AT: usize = 64;

/// The deepest chain of calls.
const DEEPEST: usize = 1_000;

impl Follower {
    /// The call in a list of those made for `parent`, if it is one that is still open; and the next older one.
    #[inline(always)]
    fn open(&self, this: Name, parent: Name, mark: u8) -> Option<Name> {
        let row = self.peek(this)?;
        // The place may hold a call of another parent by now.
        let is_open = row.stage != Stage::Free && row.from == parent && row.from_mark == mark;
        is_open.then_some(row.sibling)
    }

    /// The newest call made for a row, and the mark of the row.
    #[inline(always)]
    fn newest(&self, name: Name) -> (Name, u8) {
        self.peek(name).map_or((Name::NONE, 0), |row| (row.child, row.mark))
    }

    /// The oldest open call made for a row: it has kept the row waiting for longest.
    fn oldest(&self, name: Name) -> Option<Name> {
        let (mut next, mark) = self.newest(name);
        let mut oldest = None;
        for _ in 0..LOOKED_AT {
            let Some(older) = self.open(next, name, mark) else { break };
            oldest = Some(next);
            next = older;
        }
        oldest
    }

    /// Takes a call out of the middle of its parent's list.
    pub(super) fn unlink(&mut self, parent: Name, name: Name, sibling: Name) {
        let (mut next, mark) = self.newest(parent);
        for _ in 0..LOOKED_AT {
            let Some(older) = self.open(next, parent, mark) else { return };
            if older == name {
                self.row(next).sibling = sibling;
                return;
            }
            next = older;
        }
    }

    /// Where an open call or intent is now: the reason if a clock runs out at this instant.
    pub(super) fn locate(&mut self, name: Name, at: u64) -> Decided {
        let (mut here, mut via, origin) = (name, name.bit(), name.place);
        for _ in 0..DEEPEST {
            let Some(child) = self.oldest(here) else { break };
            here = child;
            let row = *self.row(here);
            via |= here.bit();
            let decided = match row.stage {
                Stage::Waiting => {
                    let worst = self.worst(here, at - row.since, at);
                    let (reason, because, wait) = (Reason::Waiting, worst.because, worst.wait);
                    Decided { reason, place: here.place, because, origin, via, wait }
                }
                Stage::Serving => {
                    let because = self.of_speed(here.place, row.since, at).unwrap_or(Because::Tier);
                    let (reason, wait) = (Reason::Service, Wait::default());
                    Decided { reason, place: here.place, because, origin, via, wait }
                }
                _ => continue,
            };
            return decided;
        }
        let nowhere = self.nowhere(here, at);
        self.between(here, Decided { origin, via, ..nowhere })
    }

    /// A call that is out, of which no open one is known.
    fn nowhere(&mut self, here: Name, at: u64) -> Decided {
        let is_relay = self.places[usize::from(here.place)].is_relay;
        let reason = if is_relay { Reason::Way } else { Reason::Pause };
        self.decided_here(here.place, reason, at)
    }

    /// The same, if its last call got no answer because it was lost.
    fn between(&self, here: Name, decided: Decided) -> Decided {
        let last = self.blame_of(here).and_then(|blame| blame.decided);
        let silent = |last: &Decided| matches!(last.reason, Reason::Lost | Reason::Dropped);
        match last.filter(silent) {
            Some(last) => Decided { via: decided.via | last.via, origin: decided.origin, ..last },
            None => decided,
        }
    }

    /// The calls made for a row are abandoned: it is given up, or has a new attempt.
    pub(super) fn abandon(&mut self, name: Name, at: u64) {
        let (mut next, mark) = self.newest(name);
        for _ in 0..LOOKED_AT {
            let Some(older) = self.open(next, name, mark) else { return };
            self.turn_orphan(next, at);
            self.abandon(next, at);
            next = older;
        }
    }

    /// The oldest open call made for a row is abandoned, and no longer belongs to it.
    pub(super) fn abandon_oldest(&mut self, name: Name, at: u64) {
        let Some(child) = self.oldest(name) else { return };
        self.turn_orphan(child, at);
        self.abandon(child, at);
        let sibling = self.row(child).sibling;
        if self.row(name).child == child {
            self.row(name).child = sibling;
        } else {
            self.unlink(name, child, sibling);
        }
        self.row(child).from = Name::NONE;
    }
}
