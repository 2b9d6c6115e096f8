//! First attempts, all attempts, throughput and goodput over time: what was asked, and what came of it.

use super::axis::{Axis, highest};
use super::kind::{Body, Plan, View};
use super::one_panel::OnePanel;
use super::panel::Line;
use super::style::{BLUE, GREEN, ORANGE, VERMILLION};
use super::{follow, headline};
use brownout_metrics::Subject;
use brownout_metrics::clients::{ATTEMPT_RATE, GOODPUT, OFFERED_RATE, THROUGHPUT};

pub(crate) fn plan(view: View<'_>) -> Option<Plan<'_>> {
    let findings = view.of;
    if findings.lines.at.is_empty() {
        return None;
    }
    let title = headline::attempts(findings, "What was asked, and what was answered");
    let lines = [
        ("all attempts", VERMILLION, &ATTEMPT_RATE),
        ("first attempts", BLUE, &OFFERED_RATE),
        ("throughput", ORANGE, &THROUGHPUT),
        ("goodput", GREEN, &GOODPUT),
    ]
    .map(|(name, color, metric)| {
        let band = follow::line(findings, &Subject::Total, metric);
        Line { name: name.to_owned(), color, band, dashed: false }
    });
    let values = Axis::from_zero(
        highest(lines.iter().map(|l| l.band)),
        "attempts or answers per second",
        GOODPUT.unit,
    );
    let caption = "Where all attempts rise above first attempts, retries add to the load; where goodput falls below \
                   throughput, work was finished too late to be of use.";
    let body = Body::One(OnePanel { values, lines: lines.into(), others: Vec::new() });
    Some(Plan { title, caption: caption.to_owned(), body })
}
