//! First attempts and retries at the tier that met the most retries.

use super::axis::{Axis, highest, peak};
use super::kind::Drawing;
use super::one_panel::OnePanel;
use super::panel::Line;
use super::style::{BLUE, VERMILLION};
use crate::Error;
use crate::number::Unit;
use brownout_analysis::findings::Findings;

pub(crate) fn draw(findings: &Findings) -> Result<Option<Drawing>, Error> {
    let tiers = &findings.series.tiers;
    let Some(tier) = tiers.iter().max_by(|a, b| peak(&a.retries).total_cmp(&peak(&b.retries))) else {
        return Ok(None);
    };
    if findings.series.at.is_empty() || peak(&tier.retries) == 0.0 {
        return Ok(None);
    }
    let title = format!("First attempts and retries at {}", tier.name);
    let lines = [("retries", VERMILLION, &tier.retries), ("first attempts", BLUE, &tier.first_attempts)]
        .map(|(name, color, band)| Line { name: name.to_owned(), color, band });
    let values = Axis::from_zero(highest(lines.iter().map(|l| l.band)), Unit::Count, "calls per second");
    let svg = OnePanel { title: &title, height: 260.0, values, lines: lines.into(), others: Vec::new() }
        .draw(findings)?;
    let caption = "No tier met more retries than this one; where they outnumber first attempts, most of its work is \
                   the echo of earlier failures.";
    Ok(Some(Drawing { title, caption: caption.to_owned(), svg }))
}
