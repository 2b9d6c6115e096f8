//! Threads, files, sockets and the environment stay above the model.

use super::{Problem, Rule};
use crate::repository::Repository;
use crate::source::{code_only, line_of, without_tests, words};

pub(super) const RULE: Rule = Rule {
    name: "platform",
    why: "what stands below lab must also run in a browser and behind Python, where none of these exist",
    check,
};

const MODULES: &[&str] = &["thread", "fs", "net", "env", "process"];
const ALLOWED: &[&str] = &["lab", "cli", "bench"];

fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in repository.rust().filter(|file| !file.is_test_code()) {
        if file.member().is_none_or(|member| ALLOWED.contains(&member)) {
            continue;
        }
        let code = without_tests(&code_only(&file.text));
        for (at, module) in uses(&code) {
            let what = format!("`std::{module}` outside {}", ALLOWED.join(", "));
            let fix = "let the caller read it and hand it in, as text or through a trait";
            problems.push(Problem::new(&file.path, line_of(&code, at), what, fix));
        }
    }
    problems
}

/// Both `std::fs` and `use std::{fmt, fs}`.
fn uses(code: &str) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    for at in words(code, "std::") {
        let rest = &code[at + "std::".len()..];
        let names: Vec<&str> = match rest.strip_prefix('{') {
            Some(group) => group[..group.find('}').unwrap_or(group.len())].split(',').map(head).collect(),
            None => vec![head(rest)],
        };
        found.extend(MODULES.iter().filter(|module| names.contains(module)).map(|module| (at, *module)));
    }
    found
}

/// The first identifier.
fn head(text: &str) -> &str {
    let text = text.trim_start();
    &text[..text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let problems = check(&Repository::of(&[(path, text)]));
        problems.iter().map(|problem| format!("{}: {}", problem.line, problem.what)).collect()
    }

    #[test]
    fn the_model_touches_no_platform() {
        let text = "use std::fs;\nuse std::{fmt, env::args};\nfn f() { std::thread::yield_now() }\n";
        let wanted = ["1: `std::fs`", "2: `std::env`", "3: `std::thread`"]
            .map(|s| format!("{s} outside lab, cli, bench"));
        assert_eq!(found("crates/tiers/src/tier.rs", text), wanted);
    }

    #[test]
    fn the_edge_and_tests_may() {
        let text = "use std::fs;\n";
        for path in
            ["crates/lab/src/a.rs", "crates/cli/src/a.rs", "crates/tiers/tests/a.rs", "xtask/src/main.rs"]
        {
            assert_eq!(found(path, text), [""; 0], "{path}");
        }
        let text =
            "use std::f64::consts;\nconst A: &str = env!(\"A\");\n#[cfg(test)]\nmod tests { use std::fs; }\n";
        assert_eq!(found("crates/tiers/src/a.rs", text), [""; 0]);
    }
}
