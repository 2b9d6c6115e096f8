//! The operator on call: `[[controller.NAME.step]]`, a runbook in its order.

use super::{Context, runbook};
use crate::block::{Block, Key, Need, Shape, Unit, key};
use crate::compile::change::{Act, ControllerBody, Fault, Operator, RunbookStep, When};
use crate::compile::lease::{self, PRICE, ROUND_TRIP};
use crate::compile::{balancer, condition, law, signal};
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Part, PositiveTime, Row, Time, Word, row};
use brownout_dist::Law;
use brownout_model::{Body, Effect, Hits, PathSet, Start, TierId};
use brownout_units::{Ratio, Span};

pub(super) const KEYS: &[Key] = &[
    key(
        "acknowledge",
        Shape::Law(Unit::Seconds),
        Need::Default("5m"),
        "From the first sign until the engineer begins to work: the lag of the first step.",
    ),
    key("step", Shape::List(&Shape::Block(STEP)), Need::Required, "The runbook, in its order."),
];

const DO: Row<Word<Deed>> = row(
    "do",
    Word(WORDS),
    Absent::Refused,
    "scale: set the number of replicas. shed: refuse a share of the calls. restart: replicas, in batches. \
             limit: another length of the queue. lease: replicas of another cloud. drain: a target of a balancer gets \
             a part of its share, or nothing. fail-over: only that target gets calls. \
             undo: take back an earlier step.",
);
const BATCH: Row<Count> = row(
    "batch",
    Count(1, limits::REPLICAS_MAX, "at least 1 replica is restarted at a time"),
    Absent::Follows("all"),
    "restart: replicas at once.",
);
const WEIGHT: Row<Part> = row(
    "weight",
    Part,
    Absent::Means(Ratio::ZERO),
    "drain: the fraction of its usual share that the target gets; 100% brings it back.",
);

const AT: Row<Time> = row("at", Time, Absent::Nothing, "It starts at this time since the start of the run …");
const REPLICAS: Row<Count> = row(
    "replicas",
    Count(1, limits::REPLICAS_MAX, "a tier has at least 1 replica"),
    Absent::Nothing,
    "scale, lease: the number of replicas.",
);
const KEEP: Row<Part> = row("keep", Part, Absent::Nothing, "shed: the share of the calls that gets in.");
const EVERY: Row<Time> = row("every", Time, Absent::Follows("down"), "restart: from one batch to the next.");
const DOWN: Row<Time> =
    row("down", Time, Absent::Means(Span::from_secs(30)), "restart: how long a replica is down.");
const LIMIT: Row<Count> = row(
    "limit",
    Count(0, limits::QUEUE_MAX, "a queue has a whole number of places"),
    Absent::Nothing,
    "limit: the most calls that wait at a replica.",
);
const FOR: Row<PositiveTime> = row(
    "for",
    PositiveTime("a lease lasts longer than zero"),
    Absent::Nothing,
    "lease: the time until it is given back; otherwise until it is undone.",
);
const STEP: &Block = &Block {
    name: "a step of a runbook",
    doc: "An action of an operator, once it is due and the step before is done.",
    keys: &[&[
        key("name", Shape::Text, Need::Optional, "For a later step that undoes it."),
        AT.key(),
        key("when", condition::SHAPE, Need::Optional, "… or when a condition holds."),
        key(
            "after",
            Shape::Law(Unit::Seconds),
            Need::Default("acknowledge for the first, 0s for the others"),
            "From when it is due until it is done.",
        ),
        DO.key(),
        key("tier", Shape::Text, Need::Optional, "The tier that it changes; required except for undo."),
        REPLICAS.key(),
        KEEP.key(),
        key("classes", Shape::List(&Shape::Text), Need::Default("all"), "shed, limit: of which classes."),
        key("on", Shape::List(&Shape::Text), Need::Default("all"), "shed, limit: of which operations."),
        BATCH.key(),
        EVERY.key(),
        DOWN.key(),
        LIMIT.key(),
        lease::lead(Need::Optional),
        ROUND_TRIP.key(),
        PRICE.key(),
        FOR.key(),
        key("target", Shape::Text, Need::Optional, "drain, fail-over: which tier behind the balancer."),
        WEIGHT.key(),
        key("step", Shape::Text, Need::Optional, "undo: the name of the earlier step."),
    ]],
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Scale,
    Shed,
    Restart,
    Limit,
    Lease,
    Drain,
    FailOver,
    Undo,
}

const WORDS: &[(&str, Deed)] = &[
    ("scale", Deed::Scale),
    ("shed", Deed::Shed),
    ("restart", Deed::Restart),
    ("limit", Deed::Limit),
    ("lease", Deed::Lease),
    ("drain", Deed::Drain),
    ("fail-over", Deed::FailOver),
    ("undo", Deed::Undo),
];

pub(super) fn read(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    context: &Context<'_>,
) -> Option<ControllerBody> {
    let acknowledge = table.get("acknowledge").and_then(|field| law::read(diag, field, Unit::Seconds));
    let acknowledge = acknowledge.or_else(|| law::constant(300.0))?;
    let field = table.get("step")?;
    let items = field.list(diag, limits::STEPS_MAX);
    if items.is_empty() {
        diag.report(field.error(diag, "a runbook has at least 1 step"));
    }
    let mut steps = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    let mut last = Span::ZERO;
    for item in items {
        let usual = if names.is_empty() { acknowledge.clone() } else { law::constant(0.0)? };
        let name = item.node.child("name").and_then(crate::text::tree::Node::text).unwrap_or_default();
        let step =
            Table::open(diag, item, STEP).and_then(|step| self::step(diag, &step, usual, &names, context));
        if let Some(RunbookStep { start: Start::At(at), .. }) = &step {
            if *at < last {
                let draft = item.error(diag, format!("the step before is not due before {last}"));
                diag.report(draft.hint("a runbook is executed in its order: move this step up"));
            }
            last = *at;
        }
        names.push(name);
        steps.push(step);
    }
    let items = field.list(diag, limits::STEPS_MAX);
    runbook::check(diag, &items, &steps, context);
    let steps = steps.into_iter().collect::<Option<Vec<_>>>()?;
    Some(ControllerBody::Operator(Operator { steps }))
}

fn step(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    usual: Law,
    names: &[&str],
    context: &Context<'_>,
) -> Option<RunbookStep> {
    let lag = match table.get("after") {
        Some(field) => law::read(diag, field, Unit::Seconds)?,
        None => usual,
    };
    let start = match (table.get("at"), table.get("when")) {
        (Some(_), None) => table.said(diag, &AT).map(Start::At),
        (None, Some(when)) => condition::read(diag, when, context.names, context.tiers).map(Start::When),
        (_, both) => {
            let field = both.or(table.get("do"))?;
            let draft = field.error(diag, "a step has either \"at\" or \"when\"");
            diag.report(draft.hint("as in at = \"2h\", or when = { … }"));
            None
        }
    };
    let word = table.said(diag, &DO);
    let act = word.and_then(|word| act(diag, table, word, names, context));
    Some(RunbookStep { start: start?, lag, act: act? })
}

fn act(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    word: Deed,
    names: &[&str],
    context: &Context<'_>,
) -> Option<Act> {
    let said = table.get("do")?;
    let mut needed = |name: &'static str, example: &str| {
        let field = table.get(name);
        if field.is_none() {
            let draft = said.error(diag, format!("this step needs \"{name}\""));
            diag.report(draft.hint(format!("as in {example}")));
        }
        field
    };
    if word == Deed::Undo {
        let field = needed("step", "step = \"the name of an earlier one\"")?;
        let name = field.text(diag)?;
        let found = names.iter().position(|known| *known == name && !name.is_empty());
        if found.is_none() {
            let draft = field.error(diag, format!("no earlier step is called \"{name}\""));
            diag.report(draft.hint("only an earlier step can be undone: name a step above this one"));
        }
        return found.map(Act::Undo);
    }
    let tier = needed("tier", "tier = \"auth\"")?;
    if matches!(word, Deed::Drain | Deed::FailOver) {
        let target = needed("target", "target = \"eu\"")?;
        let id = context.names.tier(diag, tier)?;
        return divert(diag, table, word, (tier, id), target, context);
    }
    let (tier, body) = signal::station(diag, tier, context.names, context.tiers)?;
    if word == Deed::Scale {
        if table.get("replicas").is_none() {
            let draft = said.error(diag, "this step needs \"replicas\"");
            diag.report(draft.hint("as in replicas = 20"));
        }
        let replicas = table.said(diag, &REPLICAS)? as u32;
        return Some(Act::Scale { tier, replicas });
    }
    if word == Deed::Lease {
        let lasts = table.get("for").map(|_| table.said(diag, &FOR));
        let (lease, lead) = lease::read(diag, table, said, tier, context.tiers, context.duration)?;
        return Some(Act::Lease { lease, lead, lasts: lasts.map_or(Some(None), |lasts| lasts.map(Some))? });
    }
    if let (Deed::Restart | Deed::Limit, Some(Body::Engines(_))) = (word, body) {
        let draft = said.error(diag, "this can be done to tiers with workers and queues only");
        diag.report(draft.hint("scale it, or shed calls at its door"));
        return None;
    }
    let (kind, paths, lasts) = change(diag, table, word, context)?;
    Some(Act::Change(Box::new(by_hand(tier, kind, paths, lasts))))
}

/// Another share of the calls for some targets of a balancer.
fn divert(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    word: Deed,
    (field, tier): (Field<'_>, TierId),
    target: Field<'_>,
    context: &Context<'_>,
) -> Option<Act> {
    let target = balancer::place(diag, (field, tier), target, context.names, context.tiers)?;
    let others = word == Deed::FailOver;
    let keep = table.read(diag, &WEIGHT)?;
    let kind = Effect::Divert { target, others, keep };
    Some(Act::Change(Box::new(by_hand(tier, kind, PathSet::ALL, Span::ZERO))))
}

fn change(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    word: Deed,
    context: &Context<'_>,
) -> Option<(Effect, PathSet, Span)> {
    let said = table.get("do")?;
    let mut missing = |name: &str, example: &str| {
        let draft = said.error(diag, format!("this step needs \"{name}\""));
        diag.report(draft.hint(format!("as in {example}")));
    };
    match word {
        Deed::Shed => {
            if table.get("keep").is_none() {
                missing("keep", "keep = \"30%\"");
            }
            let keep = table.said(diag, &KEEP)?;
            let paths: PathSet = context.names.path_set(diag, table.get("on"), table.get("classes"));
            Some((Effect::Shed { paths, keep }, PathSet::ALL, Span::ZERO))
        }
        Deed::Limit => {
            if table.get("limit").is_none() {
                missing("limit", "limit = 100");
            }
            let limit = table.said(diag, &LIMIT)?;
            let paths = context.names.path_set(diag, table.get("on"), table.get("classes"));
            Some((Effect::QueueLimit { limit: limit as u32 }, paths, Span::ZERO))
        }
        _ => {
            let down = table.value(diag, &DOWN);
            let every = table.said(diag, &EVERY).unwrap_or(down);
            let batch = table.said(diag, &BATCH);
            let batch = batch.map(|batch| batch as u32);
            let kind = Effect::Restart { batch, every, drain: None, warm_up: Span::ZERO, cold: 1.0 };
            Some((kind, PathSet::ALL, down))
        }
    }
}

fn by_hand(tier: TierId, kind: Effect, paths: PathSet, lasts: Span) -> Fault {
    let hits = Hits::Share { from: Ratio::ZERO, to: Ratio::ONE };
    Fault {
        at: Span::ZERO,
        lasts,
        tier,
        area: None,
        zone: None,
        hits,
        paths,
        kind,
        when: When::ByHand,
        group: 0,
    }
}
