//! The same work written by hand: no kernel, no generality, f64 time. What the ratios are taken against.
//!
//! The draws are those of the kernel's nodes, from streams of the same names, so both come to the same
//! result.

pub(crate) mod queue;
pub(crate) mod servers;
pub(crate) mod tandem;

use brownout_kernel::Stream;
use rand_distr::{Distribution, Exp1};

/// What the draws of a floor and of a lean node have in common.
pub(crate) struct Draws {
    arrivals: Stream,
    service: Stream,
}

impl Draws {
    pub(crate) fn new(seed: u64) -> Self {
        Self { arrivals: Stream::named(seed, 0, "arrivals"), service: Stream::named(seed, 0, "service") }
    }

    #[inline]
    fn gap(&mut self) -> f64 {
        Exp1.sample(&mut self.arrivals)
    }

    #[inline]
    fn service(&mut self) -> f64 {
        Exp1.sample(&mut self.service)
    }
}
