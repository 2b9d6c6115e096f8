//! A sweep: every point of its axes, each with its replications, judged as a run would be.
//!
//! Points are taken in blocks, so that memory stays the same however many there are; what a point has found is handed
//! on in their order, whatever threads, stores and interruptions there were.

use crate::Case;
use crate::points::{Point, Points};
use crate::runs::{Broken, Job, Means, Outcome, Ready, Stopped, obtain};
use brownout_analysis::Findings;
use brownout_lab::{map, overlap};
use brownout_observe::Replication;
use brownout_plan::{Known, Narrow, drive, narrow, together};
use brownout_scenario::{Document, Overrides, Sweep, Until};

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

impl Wide<'_> {
    /// Reads a part of the points: `2/8`, counted from 1, becomes `(1, 8)`.
    ///
    /// # Errors
    /// How it is written.
    pub fn shard(text: &str) -> Result<(u64, u64), String> {
        let wrong = || "write I/N with I from 1 to N, as in 2/8".to_owned();
        let (nth, of) = text.split_once('/').ok_or_else(wrong)?;
        match (nth.trim().parse::<u64>(), of.trim().parse::<u64>()) {
            (Ok(nth), Ok(of)) if 1 <= nth && nth <= of => Ok((nth - 1, of)),
            _ => Err(wrong()),
        }
    }
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
    /// The least hidden capacity of a tier, as a multiple of the load at the start of the run: below 1, a loop of
    /// retries can last there. None where no tier has one.
    pub hidden: Option<f64>,
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
    let mut before: Vec<Visited> = Vec::new();
    // The points of a block are taken while the next one is run: writing tables takes a tenth of the time of short
    // runs, in which all cores but one would wait.
    while points.peek().is_some() {
        let take = || before.drain(..).try_for_each(&mut each);
        let (next, taken) = overlap(means.threads, || block(wide, &mut points, means), take);
        taken.map_err(Stopped::Failed)?;
        before = next?;
    }
    before.into_iter().try_for_each(each).map_err(Stopped::Failed)
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
        let case = |point: &Point| Case::at(wide.document, &point.over(wide.sweep, wide.overrides));
        let compiled = map(means.threads, &some, case)?;
        runs += compiled.iter().map(|case| case.as_ref().map_or(1, replications)).sum::<u64>();
        taken.extend(some);
        cases.extend(compiled);
    }
    let valid: Vec<&Case> = cases.iter().flatten().collect();
    let ready = map(means.threads, &valid, |case| Ready::new(case, case.keep(false), wide.beside))?;
    let outcomes = match &wide.sweep.until {
        None => fixed(&ready, means)?,
        Some(until) => narrowed(&ready, until, means)?,
    };
    let left: Vec<Left> = outcomes.into_iter().map(Left::of).collect();
    let pairs: Vec<(&Case, &Left)> = cases.iter().flatten().zip(&left).collect();
    let found = |(case, left): &(&Case, &Left)| (!left.good.is_empty()).then(|| case.analyse(&left.good));
    let findings = map(means.threads, &pairs, found)?;
    let hidden = |case: &Case| case.scenario.capacities.first().map(|least| least.hidden);
    let hidden: Vec<Option<f64>> = cases.iter().flatten().map(hidden).collect();
    let mut found = left.into_iter().zip(findings).zip(hidden).map(|((left, findings), hidden)| Found {
        findings,
        replications: left.replications,
        broken: left.broken,
        hidden,
    });
    let visited = |(point, case): (Point, &Result<Case, String>)| Visited {
        point,
        found: case.as_ref().map_err(Clone::clone).map(|_| found.next().expect("every valid point was run")),
    };
    Ok(taken.into_iter().zip(&cases).map(visited).collect())
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

/// How sure an interval has to be that decides whether there are enough replications.
const CONFIDENCE: f64 = 0.95;

/// Replications of each case until a number is known well enough: the first count at which it is, whatever was run
/// beyond it.
fn narrowed(
    ready: &[Ready<'_>],
    until: &Until,
    means: Means<'_>,
) -> Result<Vec<Vec<(u64, Outcome)>>, Stopped> {
    let asked = Narrow {
        relative: until.within,
        absolute: until.floor,
        confidence: CONFIDENCE,
        seeds_max: until.most as usize,
    };
    let mut all: Vec<Vec<(u64, Outcome)>> = ready.iter().map(|_| Vec::new()).collect();
    let mut known: Known<Option<f64>> = Known::new();
    let procedure = |known: &mut Known<Option<f64>>| {
        together(known, 0..ready.len(), |known, at| narrow(known, at, &asked, |value| *value))
    };
    let enough = drive(&mut known, procedure, |wanted: &[Job]| {
        let jobs: Vec<Job> = wanted.iter().map(|(at, seed)| (*at, seed - 1)).collect();
        let pairs: Vec<(&Job, Outcome)> = jobs.iter().zip(obtain(ready, &jobs, means)?).collect();
        let value = |((at, _), outcome): &(&Job, Outcome)| {
            let value = ready[*at].case.value(&until.asked, outcome.as_ref().ok()?);
            value.filter(|value| value.is_finite())
        };
        let values = map(means.threads, &pairs, value)?;
        for ((at, replication), outcome) in pairs {
            all[*at].push((*replication, outcome));
        }
        Ok::<_, Stopped>(values)
    })?;
    for (runs, enough) in all.iter_mut().zip(enough) {
        runs.truncate(enough.seeds);
    }
    Ok(all)
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

#[cfg(test)]
mod tests {
    use super::Wide;

    #[test]
    fn a_shard_is_counted_from_one() {
        assert_eq!(Wide::shard("1/8"), Ok((0, 8)));
        assert_eq!(Wide::shard("8/8"), Ok((7, 8)));
        assert!(["0/8", "9/8", "8", "a/b", "1/0"].iter().all(|text| Wide::shard(text).is_err()));
    }
}
