//! Capacity that is leased from another cloud: it comes late, answers late, costs, and is given back.

use crate::parts::*;
use brownout_model::*;

/// One replica for US$ 3,600 an hour, that is a dollar a second.
fn lease() -> Effect {
    Effect::Emergency { replicas: 1, round_trip: ms(3), dollars_per_hour: 3600.0 }
}

fn a_tier(arrivals: &[u64], lasts: u64) -> Model {
    let boot = Boot { image: Some(always(5)), node: Some(always(900)), ..Fleet::still().boot };
    let fleet = Fleet { boot, quota: 1, ..Fleet::still() };
    let balance = Balance::LeastOutstanding;
    let a = Station { fleet: fleet.into(), balance, ..station(20) };
    Model { duration: ms(lasts), window: ms(50), ..stations(load(arrivals), vec![a]) }
}

#[test]
fn an_operator_leases_for_a_time() {
    let terms = LeaseTerms { lead: always(10), lasts: Some(ms(40)) };
    let steps = vec![(Start::At(ms(5)), 0, lease(), Some(terms))];
    check(
        &on_call_with(a_tier(&[19, 21, 40, 41], 100), steps),
        r"
        0.005 A Intervened get#0
        0.015 A FaultBegan get#0
        0.015 A ReplicaOrdered get#1 1
        0.019 web Arrived get#0
        0.019 A StartedAtOnce get#0
        0.020 A ReplicaReady get#1 0.005s
        0.021 web Arrived get#1
        0.021 A StartedAtOnce get#1
        0.039 A Completed get#0 0.02s
        0.039 web Succeeded get#0 0.02s
        0.040 web Arrived get#0
        0.040 A StartedAtOnce get#0
        0.041 A Completed get#1 0.02s
        0.041 web Arrived get#2
        0.041 A StartedAtOnce get#1
        0.044 web Succeeded get#1 0.023s
        0.055 A FaultEnded get#0
        0.055 A ReplicaDraining get#1 1
        0.060 A Completed get#0 0.02s
        0.060 web Succeeded get#0 0.02s
        0.061 A ReplicaGone get#1 0.046s
        0.061 A Completed get#1 0.02s
        0.064 web Succeeded get#2 0.023s
    ",
    );
}

#[test]
fn a_controller_leases_while_it_is_needed() {
    let condition = |above, value, holds| Condition {
        of: TierId(0),
        signal: Signal::Queue,
        above,
        value,
        holds: ms(holds),
        every: ms(10),
    };
    let emergency = Emergency {
        when: condition(true, 0.5, 0),
        lead: always(10),
        lease: ChangeId(0),
        until: Some(condition(false, 0.5, 20)),
        longest: None,
        again: false,
    };
    let mut model = a_tier(&[1, 2, 3], 100);
    let cause = Cause::Controller(ControllerId(0));
    model.add("burst".into(), cause, lease(), Reach::tier(TierId(0)), When::OPEN);
    model.controllers = vec![Controller { name: "burst".into(), body: ControllerBody::Emergency(emergency) }];
    check(
        &model,
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.002 web Arrived get#1
        0.002 A Queued get#1
        0.003 web Arrived get#2
        0.003 A Queued get#2 1
        0.010 A Intervened get#0
        0.020 A FaultBegan get#0
        0.020 A ReplicaOrdered get#1 1
        0.021 A Completed get#0 0.02s
        0.021 A Started get#1 0.019s
        0.021 web Succeeded get#0 0.02s
        0.025 A ReplicaReady get#1 0.005s
        0.041 A Completed get#1 0.039s
        0.041 A Started get#2 0.038s
        0.041 web Succeeded get#1 0.039s
        0.061 A Completed get#2 0.058s
        0.061 web Succeeded get#2 0.058s
        0.070 A FaultEnded get#0
        0.070 A ReplicaDraining get#1
        0.070 A ReplicaGone get#1 0.05s
    ",
    );
}
