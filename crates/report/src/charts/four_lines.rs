//! First attempts, all attempts, throughput and goodput over time: what was asked, and what came of it.

use super::axis::{Axis, highest};
use super::kind::Drawing;
use super::one_panel::OnePanel;
use super::panel::Line;
use super::style::{BLUE, GREEN, ORANGE, VERMILLION};
use super::{follow, headline};
use crate::Error;
use brownout_analysis::findings::Findings;
use brownout_metrics::Subject;
use brownout_metrics::clients::{ATTEMPT_RATE, GOODPUT, OFFERED_RATE, THROUGHPUT};

pub(crate) fn draw(findings: &Findings) -> Result<Option<Drawing>, Error> {
    if findings.lines.at.is_empty() {
        return Ok(None);
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
        Line { name: name.to_owned(), color, band }
    });
    let values = Axis::from_zero(
        highest(lines.iter().map(|l| l.band)),
        "attempts or answers per second",
        GOODPUT.unit,
    );
    let picture = OnePanel { title: &title, height: 260.0, values, lines: lines.into(), others: Vec::new() }
        .draw(findings)?;
    let caption = "Where all attempts rise above first attempts, retries add to the load; where goodput falls below \
                   throughput, work was finished too late to be of use.";
    Ok(Some(Drawing { title, caption: caption.to_owned(), picture }))
}
