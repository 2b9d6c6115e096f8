//! The charts of a planner's answer: the share of runs against a knob, and what sets of knobs cost.

use super::cloud::{Cloud, Spot};
use super::curves::{At, Curve, Curves, Ends, Mark, Plane, plot, room};
use super::rows::{Dot, Row, Rows};
use super::scale::{Knob, values};
use super::{chart, dealt, share, share_text};
use crate::charts::Chart;
use crate::charts::axis::Axis;
use crate::charts::data::Table;
use crate::charts::style::{BLUE, Color, GREEN, INK, SLATE, SMALL, VERMILLION};
use crate::story::answer::{self as story, Growth, dollars};
use crate::{Error, number};
use brownout_analysis::answer::{Bounded, Cheapest, Set, Terms, Tried, Wanted};
use brownout_metrics::Unit;
use brownout_stats::Verdict;

/// Promises that have a curve of their own.
const PROMISES_MAX: usize = 5;
/// Pixels for a name in the key of a cloud.
const KEY_MAX: f64 = 215.0;
/// Names in the key of a cloud.
const NAMED_MAX: usize = 16;

/// The share of runs that keep the promises against the knob; below it the cost, where it has one.
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
    let caption = "Each dot is a value that was run on the first seeds, as many as it took to decide; its bar is the \
                   95 % interval (Wilson) of the share of runs. Where the search chose its seeds there is no dot.";
    Ok(vec![chart("share", &title, caption.to_owned(), svg, table)])
}

fn title(found: &Bounded) -> String {
    let knob = &found.terms.knob;
    let share = number::plain(found.terms.share, Unit::Share);
    match (&found.answer, found.shape) {
        (Some(answer), Some(shape)) => {
            let word = if shape.is_cliff { "a cliff" } else { "a slope" };
            format!("{} at {knob} = {}: {word}", rate(shape.share_at), answer.value)
        }
        (Some(answer), None) => format!("{knob} = {} keeps it in {share} of runs", answer.value),
        (None, _) => format!("Runs that keep the promises, by {knob}"),
    }
}

fn rate(share: f64) -> String {
    format!("{} of runs keep it", number::plain(share, Unit::Share))
}

fn basis(terms: &Terms, runs: usize) -> String {
    let confidence = number::plain(terms.confidence, Unit::Share);
    format!("{} · {} runs, answer at {confidence} confidence", terms.title, number::grouped(runs as u64))
}

/// How many of the runs keep every promise about runs; where all are about means, how many are within the first bound.
fn kept(terms: &Terms, tried: &Tried) -> usize {
    let averages = terms.promises.iter().all(|promise| promise.on_average);
    if averages { tried.each.iter().copied().min().unwrap_or(tried.kept) } else { tried.kept }
}

fn over_numbers(
    found: &Bounded,
    growth: Option<&Growth>,
    title: &str,
    numbers: &[f64],
) -> Result<String, Error> {
    let terms = &found.terms;
    let at = |of: &dyn Fn(&Tried) -> usize, bars: bool| -> Vec<At> {
        let one = |(x, tried): (&f64, &Tried)| {
            let (y, ends) = share(of(tried) as u64, tried.runs as u64);
            At { x: *x, y, ends: ends.filter(|_| bars) }
        };
        numbers.iter().zip(&found.tried).filter(|(_, tried)| tried.is_sample).map(one).collect()
    };
    let mut curves = Vec::new();
    let several = 1 < terms.promises.len();
    for (nth, promise) in terms.promises.iter().enumerate().take(PROMISES_MAX).filter(|_| several) {
        let name =
            if promise.on_average { format!("{} (single runs)", promise.that) } else { promise.that.clone() };
        let at = at(&|tried| tried.each[nth], false);
        curves.push(Curve { name, color: dealt(nth), at, ends: Ends::Bars, joined: true });
    }
    let name = if several { "all of them" } else { "" };
    let (color, all) = (if several { INK } else { BLUE }, at(&|tried| kept(terms, tried), true));
    curves.push(Curve { name: name.to_owned(), color, at: all, ends: Ends::Bars, joined: true });
    let average = terms.promises.iter().all(|promise| promise.on_average);
    let (caption, bounds) = if average {
        ("share of single runs within the bound; the answer is about their mean", Vec::new())
    } else {
        let line = format!("{} of runs", number::plain(terms.share, Unit::Share));
        ("share of runs that keep what is promised", vec![(terms.share, line)])
    };
    let mut planes = vec![Plane { height: 240.0, values: Axis::share(caption), curves, bounds }];
    planes.extend(cost(found, numbers));
    let names = planes.iter().flat_map(|plane| {
        let bounds = plane.bounds.iter().map(|(_, name)| name.as_str());
        plane.curves.iter().map(|curve| curve.name.as_str()).chain(bounds)
    });
    let levels: Vec<(f64, String)> =
        numbers.iter().zip(&found.tried).map(|(number, tried)| (*number, tried.value.clone())).collect();
    let log = matches!(numbers, [first, .., last] if 0.0 < *first && 20.0 <= last / first);
    let caption = if growth.is_some() { "months of growth from today" } else { terms.knob.as_str() };
    let knob = Knob::new(&levels, log, terms.unit, caption, plot(room(names)));
    let marks = marks(found, growth);
    Curves { title, subtitle: &basis(terms, found.runs), knob, planes, marks, legend: Vec::new() }.draw()
}

/// A panel of what each value costs, where any costs something.
fn cost(found: &Bounded, numbers: &[f64]) -> Option<Plane> {
    let priced = numbers.iter().zip(&found.tried).filter_map(|(x, tried)| Some((*x, tried.dollars_a_month?)));
    let at: Vec<At> = priced.map(|(x, y)| At { x, y, ends: None }).collect();
    if at.is_empty() {
        return None;
    }
    let costs: Vec<f64> = at.iter().map(|at| at.y).collect();
    let values = values(&costs, "cost a month, US dollars", Unit::Dollars, 3);
    let curve = Curve { name: String::new(), color: SLATE, at, ends: Ends::Bars, joined: true };
    Some(Plane { height: 90.0, values, curves: vec![curve], bounds: Vec::new() })
}

/// The answer, what is shown not to be enough, and what is undecided between.
fn marks(found: &Bounded, growth: Option<&Growth>) -> Vec<Mark> {
    let number = |value: &String| found.tried.iter().find(|tried| tried.value == *value)?.number;
    let answer = found.answer.as_ref().and_then(|answer| Some((answer.value.clone(), answer.number?)));
    let not = found.not_enough.as_ref().and_then(|value| Some((value.clone(), number(value)?)));
    let dated = |value: &str, date: Option<&String>| {
        date.map_or_else(|| value.to_owned(), |date| format!("{value} ({date})"))
    };
    let mut marks = Vec::new();
    if let (Some((_, from)), Some((_, to)), false) = (&not, &answer, found.undecided.is_empty()) {
        let name = format!("undecided: {}", crate::story::answer::values(&found.undecided));
        marks.push(Mark { from: from.min(*to), to: from.max(*to), name, color: SLATE });
    }
    if let Some((value, at)) = answer {
        let name = format!("answer: {}", dated(&value, growth.and_then(|growth| growth.last_good.as_ref())));
        marks.push(Mark { from: at, to: at, name, color: GREEN });
    }
    if let Some((value, at)) = not {
        let name =
            format!("shown to fail: {}", dated(&value, growth.and_then(|growth| growth.first_bad.as_ref())));
        marks.push(Mark { from: at, to: at, name, color: VERMILLION });
    }
    marks
}

fn over_words(found: &Bounded, title: &str) -> Result<String, Error> {
    let row = |tried: &Tried| {
        let (value, ends) = share(kept(&found.terms, tried) as u64, tried.runs as u64);
        let (word, color) = (story::tried(found, tried), verdict(tried.verdict, found.wanted).1);
        let dots = vec![Dot { value, ends, color, bar: false }];
        Row { name: tried.value.clone(), dots, said: format!("{word}, {} runs", tried.runs) }
    };
    let share = number::plain(found.terms.share, Unit::Share);
    Rows {
        title,
        subtitle: &basis(&found.terms, found.runs),
        values: Axis::share("share of runs that keep what is promised"),
        all: found.tried.iter().filter(|tried| tried.is_sample).map(row).collect(),
        middle: None,
        bound: Some((found.terms.share, format!("{share} of runs"))),
        head: "verdict",
        legend: Vec::new(),
    }
    .draw()
}

/// A verdict as a word, and its colour.
fn verdict(verdict: Verdict, wanted: Wanted) -> (&'static str, Color) {
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
    let priced = all.iter().any(|tried| tried.dollars_a_month.is_some());
    let fleet = all.iter().any(|tried| 0 < tried.accelerators);
    let knob = if months { "months of growth" } else { terms.knob.as_str() };
    let mut head: Vec<String> =
        ["runs that keep it", "share of runs (95 % interval)", "verdict"].map(str::to_owned).to_vec();
    head.insert(0, knob.to_owned());
    if 1 < terms.promises.len() {
        head.extend(terms.promises.iter().map(|promise| format!("runs within {}", promise.that)));
    }
    head.extend(fleet.then(|| "accelerators".to_owned()));
    head.extend(priced.then(|| "cost a month".to_owned()));
    let row = |tried: &Tried| {
        let (kept, runs) = (kept(terms, tried), tried.runs);
        let mut row = vec![
            tried.value.clone(),
            format!("{kept} of {runs} runs"),
            if tried.is_sample { share_text(kept as u64, runs as u64) } else { number::NONE.to_owned() },
            story::tried(found, tried).to_owned(),
        ];
        if 1 < terms.promises.len() {
            row.extend(tried.each.iter().map(|each| format!("{each} of {runs} runs")));
        }
        row.extend(fleet.then(|| number::grouped(tried.accelerators)));
        row.extend(priced.then(|| tried.dollars_a_month.map_or_else(|| number::NONE.to_owned(), dollars)));
        row
    };
    std::iter::once(head).chain(all.iter().map(row)).collect()
}

/// What sets cost, against the share of runs that keep the promises; the front has names.
pub(crate) fn cheapest(found: &Cheapest) -> Result<Vec<Chart>, Error> {
    let tried: Vec<&Set> = found.tried.iter().filter(|set| 0 < set.runs).collect();
    if tried.is_empty() {
        return Ok(Vec::new());
    }
    let front = found.front();
    let is_answer = |set: &Set| found.answer.as_ref().is_some_and(|answer| answer.values == set.values);
    let on_front = |set: &Set| front.iter().any(|other| other.values == set.values);
    // The answer, the front and what is undecided have names, cheapest first.
    let mut named: Vec<&Set> = tried
        .iter()
        .copied()
        .filter(|set| is_answer(set) || on_front(set) || set.verdict == Verdict::Undecided)
        .collect();
    named.sort_by(|a, b| a.dollars_a_month.total_cmp(&b.dollars_a_month));
    let answer_at = named.iter().position(|set| is_answer(set)).unwrap_or(0);
    let from = (answer_at + 1).saturating_sub(NAMED_MAX);
    let named: Vec<&Set> = named.into_iter().skip(from).take(NAMED_MAX).collect();
    let is_named = |set: &Set| named.iter().any(|other| other.values == set.values);
    // Where names with their knobs have no room, the knobs stand over the key.
    let is_long = |set: &&Set| KEY_MAX < crate::font::width(&set_name(found, set, false), SMALL, true);
    let short = named.iter().any(is_long);
    let spot = |set: &Set| {
        let (share, ends) = share(set.kept as u64, set.runs as u64);
        let color = verdict(set.verdict, Wanted::Least).1;
        let name = if is_named(set) { set_name(found, set, short) } else { String::new() };
        let up = ends.filter(|_| is_named(set));
        Spot { at: (set.dollars_a_month, share), across: None, up, color, name, is_answer: is_answer(set) }
    };
    // Those with names last, so that they lie above the others and letters are in their order.
    let others = tried.iter().copied().filter(|set| !is_named(set));
    let spots: Vec<Spot> = others.chain(named.iter().copied()).map(spot).collect();
    let costs: Vec<f64> = tried.iter().map(|set| set.dollars_a_month).collect();
    let title = story_title(found);
    let legend = [Verdict::Accepted, Verdict::Undecided, Verdict::Rejected].map(|one| {
        let (word, color) = verdict(one, Wanted::Least);
        (color, format!("{word} for {} of runs", number::plain(found.terms.share, Unit::Share)))
    });
    let svg = Cloud {
        title: &title,
        subtitle: &basis(&found.terms, found.runs),
        across: values(&costs, "cost a month, US dollars", Unit::Dollars, 6),
        up: Axis::share("share of runs that keep what is promised"),
        stairs: front
            .iter()
            .map(|set| (set.dollars_a_month, share(set.kept as u64, set.runs as u64).0))
            .collect(),
        bound: Some((
            found.terms.share,
            format!("{} of runs", number::plain(found.terms.share, Unit::Share)),
        )),
        spots,
        legend: legend.to_vec(),
        keyed: true,
        key_head: if short {
            found.knobs.iter().map(|knob| crate::screen::path(knob)).collect::<Vec<_>>().join(", ")
        } else {
            String::new()
        },
    }
    .draw()?;
    let caption = "Each dot is a set of values that was run. The line joins the Pareto front: no set that was run \
                   costs less and keeps the promises more often. The ring is the answer; sets that fail are left after \
                   a few runs, so that their shares are rough.";
    Ok(vec![chart("pareto", &title, caption.to_owned(), svg, sets(found, &named))])
}

fn story_title(found: &Cheapest) -> String {
    match &found.answer {
        Some(answer) => format!("Cheapest that keeps it: {}", dollars(answer.dollars_a_month)),
        None => "Cost against the share of runs that keep it".to_owned(),
    }
}

fn set_name(found: &Cheapest, set: &Set, short: bool) -> String {
    if short {
        return set.values.join(", ");
    }
    let one = |(knob, value): (&String, &String)| format!("{} {value}", crate::screen::path(knob));
    found.knobs.iter().zip(&set.values).map(one).collect::<Vec<_>>().join(", ")
}

/// The named sets with their letters, then the others, by cost.
fn sets(found: &Cheapest, named: &[&Set]) -> Table {
    let mut head: Vec<String> = vec!["set".to_owned()];
    head.extend(found.knobs.iter().cloned());
    head.extend(
        ["cost a month", "runs that keep it", "share of runs (95 % interval)", "verdict"].map(str::to_owned),
    );
    let fleet = found.tried.iter().any(|set| 0 < set.accelerators);
    head.extend(fleet.then(|| "accelerators".to_owned()));
    let is_named = |set: &Set| named.iter().any(|other| other.values == set.values);
    let mut others: Vec<&Set> = found.tried.iter().filter(|set| 0 < set.runs && !is_named(set)).collect();
    others.sort_by(|a, b| a.dollars_a_month.total_cmp(&b.dollars_a_month));
    let mut table = vec![head];
    for (at, set) in named.iter().copied().chain(others).enumerate().take(200) {
        let letter = if at < named.len() { super::letters(at) } else { number::NONE.to_owned() };
        let mut row = vec![letter];
        row.extend(set.values.iter().cloned());
        row.extend([
            dollars(set.dollars_a_month),
            format!("{} of {} runs", set.kept, set.runs),
            share_text(set.kept as u64, set.runs as u64),
            verdict(set.verdict, Wanted::Least).0.to_owned(),
        ]);
        row.extend(fleet.then(|| number::grouped(set.accelerators)));
        table.push(row);
    }
    table
}
