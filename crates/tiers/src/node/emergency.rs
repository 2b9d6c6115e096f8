//! A controller that leases capacity from another cloud: it samples, orders, waits, and gives it back.

use crate::control::emergency::{Ask, Emergency};
use crate::node::draw_span;
use brownout_kernel::{Cx, Node, NodeId, Stream, TimerId};
use brownout_model::{self as model, ChangeId};
use brownout_protocol::{Kind, Msg, Record, Row, Say, Service, Token, Wake};

/// It is time to sample.
const LOOK: u32 = 0;
/// The ordered capacity is there.
const ARRIVE: u32 = 1;
/// It is given back unconditionally.
const TIME_IS_UP: u32 = 2;

/// The two questions.
const WHEN: u16 = 0;
const UNTIL: u16 = 1;

/// What it watches and acts upon.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Targets {
    /// The change that is the lease.
    pub(crate) change: ChangeId,
    /// The tier that gets the replicas.
    pub(crate) tier: NodeId,
    /// Its place in the log.
    pub(crate) place: u16,
    /// Its place among the changes; none if it was taken out of the model: then nothing is ever ordered.
    pub(crate) fault: Option<u32>,
    /// The tier of the condition.
    pub(crate) when: NodeId,
    /// The tier of the one that ends it.
    pub(crate) until: NodeId,
}

pub(crate) struct Lessee {
    options: model::Emergency,
    targets: Targets,
    emergency: Emergency,
    look: TimerId,
    /// The timer that gives it back at the latest.
    longest: TimerId,
    stream: Stream,
}

impl Lessee {
    /// A controller without samples.
    pub(crate) fn new(options: model::Emergency, targets: Targets, stream: Stream) -> Self {
        let emergency = Emergency::new(&options);
        let (look, longest) = (TimerId::default(), TimerId::default());
        Lessee { options, targets, emergency, look, longest, stream }
    }

    fn look(&self, cx: &mut Cx<'_, Service>) {
        match (self.emergency.asks(), &self.options.until) {
            (Ask::When, _) => {
                cx.send(self.targets.when, Msg::ask(cx.me(), WHEN, self.options.when.signal as u8));
            }
            (Ask::Until, Some(until)) => {
                cx.send(self.targets.until, Msg::ask(cx.me(), UNTIL, until.signal as u8));
            }
            _ => {}
        }
    }

    fn look_later(&mut self, cx: &mut Cx<'_, Service>) {
        // Its time may be over between two samples of the condition that ends it.
        cx.cancel(std::mem::take(&mut self.look));
        let every = match (self.emergency.asks(), &self.options.until) {
            (Ask::When, _) => self.options.when.every,
            (Ask::Until, Some(until)) => until.every,
            _ => return,
        };
        self.look = cx.wake_after(every, Wake::new(LOOK, Token::default()));
    }

    /// The order counts as the intervention.
    fn order(&mut self, cx: &mut Cx<'_, Service>) {
        let (place, row, call) = (self.targets.place, Row::default(), self.targets.change.0);
        cx.record(Record { kind: Kind::Intervened, row, place, call, value: 0 });
        let lead = draw_span(&self.options.lead, &mut self.stream);
        cx.wake_after(lead, Wake::new(ARRIVE, Token::default()));
    }

    fn arrive(&mut self, cx: &mut Cx<'_, Service>) {
        self.emergency.arrived();
        self.set(true, cx);
        if let Some(longest) = self.options.longest {
            self.longest = cx.wake_after(longest, Wake::new(TIME_IS_UP, Token::default()));
        }
        self.look(cx);
    }

    fn set(&self, on: bool, cx: &mut Cx<'_, Service>) {
        let fault = self.targets.fault.expect("only a change of the model is ordered");
        cx.send(self.targets.tier, Msg::fault(fault, on, None));
    }

    fn give_back(&mut self, cx: &mut Cx<'_, Service>) {
        cx.cancel(std::mem::take(&mut self.longest));
        self.emergency.gone();
        self.set(false, cx);
        self.look_later(cx);
    }
}

impl Node<Service> for Lessee {
    fn on(&mut self, msg: &Msg, cx: &mut Cx<'_, Service>) {
        match msg.open() {
            Say::Start if self.targets.fault.is_some() => self.look(cx),
            Say::Start => {}
            Say::Sample(sample) => {
                let question = if sample.about == WHEN { Ask::When } else { Ask::Until };
                match (self.emergency.answer(question, &sample, cx.now()), question) {
                    (true, Ask::When) => self.order(cx),
                    (true, _) => self.give_back(cx),
                    (false, _) if question == self.emergency.asks() => self.look_later(cx),
                    (false, _) => {}
                }
            }
            other => unreachable!("a lessee gets no {other:?}"),
        }
    }

    fn wake(&mut self, wake: Wake, cx: &mut Cx<'_, Service>) {
        match wake.verb() {
            LOOK => self.look(cx),
            ARRIVE => self.arrive(cx),
            _ => self.give_back(cx),
        }
    }
}
