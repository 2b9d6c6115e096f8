//! When a try is late enough for a hedge, fixed or learnt from latencies.

use crate::pure::quantile::Quantile;
use brownout_model as model;
use brownout_units::Span;

/// The hedge of one client or one call.
pub(crate) enum Hedge {
    After(Span),
    Quantile(Quantile),
}

impl Hedge {
    pub(crate) fn new(options: model::Hedge) -> Self {
        match options {
            model::Hedge::After(span) => Hedge::After(span),
            model::Hedge::Quantile(part) => Hedge::Quantile(Quantile::new(part)),
        }
    }

    /// After how long a try is late; none: nothing is known yet.
    pub(crate) fn late(&self) -> Option<Span> {
        match self {
            Hedge::After(span) => Some(*span),
            // If answers take no time, a hedge after 0 would repeat endlessly at one instant.
            Hedge::Quantile(quantile) => quantile.value().map(|late| late.max(Span::from_millis(1))),
        }
    }

    /// Learns how long a first try took until its good answer; or, if its caller stopped waiting before, until then.
    ///
    /// Second tries do not count: they go out when the first is late, so that the mixture is faster than either. A
    /// first try that is dropped counts with the time so far, which is at least the quantile: among those above it.
    pub(crate) fn learn(&mut self, took: Span) {
        if let Hedge::Quantile(quantile) = self {
            quantile.add(took);
        }
    }
}
