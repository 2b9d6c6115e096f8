//! `trace = { file = … }`: arrivals as they came once, from a table of comma-separated values.

use super::load::Around;
use crate::block::{Block, Key, Need, Shape, key};
use crate::problem::{Desk, Draft, did_you_mean, one_of};
use crate::read::{Field, Table, thousands};
use crate::text::hash::Hasher;
use crate::text::include::join;
use crate::{Files, limits};
use brownout_tiers::model::TraceRow;
use brownout_units::Span;
use std::cell::RefCell;
use std::sync::Arc;

const KEYS: &[Key] = &[
    key(
        "file",
        Shape::Text,
        Need::Required,
        "The table, relative to this file: a header line, then a line for each arrival.",
    ),
    key(
        "time",
        Shape::Text,
        Need::Default("timestamp"),
        "The column of times: seconds, or dates and times; in order.",
    ),
    key("prompt", Shape::Text, Need::Optional, "The column of prompt tokens."),
    key("output", Shape::Text, Need::Optional, "The column of output tokens."),
    key("speed", Shape::Number(1e-6, 1e6), Need::Default("1"), "2 plays it twice as fast."),
    key("start", Shape::Span, Need::Default("0s"), "Skips so much of the trace, before speeding it up."),
    key("loop", Shape::Flag, Need::Default("false"), "Begins again when it ends, until the run ends."),
];

pub(crate) const TRACE: &Block =
    &Block { name: "a trace", doc: "Arrivals as they came once.", keys: &[KEYS] };

/// How traces are read.
pub(crate) struct Traces<'a> {
    pub(crate) files: &'a dyn Files,
    /// A trial of another variant reads no traces: the scenario itself has done so.
    pub(crate) trial: bool,
    /// What was read counts as part of the scenario.
    pub(crate) hash: RefCell<Hasher>,
}

struct Columns {
    time: usize,
    prompt: Option<usize>,
    output: Option<usize>,
}

struct Playback {
    speed: f64,
    skip: f64,
    repeat: bool,
}

/// Problems of one trace that are reported before the rest is left alone.
const COMPLAINTS_MAX: usize = 10;

pub(crate) fn read(desk: &mut Desk, field: Field<'_>, around: &Around<'_>) -> Option<Arc<[TraceRow]>> {
    let table = Table::open(desk, field, TRACE)?;
    let file = table.get("file")?;
    let why = "a trace runs forward";
    let playback = Playback {
        speed: table.get("speed").map_or(Some(1.0), |f| f.number(desk, 1e-6, 1e6, why))?,
        skip: table.get("start").map_or(Some(Span::ZERO), |field| field.span(desk))?.as_secs_f64(),
        repeat: table.get("loop").and_then(|field| field.flag(desk)).unwrap_or(false),
    };
    let named = file.text(desk)?;
    if around.traces.trial || !around.run.known {
        return None;
    }
    let path = join(&desk.sources.get(file.node.place.file).name, named);
    let text = match around.traces.files.read(&path) {
        Ok(text) if text.len() <= limits::TRACE_BYTES_MAX => text,
        Ok(text) => {
            let draft = file.error(desk, format!("{path} has {} MiB", text.len() >> 20));
            desk.report(draft.allowed(format!("at most {} MiB", limits::TRACE_BYTES_MAX >> 20)));
            return None;
        }
        Err(reason) => {
            desk.report(file.error(desk, format!("cannot read {path}: {reason}")));
            return None;
        }
    };
    around.traces.hash.borrow_mut().bytes(text.as_bytes());
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let header = lines.next().map(|(_, line)| cells(line.trim_start_matches('\u{feff}'))).unwrap_or_default();
    let columns = columns(desk, &table, &header, &path)?;
    let mut complaints = Vec::new();
    let rows = rows(lines, &columns, &mut complaints);
    for (line, what) in complaints.iter().take(COMPLAINTS_MAX) {
        desk.report(Draft::error(file.node.place, format!("{path}:{line}: {what}")));
    }
    if !complaints.is_empty() {
        return None;
    }
    let played = play(&rows, &playback, around.run.duration);
    if limits::TRACE_ROWS_MAX < played.len() {
        let draft = file.error(desk, "played over the whole run, this trace has too many arrivals");
        let allowed = format!("at most {}", thousands(limits::TRACE_ROWS_MAX as u64));
        desk.report(draft.allowed(allowed).hint("a shorter run, or fewer arrivals"));
        return None;
    }
    if played.is_empty() {
        desk.report(file.error(desk, format!("{path} has no arrival within the run")));
        return None;
    }
    Some(played.into())
}

fn columns(desk: &mut Desk, table: &Table<'_>, header: &[String], path: &str) -> Option<Columns> {
    let mut find = |name: &'static str, default: Option<&'static str>| -> Result<Option<usize>, ()> {
        let wanted = match table.get(name) {
            Some(field) => field.text(desk).ok_or(())?,
            None => match default {
                Some(default) => default,
                None => return Ok(None),
            },
        };
        let at = header.iter().position(|title| title == wanted);
        if at.is_none() {
            let known = || header.iter().map(String::as_str);
            let place = table.place_of(name);
            let draft = Draft::error(place, format!("{path} has no column \"{wanted}\""));
            desk.report(draft.allowed(one_of(known())).maybe_hint(did_you_mean(wanted, known())));
        }
        at.map(Some).ok_or(())
    };
    let (time, prompt, output) =
        (find("time", Some("timestamp")), find("prompt", None), find("output", None));
    Some(Columns { time: time.ok()??, prompt: prompt.ok()?, output: output.ok()? })
}

/// The cells of a line; a quoted cell may hold commas.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for c in line.trim_end_matches('\r').chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().expect("it begins with one").push(c),
        }
    }
    for cell in &mut cells {
        *cell = cell.trim().to_owned();
    }
    cells
}

/// An arrival: seconds since the first row, and tokens.
type Row = (f64, Option<u32>, Option<u32>);

fn rows<'l>(
    lines: impl Iterator<Item = (usize, &'l str)>,
    columns: &Columns,
    complaints: &mut Vec<(usize, String)>,
) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut last = None::<f64>;
    for (at, line) in lines {
        if COMPLAINTS_MAX <= complaints.len() {
            break;
        }
        match row(&cells(line), columns) {
            Ok(row) => {
                if let Some(last) = last.filter(|last| row.0 < *last) {
                    let earlier = last - row.0;
                    complaints.push((
                        at + 1,
                        format!("this arrival is {earlier} s before the one above: sort the trace by time"),
                    ));
                }
                last = Some(row.0);
                rows.push(row);
            }
            Err(what) => complaints.push((at + 1, what)),
        }
    }
    let first = rows.first().map_or(0.0, |row| row.0);
    for row in &mut rows {
        row.0 -= first;
    }
    rows
}

fn row(cells: &[String], columns: &Columns) -> Result<Row, String> {
    let cell = |at: usize| cells.get(at).map(String::as_str).filter(|cell| !cell.is_empty());
    let tokens = |at: Option<usize>| -> Result<Option<u32>, String> {
        let Some(at) = at else { return Ok(None) };
        let text = cell(at).ok_or_else(|| format!("column {} is empty: tokens are missing", at + 1))?;
        let number = text.parse::<f64>().ok().filter(|n| 0.0 <= *n && n.fract() == 0.0);
        let number = number.ok_or_else(|| format!("\"{text}\" is no number of tokens"))?;
        if number > limits::TOKENS_MAX as f64 {
            let most = thousands(limits::TOKENS_MAX);
            return Err(format!("{text} tokens are more than any model takes: at most {most}"));
        }
        Ok(Some(number as u32))
    };
    let text = cell(columns.time).ok_or("the time is missing")?;
    let time = seconds(text).ok_or_else(|| format!("\"{text}\" is neither seconds nor a date and time"))?;
    Ok((time, tokens(columns.prompt)?, tokens(columns.output)?))
}

fn seconds(text: &str) -> Option<f64> {
    if let Ok(number) = text.parse::<f64>() {
        return number.is_finite().then_some(number);
    }
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(instant.as_nanosecond() as f64 / 1e9);
    }
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    let since = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(since.timestamp().as_nanosecond() as f64 / 1e9)
}

fn play(rows: &[Row], playback: &Playback, duration: Span) -> Vec<TraceRow> {
    let kept: Vec<Row> = rows
        .iter()
        .filter(|row| playback.skip <= row.0)
        .map(|row| (row.0 - playback.skip, row.1, row.2))
        .collect();
    let Some(last) = kept.last() else { return Vec::new() };
    // The next round begins one mean gap after the last arrival, so that the rate does not change at the seam.
    let round = last.0 * (1.0 + 1.0 / (kept.len() as f64 - 1.0).max(1.0));
    let end = duration.as_secs_f64();
    let mut played = Vec::new();
    let mut base = 0.0;
    loop {
        for (at, prompt, output) in &kept {
            let at = (base + at) / playback.speed;
            if end < at || limits::TRACE_ROWS_MAX < played.len() {
                return played;
            }
            played.push(TraceRow { at: Span::from_secs_f64(at), prompt: *prompt, output: *output });
        }
        base += round;
        if !playback.repeat || round <= 0.0 {
            return played;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_commas_and_dates_are_seconds() {
        assert_eq!(cells("a, \"b,c\" ,\r"), ["a", "b,c", ""]);
        let two = seconds("2023-11-16 18:15:48.5").expect("a date")
            - seconds("2023-11-16 18:15:46.5").expect("a date");
        assert!((two - 2.0).abs() < 1e-5, "{two}");
        assert_eq!(seconds("NaN"), None);
    }

    #[test]
    fn a_trace_that_loops_keeps_its_rate_at_the_seam() {
        let rows = [(0.0, None, None), (1.0, None, None), (2.0, None, None)];
        let playback = Playback { speed: 2.0, skip: 0.0, repeat: true };
        let played = play(&rows, &playback, Span::from_secs(2));
        let at: Vec<f64> = played.iter().map(|row| row.at.as_secs_f64()).collect();
        assert_eq!(at, [0.0, 0.5, 1.0, 1.5, 2.0]);
    }
}
