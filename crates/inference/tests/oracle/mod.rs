//! The reference engine, and random cases that hold it and the flying engine together.

pub(crate) mod case;
pub(crate) mod log;
pub(crate) mod mutation;
pub(crate) mod pool;
pub(crate) mod random;
pub(crate) mod stepper;
