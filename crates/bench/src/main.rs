//! The project's own benchmarks: ns per customer beside a hand-written floor run in the same process.
//!
//!     cargo run --release -p brownout-bench -- kernel [--runs 7] [--only TEXT] [--json]
//!     cargo run --release -p brownout-bench -- service [--runs 7] [--only TEXT] [--row TEXT] [--scale 1] [--json]
//!     cargo run --release -p brownout-bench -- inference [--runs 7] [--only TEXT] [--json]
//!     cargo run --release -p brownout-bench -- scenario [--runs 7] [--only TEXT] [--row TEXT] [--json]
//!     cargo run --release -p brownout-bench -- seventy-two-hours [--scale 0.1] [--json]
#![allow(clippy::print_stdout, clippy::print_stderr)] // Printing tables is what this program is for.

mod clock;
mod floors;
mod inference;
mod kernel;
mod scenario;
mod seen;
mod service;
mod table;

use std::process::ExitCode;

use service::seventy_two_hours;
use table::Case;

const USAGE: &str = "\
usage: bench kernel [--runs N] [--only TEXT] [--json]
       bench service [--runs N] [--only TEXT] [--row TEXT] [--scale S] [--json]
       bench inference [--runs N] [--only TEXT] [--json]
       bench scenario [--runs N] [--only TEXT] [--row TEXT] [--json]
       bench seventy-two-hours [--scale S] [--json]";

struct Options {
    suite: String,
    runs: u64,
    only: String,
    row: String,
    scale: f64,
    json: bool,
}

fn main() -> ExitCode {
    let Some(options) = options(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match options.suite.as_str() {
        "kernel" => tables(kernel::cases(), &options),
        "service" => tables(service::cases(options.scale), &options),
        "scenario" => tables(scenario::cases(), &options),
        "inference" => inference::run(options.runs, &options.only, options.json),
        "seventy-two-hours" => {
            let report = seventy_two_hours::run(options.scale);
            if options.json {
                println!("{:#}", report.to_json());
            } else {
                report.print();
            }
        }
        other => {
            eprintln!("there is no suite {other:?}\n{USAGE}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

/// Measures and prints some cases.
fn tables(cases: Vec<Case>, options: &Options) {
    let mut all = vec![];
    if !options.json {
        table::print_heading();
    }
    for mut case in cases.into_iter().filter(|case| case.name.contains(&options.only)) {
        case.rows.retain(|row| row.name.contains(&options.row));
        if case.rows.is_empty() {
            continue;
        }
        let rows = table::measure(&mut case, options.runs);
        if !options.json {
            table::print(&rows);
        }
        all.extend(rows);
    }
    if options.json {
        println!("{:#}", table::to_json(&all));
    }
}

fn options(mut args: impl Iterator<Item = String>) -> Option<Options> {
    let (only, row) = (String::new(), String::new());
    let mut options = Options { suite: args.next()?, runs: 7, only, row, scale: 1.0, json: false };
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--runs" => options.runs = args.next()?.parse().ok().filter(|&runs| 0 < runs)?,
            "--only" => options.only = args.next()?,
            "--row" => options.row = args.next()?,
            // Below a thousandth the run has no window left.
            "--scale" => options.scale = args.next()?.parse().ok().filter(|s| (1e-3..=100.0).contains(s))?,
            "--json" => options.json = true,
            _ => return None,
        }
    }
    Some(options)
}
