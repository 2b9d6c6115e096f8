//! A fleet of language model replicas, each of which batches its requests token by token.

use crate::{Balance, Fleet, Model, Policy, REPLICAS_MAX};
use brownout_dist::Law;
use brownout_inference::Options;
use brownout_units::Ratio;
use serde::{Deserialize, Serialize};

/// Replicas of one language model behind a router.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Engines {
    /// How many at the start; with disaggregation those that decode.
    pub replicas: u32,
    /// The engine of one replica.
    pub engine: Options,
    /// Which replica takes a request.
    pub routing: Routing,
    /// How many may wait at a replica; none: no limit.
    pub queue_limit: Option<u32>,
    /// The status of a request that finds the queue full: 529, 503 or 429.
    pub full: u16,
    /// The number of passes over a request, by path: as long as `Model::paths`. A draft, then critique and revision:
    /// each pass reads what the ones before it read and wrote, and writes as many tokens again. At least 1.
    pub passes: Vec<u8>,
    /// What a replica leaves out under pressure.
    pub lite: Option<Lite>,
    /// How replicas come and go; one that crashed comes back with its image, weights and warm-up.
    pub fleet: Box<Fleet>,
    /// Policies that turn requests away at the door.
    pub policies: Vec<Policy>,
    /// Replicas that only prefill.
    pub prefill: Option<Disaggregation>,
    /// Bytes of KV cache for each token, which is what a hand-over moves.
    pub kv_bytes_per_token: f64,
    /// Accelerators of one replica.
    pub accelerators: u32,
    /// What one accelerator costs, in US dollars.
    pub dollars_per_hour: f64,
}

/// Which replica takes a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Routing {
    /// By the number of requests inside, at random, in turn, or by the user.
    Plain(Balance),
    /// The one with the most free blocks of KV cache, as of its last wake; the first of equals.
    LeastKv,
    /// The one that holds most of the prompt in its prefix cache, unless it has `slack` more requests inside than the
    /// idlest: in that case, and if no replica holds any of it, the idlest.
    Prefix {
        /// How many additional requests a longer prefix is worth.
        slack: u32,
    },
}

/// A cheaper answer while many wait.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lite {
    /// A request that finds more than this number waiting at its replica gets a lite answer.
    pub above: u32,
    /// Passes over it, at least 1.
    pub passes: u8,
    /// The fraction of its output that it gets.
    pub output: Ratio,
}

/// Replicas that only prefill and hand the KV cache over to those that decode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Disaggregation {
    /// How many.
    pub replicas: u32,
    /// The engine of one of them.
    pub engine: Options,
    /// Bytes per second out of one replica; hand-overs of a replica go one after another.
    pub bandwidth: f64,
    /// Before the first byte arrives, in seconds.
    pub latency: Law,
}

impl Engines {
    pub(crate) fn check(&self, model: &Model, name: &str) {
        let all = self.replicas + self.prefill.as_ref().map_or(0, |prefill| prefill.replicas);
        assert!(0 < self.replicas, "{name} has no replica");
        assert!(all <= REPLICAS_MAX, "{name} has over {REPLICAS_MAX} replicas");
        assert!(self.passes.len() == model.paths.len(), "{name} has a number of passes for each path");
        assert!(self.passes.iter().all(|&passes| 0 < passes), "{name} makes no pass over a request");
        self.fleet.check(self.replicas, name);
        self.policies.iter().for_each(Policy::check);
        if let Routing::Plain(balance) = &self.routing {
            balance.check(self.replicas as usize, name);
        }
    }
}
