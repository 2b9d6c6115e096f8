//! Arrivals with their tokens, from a table.

use crate::instant::{TimeUnit, looks_finer, stamp};
use crate::table::{Mistake, Mistakes, Table};
use brownout_units::quoted;

/// The columns of a trace; those not given are searched under the names that public traces use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The time of an arrival: seconds, or dates and times.
    pub time: Option<String>,
    /// Tokens of its prompt.
    pub prompt: Option<String>,
    /// Tokens of its output.
    pub output: Option<String>,
    /// What times that are plain numbers count.
    pub unit: TimeUnit,
}

/// One arrival.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TraceRow {
    /// Its line in the file.
    pub line: usize,
    /// In seconds; since 1970 if the trace has dates.
    pub at: f64,
    /// Tokens of the prompt, where the trace has them.
    pub prompt: Option<u32>,
    /// Tokens of the output, where the trace has them.
    pub output: Option<u32>,
}

const TIMES: &[&str] =
    &["timestamp", "time", "at", "arrival", "arrived_at", "arrival_time", "arrival_timestamp"];
const PROMPTS: &[&str] = &[
    "ContextTokens",
    "prompt",
    "prompt_tokens",
    "input",
    "input_tokens",
    "input_length",
    "num_prefill_tokens",
];
const OUTPUTS: &[&str] = &[
    "GeneratedTokens",
    "output",
    "output_tokens",
    "completion_tokens",
    "output_length",
    "num_decode_tokens",
];
/// As in scenarios.
const TOKENS_MAX: u32 = (1 << 21) - 1;
/// Ten years, as for a run.
const SECONDS_MAX: f64 = 3_653.0 * 86_400.0;
/// The fewest rows that have a distribution.
const ROWS_MIN: usize = 10;

/// Reads a trace: a header, then a line for each arrival, in order of time.
///
/// # Errors
/// All problems of the trace, with lines.
pub fn rows(text: &str, columns: &Columns) -> Result<Vec<TraceRow>, Mistakes> {
    let table = Table::open(text)?;
    let find = |said: &Option<String>, names: &[&str]| match said {
        Some(name) => table.column(name).map(Some),
        None => Ok(table.any_of(names)),
    };
    let time = find(&columns.time, TIMES)?.ok_or_else(|| {
        let titles = table.titles();
        Mistakes::whole(format!("no column looks like times: name it with --time; the columns are {titles}"))
    })?;
    let (prompt, output) = (find(&columns.prompt, PROMPTS)?, find(&columns.output, OUTPUTS)?);
    let mut last = f64::NEG_INFINITY;
    let rows = table.rows(|line, cells| {
        let text = cells.text(time).ok_or("the time is missing")?;
        let at = stamp(text, columns.unit)
            .ok_or_else(|| format!("{} is neither seconds nor a date and time", quoted(text)))?
            .seconds;
        if at < last {
            let earlier = crate::number::plain(last - at, 4);
            return Err(format!("this arrival is {earlier} s before the one above: sort the trace by time"));
        }
        last = at;
        let count = |at: Option<usize>| at.map(|at| cells.count(at, TOKENS_MAX)).transpose();
        Ok(TraceRow { line, at, prompt: count(prompt)?, output: count(output)? })
    })?;
    if rows.len() < ROWS_MIN {
        return Err(Mistakes::whole(format!(
            "{} arrivals, but statistics need at least {ROWS_MIN}",
            rows.len()
        )));
    }
    if rows[rows.len() - 1].at <= rows[0].at {
        let what = "all arrivals are at one instant, so there is no rate".to_owned();
        return Err(Mistakes(vec![Mistake { line: Some(rows[0].line), what }]));
    }
    if let Some(unit) = looks_finer(rows[rows.len() - 1].at) {
        return Err(Mistakes::whole(format!(
            "as seconds, its times are beyond the year 9999: are they {unit}? Then say --unit {unit}"
        )));
    }
    if SECONDS_MAX < rows[rows.len() - 1].at - rows[0].at {
        return Err(Mistakes::whole(
            "it spans more than ten years: are its times in milliseconds, not in seconds?",
        ));
    }
    Ok(rows)
}
