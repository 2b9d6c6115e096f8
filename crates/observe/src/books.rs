//! The books at the end of a run: every arrival is accounted for once, and the laws that hold for any queue hold
//! exactly.
//!
//! Flow balance: every arrival has left or is inside. Little's law: the integral of a number inside is the sum of the
//! stays. Utilisation law: the integral of busy workers is the sum of the service times (Denning and Buzen, 1978).

use crate::cell::{Cell, Row};
use brownout_kernel::Instant;
use brownout_protocol::Kind::{
    self, Aborted, Answered, Arrived, AttemptBadRequest, AttemptError, AttemptGatewayTimeout, AttemptGaveUp,
    AttemptOverloaded, AttemptTimeout, AttemptTooManyRequests, AttemptUnauthorized, AttemptUnavailable,
    CallInside, Cancelled, Completed, EndedBadRequest, EndedError, EndedGatewayTimeout, EndedGaveUp,
    EndedOverloaded, EndedTooManyRequests, EndedUnauthorized, EndedUnavailable, FailedBadRequest,
    FailedError, FailedGatewayTimeout, FailedGaveUp, FailedOverloaded, FailedTimeout, FailedTooManyRequests,
    FailedUnauthorized, FailedUnavailable, FellBack, Finished, HedgeInside, HedgeLost, Hedged, IntentInside,
    LeftQueue, LeftUnserved, MetTrouble, PassDone, Preempted, Queued, Reloaded, Resumed, Retried, Served,
    ServedAgain, Started, StartedAtOnce, StillUnserved, StillWaiting, Succeeded, SucceededLate,
};
use brownout_protocol::{Books, Layout};

/// A number inside: the kinds that step it up, that step it down, and that report at the end what is still inside.
pub(crate) struct Stay {
    name: &'static str,
    up: &'static [Kind],
    down: &'static [Kind],
    still: &'static [Kind],
}

impl Stay {
    /// What steps it up, and what down.
    pub(crate) const fn steps(&self) -> (&'static [Kind], &'static [Kind]) {
        (self.up, self.down)
    }
}

pub(crate) const INTENTS: Stay = Stay {
    name: "intents",
    up: &[Arrived],
    down: &[
        Succeeded,
        SucceededLate,
        FailedUnauthorized,
        FailedTooManyRequests,
        FailedError,
        FailedUnavailable,
        FailedGatewayTimeout,
        FailedOverloaded,
        FailedTimeout,
        FailedGaveUp,
        FailedBadRequest,
    ],
    still: &[IntentInside],
};

pub(crate) const QUEUE: Stay = Stay {
    name: "calls in the queue",
    up: &[Queued, Preempted, PassDone],
    down: &[Started, Resumed, LeftQueue],
    still: &[StillWaiting],
};

pub(crate) const INSIDE: Stay = Stay {
    name: "calls inside",
    up: &[StartedAtOnce, Queued],
    down: &[
        Completed,
        Answered,
        EndedUnauthorized,
        EndedTooManyRequests,
        EndedError,
        EndedUnavailable,
        EndedGatewayTimeout,
        EndedOverloaded,
        EndedGaveUp,
        EndedBadRequest,
        Cancelled,
    ],
    still: &[CallInside],
};

pub(crate) const BUSY_UP: [Kind; 3] = [StartedAtOnce, Started, Resumed];
pub(crate) const BUSY_DOWN: [Kind; 5] = [Finished, Completed, Preempted, Aborted, PassDone];

/// # Panics
/// If the books do not balance.
pub(crate) fn close(layout: &Layout, totals: &[Row], end: Instant) {
    for (at, place) in layout.places.iter().enumerate() {
        let ledger = Ledger {
            name: &place.name,
            rows: &totals[at * layout.columns()..(at + 1) * layout.columns()],
            end,
        };
        match place.books {
            Books::Load => {
                ledger.balance(&INTENTS);
                ledger.attempts();
                ledger.people();
            }
            Books::Station { .. } => {
                ledger.balance(&QUEUE);
                ledger.balance(&INSIDE);
                ledger.utilisation();
            }
            Books::Relay => ledger.balance(&INSIDE),
        }
    }
}

struct Ledger<'a> {
    name: &'a str,
    rows: &'a [Row],
    end: Instant,
}

impl Ledger<'_> {
    fn total(&self, kinds: &[Kind]) -> Cell {
        let cells = self.rows.iter().flat_map(|row| kinds.iter().map(|&kind| row[kind as usize]));
        cells.fold(Cell::default(), |a, b| Cell {
            count: a.count + b.count,
            sum: a.sum + b.sum,
            moment: a.moment + b.moment,
        })
    }

    /// Flow balance and Little's law.
    fn balance(&self, stay: &Stay) {
        let (name, what) = (self.name, stay.name);
        let (up, down, still) = (self.total(stay.up), self.total(stay.down), self.total(stay.still));
        let (came, left, inside) = (up.count, down.count, still.count);
        assert!(
            came == left + inside,
            "{what} of {name}: {came} came, {left} left and {inside} are still there"
        );
        let integral = self.integral(&up, &down);
        let stays = down.sum + still.sum;
        assert!(
            integral == stays,
            "Little's law for {what} of {name}: {integral} ns inside, stays of {stays} ns"
        );
    }

    /// The integral up to the end of a number that stepped up and down so.
    fn integral(&self, up: &Cell, down: &Cell) -> u128 {
        let end = u128::from(self.end.nanos());
        (down.moment + end * u128::from(up.count - down.count)) - up.moment
    }

    fn utilisation(&self) {
        let name = self.name;
        let (up, down) = (self.total(&BUSY_UP), self.total(&BUSY_DOWN));
        assert!(down.count <= up.count, "{name}: {} services began and {} ended", up.count, down.count);
        let (busy, served) = (self.integral(&up, &down), self.total(&[Served]).sum);
        assert!(busy == served, "utilisation law of {name}: busy for {busy} ns, served for {served} ns");
    }

    /// Every user who met trouble was without service for a first time, and that time has ended or still lasts.
    fn people(&self) {
        let name = self.name;
        let of_first =
            |kind: Kind| self.rows.iter().step_by(2).map(|row| row[kind as usize].count).sum::<u64>();
        let (met, ended) =
            (self.total(&[MetTrouble]).count, [ServedAgain, LeftUnserved, StillUnserved].map(of_first));
        let all: u64 = ended.iter().sum();
        assert!(
            met == all,
            "users of {name}: {met} met trouble, {all} were without service for a first time"
        );
    }

    /// Every attempt succeeded, failed or is still out, and an intent has at most one out.
    fn attempts(&self) {
        let name = self.name;
        let began = self.total(&[Arrived, Retried, Reloaded, FellBack, Hedged]).count;
        let failed = [
            AttemptUnauthorized,
            AttemptTooManyRequests,
            AttemptError,
            AttemptUnavailable,
            AttemptGatewayTimeout,
            AttemptOverloaded,
            AttemptTimeout,
            AttemptGaveUp,
            AttemptBadRequest,
            HedgeLost,
        ];
        let ended = self.total(&failed).count + self.total(&[Succeeded, SucceededLate]).count;
        let open = self.total(&[IntentInside, HedgeInside]).count;
        let balanced = ended <= began && began - ended <= open;
        assert!(balanced, "attempts of {name}: {began} began, {ended} ended, {open} intents are open");
    }
}
