//! Which axes matter: a tornado, Morris' plane, or parts of the variance.

use super::cloud::{Cloud, Spot};
use super::rows::{Dot, Row, Rows};
use super::scale::{caption, values};
use super::{chart, head};
use crate::charts::Chart;
use crate::charts::style::{BLUE, GREEN, ORANGE, VERMILLION};
use crate::story::sensitivity as story;
use crate::{Error, number};
use brownout_analysis::sensitivity::{Effect, Ends, Found, Part, Parts, Sensitivity, Swing};
use brownout_metrics::{Better, Unit};
use brownout_stats::Estimate;

/// The chart of the method that was asked for; none where nothing varies.
pub(crate) fn sensitivity(found: &Sensitivity) -> Result<Vec<Chart>, Error> {
    let one = match &found.found {
        Found::Tornado { base, swings } => Some(tornado(found, base, swings)?),
        Found::Morris(effects) => Some(morris(found, effects)?),
        Found::Sobol(parts) => parts.as_ref().map(|parts| sobol(found, parts)).transpose()?,
    };
    Ok(one.into_iter().collect())
}

fn ends(axis: &Ends) -> String {
    format!("{} … {}", axis.low, axis.high)
}

fn shown(axis: &Ends) -> String {
    crate::screen::path(&axis.path)
}

fn tornado(found: &Sensitivity, base: &Estimate, swings: &[Swing]) -> Result<Chart, Error> {
    let (unit, title) = (found.metric.unit, story::title(found));
    let at = |change: &Estimate| base.mean + change.mean;
    let span = |change: &Estimate| change.ci95.map(|(low, high)| (base.mean + low, base.mean + high));
    let row = |swing: &Swing| {
        let axis = &found.axes[swing.axis];
        let dot = |change: &Estimate, color| Dot { value: at(change), ends: span(change), color, bar: true };
        Row {
            name: shown(axis),
            dots: vec![dot(&swing.low, BLUE), dot(&swing.high, ORANGE)],
            said: ends(axis),
        }
    };
    let numbers: Vec<f64> = swings
        .iter()
        .flat_map(|swing| [&swing.low, &swing.high])
        .flat_map(|change| {
            let (low, high) = span(change).unwrap_or((at(change), at(change)));
            [low, high, at(change)]
        })
        .chain([base.mean])
        .collect();
    // A number that cannot be below 0 is not drawn there, whatever an interval of few runs says.
    let positive = !matches!(unit, Unit::Balance(_));
    let numbers: Vec<f64> = numbers.into_iter().map(|v| if positive { v.max(0.0) } else { v }).collect();
    let svg = Rows {
        title: &title,
        subtitle: &story::basis(found),
        values: values(&numbers, &caption(&found.of, unit), unit, 6),
        all: swings.iter().map(row).collect(),
        middle: Some(base.mean),
        bound: None,
        head: "from … to",
        legend: vec![(BLUE, "at the low end".to_owned()), (ORANGE, "at the high end".to_owned())],
    }
    .draw()?;
    let mut table =
        vec![head(["axis", "low end", "high end", "change at the low end", "change at the high end"])];
    for swing in swings {
        let axis = &found.axes[swing.axis];
        table.push(vec![
            axis.path.clone(),
            axis.low.clone(),
            axis.high.clone(),
            number::estimate(&swing.low, unit),
            number::estimate(&swing.high, unit),
        ]);
    }
    let caption = format!(
        "One axis at a time, from where the scenario stands ({}, the line) to either end; intervals are of paired \
         differences.",
        number::value(base.mean, unit)
    );
    Ok(chart("tornado", &title, caption, svg, table))
}

fn morris(found: &Sensitivity, effects: &[Effect]) -> Result<Chart, Error> {
    let (unit, title) = (found.metric.unit, story::title(found));
    let good = |mean: f64| match found.metric.better {
        Better::High => Some(0.0 < mean),
        Better::Low => Some(mean < 0.0),
        Better::Neither => None,
    };
    let spot = |effect: &Effect| {
        let color = match good(effect.mean.mean) {
            Some(true) => GREEN,
            Some(false) => VERMILLION,
            None => BLUE,
        };
        let across = effect.size.ci95.map(|(low, high)| (low.max(0.0), high));
        let at = (effect.size.mean, effect.deviation.unwrap_or(0.0));
        Spot { at, across, up: None, color, name: shown(&found.axes[effect.axis]), is_answer: false }
    };
    let spots: Vec<Spot> = effects.iter().map(spot).collect();
    let across: Vec<f64> =
        spots.iter().flat_map(|spot| [spot.at.0, spot.across.map_or(spot.at.0, |ends| ends.1)]).collect();
    let up: Vec<f64> = spots.iter().map(|spot| spot.at.1).collect();
    let legend = if found.metric.better == Better::Neither {
        Vec::new()
    } else {
        vec![
            (GREEN, "raising it helps on average".to_owned()),
            (VERMILLION, "raising it hurts on average".to_owned()),
        ]
    };
    let axis = |all: &[f64], words: &str| linear(all, &caption(words, unit), unit);
    let svg = Cloud {
        title: &title,
        subtitle: &story::basis(found),
        across: axis(&across, &format!("μ*: mean size of the effect on {}", found.of)),
        up: axis(&up, "σ: standard deviation of the effect"),
        spots,
        stairs: Vec::new(),
        bound: None,
        legend,
        keyed: true,
        key_head: String::new(),
    }
    .draw()?;
    let mut table = vec![head(["axis", "from … to", "μ*: mean size", "μ: mean", "σ: standard deviation"])];
    for effect in effects {
        let axis = &found.axes[effect.axis];
        table.push(vec![
            axis.path.clone(),
            ends(axis),
            number::estimate(&effect.size, unit),
            number::estimate(&effect.mean, unit),
            effect
                .deviation
                .map_or_else(|| number::NONE.to_owned(), |deviation| number::value(deviation, unit)),
        ]);
    }
    let caption = "To the right: axes that matter, by the change over their whole range. Upwards: axes that act in a \
                   curve, or together with others.";
    Ok(chart("morris", &title, caption.to_owned(), svg, table))
}

/// From zero and evenly: effects are sums, which powers of ten would bend.
fn linear(all: &[f64], caption: &str, unit: Unit) -> crate::charts::axis::Axis {
    let all: Vec<f64> = all.iter().copied().chain([0.0]).collect();
    values(&all, caption, unit, 5)
}

fn sobol(found: &Sensitivity, parts: &Parts) -> Result<Chart, Error> {
    let title = story::title(found);
    let row = |part: &Part| {
        let dot = |(value, half): (f64, f64), color| Dot {
            value: value.clamp(0.0, 1.0),
            ends: Some(((value - half).max(0.0), (value + half).min(1.0))),
            color,
            bar: true,
        };
        let axis = &found.axes[part.axis];
        Row {
            name: shown(axis),
            dots: vec![dot(part.alone, BLUE), dot(part.total, ORANGE)],
            said: ends(axis),
        }
    };
    let svg = Rows {
        title: &title,
        subtitle: &story::basis(found),
        values: crate::charts::axis::Axis::share(&format!("part of the variance of {}", found.of)),
        all: parts.axes.iter().map(row).collect(),
        middle: Some(0.0),
        bound: None,
        head: "from … to",
        legend: vec![(BLUE, "alone".to_owned()), (ORANGE, "alone or together with others".to_owned())],
    }
    .draw()?;
    let mut table =
        vec![head(["axis", "from … to", "alone (95 % interval)", "alone or with others (95 % interval)"])];
    let text = |(value, half): (f64, f64)| {
        let ends = format!("{:.0}–{:.0}", 100.0 * (value - half), 100.0 * (value + half));
        format!("{} ({ends})", number::plain(value, Unit::Share))
    };
    for part in &parts.axes {
        let axis = &found.axes[part.axis];
        table.push(vec![axis.path.clone(), ends(axis), text(part.alone), text(part.total)]);
    }
    let chance = parts.chance.map_or_else(String::new, |chance| {
        format!(" Of the variance of a single run {} is chance.", number::plain(chance, Unit::Share))
    });
    let caption = format!(
        "Parts of the variance of the mean over seeds, as the axes vary over their ranges (Sobol indices). Where the \
         second bar is longer, the axis acts together with others.{chance}"
    );
    Ok(chart("sobol", &title, caption, svg, table))
}
