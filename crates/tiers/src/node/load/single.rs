//! The fast path of a load whose users have one plain intent each: one pass over the row instead of five.

use super::user::User;
use super::{Load, TIMEOUT, Wiring, row_of};
use brownout_kernel::{Cx, LaneId, TimerId};
use brownout_model as model;
use brownout_protocol::{Call, Deadline, Kind, Msg, Row, Service, Sizes, Status, Token, Wake, explain};
use brownout_units::Span;

/// The one intent that every user of a load has.
#[derive(Clone, Copy)]
pub(super) struct Single {
    path: u8,
    /// The client's timeout.
    lane: Option<LaneId>,
}

impl Single {
    /// Set for a load whose users have nothing to draw, to remember or to choose; `journey_is_one` and `plain` are
    /// fields of [`Load`](super::Load).
    pub(super) fn of(load: &model::Load, wiring: &Wiring, journey_is_one: bool, plain: bool) -> Option<Self> {
        let path = *wiring.paths.first()?;
        let tokens =
            !wiring.operations[path as usize].is_without_tokens() || wiring.streams_tokens[path as usize];
        let traced = matches!(load.arrivals, model::Arrivals::Trace(_));
        let simple =
            !wiring.general_path && journey_is_one && plain && !tokens && !traced && wiring.gate.is_open();
        let simple = simple
            && !load.client.tells_deadline
            && load.client.fallback.is_none()
            && load.client.hedge.is_none();
        let simple = simple && load.most.is_none();
        simple.then(|| Single { path, lane: wiring.lanes[path as usize] })
    }
}

impl Load {
    /// The next user arrives: what `enter`, `begin_journey`, `begin_intent` and `attempt` do, for a row that is written
    /// once.
    #[inline(always)]
    pub(super) fn arrive_single(&mut self, single: Single, cx: &mut Cx<'_, Service>) {
        self.schedule_next(cx);
        let (now, number) = (cx.now(), self.came);
        self.came = self.came.wrapping_add(1);
        let user = User::single(number, single.path, now);
        let row = row_of(&user);
        let token = self.users.insert(user);
        self.log(Kind::Arrived, row, token.index, 0, cx);
        if let Some(lane) = single.lane {
            self.users.live(token).timer = cx.wake_in(lane, Wake::new(TIMEOUT, token));
        }
        let call = Call {
            path: single.path,
            attempt: 0,
            stale: false,
            orphan: false,
            streams: false,
            zone: 0,
            crossed: false,
            from: cx.me(),
            token,
            key: self.key(number),
            sizes: Sizes::NONE,
            deadline: Deadline::NONE,
        };
        cx.send(self.wiring.entry, Msg::call(&call));
    }

    /// An attempt was served, and with it the user: what `answered` does for a user who leaves for good.
    #[inline(always)]
    pub(super) fn answered_single(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let Some(held) = self.users.hold(token) else { return self.answered_abandoned(Status::Ok, cx) };
        let user = &*held.row;
        if user.timer != TimerId::default() {
            assert!(cx.cancel(user.timer), "the clock of an open attempt is running");
        }
        let (path, took, row) = (user.path as usize, cx.now() - user.came, row_of(user));
        if self.slo[path] < took || self.people.any() {
            return self.answered_in_trouble(token, took, row, cx);
        }
        held.remove();
        self.log(Kind::Succeeded, row, token.index, took.nanos(), cx);
    }

    /// The same if the answer came too late, or some user has met trouble.
    #[cold]
    #[inline(never)]
    fn answered_in_trouble(&mut self, token: Token, took: Span, row: Row, cx: &mut Cx<'_, Service>) {
        let late = self.slo[usize::from(row.path())] < took;
        let kind = if late { Kind::SucceededLate } else { Kind::Succeeded };
        if late && self.wiring.explains {
            let slo = self.slo[usize::from(row.path())];
            cx.record(explain::is_late(self.place, row, token.index, slo));
        }
        self.log(kind, row, token.index, took.nanos(), cx);
        if late {
            self.not_served(token, false, cx);
        } else {
            self.served(token, cx);
        }
        self.remove(token, cx);
    }
}
