//! The project's own benchmarks: ns per customer beside a hand-written floor run in the same process.
//!
//!     cargo run --release -p brownout-bench -- kernel [--runs 7] [--only TEXT] [--json]
#![allow(clippy::print_stdout, clippy::print_stderr)] // Printing tables is what this program is for.

mod clock;
mod floors;
mod kernel;
mod table;

use std::process::ExitCode;

use table::Case;

const USAGE: &str = "usage: bench kernel [--runs N] [--only TEXT] [--json]";

struct Options {
    suite: String,
    runs: u64,
    only: String,
    json: bool,
}

fn main() -> ExitCode {
    let Some(options) = options(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let Some(cases) = suite(&options.suite) else {
        eprintln!("there is no suite {:?}\n{USAGE}", options.suite);
        return ExitCode::from(2);
    };
    let mut all = vec![];
    if !options.json {
        table::print_heading();
    }
    for mut case in cases.into_iter().filter(|case| case.name.contains(&options.only)) {
        let rows = table::measure(&mut case, options.runs);
        if !options.json {
            table::print(&rows);
        }
        all.extend(rows);
    }
    if options.json {
        println!("{:#}", table::to_json(&all));
    }
    ExitCode::SUCCESS
}

/// What there is to measure.
fn suite(name: &str) -> Option<Vec<Case>> {
    match name {
        "kernel" => Some(kernel::cases()),
        _ => None,
    }
}

fn options(mut args: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options { suite: args.next()?, runs: 7, only: String::new(), json: false };
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--runs" => options.runs = args.next()?.parse().ok().filter(|&runs| 0 < runs)?,
            "--only" => options.only = args.next()?,
            "--json" => options.json = true,
            _ => return None,
        }
    }
    Some(options)
}
