//! The rows of a trace: each an arrival with its tokens, its conversation and what it shares with earlier ones.

use super::{COMPLAINTS_MAX, Columns, Complaints};
use crate::limits;
use brownout_fit::{Record, stamp};
use brownout_units::{grouped, quoted};
use indexmap::IndexMap;

/// An arrival: its time in seconds, relative to the first row once all are read, and its tokens.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ParsedRow {
    pub(super) at: f64,
    /// Its time as the trace has it.
    pub(super) stamp: f64,
    /// What the last digit of that stands for.
    pub(super) step: f64,
    pub(super) prompt: Option<u32>,
    pub(super) output: Option<u32>,
    pub(super) history: Option<u32>,
    pub(super) session: Option<u32>,
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

/// All rows, in order of time; what is wrong with them goes to `complaints`.
pub(super) fn rows(
    records: impl Iterator<Item = Record>,
    columns: &Columns,
    complaints: &mut Complaints,
) -> Vec<ParsedRow> {
    let mut rows: Vec<ParsedRow> = Vec::new();
    let mut last = None::<f64>;
    let (mut sessions, mut tree) = (Sessions::default(), Tree::default());
    for (line, record) in records {
        if COMPLAINTS_MAX <= complaints.len() {
            break;
        }
        let left_out = |cells: &Vec<String>| {
            columns.only.iter().any(|(at, text)| cells.get(*at).is_none_or(|cell| cell != text))
        };
        if record.as_ref().is_ok_and(left_out) {
            continue;
        }
        match record.and_then(|cells| row(&cells, columns, &mut sessions, &mut tree)) {
            Ok(row) => {
                if let Some(last) = last.filter(|last| row.at < *last) {
                    let earlier = last - row.at;
                    complaints.push((
                        line,
                        format!("this arrival is {earlier} s before the one above: sort the trace by time"),
                    ));
                }
                last = Some(row.at);
                rows.push(row);
            }
            Err(what) => complaints.push((line, what)),
        }
    }
    let first = rows.first().map_or(0.0, |row| row.at);
    for row in &mut rows {
        row.at -= first;
    }
    if columns.spread {
        spread(&mut rows);
    }
    rows
}

/// Spreads arrivals of one time over what its last digit stands for, as independent arrivals would lie: the same ones
/// each time, since their places follow from their numbers.
fn spread(rows: &mut [ParsedRow]) {
    let mut numbered = 0;
    for group in rows.chunk_by_mut(|a, b| a.at.to_bits() == b.at.to_bits()) {
        let mut places: Vec<f64> = (0..group.len() as u64).map(|at| share_of(numbered + at)).collect();
        places.sort_by(f64::total_cmp);
        numbered += group.len() as u64;
        for (row, place) in group.iter_mut().zip(places) {
            row.at += row.step * place;
        }
    }
    // Times of several resolutions may overlap then.
    rows.sort_by(|a, b| a.at.total_cmp(&b.at));
}

/// A number from 0 to 1 for each whole number, as good as drawn (the finalizer of `SplitMix64`).
fn share_of(number: u64) -> f64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// What prompts began with so far, block by block, and which conversation had each beginning last.
#[derive(Default)]
struct Tree {
    /// By the beginning before a block, and the block: the number of the beginning with it.
    children: IndexMap<(u32, u64), u32>,
    /// By the number of a beginning: the conversation that had it last. The first is the empty one.
    owners: Vec<u32>,
    conversations: u32,
}

impl Tree {
    /// The row as the turn of the conversation that shares most with it: what it shares is its history.
    fn turn(&mut self, blocks: &[u64], tokens: u32, row: &mut ParsedRow) {
        if self.owners.is_empty() {
            self.owners.push(0);
        }
        let (mut path, mut shared) = (vec![0_u32], 0);
        for &block in blocks {
            let at = *path.last().expect("it begins with the empty one");
            let next = self.owners.len() as u32;
            let child = *self.children.entry((at, block)).or_insert(next);
            if child == next {
                self.owners.push(0);
            } else {
                shared += 1;
            }
            path.push(child);
        }
        let conversation = if shared == 0 {
            self.conversations += 1;
            self.conversations - 1
        } else {
            self.owners[path[shared] as usize]
        };
        path.iter().skip(1).for_each(|at| self.owners[*at as usize] = conversation);
        row.session = Some(conversation);
        row.history = Some((shared as u32).saturating_mul(tokens).min(row.prompt.unwrap_or(0)));
    }
}

/// A list of whole numbers, as JSON has it or with blanks between them.
fn numbers(text: &str) -> Option<Vec<u64>> {
    let inside = text.trim().trim_start_matches('[').trim_end_matches(']');
    let parts = inside.split(|c: char| c == ',' || c.is_whitespace()).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().ok()).collect()
}

fn row(
    cells: &[String],
    columns: &Columns,
    sessions: &mut Sessions,
    tree: &mut Tree,
) -> Result<ParsedRow, String> {
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
    let time = stamp(text, columns.unit)
        .ok_or_else(|| format!("{} is neither seconds nor a date and time", quoted(text)))?;
    let (prompt, output, history) =
        (tokens(columns.prompt)?, tokens(columns.output)?, tokens(columns.history)?);
    if let Some(history) = history.filter(|history| prompt.unwrap_or(0) < *history) {
        return Err(format!("{history} tokens of history are more than the prompt has"));
    }
    let (at, step) = (time.seconds, time.step);
    let mut row = ParsedRow { at, stamp: at, step, prompt, output, history, session: None };
    if let Some((at, tokens)) = columns.blocks {
        let text = cell(at).unwrap_or("");
        let blocks = numbers(text).ok_or_else(|| format!("{} is no list of blocks", quoted(text)))?;
        tree.turn(&blocks, tokens, &mut row);
    } else if let Some(name) = columns.session.and_then(cell) {
        sessions.turn(name, &mut row);
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn what_prompts_share_is_their_history() {
        let mut tree = Tree::default();
        let mut turn = |blocks: &[u64]| {
            let mut row = ParsedRow { prompt: Some(2_000), ..ParsedRow::default() };
            tree.turn(blocks, 512, &mut row);
            (row.session, row.history)
        };
        assert_eq!(turn(&[0, 1]), (Some(0), Some(0)));
        assert_eq!(turn(&[0, 2]), (Some(0), Some(512)));
        assert_eq!(turn(&[7, 1]), (Some(1), Some(0)), "a block counts with what stands before it");
        assert_eq!(turn(&[0, 1, 5, 6]), (Some(0), Some(1_024)));
        assert_eq!(turn(&[0, 1, 5, 6, 8]), (Some(0), Some(2_000)), "no more than the prompt has");
        assert_eq!(numbers("[1, 2]"), Some(vec![1, 2]));
        assert_eq!(numbers("1 2"), Some(vec![1, 2]));
        assert_eq!(numbers("a"), None);
    }

    #[test]
    fn arrivals_are_spread_within_the_resolution_of_their_times() {
        let row = |at: f64| ParsedRow { at, step: 1.0, ..ParsedRow::default() };
        let mut rows = vec![row(0.0), row(0.0), row(0.0), row(1.0)];
        spread(&mut rows);
        let at: Vec<f64> = rows.iter().map(|row| row.at).collect();
        assert!(at.is_sorted() && 0.0 <= at[0] && at[0] < at[1] && at[1] < at[2] && at[2] < 1.0, "{at:?}");
        assert!(1.0 <= at[3] && at[3] < 2.0, "{at:?}");
    }
}
