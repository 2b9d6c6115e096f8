//! The machine that a program on `brownout` runs on: texts of scenarios, results folders, free memory.
//!
//! The library itself opens no file. What every program needs in order to give it files is here, so that no two of them
//! write a folder in different ways: [`Source`] finds a scenario on a disk, [`folder`] writes and reads results.
//!
//! **Invariant:** neither terminal nor arguments; what went wrong is an error, and how it is said is the program's.
#![forbid(unsafe_code)]

pub mod chart;
mod file;
pub mod folder;
mod memory;
mod source;
pub mod store;
pub mod swept;

pub use file::{Disk, Unusable, write_new};
pub use memory::{free_memory, used_memory};
pub use source::{Source, Unknown};
