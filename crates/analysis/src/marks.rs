//! The trigger: what the scenario itself does to the service, as spans worth marking in a chart.

use crate::what::What;
use brownout_model::{Arrivals, Cause, Change, ChangeId, Effect, Load, Model, PathSet, RateCurve};
use serde::{Deserialize, Serialize};

/// A base rate that rises above this many times its value at the end of the warm-up is a surge.
const SURGE: f64 = 1.5;

/// A span worth marking in a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// The change of the model, the first of those that are one mark together; none for a rise of a load's rate.
    pub change: Option<ChangeId>,
    /// The stable name of that change: `fault.0`; of a rise the name of its load: `load.web`.
    pub name: String,
    /// Seconds since the start of the run.
    pub from: f64,
    /// Seconds since the start of the run.
    pub to: f64,
    /// Surge or fault.
    pub kind: MarkKind,
    /// What happens, and to what.
    pub what: What,
    /// No call can meet it: it happens where nothing is asked.
    #[serde(default)]
    pub unmet: bool,
}

/// What a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkKind {
    /// Extra users.
    Surge,
    /// Something went wrong.
    Fault,
    /// A key of the scenario got another value before anything else happened.
    Override,
}

/// Surges and faults of a model, in order of time; those of one instant in the order of the model.
pub(crate) fn marks(model: &Model) -> Vec<Mark> {
    let duration = model.duration.as_secs_f64();
    // Each replication asks again, and where nothing changes there is nothing to meet.
    let visits = if model.changes.is_empty() { Vec::new() } else { model.visits() };
    let mark = |change, kind| mark(model, &visits, change, kind);
    let scheduled = model.faults().filter(|fault| fault.cause == Cause::Schedule);
    let faults = scheduled.filter_map(|fault| mark(fault, MarkKind::Fault));
    // A surge without users changes nothing: `factor = 1` asks what the night would have been without it.
    let extra =
        model.changes.iter().filter(|change| matches!(change.effect, Effect::Surge { users: 1.., .. }));
    let surges = extra.filter_map(|surge| mark(surge, MarkKind::Surge));
    let overrides = model.changes.iter().filter(|change| change.is_override() && model.is_trigger(change));
    let overrides = overrides.map(|change| Mark {
        what: What::Set { title: change.title.clone().unwrap_or_else(|| change.name.clone()) },
        change: Some(change.id),
        name: change.name.clone(),
        from: change.when.at.as_secs_f64(),
        to: change.when.at.saturating_add(change.when.lasts).as_secs_f64(),
        kind: MarkKind::Override,
        unmet: !model.is_met(change, &visits),
    });
    let rises = model.loads.iter().filter_map(|load| rise(model, load));
    let mut marks: Vec<Mark> = faults.chain(surges).chain(overrides).chain(rises).collect();
    marks.retain(|mark| mark.from < duration);
    for mark in &mut marks {
        mark.to = mark.to.min(duration);
    }
    // What happens to a whole region is one mark, and is met if it is at any of its tiers: that one stays.
    marks.sort_by(|a, b| a.from.total_cmp(&b.from).then(a.unmet.cmp(&b.unmet)));
    let same = |a: &Mark, b: &Mark| a.to.total_cmp(&b.to).is_eq() && a.kind == b.kind && a.what == b.what;
    distinct(marks, |mark| mark.from, same)
}

/// Those that differ, of what is in order of time: what happens to a whole region is one change for each of its tiers,
/// and one thing to be shown.
pub(crate) fn distinct<T>(all: Vec<T>, from: impl Fn(&T) -> f64, same: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let mut kept: Vec<T> = Vec::new();
    for one in all {
        let mut together = kept.iter().rev().take_while(|other| from(other).total_cmp(&from(&one)).is_eq());
        if !together.any(|other| same(other, &one)) {
            kept.push(one);
        }
    }
    kept
}

fn mark(model: &Model, visits: &[PathSet], change: &Change, kind: MarkKind) -> Option<Mark> {
    let from = change.when.at.as_secs_f64();
    let (to, name) = (from + change.when.lasts.as_secs_f64(), change.name.clone());
    let unmet = !model.is_met(change, visits);
    Some(Mark { change: Some(change.id), name, from, to, kind, what: What::of(model, change)?, unmet })
}

/// Where the rate of an open load is far above what it is when the measurement begins.
fn rise(model: &Model, load: &Load) -> Option<Mark> {
    let Arrivals::Open { rate, .. } = &load.arrivals else { return None };
    let (warmup, duration) = (model.warmup.as_secs_f64(), model.duration.as_secs_f64());
    let usual = at(rate, warmup);
    let steps = 2000;
    let time = |step: i32| warmup + (duration - warmup) * f64::from(step) / f64::from(steps);
    let above: Vec<f64> = (0..=steps).map(time).filter(|&t| SURGE * usual < at(rate, t)).collect();
    let (from, to) = (*above.first()?, *above.last()?);
    let peak = above.iter().map(|&t| at(rate, t)).fold(0.0, f64::max);
    // Results have no word for a number that is not finite, which a rate of almost nothing would lead to.
    let factor = (peak / usual).min(f64::MAX);
    let (name, what) = (format!("load.{}", load.name), What::Rise { load: load.name.clone(), factor });
    (0.0 < usual).then_some(Mark { change: None, name, from, to, kind: MarkKind::Surge, what, unmet: false })
}

/// The rate at an instant.
fn at(curve: &RateCurve, time: f64) -> f64 {
    let points = &curve.0;
    let after = points.partition_point(|(t, _)| t.as_secs_f64() <= time);
    match (after.checked_sub(1).map(|at| points[at]), points.get(after)) {
        (None, first) => first.map_or(0.0, |p| p.1),
        (Some(last), None) => last.1,
        (Some((t0, y0)), Some(&(t1, y1))) => {
            let (t0, t1) = (t0.as_secs_f64(), t1.as_secs_f64());
            y0 + (y1 - y0) * (time - t0) / (t1 - t0).max(1e-9)
        }
    }
}
