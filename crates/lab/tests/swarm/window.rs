//! The digest of a stretch agrees with a kept log, evaluated naively.

use crate::{Bounded, draw};
use brownout_kernel::{Entry, Instant, Keep};
use brownout_lab::{Of, layout, run};
use brownout_metrics::{Source, Which};
use brownout_model::Model;
use brownout_observe::{Books, Digest, Keep as Kept, Latency, Legend, Level, Stretch, View};
use brownout_protocol::{Kind, Record};
use brownout_tiers::build;
use brownout_units::Span;
use std::sync::Arc;

/// Borders of stretches that do not fall together with anything, and the end of the run.
fn borders(model: &Model) -> Vec<Span> {
    let part = |n: u64| Span::from_nanos((u128::from(model.duration.nanos()) * u128::from(n) / 17) as u64);
    [0, 2, 5, 6, 11, 17].map(part).to_vec()
}

/// The log of each stretch between two borders, gauges at its end included; after the last one nothing.
fn stretches(model: &Model, seed: u64) -> Vec<Vec<Entry<Record>>> {
    let mut sim = build(model, seed, 0);
    let stretch = |end: &Span| {
        let mut log = Keep(vec![]);
        sim.run_until(Instant::ZERO + *end, &mut log);
        sim.sample(&mut log);
        log.0
    };
    borders(model)[1..].iter().map(stretch).collect()
}

/// What was kept of those stretches.
fn digest(model: &Model, seed: u64) -> Option<(Arc<Legend>, Digest)> {
    let legend = Arc::new(Legend::new(layout(model)));
    let borders = borders(model);
    let wanted = borders.windows(2).map(|ends| Stretch { from: ends[0], to: ends[1] });
    let keep = Kept::new(&legend.layout, wanted, true);
    let digest = run(Of { model, seed, replication: 0 }, &legend, &keep, &Bounded).ok()?;
    Some((legend, digest))
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

fn counts_and_sums(views: &[View<'_>], log: &[Vec<Entry<Record>>]) {
    for place in 0..views[0].layout().places.len() {
        for kind in kinds(log).into_iter().filter(|kind| kind.is_event()) {
            for (at, view) in views.iter().enumerate() {
                let of_kind = || {
                    log[at].iter().filter(move |e| e.record.place as usize == place && e.record.kind == kind)
                };
                let count = view.count(place, Which::default(), &[kind]) as usize;
                assert_eq!(count, of_kind().count(), "{kind:?} at place {place} in stretch {at}");
                let sum: f64 = of_kind().map(|e| e.record.value as f64).sum();
                assert!(near(view.sum(place, Which::default(), &[kind]), sum), "{kind:?} at place {place}");
                for path in 0..view.layout().paths.len() as u8 {
                    for retry in [false, true] {
                        let row = |e: &&Entry<Record>| {
                            e.record.row.path() == path && e.record.row.is_retry() == retry
                        };
                        let which = Which { path: Some(path), retry: Some(retry) };
                        assert_eq!(view.count(place, which, &[kind]) as usize, of_kind().filter(row).count());
                    }
                }
            }
        }
    }
}

/// How a record steps a level, in the words of the level rather than in the table of the observer.
fn step(level: Level, kind: Kind) -> i64 {
    use Kind::{Aborted, Cancelled, Completed, Finished, LeftQueue, Preempted, Queued, Resumed};
    use Kind::{Answered, EndedBadRequest, EndedError, EndedGatewayTimeout, EndedGaveUp, EndedOverloaded};
    use Kind::{EndedTooManyRequests, EndedUnauthorized, EndedUnavailable, PassDone, Started, StartedAtOnce};
    let ends = kind.is_failed() || matches!(kind, Kind::Succeeded | Kind::SucceededLate);
    match (level, kind) {
        (Level::Waiting, Queued | Preempted | PassDone | Kind::Arrived)
        | (Level::Serving, StartedAtOnce | Started | Resumed)
        | (Level::Inside, StartedAtOnce | Queued | Kind::UserCame) => 1,
        (Level::Waiting, _) if ends => -1,
        (Level::Waiting, Started | Resumed | LeftQueue)
        | (Level::Serving, Finished | Completed | Preempted | Aborted | PassDone)
        | (
            Level::Inside,
            Kind::UserLeft
            | Completed
            | Answered
            | Cancelled
            | EndedGaveUp
            | EndedUnauthorized
            | EndedTooManyRequests
            | EndedBadRequest
            | EndedError
            | EndedUnavailable
            | EndedGatewayTimeout
            | EndedOverloaded,
        ) => -1,
        _ => 0,
    }
}

/// The level is stepped through the log record by record, and its area is added up.
fn levels(views: &[View<'_>], log: &[Vec<Entry<Record>>], borders: &[Span]) {
    for place in 0..views[0].layout().places.len() {
        let serves = matches!(views[0].layout().places[place].books, Books::Station { .. });
        for level in [Level::Waiting, Level::Serving, Level::Inside] {
            let mut inside = 0;
            for (at, stretch) in log.iter().enumerate() {
                let (begin, end) = (borders[at], borders[at + 1]);
                let (mut since, mut area) = (begin.nanos(), 0.0);
                for entry in stretch.iter().filter(|e| e.record.place as usize == place) {
                    area += inside as f64 * (entry.at.nanos() - since) as f64;
                    since = entry.at.nanos();
                    inside +=
                        if serves || level != Level::Serving { step(level, entry.record.kind) } else { 0 };
                    assert!(0 <= inside, "{level:?} at place {place}: {inside}");
                }
                area += inside as f64 * (end.nanos() - since) as f64;
                let (got, expect) = (views[at].level(place, level), area * 1e-9);
                assert!(
                    (got - expect).abs() < 1e-9 * expect.max(1.0),
                    "{level:?} at {place}: {got} {expect}"
                );
            }
        }
    }
}

/// The age of a queue is the value of its record.
fn ages(views: &[View<'_>], log: &[Vec<Entry<Record>>]) {
    for (at, view) in views.iter().enumerate() {
        for place in view.layout().loads..view.layout().places.len() {
            let ages =
                log[at].iter().filter(|e| e.record.place as usize == place && e.record.kind == Kind::HeadAge);
            let most = ages.map(|e| e.record.value as f64).reduce(f64::max);
            // Steps of ten seconds are sampled as well.
            let got = view.gauge(place, Kind::HeadAge);
            assert!(most <= got, "the queue at place {place} in stretch {at}: {got:?} {most:?}");
        }
    }
}

fn histograms(views: &[View<'_>], log: &[Vec<Entry<Record>>]) {
    for (at, view) in views.iter().enumerate() {
        for place in 0..view.layout().places.len() {
            for path in 0..view.layout().paths.len() as u8 {
                histogram(view, &log[at], place, path);
            }
        }
    }
}

fn histogram(view: &View<'_>, log: &[Entry<Record>], place: usize, path: u8) {
    let is_load = place < view.layout().loads;
    for (latency, kinds) in [
        (Latency::Wait, &[Kind::Started, Kind::StartedAtOnce][..]),
        (Latency::Done, &[Kind::Completed, Kind::Answered, Kind::Succeeded, Kind::SucceededLate][..]),
    ] {
        let values = log.iter().filter(|e| {
            let of_path = !is_load || e.record.row.path() == path;
            e.record.place as usize == place && of_path && kinds.contains(&e.record.kind)
        });
        let mut values: Vec<u64> = values.map(|e| e.record.value).collect();
        values.sort_unstable();
        let got = view.histogram(place, path, latency).map(std::borrow::Cow::into_owned).unwrap_or_default();
        assert_eq!(got.count(), values.len() as u64, "{latency:?} at place {place}");
        if let (Some(&least), Some(&most)) = (values.first(), values.last()) {
            let median = values[(values.len() - 1) / 2] as f64;
            let above = values[values.len() / 2] as f64;
            let quantile = got.quantile(0.5);
            // Buckets are a few per cent wide.
            let near = 0.9 * median - 1.0 <= quantile && quantile <= 1.1 * above + 1.0;
            assert!(near, "{quantile} {median} {above}");
            assert!(least <= most && got.quantile(1.0) <= 1.1 * most as f64 + 1.0);
        }
    }
}

#[test]
fn stretches_say_what_the_log_says() {
    let mut compared = 0;
    for seed in 1_000.. {
        let model = draw::model(seed);
        let Some((legend, run)) = digest(&model, seed).filter(|(_, run)| (100..5_000).contains(&run.events))
        else {
            continue;
        };
        let log = stretches(&model, seed);
        let borders = borders(&model);
        let view = |ends: &[Span]| {
            let stretch = Stretch { from: ends[0], to: ends[1] };
            run.stretch(stretch).expect("it was asked for").view(&legend)
        };
        let views: Vec<View<'_>> = borders.windows(2).map(view).collect();
        counts_and_sums(&views, &log);
        levels(&views, &log, &borders);
        ages(&views, &log);
        histograms(&views, &log);
        compared += 1;
        if compared == 20 {
            return;
        }
    }
}
