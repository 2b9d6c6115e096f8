//! The address of a run: a hash of all that its digest depends on.

use brownout_lab::SIMULATION;
use brownout_model::{Change, Model};
use std::fmt;

/// Where the digest of a run is kept: equal for equal runs, whatever their files are called and whatever their texts
/// say beside what is simulated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address([u8; 16]);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A model as a hash: that of its runs but for seed and replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hashed([u8; 32]);

impl Hashed {
    /// The hash of a model. Titles of what happens are texts for people, which change no run.
    ///
    /// # Panics
    /// If the model has a number that is no number.
    pub(crate) fn of(model: &Model) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"brownout model\0");
        hasher.update(&SIMULATION.to_le_bytes());
        let mut add = |bytes: Result<Vec<u8>, postcard::Error>| {
            let bytes = bytes.expect("a model is plain data");
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(&bytes);
        };
        if model.changes.iter().all(|change| change.title.is_none()) {
            add(postcard::to_allocvec(model));
        } else {
            let untitled = |change: &Change| Change { title: None, ..change.clone() };
            let changes = model.changes.iter().map(untitled).collect();
            add(postcard::to_allocvec(&Model { changes, ..model.clone() }));
        }
        Hashed(*hasher.finalize().as_bytes())
    }

    /// The address of one of its replications.
    pub(crate) fn run(self, seed: u64, replication: u64) -> Address {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0);
        hasher.update(&seed.to_le_bytes());
        hasher.update(&replication.to_le_bytes());
        let mut address = [0; 16];
        address.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        Address(address)
    }
}
