//! The kernel through its public path.

mod puppets;

mod assembly;
mod order;
mod timers;
