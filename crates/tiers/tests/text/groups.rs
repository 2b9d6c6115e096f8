//! Faults that go from some replicas to more, that happen to several tiers together, and those that need a crowd.

use crate::parts::*;
use brownout_model::*;
use brownout_units::Ratio;

fn part(from: f64, to: f64) -> Hits {
    let [from, to] = [from, to].map(|part| Ratio::new(part).expect("a ratio"));
    Hits::Share { from, to }
}

#[test]
fn a_bad_configuration_is_pushed_to_half_and_then_to_the_rest() {
    let errors = Effect::Errors { ratio: Ratio::ONE };
    let model = stations(load(&[0, 1, 20, 21, 60]), vec![Station { replicas: 2, ..station(10) }]);
    let mut model = with(with(model, 5, 45, errors), 25, 25, errors);
    (model.changes[0].target.hits, model.changes[1].target.hits) = (part(0.0, 0.5), part(0.5, 1.0));
    check_but(
        &model,
        &["Arrived", "StartedAtOnce", "Finished", "AttemptError"],
        r"
        0.010 A Completed get#0 0.01s
        0.010 web Succeeded get#0 0.01s
        0.011 A EndedError get by A 0.01s
        0.011 web FailedError get by A 0.01s
        0.030 A EndedError get by A 0.01s
        0.030 web FailedError get by A 0.01s
        0.031 A EndedError get by A 0.01s
        0.031 web FailedError get by A 0.01s
        0.070 A Completed get#0 0.01s
        0.070 web Succeeded get#0 0.01s
    ",
    );
}

#[test]
fn a_flushed_cache_asks_again_for_what_it_had() {
    let cache =
        Cache { keys: 1, skew: 0.0, entries: 1, ttl: None, single_flight: false, warm: true, stale: None };
    let front = Station { cache: Some(cache), ..front(0, vec![call(1)]) };
    let model = stations(load(&[0, 20, 40]), vec![front, station(5)]);
    check_but(
        &with(model, 10, 0, Effect::Flush),
        &["Arrived", "StartedAtOnce", "Finished"],
        r"
        0.000 A Hit get#0
        0.000 A Answered get#0
        0.000 web Succeeded get#0
        0.020 A Missed get#0
        0.025 B Completed get#0 0.005s
        0.025 A Answered get#0 0.005s
        0.025 web Succeeded get#0 0.005s
        0.040 A Hit get#0
        0.040 A Answered get#0
        0.040 web Succeeded get#0
    ",
    );
}

#[test]
fn what_is_correlated_happens_together_wherever_it_is() {
    let model = stations(load(&[]), vec![station(10), station(10)]);
    let model = with(with(model, 0, 0, Effect::Crash), 0, 0, Effect::Crash);
    let mut model = Model { duration: ms(200), ..model };
    model.changes[1].target.site = Site::Tier(TierId(1));
    for fault in &mut model.changes {
        fault.cause = Cause::Chance { up: always(80), down: always(30), each: false, group: 1 };
    }
    check(
        &model,
        r"
        0.080 A FaultBegan get#0
        0.080 B FaultBegan get#1
        0.110 A FaultEnded get#0
        0.110 B FaultEnded get#1
        0.190 A FaultBegan get#0
        0.190 B FaultBegan get#1
    ",
    );
}

#[test]
fn a_thread_for_each_peer_kills_those_who_were_well_before_there_were_more() {
    // Two replicas fit into memory as peers of each other; with the third one each has three, and memory is full.
    let memory = Effect::Memory { from: 2, limit: 3, factor: 1.0, per_peer: 1.0, down: ms(5_000) };
    let model = stations(load(&[]), vec![Station { replicas: 2, ..station(10) }]);
    let steps = vec![(Start::At(ms(700)), 0, Effect::Scale { replicas: 3 })];
    let mut model = on_call(with(model, 0, 3_000, memory), steps);
    model.loads[0].arrivals = load(&[600, 1_200, 1_201, 1_202]).arrivals;
    check(
        &model,
        r"
        0.600 web Arrived get#0
        0.600 A StartedAtOnce get#0
        0.610 A Completed get#0 0.01s
        0.610 web Succeeded get#0 0.01s
        0.700 A Intervened get#1
        0.700 A ReplicaOrdered get#2 3
        0.700 A ReplicaReady get#2
        1.200 web Arrived get#0
        1.200 A StartedAtOnce get#0
        1.201 web Arrived get#1
        1.201 A RefusedUnavailable get#1
        1.201 web AttemptUnavailable get by A
        1.201 web FailedUnavailable get by A
        1.202 web Arrived get#1
        1.202 A RefusedUnavailable get#1
        1.202 web AttemptUnavailable get by A
        1.202 web FailedUnavailable get by A
        1.210 A Completed get#0 0.01s
        1.210 web Succeeded get#0 0.01s
    ",
    );
}
