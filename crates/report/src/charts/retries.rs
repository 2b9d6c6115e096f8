//! First attempts and retries at the tier that met the most retries.

use super::axis::{Axis, highest, peak};
use super::follow::of_tier;
use super::headline;
use super::kind::Drawing;
use super::one_panel::OnePanel;
use super::panel::Line;
use super::style::{BLUE, VERMILLION};
use crate::Error;
use brownout_analysis::findings::Findings;
use brownout_metrics::tiers::{FIRST_ATTEMPTS, RETRIES};

pub(crate) fn draw(findings: &Findings) -> Result<Option<Drawing>, Error> {
    let met = findings.service.tiers.iter().map(|tier| (tier, of_tier(findings, tier, &RETRIES)));
    let Some((tier, retries)) = met.max_by(|a, b| peak(a.1).total_cmp(&peak(b.1))) else {
        return Ok(None);
    };
    if findings.lines.at.is_empty() || peak(retries) == 0.0 {
        return Ok(None);
    }
    let plain = format!("First attempts and retries at {}", tier.name);
    let title = headline::retries(findings, tier, &plain);
    let lines = [
        ("retries", VERMILLION, retries),
        ("first attempts", BLUE, of_tier(findings, tier, &FIRST_ATTEMPTS)),
    ]
    .map(|(name, color, band)| Line { name: name.to_owned(), color, band });
    let values = Axis::from_zero(highest(lines.iter().map(|l| l.band)), "calls per second", RETRIES.unit);
    let picture = OnePanel { title: &title, height: 260.0, values, lines: lines.into(), others: Vec::new() }
        .draw(findings)?;
    let caption = "No tier met more retries than this one; where they outnumber first attempts, most of its work is \
                   the echo of earlier failures.";
    Ok(Some(Drawing { title, caption: caption.to_owned(), picture }))
}
