//! The order of symptoms: by time, and of tiers that depart together by who calls whom.

use super::{SignKind, Symptom};
use brownout_observe::Layout;

/// Sorts symptoms by their onset. Within `together` seconds of the first of them, time does not tell the order: a tier
/// whose own errors or refusals began comes before one that only waits, and then a tier before those that call it.
pub(crate) fn sort(symptoms: &mut [Symptom], layout: &Layout, together: f64) {
    symptoms.sort_by(|a, b| a.at.mean.total_cmp(&b.at.mean));
    let mut from = 0;
    while from < symptoms.len() {
        let begin = symptoms[from].at.mean;
        let len = symptoms[from..].iter().take_while(|other| other.at.mean - begin <= together).count();
        let group = &mut symptoms[from..from + len];
        let names: Vec<String> = group.iter().map(|symptom| symptom.tier.clone()).collect();
        group.sort_by_key(|symptom| (rank(layout, symptom, &names), depth_above(layout, symptom)));
        from += len;
    }
}

/// Marks tiers that only suffer what a tier that they call does: `together` seconds do not tell which was first.
pub(crate) fn mark_handed_on(symptoms: &mut [Symptom], layout: &Layout, together: f64) {
    let onsets: Vec<(String, f64)> = symptoms.iter().map(|one| (one.tier.clone(), one.at.mean)).collect();
    for symptom in symptoms.iter_mut() {
        let suffers = matches!(symptom.sign.kind, SignKind::Stay | SignKind::Timeouts);
        let place = layout.tier(&symptom.tier).map(|place| &layout.places[place]);
        let calls = |tier: &String| place.is_some_and(|place| place.calls.contains(tier));
        let earlier = |(tier, at): &(String, f64)| {
            calls(tier) && *tier != symptom.tier && *at <= symptom.at.mean + together
        };
        symptom.handed_on = suffers && onsets.iter().any(earlier);
    }
}

/// A tier that is called broke no later than its callers began to suffer from it, whenever its own signs were clear.
pub(crate) fn date_back(symptoms: &mut [Symptom], layout: &Layout, together: f64) {
    let suffering: Vec<(String, f64)> =
        symptoms.iter().filter(|one| one.handed_on).map(|one| (one.tier.clone(), one.at.mean)).collect();
    for symptom in symptoms.iter_mut().filter(|one| !one.handed_on) {
        let calls = |caller: &str| {
            let place = layout.tier(caller).map(|place| &layout.places[place]);
            place.is_some_and(|place| place.calls.contains(&symptom.tier))
        };
        let near = |at: f64| at < symptom.at.mean && symptom.at.mean <= at + together;
        let callers = suffering.iter().filter(|(caller, at)| near(*at) && calls(caller));
        if let Some(first) = callers.map(|(_, at)| *at).reduce(f64::min) {
            symptom.at.mean = first;
            symptom.at.ci95 = symptom.at.ci95.map(|(low, high)| (low.min(first), high));
        }
    }
}

/// Errors and refusals begin where they are counted; a wait may come from below; a timeout always does. Calls that stay
/// longer wait for a tier below, or it is this one that is slow, which is as good a reason for a queue above.
fn rank(layout: &Layout, symptom: &Symptom, together: &[String]) -> u8 {
    let calls = layout.tier(&symptom.tier).map_or(&[][..], |place| &layout.places[place].calls[..]);
    match symptom.sign.kind {
        SignKind::Errors | SignKind::Ejections | SignKind::Misses => 0,
        SignKind::Refusals | SignKind::Wait => 1,
        SignKind::Stay if !calls.iter().any(|called| together.contains(called)) => 1,
        SignKind::Stay => 2,
        SignKind::Timeouts => 3,
    }
}

/// How many tiers can be reached by calls from a tier: fewer the deeper it is.
fn depth_above(layout: &Layout, symptom: &Symptom) -> usize {
    let mut reached: Vec<&str> = vec![&symptom.tier];
    let mut at = 0;
    while at < reached.len() {
        let name = reached[at];
        let calls = layout.places.iter().filter(|place| place.name == name).flat_map(|place| &place.calls);
        for called in calls {
            if !reached.contains(&called.as_str()) {
                reached.push(called);
            }
        }
        at += 1;
    }
    reached.len()
}
