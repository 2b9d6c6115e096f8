//! Users without service: when that begins, when it ends, and what is left of it at the end of the run.

use crate::fleets::tokens;
use crate::parts::*;
use brownout_dist::Law;
use brownout_model::*;
use brownout_units::{Ratio, Span};

fn slow(client: Client) -> Model {
    stations(Load { client, ..load(&[0]) }, vec![station(20)])
}

#[test]
fn an_intent_that_fails_is_a_user_who_leaves() {
    check_people(
        &slow(Client { timeout: Some(ms(15)), retries: 1, backoff: backoff(5), ..client() }),
        r"
        0.035 web MetTrouble get#0 0.035s
        0.035 web LeftUnserved get#0 0.035s
    ",
    );
}

#[test]
fn an_answer_that_comes_too_late_ends_a_lock_out_that_it_begins() {
    let mut model = slow(client());
    model.operations[0].slo = Some(ms(19));
    check_people(
        &model,
        r"
        0.020 web MetTrouble get#0 0.02s
        0.020 web ServedAgain get#0 0.02s
    ",
    );
    model.operations[0].slo = Some(ms(20));
    check_people(&model, "");
}

#[test]
fn users_who_come_back_stay_locked_out_between_their_tries() {
    let come_back = Some(ComeBack { chance: Ratio::ONE, after: always(50) });
    let load = Load { client: Client { come_back, ..client() }, ..load(&[10, 107]) };
    let model = stations(load, vec![Station { workers: Workers::Limited(2), ..station(10) }]);
    check_people(
        &with(model, 5, 100, Effect::Crash),
        r"
        0.010 web MetTrouble get#0
        0.120 web ServedAgain get#0 0.11s
    ",
    );
}

/// A user who asks four times, 10 ms after each answer, whatever it is.
fn persistent() -> Load {
    let times: Option<Law> = Some(tokens(4));
    let journey = vec![Step { operation: GET, times, think: Some(always(10)), tools: None }];
    Load { journey, client: Client { persists: true, ..client() }, ..load(&[0]) }
}

#[test]
fn a_user_may_be_locked_out_twice_and_counts_once() {
    // Asked at 10 and 20, in vain; at 30, served at 40; at 50, in vain again.
    let model = with(stations(persistent(), vec![station(10)]), 5, 20, Effect::Crash);
    check_people(
        &with(model, 45, 15, Effect::Crash),
        r"
        0.010 web MetTrouble get#0
        0.040 web ServedAgain get#0 0.03s
        0.050 web LeftUnserved get'#0
    ",
    );
}

#[test]
fn users_who_never_leave_are_locked_out_until_the_end() {
    let arrivals = Arrivals::Closed { users: 1, ramp: Span::ZERO };
    let mut model = stations(Load { arrivals, ..persistent() }, vec![station(10)]);
    model.duration = ms(100);
    // The answers at 20 and 40 come; the intents of 50, 60, 70 … fail.
    check_people(
        &with(model, 45, 100, Effect::Crash),
        r"
        0.050 web MetTrouble get#0
        0.100 web StillUnserved get#0 0.05s
    ",
    );
}

#[test]
fn an_intent_that_never_ends_counts_from_its_beginning_once_it_is_overdue() {
    let still = r"
        0.100 web MetTrouble get#0 0.09s
        0.100 web StillUnserved get#0 0.09s
    ";
    let hangs = |slo: Option<Span>, timeout: Option<Span>| {
        let load = Load { client: Client { timeout, ..client() }, ..load(&[10]) };
        let mut model = with(stations(load, vec![station(10)]), 5, 200, Effect::Hang);
        (model.duration, model.operations[0].slo) = (ms(100), slo);
        model
    };
    check_people(&hangs(None, None), still);
    check_people(&hangs(Some(ms(89)), None), still);
    check_people(&hangs(Some(ms(89)), Some(ms(500))), still);
    check_people(&hangs(Some(ms(90)), None), "");
    check_people(&hangs(None, Some(ms(500))), "");
}
