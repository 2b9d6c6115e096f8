//! Why a night went as it did: the same seeds without what began it, with what might have helped, and with one thing
//! changed at the moment when the trigger was over.
//!
//! All of it is more runs of the scenario, on the lab's jobs and from its store. They stay within budgets, so that a
//! report with its causes takes minutes where the run took seconds, and no more.

mod cures;
mod elements;
mod held;
mod nights;
mod trigger;

use crate::runs::Means;
use crate::{Asking, Case, PlanError};
use brownout_analysis::counterfactual::Counterfactuals;
use brownout_analysis::{Findings, ranked};
use brownout_metrics::Badge;
use brownout_scenario::Overrides;
use elements::elements;
use nights::Nights;

/// Runs that confirm a cure.
const SEEDS: u64 = 10;

/// About how many runs it takes to ask why.
pub const WHY_RUNS: u64 = 130;

/// Findings of some cases with what other runs say about them: of the first one, and of the one among several that
/// fared best, where it was harmed, too.
///
/// # Errors
/// As [`causes`].
pub fn explained(
    asking: Asking<'_>,
    cases: &[Case],
    mut findings: Vec<Findings>,
    means: Means<'_>,
) -> Result<Vec<Findings>, PlanError> {
    let all: Vec<&Findings> = findings.iter().collect();
    let best = ranked(&all).first().map_or(0, |best| best.at);
    let mut asked = vec![0, best];
    asked.dedup();
    for at in asked {
        let overrides = Overrides { variant: cases[at].scenario.variant.clone(), ..asking.overrides.clone() };
        let asking = Asking { document: asking.document, overrides: &overrides };
        findings[at].counterfactuals = causes(asking, &cases[at], &findings[at], means)?;
    }
    Ok(findings)
}

/// What other runs say about the operation of a case that fared worst; none where none was harmed.
///
/// `case` is what `asking` compiles to, and `findings` are of its runs.
///
/// # Errors
/// If a run breaks, or runs stop.
pub fn causes(
    asking: Asking<'_>,
    case: &Case,
    findings: &Findings,
    means: Means<'_>,
) -> Result<Option<Counterfactuals>, PlanError> {
    let verdict = &findings.verdict;
    let Some(worst) = verdict.worst().filter(|_| Badge::Dented < verdict.badge) else { return Ok(None) };
    let nights = Nights::run(case, worst.subject(), SEEDS, means)?;
    let Some(outbreak) = worst.outbreak() else { return Ok(None) };
    let trigger = trigger::find(&nights, findings, outbreak)?;
    let elements = elements(asking, case, findings, outbreak);
    let (cures, vain) = cures::find(&nights, &elements)?;
    let held = held::find(&nights, asking, findings, outbreak, &elements)?;
    let operation = worst.subject();
    Ok(Some(Counterfactuals { operation, trigger, cures, vain, held, runs: nights.runs() }))
}
