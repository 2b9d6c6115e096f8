//! Rows of figures as a Markdown table that also reads well in a terminal.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workload;

/// One workload on one engine.
#[derive(Clone, Copy, Default)]
pub enum Cell {
    /// What it cost and what came out.
    Measured {
        /// CPU time a customer.
        nanos: f64,
        /// Mean time from arrival to success; `None` where the measuring program keeps it to itself.
        sojourn: Option<f64>,
    },
    /// The engine cannot do it, or did not run.
    #[default]
    Absent,
}

/// One engine.
pub struct Row {
    pub engine: String,
    pub version: String,
    pub cells: [Cell; 3],
    /// Why a cell is empty, or anything that a reader must know.
    pub note: String,
}

impl Row {
    /// An engine that did not run at all.
    pub fn absent(engine: &str, why: &str) -> Self {
        Row { engine: engine.into(), version: "–".into(), cells: [Cell::Absent; 3], note: why.into() }
    }
}

/// The table with its notes below.
pub fn text(rows: &[Row]) -> String {
    let mut lines = vec![heading()];
    lines.extend(rows.iter().map(cells));
    lines.push(reference());
    let columns = lines[0].len();
    let widths: Vec<usize> = (0..columns)
        .map(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        let padded = line.iter().zip(&widths).enumerate().map(|(column, (text, &width))| {
            if column < 2 { format!("{text:<width$}") } else { format!("{text:>width$}") }
        });
        let _ = writeln!(out, "| {} |", padded.collect::<Vec<_>>().join(" | "));
        if at == 0 {
            let rule = widths.iter().enumerate().map(|(column, &width)| match column {
                0 | 1 => "-".repeat(width),
                _ => format!("{}:", "-".repeat(width - 1)),
            });
            let _ = writeln!(out, "| {} |", rule.collect::<Vec<_>>().join(" | "));
        }
    }
    for row in rows.iter().filter(|row| !row.note.is_empty()) {
        let _ = write!(out, "\n- {}: {}", row.engine, row.note);
    }
    out.trim_end().to_owned() + "\n"
}

fn heading() -> Vec<String> {
    let mut line = vec!["engine".into(), "version".into()];
    line.extend(workload::ALL.map(|workload| format!("{} ns", workload.name)));
    line.extend(workload::ALL.map(|workload| format!("{} sojourn", workload.name)));
    line
}

fn cells(row: &Row) -> Vec<String> {
    let none = || "–".to_owned();
    let mut line = vec![row.engine.clone(), row.version.clone()];
    line.extend(row.cells.map(|cell| match cell {
        Cell::Measured { nanos, .. } => thousands(nanos),
        Cell::Absent => none(),
    }));
    line.extend(row.cells.map(|cell| match cell {
        Cell::Measured { sojourn: Some(sojourn), .. } => format!("{sojourn:.3}"),
        _ => none(),
    }));
    line
}

/// What the sojourn times should be.
fn reference() -> Vec<String> {
    let mut line = vec!["expected".into(), String::new()];
    line.extend(workload::ALL.map(|_| String::new()));
    line.extend(workload::ALL.map(|workload| format!("{:.3}", workload.sojourn)));
    line
}

fn thousands(nanos: f64) -> String {
    let digits = format!("{nanos:.0}");
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Writes RESULTS.md beside this crate's manifest.
///
/// # Errors
/// When the file cannot be written.
pub fn write(table: &str) -> std::io::Result<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("RESULTS.md");
    let page = format!(
        "# What a customer costs elsewhere\n\n\
         Written by `cargo run --release` in this folder on {date}, on {cpu} ({cores} cores), {rustc}, {python}.\n\n\
         Nanoseconds of CPU time a customer, and the mean sojourn time that shows that the same thing was simulated.\n\
         The figures of another machine differ; the ratios between engines differ less. What is measured, and how, is\n\
         in the [README](README.md).\n\n{table}",
        date = said("date", &["+%Y-%m-%d"]),
        cpu = cpu(),
        cores = std::thread::available_parallelism().map_or(0, usize::from),
        rustc = said("rustc", &["--version"]),
        python = said("python3", &["--version"]),
    );
    std::fs::write(&path, page).map(|()| path)
}

fn cpu() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(|| "a processor that does not say its name".into(), |(_, name)| name.trim().to_owned())
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.ok().and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    if text.trim().is_empty() { format!("{program} unknown") } else { text.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!(thousands(81.4), "81");
        assert_eq!(thousands(9_900.0), "9,900");
        assert_eq!(thousands(1_234_567.0), "1,234,567");
    }

    #[test]
    fn an_absent_cell_says_why_below_the_table() {
        let text = text(&[Row::absent("Ciw", "no Python")]);
        assert!(text.contains("| Ciw      | –       |"), "{text}");
        assert!(text.ends_with("\n- Ciw: no Python\n"), "{text}");
    }
}
