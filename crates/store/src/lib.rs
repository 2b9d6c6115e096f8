//! What was simulated, kept in a folder by its content: threads, processes and machines may share one.
//!
//! A run has one small file, whose name is its address. It is written beside its place and moved there in one step, so
//! that a reader sees all of it or nothing, and a process that is killed loses the runs it was at and no other. Two
//! processes that do the same run write the same file. A folder of another version, or none of ours, is refused.
//!
//! ```
//! use brownout::{Address, Store as _};
//! use brownout_store::Folder;
//!
//! let parent = tempfile::tempdir().expect("a folder");
//! let store = Folder::open(&parent.path().join("store")).expect("a new one");
//! assert_eq!(store.count(), 0);
//! ```
//!
//! **Invariant:** what is read back is what was put, byte for byte, or nothing (`tests/folder.rs`).
#![forbid(unsafe_code)]

mod folder;
mod merge;

pub use folder::{Folder, OpenError};
pub use merge::{Merged, merge};
