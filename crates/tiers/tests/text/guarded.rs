//! Fleets of engines with policies at the door, and with health tracking of their replicas.

use crate::fleets::*;
use crate::parts::*;
use brownout_inference::Options;
use brownout_model::*;
use brownout_tiers::policy::{Args, Value};
use brownout_units::{Ratio, Span};

fn guarded(policies: Vec<Policy>) -> Engines {
    Engines { policies, ..engines() }
}

#[test]
fn a_limit_turns_away_what_is_too_many_and_lets_in_when_one_has_left() {
    let limit = policy("concurrency-limit", Args::new().with("limit", Value::Count(1)));
    check_rest(
        &asks(&[0, 5, 25], (100, 2), guarded(vec![limit])),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.005 web Arrived get#1
        0.005 A TurnedAway get#0
        0.005 A RefusedUnavailable get#1
        0.005 web AttemptUnavailable get by A
        0.005 web FailedUnavailable get by A
        0.010 A FirstToken get#0 0.01s
        0.020 A Completed get#0 0.02s
        0.020 A Generated get#0 2
        0.020 web Succeeded get#0 0.02s
        0.025 web Arrived get#0
        0.025 A StartedAtOnce get#0
        0.035 A FirstToken get#0 0.01s
        0.045 A Completed get#0 0.02s
        0.045 A Generated get#0 2
        0.045 web Succeeded get#0 0.02s
    ",
    );
}

#[test]
fn a_queue_is_old_when_its_first_has_waited_too_long() {
    let age = policy("queue-age", Args::new().with("limit", Value::Span(ms(15))));
    let one = Engines { engine: Options { sequences_max: 1, ..options() }, ..guarded(vec![age]) };
    // The second waits from 1 ms on; at 20 ms that is too long, and at 35 ms no caller waits any more.
    check_rest(
        &asks(&[0, 1, 20, 35], (100, 3), one),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.010 A FirstToken get#0 0.01s
        0.020 web Arrived get#2
        0.020 A TurnedAway get#0
        0.020 A RefusedUnavailable get#2 1
        0.020 web AttemptUnavailable get by A
        0.020 web FailedUnavailable get by A
        0.030 A Completed get#0 0.03s
        0.030 A Generated get#0 3
        0.030 A Started get#1 0.029s
        0.030 web Succeeded get#0 0.03s
        0.035 web Arrived get#0
        0.035 A Queued get#0
        0.040 A FirstToken get#1 0.039s
        0.060 A Completed get#1 0.059s
        0.060 A Generated get#1 3
        0.060 A Started get#0 0.025s
        0.060 web Succeeded get#1 0.059s
        0.070 A FirstToken get#0 0.035s
        0.090 A Completed get#0 0.055s
        0.090 A Generated get#0 3
        0.090 web Succeeded get#0 0.055s
    ",
    );
}

#[test]
fn a_replica_whose_answers_fail_is_ejected_for_its_time() {
    let care = ejects(1, 100, 30);
    let model = asks(&[1, 2, 30, 40, 110, 111], (100, 1), two_engines(care));
    check_rest(
        &at_first(model, 105, Effect::Errors { ratio: Ratio::ONE }),
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.002 web Arrived get#1
        0.002 A StartedAtOnce get#1
        0.011 A FirstToken get#0 0.01s
        0.011 A Completed get#0 0.01s
        0.011 A Generated get#0 1
        0.011 web Succeeded get#0 0.01s
        0.012 A FirstToken get#1 0.01s
        0.012 A Completed get#1 0.01s
        0.012 A Generated get#1 1
        0.012 A Ejected get#0
        0.012 web AttemptError get by A 0.01s
        0.012 web FailedError get by A 0.01s
        0.030 web Arrived get#1
        0.030 A StartedAtOnce get#1
        0.040 web Arrived get#0
        0.040 A FirstToken get#1 0.01s
        0.040 A Completed get#1 0.01s
        0.040 A Generated get#1 1
        0.040 A StartedAtOnce get#0
        0.040 web Succeeded get#1 0.01s
        0.050 A FirstToken get#0 0.01s
        0.050 A Completed get#0 0.01s
        0.050 A Generated get#0 1
        0.050 web Succeeded get#0 0.01s
        0.110 web Arrived get#0
        0.110 A StartedAtOnce get#0
        0.111 web Arrived get#1
        0.111 A StartedAtOnce get#1
        0.120 A FirstToken get#0 0.01s
        0.120 A Completed get#0 0.01s
        0.120 A Generated get#0 1
        0.120 web Succeeded get#0 0.01s
        0.121 A FirstToken get#1 0.01s
        0.121 A Completed get#1 0.01s
        0.121 A Generated get#1 1
        0.121 web Succeeded get#1 0.01s
    ",
    );
}

#[test]
fn a_probe_finds_one_that_hangs_and_kills_it() {
    let restarts = Some(ms(20));
    let check = HealthCheck { interval: ms(10), timeout: ms(50), unhealthy: 2, healthy: 1, restarts };
    let care = Care { check: Some(check), ..Care::none() };
    let mut model = asks(&[1, 2, 25, 26, 61], (100, 1), two_engines(care));
    model.duration = Span::from_millis(80);
    model.window = model.duration;
    check_rest(
        &at_first(model, 30, Effect::Hang),
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.002 web Arrived get#1
        0.002 A StartedAtOnce get#1
        0.011 A FirstToken get#0 0.01s
        0.011 A Completed get#0 0.01s
        0.011 A Generated get#0 1
        0.011 web Succeeded get#0 0.01s
        0.020 A Ejected get#0 1
        0.020 A Wasted get#1 0.018s
        0.020 A Aborted get#1 0.018s
        0.020 A EndedUnavailable get by A 0.018s
        0.020 web AttemptUnavailable get by A 0.018s
        0.020 web FailedUnavailable get by A 0.018s
        0.025 web Arrived get#1
        0.025 A StartedAtOnce get#1
        0.026 web Arrived get#0
        0.026 A Queued get#0
        0.035 A FirstToken get#1 0.01s
        0.035 A Completed get#1 0.01s
        0.035 A Generated get#1 1
        0.035 A Started get#0 0.009s
        0.035 web Succeeded get#1 0.01s
        0.045 A FirstToken get#0 0.019s
        0.045 A Completed get#0 0.019s
        0.045 A Generated get#0 1
        0.045 web Succeeded get#0 0.019s
        0.061 web Arrived get#0
        0.061 A StartedAtOnce get#0
        0.071 A FirstToken get#0 0.01s
        0.071 A Completed get#0 0.01s
        0.071 A Generated get#0 1
        0.071 web Succeeded get#0 0.01s
    ",
    );
}

#[test]
fn a_replica_that_hangs_is_ejected_when_its_caller_has_left() {
    let care = ejects(1, 1_000, 1_000);
    for on_timeout in [OnTimeout::Abandon, OnTimeout::Cancel] {
        let mut model = asks(&[1, 2, 20, 30], (100, 1), two_engines(care.clone()));
        model.loads[0].client = Client { timeout: Some(ms(15)), on_timeout, ..client() };
        let model = at_first(model, 100, Effect::Hang);
        assert_eq!((count(&model, "Ejected"), count(&model, "Succeeded")), (1, 3));
    }
}

#[test]
fn a_replica_that_has_begun_to_answer_does_not_hang() {
    let care = ejects(1, 1_000, 1_000);
    let mut model = asks(&[1, 2], (100, 9), two_engines(care));
    model.loads[0].client = Client { timeout: Some(ms(35)), ..client() };
    assert_eq!((count(&model, "Ejected"), count(&model, "AttemptTimeout")), (0, 2));
}
