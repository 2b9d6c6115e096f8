//! The runs beside a run: what an ideal run serves, which arrivals they share, and how users fare in small outages.
#![expect(clippy::float_cmp, reason = "counts are whole, and the same sums are the same bits")]

use brownout_kernel::{Instant, Keep as Log};
use brownout_lab::{Beside, Error, Point, Progress, Silent, fold_beside, layout, run_beside};
use brownout_metrics::{Latency, Level, Source, Which};
use brownout_model::Model;
use brownout_observe::{Keep, Legend, Replication, View};
use brownout_protocol::Kind;
use brownout_scenario::{Files, Overrides, Scenario, load};
use brownout_tiers::build;
use brownout_units::Span;
use std::sync::Arc;

struct Text(String);

impl Files for Text {
    fn read(&self, _: &str) -> Result<String, String> {
        Ok(self.0.clone())
    }
}

fn scenario(text: &str) -> Scenario {
    let text = format!("schema = 1\n{text}");
    load("test.toml", &Text(text), &Overrides::default()).unwrap_or_else(|p| panic!("{}", p.render(false)))
}

/// Replications of a scenario with the runs beside them, and the legend of all.
fn run(text: &str, replications: u32, threads: usize) -> (Arc<Legend>, Vec<Replication>) {
    let scenario = scenario(text);
    let legend = Arc::new(Legend::new(layout(&scenario.model)));
    let keep = Keep::new(&legend.layout, [], false);
    let beside = Beside::of(&scenario.model, keep.clone());
    let (model, seed) = (&scenario.model, scenario.seed);
    let point = Point { model, legend: Arc::clone(&legend), keep, seed, first: 0, replications, cost: 1.0 };
    let mut sets = run_beside(&[point], &[Some(beside)], threads, &[Silent]).expect("runs");
    (legend, sets.remove(0))
}

/// How many lines of a kind a load has; of people, of first lock-outs or further ones.
fn count(view: &View<'_>, kind: Kind, again: Option<bool>) -> f64 {
    view.count(0, Which { path: None, retry: again }, &[kind])
}

/// The sum of their values, in seconds.
fn seconds(view: &View<'_>, kinds: &[Kind]) -> f64 {
    1e-9 * view.sum(0, Which::default(), kinds)
}

const MM1: &str = r#"
    [run]
    duration = "3h"
    warmup = "0s"
    [load.web]
    rate = "9.5/s"
    journey = [{ do = "get" }]
    [tier.app]
    kind = "service"
    workers = 1
    service = { dist = "exponential", mean = "100ms" }
"#;

#[test]
fn an_ideal_queue_has_no_wait_and_takes_the_service() {
    let (legend, runs) = run(MM1, 2, 2);
    for one in runs {
        assert_eq!(one.counterfactual, None);
        let ideal = one.ideal.expect("it was asked for");
        let (run, ideal) = (one.run.measured().view(&legend), ideal.measured().view(&legend));
        let which = Which::default();
        assert_eq!(run.count(0, which, &[Kind::Arrived]), ideal.count(0, which, &[Kind::Arrived]));
        assert_eq!(ideal.count(1, which, &[Kind::Queued]), 0.0);
        let mean =
            |view: &View<'_>| seconds(view, &[Kind::Succeeded]) / view.count(0, which, &[Kind::Succeeded]);
        // Of 100,000 services; at this load the queue itself takes 2 s.
        assert!((mean(&ideal) - 0.1).abs() < 4.0 * 0.1 / 316.0, "{}", mean(&ideal));
        assert!(1.0 < mean(&run), "{}", mean(&run));
        // The same draws: the work done is the same but for what is inside at the end.
        let busy = |view: &View<'_>| view.level(1, Level::Serving);
        assert!((busy(&run) / busy(&ideal) - 1.0).abs() < 0.01, "{} and {}", busy(&run), busy(&ideal));
        assert!(ideal.histogram(0, 0, Latency::Done).is_some());
    }
}

#[test]
fn on_one_thread_as_on_eight() {
    let text = format!("{MM1}\n[[fault]]\nat = \"1h\"\nfor = \"1m\"\ntier = \"app\"\nkind = \"hang\"");
    let on = |threads| run(&text.replace("3h", "90m"), 5, threads).1;
    assert!(on(1) == on(8));
}

/// When which paths of which loads were asked for, until then.
fn arrivals(model: &Model, until: Span) -> Vec<(u64, u16, u8)> {
    let (mut sim, mut log) = (build(model, 7, 0), Log(vec![]));
    sim.run_until(Instant::ZERO + until, &mut log);
    let arrived = log.0.iter().filter(|entry| entry.record.kind == Kind::Arrived);
    arrived.map(|entry| (entry.at.nanos(), entry.record.place, entry.record.row.path())).collect()
}

#[test]
fn arrivals_are_the_same_until_the_trigger_and_in_open_loads_for_ever() {
    let text = r#"
        [run]
        duration = "20m"
        [load.web]
        rate = "20/s"
        journey = [{ do = "get" }]
        client = { timeout = "1s", retries = 2 }
        [load.api]
        rate = "5/s"
        arrivals = { kind = "gamma", cv = 3.0 }
        journey = [{ do = "put" }]
        [[load.api.surge]]
        kind = "migration"
        users = 2_000
        at = "10m"
        over = "5m"
        [tier.app]
        kind = "service"
        workers = 2
        replicas = 2
        service = { dist = "exponential", mean = "80ms" }
        calls = [{ to = "db", timeout = "200ms", retries = 1 }]
        [tier.db]
        kind = "database"
        connections = 3
        service = { dist = "exponential", mean = "30ms" }
        [[fault]]
        at = "5m"
        for = "2m"
        tier = "db"
        kind = "hang"
    "#;
    let model = scenario(text).model;
    let counterfactual = model.counterfactual().expect("something happens");
    let (whole, before) = (Span::from_secs(1_200), Span::from_secs(600));
    let run = arrivals(&model, whole);
    assert!(20_000 < run.len());
    assert_eq!(run, arrivals(&model.ideal(), whole));
    assert_eq!(arrivals(&model, before), arrivals(&counterfactual, before));
    assert_eq!(run.len() - 2_000, arrivals(&counterfactual, whole).len());
}

/// Two hours of users who try every minute while nothing works for thirty.
#[test]
fn people_who_try_every_minute_are_locked_out_for_the_whole_outage() {
    let text = r#"
        [run]
        duration = "1h"
        warmup = "0s"
        [load.web]
        rate = "10/s"
        journey = [{ do = "login" }]
        client = { timeout = "3s", come_back = { chance = "100%", after = "1m" } }
        [tier.app]
        kind = "service"
        workers = 64
        service = "50ms"
        [[fault]]
        at = "10m"
        for = "30m"
        tier = "app"
        kind = "crash"
    "#;
    let (legend, mut runs) = run(text, 1, 1);
    let one = runs.remove(0);
    let view = one.run.measured().view(&legend);
    let met = count(&view, Kind::MetTrouble, None);
    assert!((met - 18_000.0).abs() < 4.0 * 134.0, "10/s for 30 min, and those inside: {met}");
    assert_eq!(count(&view, Kind::ServedAgain, Some(false)), met);
    assert_eq!(count(&view, Kind::LeftUnserved, None) + count(&view, Kind::ServedAgain, Some(true)), 0.0);
    // Each waits until the fault ends, and then for the next of its own minutes: 15 min and half a minute.
    let minutes = seconds(&view, &[Kind::ServedAgain]) / 60.0;
    assert!((minutes / met - 15.5).abs() < 0.3, "{minutes} user-minutes of {met} users");
    let ideal = one.ideal.expect("asked for");
    assert_eq!(count(&ideal.measured().view(&legend), Kind::MetTrouble, None), 0.0);
}

/// All logins fail for 47 minutes; on a failure users leave, or go on to what needs no login.
const NO_LOGIN: &str = r#"
    [run]
    duration = "2h"
    warmup = "10m"
    [load.people]
    rate = "1/s"
    journey = [{ do = "login" }, { do = "read", times = 40, think = "5s" }]
    client = { timeout = "5s", on_failure = "leave" }
    [tier.edge]
    kind = "gateway"
    calls = [{ to = "auth", on = ["login"] }, { to = "app", on = ["read"] }]
    [tier.auth]
    kind = "auth"
    workers = 8
    service = "50ms"
    [tier.app]
    kind = "service"
    workers = 64
    service = "50ms"
    [[fault]]
    at = "40m"
    for = "47m"
    tier = "auth"
    kind = "errors"
    ratio = "100%"
"#;

/// How many logins failed, asserted to be those of 47 minutes.
fn failed_logins(view: &View<'_>) -> f64 {
    let failed = view.count(0, Which::default(), &[Kind::FailedError]);
    assert!((failed - 47.0 * 60.0).abs() < 4.0 * 53.1, "{failed} logins failed");
    failed
}

#[test]
fn users_who_cannot_log_in_leave_and_are_missed() {
    let (legend, mut runs) = run(NO_LOGIN, 1, 1);
    let Replication { run, ideal, counterfactual } = runs.remove(0);
    let (ideal, counterfactual) = (ideal.expect("asked for"), counterfactual.expect("a fault"));
    let [run, ideal, free] = [&run, &ideal, &counterfactual].map(|run| run.measured().view(&legend));
    let begun = |view: &View<'_>| view.count(0, Which::default(), &[Kind::Arrived]);
    let failed = failed_logins(&run);
    assert_eq!(begun(&ideal), begun(&free));
    assert_eq!(
        [Kind::MetTrouble, Kind::LeftUnserved].map(|kind| count(&run, kind, Some(false))),
        [failed; 2]
    );
    assert_eq!(begun(&free) - begun(&run), 40.0 * failed, "none of these journeys goes on");
    // Each would have been active for 40 × (5 s + 50 ms) after the login that took 50 ms anyway.
    let active = |view: &View<'_>| view.level(0, Level::Inside);
    let missing = active(&free) - active(&run);
    assert!((missing / (failed * 202.0) - 1.0).abs() < 1e-6, "{missing} s of {failed} users");
}

#[test]
fn users_who_go_on_are_served_again_by_another_operation() {
    let (legend, mut runs) = run(&NO_LOGIN.replace("leave", "continue"), 1, 1);
    let run = runs.remove(0).run;
    let run = run.measured().view(&legend);
    let failed = failed_logins(&run);
    assert_eq!(count(&run, Kind::ServedAgain, Some(false)), failed);
    // From the beginning of the login to the end of the first read: 50 ms + 5 s + 50 ms.
    assert!((seconds(&run, &[Kind::ServedAgain]) / failed - 5.1).abs() < 1e-6);
}

#[test]
fn intents_that_never_end_are_known_at_the_end() {
    let hang = r#"
        [run]
        duration = "1h"
        warmup = "1m"
        [load.web]
        rate = "5/s"
        journey = [{ do = "get" }]
        [tier.server]
        kind = "service"
        workers = 4
        service = "100ms"
        [[fault]]
        at = "2m"
        for = "58m"
        tier = "server"
        kind = "hang"
    "#;
    let stuck = r#"
        [run]
        duration = "10m"
        warmup = "1m"
        [load.web]
        rate = "1/s"
        journey = [{ do = "get" }]
        [tier.server]
        kind = "service"
        workers = 4
        service = "10h"
    "#;
    for (text, expected) in [(hang, 5.0 * 58.0 * 60.0), (stuck, 600.0_f64)] {
        let (legend, mut runs) = run(text, 1, 1);
        let at_end = runs.remove(0).run.at_end;
        let view = at_end.view(&legend);
        let open = count(&view, Kind::IntentInside, None);
        assert!((open - expected).abs() < 4.0 * expected.sqrt(), "{open} are open");
        assert_eq!(count(&view, Kind::StillUnserved, None), open);
        assert_eq!(seconds(&view, &[Kind::StillUnserved]), seconds(&view, &[Kind::IntentInside]));
    }
}

/// Asks to stop in one replication and all later ones.
struct StopsAt(u64);

impl Progress for StopsAt {
    fn at(&self, replication: u64, _: Span, _: u64) -> bool {
        replication < self.0
    }
}

/// Replications are handed on in their order while later ones go on, and the first that fails ends all of them.
#[test]
fn replications_come_in_their_order_until_one_fails() {
    let short = MM1.replace("3h", "20s");
    let scenario = scenario(&short);
    let legend = Arc::new(Legend::new(layout(&scenario.model)));
    let keep = Keep::new(&legend.layout, [], false);
    let (model, seed) = (&scenario.model, scenario.seed);
    let point = |cost: f64| {
        let (legend, keep) = (Arc::clone(&legend), keep.clone());
        Point { model, legend, keep, seed, first: 3, replications: 100, cost }
    };
    let points = [point(1.0), point(2.0)];
    let beside = [Some(Beside::of(model, keep.clone())), None];
    let fold = |threads: usize, stop: u64| {
        let mut seen: [Vec<u64>; 2] = [Vec::new(), Vec::new()];
        let reduce = |_, one: Replication| (one.ideal.is_some(), one.run.fingerprint);
        let add = |at: usize, (beside, fingerprint)| {
            assert_eq!(beside, at == 0, "only the first point has runs beside it");
            seen[at].push(fingerprint);
        };
        let done = fold_beside(&points, &beside, threads, &[StopsAt(stop), StopsAt(1_000)], reduce, add);
        (done, seen)
    };
    let (done, all) = fold(1, 1_000);
    assert_eq!((done, all[0].len(), &all[0]), (Ok(()), 100, &all[1]), "the same runs of both points");
    for threads in [1, 2, 8] {
        assert_eq!(fold(threads, 1_000), (Ok(()), all.clone()), "{threads} threads");
        let (done, some) = fold(threads, 50);
        assert_eq!(done, Err(Error::Interrupted { replication: 50, at: Span::ZERO }), "{threads} threads");
        // The point that takes longer was first.
        assert_eq!(some[1], all[1], "{threads} threads");
        assert!(some[0].len() <= 47 && all[0].starts_with(&some[0]), "{threads} threads");
    }
}
