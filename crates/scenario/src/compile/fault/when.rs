//! When a fault happens: by the clock, by chance, by a condition.

use super::Context;
use crate::block::{Block, Key, Need, Shape, Unit, key};
use crate::compile::change::When;
use crate::compile::law;
use crate::problem::{Diagnostics, Draft};
use crate::read::{Field, Table};
use crate::row::{Absent, Flag, PositiveTime, Row, Time, Type as _, row};
use brownout_units::Span;

const AGAIN: Row<Flag> =
    row("again", Flag, Absent::Means(false), "After it is over the condition may trigger it again.");
const FOR: Row<PositiveTime> =
    row("for", PositiveTime("a fault lasts some time"), Absent::Nothing, "For how long.");
const AT: Row<Time> = row(
    "at",
    Time,
    Absent::Follows("0s with another trigger"),
    "When it happens, since the start of the run.",
);
pub(super) const KEYS: &[Key] = &[
    AT.key(),
    FOR.key(),
    key(
        "random",
        Shape::Block(RANDOM),
        Need::Optional,
        "Repeatedly at random, from \"at\" on: the time to failure and the time to repair.",
    ),
    key("when", super::super::condition::SHAPE, Need::Optional, "When a condition holds, from \"at\" on."),
    AGAIN.key(),
];

const EACH: Row<Flag> =
    row("each", Flag, Absent::Means(false), "Replicas fail independently, not all together.");

const RANDOM: &Block = &Block {
    name: "chance",
    doc: "The time to failure and the time to repair.",
    keys: &[&[
        key(
            "mtbf",
            Shape::Law(Unit::Seconds),
            Need::Required,
            "Time to failure; a bare span is an exponential's mean.",
        ),
        key(
            "mttr",
            Shape::Law(Unit::Seconds),
            Need::Required,
            "Time to repair; a bare span is an exponential's mean.",
        ),
        EACH.key(),
    ]],
};

/// When a fault happens.
pub(super) struct Times {
    pub(super) at: Span,
    pub(super) lasts: Span,
    pub(super) when: When,
}

impl Times {
    pub(super) fn is_scheduled(&self) -> bool {
        self.when == When::Scheduled
    }
}

pub(super) fn read(diag: &mut Diagnostics, table: &Table<'_>, context: &Context<'_>) -> Option<Times> {
    let (random, when) = (table.get("random"), table.get("when"));
    if let (Some(_), Some(field)) = (random, when) {
        let draft = field.error(diag, "a fault happens either by chance or by a condition");
        diag.report(draft.hint("leave one of them out, or write two faults"));
    }
    let scheduled = random.is_none() && when.is_none();
    let at = match table.get("at") {
        Some(field) => at(diag, field, context.duration),
        None if scheduled => {
            let draft = Draft::error(table.place, "this fault does not say when it happens");
            diag.report(draft.hint("as in at = \"1h\", or random = { … }, or when = { … }"));
            None
        }
        None => Some(Span::ZERO),
    };
    let lasts = lasts(diag, table, random.is_none(), context.momentary);
    let again = table.get("again").map(|field| (field, table.value(diag, &AGAIN)));
    if let (Some((field, _)), None) = (again, when) {
        let draft = field.error(diag, "\"again\" belongs to \"when\"");
        diag.report(draft.hint("a random fault repeats anyway"));
    }
    let when = match (random, when) {
        (Some(field), _) => self::random(diag, field)?,
        (None, Some(field)) => {
            let condition = super::super::condition::read(diag, field, context.names, context.tiers)?;
            When::Triggered { condition, again: again.map_or(AGAIN.usual(), |(_, flag)| flag) }
        }
        (None, None) => When::Scheduled,
    };
    Some(Times { at: at?, lasts: lasts?, when })
}

fn at(diag: &mut Diagnostics, field: Field<'_>, duration: Span) -> Option<Span> {
    let at = AT.of.read(diag, field)?;
    if duration <= at {
        let draft = field.error(diag, format!("the run is over after {duration}"));
        diag.report(
            draft.allowed(format!("less than {duration}")).hint("make the run longer, or the fault earlier"),
        );
        return None;
    }
    Some(at)
}

fn lasts(diag: &mut Diagnostics, table: &Table<'_>, needed: bool, momentary: bool) -> Option<Span> {
    match table.get("for") {
        Some(field) if momentary => {
            diag.report(field.error(diag, "this fault is instantaneous").hint("leave \"for\" out"));
            None
        }
        Some(field) if !needed => {
            let draft = field.error(diag, "\"mttr\" sets how long a random fault lasts");
            diag.report(draft.hint("leave \"for\" out"));
            None
        }
        Some(_) => table.said(diag, &FOR),
        None if momentary || !needed => Some(Span::ZERO),
        None => {
            let draft = Draft::error(table.place, "this fault does not say how long it lasts");
            diag.report(draft.hint("as in for = \"10m\""));
            None
        }
    }
}

fn random(diag: &mut Diagnostics, field: Field<'_>) -> Option<When> {
    let table = Table::open(diag, field, RANDOM)?;
    let mut spread = |name: &'static str| {
        let field = table.get(name)?;
        let law = law::read(diag, field, Unit::Seconds)?;
        if law.mean() <= 0.0 {
            diag.report(field.error(diag, "this must take more than zero time").allowed("more than 0s"));
            return None;
        }
        // A bare span is a mean: an author does not mean machines that all fail after exactly an hour.
        if field.node.entries().is_some() { Some(law) } else { law::exponential(law.mean()) }
    };
    let (up, down) = (spread("mtbf"), spread("mttr"));
    let each = table.value(diag, &EACH);
    Some(When::Random { up: up?, down: down?, each })
}
