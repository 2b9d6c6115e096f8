//! `[[load.NAME.surge]]`: extra users.

use crate::block::{Block, Key, Need, Shape as Form, key};
use crate::compile::change::Surge;
use crate::limits;
use crate::problem::Desk;
use crate::read::{Field, Table};
use brownout_tiers::model::Shape;
use brownout_units::Span;

const KEYS: &[Key] = &[
    key(
        "kind",
        Form::Text,
        Need::Default("surge"),
        "What it is called in charts: migration, launch, failover.",
    ),
    key("users", Form::Count(1, limits::USERS_MAX), Need::Required, "How many users arrive in all."),
    key("at", Form::Span, Need::Default("0s"), "When the window opens, since the start of the run."),
    key("over", Form::Span, Need::Required, "How long the window is."),
    key(
        "shape",
        Form::Any(&[Form::Word(&["step", "ramp", "s-curve", "flash"]), Form::Block(DECAY)]),
        Need::Default("step"),
        "How the users spread over the window: evenly, growing, slow-fast-slow, at once, or at once and less and less.",
    ),
];

pub(crate) const SURGE: &Block =
    &Block { name: "a surge", doc: "Extra users: exactly so many arrive within a window.", keys: &[KEYS] };

const DECAY: &Block = &Block {
    name: "a shape",
    doc: "At once, then less and less: { decay = \"2h\" } halves the rate every two hours.",
    keys: &[&[key("decay", Form::Span, Need::Required, "The half life of the rate.")]],
};

const WORDS: &[(&str, Shape)] =
    &[("step", Shape::Step), ("ramp", Shape::Ramp), ("s-curve", Shape::SCurve), ("flash", Shape::Flash)];

pub(crate) fn read(desk: &mut Desk, field: Field<'_>, duration: Span) -> Option<Surge> {
    let table = Table::open(desk, field, SURGE)?;
    let name = table.get("kind").and_then(|field| field.text(desk)).unwrap_or("surge");
    let why = "a surge brings at least 1 user";
    let users = table.get("users").and_then(|field| field.count(desk, 1, limits::USERS_MAX, why));
    let at = table.get("at").and_then(|field| field.span(desk)).unwrap_or(Span::ZERO);
    let over =
        table.get("over").and_then(|f| f.span_positive(desk, "a surge takes some time; \"1s\" is at once"));
    let shape = table.get("shape").map_or(Some(Shape::Step), |field| shape(desk, field))?;
    if let (true, Some(field)) = (duration <= at, table.get("at")) {
        let draft = field.error(desk, format!("the run is over after {duration}"));
        desk.report(
            draft.allowed(format!("less than {duration}")).hint("make the run longer, or the surge earlier"),
        );
    } else if let (Some(over), Some(field)) = (over, table.get("over"))
        && duration < at.saturating_add(over)
    {
        let message = format!("the run ends after {duration}, in the middle of this surge");
        let draft = field.warning(desk, message);
        desk.report(draft.hint("only the users who arrive until then are simulated"));
    }
    Some(Surge { name: name.to_owned(), users: users?, at, over: over?, shape })
}

fn shape(desk: &mut Desk, field: Field<'_>) -> Option<Shape> {
    if field.node.text().is_some() {
        return field.word(desk, WORDS);
    }
    let table = Table::open(desk, field, DECAY)?;
    let half_life = table.get("decay")?.span_positive(desk, "a half life is longer than nothing")?;
    Some(Shape::Decay { half_life })
}
