//! The same model and seed give the same log: on any number of threads, in pieces, on every platform.

use crate::draw;
use brownout_kernel::{Entry, Instant, Keep};
use brownout_lab::{Point, Silent, layout, run_all};
use brownout_model::{Arrivals, Body, Burst, Load, Model, RateCurve, Tier, TierId};
use brownout_observe::{Keep as Kept, Legend};
use brownout_protocol::Record;
use brownout_tiers::build;
use brownout_units::Span;
use std::sync::Arc;

/// The log of a run in `pieces` pieces, without gauges.
fn log(model: &Model, pieces: u64) -> Vec<Entry<Record>> {
    let (mut sim, mut log) = (build(model, 7, 3), Keep(vec![]));
    for piece in 1..=pieces {
        let end = u128::from(model.duration.nanos()) * u128::from(piece) / u128::from(pieces);
        sim.run_until(Instant::from_nanos(end as u64), &mut log);
    }
    sim.finish(&mut log);
    log.0
}

/// Models of a middling size, by their seeds: something happens in them, and it is over soon.
fn middling() -> impl Iterator<Item = (u64, Model)> {
    let models = (0..40).map(|seed| (seed, draw::model(seed)));
    models.filter(|(seed, model)| {
        let events = crate::replication(model, *seed, &crate::Bounded).map_or(0, |(_, run)| run.events);
        (1_000..20_000).contains(&events)
    })
}

#[test]
fn on_one_thread_as_on_eight() {
    for (seed, model) in middling().take(4) {
        let on = |threads| {
            let legend = Arc::new(Legend::new(layout(&model)));
            let keep = Kept::new(&legend.layout, [], true);
            let point = Point { model: &model, legend, keep, seed, first: 0, replications: 6, cost: 1.0 };
            run_all(&[point], threads, &[Silent], |_, digest| digest).expect("runs")
        };
        assert!(on(1) == on(8), "model {seed}");
    }
}

#[test]
fn in_pieces_as_in_one() {
    for (seed, model) in middling().take(6) {
        assert!(log(&model, 1) == log(&model, 97), "model {seed}");
    }
}

/// Where two digests differ first, in the words of their text.
fn difference(a: &brownout_observe::Digest, b: &brownout_observe::Digest) -> String {
    let (a, b) = (format!("{:?}", a.stretches), format!("{:?}", b.stretches));
    let at = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let part = |text: &str| text[at.saturating_sub(60)..(at + 60).min(text.len())].to_owned();
    format!("{} and {}", part(&a), part(&b))
}

/// What is written when a window ends is no part of the fingerprint, and no number of a stretch depends on it.
#[test]
fn at_any_window() {
    for (seed, mut model) in middling().take(12) {
        let duration = model.duration;
        let mut at = |nanos: u64| {
            (model.window, model.warmup) = (Span::from_nanos(nanos), Span::ZERO);
            crate::replication(&model, seed, &Silent).expect("a run").1
        };
        let whole = at(duration.nanos());
        for parts in [7, 40] {
            let run = at(duration.nanos().div_ceil(parts));
            assert_eq!(run.fingerprint, whole.fingerprint, "model {seed} in {parts} windows");
            assert!(
                run.stretches == whole.stretches,
                "model {seed} in {parts} windows: {}",
                difference(&run, &whole)
            );
        }
    }
}

/// Debug and release, and all platforms: a change of what is simulated changes these numbers, and the change log says
/// so.
#[test]
fn the_fingerprints_are_what_they_were() {
    let fingerprints = middling().take(3).map(|(seed, model)| {
        let (_, run) = crate::replication(&model, seed, &Silent).expect("a run");
        format!("model {seed}: {} events, {:016x}", run.events, run.fingerprint)
    });
    assert_eq!(fingerprints.collect::<Vec<_>>(), PINNED);
}

const PINNED: [&str; 3] = [
    "model 4: 8942 events, dbd7c31d7f654f2e",
    "model 6: 3855 events, 1fa3e39301ca0163",
    "model 8: 1231 events, f65296962a83fd40",
];

/// What happened at a place, without the rows of other tables and without the numbers of nodes.
fn at(log: &[Entry<Record>], place: u16) -> Vec<(Instant, u8, u8, u64)> {
    let here = log.iter().filter(|entry| entry.record.place == place);
    here.map(|Entry { at, record }| (*at, record.kind as u8, record.row.0, record.value)).collect()
}

/// The model with a copy of its last station at the end, and a load that calls it.
fn with_another_tier(model: &Model) -> Option<Model> {
    let station = model.tiers.iter().rev().find(|tier| matches!(tier.body, Body::Station(_)))?;
    let mut body = station.body.clone();
    if let Body::Station(station) = &mut body {
        station.calls.clear();
    }
    let mut more = model.clone();
    more.tiers.push(Tier { name: "another".into(), body, ..station.clone() });
    let rate = RateCurve::constant(100.0);
    more.loads.push(Load {
        name: "another".into(),
        entry: TierId(model.tiers.len() as u16),
        arrivals: Arrivals::Open { rate, burst: Burst::Poisson },
        ..model.loads[0].clone()
    });
    Some(more)
}

/// Every stream has a name, so another tier and another load leave all draws of the others as they were.
#[test]
fn a_further_tier_leaves_every_other_place_as_it_was() {
    let mut compared = 0;
    for (seed, model) in middling() {
        let Some(more) = with_another_tier(&model) else { continue };
        let (before, after) = (log(&model, 1), log(&more, 1));
        let loads = model.loads.len() as u16;
        for place in 0..loads + model.tiers.len() as u16 {
            // The new load comes before all tiers.
            let now = if place < loads { place } else { place + 1 };
            assert!(at(&before, place) == at(&after, now), "model {seed}, place {place}");
        }
        assert!(model.duration < Span::from_millis(500) || !at(&after, loads).is_empty(), "model {seed}");
        compared += 1;
    }
    assert!(5 < compared, "only {compared} models");
}
