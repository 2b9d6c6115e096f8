//! What observations say about windows is what a kept log says, worked out without any cleverness.

use crate::{Bounded, draw};
use brownout_kernel::{Entry, Instant, Keep};
use brownout_lab::{layout, run};
use brownout_observe::{Books, Latency, Level, Observations};
use brownout_protocol::{Kind, Record};
use brownout_tiers::build;
use brownout_tiers::model::Model;

/// The log of each window, gauges included; after the last one nothing.
fn windows(model: &Model, seed: u64) -> Vec<Vec<Entry<Record>>> {
    let layout = layout(model);
    let mut sim = build(model, seed, 0);
    let window = |at| {
        let mut log = Keep(vec![]);
        sim.run_until(Instant::ZERO + layout.bounds(at).1, &mut log);
        sim.sample(&mut log);
        log.0
    };
    (0..layout.windows()).map(window).collect()
}

/// Every kind, in the order of its numbers.
fn kinds(log: &[Vec<Entry<Record>>]) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = log.iter().flatten().map(|entry| entry.record.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn near(got: f64, expect: f64) -> bool {
    (got - expect).abs() <= 1e-9 * expect.abs().max(1.0)
}

fn counts_and_sums(run: &Observations, log: &[Vec<Entry<Record>>]) {
    let (windows, kinds) = (log.len(), kinds(log));
    for place in 0..run.layout.places.len() {
        for &kind in &kinds {
            let of_kind = |at: usize| {
                log[at].iter().filter(move |e| e.record.place as usize == place && e.record.kind == kind)
            };
            let mut whole = 0;
            for at in 0..windows {
                let count = run.count(at..at + 1, place, None, None, &[kind]);
                assert_eq!(count, of_kind(at).count() as u64, "{kind:?} at place {place} in window {at}");
                let sum: f64 = of_kind(at).map(|e| e.record.value as f64).sum();
                assert!(near(run.sum(at..at + 1, place, None, &[kind]), sum), "{kind:?} at place {place}");
                for path in 0..run.layout.paths.len() as u8 {
                    for retry in [false, true] {
                        let row = |e: &&Entry<Record>| {
                            e.record.row.path() == path && e.record.row.is_retry() == retry
                        };
                        let count = run.count(at..at + 1, place, Some(path), Some(retry), &[kind]);
                        assert_eq!(count, of_kind(at).filter(row).count() as u64);
                    }
                }
                whole += count;
            }
            assert_eq!(run.count(0..windows, place, None, None, &[kind]), whole);
        }
    }
}

/// How a record steps a level, in the words of the level rather than in the table of the observer.
fn step(level: Level, kind: Kind) -> i64 {
    use Kind::{Aborted, Cancelled, Completed, Finished, LeftQueue, Preempted, Queued, Resumed};
    use Kind::{Answered, EndedBadRequest, EndedError, EndedGatewayTimeout, EndedGaveUp, EndedOverloaded};
    use Kind::{EndedTooManyRequests, EndedUnauthorized, EndedUnavailable, PassDone, Started, StartedAtOnce};
    match (level, kind) {
        (Level::Waiting, Queued | Preempted | PassDone)
        | (Level::Serving, StartedAtOnce | Started | Resumed)
        | (Level::Inside, StartedAtOnce | Queued) => 1,
        (Level::Waiting, Started | Resumed | LeftQueue)
        | (Level::Serving, Finished | Completed | Preempted | Aborted | PassDone)
        | (
            Level::Inside,
            Completed | Answered | Cancelled | EndedGaveUp | EndedUnauthorized | EndedTooManyRequests
            | EndedBadRequest | EndedError | EndedUnavailable | EndedGatewayTimeout | EndedOverloaded,
        ) => -1,
        _ => 0,
    }
}

/// The level is stepped through the log record by record, and its area is added up.
fn levels(run: &Observations, log: &[Vec<Entry<Record>>]) {
    for place in 0..run.layout.places.len() {
        let serves = matches!(run.layout.places[place].books, Books::Station { .. });
        for level in [Level::Waiting, Level::Serving, Level::Inside] {
            let got = run.levels(0..log.len(), place, level);
            let mut inside = 0;
            for (at, window) in log.iter().enumerate() {
                let (begin, end) = run.layout.bounds(at);
                let (mut since, mut area) = (begin.nanos(), 0.0);
                for entry in window.iter().filter(|e| e.record.place as usize == place) {
                    area += inside as f64 * (entry.at.nanos() - since) as f64;
                    since = entry.at.nanos();
                    inside +=
                        if serves || level != Level::Serving { step(level, entry.record.kind) } else { 0 };
                    assert!(0 <= inside, "{level:?} at place {place}: {inside}");
                }
                area += inside as f64 * (end.nanos() - since) as f64;
                let mean = area / (end - begin).nanos() as f64;
                let difference = (got[at] - mean).abs();
                assert!(
                    difference < 1e-6 * mean.max(1.0),
                    "{level:?} at {place} in {at}: {} {mean}",
                    got[at]
                );
            }
        }
    }
}

/// A gauge is the value of its record.
fn gauges(run: &Observations, log: &[Vec<Entry<Record>>]) {
    for place in run.layout.loads..run.layout.places.len() {
        for (at, window) in log.iter().enumerate() {
            let here = || window.iter().filter(|e| e.record.place as usize == place);
            for kind in [Kind::HeadAge, Kind::Capacity, Kind::Ready, Kind::ReadyPeak, Kind::KvPeak] {
                let value = here().find(|e| e.record.kind == kind).map(|e| e.record.value as f64);
                assert_eq!(run.gauge(at, place, kind), value, "{kind:?} at place {place} in window {at}");
            }
        }
    }
}

fn histograms(run: &Observations, log: &[Vec<Entry<Record>>]) {
    let windows = log.len();
    for place in 0..run.layout.places.len() {
        let is_load = place < run.layout.loads;
        for path in 0..run.layout.paths.len() as u8 {
            for (latency, kinds) in [
                (Latency::Wait, &[Kind::Started, Kind::StartedAtOnce][..]),
                (Latency::Done, &[Kind::Completed, Kind::Answered, Kind::Succeeded, Kind::SucceededLate][..]),
            ] {
                // Half of the run, so that windows outside have to be left out.
                let half = windows / 2..windows;
                let values = log[half.clone()].iter().flatten().filter(|e| {
                    let of_path = !is_load || e.record.row.path() == path;
                    e.record.place as usize == place && of_path && kinds.contains(&e.record.kind)
                });
                let mut values: Vec<u64> = values.map(|e| e.record.value).collect();
                values.sort_unstable();
                let got = run.histogram(half, place, path, latency);
                assert_eq!(got.count(), values.len() as u64, "{latency:?} at place {place}");
                if let (Some(&least), Some(&most)) = (values.first(), values.last()) {
                    let median = values[(values.len() - 1) / 2] as f64;
                    let above = values[values.len() / 2] as f64;
                    let quantile = got.quantile(0.5);
                    // Buckets are a few per cent wide.
                    assert!(
                        0.9 * median - 1.0 <= quantile && quantile <= 1.1 * above + 1.0,
                        "{quantile} {median} {above}"
                    );
                    assert!(least <= most && got.quantile(1.0) <= 1.1 * most as f64 + 1.0);
                }
            }
        }
    }
}

#[test]
fn windows_say_what_the_log_says() {
    let mut compared = 0;
    for seed in 1_000.. {
        let model = draw::model(seed);
        let Ok(run) = run(&model, seed, 0, &Bounded) else { continue };
        if !(100..5_000).contains(&run.events) {
            continue;
        }
        let log = windows(&model, seed);
        counts_and_sums(&run, &log);
        levels(&run, &log);
        gauges(&run, &log);
        histograms(&run, &log);
        compared += 1;
        if compared == 20 {
            return;
        }
    }
}
