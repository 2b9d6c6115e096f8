//! Restarts, memory, leaks, lost calls, names that are not resolved; by the clock, by chance, by a condition.

use crate::parts::*;
use brownout_model::*;
use brownout_units::{Ratio, Span};

fn one_worker(arrivals: &[u64]) -> Model {
    stations(load(arrivals), vec![station(10)])
}

/// A restart that takes 10 ms.
fn restart(batch: Option<u32>, drain: Option<Span>, cold: f64) -> Effect {
    Effect::Restart { batch, every: ms(15), drain, warm_up: ms(8), cold }
}

#[test]
fn a_herd_goes_down_together_and_comes_back_cold() {
    let model = stations(load(&[1, 16]), vec![Station { replicas: 2, ..station(10) }]);
    check(
        &with(model, 5, 10, restart(None, None, 2.0)),
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.005 A Wasted get#0 0.004s
        0.005 A Aborted get#0 0.004s
        0.005 A EndedUnavailable get by A 0.004s
        0.005 web AttemptUnavailable get by A 0.004s
        0.005 web FailedUnavailable get by A 0.004s
        0.016 web Arrived get#0
        0.016 A StartedAtOnce get#0
        0.030 A Completed get#0 0.0135s
        0.030 web Succeeded get#0 0.0135s
    ",
    );
}

#[test]
fn batch_after_batch_drains_first() {
    let balance = Balance::LeastOutstanding;
    let model = stations(load(&[1, 7, 20, 40]), vec![Station { replicas: 2, balance, ..station(10) }]);
    check(
        &with(model, 5, 10, restart(Some(1), Some(ms(7)), 1.0)),
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.007 web Arrived get#1
        0.007 A StartedAtOnce get#1
        0.011 A Completed get#0 0.01s
        0.011 web Succeeded get#0 0.01s
        0.017 A Completed get#1 0.01s
        0.017 web Succeeded get#1 0.01s
        0.020 web Arrived get#1
        0.020 A RefusedUnavailable get#1
        0.020 web AttemptUnavailable get by A
        0.020 web FailedUnavailable get by A
        0.040 web Arrived get#1
        0.040 A StartedAtOnce get#1
        0.050 A Completed get#1 0.01s
        0.050 web Succeeded get#1 0.01s
    ",
    );
}

#[test]
fn memory_makes_it_slow_and_then_kills_it() {
    let memory = Effect::Memory { from: 1, limit: 3, factor: 3.0, per_peer: 0.0, down: ms(600) };
    let model = stations(load(&[0, 450, 900, 1010, 1200, 1700]), vec![station(600)]);
    check(
        &with(model, 0, 2000, memory),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.450 web Arrived get#1
        0.450 A Queued get#1
        0.700 A Completed get#0 0.7s
        0.700 A Started get#1 0.25s
        0.700 web Succeeded get#0 0.7s
        0.900 web Arrived get#0
        0.900 A Queued get#0
        1.010 web Arrived get#2
        1.010 A Queued get#2 1
        1.200 web Arrived get#3
        1.200 A Queued get#3 2
        1.500 A LeftQueue get#0 0.6s
        1.500 A EndedUnavailable get by A 0.6s
        1.500 A Wasted get#1 0.8s
        1.500 A Aborted get#1 1.05s
        1.500 A EndedUnavailable get by A 1.05s
        1.500 A LeftQueue get#2 0.49s
        1.500 A EndedUnavailable get by A 0.49s
        1.500 A LeftQueue get#3 0.3s
        1.500 A EndedUnavailable get by A 0.3s
        1.500 web AttemptUnavailable get by A 0.6s
        1.500 web FailedUnavailable get by A 0.6s
        1.500 web AttemptUnavailable get by A 1.05s
        1.500 web FailedUnavailable get by A 1.05s
        1.500 web AttemptUnavailable get by A 0.49s
        1.500 web FailedUnavailable get by A 0.49s
        1.500 web AttemptUnavailable get by A 0.3s
        1.500 web FailedUnavailable get by A 0.3s
        1.700 web Arrived get#3
        1.700 A RefusedUnavailable get#3
        1.700 web AttemptUnavailable get by A
        1.700 web FailedUnavailable get by A
    ",
    );
}

#[test]
fn a_worker_lost_in_use_is_gone_when_it_is_done() {
    let two = Station { workers: Workers::Limited(2), ..station(10) };
    let model = stations(load(&[0, 1, 12, 13]), vec![two]);
    check(
        &with(model, 0, 30, Effect::Leak { every: ms(5) }),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A StartedAtOnce get#1
        0.010 A Completed get#0 0.01s
        0.010 web Succeeded get#0 0.01s
        0.011 A Completed get#1 0.01s
        0.011 web Succeeded get#1 0.01s
        0.012 web Arrived get#1
        0.012 A Queued get#1
        0.013 web Arrived get#0
        0.013 A Queued get#0 1
        0.030 A Started get#1 0.018s
        0.030 A Started get#0 0.017s
        0.040 A Completed get#1 0.028s
        0.040 web Succeeded get#1 0.028s
        0.040 A Completed get#0 0.027s
        0.040 web Succeeded get#0 0.027s
    ",
    );
}

#[test]
fn lost_calls_run_into_the_timeout_of_their_caller() {
    let call = Call { timeout: Some(ms(20)), retries: 1, backoff: backoff(5), ..call(1) };
    let mut model = stations(load(&[0]), vec![front(0, vec![call]), station(10)]);
    let loss = Effect::Loss { from: Some(1), ratio: Ratio::ONE };
    model = with(model, 0, 10, loss);
    model.changes[0].target.site = Site::Tier(TierId(1));
    check(
        &model,
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.000 A Finished get#0
        0.020 A CallTimedOut get#0 0.02s
        0.025 A CallRetried get#0 1
        0.025 B StartedAtOnce get'#0
        0.035 B Completed get'#0 0.01s
        0.035 A Answered get#0 0.035s
        0.035 web Succeeded get#0 0.035s
    ",
    );
}

#[test]
fn only_whom_the_partition_cuts_off_is_cut_off() {
    let loss = Effect::Loss { from: Some(7), ratio: Ratio::ONE };
    check(
        &with(one_worker(&[1]), 0, 10, loss),
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.011 A Completed get#0 0.01s
        0.011 web Succeeded get#0 0.01s
    ",
    );
}

#[test]
fn a_name_that_is_not_resolved_is_refused_after_a_while() {
    let unresolved = Effect::Unresolved { from: None, after: ms(5) };
    check(
        &with(one_worker(&[1, 12]), 0, 10, unresolved),
        r"
        0.001 web Arrived get#0
        0.001 A RefusedUnavailable get#0
        0.006 web AttemptUnavailable get by A 0.005s
        0.006 web FailedUnavailable get by A 0.005s
        0.012 web Arrived get#0
        0.012 A StartedAtOnce get#0
        0.022 A Completed get#0 0.01s
        0.022 web Succeeded get#0 0.01s
    ",
    );
}

#[test]
fn a_condition_sets_it_off_while_it_holds() {
    let condition = Condition {
        of: TierId(0),
        signal: Signal::Queue,
        above: true,
        value: 0.5,
        holds: ms(10),
        every: ms(5),
    };
    let model = stations(load(&[0, 1, 30]), vec![station(20)]);
    let mut model = with(model, 0, 8, Effect::Hang);
    model.changes[0].cause = Cause::Condition { condition, again: false, group: 1 };
    check(
        &model,
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.015 A FaultBegan get#0
        0.023 A FaultEnded get#0
        0.028 A Completed get#0 0.028s
        0.028 A Started get#1 0.027s
        0.028 web Succeeded get#0 0.028s
        0.030 web Arrived get#0
        0.030 A Queued get#0
        0.048 A Completed get#1 0.047s
        0.048 A Started get#0 0.018s
        0.048 web Succeeded get#1 0.047s
        0.068 A Completed get#0 0.038s
        0.068 web Succeeded get#0 0.038s
    ",
    );
}

#[test]
fn chance_hits_each_replica_by_itself() {
    let model = stations(load(&[]), vec![Station { replicas: 2, ..station(10) }]);
    let mut model = Model { duration: ms(300), ..with(model, 100, 0, Effect::Crash) };
    model.changes[0].cause = Cause::Chance { up: always(80), down: always(30), each: true, group: 1 };
    check(
        &model,
        r"
        0.180 A FaultBegan get#0 1
        0.180 A FaultBegan get#0 2
        0.210 A FaultEnded get#0 1
        0.210 A FaultEnded get#0 2
        0.290 A FaultBegan get#0 1
        0.290 A FaultBegan get#0 2
    ",
    );
}

#[test]
fn chaos_draws_one_of_its_group_again_and_again() {
    let model = stations(load(&[]), vec![station(10)]);
    let model = with(with(model, 0, 0, Effect::Hang), 0, 0, Effect::Slow { factor: 2.0 });
    let mut model = Model { duration: ms(400), ..model };
    for (draw, fault) in (0..).zip(&mut model.changes) {
        fault.cause = Cause::Chaos { every: always(100), down: always(30), draw, group: 0 };
    }
    check(
        &model,
        r"
        0.100 A FaultBegan get#1
        0.130 A FaultEnded get#1
        0.200 A FaultBegan get#1
        0.230 A FaultEnded get#1
        0.300 A FaultBegan get#0
        0.330 A FaultEnded get#0
        0.400 A FaultBegan get#1
    ",
    );
}

#[test]
fn what_chaos_draws_together_happens_together() {
    let model = model(vec![load(&[])], vec![Body::Station(station(10)), Body::Station(station(10))]);
    let faults = [(0, Effect::Hang), (0, Effect::Crash), (1, Effect::Crash)];
    let with_all = faults.into_iter().fold(model, |model, (_, kind)| with(model, 0, 0, kind));
    let mut model = Model { duration: ms(400), ..with_all };
    for (fault, (tier, draw)) in model.changes.iter_mut().zip([(0, 0), (0, 1), (1, 1)]) {
        fault.target.site = Site::Tier(TierId(tier));
        fault.cause = Cause::Chaos { every: always(100), down: always(30), draw, group: 0 };
    }
    check(
        &model,
        r"
        0.100 A FaultBegan get#1
        0.100 B FaultBegan get#2
        0.130 A FaultEnded get#1
        0.130 B FaultEnded get#2
        0.200 A FaultBegan get#1
        0.200 B FaultBegan get#2
        0.230 A FaultEnded get#1
        0.230 B FaultEnded get#2
        0.300 A FaultBegan get#0
        0.330 A FaultEnded get#0
        0.400 A FaultBegan get#1
        0.400 B FaultBegan get#2
    ",
    );
}
