//! The life of a call in a tier.

use super::row::{Blame, Decided, Longest, Name, Row, Stage, Wait, Worst};
use super::work::{BUSY, because};
use super::{Act, Because, Follower, Try, Work, name_of};
use brownout_protocol::explain::{Area, area_of, caller_of, parent_of, refused_of};
use brownout_protocol::{Kind, Reason, Record, explain};

impl Follower {
    /// A call is about to be admitted.
    #[inline(always)]
    pub(super) fn came(&mut self, record: &Record, at: u64) {
        let (caller, mark) = caller_of(record);
        let (from, from_mark) = self.parent(caller);
        let name = name_of(record);
        let mut row = Row {
            since: at,
            mark,
            from,
            from_mark,
            stage: Stage::Between,
            is_retry: record.row.is_retry(),
            ..Row::default()
        };
        if from.is_none() {
            row.is_orphan = usize::from(caller.node) < self.places.len();
        } else {
            let is_relay = self.places[usize::from(from.place)].is_relay;
            let parent = self.row(from);
            row.sibling = std::mem::replace(&mut parent.child, name);
            row.is_orphan = parent.is_orphan;
            if is_relay {
                longest(parent, from.place, at, true);
            }
        }
        *self.row(name) = row;
        self.place(record).inside += 1;
    }

    /// The call or intent for which a caller made a call, and its mark; nowhere if it has left.
    #[inline(always)]
    fn parent(&mut self, caller: explain::Caller) -> (Name, u8) {
        let Some(place) = self.places.get(usize::from(caller.node)) else { return (Name::NONE, 0) };
        let name = Name { index: caller.index, place: caller.node };
        let at = caller.index as usize;
        if place.is_load {
            return place.rows.get(at).map_or((Name::NONE, 0), |row| (name, row.mark));
        }
        if let Some(one) = place.tries.get(at).filter(|one| one.known && one.mark == caller.mark) {
            let name = Name { index: one.parent, place: caller.node };
            let fits = place.rows.get(one.parent as usize).is_some_and(|row| row.mark == one.parent_mark);
            return if fits { (name, one.parent_mark) } else { (Name::NONE, 0) };
        }
        let fits = place.rows.get(at).is_some_and(|row| row.mark == caller.mark);
        if fits { (name, caller.mark) } else { (Name::NONE, 0) }
    }

    #[inline(always)]
    pub(super) fn starts_at_once(&mut self, record: &Record, at: u64) {
        let place = self.place(record);
        let Some(row) = place.rows.get_mut(record.call as usize) else { return };
        row.since = at;
        if place.is_relay {
            row.stage = Stage::Out;
            return;
        }
        let work = work_of(row);
        (row.stage, row.work) = (Stage::Serving, Some(work));
        place.workers.start(work, at);
    }

    #[inline(always)]
    pub(super) fn waits(&mut self, record: &Record, at: u64) {
        let place = self.place(record);
        let index = record.call as usize;
        let Some(row) = place.rows.get_mut(index) else { return };
        (row.stage, row.since) = (Stage::Waiting, at);
        if place.began.len() <= index {
            place.began.resize((index + 1).next_power_of_two(), [0; BUSY]);
        }
        place.began[index] = place.workers.integrals(at);
    }

    /// A worker is free of a call, which waits again.
    pub(super) fn waits_again(&mut self, record: &Record, at: u64) {
        self.leave_worker(name_of(record), at);
        self.waits(record, at);
    }

    #[inline(always)]
    pub(super) fn starts(&mut self, record: &Record, at: u64) {
        let name = name_of(record);
        if 0 < record.value {
            self.waited(name, record.value, at);
        }
        let place = self.place(record);
        let Some(row) = place.rows.get_mut(record.call as usize) else { return };
        let work = work_of(row);
        (row.since, row.stage, row.work) = (at, Stage::Serving, Some(work));
        place.workers.start(work, at);
    }

    /// A wait of a call is over.
    fn waited(&mut self, name: Name, nanos: u64, at: u64) {
        let worst = self.blame(name).worst;
        let longest = worst.is_none_or(|worst| worst.wait.nanos < nanos);
        let worst = if longest { Some(self.worst(name, nanos, at)) } else { worst };
        let blame = self.blame(name);
        blame.waited = blame.waited.saturating_add(nanos);
        blame.worst = worst;
    }

    /// A wait in the queue until now, with what decided its length.
    pub(super) fn worst(&self, name: Name, nanos: u64, at: u64) -> Worst {
        let place = &self.places[usize::from(name.place)];
        let wait = match place.began.get(name.index as usize) {
            Some(began) => place.workers.since(began, nanos, at),
            None => Wait::default(),
        };
        let because = self
            .of_speed(name.place, at.saturating_sub(nanos), at)
            .unwrap_or_else(|| because(&wait.done, || self.held_by(name.place)));
        Worst { wait, place: name.place, because, via: name.bit() }
    }

    /// The callee that holds most of the workers of a place.
    pub(super) fn held_by(&self, place: u16) -> Option<u16> {
        let callees = self.places[usize::from(place)].callees.iter().copied();
        callees.rev().max_by_key(|&callee| self.places[usize::from(callee)].inside)
    }

    /// The change that made a place slow, or took its replicas, between two instants: of several the first.
    pub(super) fn of_speed(&self, place: u16, from: u64, to: u64) -> Option<Because> {
        self.change(place, &[Area::Speed, Area::Replicas], from, to)
    }

    /// The change that acted on one of these areas of a place between two instants.
    pub(super) fn change(&self, place: u16, areas: &[Area], from: u64, to: u64) -> Option<Because> {
        let acts = self.places[usize::from(place)].acts.iter();
        let found = acts
            .filter(|act| areas.contains(&act.area))
            .find(|act| act.began <= to && act.ended.is_none_or(|ended| from <= ended));
        found.map(|act| Because::Change(act.change))
    }

    #[inline(always)]
    pub(super) fn finished(&mut self, record: &Record, at: u64) {
        let place = self.place(record);
        let Some(row) = place.rows.get_mut(record.call as usize) else { return };
        longest(row, record.place, at, false);
        (row.since, row.stage) = (at, Stage::Out);
        let Some(work) = row.work.take() else { return };
        place.workers.stop(work, at);
        if place.holds {
            let work = if row.is_orphan { Work::HeldInVain } else { Work::Held } as u8;
            row.work = Some(work);
            place.workers.start(work, at);
        }
    }

    /// A call ends well.
    #[inline(always)]
    pub(super) fn answered(&mut self, record: &Record, at: u64) {
        let name = name_of(record);
        let place = self.place(record);
        let is_relay = place.is_relay;
        let Some(row) = place.rows.get_mut(record.call as usize) else { return };
        if is_relay || record.kind == Kind::Completed {
            longest(row, record.place, at, is_relay);
        }
        let row = *row;
        self.leave_worker(name, at);
        self.tell(name, &row, at);
        self.gone(name);
    }

    /// The caller of a call that ends well learns of its waits and services.
    #[inline(always)]
    fn tell(&mut self, name: Name, row: &Row, at: u64) {
        if row.from.is_none() {
            return;
        }
        let parent = self.row(row.from);
        if parent.mark != row.from_mark {
            return;
        }
        parent.longest = parent.longest.max(row.longest);
        if self.places[usize::from(row.from.place)].is_relay {
            self.row(row.from).since = at;
        }
        if row.blamed {
            self.tell_waits(name, row.from);
        }
    }

    fn tell_waits(&mut self, name: Name, to: Name) {
        let Some(&Blame { waited, worst, .. }) = self.blame_of(name) else { return };
        let blame = self.blame(to);
        blame.waited = blame.waited.saturating_add(waited);
        let Some(worst) = worst else { return };
        if blame.worst.is_none_or(|other| other.wait.nanos < worst.wait.nanos) {
            blame.worst = Some(Worst { via: worst.via | to.bit(), ..worst });
        }
    }

    /// A call is no longer inside.
    #[inline(always)]
    fn gone(&mut self, name: Name) {
        let place = &mut self.places[usize::from(name.place)];
        place.inside = place.inside.saturating_sub(1);
        let row = &mut place.rows[name.index as usize];
        row.stage = Stage::Free;
        let (from, mark, sibling) = (row.from, row.from_mark, row.sibling);
        row.mark = row.mark.wrapping_add(1);
        if !from.is_none() {
            let parent = self.row(from);
            if parent.mark != mark {
            } else if parent.child == name {
                parent.child = sibling;
            } else {
                self.unlink(from, name, sibling);
            }
        }
    }

    /// Takes the worker of a call off it.
    #[inline(always)]
    fn leave_worker(&mut self, name: Name, at: u64) {
        let place = &mut self.places[usize::from(name.place)];
        let Some(row) = place.rows.get_mut(name.index as usize) else { return };
        if let Some(work) = row.work.take() {
            place.workers.stop(work, at);
        }
    }

    pub(super) fn left_queue(&mut self, record: &Record, at: u64) {
        let name = name_of(record);
        if 0 < record.value {
            self.waited(name, record.value, at);
        }
        let row = self.row(name);
        (row.stage, row.since) = (Stage::Between, at);
    }

    pub(super) fn aborted(&mut self, record: &Record, at: u64) {
        let name = name_of(record);
        let row = self.row(name);
        longest(row, record.place, at, false);
        (row.stage, row.since) = (Stage::Between, at);
        self.leave_worker(name, at);
    }

    pub(super) fn cancelled(&mut self, record: &Record, at: u64) {
        let name = name_of(record);
        self.leave_worker(name, at);
        let _ = self.row(name);
        self.gone(name);
    }

    /// The worker of a call turns out to have served in vain.
    pub(super) fn wasted(&mut self, record: &Record, at: u64) {
        self.turn_orphan(name_of(record), at);
    }

    /// The worker of a call, if it has one, is on an abandoned one from now on.
    pub(super) fn turn_orphan(&mut self, name: Name, at: u64) {
        let place = &mut self.places[usize::from(name.place)];
        let Some(row) = place.rows.get_mut(name.index as usize) else { return };
        row.is_orphan = true;
        if let Some(work) = &mut row.work {
            place.workers.stop(*work, at);
            let is_held = *work == Work::Held as u8 || *work == Work::HeldInVain as u8;
            *work = if is_held { Work::HeldInVain } else { Work::Abandoned } as u8;
            place.workers.start(*work, at);
        }
    }

    /// A try of a call goes out.
    #[inline(always)]
    pub(super) fn goes_out(&mut self, record: &Record) {
        let (parent, parent_mark, mark) = parent_of(record);
        let tries = &mut self.place(record).tries;
        let at = record.call as usize;
        if tries.len() <= at {
            tries.resize((at + 1).next_power_of_two(), Try::default());
        }
        tries[at] = Try { parent, parent_mark, mark, known: true };
    }

    /// A call is not admitted, or is about to fail inside.
    pub(super) fn not_admitted(&mut self, record: &Record, at: u64) {
        let (caller, reason) = refused_of(record);
        let (to, _) = if caller.node == record.place {
            (Name { index: caller.index, place: caller.node }, 0)
        } else {
            self.parent(caller)
        };
        let decided = self.decided_here(record.place, reason, at);
        if !to.is_none() {
            let via = decided.via | to.bit();
            self.blame(to).decided = Some(Decided { via, ..decided });
        }
    }

    /// What a place decides now, and because of what.
    pub(super) fn decided_here(&mut self, place: u16, reason: Reason, at: u64) -> Decided {
        let policy = self.places[usize::from(place)].policy.take();
        let because = match (reason, policy) {
            (Reason::Policy, Some(policy)) => Because::Policy(policy),
            (Reason::FullQueue | Reason::Dropped | Reason::Expired, _) => self.of_queue(place, at),
            _ => self.change(place, areas(reason), at, at).unwrap_or(Because::Tier),
        };
        let via = Name { index: 0, place }.bit();
        Decided { reason, place, because, origin: place, via, wait: Wait::default() }
    }

    /// Because of what a queue is long now.
    pub(super) fn of_queue(&self, place: u16, at: u64) -> Because {
        if let Some(change) = self.of_speed(place, at, at) {
            return change;
        }
        because(&self.places[usize::from(place)].workers.doing(), || self.held_by(place))
    }

    /// A call ends in a failure.
    pub(super) fn failed(&mut self, record: &Record, at: u64) {
        let Some((index, _)) = self.place(record).next.take() else { return };
        let name = Name { index, place: record.place };
        let Some(&row) = self.peek(name) else { return };
        let origin = record.call as u16;
        let known =
            self.blame_of(name).and_then(|blame| blame.decided).filter(|known| known.origin == origin);
        let decided = known.unwrap_or_else(|| self.infer(record.kind, origin, at));
        let decided = self.of_its_wait(name, decided);
        self.leave_worker(name, at);
        if !row.from.is_none() && self.row(row.from).mark == row.from_mark {
            if row.blamed {
                self.tell_waits(name, row.from);
            }
            let via = decided.via | row.from.bit() | name.bit();
            self.blame(row.from).decided = Some(Decided { via, ..decided });
        }
        self.gone(name);
    }

    /// A call that is dropped when its turn comes waited for what its wait was because of: its worker is free then.
    fn of_its_wait(&self, name: Name, decided: Decided) -> Decided {
        let worst = self.blame_of(name).and_then(|blame| blame.worst);
        match worst.filter(|worst| decided.reason == Reason::Expired && worst.place == decided.place) {
            Some(Worst { wait, because, .. }) => Decided { because, wait, ..decided },
            None => decided,
        }
    }

    /// The reason of a failure that none was told of, by its status.
    pub(super) fn infer(&mut self, kind: Kind, origin: u16, at: u64) -> Decided {
        let reason = match kind {
            Kind::EndedUnauthorized | Kind::AttemptUnauthorized => Reason::Session,
            Kind::EndedError | Kind::AttemptError => Reason::Error,
            Kind::EndedBadRequest | Kind::AttemptBadRequest => Reason::TooLarge,
            Kind::EndedGatewayTimeout | Kind::AttemptGatewayTimeout => Reason::Deadline,
            Kind::EndedUnavailable | Kind::AttemptUnavailable => Reason::Crashed,
            Kind::EndedGaveUp => Reason::Expired,
            _ => Reason::Policy,
        };
        let place = if usize::from(origin) < self.places.len() { origin } else { 0 };
        self.decided_here(place, reason, at)
    }

    pub(super) fn acts(&mut self, record: &Record, at: u64) {
        let (area, on) = area_of(record);
        let acts = &mut self.place(record).acts;
        let open = acts.iter_mut().rev().find(|act| act.change == record.call && act.ended.is_none());
        match (on, open) {
            (true, None) => acts.push(Act { change: record.call, area, began: at, ended: None }),
            (false, Some(open)) => open.ended = Some(at),
            _ => {}
        }
    }
}

/// The changes that may be the cause of a failure for this reason.
fn areas(reason: Reason) -> &'static [Area] {
    match reason {
        Reason::NoReplica | Reason::Down | Reason::Lease | Reason::Crashed => &[Area::Replicas, Area::Speed],
        Reason::Name | Reason::Shed | Reason::Lost => &[Area::Door],
        Reason::Error => &[Area::Errors],
        Reason::Service | Reason::Way | Reason::Waiting => &[Area::Speed, Area::Replicas],
        _ => &[],
    }
}

/// What a worker that takes a call is on.
#[inline(always)]
fn work_of(row: &Row) -> u8 {
    match (row.is_orphan, row.is_retry) {
        (true, _) => Work::Abandoned as u8,
        (false, true) => Work::Retries as u8,
        (false, false) => Work::FirstAttempts as u8,
    }
}

/// A service or a way of a call ends now.
#[inline(always)]
fn longest(row: &mut Row, place: u16, at: u64, on_the_way: bool) {
    let micros = ((at - row.since) / 1_000).min(u64::from(u32::MAX)) as u32;
    row.longest = row.longest.max(Longest { micros, place, on_the_way });
}
