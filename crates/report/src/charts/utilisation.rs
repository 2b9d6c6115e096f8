//! How busy the workers of each tier were over time.

use super::axis::{Axis, peak};
use super::kind::Drawing;
use super::one_panel::OnePanel;
use super::panel::Line;
use super::style::DEALT;
use crate::Error;
use brownout_analysis::findings::{Findings, TierSeries};

pub(crate) fn draw(findings: &Findings) -> Result<Option<Drawing>, Error> {
    let series = &findings.series;
    let known = |t: &&TierSeries| t.utilisation.mean.iter().any(|v| v.is_finite());
    let tiers: Vec<&TierSeries> = series.tiers.iter().filter(known).collect();
    if series.at.is_empty() || tiers.is_empty() {
        return Ok(None);
    }
    let (named, others) = busiest(&tiers);
    let lines = named.iter().zip(DEALT);
    let title = "How busy each tier was";
    let svg = OnePanel {
        title,
        height: 300.0,
        values: Axis::share("busy workers of all workers"),
        lines: lines.map(|(t, color)| Line { name: t.name.clone(), color, band: &t.utilisation }).collect(),
        others: others.iter().map(|t| &t.utilisation).collect(),
    }
    .draw(findings)?;
    let rest = match others.len() {
        0 => String::new(),
        1 => " The tier that was least busy is grey.".to_owned(),
        n => format!(" The {n} tiers that were less busy are grey."),
    };
    let caption = format!(
        "A tier at 100 % has nothing to spare; one that falls while users wait may be starved by another.{rest}"
    );
    Ok(Some(Drawing { title: title.to_owned(), caption, svg }))
}

/// As many tiers as there are colours, those with the highest peaks, in the order of the file; and the others.
fn busiest<'a>(tiers: &[&'a TierSeries]) -> (Vec<&'a TierSeries>, Vec<&'a TierSeries>) {
    let mut order: Vec<usize> = (0..tiers.len()).collect();
    order.sort_by(|&a, &b| peak(&tiers[b].utilisation).total_cmp(&peak(&tiers[a].utilisation)));
    let first = &order[..order.len().min(DEALT.len())];
    let (named, others): (Vec<_>, Vec<_>) = tiers.iter().enumerate().partition(|(i, _)| first.contains(i));
    (named.into_iter().map(|(_, t)| *t).collect(), others.into_iter().map(|(_, t)| *t).collect())
}
