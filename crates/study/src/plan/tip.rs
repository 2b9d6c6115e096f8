//! Where a knob tips the service over, and how that spreads over days.

use super::bound::terms;
use super::days::Days;
use super::{Asking, Knob, PlanError, promised, turns};
use crate::runs::{Job, Means};
use brownout_analysis::answer::{Tip, Tipped, Tipping};
use brownout_plan::{Known, TippingQuantile, drive, tipping};

/// Finds it: the value from which on a day does not keep the promises, for the day in the middle, for one in ten
/// and nine in ten of `seeds` days.
///
/// # Errors
/// If nothing is promised, the knob does nothing or makes no valid scenario, there are fewer than 12 days, or runs
/// stop.
pub fn tips(
    asking: Asking<'_>,
    knob: &Knob,
    seeds: usize,
    confidence: f64,
    means: Means<'_>,
) -> Result<Tipping, PlanError> {
    if seeds < 12 {
        return Err(PlanError::Wrong(format!(
            "{seeds} days do not bound a median\nhint: 12 or more; 40 are usual"
        )));
    }
    let mut days = Days::new(asking, means, knob.laid.clone());
    let promises = promised(&mut days)?;
    turns(&mut days, knob)?;
    let asked = brownout_plan::Tipping {
        levels: knob.levels.len(),
        seeds,
        confidence,
        quantiles: vec![0.5, 0.1, 0.9],
    };
    let mut known: Known<bool> = Known::new();
    let found = drive(
        &mut known,
        |known| tipping(known, &asked),
        |wanted: &[Job]| {
            days.run(wanted)?;
            let all = |job: &Job| !days.day(*job).holds.iter().all(|holds| *holds);
            Ok::<_, PlanError>(wanted.iter().map(all).collect())
        },
    )?;
    let shown = |level: usize| knob.levels.get(level).map(|level| level.shown.clone());
    let tip = |quantile: &TippingQuantile| Tip {
        at: shown(quantile.level),
        above: quantile.level.checked_sub(1).and_then(shown),
        // A day that tips at a level has not at the one below.
        low: quantile.low.and_then(|low| low.checked_sub(1)).and_then(shown),
        high: quantile.high.and_then(shown),
    };
    let [median, early, late] = &found.quantiles[..] else { unreachable!("three were asked for") };
    let last = days.points() - 1;
    // Where no day changes between the ends, it may be that none can.
    if median.level == 0 || knob.levels.len() <= median.level {
        days.run(&[(0, 1), (last, 1)])?;
    }
    let cumulative = cumulative(&days, knob, found.seeds);
    Ok(Tipping {
        is_sharp: early.level == late.level,
        is_idle: days.is_idle(last),
        median: tip(median),
        early: tip(early),
        late: tip(late),
        days: found.seeds,
        cumulative,
        is_fixed: days.is_fixed(),
        runs: days.runs(),
        terms: terms(&days.case(0)?.scenario, knob, &promises, 0.5, confidence),
    })
}

/// Of each value that was run: how many of the first `seeds` days have tipped over there, as far as that follows from
/// the values at which each was run.
fn cumulative(days: &Days<'_>, knob: &Knob, seeds: usize) -> Vec<Tipped> {
    // Of each day: the lowest level at which it has tipped over, and the highest at which it has not.
    let mut brackets = vec![(usize::MAX, None); seeds];
    let mut levels = Vec::new();
    for level in 0..knob.levels.len() {
        let mut any = false;
        for (seed, day) in days.of(level) {
            any = true;
            let Some(bracket) = (seed as usize).checked_sub(1).and_then(|at| brackets.get_mut(at)) else {
                continue;
            };
            if day.holds.iter().all(|holds| *holds) {
                bracket.1 = Some(level);
            } else {
                bracket.0 = bracket.0.min(level);
            }
        }
        levels.extend(any.then_some(level));
    }
    let tipped = |level: usize| {
        let has = |bracket: &&(usize, Option<usize>)| bracket.0 <= level;
        let tipped = brackets.iter().filter(has).count();
        let not = brackets.iter().filter(|bracket| level < bracket.0 && Some(level) <= bracket.1).count();
        let value = &knob.levels[level];
        Tipped { value: value.shown.clone(), number: value.number, tipped, open: seeds - tipped - not }
    };
    levels.into_iter().map(tipped).collect()
}
