//! What the run cost, and what was lost by penalties; nothing where nothing has a price.

use crate::number;
use brownout_analysis::findings::Findings;
use brownout_metrics::harm::{PENALTY, PENALTY_PER_MONTH};
use brownout_metrics::replicas::{COST, COST_PER_MONTH};
use brownout_metrics::{Metric, Subject};

/// More tiers than this are in the table of all numbers only.
const TIERS_MAX: usize = 4;

/// What was paid, and what unserved intents cost.
pub(crate) fn money(findings: &Findings) -> Option<String> {
    let said: Vec<String> = [paid(findings), penalties(findings)].into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn penalties(findings: &Findings) -> Option<String> {
    let of = |metric: &Metric| findings.values.get(&Subject::Total, metric).filter(|e| 0.0 < e.mean);
    let (all, month) = (of(&PENALTY)?, of(&PENALTY_PER_MONTH)?);
    let [all, month] = [all, month].map(|estimate| number::estimate(estimate, PENALTY.unit));
    Some(format!("Penalties for what was not served: {all}, {month} a month at that rate."))
}

/// The whole of it, what that is per month, and the tiers that most of it went to.
fn paid(findings: &Findings) -> Option<String> {
    let said = |subject: &Subject, metric: &Metric| {
        let estimate = findings.values.get(subject, metric).filter(|e| 0.0 < e.mean)?;
        Some((estimate.mean, number::estimate(estimate, metric.unit)))
    };
    let (_, all) = said(&Subject::Total, &COST)?;
    let (_, month) = said(&Subject::Total, &COST_PER_MONTH)?;
    let tiers = findings.service.tiers.iter();
    let mut tiers: Vec<(f64, String)> = tiers
        .filter_map(|tier| {
            let (mean, month) = said(&tier.subject(), &COST_PER_MONTH)?;
            Some((mean, format!("{} {month}", tier.name)))
        })
        .collect();
    tiers.sort_by(|a, b| b.0.total_cmp(&a.0));
    let left_out = tiers.len().saturating_sub(TIERS_MAX);
    let mut names: Vec<String> = tiers.into_iter().take(TIERS_MAX).map(|(_, name)| name).collect();
    if 0 < left_out {
        names.push(format!("{left_out} more"));
    }
    Some(format!("Cost: {all} after the warm-up, {month} a month at that rate ({}).", names.join(", ")))
}
