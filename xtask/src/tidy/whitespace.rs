//! No tabs, no trailing blanks, and every text file ends its last line.

use super::{Problem, Rule};
use crate::repository::{File, Repository};

pub(super) const RULE: Rule =
    Rule { name: "whitespace", why: "what cannot be seen makes changes noisy and diffs lie", check };

const EXTENSIONS: &[&str] = &["rs", "toml", "md", "py", "sh", "yml", "yaml", "json", "html", "css", "js", ""];

fn check(repository: &Repository) -> Vec<Problem> {
    repository.files.iter().filter(|file| is_ours(file)).flat_map(problems).collect()
}

/// Snapshots and data keep whatever a program wrote.
fn is_ours(file: &File) -> bool {
    EXTENSIONS.contains(&file.extension()) && !file.is_data()
}

fn problems(file: &File) -> Vec<Problem> {
    let mut found = Vec::new();
    for (at, line) in file.text.split('\n').enumerate() {
        let mut problem = |what: &str, fix: &str| found.push(Problem::new(&file.path, at + 1, what, fix));
        if line.contains('\t') {
            problem("a tab", "indent with spaces");
        }
        if line.ends_with('\r') {
            problem("a Windows line end", "save the file with line feeds only");
        } else if line.ends_with([' ', '\t']) {
            problem("blanks at the end of the line", "delete them");
        }
    }
    let last = file.text.lines().count().max(1);
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        found.push(Problem::new(&file.path, last, "the last line does not end", "add a line feed"));
    } else if file.text.ends_with("\n\n") {
        found.push(Problem::new(&file.path, last, "empty lines at the end of the file", "delete them"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        check(&Repository::of(&[(path, text)])).iter().map(|p| format!("{}: {}", p.line, p.what)).collect()
    }

    #[test]
    fn what_cannot_be_seen_is_named() {
        assert_eq!(found("a.md", "one\ntwo\n"), [""; 0]);
        assert_eq!(found("a.md", ""), [""; 0]);
        assert_eq!(
            found("a.toml", "a\tb\nc \nd"),
            ["1: a tab", "2: blanks at the end of the line", "3: the last line does not end"]
        );
        assert_eq!(
            found(".ci/run", "a\r\n\n"),
            ["1: a Windows line end", "2: empty lines at the end of the file"]
        );
    }

    #[test]
    fn data_may_look_as_it_likes() {
        for path in ["a.csv", "crates/a/src/snapshots/b.md", "crates/cli/tests/fixtures/c.toml"] {
            assert_eq!(found(path, "a\tb "), [""; 0], "{path}");
        }
    }
}
