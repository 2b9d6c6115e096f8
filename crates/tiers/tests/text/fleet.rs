//! Replicas that come, warm up, drain and go.

use crate::parts::*;
use brownout_model::*;
use brownout_units::Ratio;

/// An autoscaler of tier A that wants one replica for each call inside, every 10 ms, and shrinks at once.
fn scaler(max: u32) -> Controller {
    let scaling = || Scaling { stabilisation: ms(0), policies: vec![], select: Select::Max };
    let body = ControllerBody::Autoscaler(Autoscaler {
        activation: None,
        tier: TierId(0),
        signal: Signal::InFlight,
        of: TierId(0),
        target: 1.0,
        min: 1,
        max,
        sync: ms(10),
        delay: ms(0),
        tolerance: Ratio::ZERO,
        up: scaling(),
        down: scaling(),
    });
    Controller { name: "scaler".into(), body }
}

fn scaled(arrivals: &[u64], station: Station, max: u32) -> Model {
    Model { duration: ms(60), controllers: vec![scaler(max)], ..stations(load(arrivals), vec![station]) }
}

#[test]
fn a_replica_is_ordered_boots_drains_and_goes() {
    let boot = Boot { node: Some(always(4)), image: Some(always(3)), ..Fleet::still().boot };
    let fleet = Fleet { boot, ..Fleet::still() };
    let balance = Balance::LeastOutstanding;
    check(
        &scaled(&[8, 9, 18], Station { fleet: fleet.into(), balance, ..station(15) }, 2),
        r"
        0.008 web Arrived get#0
        0.008 A StartedAtOnce get#0
        0.009 web Arrived get#1
        0.009 A Queued get#1
        0.010 A ReplicaOrdered get#1 2
        0.017 A ReplicaReady get#1 0.007s
        0.018 web Arrived get#2
        0.018 A StartedAtOnce get#2
        0.023 A Completed get#0 0.015s
        0.023 A Started get#1 0.014s
        0.023 web Succeeded get#0 0.015s
        0.033 A Completed get#2 0.015s
        0.033 web Succeeded get#2 0.015s
        0.038 A Completed get#1 0.029s
        0.038 web Succeeded get#1 0.029s
        0.040 A ReplicaDraining get#1
        0.040 A ReplicaGone get#1 0.03s
    ",
    );
}

#[test]
fn a_cold_replica_is_slow_until_it_is_warm() {
    let boot = Boot { warm_up: ms(10), cold: 3.0, ..Fleet::still().boot };
    let fleet = Fleet { boot, ..Fleet::still() };
    let balance = Balance::LeastOutstanding;
    check(
        &scaled(&[8, 9, 14], Station { fleet: fleet.into(), balance, ..station(10) }, 2),
        r"
        0.008 web Arrived get#0
        0.008 A StartedAtOnce get#0
        0.009 web Arrived get#1
        0.009 A Queued get#1
        0.010 A ReplicaOrdered get#1 2
        0.010 A ReplicaReady get#1
        0.014 web Arrived get#2
        0.014 A StartedAtOnce get#2
        0.018 A Completed get#0 0.01s
        0.018 A Started get#1 0.009s
        0.018 web Succeeded get#0 0.01s
        0.028 A Completed get#1 0.019s
        0.028 web Succeeded get#1 0.019s
        0.028 A Completed get#2 0.014s
        0.028 web Succeeded get#2 0.014s
        0.030 A ReplicaDraining get#1
        0.030 A ReplicaGone get#1 0.02s
    ",
    );
}

#[test]
fn what_is_not_finished_after_the_drain_is_lost() {
    let fleet = Fleet { drain: Some(ms(0)), ..Fleet::still() };
    let balance = Balance::LeastOutstanding;
    let mut model =
        scaled(&[6, 7, 8, 9, 19, 21, 22], Station { fleet: fleet.into(), balance, ..station(10) }, 2);
    // Four calls want two replicas; at 40 ms two calls are left, one at each replica.
    if let ControllerBody::Autoscaler(scaler) = &mut model.controllers[0].body {
        scaler.target = 3.0;
    }
    check(
        &Model { duration: ms(40), ..model },
        r"
        0.006 web Arrived get#0
        0.006 A StartedAtOnce get#0
        0.007 web Arrived get#1
        0.007 A Queued get#1
        0.008 web Arrived get#2
        0.008 A Queued get#2 1
        0.009 web Arrived get#3
        0.009 A Queued get#3 2
        0.010 A ReplicaOrdered get#1 2
        0.010 A ReplicaReady get#1
        0.016 A Completed get#0 0.01s
        0.016 A Started get#1 0.009s
        0.016 web Succeeded get#0 0.01s
        0.019 web Arrived get#0
        0.019 A StartedAtOnce get#0
        0.021 web Arrived get#4
        0.021 A Queued get#4
        0.022 web Arrived get#5
        0.022 A Queued get#5 1
        0.026 A Completed get#1 0.019s
        0.026 A Started get#2 0.018s
        0.026 web Succeeded get#1 0.019s
        0.029 A Completed get#0 0.01s
        0.029 A Started get#4 0.008s
        0.029 web Succeeded get#0 0.01s
        0.036 A Completed get#2 0.028s
        0.036 A Started get#3 0.027s
        0.036 web Succeeded get#2 0.028s
        0.039 A Completed get#4 0.018s
        0.039 A Started get#5 0.017s
        0.039 web Succeeded get#4 0.018s
        0.040 A ReplicaDraining get#1 1
        0.040 A Wasted get#5 0.001s
        0.040 A Aborted get#5 0.018s
        0.040 A EndedUnavailable get by A 0.018s
        0.040 A ReplicaGone get#1 0.03s
        0.040 web AttemptUnavailable get by A 0.018s
        0.040 web FailedUnavailable get by A 0.018s
    ",
    );
}
