//! Sessions: users with a token, users that log in, and tokens that expire.

use crate::parts::*;
use brownout_model::*;
use brownout_units::Ratio;

/// A journey of a login and two operations 40 ms apart, at a tier that checks tokens.
fn sessions(held: Ratio, life: u64, renews_ahead: bool) -> Model {
    let step = |operation, times, think| Step { operation, times, think, tools: None };
    let twice = Some(brownout_dist::Constant::new(2.0).expect("two").into());
    let journey = vec![step(LOGIN, None, None), step(GET, twice, Some(always(40)))];
    let session = Session { login: LOGIN, life: always(life), held, renews_ahead };
    let load = Load { journey, session: Some(session), ..load(&[0]) };
    stations(load, vec![Station { verifies: true, ..station(10) }])
}

#[test]
fn a_token_lasts_for_the_journey() {
    check(
        &sessions(Ratio::ZERO, 1000, false),
        r"
        0.000 web UserCame login#0
        0.000 web Arrived login#0
        0.000 A StartedAtOnce login#0
        0.010 A Completed login#0 0.01s
        0.010 web Succeeded login#0 0.01s
        0.050 web Arrived get#0
        0.050 A StartedAtOnce get#0
        0.060 A Completed get#0 0.01s
        0.060 web Succeeded get#0 0.01s
        0.100 web Arrived get#0
        0.100 A StartedAtOnce get#0
        0.110 A Completed get#0 0.01s
        0.110 web Succeeded get#0 0.01s
        0.110 web UserLeft get#0
    ",
    );
}

#[test]
fn a_user_with_a_token_skips_the_login() {
    check(
        &sessions(Ratio::ONE, 1_000_000, false),
        r"
        0.000 web UserCame login#0
        0.040 web Arrived get#0
        0.040 A StartedAtOnce get#0
        0.050 A Completed get#0 0.01s
        0.050 web Succeeded get#0 0.01s
        0.090 web Arrived get#0
        0.090 A StartedAtOnce get#0
        0.100 A Completed get#0 0.01s
        0.100 web Succeeded get#0 0.01s
        0.100 web UserLeft get#0
    ",
    );
}

#[test]
fn an_expired_token_is_refused_then_renewed_then_the_operation_is_done() {
    check(
        &sessions(Ratio::ZERO, 60, false),
        r"
        0.000 web UserCame login#0
        0.000 web Arrived login#0
        0.000 A StartedAtOnce login#0
        0.010 A Completed login#0 0.01s
        0.010 web Succeeded login#0 0.01s
        0.050 web Arrived get#0
        0.050 A StartedAtOnce get#0
        0.060 A Completed get#0 0.01s
        0.060 web Succeeded get#0 0.01s
        0.100 web Arrived get#0
        0.100 A StartedAtOnce get#0
        0.110 A Finished get#0 0.01s
        0.110 A EndedUnauthorized get by A 0.01s
        0.110 web AttemptUnauthorized get by A 0.01s
        0.110 web FailedUnauthorized get by A 0.01s
        0.111 web Arrived login#0
        0.111 A StartedAtOnce login#0
        0.121 A Completed login#0 0.01s
        0.121 web Succeeded login#0 0.01s
        0.121 web Arrived get#0
        0.121 A StartedAtOnce get#0
        0.131 A Completed get#0 0.01s
        0.131 web Succeeded get#0 0.01s
        0.131 web UserLeft get#0
    ",
    );
}

#[test]
fn a_client_that_renews_ahead_is_not_refused() {
    check(
        &sessions(Ratio::ZERO, 60, true),
        r"
        0.000 web UserCame login#0
        0.000 web Arrived login#0
        0.000 A StartedAtOnce login#0
        0.010 A Completed login#0 0.01s
        0.010 web Succeeded login#0 0.01s
        0.050 web Arrived get#0
        0.050 A StartedAtOnce get#0
        0.060 A Completed get#0 0.01s
        0.060 web Succeeded get#0 0.01s
        0.100 web Arrived login#0
        0.100 A StartedAtOnce login#0
        0.110 A Completed login#0 0.01s
        0.110 web Succeeded login#0 0.01s
        0.110 web Arrived get#0
        0.110 A StartedAtOnce get#0
        0.120 A Completed get#0 0.01s
        0.120 web Succeeded get#0 0.01s
        0.120 web UserLeft get#0
    ",
    );
}

#[test]
fn users_of_a_surge_do_log_in() {
    let mut model = sessions(Ratio::ONE, 1_000_000, false);
    model.loads[0].arrivals = Arrivals::Never;
    let (surge, when) = (Effect::Surge { users: 1, shape: Shape::Step }, When { at: ms(20), lasts: ms(0) });
    model.add("surge".into(), Cause::Schedule, surge, Reach::load(LoadId(0)), when);
    check(
        &model,
        r"
        0.020 web UserCame login#0
        0.020 web Arrived login#0
        0.020 A StartedAtOnce login#0
        0.030 A Completed login#0 0.01s
        0.030 web Succeeded login#0 0.01s
        0.070 web Arrived get#0
        0.070 A StartedAtOnce get#0
        0.080 A Completed get#0 0.01s
        0.080 web Succeeded get#0 0.01s
        0.120 web Arrived get#0
        0.120 A StartedAtOnce get#0
        0.130 A Completed get#0 0.01s
        0.130 web Succeeded get#0 0.01s
        0.130 web UserLeft get#0
    ",
    );
}
