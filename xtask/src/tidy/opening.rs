//! A file of Rust says in its first line what it is.

use super::{Problem, Rule};
use crate::repository::Repository;

pub(super) const RULE: Rule = Rule {
    name: "opening",
    why: "a newcomer decides by the first line whether this is the file they look for",
    check,
};

fn check(repository: &Repository) -> Vec<Problem> {
    let silent = repository.rust().filter(|file| !opens(&file.text));
    let fix = "open with one `//!` sentence that ends in a full stop, a question mark or a colon";
    silent.map(|file| Problem::new(&file.path, 1, "no sentence opens this file", fix)).collect()
}

/// The first paragraph of the leading `//!` block is a sentence.
fn opens(text: &str) -> bool {
    let paragraph = text.lines().map_while(|line| line.strip_prefix("//! ")).map(str::trim_end);
    paragraph.last().is_some_and(|last| last.ends_with(['.', '?', '!', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_may_take_two_lines_but_must_end() {
        for good in
            ["//! A queue.\nuse a;", "//! A queue that\n//! waits.\n//!\n//! More\nuse a;", "//! Why?\n"]
        {
            assert!(opens(good), "{good:?}");
        }
        for bad in [
            "use a;",
            "",
            "//!\n//! Late.",
            "//! a fragment\nuse a;",
            "/// On an item.\nfn f() {}",
            "// A note.",
        ] {
            assert!(!opens(bad), "{bad:?}");
        }
    }

    #[test]
    fn only_rust_outside_data_must_open() {
        let files = [("a.rs", "fn f() {}"), ("b.py", "pass"), ("crates/a/tests/fixtures/c.rs", "fn f() {}")];
        let problems = check(&Repository::of(&files));
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].file, "a.rs");
    }
}
