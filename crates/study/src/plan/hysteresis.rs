//! Hysteresis: at which values of a knob service is healthy, and at which it stays so after an overload.

use super::days::Days;
use super::{Asking, Knob, PlanError, promised, turns};
use crate::gather::measured;
use crate::laid::Laid;
use crate::runs::{Job, Means};
use brownout_analysis::hysteresis::{Hysteresis, Step};
use brownout_scenario::{Level, Measure, On, Overrides};
use brownout_units::Span;

/// More values are thinned: each takes runs of both kinds.
const STEPS_MAX: usize = 24;
/// The overload takes this part of a run …
const PUSHED: u64 = 10;
/// … and promises are about the last of so many: what is between is for coming back.
const PART: u64 = 3;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Push {
    /// How many times its own rate each load has during the overload.
    pub factor: f64,
    /// Runs of each value and kind.
    pub runs: u64,
}

/// Finds it: each value from below, with the loads as they are, and from above, after an overload in the first tenth
/// of the run. Healthy is what keeps all promises in its last third, unless a promise says when.
///
/// # Errors
/// If nothing is promised of single runs, the knob does nothing or makes no valid scenario, or runs stop.
pub fn hysteresis(
    asking: Asking<'_>,
    knob: &Knob,
    push: Push,
    means: Means<'_>,
) -> Result<Hysteresis, PlanError> {
    Ok(ups_and_downs(asking, knob, push, means)?.0)
}

/// The same, with what is laid over the scenario at each value undisturbed, and then after an overload.
pub(crate) fn ups_and_downs(
    asking: Asking<'_>,
    knob: &Knob,
    push: Push,
    means: Means<'_>,
) -> Result<(Hysteresis, Vec<Laid>), PlanError> {
    let overrides = at_the_end(asking, means)?;
    let asking = Asking { overrides: &overrides, ..asking };
    let knob = thinned(knob);
    let up = knob.laid.clone();
    turns(&mut Days::new(asking, means, up.clone()), &knob)?;
    let pushed = pushed(asking, means, push.factor, up.first())?;
    let down = up.iter().map(|laid| laid.iter().chain(&pushed).cloned().collect());
    let laid: Vec<Laid> = up.iter().cloned().chain(down).collect();
    let mut days = Days::new(asking, means, laid.clone());
    let promises = promised(&mut days)?;
    let points = days.points();
    let jobs: Vec<Job> =
        (0..points).flat_map(|point| (1..=push.runs).map(move |seed| (point, seed))).collect();
    days.run(&jobs)?;
    let healthy = |days: &Days<'_>, point: usize| {
        let kept = days.of(point).filter(|(_, day)| day.keeps(&promises)).count();
        (kept as u64, push.runs)
    };
    let step = |(nth, level): (usize, &Level)| Step {
        value: level.shown.clone(),
        number: level.number.unwrap_or(nth as f64),
        up: healthy(&days, nth),
        down: healthy(&days, points / 2 + nth),
    };
    let steps = knob.levels.iter().enumerate().map(step).collect();
    let is_idle = days.is_idle(points / 2 - 1);
    let title = days.case(0)?.scenario.title.clone();
    let unit = measured(knob.levels.first().map_or(Measure::Word, |level| level.measure));
    Ok((Hysteresis { title, knob: knob.name, unit, push: push.factor, is_idle, steps }, laid))
}

/// Some of the values of a knob, both ends among them.
fn thinned(knob: &Knob) -> Knob {
    let (levels, count) = (knob.levels.len(), knob.levels.len().min(STEPS_MAX));
    let places: Vec<usize> = (0..count).map(|nth| nth * (levels - 1) / (count - 1).max(1)).collect();
    Knob {
        name: knob.name.clone(),
        levels: places.iter().map(|at| knob.levels[*at].clone()).collect(),
        laid: places.iter().map(|at| knob.laid[*at].clone()).collect(),
    }
}

/// The overrides, with every promise about the last part of a run.
fn at_the_end(asking: Asking<'_>, means: Means<'_>) -> Result<Overrides, PlanError> {
    let mut days = Days::new(asking, means, vec![Laid::new()]);
    let promises = promised(&mut days)?;
    if promises.iter().any(|promise| promise.on == On::Average) {
        let why = "hysteresis is about single runs, and a promise here is about their average\n\
            hint: --promise \"web.success_rate > 99%\"";
        return Err(PlanError::Wrong(why.to_owned()));
    }
    let duration = days.case(0)?.scenario.model.duration;
    let from = Span::from_nanos(duration.nanos() / PART * (PART - 1));
    let one = |that: &str, when: Option<(Span, Span)>| {
        let (from, to) = when.unwrap_or((from, duration));
        format!("{{ that = {}, when = \"{from}..{to}\" }}", Level::word(that).text)
    };
    let all: Vec<String> =
        promises.iter().map(|promise| one(&promise.expect.that, promise.expect.when)).collect();
    let mut over = asking.overrides.clone();
    over.set.push(("plan.promise".to_owned(), format!("[{}]", all.join(", "))));
    Ok(over)
}

/// What makes the overload: a surge of every load, in place of its own ones.
fn pushed(
    asking: Asking<'_>,
    means: Means<'_>,
    factor: f64,
    first: Option<&Laid>,
) -> Result<Laid, PlanError> {
    let mut days = Days::new(asking, means, first.into_iter().cloned().collect());
    let model = &days.case(0)?.scenario.model;
    let over = Span::from_nanos(model.duration.nanos() / PUSHED);
    let surge = format!("[{{ kind = \"overload\", at = \"0s\", over = \"{over}\", factor = {factor} }}]");
    Ok(model.loads.iter().map(|load| (format!("load.{}.surge", load.name), surge.clone())).collect())
}
