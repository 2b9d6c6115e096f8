//! A file of Rust holds one thing, and the command line little.

use super::{Problem, Rule};
use crate::repository::Repository;

const LIMIT: usize = 500;
/// All files of the command line together: more of it would be missed by notebooks and pages.
const SKIN: (&str, usize) = ("crates/cli/src/", 1_500);

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
    let (skin, most) = SKIN;
    let files = repository.rust().filter(|file| file.path.starts_with(skin));
    let lines: usize = files.map(|file| file.text.lines().count()).sum();
    if most <= lines {
        let what = format!("{lines} lines in all, the limit is {most}");
        problems.push(Problem::new(
            skin,
            1,
            what,
            "what a notebook needs too belongs to study, host or report",
        ));
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

    #[test]
    fn the_skin_is_counted_as_a_whole() {
        let half = "x\n".repeat(SKIN.1 / 4);
        let files: Vec<String> = (0..4).map(|n| format!("{}{n}.rs", SKIN.0)).collect();
        let all: Vec<(&str, &str)> = files.iter().map(|file| (file.as_str(), half.as_str())).collect();
        assert_eq!(check(&Repository::of(&all)).len(), 1);
        assert!(check(&Repository::of(&all[1..])).is_empty());
    }
}
