//! The nominal capacity of each tier, and the capacity below which it always recovers by itself.
//!
//! The advertised capacity assumes first attempts and warm caches. The hidden one assumes the worst load that a loop
//! can sustain: every client and every call retries as often as it may, and every cache is empty. Below it no transient
//! can last, because the tier can serve all calls that reach it. Above it one may (Bronson et al., "Metastable Failures
//! in Distributed Systems", 2021).

use super::flow::{Flow, LoadCase};
use super::graph::Graph;
use super::times::Times;
use brownout_model::Model;

/// The capacity of a tier, as multiples of the load at the start of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Capacity {
    /// Its name in the file.
    pub tier: String,
    /// With warm caches, if nothing fails.
    pub advertised: f64,
    /// With empty caches and the maximum number of retries: below this no transient can last.
    pub hidden: f64,
}

/// The tiers whose capacities differ, the one with the least hidden capacity first.
pub(super) fn capacities(
    model: &Model,
    graph: &Graph,
    times: &Times,
    users: &[f64],
    nominal: &Flow,
) -> Vec<Capacity> {
    let worst = Flow::under(LoadCase::Worst, model, graph, times, users);
    let mut all: Vec<Capacity> = Vec::new();
    for (at, tier) in model.tiers.iter().enumerate() {
        let rooms = nominal.room(model, times, at).zip(worst.room(model, times, at));
        let Some((advertised, hidden)) = rooms.filter(|(nominal, worst)| *worst < nominal * (1.0 - 1e-9))
        else {
            continue;
        };
        all.push(Capacity { tier: tier.name.clone(), advertised, hidden });
    }
    all.sort_by(|a, b| a.hidden.total_cmp(&b.hidden));
    all
}
