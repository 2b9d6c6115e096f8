//! Thousands of runs: each has an address, and a store keeps what it left.

mod address;
mod obtain;
mod store;

pub use address::Address;
pub use obtain::{Begun, Means, Stopped, Watch};
pub(crate) use obtain::{Job, Outcome, Ready, obtain};
pub use store::{Broken, Forgetful, Store, broken_record};
