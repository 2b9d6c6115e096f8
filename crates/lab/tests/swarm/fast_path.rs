//! The fast paths through loads and tiers write the same log as the general ones, line for line.

use crate::{defend, draw};
use brownout_kernel::{Entry, Instant, Keep, Sim};
use brownout_model::*;
use brownout_protocol::{Kind, Record, Service};
use brownout_tiers::{Resident, build, build_general};

/// Larger runs are cut here, at the same instant on both paths.
const EVENTS_MAX: u64 = 100_000;
const PIECES: u64 = 50;

/// The log, with gauges in between, and how much happened.
fn log(model: &Model, mut sim: Sim<Service, Resident>) -> (Vec<Entry<Record>>, u64) {
    let (mut log, mut events) = (Keep(vec![]), 0);
    for piece in 1..=PIECES {
        let end = u128::from(model.duration.nanos()) * u128::from(piece) / u128::from(PIECES);
        events += sim.run_until(Instant::from_nanos(end as u64), &mut log);
        sim.sample(&mut log);
        if EVENTS_MAX < events {
            break;
        }
    }
    sim.finish(&mut log);
    (log.0, events)
}

/// The model without the features that keep most requests off the fast path; faults stay, and clients that time out.
fn plain(mut model: Model) -> Model {
    for load in &mut model.loads {
        load.journey.truncate(1);
        (load.journey[0].times, load.journey[0].think, load.journey[0].tools) = (None, None, None);
        (load.session, load.returns) = (None, None);
        (load.client.give_up, load.client.reload, load.client.first_token) = (None, None, None);
    }
    for operation in &mut model.operations {
        (operation.prompt, operation.output, operation.ttft, operation.tpot) = (None, None, None, None);
        operation.talk = Talk::NONE;
    }
    // A tier without a cache has none to flush.
    model.changes.retain(|change| change.effect != Effect::Flush);
    for tier in &mut model.tiers {
        let Body::Station(station) = &mut tier.body else { continue };
        let limit = station.queue.limit;
        station.queue =
            Queue { limit, order: Order::Fifo, expire: None, patience: None, drops: false, retransmit: None };
        (station.contention, station.cache, station.verifies) = (Contention::None, None, false);
        station.error_path = None;
        if station.calls.len() % 2 == 1 {
            // One law for all paths, which is drawn ahead.
            let law = station.service[0].clone();
            station.service.fill(law);
        }
        station.together = false;
        for call in &mut station.calls {
            (call.timeout, call.retries, call.copies) = (None, 0, 1);
        }
    }
    model
}

/// Compares this many models, and returns how many lines they wrote.
fn compare(models: u64, model: impl Fn(u64) -> Model) -> Vec<Entry<Record>> {
    let mut all = vec![];
    for seed in 0..models {
        let model = model(seed);
        let (fast, general) = (build(&model, seed, 0), build_general(&model, seed, 0));
        let ((fast, events), (general, expected)) = (log(&model, fast), log(&model, general));
        let differ = fast.iter().zip(&general).position(|(a, b)| a != b);
        assert!(differ.is_none(), "model {seed}: line {differ:?} is another");
        assert_eq!((fast.len(), events), (general.len(), expected), "model {seed}");
        all.extend(fast);
    }
    all
}

#[test]
fn of_random_models() {
    compare(120, draw::model);
}

#[test]
fn of_defended_models() {
    compare(60, defend::model);
}

#[test]
fn of_plain_models() {
    let log = compare(300, |seed| plain(draw::model(seed)));
    let count = |kind: Kind| log.iter().filter(|entry| entry.record.kind == kind).count();
    // What the comparison is about does happen.
    for kind in [Kind::Queued, Kind::Started, Kind::Completed, Kind::Answered, Kind::Succeeded] {
        assert!(1_000 < count(kind), "{kind:?}: only {}", count(kind));
    }
    for kind in [Kind::AttemptTimeout, Kind::Cancelled, Kind::Wasted, Kind::Aborted, Kind::RefusedUnavailable]
    {
        assert!(20 < count(kind), "{kind:?}: only {}", count(kind));
    }
}
