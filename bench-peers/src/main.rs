//! The same three workloads on other simulators, in one table.
//!
//!     cargo run --release [-- --only ENGINE] [--customers FACTOR]

mod engines;
mod model;
mod ours;
mod python;
mod table;
mod workload;

use std::process::ExitCode;

use table::Row;

const USAGE: &str = "usage: bench-peers [--only ENGINE] [--customers FACTOR]\n\n\
    --only ENGINE        run the engines whose name contains ENGINE, and leave RESULTS.md as it is\n\
    --customers FACTOR   multiply the customers of every run (0.1 is a quick look)";

struct Options {
    only: String,
    factor: f64,
}

fn main() -> ExitCode {
    let Some(options) = options(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let mut rows: Vec<Row> = Vec::new();
    let mut add = |name: &str, measure: &mut dyn FnMut() -> Result<Vec<Row>, String>| {
        if !name.contains(&options.only) {
            return;
        }
        eprintln!("measuring {name}");
        match measure() {
            Ok(measured) => rows.extend(measured),
            Err(why) => rows.push(Row::absent(name, &why)),
        }
    };
    add(ours::NAME, &mut ours::measure);
    for engine in engines::ALL {
        add(engine.name, &mut || Ok(vec![engine.measure(options.factor)]));
    }
    for script in python::SCRIPTS {
        add(script.name, &mut || python::measure(script, options.factor).map(|row| vec![row]));
    }
    let text = table::text(&rows);
    println!("{text}");
    if !options.only.is_empty() || options.factor < 1.0 {
        return ExitCode::SUCCESS;
    }
    match table::write(&text) {
        Ok(path) => {
            eprintln!("wrote {}", path.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("RESULTS.md could not be written: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options(mut args: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options { only: String::new(), factor: 1.0 };
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--only" => options.only = args.next()?,
            "--customers" => {
                options.factor =
                    args.next()?.parse().ok().filter(|factor: &f64| *factor > 0.0 && factor.is_finite())?;
            }
            _ => return None,
        }
    }
    Some(options)
}
