//! When: triggers, symptoms and what happened, line by line.

use super::changes::{Worded, marks};
use super::{harm, symptom};
use crate::happened;
use brownout_analysis::findings::Findings;

/// One line of the timeline.
pub(crate) struct Event {
    /// Seconds since the start.
    pub(crate) at: f64,
    pub(crate) text: String,
}

/// Triggers, symptoms and what happened, in order of time.
pub(crate) fn timeline(findings: &Findings) -> Vec<Event> {
    let mut events = Vec::new();
    for Worded { words, of: mark } in marks(findings) {
        if mark.to > mark.from {
            events.push(Event { at: mark.from, text: format!("{words} begins") });
            events.push(Event { at: mark.to, text: format!("{words} ends") });
        } else {
            events.push(Event { at: mark.from, text: words });
        }
    }
    events.extend(findings.symptoms.iter().map(|departed| Event {
        at: departed.at.mean,
        text: format!("{} leaves its normal range: {}", departed.tier, symptom(&departed.sign)),
    }));
    events.extend(happened::lines(findings));
    events.extend(harmed(findings));
    events.push(Event { at: findings.stamp.simulated_seconds, text: "the run ends".to_owned() });
    events.retain(|e| e.at <= findings.stamp.simulated_seconds);
    events.sort_by(|a, b| a.at.total_cmp(&b.at));
    events
}

/// What users noticed in the first replication: each episode of each operation, and whether it was back to stay.
fn harmed(findings: &Findings) -> Vec<Event> {
    let mut events = Vec::new();
    for operation in &findings.verdict.operations {
        let who = format!("{} {}", operation.class, operation.operation);
        for episode in operation.episodes.get(findings.verdict.shown).into_iter().flatten() {
            let state = episode.spans.iter().find(|span| span.state.is_down()).or(episode.spans.first());
            let word = state.map_or("degraded", |span| harm::word(span.state));
            let again = if episode.relapse { " again: it relapses" } else { "" };
            events.push(Event { at: episode.from, text: format!("users of {who} notice: {word}{again}") });
            if !episode.open {
                events.push(Event { at: episode.to, text: format!("{who} is back") });
            }
        }
    }
    events
}
