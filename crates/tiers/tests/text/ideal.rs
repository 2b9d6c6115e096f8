//! Ideal runs: what is served at once, what stays as designed, and language models that are alone.

use crate::fleets::*;
use crate::parts::*;
use brownout_inference::{Affine, Latency, Options, Terms};
use brownout_model::*;
use brownout_units::Ratio;

#[test]
fn all_are_served_at_once_and_nothing_happens() {
    let limits = Queue { limit: Some(0), ..station(10).queue };
    let station = Station { queue: limits, ..station(10) };
    let model = with(stations(load(&[0, 1, 2]), vec![station]), 0, 100, Effect::Crash);
    check(
        &model.ideal(),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A StartedAtOnce get#1
        0.002 web Arrived get#2
        0.002 A StartedAtOnce get#2
        0.010 A Completed get#0 0.01s
        0.010 web Succeeded get#0 0.01s
        0.011 A Completed get#1 0.01s
        0.011 web Succeeded get#1 0.01s
        0.012 A Completed get#2 0.01s
        0.012 web Succeeded get#2 0.01s
    ",
    );
}

#[test]
fn a_timeout_below_the_service_itself_fails_by_design() {
    let client = Client { timeout: Some(ms(15)), ..client() };
    let model = stations(Load { client, ..load(&[0]) }, vec![station(20)]);
    assert_eq!((count(&model.ideal(), "FailedTimeout"), count(&model.ideal(), "Succeeded")), (1, 0));
}

#[test]
fn nothing_is_retried_or_hedged_where_services_are_faster_than_clocks() {
    let client = Client { timeout: Some(ms(60)), retries: 3, hedge: Some(Hedge::After(ms(40))), ..client() };
    let hop = Call { timeout: Some(ms(40)), retries: 2, ..call(1) };
    let crowd: Vec<u64> = (0..50).collect();
    let model = stations(Load { client, ..load(&crowd) }, vec![front(1, vec![hop]), station(20)]);
    let counts =
        |model: &Model| ["Retried", "Hedged", "CallRetried", "Succeeded"].map(|kind| count(model, kind));
    assert!(counts(&model).iter().take(3).all(|&count| 0 < count), "{:?}", counts(&model));
    assert_eq!(counts(&model.ideal()), [0, 0, 0, 50]);
}

#[test]
fn a_counterfactual_needs_a_fault_or_a_surge() {
    let quiet = stations(load(&[0]), vec![station(10)]);
    assert_eq!(quiet.counterfactual(), None);
    let act = Effect::Scale { replicas: 3 };
    assert_eq!(on_call(quiet.clone(), vec![(Start::At(ms(5)), 0, act)]).counterfactual(), None);
    let broken = with(quiet.clone(), 0, 5, Effect::Crash);
    assert_eq!(broken.counterfactual(), Some(quiet.clone()));
    let mut crowded = quiet;
    let surge = Effect::Surge { users: 7, shape: Shape::Step };
    let when = When { at: ms(0), lasts: ms(5) };
    crowded.add("surge".into(), Cause::Schedule, surge, Reach::load(LoadId(0)), when);
    assert_eq!(crowded.counterfactual().map(|model| model.changes.len()), Some(0));
    assert_eq!(crowded.ideal().changes, crowded.changes);
}

/// Steps whose time depends on everything that they compute.
fn exact() -> Options {
    let terms = Terms { floor: 1.0, base: 2.0, token: 0.03, decode: 0.1, context: 1e-4, attention: 1e-6 };
    Options { latency: Latency::Affine(Affine::new(terms).expect("they are fine")), ..options() }
}

/// When clients of the model were told of tokens and ends.
fn heard(model: &Model) -> Vec<String> {
    log_of(model, &["FirstToken", "TokenTime", "Succeeded"])
}

fn alone_as_ideal(model: &Model) {
    assert!(!heard(model).is_empty());
    assert_eq!(heard(model), heard(&model.ideal()));
}

#[test]
fn a_request_alone_takes_as_long_as_in_an_idle_fleet() {
    let streamed = |ask: (u32, u32), engines: Engines| {
        let mut model = asks(&[0], ask, engines);
        model.operations[0].ttft = Some(ms(5_000));
        model
    };
    let plain = Engines { engine: exact(), ..engines() };
    for ask in [(1, 1), (100, 4), (900, 300), (3_500, 1_000), (4_990, 100)] {
        alone_as_ideal(&streamed(ask, plain.clone()));
        alone_as_ideal(&streamed(ask, Engines { passes: vec![3; 4], ..plain.clone() }));
        let prefill = Disaggregation { replicas: 1, engine: exact(), bandwidth: 1e6, latency: always(3) };
        alone_as_ideal(&streamed(ask, Engines { prefill: Some(prefill), ..plain.clone() }));
    }
}

#[test]
fn a_conversation_alone_finds_its_history_cached() {
    for (cached, output) in [(false, 12), (true, 12), (true, 13), (true, 16), (true, 1)] {
        let engine = Options { prefix_cache: cached, ..exact() };
        let mut model = asks(&[0], (100, output), Engines { engine, ..engines() });
        model.operations[0].talk.history = true;
        model.operations[0].ttft = Some(ms(5_000));
        model.loads[0].journey[0].times = Some(tokens(6));
        alone_as_ideal(&model);
    }
}

#[test]
fn many_requests_at_once_are_each_alone_and_lite_answers_are_off() {
    let lite = Some(Lite { above: 0, passes: 1, output: Ratio::new(0.1).expect("a tenth") });
    let crowd: Vec<u64> = vec![0; 40];
    let model = asks(&crowd, (100, 4), Engines { lite, queue_limit: Some(3), ..engines() });
    assert_eq!(log_of(&model.ideal(), &["Succeeded"]).len(), 40);
    assert!(log_of(&model.ideal(), &["Succeeded"]).iter().all(|line| line.ends_with("0.04s")));
    // A prompt that fits no replica is still refused.
    let long = asks(&[0], (5_000, 1), engines());
    assert_eq!(log_of(&long, &["FailedBadRequest"]), log_of(&long.ideal(), &["FailedBadRequest"]));
}

#[test]
fn a_request_that_is_cancelled_leaves() {
    let mut model = asks(&[0], (100, 6), engines());
    model.loads[0].client = Client { timeout: Some(ms(35)), on_timeout: OnTimeout::Cancel, ..client() };
    check_rest(
        &model.ideal(),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.035 web AttemptTimeout get by web 0.035s
        0.035 web FailedTimeout get by web 0.035s
        0.035 A Aborted get#0 0.035s
        0.035 A Cancelled get#0 0.035s
    ",
    );
}
