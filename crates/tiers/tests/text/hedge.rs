//! Hedges: a second try beside one that is late, and the loser is cancelled.

use crate::parts::*;
use brownout_model::*;

const LATE: Option<Hedge> = Some(Hedge::After(brownout_units::Span::from_millis(10)));

/// Two replicas of B in turn; the one whose turn it is first is slow by a factor of ten.
fn slow_first(model: Model) -> Model {
    let mut model = with(Model { changes: vec![], ..model }, 0, 10_000, Effect::Slow { factor: 10.0 });
    let half = brownout_units::Ratio::new(0.5).expect("a half");
    model.changes[0].target.hits = Hits::Share { from: half, to: brownout_units::Ratio::ONE };
    model
}

#[test]
fn the_second_attempt_of_a_client_wins_and_the_first_is_cancelled() {
    let client = Client { hedge: LATE, timeout: Some(ms(1_000)), ..client() };
    let model = stations(Load { client, ..load(&[1]) }, vec![Station { replicas: 2, ..station(5) }]);
    check(
        &slow_first(model),
        r"
        0.001 web Arrived get#0
        0.001 A StartedAtOnce get#0
        0.011 web Hedged get'#1 0.01s
        0.011 A StartedAtOnce get'#1
        0.016 A Completed get'#1 0.005s
        0.016 web HedgeLost get#0 0.015s
        0.016 web Succeeded get#0 0.015s
        0.016 A Wasted get#0 0.015s
        0.016 A Aborted get#0 0.015s
        0.016 A Cancelled get#0 0.015s
    ",
    );
}

#[test]
fn the_second_try_of_a_call_wins_and_the_first_is_cancelled() {
    let calls = vec![Call { hedge: LATE, ..call(0) }];
    let load = Load { entry: TierId(1), ..load(&[1]) };
    let model = stations(load, vec![Station { replicas: 2, ..station(5) }, front(0, calls)]);
    check(
        &slow_first(model),
        r"
        0.001 web Arrived get#0
        0.001 B StartedAtOnce get#0
        0.001 B Finished get#0
        0.001 A StartedAtOnce get#0
        0.011 B CallHedged get#0 0.01s
        0.011 A StartedAtOnce get'#1
        0.016 A Completed get'#1 0.005s
        0.016 B Answered get#0 0.015s
        0.016 A Wasted get#0 0.015s
        0.016 A Aborted get#0 0.015s
        0.016 A Cancelled get#0 0.015s
        0.016 web Succeeded get#0 0.015s
    ",
    );
}

#[test]
fn where_both_fail_the_intent_fails_once() {
    let client = Client { hedge: LATE, ..client() };
    let model =
        stations(Load { client, ..load(&[0]) }, vec![Station { workers: Workers::Unlimited, ..station(15) }]);
    check(
        &with(model, 0, 10_000, Effect::Errors { ratio: brownout_units::Ratio::ONE }),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.010 web Hedged get'#1 0.01s
        0.010 A StartedAtOnce get'#1
        0.015 A Finished get#0 0.015s
        0.015 A EndedError get by A 0.015s
        0.015 web AttemptError get by A 0.015s
        0.025 A Finished get'#1 0.015s
        0.025 A EndedError get' by A 0.015s
        0.025 web AttemptError get' by A 0.015s
        0.025 web FailedError get by A 0.025s
    ",
    );
}

#[test]
fn a_timeout_ends_both() {
    let client = Client { hedge: LATE, timeout: Some(ms(20)), ..client() };
    let model =
        stations(Load { client, ..load(&[0]) }, vec![Station { workers: Workers::Unlimited, ..station(50) }]);
    check(
        &model,
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.010 web Hedged get'#1 0.01s
        0.010 A StartedAtOnce get'#1
        0.020 web HedgeLost get'#1 0.01s
        0.020 web AttemptTimeout get by web 0.02s
        0.020 web FailedTimeout get by web 0.02s
        0.020 A Wasted get'#1 0.01s
        0.020 A Aborted get'#1 0.01s
        0.020 A Cancelled get'#1 0.01s
        0.050 A Wasted get#0 0.05s
        0.050 A Completed get#0 0.05s
        0.050 web AnsweredAbandoned get#0 1
    ",
    );
}
