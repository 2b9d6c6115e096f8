//! How busy the workers of each tier were over time.

use super::axis::{Axis, peak};
use super::follow::{is_known, of_tier};
use super::headline;
use super::kind::{Body, Plan, View};
use super::one_panel::OnePanel;
use super::panel::Line;
use super::style::DEALT;
use brownout_analysis::findings::{Band, Findings, Tier};
use brownout_metrics::tiers::UTILISATION;

pub(crate) fn plan(view: View<'_>) -> Option<Plan<'_>> {
    let View { of: findings, by } = view;
    let tiers = tiers(findings);
    if findings.lines.at.is_empty() || tiers.is_empty() {
        return None;
    }
    let chosen = busiest(&self::tiers(by));
    let (named, others): (Vec<Busy<'_>>, Vec<Busy<'_>>) =
        tiers.into_iter().partition(|(tier, _)| chosen.contains(&tier.name));
    let lines = named.iter().zip(DEALT);
    let title = headline::busy(findings, "How busy each tier was");
    let panel = OnePanel {
        values: Axis::share("busy workers of all workers"),
        lines: lines
            .map(|((tier, band), color)| Line { name: tier.name.clone(), color, band, dashed: false })
            .collect(),
        others: others.iter().map(|(_, band)| *band).collect(),
    };
    let rest = match others.len() {
        0 => String::new(),
        1 => " The tier that was least busy is grey.".to_owned(),
        n => format!(" The {n} tiers that were less busy are grey."),
    };
    let caption = format!(
        "A tier at 100 % has nothing to spare; one that falls while users wait may be starved by another.{rest}"
    );
    Some(Plan { title, caption, body: Body::One(panel) })
}

/// A tier, and how busy it was.
type Busy<'a> = (&'a Tier, &'a Band);

/// All tiers that have workers, in the order of the file.
fn tiers(findings: &Findings) -> Vec<Busy<'_>> {
    let all = findings.service.tiers.iter().map(|tier| (tier, of_tier(findings, tier, &UTILISATION)));
    all.filter(|(_, band)| is_known(band)).collect()
}

/// As many tiers as there are colours, those with the highest peaks, by name.
fn busiest(tiers: &[Busy<'_>]) -> Vec<String> {
    let mut order: Vec<&Busy<'_>> = tiers.iter().collect();
    order.sort_by(|a, b| peak(b.1).total_cmp(&peak(a.1)));
    order.into_iter().take(DEALT.len()).map(|(tier, _)| tier.name.clone()).collect()
}
