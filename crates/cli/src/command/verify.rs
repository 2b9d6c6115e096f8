//! `brownout verify`: the simulator held against queueing theory, by the same path that every scenario takes.

use crate::arguments::{Plain, Verify};
use crate::failure::Failure;
use crate::progress::{self, Bar};
use crate::shipped::{self, SCHEME};
use crate::source::Source;
use crate::terminal;
use brownout_analysis::{Law, laws};
use brownout_lab::{Error, replicate_all};
use brownout_report::{laws_json, number, screen};
use brownout_scenario::{Overrides, Scenario};

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
            terminal::data(&format!("{:#}\n", laws_json(&rows)))?;
        }
        Plain::Text => {
            let events: u64 = runs.iter().flatten().map(|run| run.events).sum();
            let wall = start.elapsed().as_secs_f64();
            terminal::data(&screen::laws(&rows, env!("CARGO_PKG_VERSION"), events, wall))?;
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
        source.load(&Overrides::default()).map_err(|problems| Failure::invalid(&problems))
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
