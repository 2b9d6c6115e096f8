//! The rate of an open load over time: a constant or stages, times a day curve, times the days of the week.

use super::arrivals;
use super::run::{Run, needs_start};
use crate::block::{Block, Key, Need, Shape, key};
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Flag, Frequency, Number, Row, Time, Type as _, row};
use brownout_model::RateCurve;
use brownout_units::{Rate, Span};
use jiff::Zoned;

const DURATION: Row<Time> = row(
    "duration",
    Time,
    Absent::Refused,
    "How long the rate takes to reach this stage's; \"0s\" is a step.",
);
const JUMP: Row<Flag> =
    row("jump", Flag, Absent::Means(false), "The rate applies at once and holds for the duration.");

const RATE: Row<Frequency> = row(
    "rate",
    USERS_PER_SECOND,
    Absent::Refused,
    "Users per second at the end of the stage; the first stage has it from the start.",
);
/// The clock ticks in nanoseconds: ten of them are the least mean gap between two users.
pub(super) const USERS_PER_SECOND: Frequency =
    Frequency(Rate::from_per_second(1e8), "this rate is too high to simulate");

const STAGE_KEYS: &[Key] = &[DURATION.key(), RATE.key(), JUMP.key()];

pub(crate) const STAGE: &Block =
    &Block { name: "a stage", doc: "A stage of the rate, as in k6.", keys: &[STAGE_KEYS] };

/// A factor of the rate.
pub(super) const FACTOR: Number = Number(0.0, 1e6, "a factor is not negative");

const PEAK_HOUR: Row<Number> = row(
    "peak_hour",
    Number(0.0, 24.0, "a day has 24 hours"),
    Absent::Means(14.0),
    "The hour of the peak, local time of run.start.",
);

const PEAK: Row<Number> = row("peak", FACTOR, Absent::Means(1.5), "The highest factor.");
const TROUGH: Row<Number> =
    row("trough", FACTOR, Absent::Means(0.5), "The lowest factor, twelve hours away.");
pub(crate) const DIURNAL: &Block = &Block {
    name: "diurnal",
    doc: "Factors of the rate over the day: 24 numbers from midnight on, or a sine from trough to peak.",
    keys: &[&[
        key(
            "shape",
            Shape::List(&Shape::Typed(&FACTOR)),
            Need::Optional,
            "24 factors, one at each full hour from midnight, interpolated linearly.",
        ),
        PEAK.key(),
        TROUGH.key(),
        PEAK_HOUR.key(),
    ]],
};

const DAYS: [&Row<Number>; 7] = [&MON, &TUE, &WED, &THU, &FRI, &SAT, &SUN];

const MON: Row<Number> = row("mon", FACTOR, Absent::Means(1.0), "Monday.");
const TUE: Row<Number> = row("tue", FACTOR, Absent::Means(1.0), "Tuesday.");
const WED: Row<Number> = row("wed", FACTOR, Absent::Means(1.0), "Wednesday.");
const THU: Row<Number> = row("thu", FACTOR, Absent::Means(1.0), "Thursday.");
const FRI: Row<Number> = row("fri", FACTOR, Absent::Means(1.0), "Friday.");
const SAT: Row<Number> = row("sat", FACTOR, Absent::Means(1.0), "Saturday.");
const SUN: Row<Number> = row("sun", FACTOR, Absent::Means(1.0), "Sunday.");
pub(crate) const WEEKDAYS: &Block = &Block {
    name: "weekdays",
    doc: "Factors of the rate by the day of the week.",
    keys: &[&[MON.key(), TUE.key(), WED.key(), THU.key(), FRI.key(), SAT.key(), SUN.key()]],
};

const DAY: f64 = 86_400.0;
/// The resolution of a day curve, in seconds.
const STEP: u64 = 900;

pub(crate) fn read(diag: &mut Diagnostics, table: &Table<'_>, run: &Run, factor: f64) -> Option<RateCurve> {
    let mut points = match (table.get("rate"), table.get("stages")) {
        (Some(field), Some(_)) => {
            let draft = field.error(diag, "a load has either a \"rate\" or \"stages\"");
            diag.report(draft.hint("put the rate into a first stage"));
            return None;
        }
        (Some(_), None) => vec![(Span::ZERO, table.said(diag, &arrivals::RATE)?.per_second())],
        (None, Some(field)) => stages(diag, field, run)?,
        (None, None) => return None,
    };
    for point in &mut points {
        point.1 *= factor;
    }
    if points.iter().any(|point| USERS_PER_SECOND.0.per_second() < point.1)
        && let Some(field) = table.get("factor")
    {
        let draft = field.error(diag, "this makes a rate that is too high to simulate");
        diag.report(draft.allowed("up to 100M/s"));
        return None;
    }
    let day = table.get("diurnal").and_then(|field| diurnal(diag, field, run));
    let week = table.get("weekdays").and_then(|field| weekdays(diag, field, run));
    match (&run.start, day.is_some() || week.is_some()) {
        (Some(start), true) => Some(RateCurve(drawn(&RateCurve(points), start, day, week, run.duration))),
        _ => Some(RateCurve(points)),
    }
}

fn stages(diag: &mut Diagnostics, field: Field<'_>, run: &Run) -> Option<Vec<(Span, f64)>> {
    let mut points: Vec<(Span, f64)> = Vec::new();
    let mut at = Span::ZERO;
    let items = field.list(diag, limits::STAGES_MAX);
    if items.is_empty() {
        diag.report(field.error(diag, "a rate needs at least 1 stage").allowed("at least 1 stage"));
    }
    for item in items {
        let Some(table) = Table::open(diag, item, STAGE) else { continue };
        let duration = table.said(diag, &DURATION);
        let rate = table.said(diag, &RATE).map(Rate::per_second);
        let jump = table.value(diag, &JUMP);
        let (Some(duration), Some(rate)) = (duration, rate) else { continue };
        if points.is_empty() || jump {
            points.push((at, rate));
        }
        at = at.saturating_add(duration);
        points.push((at, rate));
    }
    if points.is_empty() {
        return None;
    }
    if run.duration < at {
        let message = format!("the stages take {at}, but the run ends after {}", run.duration);
        diag.report(field.warning(diag, message).hint("make run.duration longer, or the stages shorter"));
    }
    Some(points)
}

/// A factor for each hour from midnight.
type Day = [f64; 24];

fn needs(diag: &mut Diagnostics, field: Field<'_>, run: &Run) -> Option<()> {
    if run.start.is_none() {
        needs_start(diag, field);
        return None;
    }
    if !run.known {
        return None;
    }
    if Span::from_secs(limits::DIURNAL_DAYS_MAX * 86_400) < run.duration {
        let draft = field.error(diag, "a day curve covers at most a year");
        diag.report(draft.hint("make run.duration shorter, or leave the day curve out"));
        return None;
    }
    Some(())
}

fn diurnal(diag: &mut Diagnostics, field: Field<'_>, run: &Run) -> Option<Day> {
    let table = Table::open(diag, field, DIURNAL)?;
    if let Some(shape) = table.get("shape") {
        let items = shape.list(diag, 24);
        let factors: Vec<f64> = items.iter().filter_map(|item| FACTOR.read(diag, *item)).collect();
        needs(diag, field, run)?;
        return factors.try_into().ok().or_else(|| {
            diag.report(
                shape
                    .error(diag, format!("a day has 24 hours, but here are {} factors", items.len()))
                    .allowed("24 numbers"),
            );
            None
        });
    }
    let peak = table.read(diag, &PEAK)?;
    let trough = table.read(diag, &TROUGH)?;
    let hour = table.read(diag, &PEAK_HOUR)?;
    if peak < trough {
        let place = table.get("peak").or(table.get("trough")).unwrap_or(field);
        diag.report(
            place
                .error(diag, "the peak is lower than the trough")
                .allowed(format!("a peak of at least {trough}")),
        );
    }
    needs(diag, field, run)?;
    Some(std::array::from_fn(|at| {
        let phase = (at as f64 - hour) / 24.0 * std::f64::consts::TAU;
        f64::midpoint(peak, trough) + (peak - trough) / 2.0 * phase.cos()
    }))
}

fn weekdays(diag: &mut Diagnostics, field: Field<'_>, run: &Run) -> Option<[f64; 7]> {
    let table = Table::open(diag, field, WEEKDAYS)?;
    needs(diag, field, run)?;
    let mut factors = [0.0; 7];
    for (factor, day) in factors.iter_mut().zip(DAYS) {
        *factor = table.read(diag, day)?;
    }
    Some(factors)
}

/// The product of a rate, a day curve and a week, piecewise linear.
fn drawn(
    base: &RateCurve,
    start: &Zoned,
    day: Option<Day>,
    week: Option<[f64; 7]>,
    duration: Span,
) -> Vec<(Span, f64)> {
    let midnight = start.time();
    let offset = f64::from(i32::from(midnight.hour()) * 3_600 + i32::from(midnight.minute()) * 60)
        + f64::from(midnight.second())
        + f64::from(midnight.subsec_nanosecond()) / 1e9;
    let first_day = start.weekday().to_monday_zero_offset() as usize;
    let factor = |at: Span, day_of: Span| {
        let local = at.as_secs_f64() + offset;
        let hour = local.rem_euclid(DAY) / 3_600.0;
        let low = (hour as usize).min(23);
        let curve = day.map_or(1.0, |day| day[low] + (day[(low + 1) % 24] - day[low]) * (hour - low as f64));
        // The factor of a week changes at midnight; a point just before it still belongs to the day that ends.
        let days = ((day_of.as_secs_f64() + offset) / DAY).floor() as usize;
        curve * week.map_or(1.0, |week| week[(first_day + days) % 7])
    };
    let mut points = Vec::new();
    let mut knots: Vec<Span> = base.0.iter().map(|(at, _)| *at).filter(|at| *at <= duration).collect();
    knots.push(duration);
    knots.extend((0..=duration.nanos() / 1_000_000_000 / STEP).map(|n| Span::from_secs(n * STEP)));
    let to_midnight = Span::from_secs_f64((DAY - offset).rem_euclid(DAY));
    let midnights = (0..).map(|n| to_midnight.saturating_add(Span::from_secs(n * 86_400)));
    knots.extend(midnights.take_while(|at| *at <= duration));
    knots.sort_unstable();
    knots.dedup();
    let instant = Span::from_nanos(1);
    for at in knots {
        let (before, after) = base_rate(base, at);
        let just_before = at.saturating_sub(instant);
        let (left, right) = (before * factor(at, just_before), after * factor(at, at));
        if !at.is_zero() && left.to_bits() != right.to_bits() {
            points.push((at, left));
        }
        points.push((at, right));
    }
    points
}

/// The rate just before and just after an instant.
fn base_rate(curve: &RateCurve, at: Span) -> (f64, f64) {
    let points = &curve.0;
    let value = |below: Option<&(Span, f64)>, above: Option<&(Span, f64)>| match (below, above) {
        (Some(a), Some(b)) if a.0 < b.0 => {
            let part = at.saturating_sub(a.0).as_secs_f64() / b.0.saturating_sub(a.0).as_secs_f64();
            a.1 + (b.1 - a.1) * part
        }
        (Some(point), _) | (None, Some(point)) => point.1,
        (None, None) => 0.0,
    };
    let first_at = points.partition_point(|point| point.0 < at);
    let first_after = points.partition_point(|point| point.0 <= at);
    let before = value(first_at.checked_sub(1).map(|n| &points[n]), points.get(first_at));
    let after = value(first_after.checked_sub(1).map(|n| &points[n]), points.get(first_after));
    (before, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_curve_multiplies_the_stages() {
        let date = jiff::civil::date(2026, 3, 7).at(22, 0, 0, 0);
        let start = date.to_zoned(jiff::tz::TimeZone::UTC).expect("UTC has every instant");
        let base = RateCurve(vec![(Span::ZERO, 10.0), (Span::from_secs(14_400), 50.0)]);
        let mut day = [1.0; 24];
        day[0] = 3.0;
        // Saturday counts twice, Sunday half: the step is at midnight, two hours in, where the base is at 30.
        let week = [1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 0.5];
        let points = drawn(&base, &start, Some(day), Some(week), Span::from_secs(14_400));
        let at = |secs: u64| -> Vec<f64> {
            points.iter().filter(|point| point.0 == Span::from_secs(secs)).map(|point| point.1).collect()
        };
        assert_eq!(at(0), [20.0]);
        assert_eq!(at(3_600), [40.0]);
        assert_eq!(at(7_200), [180.0, 45.0]);
        assert_eq!(at(14_400), [25.0]);
    }
}
