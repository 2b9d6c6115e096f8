//! What is written down and cannot happen within the run: one rule for every kind of it.

use super::{place, timers};
use crate::problem::{Diagnostics, Draft};
use crate::text::source::Place;
use crate::text::tree::Node;
use brownout_model::{Body, Boot, Cause, Condition, ControllerBody, Effect, Model, Operator, Start};
use brownout_units::Span;

/// Warns that something comes too late. `what` is a sentence's subject and verb: `this step takes effect`.
pub(crate) fn warn(diag: &mut Diagnostics, at: Place, what: &str, when: Span, duration: Span) {
    let message = format!("{what} after {when}, but the run is over after {duration}: it never happens");
    diag.report(Draft::warning(at, message).hint("make the run longer, or this earlier"));
}

/// Something that takes its time.
struct Late<'m> {
    path: Vec<&'m str>,
    what: String,
    /// Since the start of the run, in seconds.
    at: f64,
}

/// Warns of everything that cannot happen within the run.
pub(super) fn report(diag: &mut Diagnostics, document: &Node, model: &Model) {
    let mut late = Vec::new();
    for controller in &model.controllers {
        let at = ["controller", controller.name.as_str()];
        match &controller.body {
            ControllerBody::Operator(operator) => steps(model, operator, &mut late),
            ControllerBody::Autoscaler(scaler) => {
                let tier = &model.tiers[scaler.tier.0 as usize];
                boots(&tier.body, &at, scaler.sync.as_secs_f64(), &mut late);
            }
            ControllerBody::Emergency(emergency) => {
                condition(&emergency.when, &[&at[..], &["when"]].concat(), &mut late);
            }
        }
    }
    for change in &model.changes {
        let path: Vec<&str> = change.name.split('.').collect();
        match &change.cause {
            Cause::Condition { condition: waits, .. } => condition(waits, &path, &mut late),
            Cause::Chance { up, .. } => {
                let what = "the first failure comes, on average,".to_owned();
                // An exponential law has a first failure at any time.
                if is_fixed(up) {
                    late.push(Late { path, what, at: change.when.at.as_secs_f64() + up.mean() });
                }
            }
            _ => {}
        }
    }
    // A token that outlives the run is a normal one, and a state that does a possible one.
    let ticks = |timer: &timers::Timer<'_>| timer.path[0] != "load" || timer.path.last() == Some(&"after");
    for timer in timers::timers(model).into_iter().filter(ticks) {
        late.push(Late {
            path: timer.path,
            what: "this happens for the first time".to_owned(),
            at: timer.every,
        });
    }
    let duration = model.duration;
    for Late { path, what, at } in late.into_iter().filter(|late| duration.as_secs_f64() <= late.at) {
        warn(diag, place(document, &path), &what, Span::from_secs_f64(at.min(1e9)), duration);
    }
}

/// Whether a law always draws about the same.
fn is_fixed(law: &brownout_dist::Law) -> bool {
    matches!(law, brownout_dist::Law::Constant(_))
}

fn condition<'m>(condition: &Condition, path: &[&'m str], late: &mut Vec<Late<'m>>) {
    let what = "the condition holds for long enough".to_owned();
    late.push(Late { path: path.to_vec(), what, at: (condition.holds + condition.every).as_secs_f64() });
}

/// The steps of an operator, each of which begins when the one before is done.
fn steps<'m>(model: &'m Model, operator: &Operator, late: &mut Vec<Late<'m>>) {
    let mut done = 0.0_f64;
    for step in &operator.steps {
        let begins = match &step.start {
            Start::At(at) => at.as_secs_f64(),
            Start::When(condition) => condition.holds.as_secs_f64(),
        };
        done = done.max(begins) + step.lag.mean();
        let Some(change) = model.change(step.change) else { continue };
        let path: Vec<&str> = change.name.split('.').collect();
        late.push(Late { path: path.clone(), what: "this step takes effect".to_owned(), at: done });
        let adds = matches!(change.effect, Effect::Scale { .. } | Effect::Restart { .. });
        if let Some(tier) = change.tier().filter(|_| adds) {
            boots(&model.tiers[tier.0 as usize].body, &path, done, late);
        }
    }
}

/// New replicas of a tier serve only once they have booted.
fn boots<'m>(body: &Body, path: &[&'m str], begins: f64, late: &mut Vec<Late<'m>>) {
    let boot: &Boot = match body {
        Body::Station(station) => &station.fleet.boot,
        Body::Engines(engines) => &engines.fleet.boot,
        Body::Balancer(_) | Body::Link(_) => return,
    };
    if 0.0 < boot.mean() {
        let what = "a new replica has booted, on average,".to_owned();
        late.push(Late { path: path.to_vec(), what, at: begins + boot.mean() });
    }
}
