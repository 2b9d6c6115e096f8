//! What happened to the service in a run, with its instants: acts, leases, and faults that no clock set off.

use brownout_kernel::Entry;
use brownout_protocol::{Kind, Record};
use serde::{Deserialize, Serialize};

/// The most records of this kind that a run keeps; the others are only counted. A chart has no room for more, and
/// memory must not depend on how often a replica fails.
pub const HAPPENINGS_MAX: usize = 10_000;

/// Kinds of records that are kept one by one. They are rare: nothing that a request does is among them.
pub(crate) const KINDS: [Kind; 3] = [Kind::FaultBegan, Kind::FaultEnded, Kind::Intervened];

/// One of them, as in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// When, in nanoseconds since the start of the run.
    pub at: u64,
    /// At which place.
    pub place: u16,
    /// [`Kind::FaultBegan`], [`Kind::FaultEnded`] or [`Kind::Intervened`].
    pub kind: Kind,
    /// Which fault of the model, or which action.
    pub number: u32,
    /// As the kind says.
    pub value: u64,
}

/// The first [`HAPPENINGS_MAX`] of a run in order of time, and how many there were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happenings {
    /// Those that were kept.
    pub kept: Vec<Happening>,
    /// All of them, kept or not.
    pub count: u64,
}

impl Happenings {
    pub(crate) fn add(&mut self, entry: &Entry<Record>) {
        self.count += 1;
        if self.kept.len() < HAPPENINGS_MAX {
            let Record { place, kind, call: number, value, .. } = entry.record;
            self.kept.push(Happening { at: entry.at.nanos(), place, kind, number, value });
        }
    }

    /// Bytes of memory that they take.
    pub(crate) fn bytes(&self) -> usize {
        self.kept.len() * size_of::<Happening>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_kernel::Instant;
    use brownout_protocol::Row;

    #[test]
    fn what_is_not_kept_is_counted() {
        let mut all = Happenings::default();
        let most = HAPPENINGS_MAX as u64;
        for nanos in 0..most + 5 {
            let record =
                Record { kind: Kind::FaultBegan, row: Row::default(), place: 2, call: 7, value: nanos };
            all.add(&Entry { at: Instant::from_nanos(nanos), record });
        }
        assert_eq!((all.kept.len(), all.count), (HAPPENINGS_MAX, most + 5));
        let last = Happening { at: most - 1, place: 2, kind: Kind::FaultBegan, number: 7, value: most - 1 };
        assert_eq!(all.kept.last(), Some(&last));
    }
}
