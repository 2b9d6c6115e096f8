//! How busy the workers of each tier were over time.

use super::axis::{Axis, peak};
use super::follow::{is_known, of_tier};
use super::headline;
use super::kind::Drawing;
use super::one_panel::OnePanel;
use super::panel::Line;
use super::style::DEALT;
use crate::Error;
use brownout_analysis::findings::{Band, Findings, Tier};
use brownout_metrics::tiers::UTILISATION;

pub(crate) fn draw(findings: &Findings) -> Result<Option<Drawing>, Error> {
    let all = findings.service.tiers.iter().map(|tier| (tier, of_tier(findings, tier, &UTILISATION)));
    let tiers: Vec<Busy<'_>> = all.filter(|(_, band)| is_known(band)).collect();
    if findings.lines.at.is_empty() || tiers.is_empty() {
        return Ok(None);
    }
    let (named, others) = busiest(&tiers);
    let lines = named.iter().zip(DEALT);
    let title = headline::busy(findings, "How busy each tier was");
    let picture = OnePanel {
        title: &title,
        height: 260.0,
        values: Axis::share("busy workers of all workers"),
        lines: lines.map(|((tier, band), color)| Line { name: tier.name.clone(), color, band }).collect(),
        others: others.iter().map(|(_, band)| *band).collect(),
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
    Ok(Some(Drawing { title, caption, picture }))
}

/// A tier, and how busy it was.
type Busy<'a> = (&'a Tier, &'a Band);

/// As many tiers as there are colours, those with the highest peaks, in the order of the file; and the others.
fn busiest<'a>(tiers: &[Busy<'a>]) -> (Vec<Busy<'a>>, Vec<Busy<'a>>) {
    let mut order: Vec<usize> = (0..tiers.len()).collect();
    order.sort_by(|&a, &b| peak(tiers[b].1).total_cmp(&peak(tiers[a].1)));
    let first = &order[..order.len().min(DEALT.len())];
    let (named, others): (Vec<_>, Vec<_>) = tiers.iter().enumerate().partition(|(i, _)| first.contains(i));
    (named.into_iter().map(|(_, one)| *one).collect(), others.into_iter().map(|(_, one)| *one).collect())
}
