//! Variants against each other: which is best, and whom each helps and hurts.

use super::paint::{BAD, BOLD, DIM, GOOD, PLAIN, cut_names, paint, wrap};
use super::summary::line;
use super::table::{Cell, Side, Table};
use super::{NAME_MAX, WIDTH};
use crate::number::{self, NONE, grouped};
use crate::story::race as race_story;
use brownout_analysis::compare::{Comparison, Difference, Race, Runner, Versus};

/// Numbers of a variant that are shown unless all are asked for.
const NUMBERS_MAX: usize = 12;
/// The name of a number is cut where it is longer.
const KEY_MAX: usize = 34;

/// The best first, then what each of the others does; with `all`, every number that surely differs.
pub fn compare(comparison: &Comparison, race: Option<&Race>, all: bool) -> String {
    let mut out = String::new();
    if let Some(race) = race {
        for part in wrap(&race_story::sentence(race), WIDTH) {
            line(&mut out, &paint(&part, BOLD));
        }
        line(&mut out, "");
        out.push_str(&standings(race));
        line(&mut out, "");
    }
    for other in &comparison.others {
        versus(&mut out, comparison, (other, race), all);
    }
    if !comparison.is_paired {
        let note = "Their seeds differ, so chance does not cancel: intervals are those of independent runs.";
        line(&mut out, &paint(note, DIM));
    }
    out
}

fn standings(race: &Race) -> String {
    let unit = race.metric.unit;
    let mut table = Table::new(&[
        ("variant", Side::Left),
        ("mean", Side::Right),
        ("behind the best", Side::Right),
        ("runs", Side::Right),
        ("", Side::Left),
    ]);
    let row = |runner: &Runner, word: &'static str, style| {
        let (behind, half) = runner.behind;
        let behind =
            if behind.abs() <= 0.0 { NONE.to_owned() } else { number::give_or_take(behind, half, unit) };
        vec![
            Cell::plain(runner.name.as_str()),
            Cell::plain(number::value(runner.mean, unit)),
            Cell::plain(behind),
            Cell::plain(grouped(runner.runs)),
            Cell::new(word, style),
        ]
    };
    for (at, runner) in race.left.iter().enumerate() {
        let word = match (at, race.left.len(), race.is_decided) {
            (0, 1, _) => "best",
            (_, _, true) => "equally good",
            (0, ..) => "leads",
            _ => "undecided",
        };
        table.row(row(runner, word, GOOD));
    }
    for runner in &race.worse {
        table.row(row(runner, "worse", BAD));
    }
    table.cut(0, NAME_MAX);
    let mut out = table.render();
    let mut counts = race.left.iter().chain(&race.worse).map(|runner| runner.runs);
    let first = counts.next();
    if counts.any(|runs| Some(runs) != first) {
        let note = "A variant leaves once it is shown to be worse: its mean is of its own runs, and what it is \
                    behind of the same runs of the best.";
        for part in wrap(note, WIDTH) {
            line(&mut out, &paint(&part, DIM));
        }
    }
    out
}

fn versus(out: &mut String, comparison: &Comparison, (other, race): (&Versus, Option<&Race>), all: bool) {
    let (name, effect) = (&other.name, race_story::effect(comparison, other, race));
    for (at, part) in wrap(&format!("{name} against {}: {effect}", comparison.base), WIDTH).iter().enumerate()
    {
        let part = match part.strip_prefix(name.as_str()) {
            Some(rest) if at == 0 => format!("{}{rest}", paint(name, BOLD)),
            _ => part.clone(),
        };
        line(out, &part);
    }
    line(out, &paint(&format!("Over {}.", race_story::runs(comparison, other)), DIM));
    let sure: Vec<&Difference> = other.differences.iter().filter(|one| one.is_sure).collect();
    let shown: Vec<&Difference> = if all {
        sure.clone()
    } else {
        let judged = sure.iter().copied().filter(|one| one.is_better().is_some());
        judged.filter(|one| is_of_clients(one)).take(NUMBERS_MAX).collect()
    };
    if !shown.is_empty() {
        let names = cut_names(&["", &comparison.base, &other.name, "difference"], NAME_MAX);
        let sides = [Side::Left, Side::Right, Side::Right, Side::Right];
        let mut table = Table::named(names.into_iter().map(Into::into).zip(sides).collect());
        for one in &shown {
            table.row(row(one));
        }
        table.cut(0, KEY_MAX);
        out.push_str(&table.render());
    }
    if shown.len() < sure.len() {
        line(
            out,
            &paint(
                &format!("{} of {} numbers that surely differ; --all shows them", shown.len(), sure.len()),
                DIM,
            ),
        );
    }
    line(out, "");
}

/// Users first; tiers are how it came to that.
fn is_of_clients(one: &Difference) -> bool {
    use brownout_metrics::Scope;
    matches!(one.subject.scope(), Scope::Path | Scope::Total | Scope::Run)
}

fn row(one: &Difference) -> Vec<Cell> {
    let unit = one.metric.unit;
    let style = match one.is_better() {
        Some(true) => GOOD,
        Some(false) => BAD,
        None => PLAIN,
    };
    let sign = if 0.0 < one.by.mean { "+" } else { "" };
    let by = number::estimate(&one.by, unit);
    vec![
        Cell::plain(format!("{}.{}", one.subject, one.metric.key)),
        Cell::plain(number::counted(one.before.mean, unit)),
        Cell::plain(number::counted(one.after.mean, unit)),
        Cell::new(format!("{sign}{by}"), style),
    ]
}
