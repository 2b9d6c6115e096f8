//! Interference: slow calls ahead of fast ones, and one class of users that delays another.

use crate::parts::*;
use brownout_model::*;
use brownout_tiers::policy::{Args, Value, find};

/// Users of a class who do one operation at these milliseconds.
fn users(name: &str, class: ClassId, operation: OperationId, millis: &[u64]) -> Load {
    let journey = vec![Step { operation, times: None, think: None, tools: None }];
    Load { name: name.into(), class, journey, ..load(millis) }
}

/// A get takes 10 ms and a login 100 ms.
fn mixed() -> Station {
    let service = [10, 100, 10, 100].map(|millis| Service::Drawn(always(millis))).to_vec();
    Station { service, ..station(10) }
}

fn slow_and_fast(tiers: Vec<Station>) -> Model {
    let (slow, fast) = (users("slow", WEB, LOGIN, &[0]), users("fast", WEB, GET, &[1, 2]));
    model(vec![slow, fast], tiers.into_iter().map(Body::Station).collect())
}

const WAITS: &[&str] = &["Arrived", "StartedAtOnce", "Started", "Queued", "Completed"];

#[test]
fn a_slow_call_at_the_head_of_the_line_makes_fast_ones_wait() {
    check_but(
        &slow_and_fast(vec![mixed()]),
        WAITS,
        r"
        0.100 slow Succeeded login#0 0.1s
        0.110 fast Succeeded get#0 0.109s
        0.120 fast Succeeded get#1 0.118s
    ",
    );
}

#[test]
fn processor_sharing_lets_fast_ones_pass() {
    let contention = Contention::Sharing { processors: 1 };
    check_but(
        &slow_and_fast(vec![Station { workers: Workers::Unlimited, contention, ..mixed() }]),
        WAITS,
        r"
        0.031 fast Succeeded get#0 0.0295s
        0.032 fast Succeeded get#1 0.029500001s
        0.120 slow Succeeded login#0 0.120000001s
    ",
    );
}

#[test]
fn a_pool_for_the_slow_ones_frees_the_line() {
    let only = |to, path: u32| Call { paths: PathSet(1 << path), ..call(to) };
    check_but(
        &slow_and_fast(vec![front(0, vec![only(1, 0), only(2, 1)]), mixed(), mixed()]),
        &[WAITS, &["Finished", "Answered"]].concat(),
        r"
        0.011 fast Succeeded get#0 0.01s
        0.021 fast Succeeded get#1 0.019s
        0.100 slow Succeeded login#0 0.1s
    ",
    );
}

/// Four calls of one class at once, and one of another, on two workers of 10 ms.
fn neighbours(policies: Vec<Policy>) -> Model {
    let loads = vec![users("noisy", WEB, GET, &[0, 0, 0, 0]), users("quiet", VIP, GET, &[1])];
    let station = Station { workers: Workers::Limited(2), policies, ..station(10) };
    model(loads, vec![Body::Station(station)])
}

#[test]
fn a_noisy_neighbour_takes_the_workers() {
    check_but(
        &neighbours(vec![]),
        WAITS,
        r"
        0.010 noisy Succeeded get#0 0.01s
        0.010 noisy Succeeded get#1 0.01s
        0.020 noisy Succeeded get#2 0.02s
        0.020 noisy Succeeded get#3 0.02s
        0.030 quiet Succeeded vip get#0 0.029s
    ",
    );
}

#[test]
fn a_limit_for_each_class_leaves_the_neighbour_its_share() {
    let kind = find("concurrency-limit").expect("a policy");
    let args = Args::new().with("limit", Value::Count(1)).or_defaults(kind.defaults());
    let (per, paths) = (Per::Class, PathSet::ALL);
    let policy = Policy {
        on: true,
        kind: kind.name.into(),
        args,
        paths,
        per,
        each_replica: true,
        status: 429,
        retry_after: None,
    };
    check_but(
        &neighbours(vec![policy]),
        WAITS,
        r"
        0.000 A TurnedAway get#0
        0.000 A RefusedTooManyRequests get#1
        0.000 noisy AttemptTooManyRequests get by A
        0.000 noisy FailedTooManyRequests get by A
        0.000 A TurnedAway get#0
        0.000 A RefusedTooManyRequests get#1
        0.000 noisy AttemptTooManyRequests get by A
        0.000 noisy FailedTooManyRequests get by A
        0.000 A TurnedAway get#0
        0.000 A RefusedTooManyRequests get#1
        0.000 noisy AttemptTooManyRequests get by A
        0.000 noisy FailedTooManyRequests get by A
        0.010 noisy Succeeded get#0 0.01s
        0.011 quiet Succeeded vip get#0 0.01s
    ",
    );
}

/// Alone a call takes 10 ms, beside one other half as much more, beside two twice as long: whatever ends meanwhile.
#[test]
fn the_load_found_at_the_start_fixes_the_time() {
    let contention = Contention::Fixed { sigma: 0.5, kappa: 0.0 };
    let station = Station { contention, workers: Workers::Unlimited, ..station(10) };
    check_but(
        &stations(load(&[0, 5, 6, 40]), vec![station]),
        WAITS,
        r"
        0.010 web Succeeded get#0 0.01s
        0.020 web Succeeded get#1 0.015s
        0.026 web Succeeded get#2 0.02s
        0.050 web Succeeded get#2 0.01s
    ",
    );
}
