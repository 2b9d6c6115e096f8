//! An experiment is a question with its scenario.

use std::collections::BTreeSet;

use super::{Problem, Rule};
use crate::repository::Repository;

pub(super) const RULE: Rule = Rule {
    name: "experiments",
    why: "a run without its question is noise, and a question without a run is a guess",
    check,
};

fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for folder in folders(repository) {
        let readme = format!("{folder}/README.md");
        if !repository.has(&readme) {
            let fix = "write it: the question, the prediction, the verdict";
            problems.push(Problem::new(&readme, 1, "this experiment has no page", fix));
        }
        let inside = |path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        if !repository.files.iter().any(|file| file.extension() == "toml" && inside(&file.path)) {
            let fix = "put its scenario or sweep (a .toml file) beside the page";
            problems.push(Problem::new(&readme, 1, "this experiment has no scenario", fix));
        }
    }
    problems
}

/// The folders below `experiments/`, each once.
fn folders(repository: &Repository) -> BTreeSet<&str> {
    let paths = repository.files.iter().map(|file| &file.path).chain(&repository.binaries);
    paths
        .filter_map(|path| {
            let (name, _) = path.strip_prefix("experiments/")?.split_once('/')?;
            Some(&path[.."experiments/".len() + name.len()])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(paths: &[&str]) -> Vec<String> {
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (*path, "")).collect();
        check(&Repository::of(&files)).iter().map(|p| format!("{}: {}", p.file, p.what)).collect()
    }

    #[test]
    fn a_page_and_a_scenario() {
        assert_eq!(
            found(&["experiments/README.md", "experiments/a/README.md", "experiments/a/b.toml"]),
            [""; 0]
        );
    }

    #[test]
    fn each_is_missed() {
        assert_eq!(
            found(&["experiments/a/b.toml"]),
            ["experiments/a/README.md: this experiment has no page"]
        );
        assert_eq!(
            found(&["experiments/a/README.md", "experiments/ab/x.toml", "experiments/ab/README.md"]),
            ["experiments/a/README.md: this experiment has no scenario"]
        );
    }
}
