//! `[[load.NAME.surge]]`: extra users.

use crate::block::{Block, Key, Need, Shape as Form, key};
use crate::compile::change::Surge;
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Count, PositiveTime, Row, Time, Type as _, Word, row};
use brownout_model::Shape;
use brownout_units::Span;

const OVER: Row<PositiveTime> = row(
    "over",
    PositiveTime("a surge takes more than zero time; \"1s\" is at once"),
    Absent::Refused,
    "The length of the window.",
);

const USERS: Row<Count> = row(
    "users",
    Count(1, limits::USERS_MAX, "a surge brings at least 1 user"),
    Absent::Refused,
    "The number of users who arrive.",
);
const AT: Row<Time> =
    row("at", Time, Absent::Means(Span::ZERO), "When the window opens, since the start of the run.");
const KEYS: &[Key] = &[
    key("kind", Form::Text, Need::Default("surge"), "Its name in charts: migration, launch, failover."),
    USERS.key(),
    AT.key(),
    OVER.key(),
    key(
        "shape",
        Form::Any(&[Form::Typed(&SHAPES), Form::Block(DECAY)]),
        Need::Default("step"),
        "How the users spread over the window: evenly, growing, slow-fast-slow, at once, or decaying.",
    ),
];

pub(crate) const SURGE: &Block =
    &Block { name: "a surge", doc: "Extra users: an exact number arrives within a window.", keys: &[KEYS] };

const DECAY_DECAY: Row<PositiveTime> = row(
    "decay",
    PositiveTime("a half life is longer than zero"),
    Absent::Refused,
    "The half life of the rate.",
);

const DECAY: &Block = &Block {
    name: "a shape",
    doc: "A jump that decays: { decay = \"2h\" } halves the rate every two hours.",
    keys: &[&[DECAY_DECAY.key()]],
};

const SHAPES: Word<Shape> = Word(&[
    ("step", Shape::Step),
    ("ramp", Shape::Ramp),
    ("s-curve", Shape::SCurve),
    ("flash", Shape::Flash),
]);

pub(crate) fn read(diag: &mut Diagnostics, field: Field<'_>, duration: Span) -> Option<Surge> {
    let table = Table::open(diag, field, SURGE)?;
    let name = table.get("kind").and_then(|field| field.text(diag)).unwrap_or("surge");
    let users = table.said(diag, &USERS);
    let at = table.value(diag, &AT);
    let over = table.said(diag, &OVER);
    let shape = table.get("shape").map_or(Some(Shape::Step), |field| shape(diag, field))?;
    if let (true, Some(field)) = (duration <= at, table.get("at")) {
        let draft = field.error(diag, format!("the run is over after {duration}"));
        diag.report(
            draft.allowed(format!("less than {duration}")).hint("make the run longer, or the surge earlier"),
        );
    } else if let (Some(over), Some(field)) = (over, table.get("over"))
        && duration < at.saturating_add(over)
    {
        let message = format!("the run ends after {duration}, in the middle of this surge");
        let draft = field.warning(diag, message);
        diag.report(draft.hint("only the users who arrive until then are simulated"));
    }
    Some(Surge { name: name.to_owned(), users: users?, at, over: over?, shape })
}

fn shape(diag: &mut Diagnostics, field: Field<'_>) -> Option<Shape> {
    if field.node.text().is_some() {
        return SHAPES.read(diag, field);
    }
    let table = Table::open(diag, field, DECAY)?;
    let half_life = table.said(diag, &DECAY_DECAY)?;
    Some(Shape::Decay { half_life })
}
