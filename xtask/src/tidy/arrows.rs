//! The direction of dependencies: who may import whom, and nothing else.

use serde_json::Value;

use super::{Problem, Rule};
use crate::repository::Repository;

pub(super) const RULE: Rule = Rule {
    name: "arrows",
    why: "the way of the data has one direction; what stands below must run without what stands above",
    check,
};

/// A crate by its folder, and the folders that it may import.
const ARROWS: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("kernel", &["units"]),
    ("dist", &["units"]),
    ("stats", &["units"]),
    ("plan", &["stats"]),
    ("inference", &["units"]),
    ("fit", &["dist", "inference", "stats", "units"]),
    ("protocol", &["kernel", "units"]),
    ("model", &["protocol", "dist", "inference", "units"]),
    ("tiers", &["model", "protocol", "kernel", "dist", "inference", "units"]),
    ("metrics", &["protocol", "stats", "units"]),
    ("scenario", &["metrics", "model", "tiers", "protocol", "dist", "fit", "inference", "units"]),
    ("observe", &["metrics", "protocol", "kernel", "stats", "units"]),
    ("lab", &["model", "tiers", "observe", "protocol", "kernel", "units"]),
    ("analysis", &["metrics", "model", "observe", "protocol", "stats", "units"]),
    ("results", &["analysis", "metrics", "observe", "protocol", "stats", "units"]),
    ("report", &["analysis", "metrics", "stats", "units"]),
    ("shipped", &[]),
    (
        "study",
        &[
            "scenario", "lab", "plan", "results", "analysis", "report", "fit", "metrics", "model", "observe",
            "shipped", "stats", "units",
        ],
    ),
    ("host", &["study"]),
    ("terminal", &["study", "host"]),
    ("cli", &["study", "host", "terminal"]),
];

/// What only tests import, who go through the public path from a text to what is under test.
const TESTS: &[(&str, &[&str])] = &[
    ("lab", &["scenario", "dist", "inference", "metrics", "stats"]),
    ("report", &["lab", "model", "observe", "protocol", "scenario"]),
    ("results", &["lab", "model", "scenario"]),
];

/// A package that is not called after its folder: the library that everybody uses has the name of the project.
const LIBRARY: (&str, &str) = ("brownout", "study");

/// The benchmarks look into everything, and nothing may depend on them.
const SEES_ALL: &str = "bench";
const PREFIX: &str = "brownout-";
const TABLE: &str = "xtask/src/tidy/arrows.rs";

fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for package in repository.metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let folder = folder(name).unwrap_or(name);
        let manifest = format!("{}/Cargo.toml", place(folder));
        if folder == SEES_ALL {
            continue;
        }
        let row = ARROWS.iter().find(|(from, _)| *from == folder);
        if row.is_none() && folder != "xtask" {
            let fix = format!("give it a row in {TABLE}, after asking what it is allowed to know");
            problems.push(Problem::new(
                &manifest,
                1,
                format!("{name} has no row in the table of arrows"),
                fix,
            ));
        }
        let allowed = row.map_or(&[][..], |(_, allowed)| allowed);
        let tests = TESTS.iter().find(|(from, _)| *from == folder).map_or(&[][..], |(_, allowed)| allowed);
        let fine = |(wanted, for_tests): &(&str, bool)| {
            allowed.contains(wanted) || *for_tests && tests.contains(wanted)
        };
        for (wanted, _) in house(package).filter(|import| !fine(import)) {
            let text =
                repository.files.iter().find(|file| file.path == manifest).map_or("", |file| &file.text);
            let line =
                text.lines().position(|line| line.starts_with(&format!("{PREFIX}{wanted}"))).unwrap_or(0) + 1;
            let what = format!("{folder} imports {wanted}; it may import {}", list(allowed));
            let fix = "move what it needs down to a crate that both may import, or pass it in as data";
            problems.push(Problem::new(&manifest, line, what, fix));
        }
    }
    problems
}

/// What a package imports of ours by its folder, and whether for tests alone; build scripts are held as the package is.
fn house(package: &Value) -> impl Iterator<Item = (&str, bool)> {
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    dependencies.filter_map(|dependency| {
        Some((folder(dependency["name"].as_str()?)?, dependency["kind"].as_str() == Some("dev")))
    })
}

/// The folder of a package of ours.
fn folder(package: &str) -> Option<&str> {
    let (library, folder) = LIBRARY;
    if package == library { Some(folder) } else { package.strip_prefix(PREFIX) }
}

fn place(folder: &str) -> String {
    if folder == "xtask" { folder.to_owned() } else { format!("crates/{folder}") }
}

fn list(allowed: &[&str]) -> String {
    if allowed.is_empty() { "none of ours".into() } else { allowed.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn package(name: &str, wants: &[&str]) -> Value {
        let dependencies: Vec<Value> = wants.iter().map(|name| json!({ "name": name })).collect();
        json!({ "name": name, "dependencies": dependencies })
    }

    fn problems(packages: &[Value]) -> Vec<String> {
        let manifest =
            ("crates/kernel/Cargo.toml", "[package]\n\n[dependencies]\nbrownout-dist.workspace = true\n");
        let mut repository = Repository::of(&[manifest]);
        repository.metadata = json!({ "packages": packages });
        check(&repository).iter().map(|p| format!("{}:{}: {}", p.file, p.line, p.what)).collect()
    }

    #[test]
    fn the_way_of_the_data_is_allowed() {
        let fine = [
            package("brownout-kernel", &["brownout-units", "rand"]),
            package("brownout-bench", &["brownout-lab", "brownout-kernel"]),
            package("xtask", &["serde_json"]),
        ];
        assert_eq!(problems(&fine), [""; 0]);
    }

    #[test]
    fn an_arrow_against_it_is_refused_at_its_line() {
        let against = [package("brownout-kernel", &["brownout-dist"]), package("xtask", &["brownout-units"])];
        let wanted = [
            "crates/kernel/Cargo.toml:4: kernel imports dist; it may import units",
            "xtask/Cargo.toml:1: xtask imports units; it may import none of ours",
        ];
        assert_eq!(problems(&against), wanted);
    }

    #[test]
    fn what_tests_import_is_held_apart() {
        let of = |kind: Value| {
            let lab = json!({ "name": "brownout-lab", "kind": kind });
            json!({ "name": "brownout-report", "dependencies": [lab] })
        };
        assert_eq!(problems(&[of(json!("dev"))]), [""; 0]);
        let wanted =
            ["crates/report/Cargo.toml:1: report imports lab; it may import analysis, metrics, stats, units"];
        assert_eq!(problems(&[of(Value::Null)]), wanted);
    }

    #[test]
    fn the_library_has_the_name_of_the_project() {
        assert_eq!(problems(&[package("brownout-cli", &["brownout", "clap"])]), [""; 0]);
        let wanted = ["crates/study/Cargo.toml:1: study imports tiers; it may import scenario, lab, plan, \
              results, analysis, report, fit, metrics, model, observe, shipped, stats, units"];
        assert_eq!(problems(&[package("brownout", &["brownout-tiers"])]), wanted);
    }

    #[test]
    fn a_new_crate_needs_a_row() {
        let wanted = ["crates/magic/Cargo.toml:1: brownout-magic has no row in the table of arrows"];
        assert_eq!(problems(&[package("brownout-magic", &[])]), wanted);
    }

    #[test]
    fn the_table_has_no_circle() {
        // Each crate may only import such as stand before it, in some order: take away what needs nothing, repeatedly.
        let mut left: Vec<_> = ARROWS.to_vec();
        while let Some(at) =
            left.iter().position(|(_, to)| to.iter().all(|to| left.iter().all(|(n, _)| n != to)))
        {
            left.remove(at);
        }
        assert!(left.is_empty(), "these import one another: {left:?}");
    }
}
