//! The charts of a least or greatest value: the share of runs, or a mean over them, against a knob.

use super::curves::{At, Curve, Curves, Ends, Mark, Plane, plot, room};
use super::rows::{Dot, Row, Rows};
use super::scale::{Knob, values};
use super::{chart, dealt, means, share, share_text};
use crate::charts::Chart;
use crate::charts::axis::Axis;
use crate::charts::data::Table;
use crate::charts::style::{BLUE, Color, GREEN, INK, SLATE, VERMILLION};
use crate::story::answer::{self as story, Growth};
use crate::{Error, number};
use brownout_analysis::answer::{Averaged, Bounded, Promised, Terms, Tried, Wanted};
use brownout_metrics::Unit;
use brownout_stats::Verdict;

/// Promises that have a curve of their own.
const PROMISES_MAX: usize = 5;

/// What the promises are about against the knob, shares of runs and means over them; below it the cost, where it has
/// one.
pub(crate) fn bounded(found: &Bounded, growth: Option<&Growth>) -> Result<Vec<Chart>, Error> {
    if !found.tried.iter().any(|tried| tried.is_sample) {
        return Ok(Vec::new());
    }
    let title = title(found);
    let table = table(found, growth.is_some());
    let numbers: Option<Vec<f64>> = found.tried.iter().map(|tried| tried.number).collect();
    let svg = match numbers {
        Some(numbers) => over_numbers(found, growth, &title, &numbers)?,
        None => over_words(found, &title)?,
    };
    let shares = "Each dot is a value that was run on the first seeds, as many as it took to decide; its bar is the \
                  95 % interval (Wilson) of the share of runs. Where the search chose its seeds there is no dot.";
    let caption = match found.terms.promises.iter().filter(|promise| promise.on_average).count() {
        0 => shares.to_owned(),
        all if all == found.terms.promises.len() => means::CAPTION.to_owned(),
        _ => format!("{shares} Of means: {}", means::CAPTION),
    };
    let name = if found.terms.is_on_average() { "means" } else { "share" };
    Ok(vec![chart(name, &title, caption, svg, table)])
}

fn title(found: &Bounded) -> String {
    let knob = &found.terms.knob;
    let share = number::plain(found.terms.share, Unit::Share);
    match (&found.answer, found.shape) {
        (Some(answer), _) if found.terms.is_on_average() => {
            format!("{knob} = {} keeps it on average", answer.value)
        }
        (Some(answer), Some(shape)) => {
            let word = if shape.is_cliff { "a cliff" } else { "a slope" };
            format!("{} at {knob} = {}: {word}", rate(shape.share_at), answer.value)
        }
        (Some(answer), None) => format!("{knob} = {} keeps it in {share} of runs", answer.value),
        (None, _) if found.terms.is_on_average() => format!("Means over runs, by {knob}"),
        (None, _) => format!("Runs that keep the promises, by {knob}"),
    }
}

fn rate(share: f64) -> String {
    format!("{} of runs keep it", number::plain(share, Unit::Share))
}

pub(super) fn basis(terms: &Terms, runs: usize) -> String {
    let confidence = number::plain(terms.confidence, Unit::Share);
    format!("{} · {} runs, answer at {confidence} confidence", terms.title, number::grouped(runs as u64))
}

fn over_numbers(
    found: &Bounded,
    growth: Option<&Growth>,
    title: &str,
    numbers: &[f64],
) -> Result<String, Error> {
    let terms = &found.terms;
    let mut planes: Vec<Plane> = shares(found, numbers).into_iter().collect();
    for (at, promise) in means::shown(terms) {
        let all = numbers.iter().zip(&found.tried).filter(|(_, tried)| tried.is_sample);
        let all: Vec<_> = all.filter_map(|(x, tried)| Some((*x, tried.averages[at]?))).collect();
        planes.push(means::plane(promise, &all, if planes.is_empty() { 240.0 } else { 130.0 }));
    }
    planes.extend(cost(found, numbers));
    let names = planes.iter().flat_map(|plane| {
        let bounds = plane.bounds.iter().map(|(_, name)| name.as_str());
        plane.curves.iter().map(|curve| curve.name.as_str()).chain(bounds)
    });
    let mut levels: Vec<(f64, String)> =
        numbers.iter().zip(&found.tried).map(|(number, tried)| (*number, tried.value.clone())).collect();
    // The whole range stands there, however few of its values had to be run.
    if let Some((low, high)) = terms.ends {
        levels.extend([(low, terms.range.0.clone()), (high, terms.range.1.clone())]);
        levels.sort_by(|a, b| a.0.total_cmp(&b.0));
        levels.dedup_by(|a, b| a.0.total_cmp(&b.0).is_eq());
    }
    let log = matches!(levels.as_slice(), [first, .., last] if 0.0 < first.0 && 20.0 <= last.0 / first.0);
    let caption = if growth.is_some() { "months of growth from today" } else { terms.knob.as_str() };
    let knob = Knob::new(&levels, log, terms.unit, caption, plot(room(names)));
    let marks = marks(found, growth);
    Curves { title, subtitle: &basis(terms, found.runs), knob, planes, marks, legend: Vec::new() }.draw()
}

/// The panel of the shares of runs that keep what is promised of them; none if nothing is.
fn shares(found: &Bounded, numbers: &[f64]) -> Option<Plane> {
    let terms = &found.terms;
    let at = |of: &dyn Fn(&Tried) -> usize, bars: bool| -> Vec<At> {
        let one = |(x, tried): (&f64, &Tried)| {
            let (y, ends) = share(of(tried) as u64, tried.runs as u64);
            At { x: *x, y, ends: ends.filter(|_| bars) }
        };
        numbers.iter().zip(&found.tried).filter(|(_, tried)| tried.is_sample).map(one).collect()
    };
    let of_runs: Vec<(usize, &Promised)> =
        terms.promises.iter().enumerate().filter(|(_, promise)| !promise.on_average).collect();
    if of_runs.is_empty() {
        return None;
    }
    let several = 1 < of_runs.len();
    let mut curves = Vec::new();
    for (nth, (place, promise)) in of_runs.into_iter().enumerate().take(PROMISES_MAX).filter(|_| several) {
        let at = at(&|tried| tried.each[place], false);
        curves.push(Curve {
            name: promise.that.clone(),
            color: dealt(nth),
            at,
            ends: Ends::Bars,
            joined: true,
        });
    }
    let name = if several { "all of them" } else { "" };
    let (color, all) = (if several { INK } else { BLUE }, at(&|tried| tried.kept, true));
    curves.push(Curve { name: name.to_owned(), color, at: all, ends: Ends::Bars, joined: true });
    let line = format!("{} of runs", number::plain(terms.share, Unit::Share));
    let values = Axis::share("share of runs that keep what is promised");
    Some(Plane { height: 240.0, values, curves, bounds: vec![(terms.share, line)] })
}

/// A panel of what each value costs, where any costs something.
fn cost(found: &Bounded, numbers: &[f64]) -> Option<Plane> {
    let priced = numbers.iter().zip(&found.tried).filter_map(|(x, tried)| Some((*x, tried.cost?.all)));
    let at: Vec<At> = priced.map(|(x, all)| At { x, y: all.mean, ends: all.ci95 }).collect();
    if at.is_empty() {
        return None;
    }
    let ends = |at: &At| at.ends.map_or([at.y, at.y], |(low, high)| [low, high]);
    let costs: Vec<f64> = at.iter().flat_map(ends).collect();
    let has_penalties = found.tried.iter().any(|tried| tried.cost.is_some_and(|cost| cost.penalty.is_some()));
    let caption =
        if has_penalties { "with penalties a month, US dollars" } else { "cost a month, US dollars" };
    let values = values(&costs, caption, Unit::Dollars, 3);
    let curve = Curve { name: String::new(), color: SLATE, at, ends: Ends::Bars, joined: true };
    Some(Plane { height: 90.0, values, curves: vec![curve], bounds: Vec::new() })
}

/// What of the range is shown to keep the promises, what is shown not to, and what is undecided between.
fn marks(found: &Bounded, growth: Option<&Growth>) -> Vec<Mark> {
    let number = |value: &String| found.tried.iter().find(|tried| tried.value == *value)?.number;
    let answer = found.answer.as_ref().and_then(|answer| Some((answer.value.clone(), answer.number?)));
    let not = found.not_enough.as_ref().and_then(|value| Some((value.clone(), number(value)?)));
    let dated = |value: &str, date: Option<&String>| {
        date.map_or_else(|| value.to_owned(), |date| format!("{value} ({date})"))
    };
    // Where it keeps them beyond the answer, and where it does not beyond what is shown to fail.
    let beyond = |at: f64, keeps: bool| {
        let (low, high) = found.terms.ends.unwrap_or((at, at));
        if keeps == (found.wanted == Wanted::Least) { (at, high.max(at)) } else { (low.min(at), at) }
    };
    let mut marks = Vec::new();
    if !found.undecided.is_empty() && !found.none_holds {
        let name = format!("undecided: {}", crate::story::answer::values(&found.undecided));
        // What is open ends where something is shown, or at the end of the range.
        let good = answer.as_ref().map(|(_, at)| *at);
        let bad = not.as_ref().map(|(_, at)| *at);
        let (low, high) = found.terms.ends.map_or((None, None), |(low, high)| (Some(low), Some(high)));
        let (from, to) = match found.wanted {
            Wanted::Least => (bad.or(low), good.or(high)),
            Wanted::Most => (good.or(low), bad.or(high)),
        };
        if let (Some(from), Some(to)) = (from, to) {
            marks.push(Mark { from, to, name, color: SLATE, edge: None });
        }
    }
    if let Some((value, at)) = answer {
        let name = format!("answer: {}", dated(&value, growth.and_then(|growth| growth.last_good.as_ref())));
        let (from, to) = beyond(at, true);
        marks.push(Mark { from, to, name, color: GREEN, edge: Some(at) });
    }
    if let Some((value, at)) = not {
        let name =
            format!("shown to fail: {}", dated(&value, growth.and_then(|growth| growth.first_bad.as_ref())));
        let (from, to) = beyond(at, false);
        marks.push(Mark { from, to, name, color: VERMILLION, edge: Some(at) });
    }
    marks
}

fn over_words(found: &Bounded, title: &str) -> Result<String, Error> {
    let terms = &found.terms;
    let average = means::shown(terms).next().filter(|_| terms.is_on_average());
    let sample = || found.tried.iter().filter(|tried| tried.is_sample);
    let row = |tried: &Tried| {
        let color = verdict(tried.verdict, found.wanted).1;
        let (value, ends) = match average {
            None => share(tried.kept as u64, tried.runs as u64),
            Some((at, promise)) => {
                tried.averages[at].map_or((f64::NAN, None), |one| (one.mean, means::ends(&one, promise)))
            }
        };
        let dots = vec![Dot { value, ends, color, bar: false }];
        let said = format!("{}, {} runs", story::tried(found, tried), tried.runs);
        Row { name: tried.value.clone(), dots, said }
    };
    let (values, bound) = match average {
        None => {
            let share = number::plain(terms.share, Unit::Share);
            let values = Axis::share("share of runs that keep what is promised");
            (values, Some((terms.share, format!("{share} of runs"))))
        }
        Some((at, promise)) => {
            let all: Vec<Averaged> = sample().filter_map(|tried| tried.averages[at]).collect();
            let numbers: Vec<f64> = all.iter().flat_map(|one| means::reach(one, promise)).collect();
            (means::axis(promise, &numbers), all.last().map(|one| means::bound(promise, one)))
        }
    };
    Rows {
        title,
        subtitle: &basis(terms, found.runs),
        values,
        all: sample().map(row).collect(),
        middle: None,
        bound,
        head: "verdict",
        legend: Vec::new(),
    }
    .draw()
}

/// A verdict as a word, and its colour.
pub(super) fn verdict(verdict: Verdict, wanted: Wanted) -> (&'static str, Color) {
    let color = match verdict {
        Verdict::Accepted => GREEN,
        Verdict::Rejected => VERMILLION,
        Verdict::Undecided => SLATE,
    };
    (crate::story::answer::verdict(verdict, wanted), color)
}

/// Every value that was run.
fn table(found: &Bounded, months: bool) -> Table {
    let (terms, all) = (&found.terms, &found.tried);
    let costs = story::cost_heads(all.iter().filter_map(|tried| tried.cost.as_ref()));
    let fleet = all.iter().any(|tried| 0 < tried.accelerators);
    let on_average = terms.is_on_average();
    let (of_runs, several) = (!on_average, 1 < terms.promises.len());
    let each = || terms.promises.iter().enumerate().filter(|(_, one)| several && !one.on_average);
    let averages = || terms.promises.iter().enumerate().filter(|(_, one)| one.on_average);
    let knob = if months { "months of growth" } else { terms.knob.as_str() };
    let mut head: Vec<String> = vec![knob.to_owned()];
    head.extend(
        of_runs
            .then(|| ["runs that keep it", "share of runs (95 % interval)"].map(str::to_owned))
            .into_iter()
            .flatten(),
    );
    head.extend(on_average.then(|| "runs".to_owned()));
    head.extend(
        averages().flat_map(|(_, one)| [format!("{} (mean)", one.of), format!("bound ({})", one.that)]),
    );
    head.push("verdict".to_owned());
    head.extend(each().map(|(_, one)| format!("runs within {}", one.that)));
    head.extend(fleet.then(|| "accelerators".to_owned()));
    head.extend(costs.iter().map(|head| (*head).to_owned()));
    let row = |tried: &Tried| {
        let (kept, runs) = (tried.kept, tried.runs);
        let mut row = vec![tried.value.clone()];
        if of_runs {
            row.push(format!("{kept} of {runs} runs"));
            let share = share_text(kept as u64, runs as u64);
            row.push(match (tried.is_fixed, tried.is_sample) {
                (true, _) => "all runs are the same".to_owned(),
                (false, true) => share,
                (false, false) => number::NONE.to_owned(),
            });
        }
        row.extend(on_average.then(|| number::grouped(runs as u64)));
        row.extend(averages().flat_map(|(at, one)| means::text(tried.averages[at], one)));
        row.push(story::tried(found, tried).to_owned());
        row.extend(each().map(|(at, _)| format!("{} of {runs} runs", tried.each[at])));
        row.extend(fleet.then(|| number::grouped(tried.accelerators)));
        row.extend(story::cost_cells(costs, tried.cost.as_ref()));
        row
    };
    std::iter::once(head).chain(all.iter().map(row)).collect()
}
