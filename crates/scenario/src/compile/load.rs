//! `[load.NAME]`: a population of users and the steps of their journeys.

use super::change::Drawn;
use super::names::Names;
use super::run::Run;
use super::{arrivals, client, law, surge};
use crate::block::{Block, Key, Need, SWITCHED, Shape, Unit, key};
use crate::limits;
use crate::problem::{Diagnostics, Draft, one_of};
use crate::read::{Field, Table};
use crate::row::{Absent, Part, Row, Word, row};
use brownout_model::{Arrivals, ClassId, Load, OperationId, Returns, Session, Step, TierId, Tools};
use brownout_units::Ratio;

const KEYS: &[Key] = &[
    key(
        "class",
        Shape::Text,
        Need::Default("the name of the load"),
        "Its class, by which policies and queues choose.",
    ),
    key(
        "entry",
        Shape::Text,
        Need::Default("the one tier that no other calls"),
        "The tier its attempts go to.",
    ),
    key("journey", Shape::List(&Shape::Block(STEP)), Need::Required, "What a user does, step by step."),
    key(
        "session",
        Shape::Any(&[Shape::Block(SESSION), SWITCHED]),
        Need::Optional,
        "How long a login lasts; without it no login is needed.",
    ),
    key(
        "returns",
        Shape::Any(&[Shape::Block(RETURNS), SWITCHED]),
        Need::Optional,
        "Whether users who were served come back for another journey.",
    ),
    key(
        "client",
        Shape::Block(client::CLIENT),
        Need::Default("waits indefinitely and tries once"),
        "How its clients behave while they wait.",
    ),
    key("surge", Shape::List(&Shape::Block(surge::SURGE)), Need::Optional, "Extra users."),
];

pub(crate) const LOAD: &Block = &Block {
    name: "a load",
    doc: "A population of clients with its arrivals, its journey and its habits.",
    keys: &[arrivals::KEYS, KEYS],
};

const STEP: &Block = &Block {
    name: "a step of a journey",
    doc: "One thing a user does.",
    keys: &[&[
        key("do", Shape::Text, Need::Required, "The operation that is asked for."),
        key(
            "times",
            Shape::Law(Unit::Count),
            Need::Default("1"),
            "Repetitions, drawn once per user and rounded.",
        ),
        key("think", Shape::Law(Unit::Seconds), Need::Default("0s"), "Think time before each repetition."),
        key(
            "tools",
            Shape::Block(TOOLS),
            Need::Optional,
            "An agent: after an answer it may call a tool and asks again at once.",
        ),
    ]],
};

const TOOLS_CHANCE: Row<Part> =
    row("chance", Part, Absent::Refused, "Its probability after each answer; below 100%.");
const TOOLS: &Block = &Block {
    name: "tools",
    doc: "An agent that calls a tool after an answer and asks again with its result.",
    keys: &[&[
        TOOLS_CHANCE.key(),
        key("time", Shape::Law(Unit::Seconds), Need::Default("0s"), "How long the tool takes."),
        key(
            "output",
            Shape::Law(Unit::Count),
            Need::Required,
            "Tokens of the tool's result, which the conversation grows by.",
        ),
    ]],
};

const HELD: Row<Part> = row(
    "held",
    Part,
    Absent::Means(Ratio::ZERO),
    "The share of arriving users who hold a token already; users of a surge never do.",
);
const RENEW: Row<Word<bool>> = row(
    "renew",
    Word(&[("ahead", true), ("on-401", false)]),
    Absent::Means(false),
    "Whether a token is renewed before it expires, or after a 401.",
);

const SESSION: &Block = &Block {
    name: "a session",
    doc: "How a login lasts.",
    keys: &[&[
        key(
            "login",
            Shape::Text,
            Need::Default("login"),
            "The operation that opens one; a user who holds a token skips it.",
        ),
        key("life", Shape::Law(Unit::Seconds), Need::Required, "How long a token is good, drawn at login."),
        HELD.key(),
        RENEW.key(),
    ]],
};

const RETURNS_CHANCE: Row<Part> =
    row("chance", Part, Absent::Means(Ratio::ONE), "Its probability after each journey.");
const RETURNS: &Block = &Block {
    name: "returns",
    doc: "Users who were served come back for another journey.",
    keys: &[&[
        RETURNS_CHANCE.key(),
        key("after", Shape::Law(Unit::Seconds), Need::Required, "The time until then."),
    ]],
};

/// What reading a load needs beside its table.
pub(crate) struct Context<'a> {
    pub(crate) names: &'a Names,
    pub(crate) run: &'a Run,
    /// The tiers that no other tier calls; none if errors in tiers leave this unknown.
    pub(crate) roots: Option<&'a [TierId]>,
    pub(crate) traces: &'a super::trace::Traces<'a>,
}

pub(crate) fn read(diag: &mut Diagnostics, field: Field<'_>, context: &Context<'_>) -> Option<Drawn> {
    let table = Table::open(diag, field, LOAD)?;
    let surges = surges(diag, &table, context);
    let arrivals = arrivals::read(diag, &table, context, !surges.is_empty());
    let silent = table.get("trace").is_some() && arrivals == Arrivals::Never;
    let own = (!silent).then_some(&arrivals);
    let surges = surges.into_iter().filter_map(|surge| surge.sized(diag, own)).collect();
    let class = class(diag, &table, field.name, context.names);
    let entry = entry(diag, &table, field, context);
    let most = table.said(diag, &arrivals::MAX_USERS).map(|most| most as u32);
    let journey = journey(diag, &table, context.names);
    let session = optional(&table, "session").and_then(|field| session(diag, field, context.names));
    let returns = optional(&table, "returns").and_then(|field| returns(diag, field));
    let client = table
        .get("client")
        .map_or_else(client::default_client, |field| client::read(diag, field, context.names));
    if let (Arrivals::Closed { .. }, Some(field)) = (&arrivals, optional(&table, "returns")) {
        let draft = field.warning(diag, "users of a closed load begin again anyway");
        diag.report(draft.hint("leave \"returns\" out, or make the load open"));
    }
    let name = field.name.to_owned();
    let (entry, journey) = (entry?, journey?);
    Some((Load { name, class, entry, arrivals, most, journey, session, returns, client }, surges))
}

fn optional<'t>(table: &Table<'t>, name: &'static str) -> Option<Field<'t>> {
    table.get(name).filter(|field| !field.is_off())
}

fn class(diag: &mut Diagnostics, table: &Table<'_>, load: &str, names: &Names) -> ClassId {
    let name = table.get("class").and_then(|field| field.text(diag)).unwrap_or(load);
    ClassId(names.classes.get_index_of(name).unwrap_or(0) as u8)
}

fn entry(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    load: Field<'_>,
    context: &Context<'_>,
) -> Option<TierId> {
    if let Some(field) = table.get("entry") {
        return context.names.tier(diag, field);
    }
    let roots = context.roots?;
    if let [only] = roots {
        return Some(*only);
    }
    let name = |tier: &TierId| context.names.tiers.get_index(tier.0 as usize).map_or("", String::as_str);
    let (message, names) = match roots {
        [] => (
            "every tier is called by another, so the entry of this load is not clear",
            one_of(context.names.tiers.iter().map(String::as_str)),
        ),
        many => (
            "several tiers are called by no other, so the entry of this load is not clear",
            one_of(many.iter().map(name)),
        ),
    };
    if !context.names.tiers.is_empty() {
        let draft = Draft::error(load.node.place, message).given(load.name);
        diag.report(draft.allowed(names).hint("add entry = \"…\""));
    }
    None
}

fn journey(diag: &mut Diagnostics, table: &Table<'_>, names: &Names) -> Option<Vec<Step>> {
    let field = table.get("journey")?;
    let items = field.list(diag, limits::STEPS_MAX);
    if items.is_empty() {
        let draft = field.error(diag, "a journey has at least 1 step");
        diag.report(draft.hint("as in journey = [{ do = \"login\" }]"));
    }
    let mut steps = Vec::new();
    for item in items {
        let Some(table) = Table::open(diag, item, STEP) else { continue };
        let operation = table.get("do").and_then(|field| operation(diag, field, names));
        let times = table.get("times").and_then(|field| law::read(diag, field, Unit::Count));
        let think = table.get("think").and_then(|field| law::read(diag, field, Unit::Seconds));
        let tools = table.get("tools").and_then(|field| tools(diag, field));
        steps.extend(operation.map(|operation| Step { operation, times, think, tools }));
    }
    (!steps.is_empty()).then_some(steps)
}

fn tools(diag: &mut Diagnostics, field: Field<'_>) -> Option<Tools> {
    let table = Table::open(diag, field, TOOLS)?;
    let chance = table.said(diag, &TOOLS_CHANCE).and_then(|chance| {
        let field = table.get("chance").filter(|_| 1.0 <= chance.fraction());
        let Some(field) = field else { return Some(chance) };
        let draft = field.error(diag, "an agent that always calls another tool never ends");
        diag.report(draft.allowed("below 100%"));
        None
    });
    let time = match table.get("time") {
        Some(field) => law::read(diag, field, Unit::Seconds),
        None => law::constant(0.0),
    };
    let output = table.get("output").and_then(|field| super::operation::tokens(diag, field));
    Some(Tools { chance: chance?, time: time?, output: output? })
}

fn operation(diag: &mut Diagnostics, field: Field<'_>, names: &Names) -> Option<OperationId> {
    let name = field.text(diag)?;
    Some(OperationId(names.operations.get_index_of(name)? as u8))
}

fn session(diag: &mut Diagnostics, field: Field<'_>, names: &Names) -> Option<Session> {
    let table = Table::open(diag, field, SESSION)?;
    let login = match table.get("login") {
        Some(field) => operation(diag, field, names),
        None => names.operations.get_index_of("login").map(|at| OperationId(at as u8)),
    };
    let life = table.get("life").and_then(|field| law::read(diag, field, Unit::Seconds));
    let held = table.value(diag, &HELD);
    let renews_ahead = table.value(diag, &RENEW);
    Some(Session { login: login?, life: life?, held, renews_ahead })
}

fn returns(diag: &mut Diagnostics, field: Field<'_>) -> Option<Returns> {
    let table = Table::open(diag, field, RETURNS)?;
    let chance = table.value(diag, &RETURNS_CHANCE);
    Some(Returns { chance, after: law::read(diag, table.get("after")?, Unit::Seconds)? })
}

fn surges<'t>(diag: &mut Diagnostics, table: &Table<'t>, context: &Context<'_>) -> Vec<surge::Unsized<'t>> {
    let Some(field) = table.get("surge") else { return Vec::new() };
    let items = field.list(diag, limits::SURGES_MAX);
    items.into_iter().filter_map(|item| surge::read(diag, item, context.run.duration)).collect()
}
