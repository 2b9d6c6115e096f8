//! What controllers decide: pure state machines over literal instants and samples. The nodes that act are in `node`.

pub(crate) mod autoscaler;
pub(crate) mod condition;
pub(crate) mod emergency;
pub(crate) mod lease;
pub(crate) mod look;
