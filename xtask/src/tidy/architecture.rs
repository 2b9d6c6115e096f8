//! The map names every crate, and says of each what it must never know.

use super::{Problem, Rule};
use crate::repository::Repository;

pub(super) const RULE: Rule =
    Rule { name: "architecture", why: "a map without one of its rooms sends people the wrong way", check };

const MAP: &str = "ARCHITECTURE.md";
const MARK: &str = "**Invariant:**";

fn check(repository: &Repository) -> Vec<Problem> {
    let Some(map) = repository.files.iter().find(|file| file.path == MAP) else {
        let fix = "write it: bird's eye, entry points, code map, cross-cutting concerns";
        return vec![Problem::new(MAP, 1, "there is no map", fix)];
    };
    let mut problems = Vec::new();
    for member in repository.members() {
        let fix = format!("give `crates/{member}` a heading, and below it a line with {MARK}");
        let (line, what) = match section(&map.text, member) {
            None => (1, format!("no heading names crates/{member}")),
            Some((_, body)) if body.iter().any(|line| line.contains(MARK)) => continue,
            Some((line, _)) => (line, format!("{member} has no invariant")),
        };
        problems.push(Problem::new(MAP, line, what, fix));
    }
    problems
}

/// The heading that names a crate (`` `kernel` `` or `crates/kernel`) with its line, and what follows up to the next.
fn section<'a>(text: &'a str, member: &str) -> Option<(usize, Vec<&'a str>)> {
    let lines: Vec<&str> = text.lines().collect();
    let names = |line: &str| {
        let spelt = |name: &str| crate::source::words(line, name).next().is_some();
        spelt(&format!("`{member}`")) || spelt(&format!("crates/{member}"))
    };
    let start = lines.iter().position(|line| line.starts_with('#') && names(line))?;
    let body = lines[start + 1..].iter().copied().take_while(|line| !line.starts_with('#'));
    Some((start + 1, body.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(map: &str) -> Vec<String> {
        let files =
            [("ARCHITECTURE.md", map), ("crates/kernel/Cargo.toml", ""), ("crates/lab/Cargo.toml", "")];
        check(&Repository::of(&files)).iter().map(|p| format!("{}: {}", p.line, p.what)).collect()
    }

    #[test]
    fn every_crate_has_its_invariant() {
        let map =
            "# Map\n### `crates/kernel`\nTime.\n\n**Invariant:** no requests.\n### `lab`\n**Invariant:** x\n";
        assert_eq!(found(map), [""; 0]);
    }

    #[test]
    fn a_missing_section_and_a_missing_line_are_told_apart() {
        let map = "# Map\n### `crates/kernel`\nThe `lab` comes later.\n### Others\n**Invariant:** x\n";
        assert_eq!(found(map), ["2: kernel has no invariant", "1: no heading names crates/lab"]);
    }

    #[test]
    fn there_is_a_map() {
        assert_eq!(check(&Repository::of(&[])).len(), 1);
    }
}
