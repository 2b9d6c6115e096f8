//! When users arrive: a rate or stages, a fixed number of users, or a trace; evenly or in bursts.

use super::load::Context;
use super::{rate, trace};
use crate::block::{Block, Key, Need, Shape, key};
use crate::limits;
use crate::problem::{Diagnostics, Draft};
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Frequency, Number, PositiveTime, Row, Time, Type as _, Word, row};
use brownout_dist::Gamma;
use brownout_model::{Arrivals, Burst, MmppState};
use brownout_units::{Span, grouped};

const RAMP: Row<Time> =
    row("ramp", Time, Absent::Means(Span::ZERO), "Closed: they start evenly over this span.");

const USERS: Row<Count> = row(
    "users",
    Count(1, limits::CLOSED_USERS_MAX, "a closed load has at least 1 user, and keeps a row for each"),
    Absent::Nothing,
    "Closed: the number of users who repeat the journey.",
);
const TIMES: Row<Number> = row(
    "factor",
    Number(1e-6, 1e6, "a factor is above 0; to switch a load off: enabled = false"),
    Absent::Means(1.0),
    "Times the whole load: its rate and stages, the users of a closed one, the speed of a trace, and surges by factor.",
);
const MODEL: Row<Word<Mode>> = row(
    "model",
    Word(&[("open", Mode::Open), ("closed", Mode::Closed), ("trace", Mode::Trace)]),
    Absent::Means(Mode::Open),
    "open: users arrive at a rate; closed: a fixed number of users repeats the journey; trace: recorded arrivals.",
);
/// The bound that k6 calls `maxVUs`.
pub(super) const MAX_USERS: Row<Count> = row(
    "max_users",
    Count(1, limits::CLOSED_USERS_MAX, "a load without users asks for nothing"),
    Absent::Nothing,
    "Open: the most users at once. While all are busy, or away until they come back, arrivals are dropped, as \
     iterations of k6 above its maxVUs: a slow service then gets fewer.",
);
/// Users per second of an open load.
pub(super) const RATE: Row<Frequency> =
    row("rate", rate::USERS_PER_SECOND, Absent::Nothing, "Open: users per second.");
/// The keys of a load that say when users arrive.
pub(crate) const KEYS: &[Key] = &[
    MODEL.key(),
    RATE.key(),
    key(
        "stages",
        Shape::List(&Shape::Block(rate::STAGE)),
        Need::Optional,
        "Open: the rate moves from stage to stage, as in k6.",
    ),
    key("diurnal", Shape::Block(rate::DIURNAL), Need::Optional, "Open: factors of the rate over the day."),
    key(
        "weekdays",
        Shape::Block(rate::WEEKDAYS),
        Need::Optional,
        "Open: factors of the rate by day of the week.",
    ),
    key(
        "arrivals",
        Shape::Any(&[Shape::Typed(&STEADY), Shape::Block(BURST)]),
        Need::Default("poisson"),
        "Open: the arrival process at that rate.",
    ),
    MAX_USERS.key(),
    TIMES.key(),
    USERS.key(),
    RAMP.key(),
    key("trace", Shape::Block(trace::TRACE), Need::Optional, "Trace: a table of arrivals."),
];

/// Arrivals without bursts: whether they are even.
const STEADY: Word<bool> = Word(&[("poisson", false), ("even", true)]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Process {
    Poisson,
    Even,
    Gamma,
    Mmpp,
}
const WORDS: &[(&str, Process)] = &[
    ("poisson", Process::Poisson),
    ("even", Process::Even),
    ("gamma", Process::Gamma),
    ("mmpp", Process::Mmpp),
];

const KIND: Row<Word<Process>> = row("kind", Word(WORDS), Absent::Refused, "Which process.");

const CV: Row<Number> = row(
    "cv",
    Number(
        0.01,
        Gamma::CV_MAX,
        "a coefficient of variation below 0.01 is \"even\", above 10 \"mmpp\" says what happens between bursts",
    ),
    Absent::Nothing,
    "gamma: the coefficient of variation of the gaps; 1 is poisson, more is burstier.",
);
const BURST: &Block = &Block {
    name: "arrivals",
    doc: "Bursts: a renewal process (gamma), or a rate that changes at random (mmpp).",
    keys: &[&[
        KIND.key(),
        CV.key(),
        key(
            "states",
            Shape::List(&Shape::Block(STATE)),
            Need::Optional,
            "mmpp: the states, next drawn evenly from the others.",
        ),
    ]],
};

const FACTOR: Row<Number> =
    row("factor", Number(0.0, 1e6, "a rate is not negative"), Absent::Refused, "Times the rate.");
const MEAN: Row<PositiveTime> =
    row("mean", PositiveTime("a state lasts some time"), Absent::Refused, "Mean stay, exponential.");

const STATE: &Block = &Block {
    name: "a state",
    doc: "A factor of the rate while it lasts; the factors are scaled so that they average 1 over time.",
    keys: &[&[FACTOR.key(), MEAN.key()]],
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Open,
    Closed,
    Trace,
}

/// The model that each key belongs to.
const OWNERS: [(&str, Mode, &str); 10] = [
    ("max_users", Mode::Open, "open"),
    ("rate", Mode::Open, "open"),
    ("stages", Mode::Open, "open"),
    ("diurnal", Mode::Open, "open"),
    ("weekdays", Mode::Open, "open"),
    ("arrivals", Mode::Open, "open"),
    ("users", Mode::Closed, "closed"),
    ("ramp", Mode::Closed, "closed"),
    ("trace", Mode::Trace, "trace"),
    ("model", Mode::Open, ""),
];

pub(crate) fn read(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    context: &Context<'_>,
    surges: bool,
) -> Arrivals {
    let Some(mode) = table.read(diag, &MODEL) else { return Arrivals::Never };
    for (name, owner, word) in OWNERS {
        if let (false, true, Some(field)) = (word.is_empty(), owner != mode, table.get(name)) {
            let draft = field.error(diag, format!("\"{name}\" belongs to a load of model \"{word}\""));
            diag.report(draft.hint(format!("write model = \"{word}\", or leave \"{name}\" out")));
        }
    }
    let factor = table.value(diag, &TIMES);
    match mode {
        Mode::Open => open(diag, table, context, surges, factor),
        Mode::Closed => closed(diag, table, factor),
        Mode::Trace => match table.get("trace") {
            Some(field) => trace::read(diag, field, context, factor).map_or(Arrivals::Never, Arrivals::Trace),
            None => missing(
                diag,
                table,
                "a trace load needs its \"trace\"",
                "trace = { file = \"arrivals.csv\", time = \"timestamp\" }",
            ),
        },
    }
}

fn missing(diag: &mut Diagnostics, table: &Table<'_>, message: &str, example: &str) -> Arrivals {
    diag.report(Draft::error(table.place, message).hint(format!("as in {example}")));
    Arrivals::Never
}

fn closed(diag: &mut Diagnostics, table: &Table<'_>, factor: f64) -> Arrivals {
    if table.get("users").is_none() {
        return missing(diag, table, "a closed load needs its \"users\"", "users = 200");
    }
    let users = table.said(diag, &USERS);
    let ramp = table.value(diag, &RAMP);
    let Some(users) = users else { return Arrivals::Never };
    // Half a user is no user: the nearest number, and at least one.
    let users = (users as f64 * factor).round().max(1.0);
    if limits::CLOSED_USERS_MAX < users as u64 {
        if let Some(field) = table.get("factor").or(table.get("users")) {
            let message = format!("this makes {users:.0} users, and a closed load keeps a row for each");
            let allowed = format!("at most {} users", grouped(limits::CLOSED_USERS_MAX));
            diag.report(field.error(diag, message).allowed(allowed));
        }
        return Arrivals::Never;
    }
    Arrivals::Closed { users: users as u32, ramp }
}

fn open(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    context: &Context<'_>,
    surges: bool,
    factor: f64,
) -> Arrivals {
    let burst = table.get("arrivals").and_then(|field| burst(diag, field)).unwrap_or(Burst::Poisson);
    match rate::read(diag, table, context.run, factor) {
        Some(rate) => Arrivals::Open { rate, burst },
        None if surges || table.get("rate").or(table.get("stages")).is_some() => Arrivals::Never,
        None => {
            missing(diag, table, "an open load needs a \"rate\", \"stages\" or a surge", "rate = \"40/s\"")
        }
    }
}

fn burst(diag: &mut Diagnostics, field: Field<'_>) -> Option<Burst> {
    if field.node.text().is_some() {
        let even = STEADY.read(diag, field)?;
        return Some(if even { Burst::Even } else { Burst::Poisson });
    }
    let table = Table::open(diag, field, BURST)?;
    let kind = table.said(diag, &KIND)?;
    let needs = |diag: &mut Diagnostics, key: &str| {
        let draft = Draft::error(field.node.place, format!("arrivals of this kind need \"{key}\""));
        diag.report(draft.hint(
            "as in { kind = \"gamma\", cv = 2 } or { kind = \"mmpp\", \
             states = [{ factor = 0.5, mean = \"60s\" }, { factor = 3, mean = \"20s\" }] }",
        ));
    };
    match kind {
        Process::Poisson => Some(Burst::Poisson),
        Process::Even => Some(Burst::Even),
        Process::Gamma => {
            if table.get("cv").is_some() {
                table.said(diag, &CV).map(|cv| Burst::Gamma { cv })
            } else {
                needs(diag, "cv");
                None
            }
        }
        Process::Mmpp => {
            if let Some(field) = table.get("states") {
                states(diag, field).map(Burst::Mmpp)
            } else {
                needs(diag, "states");
                None
            }
        }
    }
}

fn states(diag: &mut Diagnostics, field: Field<'_>) -> Option<Vec<MmppState>> {
    let mut states = Vec::new();
    for item in field.list(diag, limits::STATES_MAX) {
        let table = Table::open(diag, item, STATE)?;
        let factor = table.said(diag, &FACTOR)?;
        let mean = table.said(diag, &MEAN)?;
        states.push(MmppState { factor, mean });
    }
    if states.len() < 2 {
        diag.report(field.error(diag, "one state alone never changes").allowed("at least 2 states"));
        return None;
    }
    // The next state is drawn evenly, so each is entered equally often and holds for its share of the mean stays.
    let stay: f64 = states.iter().map(|state| state.mean.as_secs_f64()).sum();
    let mean = states.iter().map(|state| state.factor * state.mean.as_secs_f64()).sum::<f64>() / stay;
    if mean <= 0.0 {
        diag.report(
            field
                .error(diag, "every factor is 0, so no user ever arrives")
                .allowed("at least one factor above 0"),
        );
        return None;
    }
    for state in &mut states {
        state.factor /= mean;
    }
    Some(states)
}
