//! Faults, and their effect on work in service.

use crate::parts::*;
use brownout_model::*;
use brownout_units::Ratio;

fn one_worker(arrivals: &[u64]) -> Model {
    stations(load(arrivals), vec![station(10)])
}

#[test]
fn a_hang_stops_work_which_goes_on_with_what_was_left() {
    check(
        &with(one_worker(&[0, 1]), 4, 20, Effect::Hang),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.030 A Completed get#0 0.03s
        0.030 A Started get#1 0.029s
        0.030 web Succeeded get#0 0.03s
        0.040 A Completed get#1 0.039s
        0.040 web Succeeded get#1 0.039s
    ",
    );
}

#[test]
fn a_slow_replica_takes_longer_from_then_on_only() {
    check(
        &with(one_worker(&[0, 1]), 4, 16, Effect::Slow { factor: 2.0 }),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.016 A Completed get#0 0.016s
        0.016 A Started get#1 0.015s
        0.016 web Succeeded get#0 0.016s
        0.028 A Completed get#1 0.027s
        0.028 web Succeeded get#1 0.027s
    ",
    );
}

#[test]
fn overlapping_faults_add_up() {
    let slow = with(one_worker(&[0]), 2, 100, Effect::Slow { factor: 2.0 });
    let slower = with(slow, 4, 6, Effect::Slow { factor: 3.0 });
    check(
        &with(slower, 5, 10, Effect::Hang),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.029 A Completed get#0 0.028666666s
        0.029 web Succeeded get#0 0.028666666s
    ",
    );
}

#[test]
fn a_crash_loses_what_is_inside_and_refuses_until_it_is_over() {
    check(
        &with(one_worker(&[0, 1, 10, 20]), 5, 10, Effect::Crash),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.005 A Wasted get#0 0.005s
        0.005 A Aborted get#0 0.005s
        0.005 A EndedUnavailable get by A 0.005s
        0.005 A LeftQueue get#1 0.004s
        0.005 A EndedUnavailable get by A 0.004s
        0.005 web AttemptUnavailable get by A 0.005s
        0.005 web FailedUnavailable get by A 0.005s
        0.005 web AttemptUnavailable get by A 0.004s
        0.005 web FailedUnavailable get by A 0.004s
        0.010 web Arrived get#1
        0.010 A RefusedUnavailable get#1
        0.010 web AttemptUnavailable get by A
        0.010 web FailedUnavailable get by A
        0.020 web Arrived get#1
        0.020 A StartedAtOnce get#1
        0.030 A Completed get#1 0.01s
        0.030 web Succeeded get#1 0.01s
    ",
    );
}

#[test]
fn errors_come_after_the_work_was_done() {
    check(
        &with(one_worker(&[0]), 0, 100, Effect::Errors { ratio: Ratio::ONE }),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.010 A Finished get#0 0.01s
        0.010 A EndedError get by A 0.01s
        0.010 web AttemptError get by A 0.01s
        0.010 web FailedError get by A 0.01s
    ",
    );
}

#[test]
fn half_of_the_replicas_crash() {
    let model = stations(load(&[0, 1]), vec![Station { replicas: 2, ..station(10) }]);
    let mut model = with(model, 5, 10, Effect::Crash);
    model.changes[0].target.hits = Hits::Share { from: Ratio::ZERO, to: Ratio::new(0.5).expect("half") };
    check(
        &model,
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A StartedAtOnce get#1
        0.005 A Wasted get#1 0.004s
        0.005 A Aborted get#1 0.004s
        0.005 A EndedUnavailable get by A 0.004s
        0.005 web AttemptUnavailable get by A 0.004s
        0.005 web FailedUnavailable get by A 0.004s
        0.010 A Completed get#0 0.01s
        0.010 web Succeeded get#0 0.01s
    ",
    );
}
