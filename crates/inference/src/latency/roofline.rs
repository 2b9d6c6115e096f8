//! A step's time on unmeasured hardware, from its data sheet.

use super::{Affine, LatencyError, Terms};

/// A model on an accelerator, from data sheets. With tensor parallelism, rates are the sums over the accelerators.
///
/// A step reads all weights once and computes two operations per parameter and token, whichever takes longer; each
/// decoding sequence reads its KV cache; a prefill computes four operations per layer, unit of width, token and token
/// before it (S. Williams, A. Waterman, D. Patterson, "Roofline", 2009, applied to transformer inference).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Roofline {
    /// Parameters that take part in a token; for a mixture of experts only the active ones.
    pub parameters: f64,
    /// Bytes of weights read in a step.
    pub weight_bytes: f64,
    /// Bytes of KV cache for each token.
    pub kv_bytes_per_token: f64,
    /// Layers of the model.
    pub layers: f64,
    /// Width of the attention: heads times the size of a head.
    pub width: f64,
    /// Operations per second, from the data sheet, for this number format.
    pub operations_per_second: f64,
    /// Bytes of memory read per second, from the data sheet.
    pub bytes_per_second: f64,
    /// Share of the operations that kernels reach, 0.3 to 0.7 in practice.
    pub compute_efficiency: f64,
    /// Share of the bandwidth that kernels reach, 0.6 to 0.9 in practice.
    pub memory_efficiency: f64,
}

impl Roofline {
    /// The same model as terms.
    ///
    /// # Errors
    /// When a number is not above 0 or not finite, an efficiency is above 1, or a term comes out above 1e6 ms.
    pub fn affine(&self) -> Result<Affine, LatencyError> {
        let sizes = [
            ("parameters", self.parameters),
            ("weight_bytes", self.weight_bytes),
            ("kv_bytes_per_token", self.kv_bytes_per_token),
            ("layers", self.layers),
            ("width", self.width),
            ("operations_per_second", self.operations_per_second),
            ("bytes_per_second", self.bytes_per_second),
        ];
        for (term, given) in sizes {
            if !(given > 0.0 && given.is_finite()) {
                return Err(LatencyError::Outside { term, given, allowed: "above 0" });
            }
        }
        let shares =
            [("compute_efficiency", self.compute_efficiency), ("memory_efficiency", self.memory_efficiency)];
        for (term, given) in shares {
            if !(given > 0.0 && given <= 1.0) {
                return Err(LatencyError::Outside { term, given, allowed: "above 0 and at most 1" });
            }
        }
        let ms_per_operation = 1e3 / (self.operations_per_second * self.compute_efficiency);
        let ms_per_byte = 1e3 / (self.bytes_per_second * self.memory_efficiency);
        Affine::new(Terms {
            floor: self.weight_bytes * ms_per_byte,
            base: 0.0,
            token: 2.0 * self.parameters * ms_per_operation,
            decode: 0.0,
            context: self.kv_bytes_per_token * ms_per_byte,
            attention: 4.0 * self.layers * self.width * ms_per_operation,
        })
    }
}
