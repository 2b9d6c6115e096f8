//! What clients do while they wait, and what it costs the service.

use crate::parts::*;
use brownout_model::*;

/// One client that waits 15 ms and tries once more 5 ms later; a worker that takes 20 ms.
fn impatient(on_timeout: OnTimeout) -> Model {
    let client = Client { timeout: Some(ms(15)), on_timeout, retries: 1, backoff: backoff(5), ..client() };
    stations(Load { client, ..load(&[0]) }, vec![station(20)])
}

#[test]
fn the_work_of_an_abandoned_attempt_goes_on_and_is_wasted() {
    check(
        &impatient(OnTimeout::Abandon),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.015 web AttemptTimeout get by web 0.015s
        0.020 A Wasted get#0 0.02s
        0.020 A Completed get#0 0.02s
        0.020 web AnsweredAbandoned get#0 1
        0.020 web Retried get'#0 1
        0.020 A StartedAtOnce get'#0
        0.035 web AttemptTimeout get' by web 0.015s
        0.035 web FailedTimeout get' by web 0.035s
        0.040 A Wasted get'#0 0.02s
        0.040 A Completed get'#0 0.02s
        0.040 web AnsweredAbandoned get#0 1
    ",
    );
}

#[test]
fn a_cancelled_attempt_frees_its_worker() {
    check(
        &impatient(OnTimeout::Cancel),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.015 web AttemptTimeout get by web 0.015s
        0.015 A Wasted get#0 0.015s
        0.015 A Aborted get#0 0.015s
        0.015 A Cancelled get#0 0.015s
        0.020 web Retried get'#0 1
        0.020 A StartedAtOnce get'#0
        0.035 web AttemptTimeout get' by web 0.015s
        0.035 web FailedTimeout get' by web 0.035s
        0.035 A Wasted get'#0 0.015s
        0.035 A Aborted get'#0 0.015s
        0.035 A Cancelled get'#0 0.015s
    ",
    );
}

#[test]
fn what_an_orphan_calls_later_is_wasted_as_well() {
    let client = Client { timeout: Some(ms(5)), ..client() };
    let model = stations(Load { client, ..load(&[0]) }, vec![front(10, vec![call(1)]), station(10)]);
    check(
        &model,
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.005 web AttemptTimeout get by web 0.005s
        0.005 web FailedTimeout get by web 0.005s
        0.010 A Wasted get#0 0.01s
        0.010 A Finished get#0 0.01s
        0.010 B StartedAtOnce get#0
        0.020 B Wasted get#0 0.01s
        0.020 B Completed get#0 0.01s
        0.020 A Answered get#0 0.02s
        0.020 web AnsweredAbandoned get#0 1
    ",
    );
}

#[test]
fn an_answer_that_is_not_worth_a_retry_ends_the_intent() {
    let queue = Queue { limit: Some(0), ..station(0).queue };
    let client = Client { retries: 1, retry_on: of_codes(&[429]), backoff: backoff(3), ..client() };
    let full = |full| Station { queue: queue.clone(), full, ..station(10) };
    check(
        &stations(Load { client: client.clone(), ..load(&[0, 1]) }, vec![full(503)]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A RefusedUnavailable get#1
        0.001 web AttemptUnavailable get by A
        0.001 web FailedUnavailable get by A
        0.010 A Completed get#0 0.01s
        0.010 web Succeeded get#0 0.01s
    ",
    );
    check(
        &stations(Load { client, ..load(&[0, 1]) }, vec![full(429)]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A RefusedTooManyRequests get#1
        0.001 web AttemptTooManyRequests get by A
        0.004 web Retried get'#1 1
        0.004 A RefusedTooManyRequests get'#1
        0.004 web AttemptTooManyRequests get' by A
        0.004 web FailedTooManyRequests get' by A 0.003s
        0.010 A Completed get#0 0.01s
        0.010 web Succeeded get#0 0.01s
    ",
    );
}

#[test]
fn a_user_presses_reload_and_gives_up() {
    let client =
        Client { give_up: Some(ms(25)), reload: Some(Reload { after: always(10), times: 5 }), ..client() };
    check(
        &stations(Load { client, ..load(&[0]) }, vec![station(100)]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.010 web AttemptGaveUp get by web 0.01s
        0.010 web Reloaded get'#0 1
        0.010 A Queued get'#1
        0.020 web AttemptGaveUp get' by web 0.01s
        0.020 web Reloaded get'#0 2
        0.020 A Queued get'#2 1
        0.025 web AttemptGaveUp get' by web 0.005s
        0.025 web FailedGaveUp get' by web 0.025s
        0.100 A Wasted get#0 0.1s
        0.100 A Completed get#0 0.1s
        0.100 A Started get'#1 0.09s
        0.100 web AnsweredAbandoned get#0 1
        0.200 A Wasted get'#1 0.1s
        0.200 A Completed get'#1 0.19s
        0.200 A Started get'#2 0.18s
        0.200 web AnsweredAbandoned get#0 1
        0.300 A Wasted get'#2 0.1s
        0.300 A Completed get'#2 0.28s
        0.300 web AnsweredAbandoned get#0 1
    ",
    );
}

#[test]
fn a_user_gives_up_between_two_attempts() {
    let client =
        Client { timeout: Some(ms(5)), retries: 3, backoff: backoff(50), give_up: Some(ms(20)), ..client() };
    check(
        &stations(Load { client, ..load(&[0]) }, vec![station(100)]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.005 web AttemptTimeout get by web 0.005s
        0.020 web FailedGaveUp get by web 0.02s
        0.100 A Wasted get#0 0.1s
        0.100 A Completed get#0 0.1s
        0.100 web AnsweredAbandoned get#0 1
    ",
    );
}

#[test]
fn a_user_who_failed_comes_back_with_the_same_intent() {
    let come_back = ComeBack { chance: brownout_units::Ratio::ONE, after: always(30) };
    let client = Client { come_back: Some(come_back), ..client() };
    let model = stations(Load { client, ..load(&[0]) }, vec![station(10)]);
    check(
        &with(model, 0, 20, Effect::Crash),
        r"
        0.000 web Arrived get#0
        0.000 A RefusedUnavailable get#0
        0.000 web AttemptUnavailable get by A
        0.000 web FailedUnavailable get by A
        0.030 web Arrived get#0
        0.030 A StartedAtOnce get#0
        0.040 A Completed get#0 0.01s
        0.040 web Succeeded get#0 0.01s
    ",
    );
}

/// It was tried 65,535 times more, since a journey of one step does not count its steps.
#[test]
fn a_user_who_persists_has_nothing_left_after_the_only_step() {
    let client = Client { persists: true, ..client() };
    let model = stations(Load { client, ..load(&[0]) }, vec![station(10)]);
    check(
        &with(model, 0, 20, Effect::Crash),
        r"
        0.000 web Arrived get#0
        0.000 A RefusedUnavailable get#0
        0.000 web AttemptUnavailable get by A
        0.000 web FailedUnavailable get by A
    ",
    );
}

/// It used to repeat endlessly at one instant.
#[test]
fn a_closed_user_with_nothing_to_do_pauses() {
    let times = Some(brownout_dist::Constant::new(0.0).expect("nothing").into());
    let journey = vec![Step { operation: GET, times, think: None, tools: None }];
    let arrivals = Arrivals::Closed { users: 1, ramp: ms(0) };
    let mut model = stations(Load { journey, arrivals, ..load(&[]) }, vec![station(10)]);
    model.duration = ms(2);
    check(
        &model,
        r"
        0.000 web UserCame get#0
        0.000 web UserLeft get#0
        0.001 web UserCame get#0
        0.001 web UserLeft get#0
        0.002 web UserCame get#0
        0.002 web UserLeft get#0
    ",
    );
}
