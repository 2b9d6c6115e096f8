//! What a run has to keep: the stretches of time that numbers are wanted for, and whether windows are wanted.

use brownout_protocol::Layout;
use brownout_units::Span;
use serde::{Deserialize, Serialize};

/// A stretch of a run, since its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stretch {
    /// When it begins.
    pub from: Span,
    /// When it ends.
    pub to: Span,
}

/// What is kept of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// The first one is what results are of; the others are those that expectations name.
    pub stretches: Vec<Stretch>,
    /// Whether lines over time are kept.
    pub windows: bool,
    /// Whether each intent that was not served is given its reason.
    pub provenance: bool,
}

impl Keep {
    /// All after the warm-up, plus these stretches, each once and cut at the end of the run.
    pub fn new(layout: &Layout, others: impl IntoIterator<Item = Stretch>, windows: bool) -> Self {
        let mut stretches = vec![Stretch { from: layout.warmup, to: layout.duration }];
        for other in others {
            let (from, to) = (other.from.min(layout.duration), other.to.min(layout.duration));
            let other = Stretch { from, to: to.max(from) };
            if !stretches.contains(&other) {
                stretches.push(other);
            }
        }
        Keep { stretches, windows, provenance: false }
    }

    /// The same, and the reason of each intent that was not served.
    #[must_use]
    pub fn and_provenance(self) -> Self {
        Keep { provenance: true, ..self }
    }

    /// Every instant at which a stretch begins or ends, in order, without the start of the run.
    pub(crate) fn borders(&self, duration: Span) -> Vec<Span> {
        let ends = self.stretches.iter().flat_map(|stretch| [stretch.from, stretch.to]);
        let mut all: Vec<Span> = ends.chain([duration]).filter(|at| Span::ZERO < *at).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
