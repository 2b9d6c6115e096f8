//! The same work written by hand: no kernel, no generality, no log. The baseline of the ratios.
//!
//! The workload is the model's, so a floor contains what defines it: one stream for each purpose, of the kernel's
//! generator; exponential spans of `brownout-dist`; a clock of whole nanoseconds. Everything else is hand-optimised for
//! this one network. A floor and the kernel's node come to the same mean to a millionth.

pub(crate) mod queue;
pub(crate) mod servers;
pub(crate) mod tandem;

use brownout_dist::exp1;
use brownout_kernel::Stream;

/// A second in nanoseconds.
const SECOND: f64 = 1e9;

/// What the draws of a floor and of a lean node have in common.
pub(crate) struct Draws {
    arrivals: Stream,
    service: Stream,
}

impl Draws {
    pub(crate) fn new(seed: u64) -> Self {
        Self { arrivals: Stream::named(seed, 0, "arrivals"), service: Stream::named(seed, 0, "service") }
    }

    /// A gap with that mean, both in nanoseconds.
    #[inline]
    fn gap(&mut self, mean: f64) -> u64 {
        nanos(exp1(&mut self.arrivals) * mean)
    }

    /// A service time with that mean, both in nanoseconds.
    #[inline]
    fn service(&mut self, mean: f64) -> u64 {
        nanos(exp1(&mut self.service) * mean)
    }
}

/// Via a signed integer, for which the processor has an instruction; a draw is never negative.
#[inline]
fn nanos(draw: f64) -> u64 {
    draw as i64 as u64
}
