//! `[[load.NAME.surge]]`: extra users.

use crate::block::{Block, Key, Need, Shape as Form, key};
use crate::compile::change::Surge;
use crate::limits;
use crate::problem::{Diagnostics, Draft};
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Number, PositiveTime, Row, Time, Type as _, Word, row};
use brownout_model::{Arrivals, RateCurve, Shape};
use brownout_units::{Span, grouped};

const OVER: Row<PositiveTime> = row(
    "over",
    PositiveTime("a surge takes more than zero time; \"1s\" is at once"),
    Absent::Refused,
    "The length of the window.",
);

const USERS: Row<Count> = row(
    "users",
    Count(1, limits::USERS_MAX, "a surge brings at least 1 user"),
    Absent::Nothing,
    "The number of users who arrive; or else \"factor\".",
);
const FACTOR: Row<Number> = row(
    "factor",
    Number(1.0, 1e6, "a surge adds users: at factor 1 it brings none"),
    Absent::Nothing,
    "Instead of users: at its height load and surge together have this many times the load's own rate at that time.",
);
const AT: Row<Time> =
    row("at", Time, Absent::Means(Span::ZERO), "When the window opens, since the start of the run.");
const KEYS: &[Key] = &[
    key("kind", Form::Text, Need::Default("surge"), "Its name in charts: migration, launch, failover."),
    USERS.key(),
    FACTOR.key(),
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

/// A surge before its number of users is known: a factor needs the rate of its load.
pub(crate) struct Unsized<'t> {
    surge: Surge,
    /// The factor instead of a number of users.
    factor: Option<(f64, Field<'t>)>,
}

pub(crate) fn read<'t>(diag: &mut Diagnostics, field: Field<'t>, duration: Span) -> Option<Unsized<'t>> {
    let table = Table::open(diag, field, SURGE)?;
    let name = table.get("kind").and_then(|field| field.text(diag)).unwrap_or("surge").to_owned();
    let size = size(diag, &table);
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
    let (users, factor) = size?;
    Some(Unsized { surge: Surge { name, users, at, over: over?, shape }, factor })
}

type Size<'t> = (u64, Option<(f64, Field<'t>)>);

/// How large a surge is: a number of users or a factor, exactly one of them.
fn size<'t>(diag: &mut Diagnostics, table: &Table<'t>) -> Option<Size<'t>> {
    match (table.get("users"), table.get("factor")) {
        (Some(_), None) => Some((table.said(diag, &USERS)?, None)),
        (None, Some(field)) => Some((0, Some((table.said(diag, &FACTOR)?, field)))),
        (Some(_), Some(field)) => {
            let draft = field.error(diag, "a surge has either \"users\" or a \"factor\"");
            diag.report(
                draft.hint("leave one out: users is a fixed number, factor follows the rate of the load"),
            );
            None
        }
        (None, None) => {
            let draft = Draft::error(table.place, "this surge does not say how large it is");
            diag.report(draft.hint("as in users = 20_000, or factor = 5: five times the load's own rate"));
            None
        }
    }
}

impl Unsized<'_> {
    /// The surge with its number of users; `own` is how users of its load arrive, if that is known.
    pub(crate) fn sized(self, diag: &mut Diagnostics, own: Option<&Arrivals>) -> Option<Surge> {
        let Unsized { surge, factor } = self;
        let (Some((factor, field)), Some(own)) = (factor, own) else { return Some(surge) };
        let rate = match own {
            Arrivals::Open { rate, .. } => rate_at_height(rate, &surge),
            Arrivals::Trace(rows) => {
                let end = surge.at.saturating_add(surge.over);
                let inside = rows.iter().filter(|row| surge.at <= row.at && row.at < end).count();
                inside as f64 / surge.over.as_secs_f64()
            }
            Arrivals::Closed { .. } => {
                let draft = field.error(diag, "a closed load has no rate that a surge could multiply");
                diag.report(draft.hint("its users wait for their answers: write users = 2_000 instead"));
                return None;
            }
            Arrivals::Never => {
                let draft = field.error(diag, "this load has no rate of its own that a surge could multiply");
                diag.report(draft.hint("give the load a rate, or write users = 20_000 instead"));
                return None;
            }
        };
        let users =
            ((factor - 1.0) * rate * surge.over.as_secs_f64() / surge.shape.height(surge.over)).round();
        if (limits::USERS_MAX as f64) < users {
            let draft = field.error(diag, format!("this brings {users:.1e} users"));
            diag.report(
                draft.allowed(format!("a factor that brings at most {}", grouped(limits::USERS_MAX))),
            );
            return None;
        }
        Some(Surge { users: users as u64, ..surge })
    }
}

/// Users per second of the load itself when the surge is at its height: for a step the mean over its window.
fn rate_at_height(rate: &RateCurve, surge: &Surge) -> f64 {
    let begins = surge.at.as_secs_f64();
    let over = surge.over.as_secs_f64();
    match surge.shape {
        Shape::Step => (rate.integral(begins + over) - rate.integral(begins)) / over,
        Shape::Ramp => rate.at(begins + over),
        Shape::SCurve => rate.at(begins + over / 2.0),
        Shape::Decay { .. } | Shape::Flash => rate.at(begins),
    }
}

fn shape(diag: &mut Diagnostics, field: Field<'_>) -> Option<Shape> {
    if field.node.text().is_some() {
        return SHAPES.read(diag, field);
    }
    let table = Table::open(diag, field, DECAY)?;
    let half_life = table.said(diag, &DECAY_DECAY)?;
    Some(Shape::Decay { half_life })
}
