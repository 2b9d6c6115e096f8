//! Measured steps: the work of a step, and its duration.

use crate::table::{Cells, Mistakes, Table};

/// One measured step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Its line in the file.
    pub line: usize,
    /// N: tokens computed, those of prefill chunks and one for each decoding sequence.
    pub tokens: f64,
    /// B: decoding sequences.
    pub decodes: f64,
    /// S: the sum of their contexts.
    pub context: f64,
    /// Q: the sum of n·(p + n/2) over the prefill chunks of n tokens after p that are cached.
    pub attention: f64,
    /// The duration of the step, in milliseconds.
    pub ms: f64,
}

/// Reads points from a table of one of two forms, told apart by its columns.
///
/// `kind,tokens,batch,context,ms`: a `prefill` of `tokens` tokens of each of `batch` prompts (1 if empty) after
/// `context` cached tokens (0 if empty), or a `decode` of `batch` sequences with `context` tokens each. Or
/// `tokens,decodes,context,attention,ms`: mixed steps, with N, B, S and Q themselves.
///
/// # Errors
/// All problems of the table, with lines.
pub fn points(text: &str) -> Result<Vec<Point>, Mistakes> {
    let table = Table::open(text)?;
    let points = if table.has("kind") {
        simple(&table)?
    } else if table.has("decodes") || table.has("attention") {
        mixed(&table)?
    } else {
        let forms = "\"kind,tokens,batch,context,ms\" or \"tokens,decodes,context,attention,ms\"";
        return Err(Mistakes::whole(format!("the columns are {}; expected: {forms}", table.titles())));
    };
    Ok(points)
}

fn mixed(table: &Table<'_>) -> Result<Vec<Point>, Mistakes> {
    let [tokens, decodes, context, attention, ms] = ["tokens", "decodes", "context", "attention", "ms"];
    let (tokens, decodes) = (table.column(tokens)?, table.column(decodes)?);
    let (context, attention, ms) = (table.column(context)?, table.column(attention)?, table.column(ms)?);
    table.rows(|line, cells| {
        let point = Point {
            line,
            tokens: cells.number(tokens)?,
            decodes: cells.number(decodes)?,
            context: cells.number(context)?,
            attention: cells.number(attention)?,
            ms: time(cells, ms)?,
        };
        if point.tokens < point.decodes.max(1.0) {
            return Err(
                "\"tokens\" counts all tokens of the step, so at least 1 and at least \"decodes\"".to_owned()
            );
        }
        Ok(point)
    })
}

fn simple(table: &Table<'_>) -> Result<Vec<Point>, Mistakes> {
    let (kind, tokens, batch) = (table.column("kind")?, table.column("tokens")?, table.column("batch")?);
    let (context, ms) = (table.column("context")?, table.column("ms")?);
    table.rows(|line, cells| {
        let or =
            |at: usize, default: f64| if cells.text(at).is_none() { Ok(default) } else { cells.number(at) };
        let ms = time(cells, ms)?;
        match cells.text(kind).unwrap_or_default() {
            "prefill" => {
                let (tokens, prompts, cached) =
                    (at_least_one(cells, tokens)?, or(batch, 1.0)?, or(context, 0.0)?);
                let attention = prompts * tokens * (cached + 0.5 * tokens);
                Ok(Point { line, tokens: prompts * tokens, decodes: 0.0, context: 0.0, attention, ms })
            }
            "decode" => {
                let (batch, context) = (at_least_one(cells, batch)?, at_least_one(cells, context)?);
                Ok(Point {
                    line,
                    tokens: batch,
                    decodes: batch,
                    context: batch * context,
                    attention: 0.0,
                    ms,
                })
            }
            "" => Err("\"kind\" is empty: prefill or decode".to_owned()),
            other => Err(format!("\"kind\" is {other:?}: prefill or decode")),
        }
    })
}

fn at_least_one(cells: &Cells<'_>, at: usize) -> Result<f64, String> {
    let number = cells.number(at)?;
    if number < 1.0 { Err("a step computes at least one token".to_owned()) } else { Ok(number) }
}

fn time(cells: &Cells<'_>, at: usize) -> Result<f64, String> {
    let ms = cells.number(at)?;
    if 0.0 < ms { Ok(ms) } else { Err("\"ms\" is 0: a step takes more than zero time".to_owned()) }
}
