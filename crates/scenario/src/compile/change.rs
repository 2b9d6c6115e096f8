//! Changes as the file writes them, each at its tier or load, before all of them are numbered.

use brownout_dist::Law;
use brownout_model::{
    self as model, Autoscaler, Cause, Change, ChangeId, Condition, ControllerId, Effect, Hits, LeaseTerms,
    Load, LoadId, Model, PathSet, Reach, Shape, Site, Start, TierId,
};
use brownout_units::Span;

/// A change of a tier.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    /// When it begins, or may begin, since the start of the run.
    pub(crate) at: Span,
    pub(crate) lasts: Span,
    pub(crate) tier: TierId,
    /// The region or zone that the file names instead of the tier.
    pub(crate) area: Option<String>,
    pub(crate) zone: Option<u8>,
    pub(crate) hits: Hits,
    /// Only calls of these paths.
    pub(crate) paths: PathSet,
    pub(crate) kind: Effect,
    pub(crate) when: When,
    /// The number of its `[[fault]]`, counted from 1; 0: chaos.
    pub(crate) group: u32,
}

/// The trigger of a fault.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum When {
    Scheduled,
    Random { up: Law, down: Law, each: bool },
    Triggered { condition: Condition, again: bool },
    Chaos { every: Law, down: Law, draw: u32 },
    ByHand,
}

/// Extra users of a load.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Surge {
    pub(crate) name: String,
    pub(crate) users: u64,
    pub(crate) at: Span,
    pub(crate) over: Span,
    pub(crate) shape: Shape,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Controller {
    pub(crate) name: String,
    pub(crate) body: ControllerBody,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ControllerBody {
    Autoscaler(Autoscaler),
    Operator(Operator),
    Emergency(Emergency),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Operator {
    pub(crate) steps: Vec<RunbookStep>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RunbookStep {
    pub(crate) start: Start,
    pub(crate) lag: Law,
    pub(crate) act: Act,
}

/// The action of a step of a runbook.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Act {
    Scale {
        tier: TierId,
        replicas: u32,
    },
    Change(Box<Fault>),
    Lease {
        lease: Box<Fault>,
        lead: Law,
        lasts: Option<Span>,
    },
    /// The earlier step that it undoes.
    Undo(usize),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Emergency {
    pub(crate) when: Condition,
    pub(crate) lead: Law,
    pub(crate) lease: Box<Fault>,
    pub(crate) until: Option<Condition>,
    pub(crate) longest: Option<Span>,
    pub(crate) again: bool,
}

/// A load and its surges.
pub(crate) type Drawn = (Load, Vec<Surge>);

/// Gives every change its id and its name: faults first, then changes of controllers, surges, and lapses of leases.
pub(crate) fn number(
    model: &mut Model,
    faults: &[Fault],
    controllers: Vec<Controller>,
    surges: Vec<Vec<Surge>>,
) {
    let count = |group: u32| faults.iter().filter(|fault| fault.group == group).count();
    let counts: Vec<usize> = faults.iter().map(|fault| count(fault.group)).collect();
    let mut nth = 0;
    for (at, fault) in faults.iter().enumerate() {
        nth = if 0 < at && faults[at - 1].group == fault.group { nth + 1 } else { 0 };
        let name = match (fault.group, counts[at]) {
            (0, _) => format!("chaos.{nth}"),
            (group, 1) => format!("fault.{}", group - 1),
            (group, _) => format!("fault.{}.{nth}", group - 1),
        };
        add(model, name, cause(&fault.when, fault.group), fault);
    }
    for (at, controller) in controllers.into_iter().enumerate() {
        let Controller { name, body } = controller;
        let body = match body {
            ControllerBody::Autoscaler(scaler) => model::ControllerBody::Autoscaler(scaler),
            ControllerBody::Operator(operator) => runbook(model, ControllerId(at as u16), &name, operator),
            ControllerBody::Emergency(emergency) => {
                let (when, until) = (emergency.when, emergency.until);
                let (lead, longest, again) = (emergency.lead, emergency.longest, emergency.again);
                let cause = Cause::Controller(ControllerId(at as u16));
                let lease = add(model, format!("controller.{name}"), cause, &emergency.lease);
                model::ControllerBody::Emergency(model::Emergency {
                    when,
                    lead,
                    lease,
                    until,
                    longest,
                    again,
                })
            }
        };
        model.controllers.push(model::Controller { name, body });
    }
    for (at, surges) in surges.into_iter().enumerate() {
        for (nth, Surge { name: title, users, at: begins, over, shape }) in surges.into_iter().enumerate() {
            let name = format!("load.{}.surge.{nth}", model.loads[at].name);
            let when = model::When { at: begins, lasts: over };
            let target = Reach::load(LoadId(at as u16));
            model.add(name, Cause::Schedule, Effect::Surge { users, shape }, target, when);
            model.changes.last_mut().expect("it was added").title = Some(title);
        }
    }
    model.add_lapses();
}

fn cause(when: &When, group: u32) -> Cause {
    match when.clone() {
        When::Scheduled | When::ByHand => Cause::Schedule,
        When::Random { up, down, each } => Cause::Chance { up, down, each, group },
        When::Triggered { condition, again } => Cause::Condition { condition, again, group },
        When::Chaos { every, down, draw } => Cause::Chaos { every, down, draw, group },
    }
}

fn add(model: &mut Model, name: String, cause: Cause, fault: &Fault) -> ChangeId {
    let (site, area) = (Site::Tier(fault.tier), fault.area.clone());
    let target = Reach { site, zone: fault.zone, hits: fault.hits, paths: fault.paths, area };
    let when = model::When { at: fault.at, lasts: fault.lasts };
    model.add(name, cause, fault.kind, target, when)
}

/// The steps of a runbook, each of which is a change.
fn runbook(model: &mut Model, by: ControllerId, name: &str, operator: Operator) -> model::ControllerBody {
    let mut steps: Vec<model::RunbookStep> = Vec::new();
    for (nth, RunbookStep { start, lag, act }) in operator.steps.into_iter().enumerate() {
        let name = format!("controller.{name}.step.{nth}");
        let cause = Cause::Step { controller: by, step: nth as u32 };
        let mut lease = None;
        let change = match act {
            Act::Scale { tier, replicas } => {
                model.add(name, cause, Effect::Scale { replicas }, Reach::tier(tier), model::When::OPEN)
            }
            Act::Change(fault) => add(model, name, cause, &fault),
            Act::Lease { lease: fault, lead, lasts } => {
                lease = Some(LeaseTerms { lead, lasts });
                add(model, name, cause, &fault)
            }
            Act::Undo(step) => {
                let undone = steps[step].change;
                let target = model.change(undone).map(|change: &Change| change.target.clone());
                let target = target.expect("an earlier step is in the model");
                model.add(name, cause, Effect::Undo(undone), target, model::When::OPEN)
            }
        };
        steps.push(model::RunbookStep { start, lag, change, lease });
    }
    model::ControllerBody::Operator(model::Operator { steps })
}
