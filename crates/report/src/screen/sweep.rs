//! A sweep: a row for each point, with what was expected of it.

use super::WIDTH;
use super::paint::{BAD, DIM, GOOD, PLAIN, cut, cut_names, paint, wrap};
use super::summary::{badge_style, badge_words, line};
use super::table::{Cell, Side, Table};
use crate::number::{self, NONE, grouped};
use crate::story::swept::skipped;
use brownout_analysis::swept::{Cell as Value, Seen, Shows, Spot, Swept};
use std::borrow::Cow;

/// More points have no room; all of them are in the tables.
const POINTS_MAX: usize = 40;
/// A longer path or level of an axis is cut.
const LEVEL_MAX: usize = 24;
/// So is a longer name of a tier.
const FIRST_MAX: usize = 16;
/// More columns have no room.
const COLUMNS_MAX: usize = 3;

/// The points of a sweep, at most forty, and which of them kept what was expected.
pub fn sweep(swept: &Swept, wall_seconds: Option<f64>) -> String {
    let mut out = String::new();
    let all = swept.points.len();
    let replications = replications(swept);
    let took = wall_seconds.map_or_else(String::new, |wall| format!(", in {}", number::clock(wall)));
    let points = if all == 1 { "1 point".to_owned() } else { format!("{} points", grouped(all as u64)) };
    line(&mut out, &format!("{} · {points}, {replications}{took}", swept.title));
    line(&mut out, "");
    let columns = &swept.columns[..swept.columns.len().min(COLUMNS_MAX)];
    let mut table = Table::named(head(swept, columns));
    let shown: Vec<Spot> = if all <= POINTS_MAX {
        swept.points.iter().collect()
    } else {
        // Evenly from the first to the last, so that the course over the slowest axis is seen.
        (0..POINTS_MAX).map(|at| swept.points.get(at * (all - 1) / (POINTS_MAX - 1))).collect()
    };
    for spot in &shown {
        row(&mut table, spot, columns);
    }
    for axis in 0..swept.axes.len() {
        table.cut(axis, LEVEL_MAX);
    }
    // Behind the axes stand the verdict and the tier that broke first.
    table.cut(swept.axes.len() + 1, FIRST_MAX);
    out.push_str(&table.render());
    if shown.len() < all {
        line(&mut out, &paint(&format!("{} of {} points", shown.len(), grouped(all as u64)), DIM));
    }
    line(&mut out, "");
    for (at, column) in swept.columns.iter().enumerate() {
        let when = if column.when.is_empty() { String::new() } else { format!(" in {}", column.when) };
        let letter = letter(at).filter(|_| at < COLUMNS_MAX).unwrap_or(' ');
        line(&mut out, &format!("{letter}  {}{when}{}", column.title, kept(swept, at)));
    }
    broken(&mut out, swept);
    for said in skipped(swept) {
        line(&mut out, "");
        for part in wrap(&said, WIDTH) {
            line(&mut out, &part);
        }
    }
    out
}

/// Runs that left nothing, and the first of them.
fn broken(out: &mut String, swept: &Swept) {
    let all = || swept.points.iter().filter_map(|spot| Some((spot.levels, spot.found.ok()?)));
    let count: u64 = all().map(|(_, seen)| u64::from(seen.broken)).sum();
    let first = all().find_map(|(levels, seen)| Some((levels, seen.first_broken?)));
    let Some((levels, (replication, why))) = first else { return };
    let values = swept.axes.iter().zip(&levels).map(|(axis, level)| format!("{axis}={}", level.shown));
    let values: Vec<String> = values.collect();
    let runs = if count == 1 { "1 run".to_owned() } else { format!("{} runs", grouped(count)) };
    let text =
        format!("{runs} left nothing. The first, at {}, replication {replication}: {why}", values.join(", "));
    line(out, "");
    for part in wrap(&text, WIDTH) {
        line(out, &paint(&part, BAD));
    }
}

/// What a sweep will take: points, replications of all of them with the runs beside these, seconds, bytes of disk.
pub fn forecast(points: u64, replications: u64, runs: u64, seconds: f64, bytes: f64) -> String {
    let count = |n: u64, one: &str| format!("{} {one}{}", grouped(n), if n == 1 { "" } else { "s" });
    let beside =
        if replications < runs { format!(" ({} with those beside)", grouped(runs)) } else { String::new() };
    let size = brownout_units::Bytes::new((bytes / 1e6).ceil() as u64 * 1_000_000);
    let time = if seconds < 10.0 { "a few seconds".to_owned() } else { number::clock(seconds) };
    let (points, replications) = (count(points, "point"), count(replications, "run"));
    format!("{points}, {replications}{beside}: about {time}, and {size} of disk at most\n")
}

/// The last words of a path, as a column or an axis is headed: `auth.replicas`.
pub fn path(path: &str) -> String {
    let parts: Vec<&str> = path.split('.').collect();
    match parts.as_slice() {
        [.., "surge" | "fault", number, last] => format!("{}.{number}.{last}", parts[parts.len() - 3]),
        [.., before, last] => format!("{before}.{last}"),
        _ => path.to_owned(),
    }
}

fn letter(at: usize) -> Option<char> {
    u8::try_from(at).ok().filter(|at| *at < 26).map(|at| char::from(b'a' + at))
}

fn head(swept: &Swept, columns: &[Shows]) -> Vec<(Cow<'static, str>, Side)> {
    let axes: Vec<String> = swept.axes.iter().map(|axis| path(axis)).collect();
    let axes = cut_names(&axes.iter().map(String::as_str).collect::<Vec<_>>(), LEVEL_MAX);
    let axes = axes.into_iter().map(|axis| (Cow::Owned(axis), Side::Right));
    let own = [("verdict", Side::Left), ("first", Side::Left)];
    let own = own.into_iter().map(|(name, side)| (Cow::Borrowed(name), side));
    let letters = (0..columns.len()).filter_map(letter);
    let letters = letters.map(|letter| (Cow::Owned(letter.to_string()), Side::Right));
    axes.chain(own).chain(letters).collect()
}

fn row(table: &mut Table, spot: &Spot, columns: &[Shows]) {
    let axes = spot.levels.iter().map(|level| Cell::plain(level.shown.as_str()));
    match &spot.found {
        Ok(seen) => {
            let verdict = seen.badge.map_or_else(
                || Cell::new("no run ended", BAD),
                |badge| Cell::new(badge_words(badge), badge_style(badge)),
            );
            let first = Cell::plain(seen.first.as_deref().unwrap_or(NONE));
            let cells = seen.cells.iter().zip(columns).map(|(value, column)| cell(value, column, seen));
            table.row(axes.chain([verdict, first]).chain(cells).collect());
        }
        Err(problem) => {
            let empty = columns.iter().map(|_| Cell::plain(""));
            table.row(axes.chain([Cell::new("invalid", BAD), Cell::plain("")]).chain(empty).collect());
            table.note(Cell::new(cut(&format!("  {problem}"), WIDTH), DIM));
        }
    }
}

/// The mean, and of an expectation in how many runs it held where not in all.
fn cell(value: &Value, column: &Shows, seen: &Seen) -> Cell {
    let mean = value.value.map_or_else(|| NONE.to_owned(), |e| number::value(e.mean, column.metric.unit));
    match value.passed {
        None => Cell::plain(mean),
        Some(passed) if passed == seen.replications => Cell::new(mean, GOOD),
        Some(0) => Cell::new(mean, BAD),
        Some(passed) => Cell::new(format!("{mean} {passed}/{}", seen.replications), PLAIN),
    }
}

/// How many replications points have, or from … to.
fn replications(swept: &Swept) -> String {
    let counts = swept.points.iter().filter_map(|spot| Some(spot.found.ok()?.replications));
    match (counts.clone().min(), counts.max()) {
        (Some(least), Some(most)) if least == most => format!("{least} runs each"),
        (Some(least), Some(most)) => format!("{least} to {most} runs each"),
        _ => "no run".to_owned(),
    }
}

/// Of an expectation, at how many points all runs kept it.
fn kept(swept: &Swept, at: usize) -> String {
    if !swept.columns[at].is_promise {
        return String::new();
    }
    let seen = || swept.points.iter().filter_map(|spot| spot.found.ok());
    let all = seen().filter(|seen| seen.cells[at].passed == Some(seen.replications)).count();
    format!(": kept in every run at {} of {}", grouped(all as u64), grouped(seen().count() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_headed_by_its_last_words() {
        assert_eq!(path("tier.auth.replicas"), "auth.replicas");
        assert_eq!(path("load.web.surge.0.users"), "surge.0.users");
        assert_eq!(path("variant"), "variant");
    }
}
