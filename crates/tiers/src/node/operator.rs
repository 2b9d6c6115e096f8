//! The operator on call: notices a problem, acknowledges, and works through a runbook, step by step.

use crate::control::condition::Condition;
use crate::node::draw_span;
use brownout_dist::Law;
use brownout_kernel::{Cx, Instant, Node, NodeId, Stream, TimerId};
use brownout_model::{ChangeId, Operator, Start};
use brownout_protocol::{Kind, Msg, Record, Row, Sample, Say, Service, Token, Wake};
use brownout_units::Span;

/// It is time to sample.
const LOOK: u32 = 0;
/// The step has begun, and its action takes effect now.
const ACT: u32 = 1;
/// Leased capacity is there; the token says by which step.
const ARRIVE: u32 = 2;
/// … and is given back.
const GIVE_BACK: u32 = 3;

/// The question whether it is time for a step, and the one for how many replicas there are.
const WHETHER: u16 = 0;
const REPLICAS: u16 = 1;

/// What a step does, and to which tier.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    /// What it does; none if that was taken out of the model.
    pub(crate) act: Option<Act>,
    /// The change that it is.
    pub(crate) change: ChangeId,
    /// The tier that is changed.
    pub(crate) tier: NodeId,
    /// The place in the log of the tier that is changed.
    pub(crate) place: u16,
    /// The tier that its condition watches.
    pub(crate) of: NodeId,
}

/// What a step does.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Sets the number of replicas.
    Scale(u32),
    /// Makes a permanent change, by its place among the changes.
    Change(u32),
    /// Leases capacity.
    Lease {
        /// Its place among the changes.
        fault: u32,
        /// From the order until it is there, in seconds.
        lead: Law,
        /// How long it is kept; none: until it is undone.
        lasts: Option<Span>,
    },
    /// Undoes an earlier step.
    Undo(usize),
}

pub(crate) struct OnCall {
    options: Operator,
    actions: Vec<Action>,
    /// The step that is next.
    step: usize,
    condition: Option<Condition>,
    /// How many replicas there were before each step that scaled.
    before: Vec<Option<u32>>,
    /// The timer of the lease of each step.
    leases: Vec<TimerId>,
    stream: Stream,
}

impl OnCall {
    /// An operator without samples.
    pub(crate) fn new(options: Operator, actions: Vec<Action>, stream: Stream) -> Self {
        let before = vec![None; options.steps.len()];
        let leases = vec![TimerId::default(); options.steps.len()];
        OnCall { options, actions, step: 0, condition: None, before, leases, stream }
    }

    /// Waits for the instant or the condition of the next step, if there is one.
    fn next(&mut self, cx: &mut Cx<'_, Service>) {
        let Some(step) = self.options.steps.get(self.step) else { return };
        match &step.start {
            Start::At(at) => {
                let begins = (Instant::ZERO + *at).max(cx.now());
                let after = draw_span(&step.lag, &mut self.stream);
                cx.wake_after((begins - cx.now()) + after, Wake::new(ACT, Token::default()));
            }
            Start::When(condition) => {
                self.condition = Some(Condition::new(condition.clone()));
                self.look(cx);
            }
        }
    }

    fn look(&self, cx: &mut Cx<'_, Service>) {
        if let Start::When(condition) = &self.options.steps[self.step].start {
            cx.send(self.actions[self.step].of, Msg::ask(cx.me(), WHETHER, condition.signal as u8));
        }
    }

    fn sampled(&mut self, sample: &Sample, cx: &mut Cx<'_, Service>) {
        let step = &self.options.steps[self.step];
        if sample.about == REPLICAS {
            if let Some(Act::Scale(replicas)) = self.actions[self.step].act {
                self.before[self.step] = Some(sample.wanted);
                cx.send(self.actions[self.step].tier, Msg::scale(replicas));
            }
            return self.done(cx);
        }
        let Start::When(options) = &step.start else { return };
        let condition = self.condition.as_mut().expect("only a condition asks");
        if condition.met(sample, cx.now()) {
            let after = draw_span(&step.lag, &mut self.stream);
            cx.wake_after(after, Wake::new(ACT, Token::default()));
        } else {
            cx.wake_after(options.every, Wake::new(LOOK, Token::default()));
        }
    }

    fn act(&mut self, cx: &mut Cx<'_, Service>) {
        let Action { act, tier, .. } = self.actions[self.step].clone();
        if act.is_some() {
            self.note(cx);
        }
        match act {
            Some(Act::Scale(_)) => {
                return cx.send(tier, Msg::ask(cx.me(), REPLICAS, brownout_model::Signal::Replicas as u8));
            }
            Some(Act::Change(fault)) => cx.send(tier, Msg::fault(fault, true, None)),
            Some(Act::Lease { lead, .. }) => {
                let lead = draw_span(&lead, &mut self.stream);
                self.leases[self.step] = cx.wake_after(lead, Wake::new(ARRIVE, named(self.step)));
            }
            Some(Act::Undo(step)) => self.undo(step, cx),
            None => {}
        }
        self.done(cx);
    }

    /// Records at the affected tier which step is done.
    fn note(&self, cx: &mut Cx<'_, Service>) {
        let Action { place, change, .. } = self.actions[self.step];
        let (row, call) = (Row::default(), change.0);
        cx.record(Record { kind: Kind::Intervened, row, place, call, value: 0 });
    }

    /// The capacity that a step has leased is there.
    fn arrive(&mut self, step: usize, cx: &mut Cx<'_, Service>) {
        let Action { act: Some(Act::Lease { fault, lasts, .. }), tier, .. } = self.actions[step] else {
            unreachable!("only leased capacity arrives")
        };
        cx.send(tier, Msg::fault(fault, true, None));
        self.leases[step] = match lasts {
            Some(lasts) => cx.wake_after(lasts, Wake::new(GIVE_BACK, named(step))),
            None => TimerId::default(),
        };
    }

    fn give_back(&mut self, step: usize, cx: &mut Cx<'_, Service>) {
        let Action { act: Some(Act::Lease { fault, .. }), tier, .. } = self.actions[step] else {
            unreachable!("only leased capacity is given back")
        };
        cx.cancel(std::mem::take(&mut self.leases[step]));
        cx.send(tier, Msg::fault(fault, false, None));
    }

    fn undo(&mut self, step: usize, cx: &mut Cx<'_, Service>) {
        let tier = self.actions[step].tier;
        match (&self.actions[step].act, self.before[step]) {
            (Some(Act::Scale(_)), Some(replicas)) => cx.send(tier, Msg::scale(replicas)),
            (Some(Act::Change(fault)), _) => cx.send(tier, Msg::fault(*fault, false, None)),
            (Some(Act::Lease { .. }), _) => self.give_back(step, cx),
            _ => {}
        }
    }

    fn done(&mut self, cx: &mut Cx<'_, Service>) {
        self.step += 1;
        self.next(cx);
    }
}

fn named(step: usize) -> Token {
    Token { index: step as u32, generation: 0 }
}

impl Node<Service> for OnCall {
    fn on(&mut self, msg: &Msg, cx: &mut Cx<'_, Service>) {
        match msg.open() {
            Say::Start => self.next(cx),
            Say::Sample(sample) => self.sampled(&sample, cx),
            other => unreachable!("an operator gets no {other:?}"),
        }
    }

    fn wake(&mut self, wake: Wake, cx: &mut Cx<'_, Service>) {
        let step = wake.token().index as usize;
        match wake.verb() {
            LOOK => self.look(cx),
            ACT => self.act(cx),
            ARRIVE => self.arrive(step, cx),
            _ => self.give_back(step, cx),
        }
    }
}
