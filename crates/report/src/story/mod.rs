//! What the pages say in words: the same sentences for HTML and Markdown, not yet escaped for either.
//!
//! Why it happened, how it ended and when is in a file each; here is what the others stand on.

pub(crate) mod answer;
mod causes;
pub(crate) mod changes;
pub(crate) mod counterfactual;
mod ending;
mod gain;
pub(crate) mod harm;
pub(crate) mod hysteresis;
mod money;
mod names;
pub(crate) mod race;
pub(crate) mod reasons;
pub(crate) mod sensitivity;
mod sentence;
pub(crate) mod swept;
mod symptom;
pub(crate) mod terrain;
mod timeline;

pub(crate) use causes::{causes, detection, triggers, written};
pub(crate) use ending::{basis, by_class, resolution};
pub(crate) use money::money;
pub(crate) use names::{badge, reason, reason_of};
pub use sentence::sentence;
pub(crate) use sentence::{beside, brief};
pub(crate) use symptom::symptom;
pub(crate) use timeline::{Event, timeline};

use crate::number;
use brownout_analysis::findings::{Findings, Tier};
use std::collections::BTreeSet;

/// What every page must say about how its numbers were made.
pub(crate) fn assumptions(findings: &Findings) -> Vec<String> {
    let stamp = &findings.stamp;
    let mut said = vec![
        "This is a simulation. It shows what the described service does under the described load, and is as good as \
         that description."
            .to_owned(),
        format!(
            "The first {} of each run are warm-up: in the charts, but not in the tables.",
            number::clock(stamp.warmup_seconds)
        ),
        "An intent succeeded if it was answered while its client still waited, and is goodput if it also kept its SLO."
            .to_owned(),
        "Contributing causes are observations in order of time. That one came before another does not prove that it \
         led to it."
            .to_owned(),
    ];
    if 0.0 < findings.lines.window {
        said.insert(2, format!("Charts have one value every {}.", number::clock(findings.lines.window)));
    }
    if stamp.replications < 2 {
        said.push("One replication has no intervals: another seed may end otherwise.".to_owned());
    } else {
        said.push(
            "Intervals, in brackets or as bands, hold the mean over all seeds with 95 %; they narrow with more \
             replications."
                .to_owned(),
        );
    }
    said
}

/// The tiers from the edge down: each before those it calls, otherwise as in the file; loops are cut at their first
/// tier in the file.
pub(crate) fn call_order(tiers: &[Tier]) -> Vec<&Tier> {
    let mut order: Vec<&Tier> = Vec::with_capacity(tiers.len());
    let mut left: Vec<&Tier> = tiers.iter().collect();
    while !left.is_empty() {
        let called: BTreeSet<&String> =
            left.iter().flat_map(|t| t.calls.iter().filter(|c| **c != t.name)).collect();
        let next = left.iter().position(|t| !called.contains(&t.name)).unwrap_or(0);
        order.push(left.remove(next));
    }
    order
}
