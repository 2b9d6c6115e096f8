//! `brownout verify`: the simulator held against queueing theory, by the same path that every scenario takes.

use crate::arguments::{Plain, Verify};
use crate::failure::Failure;
use crate::output::table::{BAD, Cell, DIM, GOOD, Side, Table, paint};
use crate::progress::{self, Bar};
use crate::shipped::{self, SCHEME};
use crate::source::Source;
use crate::terminal;
use brownout_analysis::{Law, laws};
use brownout_lab::{Error, replicate_all};
use brownout_report::number::{self, Unit};
use brownout_scenario::{Options, Scenario};

pub(super) fn perform(verify: &Verify, quiet: bool) -> Result<(), Failure> {
    let scenarios = load(verify.only.as_deref())?;
    progress::watch_for_interrupts();
    let bars: Vec<Bar> =
        scenarios.iter().map(|s| Bar::new("laws", s.replications, s.model.duration, true)).collect();
    let start = progress::now();
    let runs = replicate_all(&scenarios, verify.threads, &bars).map_err(|error| failure(&error, &bars))?;
    let rows: Vec<Law> = scenarios.iter().zip(&runs).flat_map(|(s, runs)| laws(&s.laws, runs)).collect();
    match verify.format {
        Plain::Json => {
            let array = serde_json::to_value(&rows).expect("rows are plain data");
            terminal::data(&format!("{array:#}\n"))?;
        }
        Plain::Text => {
            let events: u64 = runs.iter().flatten().map(|run| run.events).sum();
            let wall = start.elapsed().as_secs_f64();
            terminal::data(&format!("{}\n{}\n", text(&rows), stamp(&rows, events, wall)))?;
        }
    }
    let failed = rows.iter().filter(|row| !row.pass).count();
    if failed == 0 {
        return Ok(());
    }
    let said = if quiet { String::new() } else { format!("{failed} of {} laws do not hold", rows.len()) };
    Err(Failure::Unmet(said))
}

/// The laws that ship, or those of them that were asked for.
fn load(only: Option<&str>) -> Result<Vec<Scenario>, Failure> {
    let wanted = shipped::laws().filter(|file| only.is_none_or(|only| file.stem().contains(only)));
    let scenarios = wanted.map(|file| {
        let source = Source::open(&format!("{SCHEME}{}", file.path))?;
        source.load(&Options::default()).map_err(|problems| Failure::invalid(&problems))
    });
    let scenarios = scenarios.collect::<Result<Vec<_>, _>>()?;
    if scenarios.is_empty() {
        let known: Vec<&str> = shipped::laws().map(|file| file.stem()).collect();
        let asked = only.map_or("no law ships".to_owned(), |only| format!("no law has {only:?} in its name"));
        return Err(Failure::Failed(format!("{asked}\nhint: there are {}", known.join(", "))));
    }
    Ok(scenarios)
}

fn failure(error: &Error, bars: &[Bar]) -> Failure {
    let Error::Interrupted { .. } = error else { return Failure::Failed(error.to_string()) };
    let (done, events) = bars.iter().map(Bar::so_far).fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    let events = number::grouped(events);
    Failure::Interrupted(format!("interrupted: {done} replications were done, after {events} events"))
}

fn text(rows: &[Law]) -> String {
    let head = [
        ("law", Side::Left),
        ("theory", Side::Right),
        ("simulated", Side::Right),
        ("99 % interval", Side::Right),
        ("", Side::Left),
    ];
    let mut table = Table::new(&head);
    for row in rows {
        let (low, high) = row.ci99;
        // Two ways to fail ask for two remedies: a wrong number, or a longer run.
        let (word, style) = match (row.pass, low <= row.theory && row.theory <= high) {
            (true, _) => ("ok", GOOD),
            (false, true) => ("FAILED: too wide", BAD),
            (false, false) => ("FAILED: outside", BAD),
        };
        table.row(vec![
            Cell::plain(row.law.clone()),
            Cell::plain(digits(row.theory)),
            Cell::plain(digits(row.simulated)),
            Cell::plain(format!("{} … {}", digits(low), digits(high))),
            Cell::new(word, style),
        ]);
    }
    table.render()
}

/// Five significant digits: intervals of a law are narrower than a per cent.
fn digits(x: f64) -> String {
    if !x.is_finite() {
        return number::NONE.to_owned();
    }
    let size = if x == 0.0 { 0.0 } else { x.abs().log10().floor() };
    format!("{x:.*}", (4.0 - size).clamp(0.0, 9.0) as usize)
}

fn stamp(rows: &[Law], events: u64, wall: f64) -> String {
    let passed = rows.iter().filter(|row| row.pass).count();
    let text = format!(
        "{passed} of {} laws hold · brownout {} · {} events in {}",
        rows.len(),
        env!("CARGO_PKG_VERSION"),
        number::grouped(events),
        number::value(wall, Unit::Seconds),
    );
    paint(&text, DIM)
}
