//! When: triggers, onsets and what happened, line by line.

use super::broken;
use crate::happened;
use brownout_analysis::findings::Findings;

/// One line of the timeline.
pub(crate) struct Event {
    /// Seconds since the start.
    pub(crate) at: f64,
    pub(crate) text: String,
}

/// Triggers, onsets and what happened, in order of time.
pub(crate) fn timeline(findings: &Findings) -> Vec<Event> {
    let mut events = Vec::new();
    for mark in &findings.marks {
        if mark.to > mark.from {
            events.push(Event { at: mark.from, text: format!("{} begins", mark.label) });
            events.push(Event { at: mark.to, text: format!("{} ends", mark.label) });
        } else {
            events.push(Event { at: mark.from, text: mark.label.clone() });
        }
    }
    for tier in broken(findings) {
        let onset = tier.onset.as_ref().expect("a broken tier has an onset");
        events.push(Event {
            at: onset.at.mean,
            text: format!("{} leaves its normal range: {}", tier.name, onset.symptom),
        });
    }
    events.extend(happened::lines(findings));
    events.push(Event { at: findings.stamp.simulated_seconds, text: "the run ends".to_owned() });
    events.retain(|e| e.at <= findings.stamp.simulated_seconds);
    events.sort_by(|a, b| a.at.total_cmp(&b.at));
    events
}
