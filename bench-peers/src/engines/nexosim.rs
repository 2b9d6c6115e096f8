//! nexosim: an actor with a mailbox on an executor of one thread; it schedules its own input.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::EventSource;
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::model::{Calendar, Event, Network};
use crate::workload::Workload;

/// The mean sojourn time.
pub fn run(workload: &Workload, customers: u64, seed: u64) -> f64 {
    let result = Arc::new(Mutex::new(None));
    let network = Network::new(workload, customers, seed);
    let actor = Actor { network: Some(Box::new(network)), result: Arc::clone(&result) };
    let mailbox = Mailbox::new();
    let mut bench = SimInit::with_num_threads(1);
    let start = EventSource::new().connect(Actor::start, &mailbox).register(&mut bench);
    let bench = bench.add_model(actor, mailbox, "network");
    let mut simulation = bench.init(MonotonicTime::EPOCH).expect("one actor wired to one source");
    simulation.process_event(&start, ()).expect("the actor takes its first event");
    // The last stale timers run out in the same call.
    simulation.run().expect("no event of this model can fail");
    let sojourn = result.lock().expect("the actor has not panicked").take();
    sojourn.expect("the actor says when everybody has left")
}

/// A model must be serialisable in order to be saved; this one is not, so that its state is left out.
#[derive(Serialize, Deserialize)]
struct Actor {
    #[serde(skip)]
    network: Option<Box<Network>>,
    #[serde(skip)]
    result: Arc<Mutex<Option<f64>>>,
}

#[Model]
impl Actor {
    fn start(&mut self, _: (), cx: &Context<Self>) {
        self.with(|network| network.start(&mut View { cx }));
    }

    #[nexosim(schedulable)]
    fn due(&mut self, event: Event, cx: &Context<Self>) {
        self.with(|network| network.on(event, &mut View { cx }));
    }
}

impl Actor {
    fn with(&mut self, act: impl FnOnce(&mut Network)) {
        let network = self.network.as_mut().expect("the actor is never restored from a file");
        let before = network.is_over();
        act(network);
        if network.is_over() && !before {
            *self.result.lock().expect("nobody else holds it") = Some(network.mean_sojourn());
        }
    }
}

struct View<'a> {
    cx: &'a Context<Actor>,
}

impl Calendar for View<'_> {
    fn now(&self) -> f64 {
        let since = self.cx.time().duration_since(MonotonicTime::EPOCH);
        since.as_secs_f64()
    }

    fn after(&mut self, delay: f64, event: Event) {
        // Its clock has nanoseconds, and an event must lie in the future.
        let delay = Duration::from_secs_f64(delay).max(Duration::from_nanos(1));
        self.cx.schedule_event(delay, schedulable!(Actor::due), event).expect("the delay is positive");
    }
}
