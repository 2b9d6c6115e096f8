//! Our own rows: asked of the project's benchmark, so that there is one way to measure us.
//!
//! A new row of ours is a line in [`ROWS`]: a suite of `brownout-bench`, the row in its tables, and the names of the
//! cases that are W1, W2 and W3.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::table::{Cell, Row};

/// What `--only` compares with.
pub const NAME: &str = "brownout";

struct Ours {
    /// In the table of peers.
    engine: &'static str,
    suite: &'static str,
    row: &'static str,
    cases: [&'static str; 3],
    note: &'static str,
}

const CASES: [&str; 3] = ["M/M/1, load 0.9", "M/M/32, load 0.9", "four tiers, load 0.8"];

const ROWS: &[Ours] = &[
    Ours {
        engine: "brownout, kernel alone",
        suite: "kernel",
        row: "kernel",
        cases: CASES,
        note: "lean nodes of its own benchmark, which asserts the mean sojourn of the hand-written loop",
    },
    Ours {
        engine: "brownout, whole path",
        suite: "service",
        row: "whole path",
        cases: CASES,
        note: "scenario text, model, tiers, all observers, closed books; its benchmark asserts the loop's mean sojourn",
    },
];

/// Builds and runs the project's benchmark.
///
/// # Errors
/// When it does not build or run, or has no such row.
pub fn measure() -> Result<Vec<Row>, String> {
    ROWS.iter().map(one).collect()
}

fn one(ours: &Ours) -> Result<Row, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("this crate lies in no folder")?;
    let mut command = Command::new("cargo");
    command.args([
        "run",
        "--release",
        "--quiet",
        "--package",
        "brownout-bench",
        "--",
        ours.suite,
        "--only",
        "load",
    ]);
    let output = command.args(["--runs", "3", "--json"]).current_dir(root).output();
    let output = output.map_err(|error| format!("cargo could not be started: {error}"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(format!("brownout-bench: {}", complaint.lines().last().unwrap_or("no message")));
    }
    let said: Value =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("brownout-bench: {error}"))?;
    let cells = ours.cases.map(|case| {
        let rows = said.as_array().into_iter().flatten();
        let mut rows = rows.filter(|row| row["case"] == case && row["row"] == ours.row);
        let nanos = rows.next().and_then(|row| row["ns_best"].as_f64());
        nanos.map_or(Cell::Absent, |nanos| Cell::Measured { nanos, sojourn: None })
    });
    Ok(Row {
        engine: ours.engine.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        cells,
        note: ours.note.into(),
    })
}
