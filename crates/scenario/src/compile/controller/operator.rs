//! The operator on call: `[[controller.NAME.step]]`, a runbook in its order.

use super::{Around, runbook};
use crate::block::{Block, Key, Need, Shape, Unit, key};
use crate::compile::change::{Act, ControllerBody, Fault, Operator, RunbookStep, When};
use crate::compile::lease::{self, LEAD, PRICE, ROUND_TRIP};
use crate::compile::{balancer, condition, law, signal};
use crate::limits;
use crate::problem::Desk;
use crate::read::{Field, Table};
use brownout_dist::Law;
use brownout_tiers::model::{Body, FaultKind, Hits, PathSet, Start, TierId};
use brownout_units::{Ratio, Span};

pub(super) const KEYS: &[Key] = &[
    key(
        "acknowledge",
        Shape::Law(Unit::Seconds),
        Need::Default("5m"),
        "From the first sign until somebody sits before a screen: the lag of the first step.",
    ),
    key("step", Shape::List(&Shape::Block(STEP)), Need::Required, "The runbook, in its order."),
];

const STEP: &Block = &Block {
    name: "a step of a runbook",
    doc: "What an operator does, when it is time for it and the step before is done.",
    keys: &[&[
        key("name", Shape::Text, Need::Optional, "For a later step that undoes it."),
        key("at", Shape::Span, Need::Optional, "It is time for it at this time since the start of the run …"),
        key("when", condition::SHAPE, Need::Optional, "… or when a condition holds."),
        key(
            "after",
            Shape::Law(Unit::Seconds),
            Need::Default("acknowledge for the first, 0s for the others"),
            "From then until it is done.",
        ),
        key(
            "do",
            Shape::Word(&["scale", "shed", "restart", "limit", "lease", "drain", "fail-over", "undo"]),
            Need::Required,
            "scale: have so many replicas. shed: refuse a part of the calls. restart: replicas, in batches. \
             limit: another length of the queue. lease: replicas of another cloud. drain: a target of a balancer gets \
             a part of its share, or nothing. fail-over: nobody but that target gets anything. \
             undo: take back an earlier step.",
        ),
        key("tier", Shape::Text, Need::Optional, "Whom it is done to; all but undo need it."),
        key("replicas", Shape::Count(1, limits::REPLICAS_MAX), Need::Optional, "scale, lease: how many."),
        key("keep", Shape::Ratio, Need::Optional, "shed: which part of the calls gets in."),
        key("classes", Shape::List(&Shape::Text), Need::Default("all"), "shed: of which classes."),
        key("on", Shape::List(&Shape::Text), Need::Default("all"), "shed: of which operations."),
        key(
            "batch",
            Shape::Count(1, limits::REPLICAS_MAX),
            Need::Default("all"),
            "restart: how many at once.",
        ),
        key("every", Shape::Span, Need::Default("down"), "restart: from one batch to the next."),
        key("down", Shape::Span, Need::Default("30s"), "restart: how long a replica is down."),
        key(
            "limit",
            Shape::Count(0, limits::QUEUE_MAX),
            Need::Optional,
            "limit: how many may wait at a replica.",
        ),
        LEAD,
        ROUND_TRIP,
        PRICE,
        key(
            "for",
            Shape::Span,
            Need::Optional,
            "lease: given back after so long; otherwise when it is undone.",
        ),
        key("target", Shape::Text, Need::Optional, "drain, fail-over: which tier behind the balancer."),
        key(
            "weight",
            Shape::Ratio,
            Need::Default("0%"),
            "drain: which part of its usual share the target gets; 100% brings it back.",
        ),
        key("step", Shape::Text, Need::Optional, "undo: the name of the earlier step."),
    ]],
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Scale,
    Shed,
    Restart,
    Limit,
    Lease,
    Drain,
    FailOver,
    Undo,
}

const WORDS: &[(&str, Word)] = &[
    ("scale", Word::Scale),
    ("shed", Word::Shed),
    ("restart", Word::Restart),
    ("limit", Word::Limit),
    ("lease", Word::Lease),
    ("drain", Word::Drain),
    ("fail-over", Word::FailOver),
    ("undo", Word::Undo),
];

pub(super) fn read(desk: &mut Desk, table: &Table<'_>, around: &Around<'_>) -> Option<ControllerBody> {
    let acknowledge = table.get("acknowledge").and_then(|field| law::read(desk, field, Unit::Seconds));
    let acknowledge = acknowledge.or_else(|| law::constant(300.0))?;
    let field = table.get("step")?;
    let items = field.list(desk, limits::STEPS_MAX);
    if items.is_empty() {
        desk.report(field.error(desk, "a runbook has at least 1 step"));
    }
    let mut steps = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    let mut last = Span::ZERO;
    for item in items {
        let usual = if names.is_empty() { acknowledge.clone() } else { law::constant(0.0)? };
        let name = item.node.child("name").and_then(crate::text::tree::Node::text).unwrap_or_default();
        let step =
            Table::open(desk, item, STEP).and_then(|step| self::step(desk, &step, usual, &names, around));
        if let Some(RunbookStep { start: Start::At(at), .. }) = &step {
            if *at < last {
                let draft = item.error(desk, format!("the step before is not looked at before {last}"));
                desk.report(draft.hint("a runbook is worked through in its order: move this step up"));
            }
            last = *at;
        }
        names.push(name);
        steps.push(step);
    }
    let items = field.list(desk, limits::STEPS_MAX);
    runbook::check(desk, &items, &steps, around);
    let steps = steps.into_iter().collect::<Option<Vec<_>>>()?;
    Some(ControllerBody::Operator(Operator { steps }))
}

fn step(
    desk: &mut Desk,
    table: &Table<'_>,
    usual: Law,
    names: &[&str],
    around: &Around<'_>,
) -> Option<RunbookStep> {
    let lag = match table.get("after") {
        Some(field) => law::read(desk, field, Unit::Seconds)?,
        None => usual,
    };
    let start = match (table.get("at"), table.get("when")) {
        (Some(at), None) => at.span(desk).map(Start::At),
        (None, Some(when)) => condition::read(desk, when, around.names, around.tiers).map(Start::When),
        (_, both) => {
            let field = both.or(table.get("do"))?;
            let draft = field.error(desk, "a step says either \"at\" or \"when\" it is time for it");
            desk.report(draft.hint("as in at = \"2h\", or when = { … }"));
            None
        }
    };
    let word = table.get("do").and_then(|field| field.word(desk, WORDS));
    let act = word.and_then(|word| act(desk, table, word, names, around));
    Some(RunbookStep { start: start?, lag, act: act? })
}

fn act(desk: &mut Desk, table: &Table<'_>, word: Word, names: &[&str], around: &Around<'_>) -> Option<Act> {
    let said = table.get("do")?;
    let mut needed = |name: &'static str, example: &str| {
        let field = table.get(name);
        if field.is_none() {
            let draft = said.error(desk, format!("this step needs \"{name}\""));
            desk.report(draft.hint(format!("as in {example}")));
        }
        field
    };
    if word == Word::Undo {
        let field = needed("step", "step = \"the name of an earlier one\"")?;
        let name = field.text(desk)?;
        let found = names.iter().position(|known| *known == name && !name.is_empty());
        if found.is_none() {
            let draft = field.error(desk, format!("no earlier step is called \"{name}\""));
            desk.report(draft.hint("only what has been done can be undone: name a step above this one"));
        }
        return found.map(Act::Undo);
    }
    let tier = needed("tier", "tier = \"auth\"")?;
    if matches!(word, Word::Drain | Word::FailOver) {
        let target = needed("target", "target = \"eu\"")?;
        let id = around.names.tier(desk, tier)?;
        return divert(desk, table, word, (tier, id), target, around);
    }
    let (tier, body) = signal::station(desk, tier, around.names, around.tiers)?;
    if word == Word::Scale {
        let why = "a tier has at least 1 replica";
        let field = table.get("replicas");
        if field.is_none() {
            let draft = said.error(desk, "this step needs \"replicas\"");
            desk.report(draft.hint("as in replicas = 20"));
        }
        let replicas = field?.count(desk, 1, limits::REPLICAS_MAX, why)? as u32;
        return Some(Act::Scale { tier, replicas });
    }
    if word == Word::Lease {
        let lasts =
            table.get("for").map(|field| field.span_positive(desk, "capacity is leased for some time"));
        let (lease, lead) = lease::read(desk, table, said, tier, around.tiers, around.duration)?;
        return Some(Act::Lease { lease, lead, lasts: lasts.map_or(Some(None), |lasts| lasts.map(Some))? });
    }
    if let (Word::Restart | Word::Limit, Some(Body::Engines(_))) = (word, body) {
        let draft = said.error(desk, "this can be done to tiers with workers and queues only");
        desk.report(draft.hint("scale it, or shed calls at its door"));
        return None;
    }
    let (kind, lasts) = change(desk, table, word, around)?;
    Some(Act::Change(Box::new(by_hand(tier, kind, lasts))))
}

/// Another part of the calls for some targets of a balancer.
fn divert(
    desk: &mut Desk,
    table: &Table<'_>,
    word: Word,
    (field, tier): (Field<'_>, TierId),
    target: Field<'_>,
    around: &Around<'_>,
) -> Option<Act> {
    let target = balancer::place(desk, (field, tier), target, around.names, around.tiers)?;
    let others = word == Word::FailOver;
    let keep = table.get("weight").map_or(Some(Ratio::ZERO), |field| field.chance(desk))?;
    let kind = FaultKind::Divert { target, others, keep };
    Some(Act::Change(Box::new(by_hand(tier, kind, Span::ZERO))))
}

fn change(desk: &mut Desk, table: &Table<'_>, word: Word, around: &Around<'_>) -> Option<(FaultKind, Span)> {
    let said = table.get("do")?;
    let mut missing = |name: &str, example: &str| {
        let draft = said.error(desk, format!("this step needs \"{name}\""));
        desk.report(draft.hint(format!("as in {example}")));
    };
    match word {
        Word::Shed => {
            let Some(field) = table.get("keep") else {
                missing("keep", "keep = \"30%\"");
                return None;
            };
            let keep = field.chance(desk)?;
            let paths: PathSet = around.names.path_set(desk, table.get("on"), table.get("classes"));
            Some((FaultKind::Shed { paths, keep }, Span::ZERO))
        }
        Word::Limit => {
            let Some(field) = table.get("limit") else {
                missing("limit", "limit = 100");
                return None;
            };
            let limit = field.count(desk, 0, limits::QUEUE_MAX, "a queue has a whole number of places")?;
            Some((FaultKind::QueueLimit { limit: limit as u32 }, Span::ZERO))
        }
        _ => {
            let span = |desk: &mut Desk, name: &'static str| table.get(name).and_then(|f| f.span(desk));
            let down = span(desk, "down").unwrap_or(Span::from_secs(30));
            let every = span(desk, "every").unwrap_or(down);
            let why = "at least 1 replica is restarted at a time";
            let batch = table.get("batch").and_then(|f| f.count(desk, 1, limits::REPLICAS_MAX, why));
            let batch = batch.map(|batch| batch as u32);
            Some((FaultKind::Restart { batch, every, drain: None, warm_up: Span::ZERO, cold: 1.0 }, down))
        }
    }
}

fn by_hand(tier: TierId, kind: FaultKind, lasts: Span) -> Fault {
    let hits = Hits::Share { from: Ratio::ZERO, to: Ratio::ONE };
    Fault { at: Span::ZERO, lasts, tier, area: None, zone: None, hits, kind, when: When::ByHand, group: 0 }
}
