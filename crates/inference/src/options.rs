//! The settings of a replica, and their checks.

use std::error::Error;
use std::fmt;

use brownout_units::Span;

use crate::clock::{FS_PER_NS, Fs};
use crate::latency::{Cost, Latency, Load};
use serde::{Deserialize, Serialize};

/// The longest that one step may take: 2^61 fs, about 38 minutes. So the sums of a flight stay in 64 bits.
pub(crate) const STEP_MAX: Fs = 1 << 61;

/// The shortest: a microsecond. So a step takes time also on a replica a thousand times as fast.
pub(crate) const STEP_MIN: Fs = 1_000 * FS_PER_NS;

/// The settings of a replica, in the words of the serving engines. All are written; none has a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Sequences that run at the same time (`max_num_seqs`), at least 1.
    pub sequences_max: u32,
    /// Tokens that one step computes (`max_num_batched_tokens`); above `sequences_max`, so that a prefill moves beside
    /// any number of decodes.
    pub step_tokens_max: u32,
    /// Tokens of prompt and output together (`max_model_len`), at least 2.
    pub model_tokens_max: u32,
    /// Tokens in one block of the KV cache: a power of two, 1 to 256.
    pub block_tokens: u32,
    /// Blocks of the KV cache, at least 1.
    pub blocks: u32,
    /// Whether a prompt may be computed over several steps. If not, `step_tokens_max` must hold the longest.
    pub chunked_prefill: bool,
    /// The order of service and of preemption.
    pub scheduling: Scheduling,
    /// What must be free before a request is admitted.
    pub admission: Admission,
    /// Whether blocks of complete tokens are kept for others with the same prefix.
    pub prefix_cache: bool,
    /// Time of the host in each step, 0 to about 2 ms in real engines.
    pub overhead: Span,
    /// The time of a step on this hardware.
    pub latency: Latency,
    /// Executes each step by itself. The same results, for a hundred times the work.
    pub exact_steps: bool,
}

/// The order of service and of preemption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheduling {
    /// In order of arrival; the latest is preempted.
    Fcfs,
    /// In order of priority, then of arrival; of the least urgent the latest is preempted.
    Priority,
}

/// What must be free before a request is admitted. Blocks are taken as its chunks are computed, in both cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Admission {
    /// The blocks of its whole prompt.
    WholePrompt,
    /// The blocks of its first chunk.
    Chunk,
}

/// Settings with which a replica cannot work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionsError {
    /// A number outside its limits.
    Outside {
        /// The field.
        field: &'static str,
        /// Its value.
        given: u32,
        /// The allowed values.
        allowed: &'static str,
    },
    /// `step_tokens_max` does not exceed `sequences_max`.
    BudgetTooSmall {
        /// `step_tokens_max`.
        step_tokens_max: u32,
        /// `sequences_max`.
        sequences_max: u32,
    },
    /// Without chunked prefill, and `step_tokens_max` is below `model_tokens_max`.
    PromptExceedsStep {
        /// `step_tokens_max`.
        step_tokens_max: u32,
        /// `model_tokens_max`.
        model_tokens_max: u32,
    },
    /// The smallest step takes less than a microsecond.
    StepTooShort,
    /// The largest step takes more than 38 minutes.
    StepTooLong,
}

impl Options {
    /// Whether a replica with these settings could work.
    ///
    /// # Errors
    /// As [`Engine::new`](crate::Engine::new).
    pub fn check_all(&self) -> Result<(), OptionsError> {
        self.check().map(|_| ())
    }

    /// The time of the largest step that these limits allow.
    ///
    /// # Errors
    /// When a limit is outside its range, limits contradict each other, or a step takes no time or too much.
    pub(crate) fn check(&self) -> Result<Fs, OptionsError> {
        let outside = |field, given, allowed| Err(OptionsError::Outside { field, given, allowed });
        if self.sequences_max == 0 || self.sequences_max > 1 << 20 {
            return outside("sequences_max", self.sequences_max, "1 to 1,048,576");
        }
        if self.step_tokens_max > 1 << 24 {
            return outside("step_tokens_max", self.step_tokens_max, "up to 16,777,216");
        }
        if self.model_tokens_max < 2 || self.model_tokens_max > 1 << 24 {
            return outside("model_tokens_max", self.model_tokens_max, "2 to 16,777,216");
        }
        if !self.block_tokens.is_power_of_two() || self.block_tokens > 256 {
            return outside("block_tokens", self.block_tokens, "a power of two from 1 to 256");
        }
        if self.blocks == 0 || self.blocks > 1 << 30 {
            return outside("blocks", self.blocks, "1 to 1,073,741,824");
        }
        let Self { step_tokens_max, sequences_max, model_tokens_max, .. } = *self;
        if step_tokens_max <= sequences_max {
            return Err(OptionsError::BudgetTooSmall { step_tokens_max, sequences_max });
        }
        if !self.chunked_prefill && step_tokens_max < model_tokens_max {
            return Err(OptionsError::PromptExceedsStep { step_tokens_max, model_tokens_max });
        }
        self.check_steps()
    }

    fn check_steps(&self) -> Result<Fs, OptionsError> {
        if self.overhead.nanos() > STEP_MAX / FS_PER_NS {
            return Err(OptionsError::StepTooLong);
        }
        let cost = Cost::new(&self.latency, self.overhead, 1.0);
        let decode = Load { tokens: 1, decodes: 1, context: 1, half_attention: 0 };
        let prefill = Load { tokens: 1, decodes: 0, context: 0, half_attention: 1 };
        if cost.step_wide(&decode).min(cost.step_wide(&prefill)) < u128::from(STEP_MIN) {
            return Err(OptionsError::StepTooShort);
        }
        let [tokens, sequences, model] =
            [self.step_tokens_max, self.sequences_max, self.model_tokens_max].map(u64::from);
        let largest = Load {
            tokens,
            decodes: sequences,
            context: sequences * model,
            half_attention: tokens * 2 * model.max(tokens),
        };
        let longest = cost.step_wide(&largest);
        if longest > u128::from(STEP_MAX) { Err(OptionsError::StepTooLong) } else { Ok(longest as Fs) }
    }
}

impl fmt::Display for OptionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside { field, given, allowed } => write!(f, "{field} = {given}: must be {allowed}"),
            Self::BudgetTooSmall { step_tokens_max, sequences_max } => write!(
                f,
                "step_tokens_max = {step_tokens_max}: must exceed sequences_max = {sequences_max}, \
                 or a full batch leaves no token for a prompt"
            ),
            Self::PromptExceedsStep { step_tokens_max, model_tokens_max } => write!(
                f,
                "step_tokens_max = {step_tokens_max}: must be at least model_tokens_max = {model_tokens_max} \
                 without chunked prefill, or a long prompt fits into no step"
            ),
            Self::StepTooShort => {
                f.write_str("the smallest step takes less than 1 us: is a term in seconds, not in ms?")
            }
            Self::StepTooLong => {
                f.write_str("the largest step takes more than 38 minutes: is a term in ns, not in ms?")
            }
        }
    }
}

impl Error for OptionsError {}
