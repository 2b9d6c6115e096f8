//! A column along each axis of a sweep over many: what the others do is averaged, and its ends are shown.

use super::curves::{At, Curve, Curves, Ends, Plane, plot, room};
use super::rows::{Dot, Row, Rows};
use super::scale::{Knob, caption, values};
use super::sweep::{axis_caption, basis, name, path, share_plane};
use super::{chart, head, share, share_text};
use crate::charts::Chart;
use crate::charts::axis::Axis;
use crate::charts::data::Table;
use crate::charts::style::BLUE;
use crate::story::terrain as story;
use crate::{Error, number};
use brownout_analysis::terrain::{Dim, Marginal, Spacing, Terrain};
use brownout_metrics::Unit;

/// More of them are more than a reader looks through.
const COLUMNS_MAX: usize = 3;
/// See there.
const DIMS_MAX: usize = 6;
/// Values of an axis that was drawn at random are many, each with one point: neighbours are taken together.
const GROUPS: usize = 12;

/// Charts for the first columns and axes.
pub(super) fn all(terrain: &Terrain<'_>, columns: std::ops::Range<usize>) -> Result<Vec<Chart>, Error> {
    let mut charts = Vec::new();
    for column in columns.take(COLUMNS_MAX) {
        for dim in 0..terrain.dims.len().min(DIMS_MAX) {
            charts.extend(one(terrain, dim, column)?);
        }
    }
    Ok(charts)
}

/// Values of an axis next to one another, as one.
struct Group {
    text: String,
    at: f64,
    marginal: Marginal,
}

fn groups(dim: &Dim, marginals: &[Marginal]) -> Vec<Group> {
    let size = if dim.levels.len() <= 2 * GROUPS { 1 } else { dim.levels.len().div_ceil(GROUPS) };
    let places: Vec<usize> = (0..dim.levels.len()).collect();
    places.chunks(size).map(|places| group(dim, marginals, places)).collect()
}

fn group(dim: &Dim, marginals: &[Marginal], places: &[usize]) -> Group {
    let (first, last) = (places[0], places[places.len() - 1]);
    let number = |at: usize| dim.levels[at].number.unwrap_or(at as f64);
    let means: Vec<f64> = places.iter().filter_map(|at| marginals[*at].mean).collect();
    let ends = places.iter().filter_map(|at| marginals[*at].ends);
    let ends = ends.reduce(|(low, high), (a, b)| (low.min(a), high.max(b)));
    let kept =
        places.iter().fold((0, 0), |all, at| (all.0 + marginals[*at].kept.0, all.1 + marginals[*at].kept.1));
    let text = if first == last {
        dim.levels[first].shown.clone()
    } else {
        format!("{} to {}", dim.levels[first].shown, dim.levels[last].shown)
    };
    let middle = if dim.spacing == Spacing::Log {
        (number(first) * number(last)).sqrt()
    } else {
        f64::midpoint(number(first), number(last))
    };
    let mean = (!means.is_empty()).then(|| means.iter().sum::<f64>() / means.len() as f64);
    Group { text, at: middle, marginal: Marginal { mean, ends, kept } }
}

fn one(terrain: &Terrain<'_>, at: usize, column: usize) -> Result<Option<Chart>, Error> {
    let (dim, shows) = (&terrain.dims[at], &terrain.swept.columns[column]);
    let unit = shows.metric.unit;
    if !shows.is_promise && unit == Unit::Badge {
        return Ok(None);
    }
    let groups = groups(dim, &terrain.marginal(at, column));
    let of = |group: &Group| {
        if shows.is_promise {
            share(group.marginal.kept.0, group.marginal.kept.1)
        } else {
            (group.marginal.mean.unwrap_or(f64::NAN), group.marginal.ends)
        }
    };
    let (what, caption_of) = if shows.is_promise {
        let what = format!("{}: share of runs that keep it, by {}", shows.title, path(terrain, dim));
        (what, "Over all values of the other axes; bars are 95 % intervals.")
    } else {
        let what = format!("{} by {}", shows.title, path(terrain, dim));
        (what, "The mean over all points with this value; bars go from the lowest of them to the highest.")
    };
    let subtitle = basis(terrain);
    let numbers: Vec<f64> = groups
        .iter()
        .flat_map(|group| {
            let (value, ends) = of(group);
            [Some(value), ends.map(|ends| ends.0), ends.map(|ends| ends.1)].into_iter().flatten()
        })
        .collect();
    let axis = |caption: &str| {
        if shows.is_promise { Axis::share(caption) } else { values(&numbers, &story::of(shows), unit, 5) }
    };
    let svg = if dim.spacing == Spacing::Words {
        let row = |group: &Group| {
            let (value, ends) = of(group);
            let said =
                if shows.is_promise { number::plain(value, Unit::Share) } else { number::value(value, unit) };
            Row { name: group.text.clone(), dots: vec![Dot { value, ends, color: BLUE, bar: false }], said }
        };
        let rows = groups.iter().map(row).collect();
        let head = if shows.is_promise { "share" } else { "mean" };
        let values = axis("share of runs that keep it");
        Rows {
            title: &what,
            subtitle: &subtitle,
            values,
            all: rows,
            middle: None,
            bound: None,
            head,
            legend: Vec::new(),
        }
        .draw()?
    } else {
        let at: Vec<At> = groups
            .iter()
            .map(|group| {
                let (y, ends) = of(group);
                At { x: group.at, y, ends }
            })
            .collect();
        let values = axis(if shows.is_promise { "share of runs that keep it" } else { "" });
        over_numbers(terrain, dim, (&what, &subtitle), at, (values, shows.is_promise))?
    };
    let file = format!("{}-by-{}", name("column", column), at + 1);
    Ok(Some(chart(file, &what, caption_of.to_owned(), svg, table(terrain, dim, column, &groups))))
}

fn table(terrain: &Terrain<'_>, dim: &Dim, column: usize, groups: &[Group]) -> Table {
    let shows = &terrain.swept.columns[column];
    let unit = shows.metric.unit;
    let mut table = vec![if shows.is_promise {
        head([path(terrain, dim), "runs that keep it", "share of runs (95 % interval)"])
    } else {
        head([
            path(terrain, dim),
            &caption("mean", unit),
            &caption("lowest", unit),
            &caption("highest", unit),
        ])
    }];
    for group in groups {
        let (kept, runs) = group.marginal.kept;
        let value = |v: Option<f64>| v.map_or_else(|| number::NONE.to_owned(), |v| number::value(v, unit));
        table.push(if shows.is_promise {
            vec![group.text.clone(), format!("{kept} of {runs} runs"), share_text(kept, runs)]
        } else {
            let ends = group.marginal.ends;
            let (low, high) = (value(ends.map(|ends| ends.0)), value(ends.map(|ends| ends.1)));
            vec![group.text.clone(), value(group.marginal.mean), low, high]
        });
    }
    table
}

fn over_numbers(
    terrain: &Terrain<'_>,
    dim: &Dim,
    (title, subtitle): (&str, &str),
    at: Vec<At>,
    (values, is_share): (Axis, bool),
) -> Result<String, Error> {
    let curve = Curve { name: String::new(), color: BLUE, at, ends: Ends::Bars, joined: true };
    let plane = if is_share {
        share_plane(&values.caption, vec![curve])
    } else {
        Plane { height: 180.0, values, curves: vec![curve], bounds: Vec::new() }
    };
    let knob = Knob::of(
        dim,
        &axis_caption(terrain, dim),
        plot(room(plane.bounds.iter().map(|(_, name)| name.as_str()))),
    );
    let planes = vec![Plane { height: 180.0, ..plane }];
    Curves { title, subtitle, knob, planes, marks: Vec::new(), legend: Vec::new() }.draw()
}
