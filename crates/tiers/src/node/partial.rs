//! Faults that affect calls of some paths only: writes fail, reads work.

use brownout_model::{Effect, PathId, PathSet};

/// The combination of the active ones at one replica.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Partial {
    hung: PathSet,
    slow: Vec<(PathSet, f64)>,
    errors: Vec<(PathSet, f64)>,
}

impl Partial {
    /// Adds a fault of some paths; effects that do not apply to single calls are none here.
    pub(crate) fn add(&mut self, effect: Effect, paths: PathSet) {
        match effect {
            Effect::Hang => self.hung = self.hung.union(paths),
            Effect::Slow { factor } => self.slow.push((paths, factor)),
            Effect::Errors { ratio } => self.errors.push((paths, ratio.fraction().min(1.0))),
            _ => {}
        }
    }

    /// Whether calls of a path stand still.
    pub(crate) fn hangs(&self, path: u8) -> bool {
        self.hung.contains(PathId(path))
    }

    /// The factor on service times of a path.
    pub(crate) fn slow(&self, path: u8) -> f64 {
        of(&self.slow, path).product()
    }

    /// The share of calls of a path that fail, together with those that fail whatever their path.
    pub(crate) fn errors(&self, path: u8, all: f64) -> f64 {
        of(&self.errors, path).fold(all, |sum, share| 1.0 - (1.0 - sum) * (1.0 - share))
    }

    /// Whether calls of any path fail.
    pub(crate) fn fails_calls(&self) -> bool {
        self.errors.iter().any(|(_, share)| 0.0 < *share)
    }

    /// Whether service times of any path differ from normal.
    pub(crate) fn changes_speed(&self) -> bool {
        self.hung != PathSet::default() || !self.slow.is_empty()
    }
}

fn of(list: &[(PathSet, f64)], path: u8) -> impl Iterator<Item = f64> {
    list.iter().filter(move |(paths, _)| paths.contains(PathId(path))).map(|(_, value)| *value)
}
