//! `extends`, variants and `--set`: several texts become one document.

use super::path::{put, segments};
use super::source::{FileId, Place};
use super::tree::{Entries, Node};
use super::{merge, parse, toml, tree};
use crate::problem::{Diagnostics, Draft, did_you_mean, one_of};
use crate::{Files, limits, timed};

/// The path of a file that is named inside another one: relative to the folder of the one that names it.
///
/// Only `/` separates, and no disk is read; a `..` that leaves the start is kept.
pub fn join(naming: &str, named: &str) -> String {
    if named.starts_with('/') {
        return named.to_owned();
    }
    let folder = naming.rfind('/').map_or("", |slash| &naming[..slash]);
    let absolute = naming.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(named.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if absolute { format!("/{joined}") } else { joined }
}

/// Reads `path` and everything it extends; `None` means that problems were reported.
pub(crate) fn read_chain(diag: &mut Diagnostics, files: &dyn Files, path: &str) -> Option<Node> {
    // The texts are merged from the last one up, so all have to be read first.
    let mut documents: Vec<Node> = Vec::new();
    let mut chain: Vec<String> = Vec::new();
    let mut next = Some((path.to_owned(), None::<Place>));
    while let Some((path, named_at)) = next.take() {
        if let Some(place) = named_at {
            refuse_chain(diag, &chain, &path, place)?;
        }
        let file = open(diag, files, &path, named_at)?;
        let mut document = parse(diag, file)?;
        next = take_extends(diag, &mut document, &path);
        chain.push(path);
        documents.push(document);
    }
    let mut merged = documents.pop()?;
    while let Some(document) = documents.pop() {
        merge::merge(&mut merged, document, "");
    }
    Some(merged)
}

fn refuse_chain(diag: &mut Diagnostics, chain: &[String], path: &str, place: Place) -> Option<()> {
    let draft = if chain.iter().any(|known| known == path) {
        let circle = format!("extends itself: {} → {path}", chain.join(" → "));
        Draft::error(place, circle).hint("break the cycle")
    } else if limits::EXTENDS_MAX < chain.len() {
        let allowed = format!("at most {} steps", limits::EXTENDS_MAX);
        Draft::error(place, "too many files extend each other").allowed(allowed)
    } else {
        return Some(());
    };
    diag.report(draft);
    None
}

/// The text of a file among the sources; `None` means that the problem was reported.
fn open(diag: &mut Diagnostics, files: &dyn Files, path: &str, named_at: Option<Place>) -> Option<FileId> {
    let (text, failure) = match text(files, path) {
        Ok(text) => (text, None),
        Err(message) => (String::new(), Some(message)),
    };
    let file = diag.sources.add(path, text);
    if let Some(message) = failure {
        diag.report(Draft::error(named_at.unwrap_or_else(|| Place::start_of(file)), message));
        return None;
    }
    Some(file)
}

/// The text of a file of TOML or JSON.
///
/// # Errors
/// A message why there is no text.
pub(crate) fn text(files: &dyn Files, path: &str) -> Result<String, String> {
    let text = files
        .read_at_most(path, limits::FILE_BYTES_MAX)
        .map_err(|reason| format!("cannot read {path}: {reason}"))?;
    if limits::FILE_BYTES_MAX < text.len() {
        let limit = limits::FILE_BYTES_MAX >> 20;
        return Err(format!("{path} has {} MiB, at most {limit} are read", text.len() >> 20));
    }
    // Editors on some systems put a byte order mark in front, which is no TOML.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

fn take_extends(diag: &mut Diagnostics, document: &mut Node, path: &str) -> Option<(String, Option<Place>)> {
    let entry = document.entries_mut()?.shift_remove("extends")?;
    match entry.node.text() {
        Some(named) if !named.is_empty() => Some((join(path, named), Some(entry.node.place))),
        _ => {
            let message = format!("extends is {}, not the name of a file", entry.node.what());
            diag.report(Draft::error(entry.node.place, message).allowed("a path, as in \"../base.toml\""));
            None
        }
    }
}

/// Applies the overrides of one variant to the document.
pub(crate) fn apply_variant(diag: &mut Diagnostics, document: &mut Node, variants: &Entries, name: &str) {
    let Some(entry) = variants.get(name) else {
        let known = || variants.keys().map(String::as_str);
        let file = diag.sources.add("--variant", name);
        let draft = Draft::error(Place::new(file, 0, name.len()), format!("no variant is called \"{name}\""));
        diag.report(draft.allowed(one_of(known())).maybe_hint(did_you_mean(name, known())));
        return;
    };
    let Some(overrides) = entry.node.entries() else {
        let message = format!("a variant is a table of overrides, not {}", entry.node.what());
        diag.report(
            Draft::error(entry.node.place, message).hint("write [variant.NAME] and dotted paths below"),
        );
        return;
    };
    for (path, value) in overrides {
        let done =
            segments(path, value.key).and_then(|parts| put(document, &parts, value.key, value.node.clone()));
        if let Err(draft) = done {
            diag.report(draft);
        }
    }
}

/// `--set path=value`, ready to be applied to a document.
pub(crate) struct Setting {
    pub(crate) path: String,
    key: Place,
    pub(crate) value: Node,
    /// From when on and until when it holds, as they are written; none: always.
    time: Option<(String, String)>,
}

impl Setting {
    /// Reads the values: TOML where they are, strings otherwise.
    pub(crate) fn read_all(diag: &mut Diagnostics, set: &[(String, String)]) -> Vec<Setting> {
        let mut settings = Vec::new();
        for (path, text) in set.iter().take(limits::ROWS_MAX) {
            settings.push(Setting::read(diag, path, text));
        }
        settings
    }

    fn read(diag: &mut Diagnostics, path: &str, text: &str) -> Setting {
        let file = diag.sources.add("--set", format!("{path}={text}"));
        let at = path.len() + 1;
        let timed = timed::split(text);
        let time = timed.map(|(_, from, until)| (from.to_owned(), until.to_owned()));
        let text = timed.map_or(text, |(value, ..)| value);
        let place = Place::new(file, at, at + text.len());
        let typed = toml::parse_value(diag, file, text, at);
        let value = typed.filter(|node| tree::too_deep(node, limits::DEPTH_MAX).is_none());
        let as_text = || Node { value: tree::Value::Text(text.to_owned()), place };
        Setting {
            path: path.to_owned(),
            key: Place::new(file, 0, path.len()),
            value: value.unwrap_or_else(as_text),
            time,
        }
    }

    pub(crate) fn is_for_variants(&self) -> bool {
        self.path.starts_with("variant.")
    }

    pub(crate) fn apply(&self, diag: &mut Diagnostics, document: &mut Node) {
        if let Some((from, until)) = &self.time {
            return timed::push(document, &self.path, self.value.clone(), self.key, (from, until));
        }
        let done = segments(&self.path, self.key)
            .and_then(|parts| put(document, &parts, self.key, self.value.clone()));
        if let Err(draft) = done {
            diag.report(draft);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn files_are_named_from_the_folder_of_the_one_that_names_them() {
        let check = |naming, named, expect: &str| assert_eq!(join(naming, named), expect);
        check("a/b/c.toml", "../m/x.toml", "a/m/x.toml");
        check("c.toml", "../../x.toml", "../../x.toml");
        check("/a/c.toml", "../../x.toml", "/x.toml");
        check("a/c.toml", "/x.toml", "/x.toml");
        check("./a/./c.toml", "b//x.toml", "a/b/x.toml");
    }
}
