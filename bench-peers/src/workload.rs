//! What is simulated: a queue, a queue with many servers, and four tiers with timeouts and retries.

use serde::Serialize;

/// One of the three; times in units of the workload.
#[derive(Clone, Copy, Serialize)]
pub struct Workload {
    /// As in the table.
    pub name: &'static str,
    /// Mean time between arrivals; arrivals are Poisson.
    pub interarrival: f64,
    /// The tiers in the order a customer visits them.
    pub tiers: &'static [Tier],
    /// How long an attempt may take, and how often it is tried again after that.
    pub patience: Option<Patience>,
    /// The mean time from arrival to success; from theory for the first two, from the hand-written loop for the third.
    pub sojourn: f64,
}

/// One queue, first in first out, without a limit.
#[derive(Clone, Copy, Serialize)]
pub struct Tier {
    /// How many are served at a time.
    pub servers: u32,
    /// Mean of the exponential service time.
    pub service: f64,
}

/// An attempt that takes longer leaves the queue, or its server at once, and starts again at the first tier.
#[derive(Clone, Copy, Serialize)]
pub struct Patience {
    /// From the start of the attempt.
    pub timeout: f64,
    /// After the first attempt.
    pub retries: u32,
}

/// A single server at 90 %.
const W1: Workload = Workload {
    name: "W1",
    interarrival: 1.0 / 0.9,
    tiers: &[Tier { servers: 1, service: 1.0 }],
    patience: None,
    sojourn: 10.0,
};

/// Thirty-two servers at 90 %; Erlang's C formula gives the waiting time.
const W2: Workload = Workload {
    name: "W2",
    interarrival: 1.0 / 28.8,
    tiers: &[Tier { servers: 32, service: 1.0 }],
    patience: None,
    sojourn: 1.1432,
};

/// Four tiers at 80 %; the timeout is five times the mean of an undisturbed journey.
const W3: Workload = Workload {
    name: "W3",
    interarrival: 1.0,
    tiers: &[
        Tier { servers: 4, service: 0.8 * 4.0 },
        Tier { servers: 8, service: 0.8 * 8.0 },
        Tier { servers: 16, service: 0.8 * 16.0 },
        Tier { servers: 64, service: 0.8 * 64.0 },
    ],
    patience: Some(Patience { timeout: 396.3, retries: 3 }),
    sojourn: 79.3,
};

/// All of them, in the order of the table.
pub const ALL: [Workload; 3] = [W1, W2, W3];
