//! Six fitted terms: a floor for the weights, and what tokens, sequences and contexts add.

use super::{LatencyError, within};
use serde::{Deserialize, Serialize};

/// The terms of a step's time, in milliseconds:
///
/// T = max(floor, base + token·N) + decode·B + context·S + attention·Q
///
/// with N tokens computed, B decoding sequences, S the sum of their contexts, and Q = Σ n·(p + n/2) over the prefill
/// chunks of n tokens after p that are cached. Fitted to published kernel measurements it errs by 2–5 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// a: reading the weights once, the least time of a step.
    pub floor: f64,
    /// b: the fixed time of a step.
    pub base: f64,
    /// s: each token.
    pub token: f64,
    /// d: each decoding sequence.
    pub decode: f64,
    /// c: each token of a context that a decoding sequence reads.
    pub context: f64,
    /// q: each pair of a prefill token and a token before it.
    pub attention: f64,
}

/// A step's time from checked [`Terms`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Affine {
    terms: Terms,
}

impl Affine {
    /// From terms in milliseconds.
    ///
    /// # Errors
    /// When a term is negative, not a number or above a million, or when a step would take no time.
    pub fn new(terms: Terms) -> Result<Self, LatencyError> {
        let Terms { floor, base, token, decode, context, attention } = terms;
        let named = [
            ("floor", floor),
            ("base", base),
            ("token", token),
            ("decode", decode),
            ("context", context),
            ("attention", attention),
        ];
        for (term, given) in named {
            within(term, given, 1e6, "from 0 to 1e6 ms")?;
        }
        if floor.max(base + token) > 0.0 { Ok(Self { terms }) } else { Err(LatencyError::NoTime) }
    }

    /// Its terms.
    pub fn terms(&self) -> Terms {
        self.terms
    }
}
