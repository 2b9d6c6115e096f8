//! The time of a step on some hardware, as data: fitted terms, a roofline, or a table of measurements.

mod affine;
mod roofline;
mod table;

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use brownout_units::Span;

use crate::clock::{FS_PER_NS, Fs, fs_from_ms};
use serde::{Deserialize, Serialize};

pub use affine::{Affine, Terms};
pub use roofline::Roofline;
pub use table::{Measured, Table};

/// The time of a step on some hardware.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Latency {
    /// Six fitted terms. A [`Roofline`] becomes such terms too.
    Affine(Affine),
    /// Measured points, interpolated linearly; replicas share it.
    Table(Arc<Table>),
}

/// What one step computes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// N: all tokens computed, those of prefill chunks and one for each decoding sequence.
    pub tokens: u64,
    /// B: sequences that decode one token.
    pub decodes: u64,
    /// S: the sum of their contexts, each with the token being computed.
    pub context: u64,
    /// 2Q: the sum of n·(2p + n) over the prefill chunks, of n tokens after p that are cached; it stays whole.
    pub half_attention: u64,
}

impl Load {
    pub(crate) fn add_chunk(&mut self, cached: u32, chunk: u32) {
        self.tokens += u64::from(chunk);
        self.half_attention += u64::from(chunk) * (2 * u64::from(cached) + u64::from(chunk));
    }
}

/// A latency model at one speed, with its coefficients rounded to whole femtoseconds, once.
#[derive(Clone, Debug)]
pub struct Cost {
    kind: Formula,
    overhead: Fs,
}

#[derive(Clone, Debug)]
enum Formula {
    Affine { floor: Fs, base: Fs, token: Fs, decode: Fs, context: Fs, half_attention: Fs },
    Table { table: Arc<Table>, scale: f64, half_attention: Fs },
}

/// The time of a step, and how it goes on while only contexts grow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) first: Fs,
    pub(crate) per_context: Fs,
    pub(crate) per_half_attention: Fs,
    /// From this sum of contexts on, the line is another.
    pub(crate) context_end: u64,
}

impl Cost {
    /// The cost on hardware that runs at `speed` times its normal speed, with the host's time in each step.
    ///
    /// # Panics
    /// When the speed is not above 0.
    pub fn new(latency: &Latency, overhead: Span, speed: f64) -> Self {
        assert!(speed > 0.0, "a replica at speed {speed} would never finish a step");
        let fs = |ms: f64| fs_from_ms(ms / speed);
        let kind = match latency {
            Latency::Affine(affine) => {
                let Terms { floor, base, token, decode, context, attention } = affine.terms();
                Formula::Affine {
                    floor: fs(floor),
                    base: fs(base),
                    token: fs(token),
                    decode: fs(decode),
                    context: fs(context),
                    half_attention: fs(attention / 2.0),
                }
            }
            Latency::Table(table) => Formula::Table {
                table: Arc::clone(table),
                scale: speed.recip(),
                half_attention: fs(table.attention() / 2.0),
            },
        };
        Self { kind, overhead: (overhead.nanos() as f64 * FS_PER_NS as f64 / speed).round() as Fs }
    }

    /// The time of a step, in femtoseconds.
    #[inline]
    pub fn step(&self, load: &Load) -> u64 {
        self.line(load).first
    }

    #[inline]
    pub(crate) fn line(&self, load: &Load) -> Line {
        let Load { tokens, decodes, context, half_attention } = *load;
        match &self.kind {
            &Formula::Affine {
                floor,
                base,
                token,
                decode,
                context: per_context,
                half_attention: per_half,
            } => Line {
                first: floor.max(base + token * tokens)
                    + decode * decodes
                    + per_context * context
                    + per_half * half_attention
                    + self.overhead,
                per_context,
                per_half_attention: per_half,
                context_end: u64::MAX,
            },
            Formula::Table { table, scale, half_attention: per_half } => {
                let body = fs_from_ms(table.body(tokens) * scale) + self.overhead;
                let segment = table.attention_of_decodes(decodes, context, *scale);
                Line {
                    first: body + segment.base + segment.slope * segment.beyond + per_half * half_attention,
                    per_context: segment.slope,
                    per_half_attention: *per_half,
                    context_end: segment.end,
                }
            }
        }
    }

    /// The time of a step in 128 bits: for loads that are yet to be refused.
    pub(crate) fn step_wide(&self, load: &Load) -> u128 {
        let wide = |coefficient: Fs, amount: u64| u128::from(coefficient) * u128::from(amount);
        let Load { tokens, decodes, context, half_attention } = *load;
        u128::from(self.overhead)
            + match &self.kind {
                &Formula::Affine {
                    floor,
                    base,
                    token,
                    decode,
                    context: per_context,
                    half_attention: per_half,
                } => {
                    u128::from(floor).max(u128::from(base) + wide(token, tokens))
                        + wide(decode, decodes)
                        + wide(per_context, context)
                        + wide(per_half, half_attention)
                }
                Formula::Table { table, scale, half_attention: per_half } => {
                    let segment = table.attention_of_decodes(decodes, context, *scale);
                    u128::from(fs_from_ms(table.body(tokens) * scale))
                        + u128::from(segment.base)
                        + wide(segment.slope, segment.beyond)
                        + wide(*per_half, half_attention)
                }
            }
    }
}

/// An invalid latency model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LatencyError {
    /// A number outside its limits.
    Outside {
        /// Its name.
        term: &'static str,
        /// Its value.
        given: f64,
        /// The allowed values.
        allowed: &'static str,
    },
    /// Floor, base and time of a token are all zero: a step would take no time.
    NoTime,
    /// Fewer measured points than a table needs.
    TooFewPoints {
        /// Which.
        of: &'static str,
        /// How many there are.
        given: usize,
        /// How many are needed.
        least: usize,
    },
    /// Measured decode steps must form a grid: each batch at each context.
    NotAGrid {
        /// The batch of the missing or doubled point.
        batch: u32,
        /// Its context.
        context: u32,
    },
    /// Measured times fall where they can only grow.
    Falls {
        /// Along what.
        along: &'static str,
        /// Up to which value.
        at: u32,
        /// The time before, in ms.
        before: f64,
        /// The lower time there, in ms.
        after: f64,
    },
}

impl fmt::Display for LatencyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside { term, given, allowed } => write!(f, "{term} = {given}: must be {allowed}"),
            Self::NoTime => f.write_str("floor, base and token are all 0: a step would take no time"),
            Self::TooFewPoints { of, given, least } => {
                write!(f, "{given} measured points of {of}: a table needs at least {least}")
            }
            Self::NotAGrid { batch, context } => write!(
                f,
                "batch {batch} at context {context}: decode steps must be measured once for each pair of \
                 the batches and contexts in the table"
            ),
            Self::Falls { along, at, before, after } => write!(
                f,
                "the time falls from {before} ms to {after} ms at {along} {at}: \
                 measured again or smoothed, it should grow"
            ),
        }
    }
}

impl Error for LatencyError {}

/// Refuses values outside 0 to `most`.
pub(crate) fn within(
    term: &'static str,
    given: f64,
    most: f64,
    allowed: &'static str,
) -> Result<f64, LatencyError> {
    if (0.0..=most).contains(&given) {
        Ok(given)
    } else {
        Err(LatencyError::Outside { term, given, allowed })
    }
}
