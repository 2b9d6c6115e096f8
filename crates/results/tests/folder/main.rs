//! Folders of results: what is packed is read back to the bit, and what is broken is refused with the way out.

mod broken;
mod exact;
mod forged;
mod made;
