//! What is shown on a terminal: text of at most 80 columns, with colours as escape sequences that a terminal or a pipe
//! may drop.
//!
//! [`summary`] is a run on one screen, [`laws`] what `verify` found, [`outline`] a scenario before any run, [`list`]
//! names by kind, [`broken`] a mistake of the program itself. Each takes typed data and returns text that ends with a
//! line break.
//!
//! **Invariant:** tables pick metrics by their rows in `brownout_metrics`, never by a key, and a number stands with its
//! unit or under a heading that names it.

pub mod answer;
mod broken;
mod compare;
mod expectations;
mod fit;
mod fleet;
mod impact;
mod laws;
mod list;
mod number;
mod outline;
mod paint;
mod plan;
mod summary;
mod sweep;
mod table;
mod tiers;
mod variants;
mod why;

pub use broken::{Running, broken};
pub use compare::compare;
pub use expectations::unmet;
pub use laws::laws;
pub use list::{Group, catalogue, list};
pub use outline::{Capacity, Outline, Place, outline};
pub use summary::summary;
pub use sweep::{forecast, path, sweep};
pub use why::{Account, Reason, account};

/// What fits on every terminal.
const WIDTH: usize = 80;
/// A variant or tier with a longer name is cut: the columns behind it matter more.
const NAME_MAX: usize = 20;
