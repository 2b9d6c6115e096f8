//! Threads, clocks, files, sockets and the environment stay above the model.

use serde_json::Value;

use super::{Problem, Rule};
use crate::repository::Repository;
use crate::source::{code_only, line_of, without_tests, words};

pub(super) const RULE: Rule = Rule {
    name: "platform",
    why: "what stands below the programs must also run in a browser and behind Python, where none of these exist",
    check,
};

/// The members that know the machine they run on; every other one is compiled for a browser by the gate.
pub(crate) const NATIVE: &[&str] = &["host", "terminal", "cli", "bench"];

const MODULES: &[&str] = &["thread", "time", "fs", "net", "env", "process", "os"];

/// Packages that stand for an operating system; what other packages bring along shows in the gate's step `wasm`, where
/// they do not compile or leave an import.
const PACKAGES: &[&str] =
    &["rayon", "getrandom", "libc", "ctrlc", "tempfile", "num_cpus", "memmap2", "tokio"];

/// The one exception: a member, a package, and that it can be left out.
const THREADS: (&str, &str) = ("lab", "rayon");

fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = packages(repository);
    for file in repository.rust().filter(|file| !file.is_test_code()) {
        // A build script runs where the program is built.
        let script = file.path.ends_with("/build.rs");
        if script || file.member().is_none_or(|member| NATIVE.contains(&member)) {
            continue;
        }
        let code = without_tests(&code_only(&file.text));
        for (at, module) in uses(&code) {
            let what = format!("`std::{module}` outside {}", NATIVE.join(", "));
            let fix = "let the caller read it and hand it in, as text or through a trait";
            problems.push(Problem::new(&file.path, line_of(&code, at), what, fix));
        }
    }
    problems
}

/// The dependencies that a browser does not have; those of tests may stand.
fn packages(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for package in repository.metadata["packages"].as_array().into_iter().flatten() {
        let Some(member) = package["name"].as_str().and_then(|name| name.strip_prefix("brownout-")) else {
            continue;
        };
        for wanted in package["dependencies"].as_array().into_iter().flatten() {
            let name = wanted["name"].as_str().unwrap_or_default();
            let excepted = (member, name) == THREADS && wanted["optional"] == Value::Bool(true);
            let of_tests = wanted["kind"] == "dev";
            if NATIVE.contains(&member) || of_tests || excepted || !PACKAGES.contains(&name) {
                continue;
            }
            let what = format!("{member} depends on {name}, which a browser does not have");
            let fix = "take it in as data; only lab may have rayon, behind its feature `threads`";
            problems.push(Problem::new(&format!("crates/{member}/Cargo.toml"), 1, what, fix));
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
    use serde_json::json;

    fn found(path: &str, text: &str) -> Vec<String> {
        let problems = check(&Repository::of(&[(path, text)]));
        problems.iter().map(|problem| format!("{}: {}", problem.line, problem.what)).collect()
    }

    #[test]
    fn the_model_touches_no_platform() {
        let text = "use std::fs;\nuse std::{fmt, env::args};\nfn f() { std::thread::yield_now() }\n";
        let wanted = ["1: `std::fs`", "2: `std::env`", "3: `std::thread`"]
            .map(|s| format!("{s} outside {}", NATIVE.join(", ")));
        for path in ["crates/tiers/src/tier.rs", "crates/lab/src/run.rs", "crates/new/src/lib.rs"] {
            assert_eq!(found(path, text), wanted, "{path}");
        }
    }

    #[test]
    fn the_edge_and_tests_may() {
        let text = "use std::fs;\n";
        for path in
            ["crates/bench/src/a.rs", "crates/cli/src/a.rs", "crates/tiers/tests/a.rs", "xtask/src/main.rs"]
        {
            assert_eq!(found(path, text), [""; 0], "{path}");
        }
        let text =
            "use std::f64::consts;\nconst A: &str = env!(\"A\");\n#[cfg(test)]\nmod tests { use std::fs; }\n";
        assert_eq!(found("crates/tiers/src/a.rs", text), [""; 0]);
    }

    #[test]
    fn threads_are_an_option_of_lab_alone() {
        let problems = |member: &str, dependency: Value| {
            let mut repository = Repository::of(&[]);
            let name = format!("brownout-{member}");
            repository.metadata = json!({ "packages": [{ "name": name, "dependencies": [dependency] }] });
            check(&repository).len()
        };
        let rayon = |optional: bool| json!({ "name": "rayon", "kind": null, "optional": optional });
        assert_eq!(problems("lab", rayon(true)), 0);
        assert_eq!(problems("lab", rayon(false)), 1);
        assert_eq!(problems("fit", rayon(true)), 1);
        assert_eq!(problems("cli", rayon(false)), 0);
        assert_eq!(problems("kernel", json!({ "name": "libc", "kind": "dev", "optional": false })), 0);
        assert_eq!(problems("kernel", json!({ "name": "libc", "kind": "build", "optional": false })), 1);
    }
}
