//! A service of one tier, end to end: the log closes its books and M/M/1 is M/M/1.

use brownout_dist::{Exponential, Law};
use brownout_kernel::{Entry, Instant, Observer};
use brownout_protocol::{Kind, Record};
use brownout_tiers::build;
use brownout_tiers::model::*;
use brownout_units::{Ratio, Span};

fn law(mean: f64) -> Law {
    Law::Exponential(Exponential::new(mean).expect("a mean"))
}

fn client() -> Client {
    Client {
        timeout: None,
        on_timeout: OnTimeout::Abandon,
        retries: 0,
        retry_on: StatusSet::default(),
        backoff: Backoff { base: Span::ZERO, factor: 1.0, max: Span::ZERO, jitter: Jitter::None },
        give_up: None,
        reload: None,
        come_back: None,
        persists: false,
    }
}

fn mm1(rate: f64) -> Model {
    let station = Station {
        replicas: 1,
        workers: Workers::Limited(1),
        service: vec![Service::Drawn(law(1.0))],
        contention: Contention::None,
        hold: false,
        queue: Queue { limit: None, order: Order::Fifo, expire: None, patience: None },
        balance: Balance::Random,
        calls: vec![],
        together: false,
        cache: None,
        verifies: false,
        full: 503,
    };
    Model {
        duration: Span::from_secs(200_000),
        warmup: Span::ZERO,
        window: Span::from_secs(1000),
        classes: vec![Class { name: "users".into(), priority: 0 }],
        operations: vec![Operation {
            name: "get".into(),
            slo: None,
            timeout: None,
            prompt: None,
            output: None,
        }],
        paths: vec![Path { class: ClassId(0), operation: OperationId(0) }],
        loads: vec![Load {
            name: "users".into(),
            class: ClassId(0),
            entry: TierId(0),
            arrivals: Arrivals::Open { rate: RateCurve::constant(rate), burst: Burst::Poisson },
            surges: vec![],
            journey: vec![Step { operation: OperationId(0), times: None, think: None }],
            session: None,
            returns: None,
            client: client(),
        }],
        tiers: vec![Tier { name: "server".into(), kind: TierKind::Service, body: Body::Station(station) }],
        faults: vec![Fault {
            at: Span::from_secs(100),
            lasts: Span::from_secs(10),
            tier: TierId(0),
            share: Ratio::new(1.0).expect("a ratio"),
            kind: FaultKind::Hang,
        }],
    }
}

#[derive(Default)]
struct Mean {
    count: u64,
    sum: f64,
}

impl Observer<Record> for Mean {
    fn observe(&mut self, batch: &[Entry<Record>]) {
        for entry in batch.iter().filter(|e| e.record.kind == Kind::Succeeded) {
            self.count += 1;
            self.sum += entry.record.value as f64 * 1e-9;
        }
    }
}

#[test]
fn mm1_waits_as_it_should() {
    let mut sim = build(&mm1(0.5), 7, 0);
    let mut mean = Mean::default();
    let events = sim.run_until(Instant::ZERO + Span::from_secs(200_000), &mut mean);
    sim.finish(&mut mean);
    let mean_secs = mean.sum / mean.count as f64;
    assert!((mean_secs / 2.0 - 1.0).abs() < 0.05, "{mean_secs} over {} in {events} events", mean.count);
}
