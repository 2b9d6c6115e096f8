//! Errors that take a worker's time.

use crate::parts::*;
use brownout_model::*;
use brownout_tiers::policy::{Args, Value, find};
use brownout_units::{Ratio, Span};

/// Refusals and failures that take these milliseconds.
fn costs(refusal: Option<u64>, failure: Option<u64>) -> ErrorPath {
    ErrorPath { refusal: refusal.map(always), failure: failure.map(always) }
}

/// A service of 10 ms with one place in its queue, whose refusals take 3 ms.
fn full() -> Station {
    let queue = Queue { limit: Some(1), ..station(10).queue };
    Station { queue, error_path: Some(costs(Some(3), None).into()), ..station(10) }
}

#[test]
fn a_refusal_waits_for_the_worker_and_keeps_it() {
    check(
        &stations(load(&[0, 1, 2, 24]), vec![full()]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.002 web Arrived get#2
        0.002 A Queued get#2 1
        0.010 A Completed get#0 0.01s
        0.010 A Started get#1 0.009s
        0.010 web Succeeded get#0 0.01s
        0.020 A Completed get#1 0.019s
        0.020 A Started get#2 0.018s
        0.020 web Succeeded get#1 0.019s
        0.023 A Finished get#2 0.021s
        0.023 A EndedUnavailable get by A 0.021s
        0.023 web AttemptUnavailable get by A 0.021s
        0.023 web FailedUnavailable get by A 0.021s
        0.024 web Arrived get#2
        0.024 A StartedAtOnce get#2
        0.034 A Completed get#2 0.01s
        0.034 web Succeeded get#2 0.01s
    ",
    );
}

#[test]
fn a_policy_that_refuses_keeps_an_idle_worker_busy() {
    let kind = find("concurrency-limit").expect("a policy");
    let args = Args::new().with("limit", Value::Count(1)).or_defaults(kind.defaults());
    let retry_after = Some(ms(50));
    let policy = Policy {
        on: true,
        kind: kind.name.into(),
        args,
        paths: PathSet::ALL,
        per: Per::All,
        each_replica: true,
        status: 429,
        retry_after,
    };
    let workers = Workers::Limited(2);
    check(
        &stations(
            load(&[0, 1, 2, 12]),
            vec![Station { workers, policies: vec![policy], queue: station(0).queue, ..full() }],
        ),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A TurnedAway get#0
        0.001 A StartedAtOnce get#1
        0.002 web Arrived get#2
        0.002 A TurnedAway get#0
        0.002 A Queued get#2
        0.004 A Finished get#1 0.003s
        0.004 A EndedTooManyRequests get by A 0.003s
        0.004 A Started get#2 0.002s
        0.004 web AttemptTooManyRequests get by A 0.003s
        0.004 web FailedTooManyRequests get by A 0.003s
        0.007 A Finished get#2 0.005s
        0.007 A EndedTooManyRequests get by A 0.005s
        0.007 web AttemptTooManyRequests get by A 0.005s
        0.007 web FailedTooManyRequests get by A 0.005s
        0.010 A Completed get#0 0.01s
        0.010 web Succeeded get#0 0.01s
        0.012 web Arrived get#0
        0.012 A StartedAtOnce get#0
        0.022 A Completed get#0 0.01s
        0.022 web Succeeded get#0 0.01s
    ",
    );
}

#[test]
fn a_call_that_has_waited_too_long_costs_its_refusal() {
    let queue = Queue { expire: Some(ms(5)), ..station(0).queue };
    check(
        &stations(load(&[0, 1, 8]), vec![Station { queue, ..full() }]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.008 web Arrived get#2
        0.008 A Queued get#2 1
        0.010 A Completed get#0 0.01s
        0.010 A Started get#1 0.009s
        0.010 web Succeeded get#0 0.01s
        0.013 A Finished get#1 0.012s
        0.013 A EndedGatewayTimeout get by A 0.012s
        0.013 A Started get#2 0.005s
        0.013 web AttemptGatewayTimeout get by A 0.012s
        0.013 web FailedGatewayTimeout get by A 0.012s
        0.023 A Completed get#2 0.015s
        0.023 web Succeeded get#2 0.015s
    ",
    );
}

#[test]
fn a_failure_takes_longer_than_success() {
    let model = stations(
        load(&[0, 1]),
        vec![Station { error_path: Some(costs(None, Some(20)).into()), ..station(10) }],
    );
    check(
        &with(model, 0, 15, Effect::Errors { ratio: Ratio::ONE }),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.030 A Finished get#0 0.03s
        0.030 A EndedError get by A 0.03s
        0.030 A Started get#1 0.029s
        0.030 web AttemptError get by A 0.03s
        0.030 web FailedError get by A 0.03s
        0.040 A Completed get#1 0.039s
        0.040 web Succeeded get#1 0.039s
    ",
    );
}

#[test]
fn a_caller_may_leave_before_its_refusal() {
    let client = Client { timeout: Some(ms(4)), on_timeout: OnTimeout::Cancel, ..client() };
    check(
        &stations(Load { client, ..load(&[0, 1, 2]) }, vec![full()]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.002 web Arrived get#2
        0.002 A Queued get#2 1
        0.004 web AttemptTimeout get by web 0.004s
        0.004 web FailedTimeout get by web 0.004s
        0.004 A Wasted get#0 0.004s
        0.004 A Aborted get#0 0.004s
        0.004 A Cancelled get#0 0.004s
        0.004 A Started get#1 0.003s
        0.005 web AttemptTimeout get by web 0.004s
        0.005 web FailedTimeout get by web 0.004s
        0.005 A Wasted get#1 0.001s
        0.005 A Aborted get#1 0.004s
        0.005 A Cancelled get#1 0.004s
        0.005 A Started get#2 0.003s
        0.006 web AttemptTimeout get by web 0.004s
        0.006 web FailedTimeout get by web 0.004s
        0.006 A Wasted get#2 0.001s
        0.006 A Aborted get#2 0.004s
        0.006 A Cancelled get#2 0.004s
    ",
    );
}

#[test]
fn a_crash_ends_refusals_too() {
    check(
        &with(stations(load(&[0, 1, 2]), vec![full()]), 5, 10, Effect::Crash),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.002 web Arrived get#2
        0.002 A Queued get#2 1
        0.005 A Wasted get#0 0.005s
        0.005 A Aborted get#0 0.005s
        0.005 A EndedUnavailable get by A 0.005s
        0.005 A LeftQueue get#1 0.004s
        0.005 A EndedUnavailable get by A 0.004s
        0.005 A LeftQueue get#2 0.003s
        0.005 A EndedUnavailable get by A 0.003s
        0.005 web AttemptUnavailable get by A 0.005s
        0.005 web FailedUnavailable get by A 0.005s
        0.005 web AttemptUnavailable get by A 0.004s
        0.005 web FailedUnavailable get by A 0.004s
        0.005 web AttemptUnavailable get by A 0.003s
        0.005 web FailedUnavailable get by A 0.003s
    ",
    );
}

/// One worker, 10 ms a call, a queue of 5, calls every 4 ms for 10 s: 250 a second for a capacity of 100.
fn served(refusal: Option<u64>) -> f64 {
    let arrivals: Vec<u64> = (0..2_500).map(|n| 4 * n).collect();
    let queue = Queue { limit: Some(5), ..station(10).queue };
    let model = stations(
        load(&arrivals),
        vec![Station { queue, error_path: Some(costs(refusal, None).into()), ..station(10) }],
    );
    count(&model, "Succeeded") as f64 / Span::as_secs_f64(model.duration)
}

/// Of a worker's second, X calls take 10 ms each and 250 − X refusals c each: X = (1 − 250 c) / (0.01 − c).
#[test]
fn capacity_falls_by_what_is_refused() {
    for (cost, expect) in
        [(None, 100.0), (Some(1), 750.0 / 9.0), (Some(2), 500.0 / 8.0), (Some(3), 250.0 / 7.0)]
    {
        let served = served(cost);
        assert!((served - expect).abs() < 1.0, "{cost:?} ms: {served}/s, not {expect}/s");
    }
}
