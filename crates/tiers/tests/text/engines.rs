//! Language model replicas at ten milliseconds a step: batches, streams, patience, crashes, hand-overs.

use crate::fleets::*;
use crate::parts::*;
use brownout_inference::Options;
use brownout_model::*;
use brownout_units::Ratio;

#[test]
fn two_requests_share_their_steps() {
    // The second comes in the middle of the second step, and joins the third.
    check(
        &asks(&[0, 15], (100, 4), engines()),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.000 A Prompted get#0 100
        0.010 A FirstToken get#0 0.01s
        0.015 web Arrived get#1
        0.015 A Queued get#1
        0.020 A TokenGaps get#1 0.01s
        0.020 A Started get#1 0.005s
        0.020 A Prompted get#1 100
        0.030 A TokenGaps get#1 0.01s
        0.030 A FirstToken get#1 0.015s
        0.040 A TokenGaps get#2 0.01s
        0.040 A Completed get#0 0.04s
        0.040 A TokenTime get#0 0.01s
        0.040 A Generated get#0 4
        0.040 web Succeeded get#0 0.04s
        0.060 A TokenGaps get#2 0.01s
        0.060 A Completed get#1 0.045s
        0.060 A TokenTime get#1 0.01s
        0.060 A Generated get#1 4
        0.060 web Succeeded get#1 0.045s
    ",
    );
}

fn leaves(on_timeout: OnTimeout) -> Model {
    let mut model = asks(&[0], (100, 6), engines());
    model.loads[0].client = Client { timeout: Some(ms(35)), on_timeout, ..client() };
    model
}

#[test]
fn a_request_that_is_cancelled_ends_with_the_step_in_progress() {
    check_rest(
        &leaves(OnTimeout::Cancel),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.010 A FirstToken get#0 0.01s
        0.035 web AttemptTimeout get by web 0.035s
        0.035 web FailedTimeout get by web 0.035s
        0.040 A Wasted get#0 0.04s
        0.040 A Aborted get#0 0.04s
        0.040 A WastedTokens get#0 4
        0.040 A Cancelled get#0 0.04s
    ",
    );
}

#[test]
fn a_request_that_is_abandoned_is_generated_and_wasted() {
    check_rest(
        &leaves(OnTimeout::Abandon),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.010 A FirstToken get#0 0.01s
        0.035 web AttemptTimeout get by web 0.035s
        0.035 web FailedTimeout get by web 0.035s
        0.060 A Wasted get#0 0.06s
        0.060 A Completed get#0 0.06s
        0.060 A WastedTokens get#0 6
        0.060 A GeneratedLate get#0 6
        0.060 web AnsweredAbandoned get#0 1
    ",
    );
}

#[test]
fn the_first_token_decides_whether_the_client_waits() {
    // The batch holds one: the second request waits for 60 ms, longer than its client, the third for none.
    let one = Engines { engine: Options { sequences_max: 1, ..options() }, ..engines() };
    let mut model = asks(&[0, 5, 100], (100, 6), one);
    let patience = Client {
        first_token: Some(ms(50)),
        timeout: Some(ms(1_000)),
        on_timeout: OnTimeout::Cancel,
        ..client()
    };
    model.loads[0].client = patience;
    check_rest(
        &model,
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.005 web Arrived get#1
        0.005 A Queued get#1
        0.010 A FirstToken get#0 0.01s
        0.010 web FirstToken get#0 0.01s
        0.055 web AttemptTimeout get by web 0.05s
        0.055 web FailedTimeout get by web 0.05s
        0.060 A Completed get#0 0.06s
        0.060 A Generated get#0 6
        0.060 A LeftQueue get#1 0.055s
        0.060 A Cancelled get#1 0.055s
        0.060 web Succeeded get#0 0.06s
        0.100 web Arrived get#0
        0.100 A StartedAtOnce get#1
        0.110 A FirstToken get#1 0.01s
        0.110 web FirstToken get#0 0.01s
        0.160 A Completed get#1 0.06s
        0.160 A Generated get#1 6
        0.160 web Succeeded get#0 0.06s
    ",
    );
}

fn promises(ttft: u64, tpot: u64) -> Model {
    let mut model = asks(&[0], (100, 3), engines());
    (model.operations[0].ttft, model.operations[0].tpot) = (Some(ms(ttft)), Some(ms(tpot)));
    model
}

#[test]
fn an_answer_that_keeps_its_promises_is_in_time() {
    check_rest(
        &promises(10, 10),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.010 A FirstToken get#0 0.01s
        0.010 web FirstToken get#0 0.01s
        0.030 A Completed get#0 0.03s
        0.030 A Generated get#0 3
        0.030 web Succeeded get#0 0.03s
    ",
    );
}

#[test]
fn an_answer_is_late_if_its_first_token_or_the_others_are() {
    let late = r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.010 A FirstToken get#0 0.01s
        0.010 web FirstToken get#0 0.01s
        0.030 A Completed get#0 0.03s
        0.030 A GeneratedLate get#0 3
        0.030 web SucceededLate get#0 0.03s
    ";
    check_rest(&promises(9, 10), late);
    check_rest(&promises(10, 9), late);
}

#[test]
fn what_no_replica_can_serve_is_refused() {
    check_rest(
        &asks(&[0], (5_000, 3), engines()),
        r"
        0.000 web Arrived get#0
        0.000 A RefusedBadRequest get#0
        0.000 web AttemptBadRequest get by A
        0.000 web FailedBadRequest get by A
    ",
    );
    let small = Engines { engine: Options { blocks: 10, ..options() }, ..engines() };
    check_rest(
        &asks(&[0], (160, 2), small),
        r"
        0.000 web Arrived get#0
        0.000 A RefusedBadRequest get#0
        0.000 web AttemptBadRequest get by A
        0.000 web FailedBadRequest get by A
    ",
    );
}

#[test]
fn a_crash_loses_requests_and_caches_and_the_replica_comes_back_with_its_weights() {
    let mut fleet = Fleet::still();
    fleet.boot.weights = Some(always(100));
    let engines = Engines { fleet: fleet.into(), ..engines() };
    let model = asks(&[0, 50, 130, 160], (100, 3), engines);
    check_rest(
        &with(model, 15, 40, Effect::Crash),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.010 A FirstToken get#0 0.01s
        0.015 A Wasted get#0 0.015s
        0.015 A Aborted get#0 0.015s
        0.015 A WastedTokens get#0 1
        0.015 A EndedUnavailable get by A 0.015s
        0.015 web AttemptUnavailable get by A 0.015s
        0.015 web FailedUnavailable get by A 0.015s
        0.050 web Arrived get#0
        0.050 A RefusedUnavailable get#0
        0.050 web AttemptUnavailable get by A
        0.050 web FailedUnavailable get by A
        0.130 web Arrived get#0
        0.130 A RefusedUnavailable get#0
        0.130 web AttemptUnavailable get by A
        0.130 web FailedUnavailable get by A
        0.160 web Arrived get#0
        0.160 A StartedAtOnce get#0
        0.170 A FirstToken get#0 0.01s
        0.190 A Completed get#0 0.03s
        0.190 A Generated get#0 3
        0.190 web Succeeded get#0 0.03s
    ",
    );
}

#[test]
fn a_replica_that_hangs_goes_on_where_it_stopped_and_a_slow_one_takes_longer() {
    check_rest(
        &with(asks(&[0], (100, 4), engines()), 15, 100, Effect::Hang),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.010 A FirstToken get#0 0.01s
        0.140 A Completed get#0 0.14s
        0.140 A Generated get#0 4
        0.140 web Succeeded get#0 0.14s
    ",
    );
    check_rest(
        &with(asks(&[0], (100, 4), engines()), 15, 100, Effect::Slow { factor: 3.0 }),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.010 A FirstToken get#0 0.01s
        0.080 A Completed get#0 0.08s
        0.080 A Generated get#0 4
        0.080 web Succeeded get#0 0.08s
    ",
    );
}

#[test]
fn a_second_pass_reads_what_the_first_one_wrote() {
    let twice =
        Engines { passes: vec![2; 4], engine: Options { prefix_cache: true, ..options() }, ..engines() };
    check_rest(
        &asks(&[0], (160, 3), twice),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.030 A PassDone get#0
        0.030 A Resumed get#0
        0.040 A FirstToken get#0 0.04s
        0.060 A Completed get#0 0.06s
        0.060 A Generated get#0 3
        0.060 web Succeeded get#0 0.06s
    ",
    );
}

#[test]
fn a_request_that_finds_many_waiting_gets_a_lite_answer() {
    let half = Ratio::new(0.5).expect("a ratio");
    let lite = Engines {
        passes: vec![2; 4],
        lite: Some(Lite { above: 0, passes: 1, output: half }),
        engine: Options { sequences_max: 1, ..options() },
        ..engines()
    };
    check_rest(
        &asks(&[0, 1, 2], (100, 4), lite),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.002 web Arrived get#2
        0.002 A Lite get#2 1
        0.002 A Queued get#2 1
        0.040 A PassDone get#0 1
        0.040 A Started get#1 0.039s
        0.080 A PassDone get#1 1
        0.080 A Started get#2 0.078s
        0.090 A FirstToken get#2 0.088s
        0.100 A Completed get#2 0.098s
        0.100 A Generated get#2 2
        0.100 A Resumed get#0 0.06s
        0.100 web Succeeded get#2 0.098s
        0.110 A FirstToken get#0 0.11s
        0.140 A Completed get#0 0.14s
        0.140 A Generated get#0 4
        0.140 A Resumed get#1 0.06s
        0.140 web Succeeded get#0 0.14s
        0.150 A FirstToken get#1 0.149s
        0.180 A Completed get#1 0.179s
        0.180 A Generated get#1 4
        0.180 web Succeeded get#1 0.179s
    ",
    );
}

#[test]
fn the_first_token_comes_from_one_replica_and_the_rest_from_another() {
    // 200 tokens of 1,000 bytes at ten million a second: 20 ms, and 5 more for the way.
    let link = Disaggregation { replicas: 1, engine: options(), bandwidth: 1e7, latency: always(5) };
    let engines = Engines { prefill: Some(link), ..engines() };
    check_rest(
        &asks(&[0, 0], (200, 3), engines),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.000 web Arrived get#1
        0.000 A Queued get#1
        0.010 A FirstToken get#0 0.01s
        0.010 A PassDone get#0
        0.010 A Started get#1 0.01s
        0.020 A FirstToken get#1 0.02s
        0.020 A PassDone get#1
        0.035 A Resumed get#0 0.025s
        0.055 A Completed get#0 0.055s
        0.055 A Generated get#0 3
        0.055 A Resumed get#1 0.035s
        0.055 web Succeeded get#0 0.055s
        0.075 A Completed get#1 0.075s
        0.075 A Generated get#1 3
        0.075 web Succeeded get#1 0.075s
    ",
    );
}

#[test]
fn a_request_from_another_zone_is_on_its_way_both_times() {
    let names = ["a", "b"].map(str::to_owned).to_vec();
    let zones = |routing, latency| Zones { names: names.clone(), routing, latency: ms(latency) };
    let fleet = |zones| Fleet { spread: Spread { zones: Some(zones), ..Spread::NONE }, ..Fleet::still() };
    let front = Station {
        replicas: 2,
        fleet: fleet(zones(ZoneRouting::Anywhere, 0)).into(),
        ..front(1, vec![call(1)])
    };
    // Round robin on both sides would meet by chance: here equals are taken in turn.
    let engines = Engines {
        replicas: 2,
        routing: Routing::Plain(Balance::LeastOutstanding),
        fleet: fleet(zones(ZoneRouting::Anywhere, 5)).into(),
        ..engines()
    };
    let bodies = vec![Body::Station(front), Body::Engines(engines)];
    let mut model = model(vec![load(&[0, 100, 200])], bodies);
    (model.operations[0].prompt, model.operations[0].output) = (Some(tokens(100)), Some(tokens(2)));
    // The first replica is in zone a and is lost with it: the third call goes to the one that is left.
    let mut model = with(model, 150, 100, Effect::Crash);
    (model.changes[0].target.site, model.changes[0].target.zone) = (Site::Tier(TierId(1)), Some(0));
    check_rest(
        &model,
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 A Finished get#0 0.001s
        0.001 B Crossed get#0 2
        0.006 B StartedAtOnce get#0
        0.016 B FirstToken get#0 0.01s
        0.026 B Completed get#0 0.02s
        0.026 B Generated get#0 2
        0.031 A Answered get#0 0.031s
        0.031 web Succeeded get#0 0.031s
        0.100 web Arrived get#0
        0.100 A StartedAtOnce get#0
        0.101 A Finished get#0 0.001s
        0.101 B Crossed get#0 1
        0.106 B StartedAtOnce get#0
        0.116 B FirstToken get#0 0.01s
        0.126 B Completed get#0 0.02s
        0.126 B Generated get#0 2
        0.131 A Answered get#0 0.031s
        0.131 web Succeeded get#0 0.031s
        0.200 web Arrived get#0
        0.200 A StartedAtOnce get#0
        0.201 A Finished get#0 0.001s
        0.201 B StartedAtOnce get#0
        0.211 B FirstToken get#0 0.01s
        0.221 B Completed get#0 0.02s
        0.221 B Generated get#0 2
        0.221 A Answered get#0 0.021s
        0.221 web Succeeded get#0 0.021s
    ",
    );
}
