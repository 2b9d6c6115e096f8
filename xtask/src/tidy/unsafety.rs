//! Every crate forbids unsafe code; the kernel only denies it, and excepts its calendar.

use super::{Problem, Rule};
use crate::repository::{File, Repository};
use crate::source::{code_only, words};

pub(super) const RULE: Rule = Rule {
    name: "unsafe",
    why: "a wrong number is worse than no number, and undefined behaviour gives wrong numbers without an error",
    check,
};

const FORBID: &str = "#![forbid(unsafe_code)]";
const LINTS: &str = "[lints]\nworkspace = true\n";

/// Where there may be some, each use with its reason: there the lints of the workspace deny it and an `allow` excepts
/// one module. The benchmarks read the processor's clock through the C library; they are no part of the product. What a
/// page calls has exported names.
const EXCEPTIONS: &[&str] = &[
    "crates/kernel/src/lib.rs",
    "crates/kernel/src/calendar",
    "crates/bench/",
    "crates/study/examples/browser.rs",
];

fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in repository.rust().filter(|file| is_root(file) && !allowed(file)) {
        if !code_only(&file.text).contains(FORBID) {
            let fix = format!("add `{FORBID}` below the opening sentence");
            problems.push(Problem::new(&file.path, 1, "this root does not forbid unsafe code", fix));
        }
    }
    for file in repository.files.iter().filter(|file| is_manifest(file)) {
        if !file.text.contains(LINTS) {
            let fix = "add `[lints]` with `workspace = true`: the workspace denies unsafe code";
            problems.push(Problem::new(&file.path, 1, "this crate leaves the workspace's lints out", fix));
        }
    }
    for file in repository.rust().filter(|file| !allowed(file)) {
        let code = code_only(&file.text);
        for (at, text) in code.lines().enumerate() {
            if words(text, "allow(unsafe_code").next().is_some() {
                let fix = "write it safely; if the ratio needs it, it belongs into the kernel's calendar";
                problems.push(Problem::new(&file.path, at + 1, "unsafe code is allowed here", fix));
            }
        }
    }
    problems
}

fn is_root(file: &File) -> bool {
    let in_crate = file.member().map(|member| &file.path["crates/".len() + member.len()..]);
    let inside = in_crate.or_else(|| file.path.strip_prefix("xtask"));
    matches!(inside, Some("/src/lib.rs" | "/src/main.rs"))
}

fn is_manifest(file: &File) -> bool {
    file.name() == "Cargo.toml" && (file.member().is_some() || file.path.starts_with("xtask/"))
}

fn allowed(file: &File) -> bool {
    EXCEPTIONS.iter().any(|place| file.path.starts_with(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        check(&Repository::of(files)).iter().map(|p| format!("{}:{}: {}", p.file, p.line, p.what)).collect()
    }

    #[test]
    fn roots_forbid_and_the_calendar_may() {
        let fine = [
            ("crates/kernel/Cargo.toml", "[package]\n\n[lints]\nworkspace = true\n"),
            ("crates/kernel/src/lib.rs", "//! K.\n"),
            ("crates/kernel/src/calendar/tree.rs", "#[allow(unsafe_code)]\nfn f() {}\n"),
            ("crates/units/src/lib.rs", "//! U.\n#![forbid(unsafe_code)]\n"),
        ];
        assert_eq!(found(&fine), [""; 0]);
    }

    #[test]
    fn a_comment_forbids_nothing_and_no_other_file_is_excepted() {
        let bad = [
            ("crates/units/Cargo.toml", "[package]\n"),
            ("crates/units/src/lib.rs", "//! U.\n// #![forbid(unsafe_code)]\n"),
            ("crates/kernel/src/log.rs", "//! L.\n#![allow(unsafe_code)]\n"),
        ];
        let wanted = [
            "crates/units/src/lib.rs:1: this root does not forbid unsafe code",
            "crates/units/Cargo.toml:1: this crate leaves the workspace's lints out",
            "crates/kernel/src/log.rs:2: unsafe code is allowed here",
        ];
        assert_eq!(found(&bad), wanted);
    }
}
