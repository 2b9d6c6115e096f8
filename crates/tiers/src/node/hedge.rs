//! When a try is late, and how that is learnt.

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
            // Where answers take no time, a hedge after no time would begin again and again at one instant.
            Hedge::Quantile(quantile) => quantile.value().map(|late| late.max(Span::from_millis(1))),
        }
    }

    /// A good answer took so long.
    pub(crate) fn learn(&mut self, took: Span) {
        if let Hedge::Quantile(quantile) = self {
            quantile.add(took);
        }
    }
}
