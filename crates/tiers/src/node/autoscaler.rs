//! A controller that scales a tier: it samples, waits until its sample has arrived, decides, and orders.

use crate::control::autoscaler::{Autoscaler, Seen};
use crate::control::look::Look;
use brownout_kernel::{Cx, Node, NodeId};
use brownout_model as model;
use brownout_protocol::{Msg, Sample, Say, Service, Token, Wake};
use brownout_units::Span;
use std::collections::VecDeque;

/// It is time to sample.
const LOOK: u32 = 0;
/// A sample has arrived.
const ACT: u32 = 1;

/// The questions: for the signal, for the number of replicas behind it, and for the desired number.
const SIGNAL: u16 = 0;
const REPLICAS: u16 = 1;
const WANTED: u16 = 2;

pub(crate) struct Scaler {
    tier: NodeId,
    of: NodeId,
    signal: model::Signal,
    sync: Span,
    delay: Span,
    look: Look,
    count: Look,
    fresh: Option<f64>,
    /// Samples that have not been acted upon yet, the oldest first.
    seen: VecDeque<(Option<f64>, f64, f64)>,
    /// The sum of the signal at the last sample, and of all replicas now.
    sum: f64,
    whole: f64,
    pure: Autoscaler,
    /// How many overrides keep it from acting; it goes on observing.
    pauses: u32,
}

impl Scaler {
    /// Samples for the first time after one `sync`.
    pub(crate) fn new(options: model::Autoscaler, tier: NodeId, of: NodeId) -> Self {
        Scaler {
            tier,
            of,
            signal: options.signal,
            sync: options.sync,
            delay: options.delay,
            look: Look::new(options.signal),
            count: Look::new(model::Signal::Replicas),
            fresh: None,
            sum: 0.0,
            whole: 0.0,
            seen: VecDeque::new(),
            pure: Autoscaler::new(options),
            pauses: 0,
        }
    }

    fn sampled(&mut self, sample: &Sample, cx: &mut Cx<'_, Service>) {
        match sample.about {
            SIGNAL => {
                self.fresh = self.look.read(sample);
                let before = if self.signal.adds_up() { self.sum } else { 0.0 };
                let over = if self.signal.adds_up() { self.sync.as_secs_f64() } else { 1.0 };
                self.whole = (sample.value - before) / over;
                self.sum = sample.value;
            }
            REPLICAS => {
                let mean = self.count.read(sample).unwrap_or(0.0);
                let ready = if self.signal.adds_up() { mean } else { f64::from(sample.ready) };
                self.seen.push_back((self.fresh, ready, self.whole));
                cx.wake_after(self.delay, Wake::new(ACT, Token::default()));
            }
            _ => {
                let (signal, ready, whole) = self.seen.pop_front().expect("a sample for each question");
                let seen = Seen { ready, wanted: sample.wanted, signal, whole };
                let replicas = self.pure.decide(seen, cx.now());
                if replicas != sample.wanted && self.pauses == 0 {
                    cx.send(self.tier, Msg::scale(replicas));
                }
            }
        }
    }
}

impl Node<Service> for Scaler {
    fn on(&mut self, msg: &Msg, cx: &mut Cx<'_, Service>) {
        match msg.open() {
            Say::Start => {
                cx.wake_after(self.sync, Wake::new(LOOK, Token::default()));
            }
            Say::Sample(sample) => self.sampled(&sample, cx),
            Say::Fault { on: true, .. } => self.pauses += 1,
            Say::Fault { on: false, .. } => self.pauses -= 1,
            other => unreachable!("an autoscaler gets no {other:?}"),
        }
    }

    fn wake(&mut self, wake: Wake, cx: &mut Cx<'_, Service>) {
        if wake.verb() == LOOK {
            cx.send(self.of, Msg::ask(cx.me(), SIGNAL, self.signal as u8));
            cx.send(self.tier, Msg::ask(cx.me(), REPLICAS, model::Signal::Replicas as u8));
            cx.wake_after(self.sync, Wake::new(LOOK, Token::default()));
        } else {
            cx.send(self.tier, Msg::ask(cx.me(), WANTED, model::Signal::Replicas as u8));
        }
    }
}
