//! The model, written once: every engine of this crate carries the same tiers and only brings its own calendar.

use std::collections::VecDeque;

use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand_distr::{Distribution, Exp1};

use crate::workload::{Patience, Workload};

/// What a network asks of an engine.
pub trait Calendar {
    /// The present.
    fn now(&self) -> f64;
    /// Come back with this, later.
    fn after(&mut self, delay: f64, event: Event);
}

/// What comes back. An event of an attempt that has ended is stale: its generation tells.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub enum Event {
    /// A customer arrives.
    Arrival,
    /// A service ends.
    Served { request: u32, generation: u32 },
    /// An attempt has taken too long.
    TimedOut { request: u32, generation: u32 },
}

struct Tier {
    idle: u32,
    service: f64,
    /// Request and generation; who has left stays as a stale entry.
    queue: VecDeque<(u32, u32)>,
}

#[derive(Clone, Copy, Default)]
struct Request {
    arrived: f64,
    generation: u32,
    attempt: u32,
    tier: u32,
    in_service: bool,
}

/// The tiers, who is in them, and what came out.
pub struct Network {
    tiers: Vec<Tier>,
    interarrival: f64,
    patience: Option<Patience>,
    customers: u64,
    arrived: u64,
    requests: Vec<Request>,
    free: Vec<u32>,
    rng: Xoshiro256PlusPlus,
    spent: f64,
    done: u64,
    failed: u64,
}

impl Network {
    /// An empty network that will see so many customers.
    pub fn new(workload: &Workload, customers: u64, seed: u64) -> Self {
        let tier = |tier: &crate::workload::Tier| Tier {
            idle: tier.servers,
            service: tier.service,
            queue: VecDeque::with_capacity(1024),
        };
        Network {
            tiers: workload.tiers.iter().map(tier).collect(),
            interarrival: workload.interarrival,
            patience: workload.patience,
            customers,
            arrived: 0,
            requests: Vec::with_capacity(1024),
            free: Vec::with_capacity(1024),
            rng: Xoshiro256PlusPlus::seed_from_u64(seed),
            spent: 0.0,
            done: 0,
            failed: 0,
        }
    }

    /// Puts the first arrival into the calendar.
    pub fn start(&mut self, calendar: &mut impl Calendar) {
        let delay = self.exponential(self.interarrival);
        calendar.after(delay, Event::Arrival);
    }

    /// Everybody who was to come has left again.
    pub fn is_over(&self) -> bool {
        self.done + self.failed == self.customers
    }

    /// Mean time from arrival to success.
    ///
    /// # Panics
    /// If the run is not over, or nobody got through.
    pub fn mean_sojourn(&self) -> f64 {
        assert!(self.is_over() && self.done > 0, "{} of {} customers are done", self.done, self.customers);
        self.spent / self.done as f64
    }

    /// What happens when an event comes due.
    #[inline]
    pub fn on(&mut self, event: Event, calendar: &mut impl Calendar) {
        match event {
            Event::Arrival => self.arrive(calendar),
            Event::Served { request, generation } => {
                if self.requests[request as usize].generation == generation {
                    self.served(request, calendar);
                }
            }
            Event::TimedOut { request, generation } => {
                if self.requests[request as usize].generation == generation {
                    self.timed_out(request, calendar);
                }
            }
        }
    }

    fn arrive(&mut self, calendar: &mut impl Calendar) {
        self.arrived += 1;
        if self.arrived < self.customers {
            let delay = self.exponential(self.interarrival);
            calendar.after(delay, Event::Arrival);
        }
        let request = self.free.pop().unwrap_or_else(|| {
            self.requests.push(Request::default());
            self.requests.len() as u32 - 1
        });
        let row = &mut self.requests[request as usize];
        (row.arrived, row.attempt) = (calendar.now(), 0);
        self.attempt(request, calendar);
    }

    fn attempt(&mut self, request: u32, calendar: &mut impl Calendar) {
        if let Some(Patience { timeout, .. }) = self.patience {
            let generation = self.requests[request as usize].generation;
            calendar.after(timeout, Event::TimedOut { request, generation });
        }
        self.enter(request, 0, calendar);
    }

    fn enter(&mut self, request: u32, tier: u32, calendar: &mut impl Calendar) {
        let row = &mut self.requests[request as usize];
        row.tier = tier;
        row.in_service = false;
        let generation = row.generation;
        let queue = &mut self.tiers[tier as usize];
        if queue.idle > 0 {
            queue.idle -= 1;
            self.serve(request, calendar);
        } else {
            queue.queue.push_back((request, generation));
        }
    }

    fn serve(&mut self, request: u32, calendar: &mut impl Calendar) {
        let row = &mut self.requests[request as usize];
        row.in_service = true;
        let (tier, generation) = (row.tier, row.generation);
        let delay = self.exponential(self.tiers[tier as usize].service);
        calendar.after(delay, Event::Served { request, generation });
    }

    /// A server is free: the next who still waits has it.
    fn release(&mut self, tier: u32, calendar: &mut impl Calendar) {
        while let Some((request, generation)) = self.tiers[tier as usize].queue.pop_front() {
            if self.requests[request as usize].generation == generation {
                return self.serve(request, calendar);
            }
        }
        self.tiers[tier as usize].idle += 1;
    }

    fn served(&mut self, request: u32, calendar: &mut impl Calendar) {
        let tier = self.requests[request as usize].tier;
        self.release(tier, calendar);
        if (tier as usize) + 1 < self.tiers.len() {
            self.enter(request, tier + 1, calendar);
        } else {
            let row = &mut self.requests[request as usize];
            row.generation += 1;
            self.spent += calendar.now() - row.arrived;
            self.done += 1;
            self.free.push(request);
        }
    }

    fn timed_out(&mut self, request: u32, calendar: &mut impl Calendar) {
        let row = &mut self.requests[request as usize];
        row.generation += 1;
        row.attempt += 1;
        let Request { tier, in_service, attempt, .. } = *row;
        if in_service {
            self.release(tier, calendar);
        }
        if attempt <= self.patience.map_or(0, |patience| patience.retries) {
            self.attempt(request, calendar);
        } else {
            self.failed += 1;
            self.free.push(request);
        }
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        let draw: f64 = Exp1.sample(&mut self.rng);
        draw * mean
    }
}

#[cfg(test)]
mod tests {
    use crate::{engines, workload};

    #[test]
    fn every_engine_simulates_the_same_thing() {
        for workload in &workload::ALL {
            let means: Vec<f64> =
                engines::ALL.iter().map(|engine| (engine.run)(workload, 20_000, 1)).collect();
            for (engine, mean) in engines::ALL.iter().zip(&means) {
                let apart = (mean / means[0] - 1.0).abs();
                assert!(apart < 1e-6, "{}, {}: {mean}, not {}", workload.name, engine.name, means[0]);
            }
        }
    }
}
