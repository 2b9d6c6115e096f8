//! The calls that a tier makes: held workers, forks, failures, retries, caches, links and balancers.

use crate::parts::*;
use brownout_model::*;

/// A takes 1 ms and then waits 20 ms for B; both have one worker.
fn pool(hold: bool) -> Model {
    let caller = Station { hold, calls: vec![call(1)], ..station(1) };
    stations(load(&[0, 1]), vec![caller, Station { workers: Workers::Unlimited, ..station(20) }])
}

#[test]
fn a_slow_callee_holds_the_workers_of_its_caller() {
    check(
        &pool(true),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.001 A Finished get#0 0.001s
        0.001 B StartedAtOnce get#0
        0.021 B Completed get#0 0.02s
        0.021 A Answered get#0 0.021s
        0.021 A Started get#1 0.02s
        0.021 web Succeeded get#0 0.021s
        0.022 A Finished get#1 0.021s
        0.022 B StartedAtOnce get#0
        0.042 B Completed get#0 0.02s
        0.042 A Answered get#1 0.041s
        0.042 web Succeeded get#1 0.041s
    ",
    );
}

#[test]
fn without_hold_a_worker_is_free_while_its_call_is_out() {
    check(
        &pool(false),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.001 A Finished get#0 0.001s
        0.001 A Started get#1
        0.001 B StartedAtOnce get#0
        0.002 A Finished get#1 0.001s
        0.002 B StartedAtOnce get#1
        0.021 B Completed get#0 0.02s
        0.021 A Answered get#0 0.021s
        0.021 web Succeeded get#0 0.021s
        0.022 B Completed get#1 0.02s
        0.022 A Answered get#1 0.021s
        0.022 web Succeeded get#1 0.021s
    ",
    );
}

#[test]
fn a_fork_lasts_as_long_as_its_slowest_part() {
    let fork = Station { together: true, ..front(0, vec![call(1), Call { copies: 2, ..call(2) }]) };
    check(
        &stations(load(&[0]), vec![fork, station(30), station(20)]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.000 A Finished get#0
        0.000 B StartedAtOnce get#0
        0.000 C StartedAtOnce get#0
        0.000 C Queued get#1
        0.020 C Completed get#0 0.02s
        0.020 C Started get#1 0.02s
        0.030 B Completed get#0 0.03s
        0.040 C Completed get#1 0.04s
        0.040 A Answered get#0 0.04s
        0.040 web Succeeded get#0 0.04s
    ",
    );
}

#[test]
fn one_after_another_takes_the_sum() {
    let caller = front(0, vec![call(1), call(2)]);
    check(
        &stations(load(&[0]), vec![caller, station(30), station(20)]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.000 A Finished get#0
        0.000 B StartedAtOnce get#0
        0.030 B Completed get#0 0.03s
        0.030 C StartedAtOnce get#0
        0.050 C Completed get#0 0.02s
        0.050 A Answered get#0 0.05s
        0.050 web Succeeded get#0 0.05s
    ",
    );
}

/// B is full for a second call.
fn refused(call: Call) -> Model {
    let queue = Queue { limit: Some(0), ..station(0).queue };
    stations(load(&[0, 1]), vec![front(0, vec![call]), Station { queue, ..station(10) }])
}

#[test]
fn a_failed_call_fails_its_caller() {
    check(
        &refused(call(1)),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.000 A Finished get#0
        0.000 B StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A StartedAtOnce get#1
        0.001 A Finished get#1
        0.001 B RefusedUnavailable get#1
        0.001 A EndedUnavailable get by B
        0.001 web AttemptUnavailable get by B
        0.001 web FailedUnavailable get by B
        0.010 B Completed get#0 0.01s
        0.010 A Answered get#0 0.01s
        0.010 web Succeeded get#0 0.01s
    ",
    );
}

#[test]
fn a_failed_call_that_is_optional_is_ignored() {
    check(
        &refused(Call { optional: true, ..call(1) }),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.000 A Finished get#0
        0.000 B StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A StartedAtOnce get#1
        0.001 A Finished get#1
        0.001 B RefusedUnavailable get#1
        0.001 A Answered get#1
        0.001 web Succeeded get#1
        0.010 B Completed get#0 0.01s
        0.010 A Answered get#0 0.01s
        0.010 web Succeeded get#0 0.01s
    ",
    );
}

#[test]
fn a_call_is_tried_again_after_its_backoff() {
    check(
        &refused(Call { retries: 2, retry_on: of_codes(&[503]), backoff: backoff(5), ..call(1) }),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.000 A Finished get#0
        0.000 B StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A StartedAtOnce get#1
        0.001 A Finished get#1
        0.001 B RefusedUnavailable get#1
        0.006 A CallRetried get#1 1
        0.006 B RefusedUnavailable get'#1
        0.010 B Completed get#0 0.01s
        0.010 A Answered get#0 0.01s
        0.010 web Succeeded get#0 0.01s
        0.011 A CallRetried get#1 2
        0.011 B StartedAtOnce get'#0
        0.021 B Completed get'#0 0.01s
        0.021 A Answered get#1 0.02s
        0.021 web Succeeded get#1 0.02s
    ",
    );
}

#[test]
fn a_call_that_times_out_is_cancelled_and_tried_again() {
    let call = Call { timeout: Some(ms(8)), on_timeout: OnTimeout::Cancel, retries: 1, ..call(1) };
    check(
        &stations(load(&[0]), vec![front(0, vec![call]), station(10)]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.000 A Finished get#0
        0.000 B StartedAtOnce get#0
        0.008 A CallTimedOut get#0 0.008s
        0.008 B Wasted get#0 0.008s
        0.008 B Aborted get#0 0.008s
        0.008 B Cancelled get#0 0.008s
        0.008 A CallRetried get#0 1
        0.008 B StartedAtOnce get'#0
        0.016 A CallTimedOut get#0 0.008s
        0.016 A EndedGatewayTimeout get by A 0.016s
        0.016 B Wasted get'#0 0.008s
        0.016 B Aborted get'#0 0.008s
        0.016 B Cancelled get'#0 0.008s
        0.016 web AttemptGatewayTimeout get by A 0.016s
        0.016 web FailedGatewayTimeout get by A 0.016s
    ",
    );
}

#[test]
fn one_fetch_serves_all_who_want_the_key() {
    let cache =
        Cache { keys: 1, skew: 0.0, entries: 1, ttl: None, single_flight: true, warm: false, stale: None };
    let cached = Station { cache: Some(cache), ..front(0, vec![call(1)]) };
    check(
        &stations(load(&[0, 1, 2, 20]), vec![cached, station(10)]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.000 A Finished get#0
        0.000 A Missed get#0
        0.000 B StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A StartedAtOnce get#1
        0.001 A Finished get#1
        0.001 A Joined get#1
        0.002 web Arrived get#2
        0.002 A StartedAtOnce get#2
        0.002 A Finished get#2
        0.002 A Joined get#2
        0.010 B Completed get#0 0.01s
        0.010 A Answered get#0 0.01s
        0.010 A Answered get#1 0.009s
        0.010 A Answered get#2 0.008s
        0.010 web Succeeded get#0 0.01s
        0.010 web Succeeded get#1 0.009s
        0.010 web Succeeded get#2 0.008s
        0.020 web Arrived get#2
        0.020 A StartedAtOnce get#2
        0.020 A Finished get#2
        0.020 A Hit get#2
        0.020 A Answered get#2
        0.020 web Succeeded get#2
    ",
    );
}

#[test]
fn when_a_fetch_is_cancelled_it_goes_on_for_those_who_joined_it() {
    let cache =
        Cache { keys: 1, skew: 0.0, entries: 1, ttl: None, single_flight: true, warm: false, stale: None };
    let cached = Station { cache: Some(cache), ..front(0, vec![call(1)]) };
    let client = Client { timeout: Some(ms(5)), on_timeout: OnTimeout::Cancel, ..client() };
    let bodies = vec![Body::Station(cached), Body::Station(station(10))];
    check(
        &model(vec![Load { client, name: "hasty".to_owned(), ..load(&[0]) }, load(&[1])], bodies),
        r"
        0.000 hasty Arrived get#0
        0.000 A StartedAtOnce get#0
        0.000 A Finished get#0
        0.000 A Missed get#0
        0.000 B StartedAtOnce get#0
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#1
        0.001 A Finished get#1
        0.001 A Joined get#1
        0.005 hasty AttemptTimeout get by hasty 0.005s
        0.005 hasty FailedTimeout get by hasty 0.005s
        0.010 B Completed get#0 0.01s
        0.010 A Answered get#0 0.01s
        0.010 A Answered get#1 0.009s
        0.010 web Succeeded get#0 0.009s
    ",
    );
}

#[test]
fn a_link_takes_its_time_both_ways() {
    let link = Body::Link(Link { to: TierId(1), latency: always(7) });
    check(
        &model(vec![load(&[0])], vec![link, Body::Station(station(10))]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.007 B StartedAtOnce get#0
        0.017 B Completed get#0 0.01s
        0.017 A Answered get#0 0.017s
        0.024 web Succeeded get#0 0.024s
    ",
    );
}

#[test]
fn a_cancellation_travels_over_a_link_behind_its_call() {
    let link = Body::Link(Link { to: TierId(1), latency: always(7) });
    let client = Client { timeout: Some(ms(3)), on_timeout: OnTimeout::Cancel, ..client() };
    check(
        &model(vec![Load { client, ..load(&[0]) }], vec![link, Body::Station(station(10))]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.003 web AttemptTimeout get by web 0.003s
        0.003 web FailedTimeout get by web 0.003s
        0.003 A Cancelled get#0 0.003s
        0.007 B StartedAtOnce get#0
        0.010 B Wasted get#0 0.003s
        0.010 B Aborted get#0 0.003s
        0.010 B Cancelled get#0 0.003s
    ",
    );
}

#[test]
fn a_balancer_hands_calls_to_its_targets_in_turn() {
    let target = |to| Target { to: TierId(to), weight: 1.0, priority: 0 };
    let balancer = Balancer::plain(Balance::RoundRobin, vec![target(1), target(2)]);
    let tiers = vec![Body::Balancer(balancer), Body::Station(station(10)), Body::Station(station(10))];
    check(
        &model(vec![load(&[0, 1, 2])], tiers),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.000 C StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A StartedAtOnce get#1
        0.001 B StartedAtOnce get#0
        0.002 web Arrived get#2
        0.002 A StartedAtOnce get#2
        0.002 C Queued get#1
        0.010 C Completed get#0 0.01s
        0.010 C Started get#1 0.008s
        0.010 A Answered get#0 0.01s
        0.010 web Succeeded get#0 0.01s
        0.011 B Completed get#0 0.01s
        0.011 A Answered get#1 0.01s
        0.011 web Succeeded get#1 0.01s
        0.020 C Completed get#1 0.018s
        0.020 A Answered get#2 0.018s
        0.020 web Succeeded get#2 0.018s
    ",
    );
}
