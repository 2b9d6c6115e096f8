//! The charts of a sweep: curves over one axis, maps over two, several maps over three.

use super::curves::{At, Curve, Curves, Ends, Mark, Plane, plot, room};
use super::rows::{Dot, Row, Rows};
use super::scale::{Knob, caption, values};
use super::{chart, dealt, evenly, head, maps, marginals, share, share_text, some_of};
use crate::charts::Chart;
use crate::charts::axis::Axis;
use crate::charts::data::Table;
use crate::charts::style::{BLUE, DEALT, GREEN, VERMILLION};
use crate::story::terrain as story;
use crate::{Error, number};
use brownout_analysis::swept::{Seen, Shows, Swept};
use brownout_analysis::terrain::{Dim, KEPT, Spacing, Terrain};
use brownout_metrics::Unit;

/// More columns are in the tables alone.
pub(crate) const COLUMNS_MAX: usize = 8;

/// More values of an axis are more than a curve has room for, and a page: some of them are drawn.
const LEVELS_MAX: usize = 256;
/// The same of rows.
const ROWS_MAX: usize = 60;

/// All of them, in the order of the page.
pub(crate) fn sweep(swept: &Swept) -> Result<Vec<Chart>, Error> {
    let terrain = Terrain::of(swept);
    let columns = 0..swept.columns.len().min(COLUMNS_MAX);
    let mut charts = Vec::new();
    match terrain.dims.as_slice() {
        [] => {}
        [dim] if dim.spacing == Spacing::Words => {
            for column in columns {
                charts.push(words(&terrain, dim, column)?);
            }
        }
        [dim] => {
            charts.extend(came_back(&terrain, dim)?);
            for column in columns {
                charts.push(along(&terrain, dim, None, column)?);
            }
        }
        [one, other] if terrain.is_grid => {
            charts.extend(maps::vulnerability(&terrain)?);
            charts.extend(maps::tiers(&terrain)?);
            let by_word = [(one, other, 1), (other, one, 0)].into_iter().find(|(numbers, words, _)| {
                numbers.spacing != Spacing::Words
                    && words.spacing == Spacing::Words
                    && words.levels.len() <= DEALT.len()
            });
            for column in columns {
                charts.push(match by_word {
                    Some((numbers, words, at)) => along(&terrain, numbers, Some((words, at)), column)?,
                    None => maps::column(&terrain, column)?,
                });
            }
        }
        [_, _, _] if terrain.is_grid => {
            charts.extend(maps::vulnerability(&terrain)?);
            charts.extend(maps::tiers(&terrain)?);
            for column in columns.clone() {
                charts.push(maps::column(&terrain, column)?);
            }
            charts.extend(marginals::all(&terrain, columns)?);
        }
        [_, _] => {
            charts.extend(maps::strewn(&terrain, columns)?);
        }
        _ => charts.extend(marginals::all(&terrain, columns)?),
    }
    Ok(charts)
}

/// The file of the chart of a column: `column-a`.
pub(super) fn name(of: &str, column: usize) -> String {
    format!("{of}-{}", super::letters(column).to_lowercase())
}

pub(super) fn path<'a>(terrain: &Terrain<'a>, dim: &Dim) -> &'a str {
    &terrain.swept.axes[dim.axis]
}

/// The path of an axis, and of those that move with it.
pub(super) fn axis_caption(terrain: &Terrain<'_>, dim: &Dim) -> String {
    let with = dim.with.iter().map(|axis| terrain.swept.axes[*axis].as_str());
    let with: Vec<&str> = with.collect();
    let path = path(terrain, dim);
    if with.is_empty() { path.to_owned() } else { format!("{path}, together with {}", with.join(" and ")) }
}

/// What the numbers of a sweep rest on.
pub(super) fn basis(terrain: &Terrain<'_>) -> String {
    let counts = terrain.swept.points.iter().filter_map(|spot| Some(spot.found.ok()?.replications));
    let runs = match (counts.clone().min(), counts.max()) {
        (Some(1), Some(1)) => "1 run at each point: no intervals".to_owned(),
        (Some(least), Some(most)) if least == most => format!("{most} runs at each point, 95 % intervals"),
        (Some(least), Some(most)) => format!("{least} to {most} runs at each point, 95 % intervals"),
        _ => "no run".to_owned(),
    };
    format!("{} · {runs}", terrain.swept.title)
}

/// A number and its interval, if it has one.
type Measured = (f64, Option<(f64, f64)>);

/// A column over one axis: its mean with a band, and in what share of runs a promise is kept. With words there is a
/// curve for each.
fn along(
    terrain: &Terrain<'_>,
    dim: &Dim,
    words: Option<(&Dim, usize)>,
    column: usize,
) -> Result<Chart, Error> {
    let shows = &terrain.swept.columns[column];
    let (unit, title) = (shows.metric.unit, story::column(terrain, column));
    let names: Vec<String> = match words {
        Some((words, _)) => words.levels.iter().map(|level| level.shown.clone()).collect(),
        None => vec![String::new()],
    };
    let seen = |curve: usize, at: usize| match words {
        None => terrain.seen(&[at]),
        Some((_, 0)) => terrain.seen(&[curve, at]),
        Some(_) => terrain.seen(&[at, curve]),
    };
    let drawn = evenly(dim.levels.len(), LEVELS_MAX);
    let curves = |of: &dyn Fn(&Seen) -> Option<Measured>, ends: Ends| -> Vec<Curve> {
        let curve = |(nth, name): (usize, &String)| {
            let at = drawn.iter().filter_map(|at| {
                let (y, ends) = seen(nth, *at).as_ref().and_then(of).unwrap_or((f64::NAN, None));
                Some(At { x: dim.levels[*at].number?, y, ends })
            });
            Curve { name: name.clone(), color: dealt(nth), at: at.collect(), ends, joined: true }
        };
        names.iter().enumerate().map(curve).collect()
    };
    let mean = |seen: &Seen| seen.cells[column].value.map(|value| (value.mean, value.ci95));
    let kept = |seen: &Seen| {
        let passed = seen.cells[column].passed?;
        Some(share(u64::from(passed), u64::from(seen.replications)))
    };
    let mut planes = Vec::new();
    if unit != Unit::Badge {
        let curves = curves(&mean, Ends::Band);
        planes.push(mean_plane(shows, curves, if shows.is_promise { 210.0 } else { 280.0 }));
    }
    if shows.is_promise {
        let curves = curves(&kept, if words.is_some() { Ends::Band } else { Ends::Bars });
        planes.push(share_plane("share of runs that keep it", curves));
    }
    let all = planes.iter().flat_map(|plane| {
        let bounds = plane.bounds.iter().map(|(_, name)| name.as_str());
        plane.curves.iter().map(|curve| curve.name.as_str()).chain(bounds)
    });
    let knob = Knob::of(dim, &axis_caption(terrain, dim), plot(room(all)));
    let svg = Curves {
        title: &title,
        subtitle: &basis(terrain),
        knob,
        planes,
        marks: Vec::new(),
        legend: Vec::new(),
    }
    .draw()?;
    let with_words = words.is_some();
    let mut table: Table = vec![column_head(terrain, dim, words.map(|(words, _)| words), shows)];
    for at in &drawn {
        for (nth, name) in names.iter().enumerate() {
            let mut row = vec![dim.levels[*at].shown.clone()];
            row.extend(with_words.then(|| name.clone()));
            row.extend(column_cells(seen(nth, *at).as_ref(), shows, column));
            table.push(row);
        }
    }
    let caption = story::column_caption(shows) + &some_of(path(terrain, dim), drawn.len(), dim.levels.len());
    Ok(chart(name("column", column), &title, caption, svg, table))
}

fn mean_plane(shows: &Shows, curves: Vec<Curve>, height: f64) -> Plane {
    let unit = shows.metric.unit;
    let means = curves.iter().flat_map(|curve| &curve.at).map(|at| at.y);
    let peak = means.clone().filter(|v| v.is_finite()).map(f64::abs).fold(0.0, f64::max);
    // One wild interval must not flatten the curve: it is shown to half as high again.
    let ends = curves.iter().flat_map(|curve| &curve.at).filter_map(|at| at.ends);
    let ends = ends.flat_map(|(low, high)| [low.max(-1.5 * peak), high.min(1.5 * peak)]);
    let numbers: Vec<f64> = means.chain(ends).chain(shows.bound).collect();
    let positive: Vec<f64> = numbers.iter().copied().filter(|v| 0.0 < *v || unit != Unit::Seconds).collect();
    let values = values(&positive, &story::of(shows), unit, 5);
    let bounds =
        shows.bound.iter().map(|bound| (*bound, format!("promised {}", number::plain(*bound, unit))));
    let bounds = bounds.filter(|(bound, _)| (values.low()..=values.high()).contains(bound)).collect();
    Plane { height, values, curves, bounds }
}

/// A panel of shares of runs, with the line that counts as kept.
pub(super) fn share_plane(caption: &str, curves: Vec<Curve>) -> Plane {
    let bounds = vec![(KEPT, format!("{} of runs", number::plain(KEPT, Unit::Share)))];
    Plane { height: 130.0, values: Axis::share(caption), curves, bounds }
}

/// The share of runs that come back over one axis, with the stretches in which each tier breaks first.
fn came_back(terrain: &Terrain<'_>, dim: &Dim) -> Result<Option<Chart>, Error> {
    let drawn = evenly(dim.levels.len(), LEVELS_MAX);
    let some = some_of(path(terrain, dim), drawn.len(), dim.levels.len());
    let seen: Vec<(usize, Seen)> =
        drawn.into_iter().filter_map(|at| Some((at, terrain.seen(&[at])?))).collect();
    if seen.iter().all(|(_, seen)| seen.back == seen.replications && seen.first.is_none()) {
        return Ok(None);
    }
    let number = |at: usize| dim.levels[at].number.unwrap_or(at as f64);
    let back = |(at, seen): &(usize, Seen)| {
        let (y, ends) = share(u64::from(seen.back), u64::from(seen.replications));
        At { x: number(*at), y, ends }
    };
    let at = seen.iter().map(back).collect();
    let curve = Curve { name: String::new(), color: BLUE, at, ends: Ends::Bars, joined: true };
    let tiers = maps::tier_names(terrain);
    let between = |a: usize, b: usize| f64::midpoint(number(a), number(b));
    let mark = |region: &brownout_analysis::terrain::Region| {
        let tier = region.tier.as_ref()?;
        let (from, to) = region.ranges[0];
        let color = dealt(tiers.iter().position(|name| name == tier)?);
        let from = if from == 0 { number(0) } else { between(from - 1, from) };
        let to = if to + 1 == dim.levels.len() { number(dim.levels.len() - 1) } else { between(to, to + 1) };
        Some(Mark { from, to, name: format!("{tier} breaks first"), color, edge: None })
    };
    let marks: Vec<Mark> = terrain.regions().iter().filter_map(mark).take(8).collect();
    let plane = Plane {
        height: 220.0,
        values: Axis::share("share of runs that come back, or are never gone"),
        curves: vec![curve],
        bounds: Vec::new(),
    };
    let title = story::came_back(terrain);
    let knob = Knob::of(dim, &axis_caption(terrain, dim), plot(room(std::iter::empty())));
    let svg = Curves {
        title: &title,
        subtitle: &basis(terrain),
        knob,
        planes: vec![plane],
        marks,
        legend: Vec::new(),
    }
    .draw()?;
    let mut table = vec![head([
        path(terrain, dim),
        "runs that come back",
        "share that comes back",
        "first tier to break",
    ])];
    for (at, seen) in &seen {
        let (back, runs) = (u64::from(seen.back), u64::from(seen.replications));
        table.push(vec![
            dim.levels[*at].shown.clone(),
            format!("{back} of {runs} runs"),
            share_text(back, runs),
            seen.first.clone().unwrap_or_else(|| "none".to_owned()),
        ]);
    }
    let caption = "Of each value: in what share of runs service comes back by itself, or was never lost. Colours \
                   behind it say which tier leaves its normal range first there.";
    Ok(Some(chart("came-back", &title, caption.to_owned() + &some, svg, table)))
}

/// A column over words: a row for each.
fn words(terrain: &Terrain<'_>, dim: &Dim, column: usize) -> Result<Chart, Error> {
    let shows = &terrain.swept.columns[column];
    let (unit, title) = (shows.metric.unit, story::column(terrain, column));
    let seen = |at: usize| terrain.seen(&[at]);
    let is_badge = unit == Unit::Badge;
    let number_of = |seen: &Seen| {
        if is_badge {
            let (value, ends) = share(u64::from(seen.cells[column].passed?), u64::from(seen.replications));
            return Some((value, ends));
        }
        seen.cells[column].value.map(|value| (value.mean, value.ci95))
    };
    let row = |at: usize| {
        let found = seen(at).as_ref().and_then(number_of);
        let kept = seen(at).map(|seen| brownout_analysis::terrain::is_kept(&seen, column));
        let color = match (shows.is_promise, kept) {
            (true, Some(true)) => GREEN,
            (true, _) => VERMILLION,
            (false, _) => BLUE,
        };
        let said = match (shows.is_promise, seen(at)) {
            (true, Some(seen)) => {
                format!("kept in {} of {}", seen.cells[column].passed.unwrap_or(0), seen.replications)
            }
            (false, Some(seen)) => number::maybe(seen.cells[column].value.as_ref(), unit),
            (_, None) => "no scenario".to_owned(),
        };
        let dots = found.map(|(value, ends)| Dot { value, ends, color, bar: false }).into_iter().collect();
        Row { name: dim.levels[at].shown.clone(), dots, said }
    };
    let drawn = evenly(dim.levels.len(), ROWS_MAX);
    let rows: Vec<Row> = drawn.iter().copied().map(row).collect();
    let numbers = rows.iter().flat_map(|row| &row.dots).flat_map(|dot| {
        [Some(dot.value), dot.ends.map(|ends| ends.0), dot.ends.map(|ends| ends.1)].into_iter().flatten()
    });
    let numbers: Vec<f64> = numbers.chain(shows.bound).collect();
    let axis = if is_badge {
        Axis::share("share of runs that keep it")
    } else {
        values(&numbers, &story::of(shows), unit, 6)
    };
    let bound = shows.bound.filter(|bound| (axis.low()..=axis.high()).contains(bound));
    let bound = bound.map(|bound| (bound, format!("promised {}", number::plain(bound, unit))));
    let legend = if shows.is_promise {
        vec![(GREEN, "kept in at least 95 % of runs".to_owned()), (VERMILLION, "kept in fewer".to_owned())]
    } else {
        Vec::new()
    };
    let said = if shows.is_promise { "runs that keep it" } else { "mean" };
    let svg = Rows {
        title: &title,
        subtitle: &basis(terrain),
        values: axis,
        all: rows,
        middle: None,
        bound,
        head: said,
        legend,
    }
    .draw()?;
    let mut table = vec![column_head(terrain, dim, None, shows)];
    for at in &drawn {
        let level = dim.levels[*at].shown.clone();
        table.push([vec![level], column_cells(seen(*at).as_ref(), shows, column)].concat());
    }
    let caption = story::column_caption(shows) + &some_of(path(terrain, dim), drawn.len(), dim.levels.len());
    Ok(chart(name("column", column), &title, caption, svg, table))
}

fn column_head(terrain: &Terrain<'_>, dim: &Dim, words: Option<&Dim>, shows: &Shows) -> Vec<String> {
    let mut row = vec![path(terrain, dim).to_owned()];
    row.extend(words.map(|words| path(terrain, words).to_owned()));
    if shows.metric.unit != Unit::Badge {
        row.push(caption("mean (95 % interval)", shows.metric.unit));
    }
    if shows.is_promise {
        row.extend(["runs that keep it".to_owned(), "share of runs (95 % interval)".to_owned()]);
    }
    row
}

fn column_cells(seen: Option<&Seen>, shows: &Shows, column: usize) -> Vec<String> {
    let mut row = Vec::new();
    let Some(seen) = seen else {
        let cells = usize::from(shows.metric.unit != Unit::Badge) + 2 * usize::from(shows.is_promise);
        return vec![number::NONE.to_owned(); cells];
    };
    if shows.metric.unit != Unit::Badge {
        row.push(number::maybe(seen.cells[column].value.as_ref(), shows.metric.unit));
    }
    if shows.is_promise {
        let (passed, runs) =
            (u64::from(seen.cells[column].passed.unwrap_or(0)), u64::from(seen.replications));
        row.extend([format!("{passed} of {runs} runs"), share_text(passed, runs)]);
    }
    row
}
