//! Parts of small models, and their logs as text.

use brownout_dist::{Constant, Law};
use brownout_kernel::{Entry, Instant, Keep};
use brownout_model::*;
use brownout_protocol::{Kind, Record};
use brownout_tiers::build;
use brownout_tiers::policy::{Args, Make, find};
use brownout_units::{Ratio, Span};

/// The operations and classes of every model here; a path is `2 · class + operation`.
pub(crate) const GET: OperationId = OperationId(0);
pub(crate) const LOGIN: OperationId = OperationId(1);
pub(crate) const WEB: ClassId = ClassId(0);
pub(crate) const VIP: ClassId = ClassId(1);

pub(crate) fn ms(millis: u64) -> Span {
    Span::from_millis(millis)
}

/// A constant number of milliseconds.
pub(crate) fn always(millis: u64) -> Law {
    Constant::new(millis as f64 / 1e3).expect("a constant").into()
}

pub(crate) fn load(millis: &[u64]) -> Load {
    let row = |&at: &u64| TraceRow { at: ms(at), prompt: None, output: None, history: 0, session: None };
    Load {
        name: "web".into(),
        class: WEB,
        entry: TierId(0),
        arrivals: Arrivals::Trace(millis.iter().map(row).collect()),
        most: None,
        journey: vec![Step { operation: GET, times: None, think: None, tools: None }],
        session: None,
        returns: None,
        client: client(),
    }
}

pub(crate) fn client() -> Client {
    Client {
        first_token: None,
        timeout: None,
        on_timeout: OnTimeout::Abandon,
        retries: 0,
        retry_on: StatusSet::default(),
        backoff: backoff(0),
        give_up: None,
        reload: None,
        come_back: None,
        persists: false,
        tells_deadline: false,
        obeys_retry_after: false,
        hedge: None,
        fallback: None,
        policies: vec![],
    }
}

/// The same wait before every try.
pub(crate) fn backoff(millis: u64) -> Backoff {
    Backoff { base: ms(millis), factor: 1.0, max: ms(millis), jitter: Jitter::None, law: None }
}

/// One replica with one worker, first in first out.
pub(crate) fn station(millis: u64) -> Station {
    Station {
        dollars_per_hour: 0.0,
        dollars_per_million: 0.0,
        replicas: 1,
        workers: Workers::Limited(1),
        service: vec![Service::Drawn(always(millis)); 4],
        contention: Contention::None,
        hold: false,
        queue: Queue {
            limit: None,
            order: Order::Fifo,
            expire: None,
            patience: None,
            drops: false,
            retransmit: None,
        },
        balance: Balance::RoundRobin,
        calls: vec![],
        together: false,
        cache: None,
        verifies: false,
        full: 503,
        fleet: Fleet::still().into(),
        lease: None,
        obeys_deadlines: true,
        policies: vec![],
        error_path: None,
    }
}

/// A station for all that come, which calls `calls`.
pub(crate) fn front(millis: u64, calls: Vec<Call>) -> Station {
    Station { workers: Workers::Unlimited, calls, ..station(millis) }
}

pub(crate) fn call(to: u16) -> Call {
    Call {
        to: TierId(to),
        paths: PathSet::ALL,
        chance: Ratio::ONE,
        choice: 0,
        again: Ratio::ZERO,
        copies: 1,
        timeout: None,
        on_timeout: OnTimeout::Abandon,
        retries: 0,
        retry_on: StatusSet::default(),
        backoff: backoff(0),
        optional: false,
        tells_deadline: false,
        obeys_retry_after: false,
        hedge: None,
        fallback: None,
        policies: vec![],
    }
}

pub(crate) fn of_codes(codes: &[u16]) -> StatusSet {
    let sets = codes.iter().map(|&code| StatusSet::of_code(code).expect("a code"));
    sets.fold(StatusSet::default(), StatusSet::union)
}

/// Tiers are called A, B, C, …
pub(crate) fn model(loads: Vec<Load>, tiers: Vec<Body>) -> Model {
    let operation = |name: &str| Operation {
        name: name.into(),
        slo: None,
        ttft: None,
        tpot: None,
        timeout: None,
        prompt: None,
        output: None,
        talk: Talk::NONE,
        penalty: 0.0,
    };
    let path = |class, operation| Path { class, operation };
    let tiers = tiers.into_iter().zip("ABCDEF".chars());
    Model {
        duration: ms(10_000),
        warmup: Span::ZERO,
        window: ms(10_000),
        classes: vec![Class { name: "web".into(), priority: 1 }, Class { name: "vip".into(), priority: 0 }],
        operations: vec![operation("get"), operation("login")],
        paths: vec![path(WEB, GET), path(WEB, LOGIN), path(VIP, GET), path(VIP, LOGIN)],
        loads,
        tiers: tiers
            .map(|(body, name)| Tier { name: name.into(), kind: TierKind::Service, region: None, body })
            .collect(),
        controllers: vec![],
        settings: vec![],
        changes: vec![],
        is_ideal: false,
    }
}

/// A model of one load and stations.
pub(crate) fn stations(load: Load, stations: Vec<Station>) -> Model {
    model(vec![load], stations.into_iter().map(Body::Station).collect())
}

/// The model with a fault of all replicas of tier A.
pub(crate) fn with(mut model: Model, at: u64, lasts: u64, effect: Effect) -> Model {
    let when = When { at: ms(at), lasts: ms(lasts) };
    model.add("fault".into(), Cause::Schedule, effect, Reach::tier(TierId(0)), when);
    model
}

/// The model with an operator who works through a runbook: when, after how many milliseconds, and what is done to tier
/// A; what is done for a time lasts 5 ms.
pub(crate) fn on_call(model: Model, steps: Vec<(Start, u64, Effect)>) -> Model {
    on_call_with(model, steps.into_iter().map(|(start, lag, effect)| (start, lag, effect, None)).collect())
}

/// The same with the terms of what is leased.
pub(crate) fn on_call_with(mut model: Model, steps: Vec<(Start, u64, Effect, Option<LeaseTerms>)>) -> Model {
    let mut runbook = Vec::new();
    for (nth, (start, lag, effect, lease)) in (0..).zip(steps) {
        let cause = Cause::Step { controller: ControllerId(0), step: nth };
        let when = When { at: Span::ZERO, lasts: ms(5) };
        let change = model.add(format!("step {nth}"), cause, effect, Reach::tier(TierId(0)), when);
        runbook.push(RunbookStep { start, lag: always(lag), change, lease });
    }
    let body = ControllerBody::Operator(Operator { steps: runbook });
    model.controllers = vec![Controller { name: "on call".into(), body }];
    model
}

/// The model with a fault of the first half of the replicas of tier A, from the start.
pub(crate) fn at_first(model: Model, lasts: u64, kind: Effect) -> Model {
    let mut model = with(model, 0, lasts, kind);
    model.changes[0].target.hits = Hits::Share { from: Ratio::ZERO, to: Ratio::new(0.5).expect("half") };
    model
}

/// `failures` in a row eject for `base`, and half may be out; ejections are checked every `interval`.
pub(crate) fn ejects(consecutive: u32, interval: u64, base: u64) -> Care {
    let max = Ratio::new(0.5).expect("half");
    let (interval, base) = (ms(interval), ms(base));
    let ejection = Ejection { consecutive, interval, base, max, success_rate: None };
    Care { ejection: Some(ejection), ..Care::none() }
}

/// A policy with its defaults but for what is said, for all together.
pub(crate) fn policy(kind: &str, args: Args) -> Policy {
    let kind = find(kind).expect("a kind of policy");
    let (each_replica, status) = match kind.make {
        Make::Inlet { each_replica, status, .. } => (each_replica, status),
        Make::Outlet { .. } => (false, 503),
    };
    let args = args.or_defaults(kind.defaults());
    let kind = kind.name.into();
    Policy {
        kind,
        args,
        paths: PathSet::ALL,
        per: Per::All,
        each_replica,
        on: true,
        status,
        retry_after: None,
    }
}

/// When services began, in whole milliseconds, and at which tier of those behind the first.
pub(crate) fn starts(model: &Model) -> Vec<(u64, usize)> {
    let mut sim = build(model, 7, 0);
    let mut log = Keep(vec![]);
    sim.run_until(Instant::ZERO + model.duration, &mut log);
    let tier = |record: &Record| usize::from(record.place).checked_sub(model.loads.len());
    let began = |entry: &Entry<Record>| {
        let started = matches!(entry.record.kind, Kind::StartedAtOnce | Kind::Started);
        let tier = tier(&entry.record).filter(|tier| started && 0 < *tier)?;
        Some((entry.at.nanos() / 1_000_000, tier))
    };
    log.0.iter().filter_map(began).collect()
}

/// Runs the model and compares its log, line by line, without what explains how users fare.
#[track_caller]
pub(crate) fn check(model: &Model, expect: &str) {
    check_but(model, &[], expect);
}

/// The same, without the lines of some kinds.
#[track_caller]
pub(crate) fn check_but(model: &Model, kinds: &[&str], expect: &str) {
    let mut sim = build(model, 7, 0);
    let mut log = Keep(vec![]);
    sim.run_until(Instant::ZERO + model.duration, &mut log);
    let entries = log.0.iter().filter(|entry| !kinds.contains(&format!("{:?}", entry.record.kind).as_str()));
    let entries = entries.filter(|entry| !Kind::OF_PEOPLE.contains(&entry.record.kind));
    compare(&entries.map(|entry| line(model, entry)).collect::<Vec<_>>(), expect);
}

/// Compares only what explains how users fare, until the run is over.
#[track_caller]
pub(crate) fn check_people(model: &Model, expect: &str) {
    let mut sim = build(model, 7, 0);
    let mut log = Keep(vec![]);
    sim.run_until(Instant::ZERO + model.duration, &mut log);
    sim.finish(&mut log);
    let entries = log.0.iter().filter(|entry| Kind::OF_PEOPLE.contains(&entry.record.kind));
    compare(&entries.map(|entry| line(model, entry)).collect::<Vec<_>>(), expect);
}

/// The lines of some kinds that loads write.
pub(crate) fn log_of(model: &Model, kinds: &[&str]) -> Vec<String> {
    let mut sim = build(model, 7, 0);
    let mut log = Keep(vec![]);
    sim.run_until(Instant::ZERO + model.duration, &mut log);
    let of_loads = |entry: &&Entry<Record>| usize::from(entry.record.place) < model.loads.len();
    let wanted = |entry: &&Entry<Record>| kinds.contains(&format!("{:?}", entry.record.kind).as_str());
    log.0.iter().filter(of_loads).filter(wanted).map(|entry| line(model, entry)).collect()
}

/// How many lines of a kind the log of the model has.
pub(crate) fn count(model: &Model, kind: &str) -> usize {
    let mut sim = build(model, 7, 0);
    let mut log = Keep(vec![]);
    sim.run_until(Instant::ZERO + model.duration, &mut log);
    log.0.iter().filter(|entry| format!("{:?}", entry.record.kind) == kind).count()
}

#[track_caller]
fn compare(got: &[String], expect: &str) {
    let expect: Vec<&str> = expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert!(got == expect, "the log is\n{}\n", got.join("\n"));
}

fn line(model: &Model, entry: &Entry<Record>) -> String {
    let Record { kind, row, place, call, value } = entry.record;
    let place = usize::from(place);
    let name = |place: usize| match place.checked_sub(model.loads.len()) {
        None => model.loads[place].name.clone(),
        Some(tier) => model.tiers[tier].name.clone(),
    };
    let operation = ["get", "login"][usize::from(row.path() % 2)];
    let class = ["", "vip "][usize::from(row.path() / 2)];
    let retry = if row.is_retry() { "'" } else { "" };
    // Failures name the place that decided them, everything else a row.
    let text = format!("{kind:?}");
    let decided = ["Failed", "Attempt", "Ended"].iter().any(|start| text.starts_with(start));
    let who = if decided { format!(" by {}", name(call as usize)) } else { format!("#{call}") };
    let value = match value {
        0 => String::new(),
        _ if is_count(kind) => format!(" {value}"),
        nanos => format!(" {}s", nanos as f64 / 1e9),
    };
    format!("{:.3} {} {text} {class}{operation}{retry}{who}{value}", entry.at.as_secs_f64(), name(place))
}

/// A count of tokens, or of those who wait for them.
fn tokens(kind: Kind) -> bool {
    use Kind::{
        Generated, GeneratedLate, Lite, PassDone, PrefixHit, Prompted, RefusedBadRequest, WastedTokens,
    };
    let counts =
        [Generated, GeneratedLate, Lite, PassDone, PrefixHit, Prompted, RefusedBadRequest, WastedTokens];
    counts.contains(&kind)
}

fn is_count(kind: Kind) -> bool {
    use Kind::{AnsweredAbandoned, CallRetried, Dropped, Preempted, Queued, Reloaded, Retried};
    use Kind::{CallFellBack, CallRetryWithheld, FellBack, RefusedGatewayTimeout, RetryWithheld};
    use Kind::{Crossed, OutOfRotation};
    use Kind::{Ejected, FaultBegan, FaultEnded, Intervened, Panicked, ReplicaDraining, ReplicaOrdered};
    use Kind::{RefusedOverloaded, RefusedTooManyRequests, RefusedUnavailable};
    let refused = [RefusedOverloaded, RefusedTooManyRequests, RefusedUnavailable].contains(&kind);
    let counts = [AnsweredAbandoned, CallRetried, Dropped, Preempted, Queued, Reloaded, Retried];
    let held = [CallFellBack, CallRetryWithheld, FellBack, RefusedGatewayTimeout, RetryWithheld];
    let of_replicas =
        [Ejected, FaultBegan, FaultEnded, Intervened, Panicked, ReplicaDraining, ReplicaOrdered];
    tokens(kind)
        || kind == Crossed
        || kind == OutOfRotation
        || refused
        || counts.contains(&kind)
        || held.contains(&kind)
        || of_replicas.contains(&kind)
}
