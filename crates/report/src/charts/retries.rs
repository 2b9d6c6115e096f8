//! First attempts and retries at the tier that met the most retries.

use super::axis::{Axis, highest, peak};
use super::follow::of_tier;
use super::headline;
use super::kind::{Body, Plan, View};
use super::one_panel::OnePanel;
use super::panel::Line;
use super::style::{BLUE, VERMILLION};
use brownout_metrics::tiers::{FIRST_ATTEMPTS, RETRIES};

pub(crate) fn plan(view: View<'_>) -> Option<Plan<'_>> {
    let View { of: findings, by } = view;
    let met = by.service.tiers.iter().map(|tier| (tier, of_tier(by, tier, &RETRIES)));
    let (tier, most) = met.max_by(|a, b| peak(a.1).total_cmp(&peak(b.1)))?;
    if findings.lines.at.is_empty() || peak(most) == 0.0 {
        return None;
    }
    let retries = of_tier(findings, tier, &RETRIES);
    let plain = format!("First attempts and retries at {}", tier.name);
    let title = headline::retries(findings, tier, &plain);
    let lines = [
        ("retries", VERMILLION, retries),
        ("first attempts", BLUE, of_tier(findings, tier, &FIRST_ATTEMPTS)),
    ]
    .map(|(name, color, band)| Line { name: name.to_owned(), color, band, dashed: false });
    let values = Axis::from_zero(highest(lines.iter().map(|l| l.band)), "calls per second", RETRIES.unit);
    let caption = "No tier met more retries than this one; where they outnumber first attempts, most of its work is \
                   the echo of earlier failures.";
    let body = Body::One(OnePanel { values, lines: lines.into(), others: Vec::new() });
    Some(Plan { title, caption: caption.to_owned(), body })
}
