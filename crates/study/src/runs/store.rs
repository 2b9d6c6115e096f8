//! What was simulated is kept, so that no run is done twice; where it is kept is the caller's matter.

use super::Address;
use brownout_observe::{Digest, Keep};
use serde::{Deserialize, Serialize};

/// Keeps records by address. Threads and processes may use one at the same time.
pub trait Store: Sync {
    /// The record that was put under an address; none if there is none, or if it is damaged.
    fn get(&self, address: Address) -> Option<Vec<u8>>;

    /// Keeps a record, whole or not at all, in place of an earlier one.
    ///
    /// # Errors
    /// Why it cannot be kept: a full disk, a folder that may not be written.
    fn put(&self, address: Address, record: &[u8]) -> Result<(), String>;
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Forgetful;

impl Store for Forgetful {
    fn get(&self, _: Address) -> Option<Vec<u8>> {
        None
    }

    fn put(&self, _: Address, _: &[u8]) -> Result<(), String> {
        Ok(())
    }
}

/// Why a run left no digest, as it is kept: it is not tried again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Broken {
    /// It passed that many events.
    Limit(u64),
    /// An invariant of the simulator broke, in these words.
    Invariant(String),
}

/// What is kept under an address.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Record {
    Done(Box<Digest>),
    Broken(Broken),
}

/// The record of a run that broke, for a process that will not return from it.
///
/// # Panics
/// Never: it is plain data.
pub fn broken_record(broken: Broken) -> Vec<u8> {
    Record::Broken(broken).bytes()
}

impl Record {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("a record is plain data")
    }

    /// What a store has under an address, as far as this version understands it.
    pub(crate) fn of(store: &dyn Store, address: Address) -> Option<Record> {
        postcard::from_bytes(&store.get(address)?).ok()
    }

    /// What has to be kept of a run so that a digest serves both this purpose and an earlier one; none if the earlier
    /// one has all that is wanted.
    pub(crate) fn lacks(had: &Keep, wanted: &Keep) -> Option<Keep> {
        let missing = wanted.stretches.iter().filter(|stretch| !had.stretches.contains(stretch));
        let missing: Vec<_> = missing.copied().collect();
        let has = |had: bool, wanted: bool| had || !wanted;
        if missing.is_empty() && has(had.windows, wanted.windows) && has(had.provenance, wanted.provenance) {
            return None;
        }
        let stretches = had.stretches.iter().copied().chain(missing).collect();
        let (windows, provenance) = (had.windows || wanted.windows, had.provenance || wanted.provenance);
        Some(Keep { stretches, windows, provenance })
    }
}
