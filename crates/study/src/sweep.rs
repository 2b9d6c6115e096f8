//! A sweep: every point of its axes, each with its replications, judged as a run would be.
//!
//! Points are taken in blocks, so that memory stays the same however many there are; what a point has found is handed
//! on in their order, whatever threads, stores and interruptions there were.

use crate::Case;
use crate::points::{Point, Points};
use crate::provenance::stamp;
use crate::runs::{Broken, Job, Means, Outcome, Ready, Stopped, obtain};
use brownout_analysis::{Findings, analyse, judge};
use brownout_lab::map;
use brownout_metrics::{Expect, Op, Operand};
use brownout_observe::Replication;
use brownout_scenario::{Document, Overrides, Sweep, Until};
use brownout_stats::narrow_enough;

/// Which points are run, and what of them.
#[derive(Clone, Copy)]
pub struct Wide<'a> {
    /// The scenario.
    pub document: &'a Document,
    /// What is laid over it at every point.
    pub overrides: &'a Overrides,
    /// Its axes.
    pub sweep: &'a Sweep,
    /// Whether each replication has runs beside it, which count harm.
    pub beside: bool,
    /// Only each `n`-th point from `i` on, from 0: one of several machines.
    pub shard: (u64, u64),
}

/// A point that was run.
#[derive(Clone, Debug)]
pub struct Visited {
    /// Which.
    pub point: Point,
    /// What was found there, or the first problem that its values make.
    pub found: Result<Found, String>,
}

/// What was found at a point.
#[derive(Clone, Debug)]
pub struct Found {
    /// Over all replications that left something; none if none did.
    pub findings: Option<Findings>,
    /// The number of each replication in the findings.
    pub replications: Vec<u64>,
    /// Replications that left nothing, and why.
    pub broken: Vec<(u64, Broken)>,
}

/// Runs of one block, about: enough that no core waits at its end for long.
const BLOCK_RUNS: u64 = 1_024;

/// Runs a sweep; `each` takes the points in their order.
///
/// # Errors
/// If the watch asks to stop, the store cannot keep what was run, or `each` refuses a point.
pub fn sweep(
    wide: Wide<'_>,
    seed: u64,
    means: Means<'_>,
    mut each: impl FnMut(Visited) -> Result<(), String>,
) -> Result<(), Stopped> {
    let (nth, of) = wide.shard;
    let points = Points::new(wide.sweep, seed).iter();
    let mut points = points.filter(|point| point.number % of == nth).peekable();
    while points.peek().is_some() {
        for visited in block(wide, &mut points, means)? {
            each(visited).map_err(Stopped::Failed)?;
        }
    }
    Ok(())
}

/// The next points, run and judged.
fn block(
    wide: Wide<'_>,
    points: &mut impl Iterator<Item = Point>,
    means: Means<'_>,
) -> Result<Vec<Visited>, Stopped> {
    let mut taken: Vec<Point> = Vec::new();
    let mut cases: Vec<Result<Case, String>> = Vec::new();
    let mut runs = 0;
    // The first point says how many there may be.
    while runs < BLOCK_RUNS {
        let each = runs.checked_div(taken.len() as u64).unwrap_or(BLOCK_RUNS).max(1);
        let few = ((BLOCK_RUNS - runs) / each).clamp(1, 256) as usize;
        let some: Vec<Point> = points.by_ref().take(few).collect();
        if some.is_empty() {
            break;
        }
        let compiled = map(means.threads, &some, |point| compile(wide, point)).map_err(failed)?;
        runs += compiled.iter().map(|case| case.as_ref().map_or(1, replications)).sum::<u64>();
        taken.extend(some);
        cases.extend(compiled);
    }
    let valid: Vec<&Case> = cases.iter().flatten().collect();
    let ready = map(means.threads, &valid, |case| Ready::new(case, case.keep(false), wide.beside));
    let ready: Vec<Ready<'_>> = ready.map_err(failed)?;
    let outcomes = match &wide.sweep.until {
        None => fixed(&ready, means)?,
        Some(until) => narrowed(&ready, until, means)?,
    };
    let left: Vec<Left> = outcomes.into_iter().map(Left::of).collect();
    let pairs: Vec<(&Case, &Left)> = cases.iter().flatten().zip(&left).collect();
    let findings = map(means.threads, &pairs, |(case, left)| findings(case, &left.good)).map_err(failed)?;
    let mut found = left.into_iter().zip(findings).map(|(left, findings)| Found {
        findings,
        replications: left.replications,
        broken: left.broken,
    });
    let visited = |(point, case): (Point, &Result<Case, String>)| Visited {
        point,
        found: case.as_ref().map_err(Clone::clone).map(|_| found.next().expect("every valid point was run")),
    };
    Ok(taken.into_iter().zip(&cases).map(visited).collect())
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it on")]
fn failed(error: brownout_lab::Error) -> Stopped {
    Stopped::Failed(error.to_string())
}

fn compile(wide: Wide<'_>, point: &Point) -> Result<Case, String> {
    let overrides = point.over(wide.sweep, wide.overrides);
    match wide.document.compile(&overrides) {
        Ok(scenario) => Ok(Case::new(scenario, String::new())),
        Err(problems) => Err(problems.iter().next().map_or_else(String::new, ToString::to_string)),
    }
}

fn replications(case: &Case) -> u64 {
    u64::from(case.scenario.replications)
}

/// As many replications of each case as it asks for.
fn fixed(ready: &[Ready<'_>], means: Means<'_>) -> Result<Vec<Vec<(u64, Outcome)>>, Stopped> {
    let of = |(at, case): (usize, &Ready<'_>)| (0..replications(case.case)).map(move |n| (at, n));
    let jobs: Vec<Job> = ready.iter().enumerate().flat_map(of).collect();
    let mut all: Vec<Vec<(u64, Outcome)>> = ready.iter().map(|_| Vec::new()).collect();
    for ((at, replication), outcome) in jobs.iter().zip(obtain(ready, &jobs, means)?) {
        all[*at].push((*replication, outcome));
    }
    Ok(all)
}

/// The fewest replications that an interval is made of.
const FEWEST: u64 = 10;

/// Replications of each case until a number is known well enough: the first count at which it is, whatever was run
/// beyond it.
fn narrowed(
    ready: &[Ready<'_>],
    until: &Until,
    means: Means<'_>,
) -> Result<Vec<Vec<(u64, Outcome)>>, Stopped> {
    let mut all: Vec<Vec<(u64, Outcome)>> = ready.iter().map(|_| Vec::new()).collect();
    let mut open: Vec<usize> = (0..ready.len()).collect();
    while !open.is_empty() {
        let more = |at: &usize| {
            let had = all[*at].len() as u64;
            // A quarter more each time: little is run in vain, and cores are busy.
            let next = (had + (had / 4).max(4)).max(FEWEST).min(u64::from(until.most));
            (had..next).map(move |n| (*at, n)).collect::<Vec<Job>>()
        };
        let jobs: Vec<Job> = open.iter().flat_map(more).collect();
        for ((at, replication), outcome) in jobs.iter().zip(obtain(ready, &jobs, means)?) {
            all[*at].push((*replication, outcome));
        }
        let enough = map(means.threads, &open, |at| (*at, enough(ready[*at].case, &all[*at], until)));
        for (at, enough) in enough.map_err(failed)? {
            let most = (until.most as usize <= all[at].len()).then_some(all[at].len());
            if let Some(count) = enough.or(most) {
                all[at].truncate(count);
                open.retain(|other| *other != at);
            }
        }
    }
    Ok(all)
}

/// How many of these replications are enough, if they are.
fn enough(case: &Case, runs: &[(u64, Outcome)], until: &Until) -> Option<usize> {
    let asked = Expect {
        that: String::new(),
        left: until.asked.clone(),
        op: Op::AtLeast,
        right: Operand::Number(0.0),
        when: None,
        baseline: None,
    };
    let of = brownout_analysis::Case {
        model: &case.scenario.model,
        legend: &case.legend,
        expectations: std::slice::from_ref(&asked),
    };
    let value = |outcome: &Outcome| judge(&of, outcome.as_ref().ok()?)[0].left;
    let values: Vec<Option<f64>> = runs.iter().map(|(_, outcome)| value(outcome)).collect();
    let narrow = |count: usize| {
        let there: Vec<f64> = values[..count].iter().copied().flatten().collect();
        narrow_enough(&there, until.within, until.floor, 0.95).is_some_and(|width| width.enough)
    };
    (FEWEST as usize..=runs.len()).find(|count| narrow(*count))
}

/// What the runs of a point left.
struct Left {
    good: Vec<Replication>,
    replications: Vec<u64>,
    broken: Vec<(u64, Broken)>,
}

impl Left {
    fn of(runs: Vec<(u64, Outcome)>) -> Self {
        let mut left = Left { good: Vec::new(), replications: Vec::new(), broken: Vec::new() };
        for (number, outcome) in runs {
            match outcome {
                Ok(replication) => {
                    left.replications.push(number);
                    left.good.push(replication);
                }
                Err(why) => left.broken.push((number, why)),
            }
        }
        left
    }
}

fn findings(case: &Case, good: &[Replication]) -> Option<Findings> {
    let of = brownout_analysis::Case {
        model: &case.scenario.model,
        legend: &case.legend,
        expectations: &case.scenario.expectations,
    };
    (!good.is_empty()).then(|| analyse(&of, good, stamp(&case.scenario)))
}
