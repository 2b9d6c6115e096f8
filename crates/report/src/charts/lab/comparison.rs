//! Variants beside one another: how far each is behind the best, and what each changes for users.

use super::rows::{Dot, ROWS_MAX, Row, Rows};
use super::scale::values;
use super::{chart, head};
use crate::charts::Chart;
use crate::charts::axis::{Axis, multiples, nice_step};
use crate::charts::style::{GREEN, SLATE, VERMILLION};
use crate::story::race as story;
use crate::{Error, number};
use brownout_analysis::compare::{Comparison, Difference, Race, Runner, Versus};
use brownout_metrics::{Scope, Unit};

/// A change is drawn up to this part of the number; beyond it only its text is right.
const CHANGE_MAX: f64 = 2.0;
/// Rows of numbers of one variant.
const NUMBERS_MAX: usize = 16;

/// The race, then a chart for each variant beside the base.
pub(crate) fn comparison(comparison: &Comparison, race: Option<&Race>) -> Result<Vec<Chart>, Error> {
    let mut charts = Vec::new();
    if let Some(race) = race {
        charts.push(standings(race)?);
    }
    for (at, other) in comparison.others.iter().enumerate() {
        charts.extend(versus(comparison, (other, race), at)?);
    }
    Ok(charts)
}

fn standings(race: &Race) -> Result<Chart, Error> {
    let unit = race.metric.unit;
    let runners: Vec<(&Runner, bool)> =
        race.left.iter().map(|one| (one, true)).chain(race.worse.iter().map(|one| (one, false))).collect();
    let row = |(runner, is_left): &(&Runner, bool)| {
        let (behind, half) = runner.behind;
        let color = if *is_left { GREEN } else { VERMILLION };
        let ends = (behind - half, behind + half);
        let dots = vec![Dot { value: behind, ends: Some(ends), color, bar: false }];
        Row { name: runner.name.clone(), dots, said: number::value(runner.mean, unit) }
    };
    let rows: Vec<Row> = runners.iter().map(row).collect();
    let numbers: Vec<f64> = runners
        .iter()
        .flat_map(|(runner, _)| [runner.behind.0 - runner.behind.1, runner.behind.0 + runner.behind.1])
        .chain([0.0])
        .collect();
    let title = match (race.left.as_slice(), race.is_decided) {
        ([only], _) => format!("{} is best by {}", only.name, race.by),
        (_, true) => format!("Equally good by {}: {} variants", race.by, race.left.len()),
        (_, false) => format!("Not told apart by {}: {} variants", race.by, race.left.len()),
    };
    let caption = format!("{} behind the best", race.by);
    let legend = vec![(GREEN, "best, or as good".to_owned()), (VERMILLION, "shown to be worse".to_owned())];
    let subtitle = format!(
        "{} runs under common seeds · 95 % intervals of paired differences",
        number::grouped(race.runs as u64)
    );
    let svg = Rows {
        title: &title,
        subtitle: &subtitle,
        values: values(&numbers, &caption, unit, 6),
        all: rows,
        middle: Some(0.0),
        bound: None,
        head: "mean",
        legend,
    }
    .draw()?;
    let mut table =
        vec![head(["variant", "mean", "behind the best", "half width of the interval", "runs", "standing"])];
    for (runner, is_left) in &runners {
        let (behind, half) = runner.behind;
        table.push(vec![
            runner.name.clone(),
            number::value(runner.mean, unit),
            number::value(behind, unit),
            number::value(half, unit),
            number::grouped(runner.runs),
            if *is_left { "best, or as good" } else { "worse" }.to_owned(),
        ]);
    }
    let words =
        "How far each variant is behind the one that leads: the mean of differences seed by seed.".to_owned();
    Ok(chart("race", &title, words, svg, table))
}

/// The numbers of users that are good or bad news, those that surely differ first.
fn shown(other: &Versus) -> Vec<&Difference> {
    let of_users = |one: &&Difference| {
        matches!(one.subject.scope(), Scope::Path | Scope::Total | Scope::Run)
            && one.metric.better != brownout_metrics::Better::Neither
            && 0.0 < one.before.mean.abs()
    };
    let mut all: Vec<&Difference> = other.differences.iter().filter(of_users).collect();
    all.sort_by_key(|one| !one.is_sure);
    all.retain(|one| one.is_sure || one.by.mean != 0.0);
    all.truncate(NUMBERS_MAX.min(ROWS_MAX));
    all
}

fn versus(
    comparison: &Comparison,
    (other, race): (&Versus, Option<&Race>),
    at: usize,
) -> Result<Option<Chart>, Error> {
    let shown = shown(other);
    if shown.is_empty() {
        return Ok(None);
    }
    let part = |one: &Difference, v: f64| (v / one.before.mean.abs()).clamp(-CHANGE_MAX, CHANGE_MAX);
    let row = |one: &&Difference| {
        let color = match one.is_better() {
            Some(true) => GREEN,
            Some(false) => VERMILLION,
            None => SLATE,
        };
        let ends = one.by.ci95.map(|(low, high)| (part(one, low), part(one, high)));
        let sign = if 0.0 < one.by.mean { "+" } else { "" };
        let said = format!("{sign}{}", number::value(one.by.mean, one.metric.unit));
        let dots = vec![Dot { value: part(one, one.by.mean), ends, color, bar: false }];
        Row { name: format!("{}.{}", one.subject, one.metric.key), dots, said }
    };
    let rows: Vec<Row> = shown.iter().map(row).collect();
    let ends = rows.iter().flat_map(|row| &row.dots).flat_map(|dot| {
        let (low, high) = dot.ends.unwrap_or((dot.value, dot.value));
        [low, high, dot.value]
    });
    let numbers: Vec<f64> = ends.chain([-0.05, 0.05]).collect();
    let title = format!("{} against {}", other.name, comparison.base);
    let kind = if comparison.is_paired { "paired, seed by seed" } else { "of independent runs" };
    let effect = story::effect(comparison, other, race);
    let runs = story::runs(comparison, other);
    let subtitle = format!("{} · {runs} · 95 % intervals, {kind}", effect.trim_end_matches('.'));
    let words = ["surely better", "surely worse", "no sure difference"].map(str::to_owned);
    let legend = [GREEN, VERMILLION, SLATE].into_iter().zip(words).collect();
    let axis = signed(&numbers, "change, as a part of the number in the base");
    let svg = Rows {
        title: &title,
        subtitle: &subtitle,
        values: axis,
        all: rows,
        middle: Some(0.0),
        bound: None,
        head: "change",
        legend,
    }
    .draw()?;
    let mut table =
        vec![head(["number", &comparison.base, &other.name, "difference (95 % interval)", "which is"])];
    for one in &shown {
        let unit = one.metric.unit;
        table.push(vec![
            format!("{}.{}", one.subject, one.metric.key),
            number::value(one.before.mean, unit),
            number::value(one.after.mean, unit),
            number::estimate(&one.by, unit),
            match one.is_better() {
                Some(true) => "surely better",
                Some(false) => "surely worse",
                None => "not sure",
            }
            .to_owned(),
        ]);
    }
    let caption = "Each number of users that is good or bad news, and how it changes; changes beyond 200 % are drawn \
                   at 200 %.";
    Ok(Some(chart(format!("against-{}", at + 1), &title, caption.to_owned(), svg, table)))
}

/// An axis of signed shares: that of shares ends at 0 and at 100 %.
fn signed(numbers: &[f64], caption: &str) -> Axis {
    let high = numbers.iter().copied().fold(0.0, f64::max);
    let low = numbers.iter().copied().fold(0.0, f64::min);
    let step = nice_step(high - low, 6);
    let (low, high) = ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step);
    let ticks = multiples(low, high, step);
    let text = |v: f64| {
        let sign = if 0.0 < v { "+" } else { "" };
        format!("{sign}{}", number::plain(v, Unit::Share))
    };
    Axis::between(low, high, ticks.into_iter().map(|v| (v, text(v))).collect(), caption, Unit::Share)
}
