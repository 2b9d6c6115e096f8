//! A scenario as text: read once, compiled any number of times.

use crate::check::{self, Outlook};
use crate::compile::trace::Traces;
use crate::compile::{self, Compiled, Context};
use crate::problem::{Diagnostics, Draft, Problems};
use crate::text::hash::Hasher;
use crate::text::include::{Setting, apply_variant, read_chain};
use crate::text::named::Named;
use crate::text::source::{Place, Sources};
use crate::text::switch::{self, Off};
use crate::text::tree::{Entries, Entry, Node, Value};
use crate::trial::{Begin, Others};
use crate::{Files, Level, Overrides, Scenario, limits, text, timed};
use std::cell::RefCell;

/// A scenario as text: the files that it extends are merged and those that it names are read.
///
/// It is plain data that threads may share. Each job lays its own [`Overrides`] over it and compiles it; all jobs share
/// the trees of values, except for the path that an override changes.
#[derive(Debug)]
pub struct Document {
    path: String,
    sources: Sources,
    /// Merged; without its variants.
    root: Node,
    /// What follows from it alone, for all jobs that lay nothing over it.
    hash: Hasher,
    has_switch: bool,
    /// `[variant]` as it is written.
    variant: Option<Entry>,
    named: Named,
}

/// Which documents are checked besides the requested one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    This,
    Others,
}

/// A document under its overrides.
struct Laid {
    /// Before the variant and `--set`, except for settings inside variants.
    plain: Node,
    /// Before its switches are applied.
    written: Node,
    /// What is compiled.
    root: Node,
    off: Vec<Off>,
    variants: Entries,
    names: Vec<String>,
    settings: Vec<Setting>,
}

impl Document {
    /// Reads a scenario, TOML or (if the name ends in `.json`) JSON, all that it extends and every file that it names.
    ///
    /// # Errors
    /// Texts that cannot be read or are no TOML or JSON. A missing file of another kind (a profile, a trace) is an
    /// error only where it is used.
    pub fn parse(path: &str, files: &dyn Files) -> Result<Document, Problems> {
        let mut diag = Diagnostics::default();
        let Some(mut root) = read_chain(&mut diag, files, path) else { return Err(diag.close()) };
        let variant = root.entries_mut().and_then(|entries| entries.shift_remove(VARIANT));
        let mut named = Named::default();
        named.collect(&mut diag, files, "", &root);
        if let Some(entry) = &variant {
            named.collect(&mut diag, files, VARIANT, &entry.node);
        }
        let (hash, has_switch) = (text::hash::document(&root), switch::has_switch(&root));
        Ok(Document { path: path.to_owned(), sources: diag.sources, root, hash, has_switch, variant, named })
    }

    /// Reads the files that only these overrides name, so that the document can be compiled with them.
    pub fn fetch(&mut self, files: &dyn Files, overrides: &Overrides) {
        let mut diag = Diagnostics::of(self.sources.clone());
        let settings = Setting::read_all(&mut diag, &overrides.set);
        // The texts of settings are dropped again, and their places with them: only the named files are kept.
        let mut fetched = Diagnostics::of(self.sources.clone());
        for setting in &settings {
            let named = diag.sources.get(setting.value.place.file).name.clone();
            self.named.collect_from(&mut fetched, files, &named, &setting.path, &setting.value);
        }
        self.sources = fetched.sources;
    }

    /// Makes a scenario of it.
    ///
    /// Other variants, the values of a sweep and tables that are switched off are not checked.
    ///
    /// # Errors
    /// All errors of the scenario.
    pub fn compile(&self, overrides: &Overrides) -> Result<Scenario, Problems> {
        self.scenario(overrides, Scope::This)
    }

    /// Makes a scenario of it. Without a variant among the overrides all variants, all values of the sweep and all
    /// tables that are switched off are checked too, so that their problems are found before the first run.
    ///
    /// # Errors
    /// All errors of the scenario.
    pub fn check(&self, overrides: &Overrides) -> Result<Scenario, Problems> {
        let asked = overrides.variant.as_deref().filter(|name| *name != compile::BASE);
        self.scenario(overrides, if asked.is_none() { Scope::Others } else { Scope::This })
    }

    /// The text of one scenario: extended files merged, overrides applied, tables that are switched off removed. Other
    /// files that it names stay separate.
    ///
    /// # Errors
    /// If an override cannot be applied to it.
    pub fn resolved(&self, overrides: &Overrides) -> Result<String, Problems> {
        let mut diag = Diagnostics::of(self.sources.clone());
        match self.lay(&mut diag, overrides) {
            Some(laid) if diag.error_count() == 0 => Ok(text::print::print(&laid.root)),
            _ => Err(diag.close()),
        }
    }

    /// The dotted paths of tables that are switched off under some overrides: what the file knows and does not use.
    pub fn switched_off(&self, overrides: &Overrides) -> Vec<String> {
        let mut diag = Diagnostics::of(self.sources.clone());
        let laid = self.lay(&mut diag, overrides);
        laid.map_or_else(Vec::new, |laid| laid.off.iter().map(Off::dotted).collect())
    }

    /// The value at a dotted path under some overrides; none if nothing is written there.
    pub fn value(&self, overrides: &Overrides, path: &str) -> Option<Level> {
        let mut diag = Diagnostics::of(self.sources.clone());
        let laid = self.lay(&mut diag, overrides)?;
        let parts = text::path::segments(path, self.root.place).ok()?;
        let node = text::path::get(&laid.root, &parts)?;
        let written =
            matches!(node.value, Value::Integer(_) | Value::Float(_) | Value::Flag(_) | Value::Text(_));
        written.then(|| Level::of(node, diag.sources.slice(node.place)))
    }

    fn scenario(&self, overrides: &Overrides, scope: Scope) -> Result<Scenario, Problems> {
        let mut diag = Diagnostics::of(self.sources.clone());
        match self.read(&mut diag, overrides, scope) {
            Some(mut scenario) if diag.error_count() == 0 => {
                scenario.model.check();
                scenario.warnings = diag.close();
                Ok(scenario)
            }
            Some(_) => Err(diag.close()),
            None => {
                if diag.error_count() == 0 {
                    // Refusing without a reason is a mistake of this crate; the caller is told so rather than nothing.
                    let draft = Draft::error(self.root.place, "the scenario was refused without a reason");
                    diag.report(draft.hint("this is a mistake in brownout, please report it with the file"));
                }
                Err(diag.close())
            }
        }
    }

    fn read(&self, diag: &mut Diagnostics, overrides: &Overrides, scope: Scope) -> Option<Scenario> {
        let laid = self.lay(diag, overrides)?;
        let variant = overrides.variant.as_deref().filter(|name| *name != compile::BASE);
        let hash = if laid.root.is_same(&self.root) { self.hash } else { text::hash::document(&laid.root) };
        let hash = RefCell::new(hash);
        let traces = Traces { named: &self.named, trial: false, hash };
        let context = Context { overrides, variant, variants: &laid.names, traces };
        let compiled = compile::compile(diag, &laid.root, &context);
        if scope == Scope::Others {
            let settings = laid.settings.as_slice();
            let others = Others { named: &self.named, overrides, settings, names: &laid.names };
            others.try_variants(diag, &laid.plain, &laid.variants);
            if let Some(compiled) = &compiled {
                let from = Begin { document: &laid.written, plain: &laid.plain, variants: &laid.variants };
                others.try_axes(diag, &from, compiled);
            }
            others.try_switches(diag, &laid.written, &laid.off);
        }
        let compiled = timed::lay(diag, &laid.written, compiled?, &context)?;
        let outlook = check::check(diag, &laid.root, &compiled);
        let hash = context.traces.hash.borrow().finish();
        Some(self.assemble(overrides, laid.names, compiled, outlook, hash))
    }

    /// Applies the overrides to the document.
    fn lay(&self, diag: &mut Diagnostics, overrides: &Overrides) -> Option<Laid> {
        let settings = Setting::read_all(diag, &overrides.set);
        let variants = take_variants(diag, self.variant.clone(), self.root.place, &settings)?;
        let plain = self.root.clone();
        let mut root = plain.clone();
        if let Some(name) = overrides.variant.as_deref().filter(|name| *name != compile::BASE) {
            apply_variant(diag, &mut root, &variants, name);
        }
        for setting in settings.iter().filter(|setting| !setting.is_for_variants()) {
            setting.apply(diag, &mut root);
        }
        let written = root.clone();
        if self.has_switch || !root.is_same(&self.root) {
            switch::apply_switches(diag, &mut root);
        }
        let names = variants.keys().cloned().collect();
        Some(Laid { plain, written, root, off: diag.off.clone(), variants, names, settings })
    }

    fn assemble(
        &self,
        overrides: &Overrides,
        variants: Vec<String>,
        compiled: Compiled,
        outlook: Outlook,
        hash: u64,
    ) -> Scenario {
        let stem = self.path.rsplit('/').next().unwrap_or(&self.path);
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
            variant: overrides.variant.clone().filter(|name| name != compile::BASE),
            variants,
            sweep: compiled.sweep,
            plan: compiled.plan,
            hash,
            events: outlook.events,
            inside: outlook.inside,
            capacities: outlook.capacities,
            warnings: Problems::none(),
        }
    }
}

/// The table that holds variants.
const VARIANT: &str = "variant";

/// The variants that are not switched off, with the settings that concern them.
fn take_variants(
    diag: &mut Diagnostics,
    entry: Option<Entry>,
    place: Place,
    settings: &[Setting],
) -> Option<Entries> {
    let mut alone = Node::table(entry.into_iter().map(|entry| (VARIANT.to_owned(), entry)).collect(), place);
    for setting in settings.iter().filter(|setting| setting.is_for_variants()) {
        setting.apply(diag, &mut alone);
    }
    let Some(mut entry) = alone.entries_mut()?.shift_remove(VARIANT) else { return Some(Entries::new()) };
    switch::apply_switches_of_entries(diag, &mut entry.node);
    let Some(entries) = entry.node.entries() else {
        let message = format!("write [variant.NAME], not {}", entry.node.what());
        diag.report(Draft::error(entry.node.place, message));
        return None;
    };
    if limits::VARIANTS_MAX < entries.len() {
        let allowed = format!("at most {}", limits::VARIANTS_MAX);
        diag.report(Draft::error(entry.key, format!("{} variants", entries.len())).allowed(allowed));
        return None;
    }
    for (name, entry) in entries {
        compile::names::check_name(diag, VARIANT, name, entry.key);
    }
    if let Some(entry) = entries.get(compile::BASE) {
        let message = "\"base\" is the name of the scenario without a variant";
        diag.report(Draft::error(entry.key, message).hint("call the variant differently"));
    }
    Some(entries.clone())
}
