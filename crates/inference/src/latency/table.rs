//! A step's time from measured points, interpolated linearly.

use std::collections::BTreeSet;

use super::{LatencyError, within};
use crate::clock::{Fs, fs_from_ms};
use serde::{Deserialize, Serialize};

/// Measured steps of a model on some hardware.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Steps that only prefill: (tokens, milliseconds), from an empty cache.
    pub prefill: Vec<(u32, f64)>,
    /// Steps that only decode: (sequences, context of each, milliseconds), a full grid.
    pub decode: Vec<(u32, u32, f64)>,
    /// Milliseconds for each pair of a prefill token and a token cached before it; 0 if only short prompts matter. What
    /// a chunk's tokens cost among themselves is in `prefill` already, so this adds a little to it.
    pub attention: f64,
}

/// A step's time from measured points.
///
/// T = body(N) + extra(B, S) + attention·Q. The body is the line through the prefill points; below the first it is
/// constant, for there the weights are read. The extra is the measured time of a decode step above the body of as many
/// tokens; between the points of the grid it is linear in batch and in mean context. At constant batch it is a
/// chain of lines in S, which is what a flight needs; it ends at each knee.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    prefill: Vec<(f64, f64)>,
    batches: Vec<f64>,
    contexts: Vec<f64>,
    /// A row for each batch, a column for each context.
    extras: Vec<f64>,
    attention: f64,
}

/// A piece of the extra in S: `base + slope * beyond`, up to a sum of contexts of `end`.
pub(crate) struct Segment {
    pub(crate) base: Fs,
    pub(crate) slope: Fs,
    pub(crate) beyond: u64,
    pub(crate) end: u64,
}

impl Table {
    /// From measured points in any order.
    ///
    /// # Errors
    /// When points are missing, doubled, negative or above 1e6 ms, or when a time falls as tokens or contexts grow.
    pub fn new(measured: &Measured) -> Result<Self, LatencyError> {
        let attention = within("attention", measured.attention, 1e6, "from 0 to 1e6 ms")?;
        let prefill = Self::checked_prefill(&measured.prefill)?;
        let Measured { decode, .. } = measured;
        let batches: BTreeSet<u32> = decode.iter().map(|&(batch, ..)| batch).collect();
        let contexts: BTreeSet<u32> = decode.iter().map(|&(_, context, _)| context).collect();
        for (of, given) in [("batch", batches.len()), ("context", contexts.len())] {
            if given < 2 {
                return Err(LatencyError::TooFewPoints { of, given, least: 2 });
            }
        }
        let mut table = Self {
            prefill,
            batches: batches.iter().map(|&batch| f64::from(batch)).collect(),
            contexts: contexts.iter().map(|&context| f64::from(context)).collect(),
            extras: Vec::new(),
            attention,
        };
        for &batch in &batches {
            let body = table.body(u64::from(batch));
            let mut before = 0.0;
            for &context in &contexts {
                let mut at = decode.iter().filter(|point| (point.0, point.1) == (batch, context));
                let (Some(&(_, _, after)), None) = (at.next(), at.next()) else {
                    return Err(LatencyError::NotAGrid { batch, context });
                };
                within("decode step", after, 1e6, "from 0 to 1e6 ms")?;
                if batch == 0 || context == 0 {
                    let allowed = "at least 1, in batch and in context";
                    return Err(LatencyError::Outside { term: "decode point", given: 0.0, allowed });
                }
                if after < before {
                    return Err(LatencyError::Falls { along: "context", at: context, before, after });
                }
                before = after;
                table.extras.push((after - body).max(0.0));
            }
        }
        Ok(table)
    }

    fn checked_prefill(points: &[(u32, f64)]) -> Result<Vec<(f64, f64)>, LatencyError> {
        if points.len() < 2 {
            return Err(LatencyError::TooFewPoints { of: "prefill", given: points.len(), least: 2 });
        }
        let mut points = points.to_vec();
        points.sort_by_key(|point| point.0);
        for &(_, ms) in &points {
            within("prefill step", ms, 1e6, "from 0 to 1e6 ms")?;
        }
        for pair in points.windows(2) {
            let [(tokens, before), (at, after)] = [pair[0], pair[1]];
            if tokens == at || after < before {
                return Err(LatencyError::Falls { along: "tokens", at, before, after });
            }
        }
        if points[0].1 > 0.0 {
            Ok(points.into_iter().map(|(tokens, ms)| (f64::from(tokens), ms)).collect())
        } else {
            Err(LatencyError::NoTime)
        }
    }

    pub(crate) fn attention(&self) -> f64 {
        self.attention
    }

    /// Milliseconds of a step of that number of tokens, without the cost of its contexts.
    pub(crate) fn body(&self, tokens: u64) -> f64 {
        let tokens = tokens as f64;
        let after = self.prefill.partition_point(|point| point.0 <= tokens);
        if after == 0 {
            return self.prefill[0].1;
        }
        let left = (after - 1).min(self.prefill.len() - 2);
        let [(x0, y0), (x1, y1)] = [self.prefill[left], self.prefill[left + 1]];
        y0 + (y1 - y0) * (tokens - x0) / (x1 - x0)
    }

    /// The piece of the extra that holds this sum of contexts.
    pub(crate) fn attention_of_decodes(&self, decodes: u64, context: u64, scale: f64) -> Segment {
        if decodes == 0 {
            return Segment { base: 0, slope: 0, beyond: 0, end: u64::MAX };
        }
        let batch = decodes as f64;
        let knot = |column: usize| (self.contexts[column] as u64) * decodes;
        let last = self.contexts.len() - 1;
        let after = (0..=last).find(|&column| context < knot(column));
        // Before the first column the line starts at zero; beyond the last its slope continues.
        let (left, right) = match after {
            Some(0) => (None, 0),
            Some(right) => (Some(right - 1), right),
            None => (Some(last - 1), last),
        };
        let (x0, y0) = left.map_or((0, 0.0), |left| (knot(left), self.extra(batch, left)));
        let rise = (self.extra(batch, right) - y0).max(0.0);
        Segment {
            base: fs_from_ms(y0 * scale),
            slope: fs_from_ms(rise * scale / (knot(right) - x0) as f64),
            beyond: context - x0,
            end: if after.is_some() { knot(right) } else { u64::MAX },
        }
    }

    /// The extra of a batch in a column; outside the measured batches as much for each sequence as at the nearest.
    fn extra(&self, batch: f64, column: usize) -> f64 {
        let at = |row: usize| self.extras[row * self.contexts.len() + column];
        let last = self.batches.len() - 1;
        let after = self.batches.partition_point(|&of| of <= batch);
        if after == 0 {
            at(0) * batch / self.batches[0]
        } else if after > last {
            at(last) * batch / self.batches[last]
        } else {
            let share = (batch - self.batches[after - 1]) / (self.batches[after] - self.batches[after - 1]);
            at(after - 1) * (1.0 - share) + at(after) * share
        }
    }
}
