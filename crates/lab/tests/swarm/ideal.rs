//! Ideal runs of random models: their books close, and no call waits or is turned away.

use crate::{Bounded, defend, draw, of_all, replication};
use brownout_lab::Error;
use brownout_model::{Model, ZoneRouting};
use brownout_protocol::Kind;

/// How many of each family.
const MODELS: u64 = 250;

/// What only queues, limits, policies and faults do.
const NEVER: [Kind; 12] = [
    Kind::Queued,
    Kind::Preempted,
    Kind::Dropped,
    Kind::TurnedAway,
    Kind::RefusedTooManyRequests,
    Kind::RefusedOverloaded,
    Kind::RefusedGatewayTimeout,
    Kind::Withheld,
    Kind::RetryWithheld,
    Kind::CallWithheld,
    Kind::Ejected,
    Kind::FaultBegan,
];

/// Whether some tier may have no replica in the zone of a caller, which it then refuses by design.
fn stays_in_zone(model: &Model) -> bool {
    let zones = model.tiers.iter().filter_map(|tier| tier.fleet()?.spread.zones.as_ref());
    zones.into_iter().any(|zones| zones.routing == ZoneRouting::Local)
}

fn nothing_waits(draw: fn(u64) -> Model) {
    let (mut whole, mut served) = (0, 0);
    for seed in 0..MODELS {
        let model = draw(seed).ideal();
        match replication(&model, seed, &Bounded) {
            Ok((legend, run)) => {
                whole += 1;
                served += of_all(&legend, &run, &[Kind::Succeeded, Kind::SucceededLate]);
                if !stays_in_zone(&model) {
                    assert_eq!(of_all(&legend, &run, &[Kind::RefusedUnavailable]), 0, "model {seed}");
                }
                let met = NEVER.into_iter().filter(|&kind| 0 < of_all(&legend, &run, &[kind]));
                assert_eq!(met.collect::<Vec<_>>(), [], "model {seed}");
            }
            Err(Error::Interrupted { .. }) => {}
            Err(error) => panic!("model {seed}: {error}"),
        }
    }
    assert!(8 * MODELS <= 10 * whole, "only {whole} of {MODELS} models ran to their end");
    assert!(100 * MODELS < served, "only {served} intents were served");
}

#[test]
fn no_call_of_an_ideal_run_waits_or_is_turned_away() {
    nothing_waits(draw::model);
}

#[test]
fn no_defence_turns_a_call_of_an_ideal_run_away() {
    nothing_waits(defend::model);
}
