//! The overrides in mid-run of one node: those in force, and the timers that their timeouts need.

use brownout_kernel::LaneId;
use brownout_model::Setting;
use brownout_units::Span;

/// The overrides of a load or a tier.
#[derive(Debug, Default)]
pub(crate) struct Overrides {
    /// Each with the place of its change among those of the model, in that order.
    all: Vec<(u32, Setting)>,
    /// Whether each is in force.
    on: Vec<bool>,
    /// Lanes of the timeouts that they set.
    lanes: Vec<(Span, LaneId)>,
}

impl Overrides {
    /// None of them in force.
    pub(crate) fn new(all: Vec<(u32, Setting)>, lanes: Vec<(Span, LaneId)>) -> Self {
        Overrides { on: vec![false; all.len()], all, lanes }
    }

    /// Whether the node has none.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// One begins or ends; false if it is none of these.
    pub(crate) fn switch(&mut self, change: u32, on: bool) -> bool {
        let found = self.all.iter().position(|(place, _)| *place == change);
        found.inspect(|&at| self.on[at] = on).is_some()
    }

    /// Those in force: the later one counts where two set the same.
    pub(crate) fn in_force(&self) -> impl Iterator<Item = &Setting> {
        self.all.iter().zip(&self.on).filter(|(_, on)| **on).map(|((_, setting), _)| setting)
    }

    /// The lane of a timeout that one of them sets.
    pub(crate) fn lane(&self, timeout: Span) -> Option<LaneId> {
        self.lanes.iter().find(|(span, _)| *span == timeout).map(|(_, lane)| *lane)
    }
}
