//! How each operation fared over time: a strip of each, from the replication that the verdict speaks of.

use super::strip::{self, Strip, strips};
use crate::number;
use crate::story;
use brownout_analysis::findings::{Findings, OperationVerdict, Reason, State, worst_first};
use brownout_metrics::harm::{MINUTES_DEGRADED, MINUTES_DOWN};
use std::fmt::Write as _;

/// More operations than this are no picture: the worst of them are drawn.
const STRIPS_MAX: usize = 24;

/// The strips of all operations, and which replication they are of; none where nothing was asked, or nothing happened
/// to any operation.
pub(super) fn drawn(findings: &Findings) -> Option<(String, String)> {
    let all = &findings.verdict.operations;
    let shown = findings.verdict.shown;
    if all.iter().all(|operation| operation.episodes.iter().all(Vec::is_empty)) {
        return None;
    }
    let mut order = worst_first(all.iter().filter(|operation| !operation.few).collect());
    let left_out = order.len().saturating_sub(STRIPS_MAX);
    order.truncate(STRIPS_MAX);
    let (from, to) = (findings.stamp.warmup_seconds, findings.stamp.simulated_seconds);
    let rows: Vec<Strip> = order.iter().map(|operation| row(findings, operation, (from, to))).collect();
    let after = if 0.0 < from { ", from the end of the warm-up on" } else { "" };
    let mut said = match findings.stamp.replications {
        1 => format!("How each operation fared over time{after}."),
        n => format!("How each operation fared over time{after}, in replication {} of {n}.", shown + 1),
    };
    if 0 < left_out {
        let _ = write!(said, " {left_out} operations that lost less are left out.");
    }
    Some((strips(&rows, from, to), said))
}

fn row(findings: &Findings, operation: &OperationVerdict, (from, to): (f64, f64)) -> Strip {
    let episodes = operation.episodes.get(findings.verdict.shown).map_or(&[][..], Vec::as_slice);
    let mut spans: Vec<(f64, f64, strip::State)> = Vec::new();
    let mut at = from;
    for episode in episodes {
        spans.push((at, episode.from, strip::State::Served));
        spans.extend(episode.spans.iter().map(|span| (span.from, span.to, state(span.state))));
        at = episode.to;
    }
    // Behind an episode that was open when nothing was asked any more there is nothing to draw.
    if !episodes.last().is_some_and(|last| last.open) {
        spans.push((at, to, strip::State::Served));
    }
    let down = &operation.minutes_down;
    let degraded = findings.values.get(&operation.subject(), &MINUTES_DEGRADED);
    let note = if story::harm::MINUTES_MIN <= down.mean {
        let word = operation.mostly.filter(|state| state.is_down()).map_or("down", story::harm::word);
        format!("{} {word}", number::said(down, MINUTES_DOWN.unit))
    } else if let Some(degraded) = degraded.filter(|e| story::harm::MINUTES_MIN <= e.mean) {
        let word = operation.mostly.filter(|state| !state.is_down()).map_or("degraded", story::harm::word);
        format!("{} {word}", number::said(degraded, MINUTES_DEGRADED.unit))
    } else {
        story::badge(operation.badge).to_owned()
    };
    let relapses = episodes.iter().filter(|episode| episode.relapse).map(|episode| episode.from);
    // Reasons differ where the state that is drawn does not, and a border there would look like a moment of service.
    spans.dedup_by(|next, last| {
        let same = next.2 == last.2 && next.0 <= last.1;
        if same {
            last.1 = next.1;
        }
        same
    });
    Strip {
        label: format!("{} {}", operation.class, operation.operation),
        spans,
        relapses: relapses.collect(),
        note,
    }
}

const fn state(state: State) -> strip::State {
    match state {
        State::Down(Reason::Starved) => strip::State::Starved,
        State::Down(_) => strip::State::Down,
        State::Degraded(_) => strip::State::Degraded,
    }
}
