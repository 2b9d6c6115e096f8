//! Files that a scenario names besides those it extends: profiles and their parts, traces, measured points.
//!
//! All are read with the document, so that it can be compiled again, also on another machine, without file access.

use super::include::join;
use super::source::{FileId, Place};
use super::tree::{Node, Value};
use super::{include, parse};
use crate::compile::trace::Played;
use crate::problem::{Diagnostics, Draft};
use crate::{Files, limits};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The contents of the files that a document names.
#[derive(Debug, Default)]
pub(crate) struct Named {
    tables: BTreeMap<String, Result<Parsed, String>>,
    data: BTreeMap<String, Result<Data, String>>,
}

/// A file of TOML or JSON that a scenario names.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) file: FileId,
    /// None if its syntax is invalid.
    node: Option<Node>,
    /// Problems of its syntax, reported by each document that uses it.
    problems: Vec<Draft>,
}

/// A table of comma-separated values.
#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) text: Arc<str>,
    /// The last result of parsing it: a trace is parsed once, however often the document is compiled.
    pub(crate) played: Played,
}

impl Parsed {
    /// The tree; reports the problems of its syntax.
    pub(crate) fn node(&self, diag: &mut Diagnostics) -> Option<&Node> {
        self.problems.iter().for_each(|draft| diag.report(draft.clone()));
        self.node.as_ref()
    }
}

impl Named {
    /// A table in a file of its own.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(crate) fn table(&self, path: &str) -> Result<&Parsed, String> {
        self.tables.get(path).ok_or_else(|| unknown(path))?.as_ref().map_err(String::clone)
    }

    /// A table of comma-separated values.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(crate) fn data(&self, path: &str) -> Result<&Data, String> {
        self.data.get(path).ok_or_else(|| unknown(path))?.as_ref().map_err(String::clone)
    }

    /// Reads the files that a part of a document names; `path` is its dotted path in the document.
    pub(crate) fn collect(&mut self, diag: &mut Diagnostics, files: &dyn Files, path: &str, node: &Node) {
        Collector { named: self, diag, files, naming: None, in_file: false }
            .value(Keys::TOP.join(path), node);
    }

    /// The same for a value whose text is not among the sources: its paths are relative to the file `naming`.
    pub(crate) fn collect_from(
        &mut self,
        diag: &mut Diagnostics,
        files: &dyn Files,
        naming: &str,
        path: &str,
        node: &Node,
    ) {
        let naming = Some(naming.to_owned());
        Collector { named: self, diag, files, naming, in_file: false }.value(Keys::TOP.join(path), node);
    }
}

fn unknown(path: &str) -> String {
    format!("cannot read {path}: it was not read with the scenario")
}

/// The last two keys of a path.
#[derive(Clone, Copy)]
struct Keys<'k>(&'k str, &'k str);

impl<'k> Keys<'k> {
    const TOP: Keys<'static> = Keys("", "");

    /// One key, or a dotted path, below these.
    fn join(self, path: &'k str) -> Keys<'k> {
        path.split('.').map(str::trim).fold(self, |keys, key| Keys(keys.1, key))
    }
}

struct Collector<'a> {
    named: &'a mut Named,
    diag: &'a mut Diagnostics,
    files: &'a dyn Files,
    /// The file that contains it, if the place of a value does not tell.
    naming: Option<String>,
    /// In a profile's own file, which names hardware and models but no further profile.
    in_file: bool,
}

impl Collector<'_> {
    fn value(&mut self, keys: Keys<'_>, node: &Node) {
        match &node.value {
            Value::Text(text) => self.text(keys, node.place, text),
            Value::List(items) => items.iter().for_each(|item| self.value(keys, item)),
            Value::Table(entries) => {
                for (name, entry) in entries.iter() {
                    self.value(keys.join(name), &entry.node);
                }
            }
            _ => {}
        }
    }

    /// The keys that name files; other words at the same keys are no files and are not read.
    fn text(&mut self, keys: Keys<'_>, place: Place, text: &str) {
        let path = || match &self.naming {
            Some(naming) => join(naming, text),
            None => join(&self.diag.sources.get(place.file).name, text),
        };
        match keys {
            Keys(_, "profile") if !self.in_file => self.table(path(), true),
            Keys("profile", "hardware" | "llm") => self.table(path(), false),
            Keys("trace" | "table", "file") => self.data(path()),
            _ => {}
        }
    }

    fn is_full(&self) -> bool {
        limits::NAMED_FILES_MAX <= self.named.tables.len() + self.named.data.len()
    }

    fn table(&mut self, path: String, is_profile: bool) {
        if self.named.tables.contains_key(&path) || self.is_full() {
            return;
        }
        let parsed = include::text(self.files, &path).map(|text| self.parse(&path, &text));
        let node = parsed.as_ref().ok().and_then(|parsed| parsed.node.clone()).filter(|_| is_profile);
        self.named.tables.insert(path, parsed);
        if let Some(node) = node {
            let naming = self.naming.take();
            self.in_file = true;
            self.value(Keys("", "profile"), &node);
            self.in_file = false;
            self.naming = naming;
        }
    }

    fn parse(&mut self, path: &str, text: &str) -> Parsed {
        let file = self.diag.sources.add(path, text);
        let (mark, errors) = (self.diag.mark(), self.diag.error_count());
        let node = parse(self.diag, file);
        Parsed { file, node, problems: self.diag.take_new_errors(mark, errors) }
    }

    fn data(&mut self, path: String) {
        if self.named.data.contains_key(&path) || self.is_full() {
            return;
        }
        let text = self
            .files
            .read_at_most(&path, limits::TRACE_BYTES_MAX)
            .map_err(|reason| format!("cannot read {path}: {reason}"));
        let data = text.map(|text| Data { text: text.into(), played: Played::default() });
        self.named.data.insert(path, data);
    }
}
