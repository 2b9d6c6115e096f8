//! `[run]`: how long, from when, how often.

use crate::Overrides;
use crate::block::{Block, Key, Need, Shape, key};
use crate::limits;
use crate::problem::{Diagnostics, Draft};
use crate::read::{Field, Table};
use crate::row::{Absent, Count, PositiveTime, Row, Time, row};
use crate::text::tree::Value;
use brownout_units::{Span, grouped};
use jiff::Zoned;
use jiff::fmt::temporal::Pieces;

const WARMUP: Row<Time> =
    row("warmup", Time, Absent::Means(Span::ZERO), "The start of the run, which summaries leave out.");
const WINDOW: Row<PositiveTime> = row(
    "window",
    PositiveTime("a window has a length"),
    Absent::Follows("duration / 600, rounded up to a round length"),
    "The length of a window of observation.",
);
const SEED: Row<Count> = row(
    "seed",
    Count(0, i64::MAX as u64, "a seed is a whole number"),
    Absent::Means(1),
    "The seed of all random draws.",
);
const REPLICATIONS: Row<Count> = row(
    "replications",
    Count(
        1,
        limits::REPLICATIONS_MAX,
        "an experiment needs at least 1 replication, and an interval hardly shrinks beyond the largest number",
    ),
    Absent::Means(1),
    "The number of runs, each with its own random draws.",
);

const DURATION: Row<PositiveTime> = row(
    "duration",
    PositiveTime("a run has a length"),
    Absent::Refused,
    "How long to simulate, at most ten years.",
);
const KEYS: &[Key] = &[
    DURATION.key(),
    WARMUP.key(),
    WINDOW.key(),
    key(
        "start",
        Shape::Date,
        Need::Optional,
        "The date and time of the start, with its offset from UTC; day curves need it.",
    ),
    SEED.key(),
    REPLICATIONS.key(),
];

pub(crate) const RUN: &Block =
    &Block { name: "[run]", doc: "How long, from when, how often.", keys: &[KEYS] };

/// The contents of `[run]`.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) duration: Span,
    pub(crate) warmup: Span,
    pub(crate) window: Span,
    pub(crate) start: Option<Zoned>,
    pub(crate) seed: u64,
    pub(crate) replications: u32,
    /// Whether the duration is from the file, not a stand-in after an error.
    pub(crate) known: bool,
}

impl Run {
    /// The time of day of the start.
    pub(crate) fn clock(&self) -> Option<Span> {
        let time = self.start.as_ref()?.time();
        let seconds =
            3_600 * u64::from(time.hour().unsigned_abs()) + 60 * u64::from(time.minute().unsigned_abs());
        Some(Span::from_secs(seconds + u64::from(time.second().unsigned_abs())))
    }
}

/// Window lengths that read well on an axis, in seconds.
const ROUND_SECONDS: [f64; 33] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0,
    300.0, 600.0, 900.0, 1_200.0, 1_800.0, 3_600.0, 7_200.0, 10_800.0, 14_400.0, 21_600.0, 43_200.0,
    86_400.0, 172_800.0, 432_000.0, 604_800.0,
];

/// The shortest round length that cuts `duration` into at most 600 windows.
fn round_window(duration: Span) -> Span {
    let least = duration.as_secs_f64() / 600.0;
    let round = ROUND_SECONDS.into_iter().find(|round| least <= *round * (1.0 + 1e-12));
    Span::from_secs_f64(round.unwrap_or(604_800.0))
}

/// Assumed where `[run]` cannot be read, so that everything else still can be checked.
pub(crate) fn unknown() -> Run {
    let duration = longest();
    let window = round_window(duration);
    Run {
        duration,
        warmup: Span::ZERO,
        window,
        start: None,
        seed: SEED.usual(),
        replications: REPLICATIONS.usual() as u32,
        known: false,
    }
}

fn longest() -> Span {
    Span::from_secs(limits::DURATION_DAYS_MAX * 86_400)
}

pub(crate) fn read(diag: &mut Diagnostics, field: Field<'_>, overrides: &Overrides) -> Run {
    let Some(table) = Table::open(diag, field, RUN) else { return unknown() };
    let said = duration(diag, &table);
    let duration = said.unwrap_or_else(longest);
    let known = said.is_some();
    let said = table.said(diag, &WINDOW);
    let window =
        said.filter(|window| fits(diag, &table, *window, duration)).unwrap_or_else(|| round_window(duration));
    let warmup = table.value(diag, &WARMUP);
    if let (true, Some(field)) = (duration <= warmup, table.get("warmup")) {
        let message = format!("the warm-up covers the whole run of {duration}");
        let draft = field.error(diag, message).allowed(format!("less than {duration}"));
        diag.report(draft.hint("make the run longer, or the warm-up shorter"));
    }
    let start = table.get("start").and_then(|field| start(diag, field));
    let seed = table.value(diag, &SEED);
    let replications = table.value(diag, &REPLICATIONS) as u32;
    Run {
        duration,
        warmup,
        window,
        start,
        seed: overrides.seed.unwrap_or(seed),
        replications: overrides.replications.unwrap_or(replications).max(1),
        known,
    }
}

fn duration(diag: &mut Diagnostics, table: &Table<'_>) -> Option<Span> {
    let field = table.get("duration")?;
    let duration = table.said(diag, &DURATION)?;
    let most = longest();
    if most < duration {
        let draft = field.error(diag, "a run lasts at most ten years");
        diag.report(draft.allowed(format!("up to {most}")));
        return None;
    }
    Some(duration)
}

fn fits(diag: &mut Diagnostics, table: &Table<'_>, window: Span, duration: Span) -> bool {
    let Some(field) = table.get("window") else { return true };
    if duration < window {
        let draft = field.error(diag, format!("a window is longer than the whole run of {duration}"));
        diag.report(draft.allowed(format!("up to {duration}")));
        return false;
    }
    let windows = duration.nanos().div_ceil(window.nanos());
    if limits::WINDOWS_MAX < windows {
        let least = Span::from_nanos(duration.nanos().div_ceil(limits::WINDOWS_MAX));
        let draft = field.error(diag, format!("that would be {} windows", grouped(windows)));
        diag.report(draft.allowed(format!("at least {least}")));
        return false;
    }
    true
}

fn start(diag: &mut Diagnostics, field: Field<'_>) -> Option<Zoned> {
    let (Value::Date(text) | Value::Text(text)) = &field.node.value else {
        let draft = field.error(diag, format!("the start is a date and time, not {}", field.node.what()));
        diag.report(draft.allowed("as in 2026-03-02T06:00:00-08:00"));
        return None;
    };
    let zoned = zoned(text);
    if zoned.is_none() {
        let draft = field.error(diag, "the start needs a date, a time and an offset from UTC");
        diag.report(draft.allowed("as in 2026-03-02T06:00:00-08:00, or with Z for UTC"));
    }
    zoned
}

fn zoned(text: &str) -> Option<Zoned> {
    let pieces = Pieces::parse(text).ok()?;
    let offset = pieces.to_numeric_offset()?;
    let civil = pieces.date().to_datetime(pieces.time()?);
    civil.to_zoned(jiff::tz::TimeZone::fixed(offset)).ok()
}

/// Reports that something needs `run.start`.
pub(crate) fn needs_start(diag: &mut Diagnostics, field: Field<'_>) {
    let draft = Draft::error(
        field.node.place,
        format!("{} needs the time of day at which the run begins", field.name),
    );
    diag.report(draft.hint("set the start of the run: [run] start = 2026-03-02T06:00:00-08:00"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_round_and_at_most_600() {
        let check = |duration: &str, expect: &str| {
            let window = round_window(duration.parse().expect("a span"));
            assert_eq!(window.to_string(), expect.parse::<Span>().expect("a span").to_string(), "{duration}");
        };
        check("9h", "1m");
        check("10m", "1s");
        check("1s", "2ms");
        check("72h", "10m");
        check("3652d", "7d");
    }
}
