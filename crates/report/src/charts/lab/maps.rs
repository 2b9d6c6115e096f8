//! Maps of a sweep over two or three axes: a promise, what comes back, and which tier breaks first.

use super::cloud::{Cloud, Spot};
use super::heat::{Cell, Fill, Heat, Key, Map};
use super::scale::{tick, values};
use super::sweep::{axis_caption, basis, name, path};
use super::{chart, dealt, evenly, some_of};
use crate::charts::Chart;
use crate::charts::data::Table;
use crate::charts::style::{MUTE, RAMP_STEPS, ramp};
use crate::story::terrain as story;
use crate::{Error, number};
use brownout_analysis::swept::Seen;
use brownout_analysis::terrain::{Dim, KEPT, Terrain};
use brownout_metrics::{Better, Unit};

/// More maps beside one another are too small to read.
const MAPS_MAX: usize = 9;

/// More values of an axis make cells that cannot be told apart, and a page that is too heavy: some of them are drawn.
const SIDE_MAX: usize = 64;
/// The same of dots.
const DOTS_MAX: usize = 2_000;

/// Which dimension goes where, and which of its values are drawn.
struct Plan {
    across: usize,
    up: usize,
    columns: Vec<usize>,
    rows: Vec<usize>,
    /// The dimension over which there are several maps, and which of its values.
    over: Option<(usize, Vec<usize>)>,
}

impl Plan {
    /// The axis with most values across, that with fewest over the maps.
    fn of(terrain: &Terrain<'_>) -> Self {
        let mut order: Vec<usize> = (0..terrain.dims.len()).collect();
        order.sort_by_key(|dim| std::cmp::Reverse(terrain.dims[*dim].levels.len()));
        let over = order.get(2).map(|dim| {
            let count = terrain.dims[*dim].levels.len();
            let shown = count.min(MAPS_MAX);
            (*dim, evenly(count, shown))
        });
        let [columns, rows] =
            [order[0], order[1]].map(|dim| evenly(terrain.dims[dim].levels.len(), SIDE_MAX));
        Plan { across: order[0], up: order[1], columns, rows, over }
    }

    fn place(&self, column: usize, row: usize, over: usize) -> Vec<usize> {
        let mut place = vec![0; 2 + usize::from(self.over.is_some())];
        (place[self.across], place[self.up]) = (column, row);
        if let Some((dim, _)) = self.over {
            place[dim] = over;
        }
        place
    }

    /// The places of each map by its rows and columns.
    fn each<T>(&self, terrain: &Terrain<'_>, of: impl Fn(&[usize]) -> T) -> Vec<(String, Vec<Vec<T>>)> {
        let map = |over: usize| -> Vec<Vec<T>> {
            let row = |row: &usize| {
                self.columns.iter().map(|column| of(&self.place(*column, *row, over))).collect()
            };
            self.rows.iter().map(row).collect()
        };
        match &self.over {
            None => vec![(String::new(), map(0))],
            Some((dim, shown)) => {
                let dim = &terrain.dims[*dim];
                let name = |at: usize| {
                    format!("{} = {}", crate::screen::path(path(terrain, dim)), dim.levels[at].shown)
                };
                shown.iter().map(|at| (name(*at), map(*at))).collect()
            }
        }
    }
}

fn texts(dim: &Dim, drawn: &[usize]) -> Vec<String> {
    drawn.iter().map(|at| dim.levels[*at].shown.clone()).collect()
}

/// What stands in a cell of a map: how bad it is from 0 to 1, and in words.
type Shade = Option<(f64, String)>;

/// The rest of a map.
struct Frame<'a> {
    name: String,
    title: &'a str,
    caption: String,
    key: Key,
    level: Option<(f64, String)>,
    /// Whether the hidden capacity is drawn in.
    hidden: bool,
}

fn shaded(
    terrain: &Terrain<'_>,
    frame: Frame<'_>,
    shade: impl Fn(&Seen) -> Shade,
    height: impl Fn(&Seen) -> Option<f64>,
) -> Result<Chart, Error> {
    let plan = Plan::of(terrain);
    let cell = |place: &[usize]| match terrain.seen(place).as_ref().and_then(&shade) {
        Some((bad, text)) => Cell { fill: Fill::Step(step(bad)), text },
        None => Cell { fill: Fill::None, text: number::NONE.to_owned() },
    };
    let cells = plan.each(terrain, cell);
    let heights = plan.each(terrain, |place| terrain.seen(place).as_ref().and_then(&height));
    drawn(terrain, &plan, frame, cells, heights)
}

fn drawn(
    terrain: &Terrain<'_>,
    plan: &Plan,
    frame: Frame<'_>,
    cells: Vec<(String, Vec<Vec<Cell>>)>,
    heights: Vec<(String, Vec<Vec<Option<f64>>>)>,
) -> Result<Chart, Error> {
    let (across, up) = (&terrain.dims[plan.across], &terrain.dims[plan.up]);
    let names = (texts(across, &plan.columns), texts(up, &plan.rows));
    let table = table((path(terrain, across), path(terrain, up)), (&names.0, &names.1), &cells);
    let some = [(across, &plan.columns), (up, &plan.rows)]
        .map(|(dim, drawn)| some_of(path(terrain, dim), drawn.len(), dim.levels.len()));
    let others = plan.each(terrain, |place| terrain.seen(place).and_then(|seen| seen.hidden));
    let maps = cells.into_iter().zip(heights).zip(others);
    let map = |(((name, cells), (_, heights)), (_, others))| Map { name, cells, heights, others };
    let maps: Vec<Map> = maps.map(map).collect();
    let crosses = |level: f64, heights: fn(&Map) -> &Vec<Vec<Option<f64>>>| {
        let all = || maps.iter().flat_map(|map| heights(map).iter().flatten().flatten());
        all().any(|height| *height < level) && all().any(|height| level <= *height)
    };
    let level = frame.level.filter(|(level, _)| crosses(*level, |map| &map.heights));
    let hidden =
        "dashed: the hidden capacity, up to which no overload can last, with every retry and empty caches";
    let dashed = (frame.hidden && crosses(1.0, |map| &map.others)).then(|| (1.0, hidden.to_owned()));
    let svg = Heat {
        title: frame.title,
        subtitle: &basis(terrain),
        across: names.0,
        up: names.1,
        captions: (axis_caption(terrain, across), axis_caption(terrain, up)),
        maps,
        level,
        dashed,
        key: frame.key,
    }
    .draw()?;
    Ok(chart(frame.name, frame.title, frame.caption + &some.concat(), svg, table))
}

/// The texts of all cells: rows as the vertical axis has them, from above down.
fn table(
    (of, first): (&str, &str),
    (across, up): (&[String], &[String]),
    maps: &[(String, Vec<Vec<Cell>>)],
) -> Table {
    let head = std::iter::once(first.to_owned()).chain(across.iter().map(|level| format!("{of} = {level}")));
    let mut table: Table = vec![head.collect()];
    for (name, rows) in maps {
        for (row, level) in rows.iter().zip(up).rev() {
            let name = if name.is_empty() { level.clone() } else { format!("{name}, {level}") };
            table.push(std::iter::once(name).chain(row.iter().map(|cell| cell.text.clone())).collect());
        }
    }
    table
}

fn step(bad: f64) -> usize {
    (bad.clamp(0.0, 1.0) * (RAMP_STEPS - 1) as f64).round() as usize
}

fn share_key(caption: &str) -> Key {
    let ticks =
        [1.0, 0.75, 0.5, 0.25, 0.0].map(|share| (step(1.0 - share), number::plain(share, Unit::Share)));
    Key::Ramp { caption: caption.to_owned(), ticks: ticks.to_vec() }
}

/// The least share of runs that keep a promise, over all promises.
fn least_kept(terrain: &Terrain<'_>, seen: &Seen) -> Option<f64> {
    let promises = (0..terrain.swept.columns.len()).filter(|at| terrain.swept.columns[*at].is_promise);
    let share = |at: usize| Some(f64::from(seen.cells[at].passed?) / f64::from(seen.replications));
    promises.filter_map(share).reduce(f64::min)
}

/// A column: the share of runs that keep a promise, or the mean of a number.
pub(super) fn column(terrain: &Terrain<'_>, column: usize) -> Result<Chart, Error> {
    let shows = &terrain.swept.columns[column];
    let title = story::column(terrain, column);
    if shows.is_promise {
        let kept = |seen: &Seen| Some(f64::from(seen.cells[column].passed?) / f64::from(seen.replications));
        let shade = |seen: &Seen| kept(seen).map(|share| (1.0 - share, number::plain(share, Unit::Share)));
        let caption = "Colour and number: the share of runs that keep the promise at each point. A crossed-out cell \
                       has no run.";
        let frame = Frame {
            name: name("column", column),
            title: &title,
            caption: caption.to_owned(),
            key: share_key("share of runs that keep it"),
            level: Some((KEPT, "on one side of this line at least 95 % of runs keep it".to_owned())),
            hidden: false,
        };
        return shaded(terrain, frame, shade, kept);
    }
    let unit = shows.metric.unit;
    let mean = |seen: &Seen| seen.cells[column].value.map(|value| value.mean).filter(|mean| mean.is_finite());
    let scale = Scale::of(terrain.all().filter_map(|(_, seen)| mean(&seen)), unit, shows.metric.better);
    let shade = |seen: &Seen| mean(seen).map(|mean| (scale.bad(mean), tick(mean, unit)));
    let frame = Frame {
        name: name("column", column),
        title: &title,
        caption: story::column_caption(shows),
        key: scale.key(&super::scale::caption(&story::of(shows), unit), unit),
        level: None,
        hidden: false,
    };
    shaded(terrain, frame, shade, |_| None)
}

/// How colours follow the mean of a number: the worst is darkest.
struct Scale {
    low: f64,
    high: f64,
    log: bool,
    high_is_good: bool,
}

impl Scale {
    fn of(all: impl Iterator<Item = f64>, unit: Unit, better: Better) -> Self {
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
        let (low, high) = if low < high { (low, high) } else { (0.0, 1.0) };
        let log = unit == Unit::Seconds && 0.0 < low && 30.0 < high / low;
        Scale { low, high, log, high_is_good: better == Better::High }
    }

    fn bad(&self, v: f64) -> f64 {
        let part = if self.log {
            (v / self.low).ln() / (self.high / self.low).ln()
        } else {
            (v - self.low) / (self.high - self.low)
        };
        if self.high_is_good { 1.0 - part } else { part }
    }

    fn key(&self, caption: &str, unit: Unit) -> Key {
        let between = |part: f64| {
            if self.log {
                self.low * (self.high / self.low).powf(part)
            } else {
                self.low + part * (self.high - self.low)
            }
        };
        let ticks = [0.0, 0.5, 1.0].map(|part| (step(self.bad(between(part))), tick(between(part), unit)));
        Key::Ramp { caption: caption.to_owned(), ticks: ticks.to_vec() }
    }
}

/// Which share of runs comes back; none where every run does.
pub(super) fn vulnerability(terrain: &Terrain<'_>) -> Result<Option<Chart>, Error> {
    if terrain.all().all(|(_, seen)| seen.back == seen.replications) {
        return Ok(None);
    }
    let back = |seen: &Seen| f64::from(seen.back) / f64::from(seen.replications);
    let shade = |seen: &Seen| Some((1.0 - back(seen), number::plain(back(seen), Unit::Share)));
    let promises = terrain.swept.columns.iter().filter(|column| column.is_promise).count();
    let line = match promises {
        0 => None,
        1 => Some("on one side of this line at least 95 % of runs keep the promise".to_owned()),
        _ => Some("on one side of this line at least 95 % of runs keep every promise".to_owned()),
    };
    let title = story::came_back(terrain);
    let caption = "The vulnerability map. Colour and number: the share of runs in which service comes back by itself, \
                   or was never lost.";
    let frame = Frame {
        name: "vulnerability".to_owned(),
        title: &title,
        caption: caption.to_owned(),
        key: share_key("share of runs that come back"),
        level: line.map(|line| (KEPT, line)),
        hidden: true,
    };
    shaded(terrain, frame, shade, |seen| least_kept(terrain, seen)).map(Some)
}

/// The tiers that break first anywhere, the commonest first.
pub(super) fn tier_names(terrain: &Terrain<'_>) -> Vec<String> {
    terrain.summary().first.into_iter().map(|(tier, _)| tier).collect()
}

/// Which tier breaks first; none where none does.
pub(super) fn tiers(terrain: &Terrain<'_>) -> Result<Option<Chart>, Error> {
    let tiers = tier_names(terrain);
    if tiers.is_empty() {
        return Ok(None);
    }
    let plan = Plan::of(terrain);
    let cell = |place: &[usize]| {
        let Some(seen) = terrain.seen(place) else {
            return Cell { fill: Fill::None, text: number::NONE.to_owned() };
        };
        let at = seen.first.as_ref().and_then(|first| tiers.iter().position(|tier| tier == first));
        match at {
            Some(at) => Cell { fill: Fill::Tint(dealt(at)), text: tiers[at].clone() },
            None => Cell { fill: Fill::Tint(MUTE), text: "none".to_owned() },
        }
    };
    let cells = plan.each(terrain, cell);
    let heights = plan.each(terrain, |place| terrain.seen(place).and_then(|seen| least_kept(terrain, &seen)));
    let mut key: Vec<_> = tiers.iter().enumerate().map(|(at, tier)| (dealt(at), tier.clone())).collect();
    if terrain.all().any(|(_, seen)| seen.first.is_none()) {
        key.push((MUTE, "none: all tiers stay within their normal range".to_owned()));
    }
    let title = story::first_tiers(terrain);
    let caption = "Which tier leaves its normal range first at each point.";
    let frame = Frame {
        name: "first-tier".to_owned(),
        title: &title,
        caption: caption.to_owned(),
        key: Key::Names(key),
        level: Some((KEPT, "on one side of this line at least 95 % of runs keep every promise".to_owned())),
        hidden: false,
    };
    drawn(terrain, &plan, frame, cells, heights).map(Some)
}

/// Points that are no grid: dots over both axes, coloured as cells of a map would be.
pub(super) fn strewn(terrain: &Terrain<'_>, columns: std::ops::Range<usize>) -> Result<Vec<Chart>, Error> {
    let back = |seen: &Seen| Some(f64::from(seen.back) / f64::from(seen.replications));
    let key = |words: &str| {
        let shares = [1.0, 0.75, 0.5, 0.25, 0.0];
        let text = |share: f64| format!("{} of runs {words}", number::plain(share, Unit::Share));
        shares.map(|share| (ramp(step(1.0 - share).max(3)), text(share))).to_vec()
    };
    let mut charts = Vec::new();
    if terrain.all().any(|(_, seen)| seen.back < seen.replications) {
        let bad = |seen: &Seen| back(seen).map(|share| (1.0 - share, number::plain(share, Unit::Share)));
        let title = story::came_back(terrain);
        let caption =
            "Each dot is a point; its colour is the share of runs that come back, or are never gone.";
        charts.push(dots(terrain, "vulnerability".to_owned(), &title, caption, key("come back"), bad)?);
    }
    for column in columns {
        let shows = &terrain.swept.columns[column];
        let title = story::column(terrain, column);
        let unit = shows.metric.unit;
        if shows.is_promise {
            let bad = |seen: &Seen| {
                let share = f64::from(seen.cells[column].passed?) / f64::from(seen.replications);
                Some((1.0 - share, number::plain(share, Unit::Share)))
            };
            let caption = "Each dot is a point; its colour is the share of runs that keep the promise.";
            charts.push(dots(terrain, name("column", column), &title, caption, key("keep it"), bad)?);
        } else {
            let mean = |seen: &Seen| {
                seen.cells[column].value.map(|value| value.mean).filter(|mean| mean.is_finite())
            };
            let scale =
                Scale::of(terrain.all().filter_map(|(_, seen)| mean(&seen)), unit, shows.metric.better);
            let Key::Ramp { ticks, .. } = scale.key("", unit) else { unreachable!("a scale has a ramp") };
            let key = ticks.into_iter().map(|(step, text)| (ramp(step.max(3)), text)).collect();
            let bad = |seen: &Seen| mean(seen).map(|mean| (scale.bad(mean), number::value(mean, unit)));
            charts.push(dots(
                terrain,
                name("column", column),
                &title,
                &story::column_caption(shows),
                key,
                bad,
            )?);
        }
    }
    Ok(charts)
}

fn dots(
    terrain: &Terrain<'_>,
    name: String,
    title: &str,
    caption: &str,
    legend: Vec<(crate::charts::style::Color, String)>,
    shade: impl Fn(&Seen) -> Shade,
) -> Result<Chart, Error> {
    let [x, y] = terrain.dims.as_slice() else { unreachable!("strewn points have two axes") };
    let number = |dim: &Dim, at: usize| dim.levels[at].number.unwrap_or(at as f64);
    let axis = |dim: &Dim| {
        let numbers: Vec<f64> = (0..dim.levels.len()).map(|at| number(dim, at)).collect();
        values(&numbers, &axis_caption(terrain, dim), dim.unit.unwrap_or(Unit::Count("")), 6)
    };
    let mut spots = Vec::new();
    let mut table: Table =
        vec![vec![path(terrain, x).to_owned(), path(terrain, y).to_owned(), "value".to_owned()]];
    let count = terrain.all().count();
    let drawn = terrain.all().step_by(count.div_ceil(DOTS_MAX).max(1));
    let some = some_of("the points", count.min(count.div_ceil(count.div_ceil(DOTS_MAX).max(1))), count);
    for (place, seen) in drawn {
        let Some((bad, text)) = shade(&seen) else { continue };
        table.push(vec![x.levels[place[0]].shown.clone(), y.levels[place[1]].shown.clone(), text]);
        spots.push(Spot {
            at: (number(x, place[0]), number(y, place[1])),
            across: None,
            up: None,
            // The lightest steps cannot be seen on paper without a cell around them.
            color: ramp(step(bad).max(3)),
            name: String::new(),
            is_answer: false,
        });
    }
    table.truncate(201);
    let svg = Cloud {
        title,
        subtitle: &basis(terrain),
        across: axis(x),
        up: axis(y),
        spots,
        stairs: Vec::new(),
        bound: None,
        legend,
        keyed: false,
        key_head: String::new(),
    }
    .draw()?;
    Ok(chart(name, title, caption.to_owned() + &some, svg, table))
}
