//! `trace = { file = … }`: recorded arrivals from a table of comma-separated values.

use super::load::Context;
use crate::block::{Block, Key, Need, Shape, key};
use crate::limits;
use crate::problem::{Diagnostics, Draft, did_you_mean, one_of};
use crate::read::{Field, Table};
use crate::row::{self, Absent, Flag, Number, Time};
use crate::text::hash::Hasher;
use crate::text::include::join;
use crate::text::named::{Data, Named};
use brownout_model::TraceRow;
use brownout_units::{QUOTE_CHARS_MAX, Span, grouped, is_unseen, quoted};
use indexmap::IndexMap;
use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

const SPEED: row::Row<Number> = row::row(
    "speed",
    Number(1e-6, 1e6, "a trace runs forward"),
    Absent::Means(1.0),
    "2 plays it twice as fast.",
);
const START: row::Row<Time> = row::row(
    "start",
    Time,
    Absent::Means(Span::ZERO),
    "The part of the trace that is skipped, before speeding it up.",
);
const LOOP: row::Row<Flag> =
    row::row("loop", Flag, Absent::Means(false), "Begins again when it ends, until the run ends.");

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
    key(
        "session",
        Shape::Text,
        Need::Optional,
        "The column of conversations: rows with the same text in it are turns of one.",
    ),
    key(
        "history",
        Shape::Text,
        Need::Default("with a session: prompt and output of the turn before"),
        "The column of prompt tokens that repeat earlier turns.",
    ),
    SPEED.key(),
    START.key(),
    LOOP.key(),
];

pub(crate) const TRACE: &Block = &Block { name: "a trace", doc: "Recorded arrivals.", keys: &[KEYS] };

/// How traces are read while a scenario compiles.
pub(crate) struct Traces<'a> {
    pub(crate) named: &'a Named,
    /// A trial of another variant plays no traces: the scenario itself plays them.
    pub(crate) trial: bool,
    /// The hash of the scenario, which includes its traces.
    pub(crate) hash: RefCell<Hasher>,
}

/// The last result of playing a trace. A sweep rarely plays it in another way, so one result is enough.
#[derive(Default)]
pub(crate) struct Played {
    rows: Mutex<Option<Read>>,
    played: Mutex<Option<Kept>>,
}

/// The rows of a trace, and the columns they were read from.
type Read = (Columns, Arc<[ParsedRow]>);
/// The arrivals played from them, and how.
type Kept = (Columns, Playback, Arc<[TraceRow]>);

impl fmt::Debug for Played {
    /// Without the rows, of which there may be millions.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Played").finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Columns {
    time: usize,
    prompt: Option<usize>,
    output: Option<usize>,
    session: Option<usize>,
    history: Option<usize>,
}

#[derive(Clone, Copy, PartialEq)]
struct Playback {
    speed: f64,
    skip: f64,
    repeat: bool,
    /// Nothing is played after the end of the run.
    end: Span,
}

/// The number of problems of one trace that are reported.
const COMPLAINTS_MAX: usize = 10;

pub(crate) fn read(
    diag: &mut Diagnostics,
    field: Field<'_>,
    context: &Context<'_>,
    factor: f64,
) -> Option<Arc<[TraceRow]>> {
    let table = Table::open(diag, field, TRACE)?;
    let file = table.get("file")?;
    let playback = Playback {
        speed: table.read(diag, &SPEED)? * factor,
        skip: table.read(diag, &START)?.as_secs_f64(),
        repeat: table.value(diag, &LOOP),
        end: context.run.duration,
    };
    let named = file.text(diag)?;
    if context.traces.trial || !context.run.known {
        return None;
    }
    let path = join(&diag.sources.get(file.node.place.file).name, named);
    let data = match context.traces.named.data(&path) {
        Ok(data) if data.text.len() <= limits::TRACE_BYTES_MAX => data,
        Ok(data) => {
            let draft = file.error(diag, format!("{path} has {} MiB", data.text.len() >> 20));
            diag.report(draft.allowed(format!("at most {} MiB", limits::TRACE_BYTES_MAX >> 20)));
            return None;
        }
        Err(reason) => {
            diag.report(file.error(diag, reason));
            return None;
        }
    };
    context.traces.hash.borrow_mut().bytes(data.text.as_bytes());
    let header = header(&data.text);
    let columns = columns(diag, &table, &header, &path)?;
    let played = data.played.of(data, columns, playback);
    let played = match played {
        Ok(played) => played,
        Err(complaints) => {
            for (line, what) in complaints.iter().take(COMPLAINTS_MAX) {
                diag.report(Draft::error(file.node.place, format!("{path}:{line}: {what}")));
            }
            return None;
        }
    };
    if limits::TRACE_ROWS_MAX < played.len() {
        let draft = file.error(diag, "played over the whole run, this trace has too many arrivals");
        let allowed = format!("at most {}", grouped(limits::TRACE_ROWS_MAX as u64));
        diag.report(draft.allowed(allowed).hint("a shorter run, or fewer arrivals"));
        return None;
    }
    if played.is_empty() {
        diag.report(file.error(diag, format!("{path} has no arrival within the run")));
        return None;
    }
    Some(played)
}

/// Invalid lines: their numbers and problems.
type Complaints = Vec<(usize, String)>;

impl Played {
    /// A trace read by its columns and played; the last result is reused if it is the same.
    fn of(&self, data: &Data, columns: Columns, playback: Playback) -> Result<Arc<[TraceRow]>, Complaints> {
        // A panic elsewhere leaves this intact: only finished results are stored here.
        let mut played = self.played.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, known)) = played.as_ref().filter(|(c, p, _)| (*c, *p) == (columns, playback)) {
            return Ok(Arc::clone(known));
        }
        let rows = self.rows(data, columns)?;
        let fresh: Arc<[TraceRow]> = play(&rows, &playback).into();
        *played = Some((columns, playback, Arc::clone(&fresh)));
        Ok(fresh)
    }

    fn rows(&self, data: &Data, columns: Columns) -> Result<Arc<[ParsedRow]>, Complaints> {
        let mut known = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, rows)) = known.as_ref().filter(|(of, _)| *of == columns) {
            return Ok(Arc::clone(rows));
        }
        let mut complaints = Vec::new();
        let rows: Arc<[ParsedRow]> = rows(lines(&data.text).skip(1), &columns, &mut complaints).into();
        if !complaints.is_empty() {
            return Err(complaints);
        }
        *known = Some((columns, Arc::clone(&rows)));
        Ok(rows)
    }
}

/// The lines that are not blank, with their places.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty())
}

fn header(text: &str) -> Vec<String> {
    lines(text).next().map(|(_, line)| cells(line.trim_start_matches('\u{feff}'))).unwrap_or_default()
}

/// The titles of columns that a message may show: those without control characters, until they are
/// [`QUOTE_CHARS_MAX`] characters together. What is named as a trace may be any file.
pub(super) fn titles<'h>(header: impl Iterator<Item = &'h str>) -> Vec<&'h str> {
    let mut left = QUOTE_CHARS_MAX;
    let fits = |title: &&str| match left.checked_sub(title.chars().count()) {
        Some(less) => {
            left = less;
            true
        }
        None => false,
    };
    header.filter(|title| !title.chars().any(is_unseen)).take_while(fits).collect()
}

fn columns(diag: &mut Diagnostics, table: &Table<'_>, header: &[String], path: &str) -> Option<Columns> {
    let mut find = |name: &'static str, default: Option<&'static str>| -> Result<Option<usize>, ()> {
        let wanted = match table.get(name) {
            Some(field) => field.text(diag).ok_or(())?,
            None => match default {
                Some(default) => default,
                None => return Ok(None),
            },
        };
        let at = header.iter().position(|title| title == wanted);
        if at.is_none() {
            let titles = titles(header.iter().map(String::as_str));
            let known = || titles.iter().copied();
            let place = table.place_of(name);
            let draft = Draft::error(place, format!("{path} has no column \"{wanted}\""));
            let draft = if titles.is_empty() { draft } else { draft.allowed(one_of(known())) };
            diag.report(draft.maybe_hint(did_you_mean(wanted, known())));
        }
        at.map(Some).ok_or(())
    };
    let (time, prompt, output) =
        (find("time", Some("timestamp")), find("prompt", None), find("output", None));
    let (session, history) = (find("session", None), find("history", None));
    Some(Columns {
        time: time.ok()??,
        prompt: prompt.ok()?,
        output: output.ok()?,
        session: session.ok()?,
        history: history.ok()?,
    })
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

/// An arrival: its time in seconds, relative to the first row once all are read, and its tokens.
#[derive(Clone, Copy, Debug, Default)]
struct ParsedRow {
    at: f64,
    prompt: Option<u32>,
    output: Option<u32>,
    history: Option<u32>,
    session: Option<u32>,
}

/// The conversations of a trace: their numbers, in order of appearance, and how many tokens each has so far.
#[derive(Default)]
struct Sessions {
    said: IndexMap<String, u32>,
}

impl Sessions {
    /// The row as a turn of the conversation of that name.
    fn turn(&mut self, name: &str, row: &mut ParsedRow) {
        let entry = self.said.entry(name.to_owned());
        row.session = Some(entry.index() as u32);
        let said = entry.or_insert(0);
        let prompt = row.prompt.unwrap_or(0);
        row.history = row.history.or(Some(*said)).map(|history| history.min(prompt));
        *said = prompt.saturating_add(row.output.unwrap_or(0));
    }
}

fn rows<'l>(
    lines: impl Iterator<Item = (usize, &'l str)>,
    columns: &Columns,
    complaints: &mut Complaints,
) -> Vec<ParsedRow> {
    let mut rows: Vec<ParsedRow> = Vec::new();
    let mut last = None::<f64>;
    let mut sessions = Sessions::default();
    for (at, line) in lines {
        if COMPLAINTS_MAX <= complaints.len() {
            break;
        }
        match row(&cells(line), columns, &mut sessions) {
            Ok(row) => {
                if let Some(last) = last.filter(|last| row.at < *last) {
                    let earlier = last - row.at;
                    complaints.push((
                        at + 1,
                        format!("this arrival is {earlier} s before the one above: sort the trace by time"),
                    ));
                }
                last = Some(row.at);
                rows.push(row);
            }
            Err(what) => complaints.push((at + 1, what)),
        }
    }
    let first = rows.first().map_or(0.0, |row| row.at);
    for row in &mut rows {
        row.at -= first;
    }
    rows
}

fn row(cells: &[String], columns: &Columns, sessions: &mut Sessions) -> Result<ParsedRow, String> {
    let cell = |at: usize| cells.get(at).map(String::as_str).filter(|cell| !cell.is_empty());
    let tokens = |at: Option<usize>| -> Result<Option<u32>, String> {
        let Some(at) = at else { return Ok(None) };
        let text = cell(at).ok_or_else(|| format!("column {} is empty: tokens are missing", at + 1))?;
        let number = text.parse::<f64>().ok().filter(|n| 0.0 <= *n && n.fract() == 0.0);
        let number = number.ok_or_else(|| format!("{} is no number of tokens", quoted(text)))?;
        if number > limits::TOKENS_MAX as f64 {
            let most = grouped(limits::TOKENS_MAX);
            return Err(format!("{text} tokens are more than any model takes: at most {most}"));
        }
        Ok(Some(number as u32))
    };
    let text = cell(columns.time).ok_or("the time is missing")?;
    let time =
        seconds(text).ok_or_else(|| format!("{} is neither seconds nor a date and time", quoted(text)))?;
    let (prompt, output, history) =
        (tokens(columns.prompt)?, tokens(columns.output)?, tokens(columns.history)?);
    if let Some(history) = history.filter(|history| prompt.unwrap_or(0) < *history) {
        return Err(format!("{history} tokens of history are more than the prompt has"));
    }
    let mut row = ParsedRow { at: time, prompt, output, history, session: None };
    if let Some(at) = columns.session {
        sessions.turn(cell(at).ok_or("the session is missing")?, &mut row);
    }
    Ok(row)
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

fn play(rows: &[ParsedRow], playback: &Playback) -> Vec<TraceRow> {
    let kept: Vec<ParsedRow> = rows
        .iter()
        .filter(|row| playback.skip <= row.at)
        .map(|row| ParsedRow { at: row.at - playback.skip, ..*row })
        .collect();
    let Some(last) = kept.last() else { return Vec::new() };
    // The next round begins one mean gap after the last arrival, so that the rate does not change at the seam.
    let round = last.at * (1.0 + 1.0 / (kept.len() as f64 - 1.0).max(1.0));
    let end = playback.end.as_secs_f64();
    // Each round has conversations of its own, or a cache would already hold their prompts.
    let sessions = rows.iter().filter_map(|row| row.session).max().map_or(0, |last| last + 1);
    let mut played = Vec::new();
    let (mut base, mut first_session) = (0.0, 0_u32);
    loop {
        for row in &kept {
            let at = (base + row.at) / playback.speed;
            if end < at || limits::TRACE_ROWS_MAX < played.len() {
                return played;
            }
            played.push(TraceRow {
                at: Span::from_secs_f64(at),
                prompt: row.prompt,
                output: row.output,
                history: row.history.unwrap_or(0),
                session: row.session.map(|session| first_session.wrapping_add(session)),
            });
        }
        base += round;
        first_session = first_session.wrapping_add(sessions);
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
        let row = |at, session| ParsedRow { at, session, ..ParsedRow::default() };
        let rows = [row(0.0, None), row(1.0, Some(0)), row(2.0, Some(1))];
        let playback = Playback { speed: 2.0, skip: 0.0, repeat: true, end: Span::from_secs(2) };
        let played = play(&rows, &playback);
        let at: Vec<f64> = played.iter().map(|row| row.at.as_secs_f64()).collect();
        assert_eq!(at, [0.0, 0.5, 1.0, 1.5, 2.0]);
        let sessions: Vec<_> = played.iter().map(|row| row.session).collect();
        assert_eq!(
            sessions,
            [None, Some(0), Some(1), None, Some(2)],
            "each round has conversations of its own"
        );
    }

    #[test]
    fn a_turn_knows_what_was_said_before_it() {
        let mut sessions = Sessions::default();
        let mut turn = |name, prompt, history| {
            let mut row =
                ParsedRow { prompt: Some(prompt), output: Some(10), history, ..ParsedRow::default() };
            sessions.turn(name, &mut row);
            (row.session, row.history)
        };
        assert_eq!(turn("a", 100, None), (Some(0), Some(0)));
        assert_eq!(turn("b", 50, None), (Some(1), Some(0)));
        assert_eq!(turn("a", 130, None), (Some(0), Some(110)));
        assert_eq!(turn("a", 60, None), (Some(0), Some(60)), "it was cut");
        assert_eq!(turn("a", 200, Some(20)), (Some(0), Some(20)), "the trace takes precedence");
    }
}
