//! What a sweep says, in words.

use crate::number::{self, grouped};
use brownout_analysis::swept::Shows;
use brownout_analysis::terrain::{Edge, KEPT, Region, Terrain, is_kept};
use brownout_metrics::Unit;

/// The whole sweep in a sentence or two.
pub(crate) fn sentence(terrain: &Terrain<'_>) -> String {
    let sum = terrain.summary();
    let points = count(sum.points as u64, "point");
    let kept = match (sum.promises, sum.kept) {
        (0, _) => format!("{points} were run."),
        (promises, kept) => {
            let what = if promises == 1 { "the promise" } else { "every promise" };
            let share = number::plain(KEPT, Unit::Share);
            match kept {
                0 => format!("No point keeps {what} in at least {share} of its runs."),
                all if all == sum.points => {
                    format!("Every point keeps {what} in at least {share} of its runs.")
                }
                some => {
                    let verb = if some == 1 { "keeps" } else { "keep" };
                    format!(
                        "{} of {points} {verb} {what} in at least {share} of their runs.",
                        grouped(some as u64)
                    )
                }
            }
        }
    };
    let back = match sum.points - sum.back {
        0 => "Service comes back in every run.".to_owned(),
        some => format!("{} service does not come back in every run.", sentence_at(some, sum.points)),
    };
    let first = match sum.first.as_slice() {
        [] => String::new(),
        [(tier, at)] => format!(" {tier} breaks first, at {}.", count(*at as u64, "point")),
        [(tier, at), ..] => format!(" {tier} breaks first most often, at {}.", count(*at as u64, "point")),
    };
    format!("{kept} {back}{first}")
}

fn sentence_at(some: usize, all: usize) -> String {
    if some == all {
        "At every point".to_owned()
    } else {
        format!("At {} of {} points", grouped(some as u64), grouped(all as u64))
    }
}

fn count(n: u64, one: &str) -> String {
    format!("{} {one}{}", grouped(n), if n == 1 { "" } else { "s" })
}

/// Points and runs, and those that left nothing.
pub(crate) fn basis(terrain: &Terrain<'_>) -> String {
    let sum = terrain.summary();
    let mut text = format!(
        "{}, {}.",
        count((sum.points + sum.empty + sum.invalid) as u64, "point"),
        count(sum.runs, "run")
    );
    if 0 < sum.invalid {
        text = format!("{text} {} no valid scenario.", counted(sum.invalid, "point is", "points are"));
    }
    if 0 < sum.empty {
        text = format!("{text} No run of {} ended.", count(sum.empty as u64, "point"));
    }
    text
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n as u64), if n == 1 { one } else { many })
}

/// What a column shows, without the bound of a promise: `web.get.latency.p99 in 1h..2h`.
pub(crate) fn of(shows: &Shows) -> String {
    let name = format!("{}.{}", shows.subject, shows.metric.key);
    if shows.when.is_empty() { name } else { format!("{name} in {}", shows.when) }
}

/// A column, as the title of its chart.
pub(crate) fn column(terrain: &Terrain<'_>, column: usize) -> String {
    let shows = &terrain.swept.columns[column];
    let that = if shows.when.is_empty() {
        shows.title.clone()
    } else {
        format!("{} in {}", shows.title, shows.when)
    };
    if !shows.is_promise {
        let means = || terrain.all().filter_map(|(_, seen)| Some(seen.cells[column].value?.mean));
        let ends = means().reduce(f64::min).zip(means().reduce(f64::max));
        return match ends {
            Some((low, high)) if low < high => {
                let (low, high) =
                    (number::value(low, shows.metric.unit), number::value(high, shows.metric.unit));
                format!("{that}: {low} to {high}")
            }
            Some((only, _)) => format!("{that}: {} everywhere", number::value(only, shows.metric.unit)),
            None => that,
        };
    }
    let level = |at: usize| terrain.dims[0].levels[at].shown.as_str();
    let kept = || terrain.all().filter(|(_, seen)| is_kept(seen, column)).count();
    match terrain.edge(column) {
        Some(Edge::Always) => format!("{that}: kept at every value"),
        Some(Edge::Never) => format!("{that}: kept at no value"),
        Some(Edge::Until(last, first)) => {
            format!("{that}: kept up to {}, not at {}", level(last), level(first))
        }
        Some(Edge::From(last, first)) => {
            format!("{that}: not kept up to {}, kept from {}", level(last), level(first))
        }
        Some(Edge::Mixed) | None => {
            format!(
                "{that}: kept at {} of {} points",
                grouped(kept() as u64),
                grouped(terrain.all().count() as u64)
            )
        }
    }
}

/// How to read the chart of a column.
pub(crate) fn column_caption(shows: &Shows) -> String {
    if shows.is_promise {
        let bound = if shows.bound.is_some() && shows.metric.unit != Unit::Badge {
            " The dashed line is the number that is promised."
        } else {
            ""
        };
        return format!(
            "A point counts as kept where at least {} of its runs keep the promise.{bound}",
            number::plain(KEPT, Unit::Share)
        );
    }
    let meaning = shows.metric.meaning.trim_end_matches('.');
    let mut letters = meaning.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// Where runs come back, as a title.
pub(crate) fn came_back(terrain: &Terrain<'_>) -> String {
    let sum = terrain.summary();
    match sum.points - sum.back {
        0 => "Service comes back in every run".to_owned(),
        some => format!("{} some runs do not come back", sentence_at(some, sum.points)),
    }
}

/// Which tier breaks first, as a title.
pub(crate) fn first_tiers(terrain: &Terrain<'_>) -> String {
    let sum = terrain.summary();
    let parts = sum.first.iter().take(3).map(|(tier, at)| format!("{tier} at {}", grouped(*at as u64)));
    let parts: Vec<String> = parts.collect();
    let more = if 3 < sum.first.len() { " and others" } else { "" };
    format!("First to break: {}{more}, of {}", parts.join(", "), count(sum.points as u64, "point"))
}

/// A region in a sentence.
pub(crate) fn region(terrain: &Terrain<'_>, region: &Region) -> String {
    let what = match &region.tier {
        Some(tier) => format!("{tier} breaks first"),
        None => "no tier leaves its normal range".to_owned(),
    };
    let (back, runs) = region.back;
    let came = if back == runs {
        "every run comes back".to_owned()
    } else if back == 0 {
        "no run comes back".to_owned()
    } else {
        format!("{} of {} runs come back", grouped(back), grouped(runs))
    };
    let points = count(region.points as u64, "point");
    match ranges(terrain, region) {
        within if within.is_empty() => format!("At {points} {what}; {came}."),
        within => format!("At {points} (within {within}) {what}; {came}."),
    }
}

/// Where a region lies: `load.web.rate 8/s to 12/s, tier.app.workers 1`.
pub(crate) fn ranges(terrain: &Terrain<'_>, region: &Region) -> String {
    let one = |(dim, (from, to)): (&brownout_analysis::terrain::Dim, &(usize, usize))| {
        let path = &terrain.swept.axes[dim.axis];
        let level = |at: usize| &dim.levels[at].shown;
        if from == to {
            format!("{path} {}", level(*from))
        } else {
            format!("{path} {} to {}", level(*from), level(*to))
        }
    };
    terrain.dims.iter().zip(&region.ranges).map(one).collect::<Vec<_>>().join(", ")
}
