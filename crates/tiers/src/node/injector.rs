//! Sets off the faults that no clock sets off: by chance, by a condition, or by chaos.

use crate::control::condition::Condition;
use crate::node::draw_span;
use brownout_kernel::{Cx, Node, NodeId, Stream};
use brownout_model::{Cause, Change};
use brownout_protocol::{Msg, Say, Service, Token, Wake};
use brownout_units::Span;

/// A fault begins; the token says which: a replica, a draw of chaos, or 0 for all of the group.
const BEGIN: u32 = 0;
/// It ends.
const END: u32 = 1;
/// It is time to check the condition.
const LOOK: u32 = 2;

/// One of the faults of a group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    /// Its place in the model.
    pub(crate) fault: u32,
    /// The node it affects.
    pub(crate) tier: NodeId,
    /// How many replicas that tier begins with.
    pub(crate) replicas: u32,
    /// Which draw of chaos it belongs to.
    pub(crate) draw: u32,
}

pub(crate) struct Injector {
    options: Change,
    group: Vec<Target>,
    /// The tier that the condition watches.
    of: NodeId,
    condition: Option<Condition>,
    stream: Stream,
}

impl Injector {
    /// Sets off a group of faults, of which `options` is the first.
    pub(crate) fn new(options: Change, group: Vec<Target>, of: NodeId, stream: Stream) -> Self {
        let condition = match &options.cause {
            Cause::Condition { condition, .. } => Some(Condition::new(condition.clone())),
            _ => None,
        };
        Injector { options, group, of, condition, stream }
    }

    fn begin(&mut self, cx: &mut Cx<'_, Service>) {
        let at = self.options.when.at;
        match &self.options.cause {
            Cause::Schedule | Cause::Override | Cause::Step { .. } | Cause::Controller(_) | Cause::Lapse => {
                unreachable!("these changes have other causes")
            }
            Cause::Chance { up, each, .. } => {
                let hands = if *each { self.group.iter().map(|target| target.replicas).sum() } else { 1 };
                for hand in 0..hands {
                    let after = at + draw_span(up, &mut self.stream);
                    cx.sleep(after, Wake::new(BEGIN, name(hand)));
                }
            }
            Cause::Chaos { every, .. } => {
                let after = at + draw_span(every, &mut self.stream);
                cx.sleep(after, Wake::new(BEGIN, name(0)));
            }
            Cause::Condition { .. } => cx.sleep(at, Wake::new(LOOK, name(0))),
        }
    }

    /// The faults of one trigger begin or end.
    fn set(&self, hand: u32, on: bool, cx: &mut Cx<'_, Service>) {
        match &self.options.cause {
            Cause::Chaos { .. } => {
                for target in self.group.iter().filter(|target| target.draw == hand) {
                    cx.send(target.tier, Msg::fault(target.fault, on, None));
                }
            }
            Cause::Chance { each: true, .. } => {
                let mut at = hand;
                for target in &self.group {
                    if at < target.replicas {
                        return cx.send(target.tier, Msg::fault(target.fault, on, Some(at as u16)));
                    }
                    at -= target.replicas;
                }
            }
            _ => {
                for target in &self.group {
                    cx.send(target.tier, Msg::fault(target.fault, on, None));
                }
            }
        }
    }

    fn begins(&mut self, hand: u32, cx: &mut Cx<'_, Service>) {
        let (hand, lasts) = match &self.options.cause {
            Cause::Chance { down, .. } => (hand, draw_span(down, &mut self.stream)),
            Cause::Chaos { every, down, .. } => {
                let last = self.group.iter().map(|target| target.draw).max().unwrap_or(0);
                let drawn = self.stream.below(u64::from(last) + 1) as u32;
                let lasts = draw_span(down, &mut self.stream);
                // One ends before the next begins, so that no fault is active twice.
                let next = draw_span(every, &mut self.stream).max(lasts);
                cx.sleep(next, Wake::new(BEGIN, name(0)));
                (drawn, lasts)
            }
            _ => (hand, self.options.when.lasts),
        };
        self.set(hand, true, cx);
        cx.wake_after(lasts, Wake::new(END, name(hand)));
    }

    fn ends(&mut self, hand: u32, cx: &mut Cx<'_, Service>) {
        self.set(hand, false, cx);
        match &self.options.cause {
            Cause::Chance { up, .. } => {
                // At least one nanosecond, so that a law of zeros does not stop the clock.
                let up = draw_span(up, &mut self.stream).max(Span::from_nanos(1));
                cx.sleep(up, Wake::new(BEGIN, name(hand)));
            }
            Cause::Condition { again: true, .. } => self.look(cx),
            _ => {}
        }
    }

    fn look(&self, cx: &mut Cx<'_, Service>) {
        cx.send(self.of, Msg::ask(cx.me(), 0, self.signal()));
    }

    fn signal(&self) -> u8 {
        match &self.options.cause {
            Cause::Condition { condition, .. } => condition.signal as u8,
            _ => unreachable!("only a condition is sampled"),
        }
    }
}

fn name(hand: u32) -> Token {
    Token { index: hand, generation: 0 }
}

impl Node<Service> for Injector {
    fn on(&mut self, msg: &Msg, cx: &mut Cx<'_, Service>) {
        match msg.open() {
            Say::Start => self.begin(cx),
            Say::Sample(sample) => {
                let condition = self.condition.as_mut().expect("only a condition asks");
                if condition.met(&sample, cx.now()) {
                    condition.forget();
                    self.begins(0, cx);
                } else if let Cause::Condition { condition, .. } = &self.options.cause {
                    cx.wake_after(condition.every, Wake::new(LOOK, name(0)));
                }
            }
            other => unreachable!("an injector gets no {other:?}"),
        }
    }

    fn wake(&mut self, wake: Wake, cx: &mut Cx<'_, Service>) {
        match wake.verb() {
            BEGIN => self.begins(wake.token().index, cx),
            END => self.ends(wake.token().index, cx),
            _ => self.look(cx),
        }
    }
}
