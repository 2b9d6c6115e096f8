//! The tiers whose replicas are language models: which of them a chart shows, and what was promised of their tokens.

use super::axis::peak;
use super::follow;
use super::kind::View;
use crate::number;
use brownout_analysis::findings::{Band, Findings, Path, Tier};
use brownout_metrics::tiers::ARRIVALS;
use brownout_metrics::tokens::OUTPUT_TOKENS;
use brownout_metrics::{Metric, Subject, Unit};

/// More tiers than this are a wall of panels; the ones that generated most are drawn.
const FLEETS_MAX: usize = 4;
/// More dashed lines than this in a panel hide its data.
const PROMISES_MAX: usize = 3;

/// One of them over time.
pub(crate) struct Fleet<'a> {
    pub(crate) tier: &'a Tier,
    findings: &'a Findings,
}

/// Those to draw, in the order of the file, and how many are left out.
pub(crate) fn fleets(view: View<'_>) -> (Vec<Fleet<'_>>, usize) {
    if view.of.lines.at.is_empty() {
        return (Vec::new(), 0);
    }
    let mut order = all(view.by);
    let left_out = order.len().saturating_sub(FLEETS_MAX);
    let generated = |fleet: &Fleet<'_>| peak(fleet.line(&OUTPUT_TOKENS));
    order.sort_by(|a, b| generated(b).total_cmp(&generated(a)));
    order.truncate(FLEETS_MAX);
    let is_drawn = |fleet: &Fleet<'_>| order.iter().any(|one| one.tier.name == fleet.tier.name);
    (all(view.of).into_iter().filter(is_drawn).collect(), left_out)
}

/// All of them, in the order of the file.
fn all(findings: &Findings) -> Vec<Fleet<'_>> {
    let tiers = findings.service.tiers.iter().filter(|tier| tier.tokens);
    tiers.map(|tier| Fleet { tier, findings }).collect()
}

/// What a caption says of the tiers that are not drawn.
pub(crate) fn rest(left_out: usize) -> String {
    match left_out {
        0 => String::new(),
        1 => " The tier that generated least is left out.".to_owned(),
        n => format!(" The {n} tiers that generated least are left out."),
    }
}

impl<'a> Fleet<'a> {
    /// A metric of this tier over time.
    pub(crate) fn line(&self, metric: &Metric) -> &'a Band {
        follow::of_tier(self.findings, self.tier, metric)
    }

    /// The different promises of the operations that came here, each in seconds and with its name, the strictest first.
    pub(crate) fn promises(&self, what: &str, of: impl Fn(&Path) -> Option<f64>) -> Vec<(f64, String)> {
        let came = |path: &&Path| {
            let (class, operation) = (path.class.clone(), path.operation.clone());
            let here = Subject::TierPath { tier: self.tier.name.clone(), class, operation };
            self.findings.values.get(&here, &ARRIVALS).is_some_and(|rate| 0.0 < rate.mean)
        };
        let paths = self.findings.service.paths.iter().filter(came);
        let mut promised: Vec<(f64, &str)> = paths
            .filter_map(|path| {
                let seconds = of(path)?;
                (seconds.is_finite() && 0.0 < seconds).then_some((seconds, path.operation.as_str()))
            })
            .collect();
        promised.sort_by(|a, b| a.0.total_cmp(&b.0));
        promised.dedup_by(|a, b| a.0.total_cmp(&b.0).is_eq());
        promised.truncate(PROMISES_MAX);
        let alone = promised.len() < 2;
        let name = |(seconds, operation): (f64, &str)| {
            let whose = if alone { what } else { operation };
            (seconds, format!("{whose} {}", number::plain(seconds, Unit::Seconds)))
        };
        promised.into_iter().map(name).collect()
    }
}
