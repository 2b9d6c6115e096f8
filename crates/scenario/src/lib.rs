//! Text in, a valid model out; the only crate that knows TOML.
//!
//! [`Document::parse`] reads a scenario and everything it extends, once; [`Document::compile`] lays a variant and
//! `--set` over it and makes a [`Scenario`] of it, as often as wanted: a [`Model`] and what a run and its analysis
//! need.
//! [`load`] does both. All that is wrong is found at once, each with its place, the value given, what is allowed and
//! what to do next: [`Problems`]. The language is described in `LANGUAGE.md` beside this crate, and as a JSON Schema by
//! [`schema`].
//!
//! **Invariant:** no text, however broken, makes this crate panic; what it returns has passed [`Model::check`]. It
//! opens no file itself: [`Files`] does.
#![forbid(unsafe_code)]

mod block;
mod check;
mod compile;
mod document;
mod expect;
mod keys;
pub mod limits;
mod problem;
mod read;
mod reference;
mod row;
mod schema;
mod text;
mod trial;

pub use check::Capacity;
pub use document::Document;
pub use expect::asked;
pub use keys::keys;
pub use problem::{Problem, Problems, Severity};
pub use reference::policies;
pub use schema::schema;
pub use text::include::join;

use brownout_metrics::{Expect, LawRow};
use brownout_model::Model;
use jiff::Zoned;

/// Where texts come from: the disk, a browser page, a test.
pub trait Files {
    /// The text of a file. Paths named inside a file have been [joined](join) to its own.
    ///
    /// # Errors
    /// Why it cannot be read, in a few words.
    fn read(&self, path: &str) -> Result<String, String>;
}

/// What is laid over a scenario before it is compiled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--set dotted.path=value`, in order: TOML values, or else strings.
    pub set: Vec<(String, String)>,
    /// The variant to lay over the scenario; none, or "base": the scenario as it stands.
    pub variant: Option<String>,
    /// Instead of `run.seed`.
    pub seed: Option<u64>,
    /// Instead of `run.replications`; at least 1.
    pub replications: Option<u32>,
}

/// A valid scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it shows, in a few words; the name of the file if it does not say.
    pub title: String,
    /// What it asks; empty if it does not say.
    pub question: String,
    /// Anything else; empty if it does not say.
    pub description: String,
    /// The instant the run starts at, if it says.
    pub start: Option<Zoned>,
    /// Of the first replication.
    pub seed: u64,
    /// How many runs, at least 1.
    pub replications: u32,
    /// What to simulate.
    pub model: Model,
    /// What is expected of the result, of this variant.
    pub expectations: Vec<Expect>,
    /// Closed forms that the result is checked against.
    pub laws: Vec<LawRow>,
    /// The variant that was asked for.
    pub variant: Option<String>,
    /// The variants that the file offers.
    pub variants: Vec<String>,
    /// What to sweep over.
    pub sweep: Vec<Axis>,
    /// Of what is simulated, after `extends`, variant and `--set`: blind to comments, formatting, the order of keys,
    /// titles, expectations, seed and number of replications, but not to any other value nor to a trace.
    pub hash: u64,
    /// About how many events a replication has, within a factor of a few.
    pub events: f64,
    /// What tiers can serve on good days and on bad ones, where that differs.
    pub capacities: Vec<Capacity>,
    /// What does not stop a run but should be known before it.
    pub warnings: Problems,
}

/// A dotted path and the values to try there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// As for [`Overrides::set`].
    pub path: String,
    /// As written: each can be given to [`Overrides::set`].
    pub values: Vec<String>,
}

/// Reads a scenario, TOML or (if the name ends in `.json`) JSON.
///
/// Without a variant in the options all variants and all values of the sweep are tried too, so that what is wrong
/// with them is found before the first run.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load(path: &str, files: &dyn Files, overrides: &Overrides) -> Result<Scenario, Problems> {
    let mut document = Document::parse(path, files)?;
    document.fetch(files, overrides);
    document.check(overrides)
}
