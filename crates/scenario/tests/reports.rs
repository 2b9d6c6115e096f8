//! What broken and doubtful scenarios are told: one snapshot for each file of `tests/broken` and `tests/doubtful`.

mod common;

use brownout_metrics::{Asked, Expect, Operand};
use brownout_model::Arrivals;
use brownout_scenario::{Overrides, Scenario, load};
use common::Disk;

fn files(folder: &str) -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = std::fs::read_dir(root).expect("the folder is part of the repository");
    let names =
        entries.map(|entry| entry.expect("a readable folder").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn snapshot(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path(format!("snapshots/{folder}"));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    settings.bind(|| insta::assert_snapshot!(stem, text));
}

#[test]
fn broken_scenarios_are_refused_with_place_value_and_next_step() {
    let files = files("broken");
    assert!(40 <= files.len());
    for name in files {
        let problems = load(&format!("broken/{name}"), &Disk, &Overrides::default())
            .err()
            .unwrap_or_else(|| panic!("{name} was accepted"));
        assert!(problems.has_errors(), "{name}");
        snapshot("broken", &name, &problems.render(false));
    }
}

#[test]
fn doubtful_scenarios_run_with_a_warning() {
    for name in files("doubtful") {
        let scenario = load(&format!("doubtful/{name}"), &Disk, &Overrides::default())
            .unwrap_or_else(|problems| panic!("{name}: {problems}"));
        assert!(!scenario.warnings.is_empty(), "{name} has no warning");
        snapshot("doubtful", &name, &scenario.warnings.render(false));
    }
}

#[test]
fn good_scenarios_become_models() {
    for name in files("good") {
        let scenario = load(&format!("good/{name}"), &Disk, &Overrides::default())
            .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        snapshot("good", &name, &summary(&scenario));
    }
}

/// One line for each part of a model.
fn summary(scenario: &Scenario) -> String {
    const POINTS: usize = 4;
    let model = &scenario.model;
    let mut lines =
        vec![format!("{} · {} · {}", scenario.title, scenario.question, scenario.start.is_some())];
    lines.push(format!(
        "seed {} × {}, variants {:?}",
        scenario.seed, scenario.replications, scenario.variants
    ));
    lines.push(format!("{} after {} in steps of {}", model.duration, model.warmup, model.window));
    lines.push(format!("{:?}\n{:?}\n{:?}", model.classes, model.operations, model.paths));
    for load in &model.loads {
        let mut load = load.clone();
        if let Arrivals::Open { rate, .. } = &mut load.arrivals {
            lines.push(format!("{} points of a rate curve, of which", rate.0.len()));
            rate.0.truncate(POINTS);
        }
        if let Arrivals::Trace(rows) = &mut load.arrivals {
            lines.push(format!("{} rows of a trace, of which", rows.len()));
            *rows = rows.iter().take(POINTS).copied().collect();
        }
        lines.push(format!("{load:?}"));
    }
    lines.extend(model.tiers.iter().map(|tier| format!("{tier:?}")));
    lines.extend(model.controllers.iter().map(|controller| format!("{controller:?}")));
    lines.extend(model.changes.iter().map(|change| format!("{change:?}")));
    lines.extend(scenario.expectations.iter().map(expectation));
    lines.extend(scenario.laws.iter().map(|law| {
        format!(
            "Law {}: {}, theory {}, half width {}",
            law.name,
            asked(&law.asked),
            law.theory,
            law.half_width
        )
    }));
    lines.extend(scenario.sweep.iter().flat_map(|sweep| &sweep.axes).map(|axis| format!("{axis:?}")));
    lines.push(format!("about {:.1e} events\n{}", scenario.events, scenario.warnings));
    lines.join("\n")
}

/// An expectation as it was understood, between what was written and its windows.
fn expectation(expect: &Expect) -> String {
    let right = match &expect.right {
        Operand::Metric { factor, asked: right } => format!("{factor} × {}", asked(right)),
        other => format!("{other:?}"),
    };
    let (left, sign) = (asked(&expect.left), expect.op.sign());
    let windows = format!("when {:?}, baseline {:?}", expect.when, expect.baseline);
    format!("Expect {:?}: {left} {sign} {right}, {windows}", expect.that)
}

/// Subject, key and unit alone: a row of the table of metrics also holds functions, which print as addresses.
fn asked(asked: &Asked) -> String {
    format!("{:?} {} in {:?}", asked.subject, asked.metric.key, asked.metric.unit)
}
