//! Which replicas are chosen while some are unhealthy.

use crate::parts::*;
use brownout_model::*;
use brownout_units::Ratio;

fn cared_for(care: Care, arrivals: &[u64]) -> Model {
    let fleet = Fleet { care, ..Fleet::still() };
    stations(load(arrivals), vec![Station { replicas: 2, fleet: fleet.into(), ..station(1) }])
}

#[test]
fn two_failures_eject_until_the_sweep_after_its_time() {
    let care = ejects(2, 20, 30);
    check(
        &at_first(cared_for(care, &[1, 2, 3, 4, 5, 6, 7, 61, 62]), 100, Effect::Crash),
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.002 web Arrived get#1
        0.002 A RefusedUnavailable get#1
        0.002 web AttemptUnavailable get by A
        0.002 web FailedUnavailable get by A
        0.002 A Completed get#0 0.001s
        0.002 web Succeeded get#0 0.001s
        0.003 web Arrived get#0
        0.003 A StartedAtOnce get#0
        0.004 web Arrived get#1
        0.004 A RefusedUnavailable get#1
        0.004 A Ejected get#0
        0.004 A OutOfRotation get#0 1
        0.004 web AttemptUnavailable get by A
        0.004 web FailedUnavailable get by A
        0.004 A Completed get#0 0.001s
        0.004 web Succeeded get#0 0.001s
        0.005 web Arrived get#0
        0.005 A StartedAtOnce get#0
        0.006 web Arrived get#1
        0.006 A Queued get#1
        0.006 A Completed get#0 0.001s
        0.006 A Started get#1
        0.006 web Succeeded get#0 0.001s
        0.007 web Arrived get#0
        0.007 A Queued get#0
        0.007 A Completed get#1 0.001s
        0.007 A Started get#0
        0.007 web Succeeded get#1 0.001s
        0.008 A Completed get#0 0.001s
        0.008 web Succeeded get#0 0.001s
        0.040 A OutOfRotation get#0
        0.061 web Arrived get#0
        0.061 A RefusedUnavailable get#0
        0.061 web AttemptUnavailable get by A
        0.061 web FailedUnavailable get by A
        0.062 web Arrived get#0
        0.062 A StartedAtOnce get#0
        0.063 A Completed get#0 0.001s
        0.063 web Succeeded get#0 0.001s
    ",
    );
}

#[test]
fn a_probe_takes_out_who_does_not_answer() {
    let probe = HealthCheck { interval: ms(10), timeout: ms(5), unhealthy: 2, healthy: 1, restarts: None };
    let care = Care { check: Some(probe), ..Care::none() };
    check(
        &at_first(cared_for(care, &[2, 3, 22, 23, 112, 113]), 100, Effect::Crash),
        r"
        0.002 web Arrived get#0
        0.002 A StartedAtOnce get#0
        0.003 web Arrived get#1
        0.003 A RefusedUnavailable get#1
        0.003 web AttemptUnavailable get by A
        0.003 web FailedUnavailable get by A
        0.003 A Completed get#0 0.001s
        0.003 web Succeeded get#0 0.001s
        0.020 A Ejected get#0 1
        0.020 A OutOfRotation get#0 1
        0.022 web Arrived get#0
        0.022 A StartedAtOnce get#0
        0.023 web Arrived get#1
        0.023 A Queued get#1
        0.023 A Completed get#0 0.001s
        0.023 A Started get#1
        0.023 web Succeeded get#0 0.001s
        0.024 A Completed get#1 0.001s
        0.024 web Succeeded get#1 0.001s
        0.100 A OutOfRotation get#0
        0.112 web Arrived get#1
        0.112 A StartedAtOnce get#1
        0.113 web Arrived get#0
        0.113 A StartedAtOnce get#0
        0.113 A Completed get#1 0.001s
        0.113 web Succeeded get#1 0.001s
        0.114 A Completed get#0 0.001s
        0.114 web Succeeded get#0 0.001s
    ",
    );
}

#[test]
fn in_panic_all_replicas_are_chosen() {
    let probe = HealthCheck { interval: ms(10), timeout: ms(5), unhealthy: 1, healthy: 1, restarts: None };
    let care = Care { check: Some(probe), panic: Ratio::new(0.6).expect("a part"), ..Care::none() };
    check(
        &at_first(cared_for(care, &[22, 23]), 100, Effect::Crash),
        r"
        0.010 A Ejected get#0 1
        0.010 A Panicked get#1 1
        0.022 web Arrived get#0
        0.022 A StartedAtOnce get#0
        0.023 web Arrived get#1
        0.023 A RefusedUnavailable get#1
        0.023 web AttemptUnavailable get by A
        0.023 web FailedUnavailable get by A
        0.023 A Completed get#0 0.001s
        0.023 web Succeeded get#0 0.001s
        0.100 A Panicked get#2
    ",
    );
}

/// The first of two replicas hangs, callers wait 3 ms, and two failures eject.
fn first_hangs(on_timeout: OnTimeout, arrivals: &[u64]) -> Model {
    let care = ejects(2, 1_000, 1_000);
    let mut model = at_first(cared_for(care, arrivals), 50, Effect::Hang);
    model.loads[0].client = Client { timeout: Some(ms(3)), on_timeout, ..client() };
    model
}

#[test]
fn who_does_not_answer_in_time_has_failed_when_its_caller_leaves() {
    check(
        &first_hangs(OnTimeout::Abandon, &[1, 2, 3, 4, 8, 9]),
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.002 web Arrived get#1
        0.002 A StartedAtOnce get#1
        0.002 A Completed get#0 0.001s
        0.002 web Succeeded get#0 0.001s
        0.003 web Arrived get#0
        0.003 A StartedAtOnce get#0
        0.004 web Arrived get#2
        0.004 A Queued get#2
        0.004 A Completed get#0 0.001s
        0.004 web Succeeded get#0 0.001s
        0.005 web AttemptTimeout get by web 0.003s
        0.005 web FailedTimeout get by web 0.003s
        0.007 web AttemptTimeout get by web 0.003s
        0.007 web FailedTimeout get by web 0.003s
        0.007 A Ejected get#0
        0.007 A OutOfRotation get#0 1
        0.008 web Arrived get#2
        0.008 A StartedAtOnce get#0
        0.009 web Arrived get#1
        0.009 A Queued get#3
        0.009 A Completed get#0 0.001s
        0.009 A Started get#3
        0.009 web Succeeded get#2 0.001s
        0.010 A Completed get#3 0.001s
        0.010 web Succeeded get#1 0.001s
        0.051 A Wasted get#1 0.049s
        0.051 A Completed get#1 0.049s
        0.051 A Started get#2 0.047s
        0.051 web AnsweredAbandoned get#0 1
        0.052 A Wasted get#2 0.001s
        0.052 A Completed get#2 0.048s
        0.052 web AnsweredAbandoned get#0 1
        2.000 A OutOfRotation get#0
    ",
    );
}

#[test]
fn a_call_that_is_cancelled_for_being_late_is_a_failure_too() {
    check_but(
        &first_hangs(OnTimeout::Cancel, &[1, 2, 3, 4, 8, 9]),
        &["Arrived", "Succeeded"],
        r"
        0.001 A StartedAtOnce get#0
        0.002 A StartedAtOnce get#1
        0.002 A Completed get#0 0.001s
        0.003 A StartedAtOnce get#0
        0.004 A Queued get#2
        0.004 A Completed get#0 0.001s
        0.005 web AttemptTimeout get by web 0.003s
        0.005 web FailedTimeout get by web 0.003s
        0.005 A Wasted get#1 0.003s
        0.005 A Aborted get#1 0.003s
        0.005 A Cancelled get#1 0.003s
        0.005 A Started get#2 0.001s
        0.007 web AttemptTimeout get by web 0.003s
        0.007 web FailedTimeout get by web 0.003s
        0.007 A Wasted get#2 0.002s
        0.007 A Aborted get#2 0.003s
        0.007 A Cancelled get#2 0.003s
        0.007 A Ejected get#0
        0.007 A OutOfRotation get#0 1
        0.008 A StartedAtOnce get#2
        0.009 A Queued get#1
        0.009 A Completed get#2 0.001s
        0.009 A Started get#1
        0.010 A Completed get#1 0.001s
        2.000 A OutOfRotation get#0
    ",
    );
}

#[test]
fn a_try_that_was_not_the_first_to_be_answered_is_no_failure() {
    let mut model = first_hangs(OnTimeout::Abandon, &[2, 4, 6, 8]);
    model.loads[0].client.hedge = Some(Hedge::After(ms(1)));
    assert_eq!((count(&model, "HedgeLost"), count(&model, "Ejected")), (4, 0));
}
