//! Symptoms: which tiers left their normal range, by which sign, and which of them did first.
//!
//! A tier is followed on steps of the run, each sign against the same seed without a trigger, where that was run; until
//! the trigger both are the same run, so nothing departs by chance. Without it, the tier's own baseline serves. Errors
//! count where they begin: an attempt that failed is counted at the tier that decided it, not at those that handed the
//! answer on. What an operator has a tier turn away is no symptom of it.

mod order;
mod sign;

use crate::findings::Mark;
use brownout_model::{ChangeId, Effect, Model, Site};
use brownout_observe::{Digest, Legend, Replication};
use brownout_protocol::Kind;
use brownout_stats::Estimate;
use serde::{Deserialize, Serialize};
use sign::{Course, departure};
pub use sign::{Sign, SignKind};

/// A tier that left its normal range, in more than half of the replications.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Symptom {
    /// Which tier.
    pub tier: String,
    /// Seconds since the start of the run.
    pub at: Estimate,
    /// In how many of the replications.
    pub replications: u32,
    /// What departed first, in the first replication in which the tier did.
    pub sign: Sign,
    /// Other signs of it in that replication, in order of time.
    pub more: Vec<Sign>,
    /// Calls only stayed there longer, or were given up, since a tier that it calls had left its normal range.
    pub handed_on: bool,
}

/// The symptoms of all tiers over all replications, the earliest first; of those that depart together, the tier that is
/// called before the one that calls it.
pub(crate) fn symptoms(model: &Model, legend: &Legend, all: &[Replication], marks: &[Mark]) -> Vec<Symptom> {
    let tiers = 0..legend.layout.places.len() - legend.layout.loads;
    let mut found: Vec<Symptom> = tiers.filter_map(|tier| symptom(model, legend, all, marks, tier)).collect();
    let together = all.first().map_or(0.0, |one| 2.0 * one.run.pace.tier_step());
    order::sort(&mut found, &legend.layout, together);
    order::mark_handed_on(&mut found, &legend.layout, together);
    // What is only handed on is no first tier, however soon it was seen.
    found.sort_by_key(|symptom| symptom.handed_on);
    found
}

fn symptom(
    model: &Model,
    legend: &Legend,
    all: &[Replication],
    marks: &[Mark],
    tier: usize,
) -> Option<Symptom> {
    let signs = |one: &Replication| {
        let course = Course {
            run: &one.run.pace.tiers[tier],
            without: one.counterfactual.as_ref().map(|digest| &digest.pace.tiers[tier][..]),
            step: one.run.pace.tier_step(),
            warmup: legend.layout.warmup.as_secs_f64(),
            trigger: marks.iter().map(|mark| mark.from).fold(f64::INFINITY, f64::min),
            shed: shed(model, &one.run, tier),
        };
        let mut signs: Vec<Sign> =
            SignKind::ALL.into_iter().filter_map(|kind| departure(&course, kind)).collect();
        signs.sort_by(|a, b| a.at.total_cmp(&b.at));
        signs
    };
    let mut found: Vec<Vec<Sign>> = all.iter().map(signs).filter(|signs| !signs.is_empty()).collect();
    if 2 * found.len() <= all.len() {
        return None;
    }
    let times: Vec<f64> = found.iter().map(|signs| signs[0].at).collect();
    let mut more = found.swap_remove(0);
    let sign = more.remove(0);
    Some(Symptom {
        tier: legend.layout.places[legend.layout.loads + tier].name.clone(),
        at: Estimate::of(&times, 0.95).within(0.0, legend.layout.duration.as_secs_f64()),
        replications: times.len() as u32,
        sign,
        more,
        handed_on: false,
    })
}

/// From when on an operator has a tier turn calls away on purpose, in seconds, if one ever does.
fn shed(model: &Model, run: &Digest, tier: usize) -> Option<f64> {
    let sheds = |id: u32| {
        model.change(ChangeId(id)).is_some_and(|change| {
            let is_there = matches!(change.target.site, Site::Tier(site) if usize::from(site.0) == tier);
            is_there && matches!(change.effect, Effect::Shed { .. } | Effect::QueueLimit { .. })
        })
    };
    let acts = run.happenings.kept.iter();
    let acts =
        acts.filter(|act| matches!(act.kind, Kind::Intervened | Kind::FaultBegan) && sheds(act.number));
    acts.map(|act| act.at as f64 / 1e9).reduce(f64::min)
}
