//! What is planned to happen in a run, with its instants, before it is run; and what cannot happen within it.

use crate::what::What;
use brownout_model::{Arrivals, Cause, Change, ControllerBody, Effect, Model, Operator, Start};
use serde::Serialize;

/// Something that is planned.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Planned {
    /// Its name: `fault.0`, `controller.oncall.step.2`; of stages that of the load.
    pub name: String,
    /// What it is, or what sets it off.
    pub how: How,
    /// What it does; none where `title` says it.
    pub what: Option<What>,
    /// As the file or the override calls it.
    pub title: Option<String>,
    /// When it is due, in seconds since the start of the run: if chance or a condition decides, not before that.
    pub due: f64,
    /// From when it is due until it takes effect, in seconds, on average; 0: at once.
    pub lag: f64,
    /// … and then until new replicas serve.
    pub boot: f64,
    /// When it is over, in seconds; none: it stays, or lasts as long as chance says.
    pub until: Option<f64>,
    /// Whether it takes effect, and ends, before the run does.
    pub fits: Fits,
}

/// What sets something off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// The clock.
    Clock,
    /// An override.
    Override,
    /// Chance, or chaos.
    Chance,
    /// A condition.
    Condition,
    /// A step of an operator at a fixed time.
    Step,
    /// A step of an operator when a condition holds.
    StepWhen,
}

/// Whether something happens within the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fits {
    /// As a whole.
    Whole,
    /// The end of the run cuts it short.
    Cut,
    /// It cannot begin to have an effect.
    Never,
}

/// Everything that is planned, in order of time.
pub fn plan(model: &Model) -> Vec<Planned> {
    let by_change = model.changes.iter().filter_map(|change| change_of(model, change));
    let stages = model.loads.iter().filter_map(|load| stages(model, load));
    let operators = model.controllers.iter().filter_map(|controller| match &controller.body {
        ControllerBody::Operator(operator) => Some(steps(model, operator)),
        _ => None,
    });
    let mut all: Vec<Planned> = by_change.chain(stages).chain(operators.flatten()).collect();
    all.sort_by(|a, b| (a.due + a.lag).total_cmp(&(b.due + b.lag)));
    all
}

/// The one rule over all kinds: nothing begins at the end of the run or after it, and what lasts longer is cut short.
fn fits(model: &Model, begins: f64, until: Option<f64>) -> Fits {
    let end = model.duration.as_secs_f64();
    match until {
        _ if end <= begins => Fits::Never,
        Some(until) if end < until => Fits::Cut,
        _ => Fits::Whole,
    }
}

/// A change that no controller makes.
fn change_of(model: &Model, change: &Change) -> Option<Planned> {
    let how = match change.cause {
        Cause::Schedule => How::Clock,
        Cause::Override => How::Override,
        Cause::Chance { .. } | Cause::Chaos { .. } => How::Chance,
        Cause::Condition { .. } => How::Condition,
        Cause::Step { .. } | Cause::Controller(_) | Cause::Lapse => return None,
    };
    let due = change.when.at.as_secs_f64();
    let lasts = change.when.lasts.as_secs_f64();
    let ends = match how {
        How::Clock => !matches!(change.effect, Effect::Flush),
        How::Override => change.when.at.checked_add(change.when.lasts).is_some(),
        _ => false,
    };
    let until = ends.then_some(due + lasts);
    Some(Planned {
        name: change.name.clone(),
        how,
        what: What::of(model, change),
        title: change.title.clone(),
        due,
        lag: 0.0,
        boot: 0.0,
        until,
        fits: fits(model, due, until),
    })
}

/// Stages of a load that the run does not reach.
fn stages(model: &Model, load: &brownout_model::Load) -> Option<Planned> {
    let Arrivals::Open { rate, .. } = &load.arrivals else { return None };
    let [first, .., last] = rate.0.as_slice() else { return None };
    let (due, until) = (first.0.as_secs_f64(), last.0.as_secs_f64());
    Some(Planned {
        name: format!("load.{}.stages", load.name),
        how: How::Clock,
        what: None,
        title: Some(format!("the rate of {}", load.name)),
        due,
        lag: 0.0,
        boot: 0.0,
        until: Some(until),
        fits: fits(model, due, Some(until)),
    })
}

/// The steps of a runbook: each is considered once the one before is done.
fn steps(model: &Model, operator: &Operator) -> Vec<Planned> {
    let mut done = 0.0_f64;
    let mut steps = Vec::new();
    for step in &operator.steps {
        let (how, due) = match &step.start {
            Start::At(at) => (How::Step, at.as_secs_f64().max(done)),
            Start::When(condition) => (How::StepWhen, done + condition.holds.as_secs_f64()),
        };
        let mut lag = step.lag.mean();
        done = due + lag;
        let Some(change) = model.change(step.change) else { continue };
        let mut boot = 0.0;
        if let Some(terms) = &step.lease {
            lag += terms.lead.mean();
        }
        if matches!(change.effect, Effect::Scale { .. } | Effect::Emergency { .. }) {
            let fleet = change.tier().and_then(|tier| model.tiers[usize::from(tier.0)].fleet());
            boot = fleet.map_or(0.0, |fleet| fleet.boot.mean());
        }
        let lasts = step.lease.as_ref().and_then(|terms| terms.lasts);
        let until = lasts.map(|lasts| due + lag + lasts.as_secs_f64());
        steps.push(Planned {
            name: change.name.clone(),
            how,
            what: What::of(model, change),
            title: change.title.clone(),
            due,
            lag,
            boot,
            until,
            fits: fits(model, due + lag + boot, until),
        });
    }
    steps
}
