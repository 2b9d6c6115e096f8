//! Text in, a valid model out; the only crate that knows TOML.
//!
//! [`load`] reads a scenario and everything it extends, lays variants and `--set` over it, and compiles it to a
//! [`Model`] and what a run and its analysis need. It finds all that is wrong at once, each with its place, the value
//! given, what is allowed and what to do next: [`Problems`]. The language is described in `LANGUAGE.md` beside this
//! crate, and as a JSON Schema by [`schema`].
//!
//! **Invariant:** no text, however broken, makes this crate panic; what it returns has passed [`Model::check`]. It
//! opens no file itself: [`Files`] does.
#![forbid(unsafe_code)]

mod block;
mod check;
mod compile;
mod expect;
pub mod limits;
mod problem;
mod read;
mod reference;
mod schema;
mod text;
mod trial;

pub use check::Capacity;
pub use problem::{Problem, Problems, Severity};
pub use reference::policies;
pub use schema::schema;
pub use text::include::join;

use brownout_metrics::{Expect, LawRow};
use brownout_tiers::model::Model;
use compile::trace::Traces;
use compile::{Compiled, Context};
use jiff::Zoned;
use problem::{Desk, Draft};
use std::cell::RefCell;
use text::include::{Setting, apply_variant, read_chain};
use text::switch;
use text::tree::{Entries, Node};
use trial::Others;

/// Where texts come from: the disk, a browser page, a test.
pub trait Files {
    /// The text of a file. Paths named inside a file have been [joined](join) to its own.
    ///
    /// # Errors
    /// Why it cannot be read, in a few words.
    fn read(&self, path: &str) -> Result<String, String>;
}

/// What the command line adds to a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
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
    /// As for [`Options::set`].
    pub path: String,
    /// As written: each can be given to [`Options::set`].
    pub values: Vec<String>,
}

/// Reads a scenario, TOML or (if the name ends in `.json`) JSON.
///
/// Without a variant in the options all variants and all values of the sweep are tried too, so that what is wrong
/// with them is found before the first run.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load(path: &str, files: &dyn Files, options: &Options) -> Result<Scenario, Problems> {
    let mut desk = Desk::default();
    match read(&mut desk, path, files, options) {
        Some(mut scenario) if desk.error_count() == 0 => {
            scenario.model.check();
            scenario.warnings = desk.close();
            Ok(scenario)
        }
        _ => Err(desk.close()),
    }
}

fn read(desk: &mut Desk, path: &str, files: &dyn Files, options: &Options) -> Option<Scenario> {
    let mut document = read_chain(desk, files, path)?;
    let settings = Setting::read_all(desk, &options.set);
    for setting in settings.iter().filter(|setting| setting.is_for_variants()) {
        setting.apply(desk, &mut document);
    }
    let variants = take_variants(desk, &mut document)?;
    let names: Vec<String> = variants.keys().cloned().collect();
    let variant = options.variant.as_deref().filter(|name| *name != compile::BASE);
    let plain = document.clone();
    if let Some(name) = variant {
        apply_variant(desk, &mut document, &variants, name);
    }
    for setting in settings.iter().filter(|setting| !setting.is_for_variants()) {
        setting.apply(desk, &mut document);
    }
    let written = document.clone();
    switch::throw(desk, &mut document);
    let traces = Traces { files, trial: false, hash: RefCell::new(text::hash::document(&document)) };
    let context = Context { options, variant, variants: &names, traces };
    let compiled = compile::compile(desk, &document, &context);
    if variant.is_none() {
        let others = Others { files, options, settings: &settings, names: &names };
        let off = desk.off.clone();
        others.try_variants(desk, &plain, &variants);
        others.try_sweep(desk, &written);
        others.try_switches(desk, &written, &off);
    }
    let compiled = compiled?;
    let outlook = check::check(desk, &document, &compiled);
    let hash = context.traces.hash.borrow().finish();
    Some(scenario(path, options, names, compiled, outlook, hash))
}

fn scenario(
    path: &str,
    options: &Options,
    variants: Vec<String>,
    compiled: Compiled,
    outlook: check::Outlook,
    hash: u64,
) -> Scenario {
    let stem = path.rsplit('/').next().unwrap_or(path);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    Scenario {
        title: compiled.title.unwrap_or_else(|| stem.to_owned()),
        question: compiled.question,
        description: compiled.description,
        start: compiled.run.start,
        seed: compiled.run.seed,
        replications: compiled.run.replications,
        model: compiled.model,
        expectations: compiled.expectations,
        laws: compiled.laws,
        variant: options.variant.clone().filter(|name| name != compile::BASE),
        variants,
        sweep: compiled.sweep,
        hash,
        events: outlook.events,
        capacities: outlook.capacities,
        warnings: Problems::none(),
    }
}

fn take_variants(desk: &mut Desk, document: &mut Node) -> Option<Entries> {
    let Some(mut entry) = document.entries_mut()?.shift_remove("variant") else {
        return Some(Entries::new());
    };
    if let Some(entries) = entry.node.entries_mut() {
        switch::throw_first(desk, entries);
    }
    let Some(entries) = entry.node.entries() else {
        let message = format!("write [variant.NAME], not {}", entry.node.what());
        desk.report(Draft::error(entry.node.place, message));
        return None;
    };
    if limits::VARIANTS_MAX < entries.len() {
        let allowed = format!("at most {}", limits::VARIANTS_MAX);
        desk.report(Draft::error(entry.key, format!("{} variants", entries.len())).allowed(allowed));
        return None;
    }
    if let Some(entry) = entries.get(compile::BASE) {
        let message = "\"base\" is what the scenario is called as it stands";
        desk.report(Draft::error(entry.key, message).hint("call the variant differently"));
    }
    Some(entries.clone())
}
