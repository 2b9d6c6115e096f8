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
use brownout_stats::{Estimate, Moments};
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

/// The signs of each tier in one replication, in the order of the layout; those of a tier in order of time.
pub(crate) fn signs(model: &Model, legend: &Legend, of: &Replication, marks: &[Mark]) -> Vec<Vec<Sign>> {
    let met = marks.iter().filter(|mark| !mark.unmet);
    let rises = marks.iter().filter(|mark| mark.change.is_none());
    let tier = |tier: usize| {
        let course = Course {
            run: &of.run.pace.tiers[tier],
            without: of.counterfactual.as_ref().map(|digest| &digest.pace.tiers[tier][..]),
            step: of.run.pace.tier_step(),
            warmup: legend.layout.warmup.as_secs_f64(),
            rise: rises.clone().map(|mark| mark.from).fold(f64::INFINITY, f64::min),
            trigger: met.clone().map(|mark| mark.from).fold(f64::INFINITY, f64::min),
            shed: shed(model, &of.run, tier),
        };
        let mut signs: Vec<Sign> =
            SignKind::ALL.into_iter().filter_map(|kind| departure(&course, kind)).collect();
        signs.sort_by(|a, b| a.at.total_cmp(&b.at));
        signs
    };
    (0..legend.layout.places.len() - legend.layout.loads).map(tier).collect()
}

/// The signs of all replications, taken one by one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signs {
    replications: u32,
    /// By tier.
    tiers: Vec<Departed>,
}

/// In which replications a tier left its normal range.
#[derive(Clone, Debug, Default)]
struct Departed {
    /// When it first did in each of them, in seconds.
    times: Moments,
    /// Its signs in the first of them.
    first: Vec<Sign>,
}

impl Signs {
    pub(crate) fn add(&mut self, signs: Vec<Vec<Sign>>) {
        self.replications += 1;
        self.tiers.resize_with(signs.len(), Departed::default);
        for (departed, signs) in self.tiers.iter_mut().zip(signs) {
            let Some(first) = signs.first() else { continue };
            departed.times.add(first.at);
            if departed.first.is_empty() {
                departed.first = signs;
            }
        }
    }

    /// The symptoms of all tiers, the earliest first; of those that depart within two steps of `step` seconds of each
    /// other, the tier that is called before the one that calls it.
    pub(crate) fn symptoms(self, legend: &Legend, step: f64) -> Vec<Symptom> {
        let (layout, together) = (&legend.layout, 2.0 * step);
        let replications = u64::from(self.replications);
        let tiers = layout.places[layout.loads..].iter().zip(self.tiers);
        let often = tiers.filter(|(_, departed)| replications < 2 * departed.times.count());
        let symptom = |(place, departed): (&brownout_observe::Place, Departed)| {
            let Departed { times, mut first } = departed;
            let sign = first.remove(0);
            Symptom {
                tier: place.name.clone(),
                at: Estimate::of_moments(&times, 0.95).within(0.0, layout.duration.as_secs_f64()),
                replications: times.count() as u32,
                sign,
                more: first,
                handed_on: false,
            }
        };
        let mut found: Vec<Symptom> = often.map(symptom).collect();
        order::sort(&mut found, layout, together);
        order::mark_handed_on(&mut found, layout, together);
        order::date_back(&mut found, layout, together);
        // What is only handed on is no first tier, however soon it was seen.
        found.sort_by_key(|symptom| symptom.handed_on);
        found
    }
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
