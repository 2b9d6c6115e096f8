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
    ("inference", &["units"]),
    ("fit", &["dist", "inference", "stats", "units"]),
    ("protocol", &["kernel", "units"]),
    ("model", &["protocol", "dist", "inference", "units"]),
    ("tiers", &["model", "protocol", "kernel", "dist", "inference", "units"]),
    ("metrics", &["protocol", "stats", "units"]),
    ("scenario", &["model", "tiers", "protocol", "dist", "inference", "units"]),
    ("observe", &["metrics", "protocol", "kernel", "stats", "units"]),
    // dist, inference, metrics and stats for its tests alone, which draw whole models at random.
    (
        "lab",
        &[
            "scenario",
            "model",
            "tiers",
            "observe",
            "dist",
            "inference",
            "kernel",
            "metrics",
            "protocol",
            "stats",
            "units",
        ],
    ),
    ("analysis", &["metrics", "model", "observe", "protocol", "stats", "units"]),
    // lab, observe, protocol and scenario for its tests alone, which run small scenarios and render what came.
    ("report", &["analysis", "lab", "metrics", "observe", "protocol", "scenario", "stats", "units"]),
    // lab, observe and scenario for its tests alone, which pack what shipped scenarios give.
    (
        "results",
        &["analysis", "lab", "metrics", "model", "observe", "protocol", "scenario", "stats", "units"],
    ),
    ("cli", &["scenario", "lab", "analysis", "observe", "report", "fit", "units"]),
];

/// The benchmarks look into everything, and nothing may depend on them.
const SEES_ALL: &str = "bench";
const PREFIX: &str = "brownout-";
const TABLE: &str = "xtask/src/tidy/arrows.rs";

fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for package in repository.metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let folder = name.strip_prefix(PREFIX).unwrap_or(name);
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
        for wanted in house(package).filter(|wanted| !allowed.contains(wanted)) {
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

/// What a package imports of ours, tests and build scripts included: a law that needs the crates above stands there.
fn house(package: &Value) -> impl Iterator<Item = &str> {
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    dependencies.filter_map(|dependency| dependency["name"].as_str()?.strip_prefix(PREFIX))
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
