//! Swarm tests: random models run to their end, and the books of each must close.
//!
//! The simulator asserts its own books in release: flow balance, Little's law and the utilisation law to the
//! nanosecond, every call in one place, every worker with its call. So a random model needs no expected result: a
//! panic is a bug. `BROWNOUT_SWARM=20000` runs that many models, `BROWNOUT_SWARM_FROM=7` begins with model 7.

mod capacity;
mod control;
mod defend;
mod dice;
mod draw;
mod engines;
mod fast_path;
mod ideal;
mod load;
mod provenance;
mod same;
mod sample;
mod spread;
mod talk;
mod tier;
mod window;

use brownout_lab::{Error, Of, Progress, run_whole};
use brownout_metrics::{Source, Which};
use brownout_model::Model;
use brownout_observe::{Digest, Legend};
use brownout_protocol::Kind;
use brownout_units::Span;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// How many models the suite runs of each family: two thousand in all.
const MODELS: u64 = 1_000;
/// Retries over retries grow without bound; a run this large is broken off, and the next one is drawn.
const EVENTS_MAX: u64 = 200_000;

struct Bounded;

impl Progress for Bounded {
    fn at(&self, _: u64, _: Span, events: u64) -> bool {
        events < EVENTS_MAX
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().expect("a number"))
}

/// A replication with its windows.
fn replication(model: &Model, seed: u64, progress: &dyn Progress) -> Result<(Arc<Legend>, Digest), Error> {
    run_whole(Of { model, seed, replication: 0 }, true, progress)
}

fn of_all(legend: &Legend, run: &Digest, kinds: &[Kind]) -> u64 {
    let view = run.measured().view(legend);
    (0..legend.layout.places.len()).map(|at| view.count(at, Which::default(), kinds) as u64).sum()
}

#[test]
fn the_books_of_every_random_model_close() {
    books_close(draw::model);
}

#[test]
fn the_books_of_every_defended_model_close() {
    books_close(defend::model);
}

fn books_close(draw: fn(u64) -> Model) {
    let (from, models) = (number("BROWNOUT_SWARM_FROM", 0), number("BROWNOUT_SWARM", MODELS));
    let (mut broken, mut whole, mut events, mut tokens, mut crossed) = (vec![], 0, 0, 0, 0);
    for seed in from..from + models {
        let model = draw(seed);
        match catch_unwind(AssertUnwindSafe(|| replication(&model, seed, &Bounded))) {
            Ok(Ok((legend, digest))) => {
                whole += 1;
                events += digest.events;
                crossed += of_all(&legend, &digest, &[Kind::Crossed]);
                tokens += of_all(&legend, &digest, &[Kind::Generated, Kind::GeneratedLate, Kind::Preempted]);
            }
            Ok(Err(Error::Interrupted { .. })) => {}
            Ok(Err(error)) => panic!("model {seed}: {error}"),
            Err(_) => broken.push(seed),
        }
    }
    assert!(broken.is_empty(), "broken models: {broken:?}");
    assert!(8 * models <= 10 * whole, "only {whole} of {models} models ran to their end");
    assert!(from < engines::FROM || models < tokens, "only {tokens} requests were generated or preempted");
    assert!(models < 1_000 || models < crossed, "only {crossed} calls left their zone");
    assert!(100 * models < events, "only {events} events in {models} models");
}
