//! Policies where they stand: what is held back at clients and calls, what is turned away at the door.

use crate::parts::*;
use brownout_model::*;
use brownout_tiers::policy::{Args, Value};

/// Everything fails from the start.
fn broken(model: Model) -> Model {
    with(model, 0, 10_000, Effect::Errors { ratio: brownout_units::Ratio::ONE })
}

fn retrying(policies: Vec<Policy>) -> Client {
    Client { retries: 2, retry_on: of_codes(&[500, 503]), backoff: backoff(5), policies, ..client() }
}

#[test]
fn a_budget_of_one_retry_is_spent_by_the_first_who_fails() {
    let client = retrying(vec![policy("retry-budget", Args::new().with("burst", Value::Count(1)))]);
    check(
        &broken(stations(Load { client, ..load(&[0]) }, vec![station(1)])),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 A Finished get#0 0.001s
        0.001 A EndedError get by A 0.001s
        0.001 web AttemptError get by A 0.001s
        0.006 web Retried get'#0 1
        0.006 A StartedAtOnce get'#0
        0.007 A Finished get'#0 0.001s
        0.007 A EndedError get' by A 0.001s
        0.007 web AttemptError get' by A 0.001s
        0.007 web RetryWithheld get'#0 2
        0.007 web FailedError get' by A 0.007s
    ",
    );
}

#[test]
fn an_open_breaker_fails_a_first_try_at_once() {
    let client = Client {
        policies: vec![policy("breaker", Args::new().with("failures", Value::Count(1)))],
        ..client()
    };
    check(
        &broken(stations(Load { client, ..load(&[0, 5]) }, vec![station(1)])),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 A Finished get#0 0.001s
        0.001 A EndedError get by A 0.001s
        0.001 web AttemptError get by A 0.001s
        0.001 web FailedError get by A 0.001s
        0.005 web Arrived get#0
        0.005 web Withheld get#0
        0.005 web AttemptUnavailable get by web
        0.005 web FailedUnavailable get by web
    ",
    );
}

#[test]
fn a_call_that_is_held_back_fails_its_caller_and_an_optional_one_does_not() {
    let guarded = |optional| Call {
        optional,
        policies: vec![policy("breaker", Args::new().with("failures", Value::Count(1)))],
        ..call(1)
    };
    let model = |optional| {
        let model = stations(load(&[0, 5]), vec![front(0, vec![guarded(optional)]), station(1)]);
        let mut model = broken(model);
        model.changes[0].target.site = Site::Tier(TierId(1));
        model
    };
    check(
        &model(false),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.000 A Finished get#0
        0.000 B StartedAtOnce get#0
        0.001 B Finished get#0 0.001s
        0.001 B EndedError get by B 0.001s
        0.001 A EndedError get by B 0.001s
        0.001 web AttemptError get by B 0.001s
        0.001 web FailedError get by B 0.001s
        0.005 web Arrived get#0
        0.005 A StartedAtOnce get#0
        0.005 A Finished get#0
        0.005 A CallWithheld get#0
        0.005 A EndedUnavailable get by A
        0.005 web AttemptUnavailable get by A
        0.005 web FailedUnavailable get by A
    ",
    );
    check(
        &model(true),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.000 A Finished get#0
        0.000 B StartedAtOnce get#0
        0.001 B Finished get#0 0.001s
        0.001 B EndedError get by B 0.001s
        0.001 A Answered get#0 0.001s
        0.001 web Succeeded get#0 0.001s
        0.005 web Arrived get#0
        0.005 A StartedAtOnce get#0
        0.005 A Finished get#0
        0.005 A CallWithheld get#0
        0.005 A Answered get#0
        0.005 web Succeeded get#0
    ",
    );
}

#[test]
fn a_limit_turns_away_the_first_call_beyond_it() {
    let limited = Station {
        policies: vec![policy("concurrency-limit", Args::new().with("limit", Value::Count(2)))],
        ..station(10)
    };
    check(
        &stations(load(&[0, 1, 2, 12]), vec![limited]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.002 web Arrived get#2
        0.002 A TurnedAway get#0
        0.002 A RefusedUnavailable get#2 1
        0.002 web AttemptUnavailable get by A
        0.002 web FailedUnavailable get by A
        0.010 A Completed get#0 0.01s
        0.010 A Started get#1 0.009s
        0.010 web Succeeded get#0 0.01s
        0.012 web Arrived get#0
        0.012 A Queued get#0
        0.020 A Completed get#1 0.019s
        0.020 A Started get#0 0.008s
        0.020 web Succeeded get#1 0.019s
        0.030 A Completed get#0 0.018s
        0.030 web Succeeded get#0 0.018s
    ",
    );
}
