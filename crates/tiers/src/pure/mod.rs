//! Decisions without a kernel: pure state machines, tested with literal instants.

pub(crate) mod alone;
pub(crate) mod arrivals;
pub(crate) mod cache;
pub(crate) mod checks;
pub(crate) mod choose;
pub(crate) mod copula;
pub(crate) mod fleet;
pub(crate) mod meter;
pub(crate) mod outlier;
pub(crate) mod pace;
pub(crate) mod quantile;
pub(crate) mod resolver;
pub(crate) mod routes;
pub(crate) mod sharing;
pub(crate) mod slab;
pub(crate) mod spread;
pub(crate) mod subset;
pub(crate) mod waiting;
pub(crate) mod zones;

pub(crate) mod backoff;
