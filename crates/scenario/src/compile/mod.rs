//! The merged tree becomes a model: one file for each block of the language.

mod arrivals;
mod balancer;
mod call;
mod care;
mod change;
mod chaos;
mod client;
mod condition;
mod controller;
mod engines;
mod fault;
mod fleet;
pub(crate) mod law;
mod lease;
mod load;
pub(crate) mod name_set;
pub(crate) mod names;
mod operation;
mod policy;
mod profile;
mod queue;
mod rate;
mod renewal;
pub(crate) mod rows;
mod run;
mod signal;
mod spread;
mod station;
mod surge;
mod tier;
pub(crate) mod trace;
mod zones;

use crate::block::{Block, Key, Need, Shape, key};
use crate::expect::{Expect, LawRow};
use crate::problem::{Diagnostics, Draft};
use crate::read::{Field, SCENARIO as SCENARIO_FIELD, SWITCH_ON, Table};
use crate::row::{Absent, Count, Row, row};
use crate::text::tree::Node;
use crate::{Overrides, Plan, Sweep, lab, limits, timed};
use brownout_model::{Model, Tier, TierId};
use brownout_units::shown_lines;
use change::{Controller, Drawn, Fault};
use names::Names;
use run::Run;
use trace::Traces;

pub(crate) use brownout_model::BASE;
pub(crate) use controller::KINDS as CONTROLLERS;
pub(crate) use fault::KINDS as FAULTS;
pub(crate) use policy::{HOUR, common as policy_keys};
pub(crate) use tier::KINDS;

const SCHEMA: Row<Count> = row(
    "schema",
    Count(1, 1, "this program reads version 1 of the language"),
    Absent::Refused,
    "The version of this language: 1.",
);
const KEYS: &[Key] = &[
    SCHEMA.key(),
    key("title", Shape::Text, Need::Default("the name of the file"), "What it shows, in a few words."),
    key("question", Shape::Text, Need::Optional, "What it asks, in one sentence."),
    key("description", Shape::Text, Need::Optional, "Anything else a reader should know."),
    key(
        "extends",
        Shape::Text,
        Need::Optional,
        "Another scenario to build on: tables merge, everything else replaces.",
    ),
    key("run", Shape::Block(run::RUN), Need::Required, "How long, from when, how often."),
    key(
        "class",
        Shape::Named(operation::CLASS),
        Need::Optional,
        "Kinds of customers that the service may tell apart.",
    ),
    key("operation", Shape::Named(operation::OPERATION), Need::Optional, "What clients ask for."),
    key("load", Shape::Named(load::LOAD), Need::Required, "Populations of users."),
    key("tier", Shape::Free, Need::Required, "The tiers that serve them."),
    key("controller", Shape::Free, Need::Optional, "Autoscalers, operators and emergency capacity."),
    key("fault", Shape::List(&Shape::Free), Need::Optional, "What goes wrong."),
    key("chaos", Shape::Block(chaos::CHAOS), Need::Optional, "Faults drawn from the seed of the run."),
    key(
        timed::KEY,
        Shape::List(&Shape::Block(timed::OVERRIDE)),
        Need::Optional,
        "Keys that have other values from an instant on, or until one.",
    ),
    key(
        "expect",
        Shape::List(&Shape::Block(rows::EXPECT)),
        Need::Optional,
        "What is expected of the result.",
    ),
    key(
        "law",
        Shape::List(&Shape::Block(rows::LAW)),
        Need::Optional,
        "Closed forms that the result is checked against.",
    ),
    key(
        "sweep",
        Shape::Any(&[Shape::Block(lab::sweep::SWEEP), Shape::Free]),
        Need::Optional,
        "Dotted paths in quotes and the values to try at each.",
    ),
    key(
        "plan",
        Shape::Block(lab::plan::PLAN),
        Need::Optional,
        "What has to hold, and what may be turned for it.",
    ),
    key("variant", Shape::Free, Need::Optional, "Named sets of overrides: dotted paths and values."),
];

pub(crate) const SCENARIO: &Block = &Block {
    name: "a scenario",
    doc: "Users, their requests, the tiers that serve them, faults and expectations.",
    keys: &[KEYS],
};

/// The contents of a compiled document.
pub(crate) struct Compiled {
    pub(crate) title: Option<String>,
    pub(crate) question: String,
    pub(crate) description: String,
    pub(crate) run: Run,
    pub(crate) model: Model,
    pub(crate) expectations: Vec<Expect>,
    pub(crate) laws: Vec<LawRow>,
    pub(crate) sweep: Option<Sweep>,
    pub(crate) plan: Plan,
}

/// What compiling needs beside the document.
pub(crate) struct Context<'a> {
    pub(crate) overrides: &'a Overrides,
    pub(crate) variant: Option<&'a str>,
    pub(crate) variants: &'a [String],
    pub(crate) traces: Traces<'a>,
}

impl Context<'_> {
    /// For another document of the same scenario, which does not count for its hash.
    pub(crate) fn again(&self) -> Context<'_> {
        let Context { overrides, variant, variants, traces } = self;
        let hash = std::cell::RefCell::new(crate::text::hash::Hasher::new());
        let traces = Traces { named: traces.named, trial: traces.trial, hash };
        Context { overrides, variant: *variant, variants, traces }
    }
}

/// Compiles a merged document; `None` means that problems were reported.
pub(crate) fn compile(diag: &mut Diagnostics, root: &Node, context: &Context<'_>) -> Option<Compiled> {
    let before = diag.error_count();
    let top = Table::open(diag, Field { name: SCENARIO_FIELD, node: root }, SCENARIO)?;
    top.said(diag, &SCHEMA);
    let text = |diag: &mut Diagnostics, name: &'static str| {
        top.get(name).and_then(|f| f.text(diag)).map(|text| shown_lines(text).into_owned())
    };
    let (title, question) = (text(diag, "title"), text(diag, "question"));
    let description = text(diag, "description");
    let run = top.get("run").map_or_else(run::unknown, |field| run::read(diag, field, context.overrides));
    let names = Names { clock: run.clock(), ..Names::collect(diag, root)? };
    let classes = operation::classes(diag, root, &names);
    let operations = operation::operations(diag, root, &names);
    let sound = diag.error_count();
    let tiers: Vec<Option<Tier>> =
        named(diag, &top, "tier", |diag, field| tier::read(diag, field, &names, &context.traces));
    let sound = diag.error_count() == sound;
    let roots = roots(&tiers);
    let load_context = load::Context {
        names: &names,
        run: &run,
        roots: sound.then_some(roots.as_slice()),
        traces: &context.traces,
    };
    let loads: Vec<Option<Drawn>> =
        named(diag, &top, "load", |diag, field| load::read(diag, field, &load_context));
    let controllers: Vec<Option<Controller>> = named(diag, &top, "controller", |diag, field| {
        controller::read(diag, field, &names, &tiers, run.duration)
    });
    controller::check(diag, &top, &controllers, &tiers);
    let faults = faults(diag, &top, &names, &tiers, &run);
    let reading = rows::Reading { names: &names, run: &run, first_mark: marks(&loads, faults.as_deref()) };
    let expectations = rows::expectations(diag, &top, &reading, context);
    let laws = rows::laws(diag, &top, &names);
    let sweep = lab::sweep::read(diag, top.get("sweep"), &names, context.variants);
    let plan = lab::plan::read(diag, top.get("plan"), &reading);
    if before < diag.error_count() {
        return None;
    }
    let (loads, surges) = loads.into_iter().collect::<Option<Vec<Drawn>>>()?.into_iter().unzip();
    let mut model = Model {
        duration: run.duration,
        warmup: run.warmup,
        window: run.window,
        classes,
        operations,
        paths: names.paths.clone(),
        loads,
        tiers: tiers.into_iter().collect::<Option<_>>()?,
        controllers: Vec::new(),
        changes: Vec::new(),
        is_ideal: false,
        settings: Vec::new(),
    };
    change::number(&mut model, &faults?, controllers.into_iter().collect::<Option<_>>()?, surges);
    Some(Compiled {
        title,
        question: question.unwrap_or_default(),
        description: description.unwrap_or_default(),
        run,
        model,
        expectations,
        laws,
        sweep,
        plan,
    })
}

/// The faults of `[[fault]]` and `[chaos]`; `None` means that problems were reported.
fn faults(
    diag: &mut Diagnostics,
    top: &Table<'_>,
    names: &Names,
    tiers: &[Option<Tier>],
    run: &Run,
) -> Option<Vec<Fault>> {
    let mut group = 0;
    let faults = items(diag, top, "fault", |diag, item| {
        group += 1;
        fault::read(diag, item, group, names, tiers, run.duration)
    });
    let chaos = top.get("chaos").filter(|field| !field.is_off());
    let chaos = chaos.map(|field| chaos::read(diag, field, names, tiers, run.warmup));
    faults.into_iter().chain(chaos).collect::<Option<Vec<_>>>().map(|rows| rows.concat())
}

fn named<T>(
    diag: &mut Diagnostics,
    top: &Table<'_>,
    name: &'static str,
    mut read: impl FnMut(&mut Diagnostics, Field<'_>) -> Option<T>,
) -> Vec<Option<T>> {
    let Some(field) = top.get(name) else { return Vec::new() };
    let Some(entries) = field.node.entries() else {
        diag.report(field.error(diag, format!("write [{name}.NAME], not {}", field.node.what())));
        return Vec::new();
    };
    if entries.is_empty() && name != "controller" {
        let message = format!("a scenario needs at least 1 {name}");
        let draft = match diag.off.iter().find(|off| off.is_one_of(name)) {
            Some(off) => Draft::error(off.switch, message).given("enabled = false").hint(SWITCH_ON),
            None => Draft::error(field.node.place, message).hint(format!("as in [{name}.web]")),
        };
        diag.report(draft);
    }
    entries.iter().map(|(name, entry)| read(diag, Field { name, node: &entry.node })).collect()
}

fn items<T>(
    diag: &mut Diagnostics,
    top: &Table<'_>,
    name: &'static str,
    mut read: impl FnMut(&mut Diagnostics, Field<'_>) -> Option<T>,
) -> Vec<Option<T>> {
    let Some(field) = top.get(name) else { return Vec::new() };
    let items = field.list(diag, limits::ROWS_MAX);
    items.into_iter().map(|item| read(diag, item)).collect()
}

/// The tiers that no other tier calls.
fn roots(tiers: &[Option<Tier>]) -> Vec<TierId> {
    let called: Vec<TierId> = tiers.iter().flatten().flat_map(Tier::callees).collect();
    let ids = (0..tiers.len()).map(|at| TierId(at as u16));
    ids.filter(|id| !called.contains(id)).collect()
}

/// When the first surge or fault begins, if there is any.
fn marks(loads: &[Option<Drawn>], faults: Option<&[Fault]>) -> Option<brownout_units::Span> {
    let surges = loads.iter().flatten().flat_map(|(_, surges)| surges.iter().map(|surge| surge.at));
    surges.chain(faults.into_iter().flatten().map(|fault| fault.at)).min()
}
