//! Text in, a valid model out; the only crate that knows TOML.
//!
//! [`Document::parse`] reads a scenario and everything it extends, once; [`Document::compile`] lays a variant and
//! `--set` over it and makes a [`Scenario`] of it, any number of times: a [`Model`] and what a run and its analysis
//! need.
//! [`load`] does both. All [`Problems`] are found at once, each with its place, the value given, what is allowed and
//! what to do next. `LANGUAGE.md` beside this crate describes the language, and [`schema`] is its JSON Schema.
//!
//! **Invariant:** no text, however broken, makes this crate panic; what it returns has passed [`Model::check`]. It
//! opens no file itself: [`Files`] does.
#![forbid(unsafe_code)]

mod block;
mod check;
mod compile;
mod document;
mod expect;
mod hint;
mod keys;
mod lab;
pub mod limits;
mod problem;
mod read;
mod reference;
mod row;
mod schema;
mod text;
mod timed;
mod trial;

pub use check::Capacity;
pub use document::Document;
pub use expect::asked;
pub use keys::keys;
pub use lab::{
    Axis, Condition, Design, Level, Measure, On, Plan, Promise, Range, Sweep, Until, VARIANT, Values,
    axis_values,
};
pub use problem::{Problem, Problems, Severity, nearest};
pub use reference::policies;
pub use schema::schema;
pub use text::include::join;
pub use text::{Changed, changed};

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

    /// The same of a text of which nothing is wanted if it has more than `most` bytes: where files have no end, reading
    /// stops there.
    ///
    /// # Errors
    /// As [`Files::read`].
    fn read_at_most(&self, path: &str, most: usize) -> Result<String, String> {
        let _ = most;
        self.read(path)
    }
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
    /// What it shows, in a few words; by default the name of the file.
    pub title: String,
    /// The question that it asks; may be empty.
    pub question: String,
    /// Any further description; may be empty.
    pub description: String,
    /// The date and time at which the run starts, if given.
    pub start: Option<Zoned>,
    /// The seed of the first replication.
    pub seed: u64,
    /// The number of replications, at least 1.
    pub replications: u32,
    /// What to simulate.
    pub model: Model,
    /// The expectations that apply to this variant.
    pub expectations: Vec<Expect>,
    /// Closed forms that the result is checked against.
    pub laws: Vec<LawRow>,
    /// The requested variant.
    pub variant: Option<String>,
    /// All variants of the file.
    pub variants: Vec<String>,
    /// Which points to run beside it, if it says so.
    pub sweep: Option<Sweep>,
    /// What has to hold, and what may be turned for it.
    pub plan: Plan,
    /// A hash of what is simulated, after `extends`, variant and `--set`: independent of comments, formatting, the
    /// order of keys, titles, expectations, seed and number of replications, but of no other value and no trace.
    pub hash: u64,
    /// About how many events a replication has, within a factor of a few.
    pub events: f64,
    /// About how many calls and users are inside of a replication at its fullest.
    pub inside: f64,
    /// Nominal and worst-case capacities of the tiers where they differ.
    pub capacities: Vec<Capacity>,
    /// Warnings: they do not stop a run, but the author should know them before it.
    pub warnings: Problems,
}

/// Reads a scenario, TOML or (if the name ends in `.json`) JSON.
///
/// Without a variant among the overrides all variants and all values of the sweep are checked too, so that their
/// problems are found before the first run.
///
/// # Errors
/// All errors of the scenario.
pub fn load(path: &str, files: &dyn Files, overrides: &Overrides) -> Result<Scenario, Problems> {
    let mut document = Document::parse(path, files)?;
    document.fetch(files, overrides);
    document.check(overrides)
}
