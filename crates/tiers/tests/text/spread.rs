//! Which replica is chosen by old counts, in a subset and in zones; and what it takes to leave a zone.

use crate::parts::*;
use brownout_model::*;

/// A value that these tests do not use.
const NOISE: &[&str] = &["Succeeded", "Finished"];

fn spread(spread: Spread) -> Box<Fleet> {
    Fleet { spread, ..Fleet::still() }.into()
}

fn zones(routing: ZoneRouting, latency: u64) -> Spread {
    let names = ["a", "b"].map(str::to_owned).to_vec();
    Spread { zones: Some(Zones { names, routing, latency: ms(latency) }), ..Spread::NONE }
}

/// A in two zones, which calls B in the same two; calls of A come from zone b, a, b, …
fn two_zones(arrivals: &[u64], routing: ZoneRouting, call: Call) -> Model {
    let front =
        Station { replicas: 2, fleet: spread(zones(ZoneRouting::Anywhere, 0)), ..front(1, vec![call]) };
    let fleet = spread(zones(routing, 5));
    let behind = Station { replicas: 2, balance: Balance::LeastOutstanding, fleet, ..station(1) };
    stations(load(arrivals), vec![front, behind])
}

fn with_zone_down(model: Model, zone: u8) -> Model {
    let mut model = with(model, 0, 100, Effect::Crash);
    model.changes[0].target.zone = Some(zone);
    model
}

#[test]
fn stale_counts_send_all_calls_to_one_replica() {
    let fleet = spread(Spread { refresh: ms(10), ..Spread::NONE });
    let station = Station { replicas: 2, balance: Balance::LeastOutstanding, fleet, ..station(30) };
    check_but(
        &stations(load(&[1, 2, 3, 11, 12, 21]), vec![station]),
        NOISE,
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.002 web Arrived get#1
        0.002 A StartedAtOnce get#1
        0.003 web Arrived get#2
        0.003 A Queued get#2
        0.011 web Arrived get#3
        0.011 A Queued get#3
        0.012 web Arrived get#4
        0.012 A Queued get#4 1
        0.021 web Arrived get#5
        0.021 A Queued get#5 1
        0.031 A Completed get#0 0.03s
        0.031 A Started get#2 0.028s
        0.032 A Completed get#1 0.03s
        0.032 A Started get#3 0.021s
        0.061 A Completed get#2 0.058s
        0.061 A Started get#5 0.04s
        0.062 A Completed get#3 0.051s
        0.062 A Started get#4 0.05s
        0.091 A Completed get#5 0.07s
        0.092 A Completed get#4 0.08s
    ",
    );
}

#[test]
fn a_class_has_its_shard() {
    let subset = Subset { size: 1, kind: SubsetKind::Shuffled, per: SubsetPer::Class };
    let fleet = spread(Spread { subset: Some(subset), ..Spread::NONE });
    let station = Station { replicas: 4, fleet, ..station(30) };
    check_but(
        &stations(load(&[1, 2, 3]), vec![station]),
        NOISE,
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.002 web Arrived get#1
        0.002 A Queued get#1
        0.003 web Arrived get#2
        0.003 A Queued get#2 1
        0.031 A Completed get#0 0.03s
        0.031 A Started get#1 0.029s
        0.061 A Completed get#1 0.059s
        0.061 A Started get#2 0.058s
        0.091 A Completed get#2 0.088s
    ",
    );
}

#[test]
fn another_zone_is_further_each_way() {
    check_but(
        &two_zones(&[1, 50], ZoneRouting::Anywhere, call(1)),
        NOISE,
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.002 B Crossed get#0 2
        0.007 B StartedAtOnce get#0
        0.008 B Completed get#0 0.001s
        0.013 A Answered get#0 0.012s
        0.050 web Arrived get#0
        0.050 A StartedAtOnce get#0
        0.051 B Crossed get#0 1
        0.056 B StartedAtOnce get#0
        0.057 B Completed get#0 0.001s
        0.062 A Answered get#0 0.012s
    ",
    );
}

#[test]
fn the_caller_of_another_zone_waits_no_longer_for_it() {
    let impatient = Call { timeout: Some(ms(8)), ..call(1) };
    check_but(
        &two_zones(&[1], ZoneRouting::Anywhere, impatient),
        NOISE,
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.002 B Crossed get#0 2
        0.007 B StartedAtOnce get#0
        0.008 B Completed get#0 0.001s
        0.010 A CallTimedOut get#0 0.008s
        0.010 A EndedGatewayTimeout get by A 0.009s
        0.010 web AttemptGatewayTimeout get by A 0.009s
        0.010 web FailedGatewayTimeout get by A 0.009s
    ",
    );
}

#[test]
fn a_call_that_is_given_up_on_its_way_never_arrives() {
    let impatient = Call { timeout: Some(ms(3)), on_timeout: OnTimeout::Cancel, ..call(1) };
    check_but(
        &two_zones(&[1], ZoneRouting::Anywhere, impatient),
        NOISE,
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.002 B Crossed get#0 2
        0.005 A CallTimedOut get#0 0.003s
        0.005 A EndedGatewayTimeout get by A 0.004s
        0.005 web AttemptGatewayTimeout get by A 0.004s
        0.005 web FailedGatewayTimeout get by A 0.004s
    ",
    );
}

#[test]
fn a_call_abandoned_in_transit_is_served_in_vain() {
    let impatient = Call { timeout: Some(ms(3)), ..call(1) };
    check_but(
        &two_zones(&[1], ZoneRouting::Anywhere, impatient),
        NOISE,
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.002 B Crossed get#0 2
        0.005 A CallTimedOut get#0 0.003s
        0.005 A EndedGatewayTimeout get by A 0.004s
        0.005 web AttemptGatewayTimeout get by A 0.004s
        0.005 web FailedGatewayTimeout get by A 0.004s
        0.007 B StartedAtOnce get#0
        0.008 B Wasted get#0 0.001s
        0.008 B Completed get#0 0.001s
    ",
    );
}

#[test]
fn calls_stay_in_their_zone() {
    check_but(
        &two_zones(&[1, 2, 3], ZoneRouting::Local, call(1)),
        NOISE,
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.002 web Arrived get#1
        0.002 A StartedAtOnce get#1
        0.002 B StartedAtOnce get#0
        0.003 web Arrived get#2
        0.003 A StartedAtOnce get#2
        0.003 B StartedAtOnce get#1
        0.003 B Completed get#0 0.001s
        0.003 A Answered get#0 0.002s
        0.004 B StartedAtOnce get#0
        0.004 B Completed get#1 0.001s
        0.004 A Answered get#1 0.002s
        0.005 B Completed get#0 0.001s
        0.005 A Answered get#2 0.002s
    ",
    );
}

#[test]
fn a_zone_goes_down_and_the_other_does_not() {
    let care = Care {
        check: Some(HealthCheck {
            interval: ms(10),
            timeout: ms(5),
            unhealthy: 1,
            healthy: 1,
            restarts: None,
        }),
        ..Care::none()
    };
    let mut model = with_zone_down(two_zones(&[2, 20, 21], ZoneRouting::SpillOver, call(1)), 1);
    model.changes[0].target.site = Site::Tier(TierId(1));
    let Body::Station(station) = &mut model.tiers[1].body else { unreachable!("B is a station") };
    station.fleet.care = care;
    check_but(
        &model,
        NOISE,
        r"
        0.002 web Arrived get#0
        0.002 A StartedAtOnce get#0
        0.003 B RefusedUnavailable get#0
        0.003 A EndedUnavailable get by B 0.001s
        0.003 web AttemptUnavailable get by B 0.001s
        0.003 web FailedUnavailable get by B 0.001s
        0.010 B Ejected get#1 1
        0.010 B OutOfRotation get#0 1
        0.020 web Arrived get#0
        0.020 A StartedAtOnce get#0
        0.021 web Arrived get#1
        0.021 A StartedAtOnce get#1
        0.021 B StartedAtOnce get#0
        0.022 B Crossed get#1 2
        0.022 B Completed get#0 0.001s
        0.022 A Answered get#0 0.002s
        0.027 B StartedAtOnce get#0
        0.028 B Completed get#0 0.001s
        0.033 A Answered get#1 0.012s
        0.100 B OutOfRotation get#0
    ",
    );
}

#[test]
fn no_call_waits_for_a_zone_without_replicas() {
    let fleet = spread(zones(ZoneRouting::Local, 0));
    let only_one = Station { replicas: 1, fleet, ..station(1) };
    let mut model = two_zones(&[1, 2], ZoneRouting::Local, call(1));
    model.tiers[1].body = Body::Station(only_one);
    check_but(
        &model,
        NOISE,
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.002 web Arrived get#1
        0.002 A StartedAtOnce get#1
        0.002 B RefusedUnavailable get#0
        0.002 A EndedUnavailable get by B 0.001s
        0.002 web AttemptUnavailable get by B 0.001s
        0.002 web FailedUnavailable get by B 0.001s
        0.003 B StartedAtOnce get#0
        0.004 B Completed get#0 0.001s
        0.004 A Answered get#1 0.002s
    ",
    );
}
