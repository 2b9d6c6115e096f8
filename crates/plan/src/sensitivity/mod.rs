//! Which of several axes matter: designs and what is estimated from their outputs.

mod jansen;
mod morris;
mod tornado;

pub use jansen::{Indices, Jansen, SobolIndex};
pub use morris::{Effect, Morris};
pub use tornado::{OneAtATime, Place, Swing};
