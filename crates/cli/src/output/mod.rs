//! A run as a folder.

pub(crate) mod folder;
