//! What each tier can serve on a good day, and what it can serve so that a bad one passes by itself.
//!
//! The advertised capacity counts first attempts and warm caches. The hidden one counts what a loop can sustain: every
//! client and every call tries as often as it may, and every cache is empty. Below it no transient can last: whatever
//! happened, the tier has room for all that it is asked. Above it one may (Bronson et al., "Metastable Failures in
//! Distributed Systems", 2021).

use super::flow::{Flow, LoadCase};
use super::graph::Graph;
use super::times::Times;
use brownout_model::Model;

/// How much a tier can serve, as multiples of the load at the start of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Capacity {
    /// As in the file.
    pub tier: String,
    /// With warm caches, if nothing fails.
    pub advertised: f64,
    /// With empty caches, if everything is tried as often as it may be: a transient cannot last below this.
    pub hidden: f64,
}

/// The tiers of which the two differ, the one with the least hidden capacity first.
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
