//! Everything over time: each number of each window, as a band over replications.

use crate::findings::{Band, PathSeries, Series, TierPathSeries, TierSeries};
use crate::metric::{ATTEMPTS, GOOD, REFUSED, came, failures, is_asked, loads, value};
use brownout_observe::Observations;
use brownout_protocol::Kind;
use brownout_scenario::Subject;
use brownout_stats::Estimate;
use std::collections::BTreeMap;

/// The lines of all runs.
///
/// # Panics
/// If there is no run.
pub(crate) fn series(runs: &[Observations]) -> Series {
    let layout = &runs[0].layout;
    let windows = layout.windows();
    let at = (0..windows).map(|at| {
        let (begin, end) = layout.bounds(at);
        f64::midpoint(begin.as_secs_f64(), end.as_secs_f64())
    });
    let loads = 0..layout.loads;
    let kinds = |kinds: &'static [Kind]| {
        let loads = loads.clone();
        band(runs, move |run, at| Some(per_second(run, at, loads.clone(), None, None, kinds)))
    };
    Series {
        at: at.collect(),
        window: layout.window.as_secs_f64(),
        first_attempts: kinds(&[Kind::Arrived]),
        attempts: kinds(&ATTEMPTS),
        throughput: band(runs, |run, at| {
            let good = per_second(run, at, 0..run.layout.loads, None, None, &GOOD);
            let nobody: f64 =
                (0..run.layout.loads).map(|l| run.sum(at..at + 1, l, None, &[Kind::AnsweredNobody])).sum();
            Some(good + nobody / length(run, at))
        }),
        goodput: kinds(&[Kind::Succeeded]),
        classes: classes(runs),
        tiers: (layout.loads..layout.places.len()).map(|place| tier(runs, place)).collect(),
    }
}

/// How long a window lasts, in seconds.
pub(crate) fn length(run: &Observations, at: usize) -> f64 {
    let (begin, end) = run.layout.bounds(at);
    (end - begin).as_secs_f64()
}

fn per_second(
    run: &Observations,
    at: usize,
    places: impl Iterator<Item = usize>,
    path: Option<u8>,
    retry: Option<bool>,
    kinds: &[Kind],
) -> f64 {
    let count: u64 = places.map(|place| run.count(at..at + 1, place, path, retry, kinds)).sum();
    count as f64 / length(run, at)
}

fn classes(runs: &[Observations]) -> BTreeMap<String, BTreeMap<String, PathSeries>> {
    let mut classes: BTreeMap<String, BTreeMap<String, PathSeries>> = BTreeMap::new();
    let layout = &runs[0].layout;
    let asked = layout.paths.iter().enumerate().filter(|(path, _)| is_asked(&runs[0], *path));
    for (path, (class, operation)) in asked {
        let subject = Subject::Path { class: class.clone(), operation: operation.clone() };
        let loads: Vec<usize> = loads(&runs[0], path as u8).collect();
        let rate = |kinds: &[Kind]| {
            band(runs, |run, at| {
                Some(per_second(run, at, loads.iter().copied(), Some(path as u8), None, kinds))
            })
        };
        let number = |key: &str| band(runs, |run, at| value(run, at..at + 1, &subject, key));
        let mut outcomes = BTreeMap::from([("ok".to_owned(), rate(&GOOD))]);
        for status in failures() {
            let line = rate(&[Kind::failed(status)]);
            if line.mean.iter().any(|&y| 0.0 < y) {
                outcomes.insert(status.key().to_owned(), line);
            }
        }
        let series = PathSeries {
            offered: rate(&[Kind::Arrived]),
            success_rate: number("success_rate"),
            p50: number("latency.p50"),
            p95: number("latency.p95"),
            p99: number("latency.p99"),
            outcomes,
        };
        classes.entry(class.clone()).or_default().insert(operation.clone(), series);
    }
    classes
}

fn tier(runs: &[Observations], place: usize) -> TierSeries {
    let name = runs[0].layout.places[place].name.clone();
    let subject = Subject::Tier(name.clone());
    let number = |key: &str| band(runs, |run, at| value(run, at..at + 1, &subject, key));
    let came = came();
    let rate = |retry: bool| {
        band(runs, |run, at| Some(per_second(run, at, place..=place, None, Some(retry), &came)))
    };
    TierSeries {
        first_attempts: rate(false),
        retries: rate(true),
        shed: band(runs, |run, at| Some(per_second(run, at, place..=place, None, None, &REFUSED))),
        timeouts: number("timeouts"),
        tokens: crate::tokens::series(runs[0].layout.places[place].tokens, &number),
        paths: tier_paths(runs, place),
        utilisation: number("utilisation"),
        queue_length: number("queue_length"),
        head_age: number("head_age_max"),
        in_flight: number("in_flight"),
        wait_p99: number("queue_wait.p99"),
        wasted: band(runs, |run, at| {
            let wasted = run.sum(at..at + 1, place, None, &[Kind::Wasted]);
            Some(wasted * 1e-9 / length(run, at))
        }),
        name,
    }
}

fn tier_paths(runs: &[Observations], place: usize) -> BTreeMap<String, BTreeMap<String, TierPathSeries>> {
    let mut classes: BTreeMap<String, BTreeMap<String, TierPathSeries>> = BTreeMap::new();
    let came = came();
    for (path, (class, operation)) in runs[0].layout.paths.iter().enumerate() {
        let path = Some(path as u8);
        if runs.iter().all(|run| run.count(0..run.layout.windows(), place, path, None, &came) == 0) {
            continue;
        }
        let rate = |retry: Option<bool>, kinds: &[Kind]| {
            band(runs, |run, at| Some(per_second(run, at, std::iter::once(place), path, retry, kinds)))
        };
        let series = TierPathSeries {
            first_attempts: rate(Some(false), &came),
            retries: rate(Some(true), &came),
            shed: rate(None, &REFUSED),
            answered: rate(None, &[Kind::Completed, Kind::Answered]),
        };
        classes.entry(class.clone()).or_default().insert(operation.clone(), series);
    }
    classes
}

/// One number of each window over replications; NaN where no replication has it.
fn band(runs: &[Observations], number: impl Fn(&Observations, usize) -> Option<f64>) -> Band {
    let mut band = Band::default();
    for at in 0..runs[0].layout.windows() {
        let values: Vec<f64> = runs.iter().filter_map(|run| number(run, at)).collect();
        let estimate = Estimate::of(&values, 0.95);
        let mean = if values.is_empty() { f64::NAN } else { estimate.mean };
        band.mean.push(mean);
        if 1 < runs.len() {
            let (low, high) = estimate.ci95.unwrap_or((mean, mean));
            band.low.push(low);
            band.high.push(high);
        }
    }
    band
}
