//! A link from one page to a file of the repository leads somewhere.

use super::{Problem, Rule};
use crate::repository::Repository;

pub(super) const RULE: Rule =
    Rule { name: "links", why: "a reader who meets a dead link stops trusting the rest of the page", check };

fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in repository.files.iter().filter(|file| file.extension() == "md" && !file.is_data()) {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (line, target) in targets(&file.text) {
            let resolved = resolve(folder, target);
            if resolved.as_deref().is_none_or(|path| !repository.has(path)) {
                let fix = "correct the path (relative to the page), or commit the file";
                problems.push(Problem::new(
                    &file.path,
                    line,
                    format!("the link to {target} leads nowhere"),
                    fix,
                ));
            }
        }
    }
    problems
}

/// The targets of inline links and pictures that lie in the repository, each with its line.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        // Inside inline code a link is only shown: those are the odd pieces between backticks.
        let mut offset = 0;
        for (piece_at, piece) in line.split('`').enumerate() {
            if !fenced && piece_at % 2 == 0 {
                found.extend(in_piece(line, offset, piece).map(|target| (at + 1, target)));
            }
            offset += piece.len() + 1;
        }
    }
    found
}

fn in_piece<'a>(line: &'a str, offset: usize, piece: &'a str) -> impl Iterator<Item = &'a str> {
    piece.match_indices("](").filter_map(move |(at, marker)| {
        let rest = &line[offset + at + marker.len()..];
        let target = rest[..rest.find(')')?].split_whitespace().next()?;
        let path = target.split('#').next().unwrap_or_default();
        let elsewhere = path.is_empty() || path.contains("://") || path.starts_with("mailto:");
        (!elsewhere).then_some(path)
    })
}

/// From the folder of a page to the root; `None` when the link climbs out of the repository.
fn resolve(folder: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    if target.starts_with('/') {
        parts.clear();
    }
    for part in target.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dead(page: &str) -> Vec<String> {
        let mut repository =
            Repository::of(&[("docs/page.md", page), ("README.md", ""), ("models/services/a.toml", "")]);
        repository.binaries.push("docs/picture.png".into());
        check(&repository).iter().map(|p| format!("{}: {}", p.line, p.what)).collect()
    }

    #[test]
    fn links_that_lead_somewhere() {
        let page = "[a](../README.md#start) ![b](picture.png \"title\") [c](../models/services/) [d](../)\n\
                    [e](https://a.org/x.md) [f](#here) [`g`](../README.md) `[h](gone.md)`\n\
                    ```\n[i](gone.md)\n```\n";
        assert_eq!(dead(page), [""; 0]);
    }

    #[test]
    fn links_that_do_not() {
        let page = "[a](README.md)\n\n[b](../models/b.toml) and [c](../../elsewhere.md)\n[`code`](gone.md)\n";
        let wanted = ["1: README.md", "3: ../models/b.toml", "3: ../../elsewhere.md", "4: gone.md"];
        let wanted = wanted.map(|at| at.replacen(": ", ": the link to ", 1) + " leads nowhere");
        assert_eq!(dead(page), wanted);
    }
}
