//! The policies at the door of a fleet.
//!
//! An engine takes requests out of its queue itself, in steps computed ahead, so policies are not consulted when the
//! turn of a request comes.

use super::Engines;
use super::row::{Call, ORPHAN};
use crate::policy::{Admission, CallerKey, FULL, Inlets, Outcome, Refusal};
use brownout_kernel::{Cx, Stream};
use brownout_model::{PathId, Policy};
use brownout_protocol::{self as protocol, Kind, Reason, Row, Service, Status, Token};
use std::sync::Arc;

/// A fleet's state for its policies.
pub(super) struct Policing {
    policies: Vec<Policy>,
    /// By path: the class.
    classes: Arc<[u8]>,
    whole: Inlets,
    /// By replica.
    each: Vec<Inlets>,
    /// By request inside: the replica where it was admitted. It may be at another one by now.
    came_by: Vec<u16>,
    stream: Stream,
}

impl Policing {
    /// No request has come yet.
    pub(super) fn new(policies: &[Policy], classes: &Arc<[u8]>, stream: Stream) -> Self {
        Policing {
            policies: policies.to_vec(),
            classes: classes.clone(),
            whole: Inlets::new(policies, false, classes),
            each: Vec::new(),
            came_by: Vec::new(),
            stream,
        }
    }

    /// The policies of a replica, created on first use.
    fn at(&mut self, at: usize) -> &mut Inlets {
        while self.each.len() <= at {
            self.each.push(Inlets::new(&self.policies, true, &self.classes));
        }
        &mut self.each[at]
    }
}

impl Engines {
    /// Whether the policies admit a request to replica `at`; if not, it is refused.
    #[inline(never)]
    pub(super) fn may_enter(&mut self, call: &protocol::Call, at: usize, cx: &mut Cx<'_, Service>) -> bool {
        let admission = self.admission(call, at, cx);
        self.policing.at(at);
        let Policing { whole, each, stream, .. } = &mut *self.policing;
        let asked = whole.admit(call.path, &admission, stream);
        let asked = asked.and_then(|()| each[at].admit(call.path, &admission, stream));
        let Err(Refusal { policy, status, after }) = asked else { return true };
        self.record(Kind::TurnedAway, Row::new(call.path, 0 < call.attempt), policy, 0, cx);
        self.explain_refusal(call, Reason::Policy, cx);
        self.refuse_until(call, Some(at), status, after, cx);
        false
    }

    fn admission(&mut self, call: &protocol::Call, at: usize, cx: &Cx<'_, Service>) -> Admission {
        let priority = self.wiring.priorities[call.path as usize];
        let (waiting, head_age) = (self.replicas[at].engine.waiting(), self.head_age_of(at, cx));
        Admission { now: cx.now(), key: call.key, priority, inside: 0, waiting, head_age, sizes: call.sizes }
    }

    /// A request has come in through the door of replica `at`, and may get a lite answer: one pass, and a part of its
    /// tokens. Whether it does.
    #[inline(never)]
    pub(super) fn enter(
        &mut self,
        call: &protocol::Call,
        ours: Token,
        at: usize,
        cx: &mut Cx<'_, Service>,
    ) -> bool {
        let admission = self.admission(call, at, cx);
        let (place, came_by) = (ours.index as usize, &mut self.policing.came_by);
        if came_by.len() <= place {
            came_by.resize((place + 1).next_power_of_two(), 0);
        }
        came_by[place] = at as u16;
        self.policing.at(at);
        let Policing { whole, each, stream, .. } = &mut *self.policing;
        let part = whole.entered(call.path, &admission, stream);
        let part = each[at].entered(call.path, &admission, stream).min(part);
        if part < FULL {
            let row = self.calls.live(ours);
            row.passes = 0;
            row.output = ((f64::from(row.output) * part).round() as u32).clamp(1, row.output.max(1));
        }
        part < FULL
    }

    /// A request is no longer inside: policies and health tracking are told how it ended.
    #[cold]
    #[inline(never)]
    pub(super) fn tell_end(&mut self, call: &Call, ours: Token, status: Status, cx: &mut Cx<'_, Service>) {
        if self.watched.policies {
            self.notify_policies(call, ours, status, cx);
        }
        // Requests whose callers had left do not count again: they counted when the caller left.
        let left = status == Status::GaveUp || (status == Status::Ok && call.has(ORPHAN));
        if !left {
            self.judge(usize::from(call.replica), status == Status::Ok, cx);
        }
    }

    fn notify_policies(&mut self, call: &Call, ours: Token, status: Status, cx: &Cx<'_, Service>) {
        let who = CallerKey { path: call.path, key: call.key };
        let outcome = Outcome { now: cx.now(), status, took: cx.now() - call.admitted, again: false };
        let at = usize::from(self.policing.came_by[ours.index as usize]);
        self.policing.whole.left(who, &outcome);
        self.policing.at(at).left(who, &outcome);
    }

    /// Every request inside is counted by each policy that applies to it.
    pub(super) fn check_doors(&mut self) {
        let mut inside: Vec<(usize, u8)> = Vec::new();
        for ours in self.calls.tokens() {
            let by = self.policing.came_by.get(ours.index as usize).copied().unwrap_or(0);
            inside.push((usize::from(by), self.calls.live(ours).path));
        }
        let doors = self.policing.each.iter().enumerate().map(|(at, door)| (Some(at), door));
        for (replica, door) in doors.chain([(None, &self.policing.whole)]) {
            for (counted, paths) in door.inside() {
                let mine = inside.iter().filter(|(at, path)| {
                    replica.is_none_or(|replica| replica == *at) && paths.contains(PathId(*path))
                });
                let there = mine.count() as u64;
                assert!(counted == there, "a policy counts {counted} requests inside, there are {there}");
            }
        }
    }
}
