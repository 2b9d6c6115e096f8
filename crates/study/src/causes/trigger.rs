//! What an outage began with: the smallest set of things that happened before it, with which alone it begins.
//!
//! What begins after the onset has not caused it, however much it adds; so it is left out before anything is tried (the
//! prefix test). Of what is left, two that are each enough save nothing one by one, and two that are both needed save
//! everything one by one: only what is enough by itself tells these apart.

use super::nights::Nights;
use crate::PlanError;
use brownout_analysis::Findings;
use brownout_analysis::counterfactual::{SUFFICIENT, Trigger};
use brownout_analysis::findings::{Mark, Outbreak};
use brownout_model::{Arrivals, Model, RateCurve};

/// More things than this before an outage are not tried in all their sets: the last ones are.
const MARKS_MAX: usize = 6;
/// What begins within so many seconds after the onset may have been needed for it: what had begun until then can be a
/// dent that would have been over soon.
const SOON: f64 = 60.0;
/// So many of those are tried.
const AFTER_MAX: usize = 3;
/// Runs of all sets together.
const RUNS_MAX: u64 = 30;
/// Seeds of each, at most.
const SEEDS_MAX: u64 = 3;

/// The trigger of an outbreak; none where nothing had begun before it.
pub(super) fn find(
    nights: &Nights<'_>,
    findings: &Findings,
    outbreak: &Outbreak,
) -> Result<Option<Trigger>, PlanError> {
    let marks = &findings.marks;
    let last = outbreak.triggers.iter().map(|at| marks[*at].from).fold(outbreak.from, f64::max);
    let within = |from: f64, to: f64| {
        let met = marks.iter().enumerate().filter(|(_, mark)| !mark.unmet);
        met.filter(move |(_, mark)| from < mark.from && mark.from <= to).map(|(at, _)| at).collect::<Vec<_>>()
    };
    let mut before = within(f64::NEG_INFINITY, last);
    before.drain(..before.len().saturating_sub(MARKS_MAX));
    if before.is_empty() {
        return Ok(None);
    }
    let mut after = within(last, outbreak.to.min(last + SOON));
    after.truncate(AFTER_MAX);
    let most = before.len() + after.len();
    let seeds = (RUNS_MAX / (2 + after.len() + most + pairs_of(most)) as u64).clamp(1, SEEDS_MAX);
    let harm = |sets: &[Vec<usize>]| -> Result<Vec<f64>, PlanError> {
        let model = |kept: &Vec<usize>| nights.of(with_only(&nights.case.scenario.model, marks, kept));
        let cases: Vec<_> = sets.iter().map(model).collect();
        Ok(nights.apart(&cases, seeds)?.iter().map(|findings| nights.harm(findings)).collect())
    };
    let mut ends = harm(&prefixes(&before, &after))?;
    let (nothing, most) = (ends.remove(0), ends.last().copied().unwrap_or(0.0));
    // What began as it was under way has begun it only where all before that would have been over soon.
    let enough_of = ends.iter().position(|harm| SUFFICIENT * most <= *harm).unwrap_or(0);
    before.extend(&after[..enough_of]);
    let all = ends[enough_of];
    let pairs: Vec<Vec<usize>> = pairs(&before);
    let singles: Vec<Vec<usize>> = before.iter().map(|at| vec![*at]).collect();
    let innocent = |sets: &[Vec<usize>]| -> Vec<usize> {
        before.iter().copied().filter(|at| !sets.iter().flatten().any(|of| of == at)).collect()
    };
    let told = |sets: Vec<Vec<usize>>| Some(Trigger { innocent: innocent(&sets), sets, seeds });
    if all <= 0.0 {
        return Ok(None);
    }
    if SUFFICIENT * all <= nothing {
        return Ok(told(Vec::new()));
    }
    if before.len() == 1 {
        return Ok(told(singles));
    }
    let enough = |sets: Vec<Vec<usize>>, harms: Vec<f64>| -> Vec<Vec<usize>> {
        let all = sets.into_iter().zip(harms).filter(|(_, harm)| SUFFICIENT * all <= *harm);
        all.map(|(set, _)| set).collect()
    };
    let harms = harm(&singles)?;
    let mut sets = enough(singles, harms);
    if sets.is_empty() && 2 < before.len() {
        let harms = harm(&pairs)?;
        sets = enough(pairs, harms);
    }
    if sets.is_empty() {
        sets.push(before.clone());
    }
    Ok(told(sets))
}

/// Nothing, what had begun before, and that with what began next, one after the other.
fn prefixes(before: &[usize], after: &[usize]) -> Vec<Vec<usize>> {
    let longer = (0..=after.len()).map(|many| [before, &after[..many]].concat());
    std::iter::once(Vec::new()).chain(longer).collect()
}

/// How many pairs there are of so many.
const fn pairs_of(many: usize) -> usize {
    many * many.saturating_sub(1) / 2
}

fn pairs(of: &[usize]) -> Vec<Vec<usize>> {
    let pair = |(at, one): (usize, &usize)| of[at + 1..].iter().map(|other| vec![*one, *other]).collect();
    of.iter().enumerate().flat_map(|(at, one)| -> Vec<Vec<usize>> { pair((at, one)) }).collect()
}

/// The model with none of its marks but some. What operators do, and what comes by chance, stays.
fn with_only(model: &Model, marks: &[Mark], kept: &[usize]) -> Model {
    let mut model = model.clone();
    let dropped = |mark: &Mark| !kept.iter().any(|at| marks[*at].name == mark.name);
    for mark in marks.iter().filter(|mark| dropped(mark)) {
        if mark.change.is_some() {
            model.changes.retain(|change| change.name != mark.name);
        } else {
            flatten(&mut model, mark);
        }
    }
    model
}

/// A load without its rise: it stays at the rate that it has at the end of the warm-up, above which a rise is one.
fn flatten(model: &mut Model, mark: &Mark) {
    let name = mark.name.strip_prefix("load.");
    let warmup = model.warmup.as_secs_f64();
    for load in model.loads.iter_mut().filter(|load| name == Some(load.name.as_str())) {
        if let Arrivals::Open { rate, .. } = &mut load.arrivals {
            // Over one second around that instant, or the half of it that there is.
            let at = rate.integral(warmup + 0.5) - rate.integral((warmup - 0.5).max(0.0));
            *rate = RateCurve::constant(at / (0.5 + warmup.min(0.5)));
        }
    }
}
