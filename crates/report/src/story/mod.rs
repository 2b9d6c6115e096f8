//! What the pages say in words: the same sentences for HTML and Markdown, not yet escaped for either.
//!
//! Why it happened, how it ended and when is in a file each; here is what the others stand on.

mod causes;
mod ending;
mod names;
mod timeline;

pub(crate) use causes::{causes, detection, triggers};
pub(crate) use ending::{basis, by_class, resolution};
pub(crate) use names::{badge, reason};
pub(crate) use timeline::{Event, timeline};

use crate::number;
use brownout_analysis::findings::{Findings, TierFinding};
use brownout_stats::Estimate;
use std::collections::BTreeSet;

/// What follows within so many seconds follows at once.
const AT_ONCE: f64 = 1.0;

/// Whether it took no time that is worth a number.
pub(crate) fn is_at_once(after: &Estimate) -> bool {
    after.mean < AT_ONCE
}

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
        format!("Charts have one value every {}.", number::clock(findings.series.window)),
        "An intent succeeded if it was answered while its client still waited, and is goodput if it also kept its SLO."
            .to_owned(),
        "Contributing causes are observations in order of time. That one came before another does not prove that it \
         led to it."
            .to_owned(),
    ];
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
pub(crate) fn call_order(tiers: &[TierFinding]) -> Vec<&String> {
    let mut order: Vec<&String> = Vec::with_capacity(tiers.len());
    let mut left: Vec<&TierFinding> = tiers.iter().collect();
    while !left.is_empty() {
        let called: BTreeSet<&String> =
            left.iter().flat_map(|t| t.calls.iter().filter(|c| **c != t.name)).collect();
        let next = left.iter().position(|t| !called.contains(&t.name)).unwrap_or(0);
        order.push(&left.remove(next).name);
    }
    order
}

/// Tiers with an onset, the earliest first.
fn broken(findings: &Findings) -> Vec<&TierFinding> {
    let onset = |t: &TierFinding| t.onset.as_ref().map_or(f64::INFINITY, |o| o.at.mean);
    let mut tiers: Vec<&TierFinding> = findings.tiers.iter().filter(|t| t.onset.is_some()).collect();
    tiers.sort_by(|a, b| onset(a).total_cmp(&onset(b)));
    tiers
}
