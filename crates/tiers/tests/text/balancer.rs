//! Balancers over whole tiers: which are chosen while some are unhealthy, and when the next priority is used.

use crate::parts::*;
use brownout_model::*;
use brownout_units::Ratio;

fn target(to: u16, priority: u8) -> Target {
    Target { to: TierId(to), weight: 1.0, priority }
}

/// A is a balancer over B and C, of which B comes first and is down from 0 to 100 ms.
fn two(balancer: Balancer, arrivals: &[u64]) -> Model {
    let tiers = vec![Body::Balancer(balancer), Body::Station(station(1)), Body::Station(station(1))];
    let mut model = with(model(vec![load(arrivals)], tiers), 0, 100, Effect::Crash);
    model.changes[0].target.site = Site::Tier(TierId(1));
    model
}

fn first_then_second() -> Balancer {
    Balancer::plain(Balance::RoundRobin, vec![target(1, 0), target(2, 1)])
}

#[test]
fn two_failures_eject_the_first_and_the_second_takes_over_until_the_sweep_after_its_time() {
    let care = ejects(2, 20, 30);
    check(
        &two(Balancer { care, ..first_then_second() }, &[1, 2, 3, 39, 41]),
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.001 B RefusedUnavailable get#0
        0.001 A EndedUnavailable get by B
        0.001 web AttemptUnavailable get by B
        0.001 web FailedUnavailable get by B
        0.002 web Arrived get#0
        0.002 A StartedAtOnce get#0
        0.002 B RefusedUnavailable get#0
        0.002 A Ejected get#0
        0.002 A EndedUnavailable get by B
        0.002 web AttemptUnavailable get by B
        0.002 web FailedUnavailable get by B
        0.003 web Arrived get#0
        0.003 A StartedAtOnce get#0
        0.003 C StartedAtOnce get#0
        0.004 C Completed get#0 0.001s
        0.004 A Answered get#0 0.001s
        0.004 web Succeeded get#0 0.001s
        0.039 web Arrived get#0
        0.039 A StartedAtOnce get#0
        0.039 C StartedAtOnce get#0
        0.040 C Completed get#0 0.001s
        0.040 A Answered get#0 0.001s
        0.040 web Succeeded get#0 0.001s
        0.041 web Arrived get#0
        0.041 A StartedAtOnce get#0
        0.041 B RefusedUnavailable get#0
        0.041 A EndedUnavailable get by B
        0.041 web AttemptUnavailable get by B
        0.041 web FailedUnavailable get by B
    ",
    );
}

#[test]
fn a_target_that_hangs_is_ejected_when_its_callers_have_left() {
    let care = ejects(2, 1_000, 1_000);
    // The work goes on in vain or is cancelled; answers that come after the hang do not count for health.
    let arriving = ["Arrived", "StartedAtOnce", "Queued", "Started", "Completed"];
    let leaving = ["Cancelled", "LeftQueue", "Aborted", "Wasted", "Answered", "AnsweredAbandoned"];
    let left_out = [&arriving[..], &leaving[..]].concat();
    for on_timeout in [OnTimeout::Abandon, OnTimeout::Cancel] {
        let mut model = two(Balancer { care: care.clone(), ..first_then_second() }, &[1, 2, 3, 6]);
        model.changes[0].effect = Effect::Hang;
        model.loads[0].client = Client { timeout: Some(ms(3)), on_timeout, ..client() };
        check_but(
            &model,
            &left_out,
            r"
            0.004 web AttemptTimeout get by web 0.003s
            0.004 web FailedTimeout get by web 0.003s
            0.005 web AttemptTimeout get by web 0.003s
            0.005 web FailedTimeout get by web 0.003s
            0.005 A Ejected get#0
            0.006 web AttemptTimeout get by web 0.003s
            0.006 web FailedTimeout get by web 0.003s
            0.007 web Succeeded get#1 0.001s
        ",
        );
    }
}

/// Probes every 40 ms, which wait 5 ms, as calls of vip.
fn probing(balancer: Balancer) -> Balancer {
    let check = HealthCheck { interval: ms(40), timeout: ms(5), unhealthy: 1, healthy: 1, restarts: None };
    let care = Care { check: Some(check), ..Care::none() };
    Balancer { care, probe: Some(PathId(2)), ..balancer }
}

#[test]
fn a_probe_is_a_call_that_fails_without_a_good_answer() {
    let mut model = two(probing(first_then_second()), &[42, 122]);
    model.duration = ms(130);
    model.window = ms(130);
    check(
        &model,
        r"
        0.040 B RefusedUnavailable vip get#0
        0.040 C StartedAtOnce vip get#0
        0.040 A Ejected get#0 1
        0.041 C Completed vip get#0 0.001s
        0.042 web Arrived get#0
        0.042 A StartedAtOnce get#1
        0.042 C StartedAtOnce get#0
        0.043 C Completed get#0 0.001s
        0.043 A Answered get#1 0.001s
        0.043 web Succeeded get#0 0.001s
        0.080 B RefusedUnavailable vip get#1
        0.080 C StartedAtOnce vip get#0
        0.081 C Completed vip get#0 0.001s
        0.120 B StartedAtOnce vip get#0
        0.120 C StartedAtOnce vip get#0
        0.121 B Completed vip get#0 0.001s
        0.121 C Completed vip get#0 0.001s
        0.122 web Arrived get#0
        0.122 A StartedAtOnce get#1
        0.122 B StartedAtOnce get#0
        0.123 B Completed get#0 0.001s
        0.123 A Answered get#1 0.001s
        0.123 web Succeeded get#0 0.001s
    ",
    );
}

#[test]
fn a_probe_that_is_late_is_taken_back() {
    let balancer = probing(Balancer::plain(Balance::RoundRobin, vec![target(1, 0)]));
    let mut model = model(vec![load(&[39, 60])], vec![Body::Balancer(balancer), Body::Station(station(10))]);
    model.duration = ms(70);
    model.window = ms(70);
    // Of the call before it 9 ms are left, so the probe waits for more than its 5 ms. There is no other call.
    check(
        &model,
        r"
        0.039 web Arrived get#0
        0.039 A StartedAtOnce get#0
        0.039 B StartedAtOnce get#0
        0.040 B Queued vip get#1
        0.045 A Ejected get#0 1
        0.045 B LeftQueue vip get#1 0.005s
        0.045 B Cancelled vip get#1 0.005s
        0.049 B Completed get#0 0.01s
        0.049 A Answered get#0 0.01s
        0.049 web Succeeded get#0 0.01s
        0.060 web Arrived get#0
        0.060 A RefusedUnavailable get#0
        0.060 web AttemptUnavailable get by A
        0.060 web FailedUnavailable get by A
    ",
    );
}

#[test]
fn an_operator_drains_the_first_and_brings_it_back() {
    let divert = Effect::Divert { target: 0, others: false, keep: Ratio::ZERO };
    let mut model = two(first_then_second(), &[11, 13, 23]);
    model.changes.clear();
    let steps = vec![(Start::At(ms(10)), 2, divert), (Start::At(ms(20)), 2, Effect::Undo(ChangeId(0)))];
    let model = on_call(model, steps);
    check_but(
        &model,
        &["Arrived", "Completed", "Answered", "Succeeded"],
        r"
        0.011 A StartedAtOnce get#0
        0.011 B StartedAtOnce get#0
        0.012 A Intervened get#0
        0.012 A FaultBegan get#0
        0.013 A StartedAtOnce get#0
        0.013 C StartedAtOnce get#0
        0.022 A Intervened get#1
        0.022 A FaultEnded get#0
        0.023 A StartedAtOnce get#0
        0.023 B StartedAtOnce get#0
    ",
    );
}

#[test]
fn who_keeps_to_a_name_goes_to_the_old_target_until_its_time_is_over() {
    let arrivals: Vec<u64> = (0..400).collect();
    let ttl = Some(always(100));
    let mut model = two(Balancer { ttl, ..first_then_second() }, &arrivals);
    model.changes.clear();
    let divert = Effect::Divert { target: 0, others: false, keep: Ratio::ZERO };
    let model = with(model, 100, 1_000, divert);
    let (mut before, mut during, mut after) = ([0, 0], [0, 0], [0, 0]);
    for (at, place) in starts(&model) {
        let counts = match at {
            0..100 => &mut before,
            100..200 => &mut during,
            _ => &mut after,
        };
        counts[place - 1] += 1;
    }
    assert_eq!((before, after), ([100, 0], [0, 200]));
    // Half of a time of hundred callers, who have asked at instants of their own.
    assert!(35 < during[0] && during[0] < 65, "{during:?}");
}
