//! Lines of Rust fit on half a screen.

use super::{Problem, Rule};
use crate::repository::Repository;

const LIMIT: usize = 120;

pub(super) const RULE: Rule =
    Rule { name: "width", why: "two files side by side and a review on a laptop show 120 characters", check };

fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in repository.rust() {
        for (at, line) in file.text.lines().enumerate() {
            let width = line.chars().count();
            if width > LIMIT {
                let what = format!("a line of {width} characters, the limit is {LIMIT}");
                problems.push(Problem::new(&file.path, at + 1, what, "break it, or name a part of it"));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_counts_characters_not_bytes() {
        let fits = "→".repeat(LIMIT);
        let wide = "→".repeat(LIMIT + 1);
        let text = format!("{fits}\n{wide}\n");
        let files = [("crates/a/src/lib.rs", text.as_str()), ("notes.md", wide.as_str())];
        let problems = check(&Repository::of(&files));
        assert_eq!(problems.len(), 1);
        assert_eq!((problems[0].file.as_str(), problems[0].line), ("crates/a/src/lib.rs", 2));
    }
}
