//! The number of blocks in the KV cache of a replica, from the memory of its accelerators.

use brownout_units::{Bytes, Ratio};

/// The memory of a replica. Prefer the number of blocks from the engine's log where it is known: an error of it goes
/// straight into the queueing; 20 % of the time to first token have been observed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Memory {
    /// Memory of one accelerator.
    pub accelerator: Bytes,
    /// Accelerators of the replica, the degree of tensor parallelism; at least 1.
    pub accelerators: u32,
    /// The share of the memory that the engine may use, often 90 %.
    pub utilisation: Ratio,
    /// The weights of the model, over all accelerators.
    pub weights: Bytes,
    /// What activations, graphs and the runtime take on each accelerator, 3 to 4 GB in practice.
    pub reserve: Bytes,
    /// KV cache for each token: 131,072 bytes for Llama 3.1 8B in bf16, 327,680 for 70B.
    pub kv_per_token: Bytes,
}

impl Memory {
    /// Blocks of `block_tokens` tokens that fit beside the weights; 0 if the weights do not fit.
    pub fn blocks(&self, block_tokens: u32) -> u32 {
        let each = self.utilisation.fraction() * self.accelerator.as_f64() - self.reserve.as_f64();
        let free = f64::from(self.accelerators) * each - self.weights.as_f64();
        // A negative amount, or one without a size of block, becomes zero or the largest number.
        (free / (self.kv_per_token.as_f64() * f64::from(block_tokens))) as u32
    }
}
