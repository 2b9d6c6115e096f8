//! No file names a place on one machine.

use super::{Problem, Rule};
use crate::repository::Repository;

pub(super) const RULE: Rule =
    Rule { name: "places", why: "a path of one machine works for one person and tells about them", check };

/// The first folder of an absolute path that belongs to a person or a moment.
const FOLDERS: &[&str] = &["tmp", "home", "root", "work", "Users"];

fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in repository.files.iter().filter(|file| file.extension() != "lock") {
        for (at, line) in file.text.lines().enumerate() {
            if let Some(folder) = FOLDERS.iter().find(|folder| names(line, folder)) {
                let what = format!("an absolute path into `{folder}`");
                let fix =
                    "write it relative to the repository, or let the environment decide (`TMPDIR`, `HOME`)";
                problems.push(Problem::new(&file.path, at + 1, what, fix));
            }
        }
    }
    problems
}

/// The folder stands between slashes and nothing that continues a path or an address stands before it.
fn names(line: &str, folder: &str) -> bool {
    let path = format!("/{folder}/");
    let continues = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '~' | '}' | '/');
    line.match_indices(&path).any(|(at, _)| !line[..at].chars().next_back().is_some_and(continues))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_paths_are_found_and_relative_ones_are_not() {
        for folder in FOLDERS {
            assert!(names(&format!("out = \"/{folder}/x\""), folder), "{folder}");
            assert!(names(&format!("/{folder}/x"), folder), "{folder}");
            for fine in ["a/DIR/x", "~/DIR/x", "https://a.org/DIR/", "$HOME}/DIR/", "DIR/x", "/DIRECTORS/x"] {
                assert!(!names(&fine.replace("DIR", folder), folder), "{fine} with {folder}");
            }
        }
    }

    #[test]
    fn any_text_is_searched_but_lock_files() {
        let text = format!("# see /{}/me/notes\n", FOLDERS[1]);
        let files = [("a.md", text.as_str()), ("b.csv", text.as_str()), ("Cargo.lock", text.as_str())];
        let found: Vec<String> =
            check(&Repository::of(&files)).into_iter().map(|problem| problem.file).collect();
        assert_eq!(found, ["a.md", "b.csv"]);
    }
}
