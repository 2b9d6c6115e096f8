//! No file lies in a crate without being part of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Problem, Rule};
use crate::repository::Repository;
use crate::source::{code_only, words};

pub(super) const RULE: Rule = Rule {
    name: "dead",
    why: "a file that no module names is never compiled, yet it is read and trusted",
    check,
};

fn check(repository: &Repository) -> Vec<Problem> {
    let texts: BTreeMap<&str, &str> =
        repository.rust().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let manifests: BTreeMap<&str, &str> = repository
        .files
        .iter()
        .filter_map(|file| Some((file.path.strip_suffix("Cargo.toml")?, file.text.as_str())))
        .collect();
    let mut alive = BTreeSet::new();
    let mut open: Vec<String> =
        texts.keys().filter(|path| is_root(path, &manifests)).map(|path| (*path).to_owned()).collect();
    while let Some(path) = open.pop() {
        let Some(text) = texts.get(path.as_str()) else { continue };
        if alive.insert(path.clone()) {
            open.extend(children(&path, text));
        }
    }
    let fix = "name it with `mod` in its parent, or delete it";
    let dead = texts.keys().filter(|path| !alive.contains(**path));
    dead.map(|path| Problem::new(path, 1, "no module names this file", fix)).collect()
}

/// Where cargo starts to read: by its place in the package, or because the manifest says so.
fn is_root(path: &str, manifests: &BTreeMap<&str, &str>) -> bool {
    let package = manifests.iter().filter(|(folder, _)| path.starts_with(**folder));
    let Some((folder, manifest)) = package.max_by_key(|(folder, _)| folder.len()) else { return false };
    let inside = &path[folder.len()..];
    let parts: Vec<&str> = inside.split('/').collect();
    let by_place = matches!(
        parts[..],
        ["build.rs"]
            | ["src", "lib.rs" | "main.rs"]
            | ["src", "bin", _]
            | ["src", "bin", _, "main.rs"]
            | ["tests" | "benches" | "examples", _]
            | ["tests" | "benches" | "examples", _, "main.rs"]
    );
    by_place || manifest.lines().any(|line| line.trim() == format!("path = \"{inside}\""))
}

/// The files that the `mod name;` lines of a file may mean; those that do not exist are dropped by the caller.
fn children(path: &str, text: &str) -> Vec<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let code = code_only(text);
    let mut found = Vec::new();
    for at in words(&code, "mod") {
        let rest = code[at + "mod".len()..].trim_start();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (module, after) = rest.split_at(end);
        if module.is_empty() || !after.trim_start().starts_with(';') {
            continue;
        }
        let stem = name.trim_end_matches(".rs");
        for base in [folder.to_owned(), format!("{folder}/{stem}")] {
            found.push(format!("{base}/{module}.rs"));
            found.push(format!("{base}/{module}/mod.rs"));
        }
    }
    let quoted = |marker| text.split(marker).skip(1).filter_map(|rest: &str| rest.split_once('"'));
    for marker in ["#[path = \"", "include!(\""] {
        found.extend(quoted(marker).map(|(file, _)| join(folder, file)));
    }
    found
}

/// A path as seen from a folder, with its `..` resolved.
fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dead(files: &[(&str, &str)]) -> Vec<String> {
        check(&Repository::of(files)).into_iter().map(|problem| problem.file).collect()
    }

    #[test]
    fn modules_are_followed_from_every_root() {
        let files = [
            ("crates/a/Cargo.toml", "[[bench]]\nname = \"b\"\npath = \"perf/b.rs\"\n"),
            ("crates/a/src/lib.rs", "mod queue;\nmod deep;\n#[path = \"../shared/x.rs\"]\nmod x;"),
            ("crates/a/src/queue.rs", "mod lane;"),
            ("crates/a/src/queue/lane.rs", ""),
            ("crates/a/src/deep/mod.rs", "#[cfg(test)]\nmod tests;"),
            ("crates/a/src/deep/tests.rs", ""),
            ("crates/a/shared/x.rs", ""),
            ("crates/a/tests/law.rs", "mod common;"),
            ("crates/a/tests/common/mod.rs", ""),
            ("crates/a/perf/b.rs", ""),
        ];
        assert_eq!(dead(&files), [""; 0]);
    }

    #[test]
    fn a_file_that_is_only_mentioned_is_dead() {
        let files = [
            ("crates/a/Cargo.toml", ""),
            ("crates/a/src/main.rs", "// mod old;\nmod inline { }\nconst S: &str = \"mod text;\";"),
            ("crates/a/src/old.rs", ""),
            ("crates/a/src/inline.rs", ""),
            ("crates/a/src/text.rs", ""),
        ];
        assert_eq!(dead(&files), ["crates/a/src/inline.rs", "crates/a/src/old.rs", "crates/a/src/text.rs"]);
    }
}
