//! desru: a binary heap of boxed closures; the model is shared behind an `Rc<RefCell>`, as its examples do.

use std::cell::RefCell;
use std::rc::Rc;

use desru::{Event as Boxed, EventScheduler};

use crate::model::{Calendar, Event, Network};
use crate::workload::Workload;

/// The mean sojourn time.
pub fn run(workload: &Workload, customers: u64, seed: u64) -> f64 {
    let network = Rc::new(RefCell::new(Network::new(workload, customers, seed)));
    let mut scheduler = EventScheduler::new();
    network.borrow_mut().start(&mut View { scheduler: &mut scheduler, network: &network });
    let over = Rc::clone(&network);
    // Its log keeps every event for ever unless a filter says no.
    scheduler.run(Box::new(move |_| over.borrow().is_over()), Some(Box::new(|_, _| false)));
    network.borrow().mean_sojourn()
}

struct View<'a> {
    scheduler: &'a mut EventScheduler,
    network: &'a Rc<RefCell<Network>>,
}

impl Calendar for View<'_> {
    fn now(&self) -> f64 {
        self.scheduler.current_time
    }

    fn after(&mut self, delay: f64, event: Event) {
        let network = Rc::clone(self.network);
        let action = move |scheduler: &mut EventScheduler| {
            network.borrow_mut().on(event, &mut View { scheduler, network: &network });
            None
        };
        self.scheduler.schedule(Boxed::new(
            self.scheduler.current_time + delay,
            Some(Box::new(action)),
            None,
        ));
    }
}
