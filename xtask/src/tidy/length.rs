//! A file of Rust holds one thing.

use super::{Problem, Rule};
use crate::repository::Repository;

const LIMIT: usize = 500;

pub(super) const RULE: Rule =
    Rule { name: "length", why: "a file is read in one sitting; longer ones hold two things", check };

fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in repository.rust() {
        let lines = file.text.lines().count();
        if lines > LIMIT {
            let what = format!("{lines} lines, the limit is {LIMIT}");
            problems.push(Problem::new(
                &file.path,
                LIMIT + 1,
                what,
                "ask which two things live in it, and part them",
            ));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_fine() {
        let (fits, long) = ("x\n".repeat(LIMIT), "x\n".repeat(LIMIT + 1));
        let data = ("crates/a/tests/data/big.rs", long.as_str());
        assert!(check(&Repository::of(&[("a.rs", fits.as_str()), data])).is_empty());
        assert_eq!(check(&Repository::of(&[("a.rs", long.as_str())])).len(), 1);
    }
}
