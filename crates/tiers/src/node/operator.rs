//! The operator on call: sees that something is wrong, acknowledges, and works through a runbook, step by step.

use crate::control::condition::Condition;
use crate::node::draw_span;
use brownout_kernel::{Cx, Instant, Node, NodeId, Stream, TimerId};
use brownout_model::{Act, Operator, Start};
use brownout_protocol::{Deed, Kind, Msg, Record, Row, Sample, Say, Service, Token, Wake};

/// It is time to look.
const LOOK: u32 = 0;
/// The step has begun, and what it does is done now.
const ACT: u32 = 1;
/// What was leased is there; the token says by which step.
const ARRIVE: u32 = 2;
/// … and is given back.
const GIVE_BACK: u32 = 3;

/// The question whether it is time for a step, and the one for how many replicas there are.
const WHETHER: u16 = 0;
const REPLICAS: u16 = 1;

/// Whom a step acts upon.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hand {
    /// The tier that is changed; nobody for a step that undoes another.
    pub(crate) tier: NodeId,
    /// The tier that its condition looks at.
    pub(crate) of: NodeId,
    /// Its place among the faults, where what it does is one.
    pub(crate) fault: u32,
    /// The place in the log of the tier that is changed.
    pub(crate) place: u16,
}

pub(crate) struct OnCall {
    /// Which of those who act by hand this is.
    by: u32,
    options: Operator,
    hands: Vec<Hand>,
    /// The step that is next.
    step: usize,
    condition: Option<Condition>,
    /// How many replicas there were before each step that scaled.
    before: Vec<Option<u32>>,
    /// What comes next of what each step has leased.
    leases: Vec<TimerId>,
    stream: Stream,
}

impl OnCall {
    /// Has seen nothing yet.
    pub(crate) fn new(by: u32, options: Operator, hands: Vec<Hand>, stream: Stream) -> Self {
        let before = vec![None; options.steps.len()];
        let leases = vec![TimerId::default(); options.steps.len()];
        OnCall { by, options, hands, step: 0, condition: None, before, leases, stream }
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
            cx.send(self.hands[self.step].of, Msg::ask(cx.me(), WHETHER, condition.signal as u8));
        }
    }

    fn sampled(&mut self, sample: &Sample, cx: &mut Cx<'_, Service>) {
        let step = &self.options.steps[self.step];
        if sample.about == REPLICAS {
            if let Act::Scale { replicas, .. } = step.act {
                self.before[self.step] = Some(sample.wanted);
                cx.send(self.hands[self.step].tier, Msg::scale(replicas));
            }
            return self.done(cx);
        }
        let Start::When(options) = &step.start else { return };
        let condition = self.condition.as_mut().expect("who asks has a condition");
        if condition.met(sample, cx.now()) {
            let after = draw_span(&step.lag, &mut self.stream);
            cx.wake_after(after, Wake::new(ACT, Token::default()));
        } else {
            cx.wake_after(options.every, Wake::new(LOOK, Token::default()));
        }
    }

    fn act(&mut self, cx: &mut Cx<'_, Service>) {
        let Hand { tier, fault, .. } = self.hands[self.step];
        self.note(cx);
        match &self.options.steps[self.step].act {
            Act::Scale { .. } => {
                return cx.send(tier, Msg::ask(cx.me(), REPLICAS, brownout_model::Signal::Replicas as u8));
            }
            Act::Change(_) => cx.send(tier, Msg::fault(fault, true, None)),
            Act::Lease { lead, .. } => {
                let lead = draw_span(lead, &mut self.stream);
                self.leases[self.step] = cx.wake_after(lead, Wake::new(ARRIVE, named(self.step)));
            }
            &Act::Undo(step) => self.undo(step, cx),
        }
        self.done(cx);
    }

    /// Writes down, at the tier that is changed, who acts, and which step it is.
    fn note(&self, cx: &mut Cx<'_, Service>) {
        let changed = match self.options.steps[self.step].act {
            Act::Undo(step) => step,
            _ => self.step,
        };
        let (place, row, call) = (self.hands[changed].place, Row::default(), self.step as u32);
        let value = Deed { by: self.by, step: call }.word();
        cx.record(Record { kind: Kind::Intervened, row, place, call, value });
    }

    /// What a step has leased is there.
    fn arrive(&mut self, step: usize, cx: &mut Cx<'_, Service>) {
        let Hand { tier, fault, .. } = self.hands[step];
        cx.send(tier, Msg::fault(fault, true, None));
        let Act::Lease { lasts, .. } = &self.options.steps[step].act else {
            unreachable!("only what was leased arrives")
        };
        self.leases[step] = match lasts {
            Some(lasts) => cx.wake_after(*lasts, Wake::new(GIVE_BACK, named(step))),
            None => TimerId::default(),
        };
    }

    fn give_back(&mut self, step: usize, cx: &mut Cx<'_, Service>) {
        let Hand { tier, fault, .. } = self.hands[step];
        cx.cancel(std::mem::take(&mut self.leases[step]));
        cx.send(tier, Msg::fault(fault, false, None));
    }

    fn undo(&mut self, step: usize, cx: &mut Cx<'_, Service>) {
        let Hand { tier, fault, .. } = self.hands[step];
        match (&self.options.steps[step].act, self.before[step]) {
            (Act::Scale { .. }, Some(replicas)) => cx.send(tier, Msg::scale(replicas)),
            (Act::Change(_), _) => cx.send(tier, Msg::fault(fault, false, None)),
            (Act::Lease { .. }, _) => self.give_back(step, cx),
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
            other => unreachable!("nobody says {other:?} to the operator"),
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
