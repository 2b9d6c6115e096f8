//! The operator on call works through a runbook.

use crate::parts::*;
use brownout_model::*;
use brownout_units::Ratio;

#[test]
fn it_sheds_scales_and_takes_both_back() {
    let shed = Effect::Shed { paths: PathSet::ALL, keep: Ratio::ZERO };
    let condition = Condition {
        of: TierId(0),
        signal: Signal::Queue,
        above: true,
        value: 0.5,
        holds: ms(0),
        every: ms(10),
    };
    let steps = vec![
        (Start::When(condition), 5, shed),
        (Start::At(ms(30)), 0, Effect::Scale { replicas: 2 }),
        (Start::At(ms(0)), 10, Effect::Undo(ChangeId(0))),
        (Start::At(ms(50)), 0, Effect::Undo(ChangeId(1))),
    ];
    let model = on_call(stations(load(&[1, 2, 16, 45]), vec![station(10)]), steps);
    check(
        &model,
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.002 web Arrived get#1
        0.002 A Queued get#1
        0.011 A Completed get#0 0.01s
        0.011 A Started get#1 0.009s
        0.011 web Succeeded get#0 0.01s
        0.015 A Intervened get#0
        0.015 A FaultBegan get#0
        0.016 web Arrived get#0
        0.016 A RefusedUnavailable get#0
        0.016 web AttemptUnavailable get by A
        0.016 web FailedUnavailable get by A
        0.021 A Completed get#1 0.019s
        0.021 web Succeeded get#1 0.019s
        0.030 A Intervened get#1
        0.030 A ReplicaOrdered get#1 2
        0.030 A ReplicaReady get#1
        0.040 A Intervened get#2
        0.040 A FaultEnded get#0
        0.045 web Arrived get#1
        0.045 A StartedAtOnce get#1
        0.050 A Intervened get#3
        0.050 A ReplicaDraining get#1 1
        0.055 A ReplicaGone get#1 0.025s
        0.055 A Completed get#1 0.01s
        0.055 web Succeeded get#1 0.01s
    ",
    );
}
