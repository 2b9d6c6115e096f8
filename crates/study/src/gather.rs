//! What a sweep finds, gathered as it comes: rows of its tables, and what its page and screen show.

use crate::points::{Point, Points};
use crate::sweep::{Found, Visited};
use crate::{Broken, Case};
use brownout_analysis::swept::{Left, Place, Shows, Swept};
use brownout_metrics::{Expect, Operand, Unit};
use brownout_results::points::{Axis, Level, Row, Tables};
use brownout_scenario::{Measure, Sweep, Values};
use std::io::Write;

/// Gathers points in their order.
pub struct Gather<W: Write + Send> {
    axes: Vec<Axis>,
    title: String,
    /// How many points each condition leaves out.
    left_out: Vec<(String, u64)>,
    /// What numbers of each axis are in.
    units: Vec<Option<Unit>>,
    /// What is expected, for the numbers that it compares with.
    expectations: Vec<Expect>,
    /// Where the tables go, until the first point has said which numbers there are.
    places: Option<(W, W)>,
    tables: Option<Tables<W>>,
    swept: Option<Swept>,
    /// Points that came before any that left something.
    early: Vec<Visited>,
}

impl<W: Write + Send> Gather<W> {
    /// Of a sweep over a scenario. Tables go to `runs` and `points`, if they are wanted.
    pub fn new(case: &Case, sweep: &Sweep, places: Option<(W, W)>) -> Self {
        let axes = sweep.axes.iter().map(|axis| Axis {
            name: axis.path.clone(),
            is_number: is_number(&axis.values),
            unit: unit(&axis.values),
        });
        Gather {
            axes: axes.collect(),
            title: case.scenario.title.clone(),
            left_out: Points::new(sweep, case.scenario.seed).left_out(),
            units: sweep.axes.iter().map(|axis| measured(measure(&axis.values))).collect(),
            expectations: case.scenario.expectations.clone(),
            places,
            tables: None,
            swept: None,
            early: Vec::new(),
        }
    }

    /// Takes a point.
    ///
    /// # Errors
    /// If a table cannot be written.
    pub fn add(&mut self, visited: Visited) -> Result<(), String> {
        if self.swept.is_none() {
            let findings = visited.found.as_ref().ok().and_then(|found| found.findings.as_ref());
            let Some(findings) = findings else {
                self.early.push(visited);
                return Ok(());
            };
            let names = self.axes.iter().map(|axis| axis.name.clone()).collect();
            let mut swept = Swept::new(self.title.clone(), names, findings);
            swept.units.clone_from(&self.units);
            swept.left_out.clone_from(&self.left_out);
            for column in swept.columns.iter_mut().filter(|column| column.is_promise) {
                column.bound = bound(&self.expectations, column);
            }
            self.swept = Some(swept);
            if let Some((runs, points)) = self.places.take() {
                self.tables = Some(Tables::new(runs, points, self.axes.clone(), findings)?);
            }
            for early in std::mem::take(&mut self.early) {
                self.take(&early)?;
            }
        }
        self.take(&visited)
    }

    fn take(&mut self, visited: &Visited) -> Result<(), String> {
        let Visited { point, found } = visited;
        let levels: Vec<Level> = levels(point);
        let mut problems: Vec<(Option<u64>, String)> = Vec::new();
        let (findings, replications): (_, &[u64]) = match found {
            Ok(Found { findings, replications, broken, .. }) => {
                problems.extend(broken.iter().map(|(number, why)| (Some(*number), said(why))));
                (findings.as_ref(), replications)
            }
            Err(problem) => {
                problems.push((None, problem.clone()));
                (None, &[])
            }
        };
        if let Some(tables) = &mut self.tables {
            let row =
                Row { point: point.number, levels: &levels, findings, replications, problems: &problems };
            tables.add(&row)?;
        }
        let place = |level: Level| Place { shown: level.shown, number: level.number };
        let broken: Vec<(u64, String)> =
            problems.iter().filter_map(|(number, why)| Some(((*number)?, why.clone()))).collect();
        let found = found.as_ref().map_err(Clone::clone);
        let found = found.map(|found| Left { findings, broken: &broken, hidden: found.hidden });
        let swept = self.swept.as_mut().expect("there is one as soon as a point has left something");
        swept.add(point.number, levels.into_iter().map(place).collect(), found);
        Ok(())
    }

    /// What was gathered, and the files of the tables.
    ///
    /// # Errors
    /// If a table cannot be written, or no point left anything: then its first problem.
    pub fn finish(mut self) -> Result<(Swept, Option<(W, W)>), String> {
        let Some(swept) = self.swept.take() else {
            let why = self.early.first().map(|first| match &first.found {
                Err(problem) => problem.clone(),
                Ok(found) => found.broken.first().map_or_else(String::new, |(_, why)| said(why)),
            });
            return Err(match why {
                Some(why) => format!("no point of this sweep can be run; of the first one: {why}"),
                None => "no point satisfies the conditions of this sweep".to_owned(),
            });
        };
        let files = self.tables.map(Tables::finish).transpose()?;
        Ok((swept, files))
    }
}

fn levels(point: &Point) -> Vec<Level> {
    let level = |level: &brownout_scenario::Level| Level { number: level.number, shown: level.shown.clone() };
    point.levels.iter().map(level).collect()
}

/// Why a run left nothing, in words.
fn said(broken: &Broken) -> String {
    match broken {
        Broken::Limit(events) => format!("passed {events} events"),
        Broken::Invariant(what) => format!("a mistake in brownout: {what}"),
    }
}

fn is_number(values: &Values) -> bool {
    match values {
        Values::Listed(levels) => levels.iter().all(|level| level.number.is_some()),
        Values::Range(_) | Values::Drawn { .. } => true,
    }
}

/// The number that an expectation compares with.
fn bound(expectations: &[Expect], column: &Shows) -> Option<f64> {
    let is_it = |expect: &&Expect| expect.that == column.title;
    expectations.iter().find(is_it).and_then(|expect| match expect.right {
        Operand::Number(number) => Some(number),
        _ => None,
    })
}

fn measure(values: &Values) -> Measure {
    match values {
        Values::Listed(levels) => levels.first().map_or(Measure::Word, |level| level.measure),
        Values::Range(range) => range.measure,
        Values::Drawn { measure, .. } => *measure,
    }
}

/// The unit in which numbers of a measure are shown beside those of metrics; none where each is written with its own.
pub(crate) fn measured(measure: Measure) -> Option<Unit> {
    match measure {
        Measure::Span => Some(Unit::Seconds),
        Measure::Rate => Some(Unit::PerSecond("")),
        Measure::Share => Some(Unit::Share),
        Measure::Whole | Measure::Number => Some(Unit::Count("")),
        Measure::Money => Some(Unit::Dollars),
        Measure::Bytes | Measure::Price | Measure::Tokens | Measure::Word => None,
    }
}

/// The unit of an axis in its tables.
fn unit(values: &Values) -> &'static str {
    match measure(values) {
        Measure::Span => "seconds",
        Measure::Rate => "per second",
        Measure::Bytes => "bytes",
        Measure::Price => "US dollars an hour",
        Measure::Money => "US dollars",
        Measure::Tokens => "tokens",
        Measure::Share => "a fraction of 1",
        Measure::Whole | Measure::Number | Measure::Word => "",
    }
}
