//! simcore (of DSLab): components behind `Rc<RefCell>`, events as boxed payloads that are downcast.

use std::cell::RefCell;
use std::rc::Rc;

use serde::Serialize;
use simcore::{EventHandler, Simulation, SimulationContext, cast};

use crate::model::{Calendar, Event, Network};
use crate::workload::Workload;

/// The mean sojourn time.
pub fn run(workload: &Workload, customers: u64, seed: u64) -> f64 {
    let mut simulation = Simulation::new(seed);
    let context = simulation.create_context("network");
    let network = Network::new(workload, customers, seed);
    let component = Rc::new(RefCell::new(Component { network, view: View { context } }));
    simulation.add_handler("network", component.clone());
    component.borrow_mut().start();
    while !component.borrow().network.is_over() {
        assert!(simulation.step(), "the calendar is empty before everybody has left");
    }
    component.borrow().network.mean_sojourn()
}

/// Its events are matched by type, so that ours travels inside one.
#[derive(Clone, Serialize)]
struct Due {
    event: Event,
}

struct Component {
    network: Network,
    view: View,
}

impl Component {
    fn start(&mut self) {
        self.network.start(&mut self.view);
    }
}

impl EventHandler for Component {
    fn on(&mut self, event: simcore::Event) {
        cast!(match event.data {
            Due { event } => {
                self.network.on(event, &mut self.view);
            }
        })
    }
}

struct View {
    context: SimulationContext,
}

impl Calendar for View {
    fn now(&self) -> f64 {
        self.context.time()
    }

    fn after(&mut self, delay: f64, event: Event) {
        self.context.emit_self(Due { event }, delay);
    }
}
