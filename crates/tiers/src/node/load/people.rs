//! Users without service: from the beginning of an intent that failed or came too late until they are served again,
//! leave for good, or the run ends.
//!
//! Most users never meet trouble, so nothing is kept until the first one does, and an answer in time costs one
//! comparison. What is recorded only explains: no fingerprint depends on it.

use super::Load;
use super::user::{SHADOW, TRIES, User};
use brownout_kernel::{Cx, Instant};
use brownout_protocol::{Kind, Row, Service, Token};
use brownout_units::Span;

/// By place of the user: what trouble they have met.
#[derive(Debug, Default)]
pub(super) struct People {
    troubles: Vec<Trouble>,
    /// How many users who have met any are still here.
    known: u32,
}

/// What trouble a user has met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Trouble {
    /// When the first intent began that was not answered in time.
    since: Instant,
    state: State,
    /// The path of that intent.
    path: u8,
    /// They had been without service before.
    again: bool,
    /// An intent of theirs has failed since, or was never answered: not all of it was lateness.
    failed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// None so far.
    Calm,
    /// They are without service.
    Without,
    /// They were, and are served again.
    Served,
}

/// A time that a user spent without service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LockOut {
    since: Instant,
    /// The path of the intent that began it; a retry stands for a user who had been locked out before.
    row: Row,
}

impl Trouble {
    const NONE: Trouble =
        Trouble { since: Instant::ZERO, state: State::Calm, path: 0, again: false, failed: false };

    fn lock_out(&self) -> Option<LockOut> {
        let row = Row::new(self.path, self.again);
        (self.state == State::Without).then_some(LockOut { since: self.since, row })
    }

    /// What it is to leave in this state: a user whose answers were late and nothing worse has been served, and goes as
    /// planned.
    fn leaving(&self) -> Kind {
        if self.failed { Kind::LeftUnserved } else { Kind::ServedAgain }
    }
}

impl People {
    /// Whether any user here has met trouble.
    #[inline(always)]
    pub(super) fn any(&self) -> bool {
        self.known != 0
    }

    /// An intent that began at `since` was not answered in time, or not at all if it `failed`. Whether it is the first
    /// trouble of its user.
    fn begin(&mut self, place: u32, since: Instant, path: u8, failed: bool) -> bool {
        let place = place as usize;
        if self.troubles.len() <= place {
            self.troubles.resize((place + 1).next_power_of_two(), Trouble::NONE);
        }
        let trouble = &mut self.troubles[place];
        let first = trouble.state == State::Calm;
        if trouble.state != State::Without {
            *trouble = Trouble { since, state: State::Without, path, again: !first, failed: false };
        }
        trouble.failed |= failed;
        self.known += u32::from(first);
        first
    }

    /// The user is served, or gone for now: the lock-out that ends.
    fn end(&mut self, place: u32) -> Option<LockOut> {
        let trouble = self.troubles.get_mut(place as usize)?;
        let ended = trouble.lock_out()?;
        trouble.state = State::Served;
        Some(ended)
    }

    /// The user has left for good, and another may take the place: the lock-out that ends.
    fn remove(&mut self, place: u32) -> Option<LockOut> {
        let trouble = self.troubles.get_mut(place as usize)?;
        let ended = trouble.lock_out();
        self.known -= u32::from(trouble.state != State::Calm);
        *trouble = Trouble::NONE;
        ended
    }

    fn at(&self, place: u32) -> Trouble {
        self.troubles.get(place as usize).copied().unwrap_or(Trouble::NONE)
    }
}

impl Load {
    /// The intent of a user was answered too late, or has failed for good.
    #[cold]
    #[inline(never)]
    pub(super) fn not_served(&mut self, token: Token, failed: bool, cx: &mut Cx<'_, Service>) {
        let &mut User { came, path, .. } = self.users.live(token);
        if self.people.begin(token.index, came, path, failed) {
            self.log(Kind::MetTrouble, Row::new(path, false), token.index, (cx.now() - came).nanos(), cx);
        }
    }

    /// A user was answered in time; called only if any has met trouble.
    #[cold]
    #[inline(never)]
    pub(super) fn served(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        if let Some(ended) = self.people.end(token.index) {
            self.log_end(Kind::ServedAgain, ended, token, cx);
        }
    }

    /// A user ends a journey, and comes back for another one only.
    pub(super) fn pauses(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let kind = self.people.at(token.index).leaving();
        if let Some(ended) = self.people.end(token.index) {
            self.log_end(kind, ended, token, cx);
        }
    }

    /// A user leaves for good.
    #[inline(always)]
    pub(super) fn remove(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        if self.people.any() {
            self.departs(token, cx);
        }
        self.here = self.here.saturating_sub(1);
        self.users.remove(token);
    }

    #[cold]
    #[inline(never)]
    fn departs(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let kind = self.people.at(token.index).leaving();
        if let Some(ended) = self.people.remove(token.index) {
            self.log_end(kind, ended, token, cx);
        }
    }

    fn log_end(&self, kind: Kind, ended: LockOut, token: Token, cx: &mut Cx<'_, Service>) {
        self.log(kind, ended.row, token.index, (cx.now() - ended.since).nanos(), cx);
    }

    /// The run is over: the users who are without service. An open intent counts from its beginning once it is overdue.
    pub(super) fn close_people(&mut self, cx: &mut Cx<'_, Service>) {
        for token in self.users.tokens() {
            let user = *self.users.live(token);
            if user.has(SHADOW) {
                continue;
            }
            if user.has(TRIES) && self.is_overdue(&user, cx.now()) {
                self.not_served(token, true, cx);
            }
            if let Some(lasts) = self.people.at(token.index).lock_out() {
                self.log_end(Kind::StillUnserved, lasts, token, cx);
            }
        }
    }

    /// Whether an open intent is older than its SLO, the timeout of one attempt or the patience of its user. Where none
    /// of these exists, an intent that never ends cannot be told from a young one, and every open one counts.
    fn is_overdue(&self, user: &User, now: Instant) -> bool {
        let path = usize::from(user.path);
        let slo = Some(self.slo[path]).filter(|slo| *slo < Span::MAX);
        let clocks = [slo, self.wiring.timeouts[path], self.options.client.give_up];
        clocks.into_iter().flatten().min().is_none_or(|limit| limit < now - user.came)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_out_begins_with_the_first_failure_and_ends_once() {
        let mut people = People::default();
        assert!(people.begin(3, Instant::from_nanos(10), 1, true) && people.any());
        assert!(!people.begin(3, Instant::from_nanos(20), 0, false));
        assert_eq!(people.at(3).leaving(), Kind::LeftUnserved);
        let first = LockOut { since: Instant::from_nanos(10), row: Row::new(1, false) };
        assert_eq!((people.end(3), people.end(3), people.any()), (Some(first), None, true));
        assert!(!people.begin(3, Instant::from_nanos(30), 0, false));
        assert_eq!(people.at(3).leaving(), Kind::ServedAgain);
        let again = LockOut { since: Instant::from_nanos(30), row: Row::new(0, true) };
        assert_eq!((people.remove(3), people.remove(3), people.any()), (Some(again), None, false));
        assert_eq!((people.end(900), people.remove(900)), (None, None));
    }
}
