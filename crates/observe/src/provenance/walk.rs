//! The calls that were made for a call or an intent: where it is now, and what becomes of them when it leaves.

use super::row::{Decided, Name, Row, Stage, Wait};
use super::{Because, Follower};
use brownout_protocol::Reason;

/// How many calls of one parent are looked through.
const LOOKED_AT: usize = 64;

/// The deepest chain of calls.
const DEEPEST: usize = 1_000;

impl Follower {
    /// The calls made for a row that are still open, the newest first.
    fn children(&self, name: Name) -> impl Iterator<Item = (Name, Row)> + '_ {
        let parent = self.peek(name).copied().unwrap_or_default();
        let mut next = parent.child;
        let list = std::iter::from_fn(move || {
            let this = next;
            let row = *self.peek(this)?;
            // The place may hold a call of another parent by now.
            if row.stage == Stage::Free || row.from != name || row.from_mark != parent.mark {
                return None;
            }
            next = row.sibling;
            Some((this, row))
        });
        list.take(LOOKED_AT)
    }

    /// Takes a call out of the middle of its parent's list.
    pub(super) fn unlink(&mut self, parent: Name, name: Name, sibling: Name) {
        let before = self.children(parent).find(|(_, row)| row.sibling == name).map(|(before, _)| before);
        if let Some(before) = before {
            self.row(before).sibling = sibling;
        }
    }

    /// Where an open call or intent is now: the reason if a clock runs out at this instant.
    pub(super) fn locate(&mut self, name: Name, at: u64) -> Decided {
        let (mut here, mut via, origin) = (name, name.bit(), name.place);
        for _ in 0..DEEPEST {
            // The oldest one has kept it waiting for longest.
            let Some((child, row)) = self.children(here).last() else { break };
            here = child;
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
        let mut open: Vec<Name> = self.children(name).map(|(child, _)| child).collect();
        while let Some(next) = open.pop() {
            self.turn_orphan(next, at);
            open.extend(self.children(next).map(|(child, _)| child));
        }
    }

    /// The oldest open call made for a row is abandoned, and no longer belongs to it.
    pub(super) fn abandon_oldest(&mut self, name: Name, at: u64) {
        let Some((child, row)) = self.children(name).last() else { return };
        self.turn_orphan(child, at);
        self.abandon(child, at);
        if self.row(name).child == child {
            self.row(name).child = row.sibling;
        } else {
            self.unlink(name, child, row.sibling);
        }
        self.row(child).from = Name::NONE;
    }
}
