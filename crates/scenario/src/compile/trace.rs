//! `trace = { file = … }`: recorded arrivals from a table of comma-separated values.

mod rows;

use super::load::Context;
use crate::block::{Block, Key, Need, Shape, key};
use crate::check::never;
use crate::limits;
use crate::problem::{Diagnostics, Draft, did_you_mean, one_of};
use crate::read::{Field, Table};
use crate::row::{self, Absent, Count, Flag, Number, Time, Word};
use crate::text::hash::Hasher;
use crate::text::include::join;
use crate::text::named::{Data, Named};
use brownout_fit::{Records, TimeUnit, looks_finer};
use brownout_model::TraceRow;
use brownout_units::{QUOTE_CHARS_MAX, Span, grouped, is_unseen};
use rows::{ParsedRow, rows};
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

const UNIT: row::Row<Word<TimeUnit>> = row::row(
    "unit",
    Word(&TimeUnit::ALL),
    Absent::Means(TimeUnit::Seconds),
    "What times that are numbers count.",
);
const BLOCK: row::Row<Count> = row::row(
    "block_tokens",
    Count(1, limits::TOKENS_MAX, "a block has at least 1 token"),
    Absent::Means(512),
    "The tokens of a block.",
);
const SPREAD: row::Row<Flag> = row::row(
    "spread",
    Flag,
    Absent::Means(false),
    "Arrivals of one time are spread over what its last digit stands for: over a second where times are whole seconds.",
);

const KEYS: &[Key] = &[
    key(
        "file",
        Shape::Text,
        Need::Required,
        "The table, relative to this file: a header line, then a line for each arrival, with commas, tabs or \
         semicolons between cells; or a JSON object a line. It may be compressed (gzip).",
    ),
    key(
        "time",
        Shape::Text,
        Need::Default("timestamp"),
        "The column of times: numbers of \"unit\", or dates and times; in order.",
    ),
    UNIT.key(),
    key("prompt", Shape::Text, Need::Optional, "The column of prompt tokens."),
    key("output", Shape::Text, Need::Optional, "The column of output tokens."),
    key(
        "session",
        Shape::Text,
        Need::Optional,
        "The column of conversations: rows with the same text in it are turns of one; a row without any is its own.",
    ),
    key(
        "history",
        Shape::Text,
        Need::Default("with a session: prompt and output of the turn before"),
        "The column of prompt tokens that repeat earlier turns.",
    ),
    key(
        "blocks",
        Shape::Text,
        Need::Optional,
        "Instead of \"session\" and \"history\": the column of what a prompt begins with, block by block, as a list of \
         numbers such as hash_ids. Blocks that a prompt shares with an earlier one are its history.",
    ),
    BLOCK.key(),
    key(
        "only",
        Shape::Free,
        Need::Optional,
        "Columns and the text that a row has in them to be played, as in { model = \"small\" }.",
    ),
    SPREAD.key(),
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

/// Which columns are read, and how.
#[derive(Clone, PartialEq, Eq)]
struct Columns {
    time: usize,
    unit: TimeUnit,
    prompt: Option<usize>,
    output: Option<usize>,
    session: Option<usize>,
    history: Option<usize>,
    /// The column of blocks, and the tokens of one.
    blocks: Option<(usize, u32)>,
    /// A row without these texts in these columns is left out.
    only: Vec<(usize, String)>,
    spread: bool,
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
    let columns = columns(diag, &table, Records::of(&data.text).header(), &path)?;
    let played = data.played.of(data, &columns, playback);
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
    warn(diag, &table, file, &data.played.rows(data, &columns).ok()?, &playback);
    Some(played)
}

/// Warns of rows that are never played, and of times that look like those of another unit.
fn warn(diag: &mut Diagnostics, table: &Table<'_>, file: Field<'_>, rows: &[ParsedRow], playback: &Playback) {
    let Some(last) = rows.last() else { return };
    if let Some(unit) = looks_finer(last.stamp) {
        let message = format!("as seconds, these times are beyond the year 9999: they look like {unit}");
        let draft = Draft::warning(table.place_of("time"), message);
        diag.report(draft.hint(format!("unit = \"{unit}\"")));
    }
    let end = playback.end.as_secs_f64();
    let at = |row: &ParsedRow| (row.at - playback.skip) / playback.speed;
    let behind = rows.iter().filter(|row| end < at(row)).count();
    if 0 < behind {
        let what = format!("{} of {} rows come", grouped(behind as u64), grouped(rows.len() as u64));
        let first = rows.iter().map(at).find(|at| end < *at).unwrap_or(end);
        never::warn(diag, file.node.place, &what, Span::from_secs_f64(first.min(1e9)), playback.end);
    }
    if playback.repeat && rows.iter().filter(|row| playback.skip <= row.at).all(|row| last.at <= row.at) {
        let draft =
            Draft::warning(table.place_of("loop"), "all rows are at one instant, so they are played once");
        diag.report(draft.hint("a trace that takes time, or leave \"loop\" out"));
    }
}

/// Invalid lines: their numbers and problems.
type Complaints = Vec<(usize, String)>;

impl Played {
    /// A trace read by its columns and played; the last result is reused if it is the same.
    fn of(&self, data: &Data, columns: &Columns, playback: Playback) -> Result<Arc<[TraceRow]>, Complaints> {
        // A panic elsewhere leaves this intact: only finished results are stored here.
        let mut played = self.played.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, known)) = played.as_ref().filter(|(c, p, _)| (c, *p) == (columns, playback)) {
            return Ok(Arc::clone(known));
        }
        let rows = self.rows(data, columns)?;
        let fresh: Arc<[TraceRow]> = play(&rows, &playback).into();
        *played = Some((columns.clone(), playback, Arc::clone(&fresh)));
        Ok(fresh)
    }

    fn rows(&self, data: &Data, columns: &Columns) -> Result<Arc<[ParsedRow]>, Complaints> {
        let mut known = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, rows)) = known.as_ref().filter(|(of, _)| of == columns) {
            return Ok(Arc::clone(rows));
        }
        let mut complaints = Vec::new();
        let rows: Arc<[ParsedRow]> = rows(Records::of(&data.text), columns, &mut complaints).into();
        if !complaints.is_empty() {
            return Err(complaints);
        }
        *known = Some((columns.clone(), Arc::clone(&rows)));
        Ok(rows)
    }
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
    let (session, history, blocks) = (find("session", None), find("history", None), find("blocks", None));
    let only = only(diag, table, header, path);
    let (unit, spread, tokens) =
        (table.value(diag, &UNIT), table.value(diag, &SPREAD), table.read(diag, &BLOCK)? as u32);
    let columns = Columns {
        time: time.ok()??,
        unit,
        prompt: prompt.ok()?,
        output: output.ok()?,
        session: session.ok()?,
        history: history.ok()?,
        blocks: blocks.ok()?.map(|at| (at, tokens)),
        only: only?,
        spread,
    };
    if let (Some(field), true) = (table.get("blocks"), columns.session.or(columns.history).is_some()) {
        let draft = field.error(diag, "blocks say themselves what a prompt shares with earlier ones");
        diag.report(draft.hint("leave \"session\" and \"history\" out"));
        return None;
    }
    Some(columns)
}

/// The columns whose text decides whether a row is played.
fn only(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    header: &[String],
    path: &str,
) -> Option<Vec<(usize, String)>> {
    let Some(field) = table.get("only") else { return Some(Vec::new()) };
    let Some(entries) = field.node.entries() else {
        field.refuse_type(diag, "a table of columns and texts, as in { model = \"small\" }");
        return None;
    };
    let mut found = Some(Vec::new());
    for (name, entry) in entries {
        let text = Field { name, node: &entry.node }.text(diag);
        let at = header.iter().position(|title| title == name);
        if at.is_none() {
            let titles = titles(header.iter().map(String::as_str));
            let draft = Draft::error(entry.key, format!("{path} has no column \"{name}\""));
            let draft = if titles.is_empty() { draft } else { draft.allowed(one_of(titles.iter().copied())) };
            diag.report(draft.maybe_hint(did_you_mean(name, titles)));
        }
        found = found.zip(at.zip(text)).map(|(mut all, (at, text))| {
            all.push((at, text.to_owned()));
            all
        });
    }
    found
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
}
