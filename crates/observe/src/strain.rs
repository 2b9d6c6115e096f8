//! What a tier went through, step by step: the grid on which symptoms are found.

use crate::kinds::Kinds;
use crate::legend::Legend;
use crate::tally::Tally;
use brownout_metrics::Level;
use brownout_protocol::{Kind, Layout};
use serde::{Deserialize, Serialize};

/// What a tier went through in one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Strain {
    /// Calls that it admitted.
    pub admitted: u32,
    /// Calls that it turned away or dropped at its door.
    pub refused: u32,
    /// Attempts of clients that failed by what it decided: its own errors, not those handed on.
    pub blamed: u32,
    /// Calls to other tiers that it gave up waiting for.
    pub timed_out: u32,
    /// Looks into its cache that found nothing.
    pub missed: u32,
    /// Replicas that a balancer took out of rotation.
    pub ejected: u32,
    /// Mean number of calls in its queue.
    pub waiting: f32,
    /// Mean number of calls inside, in any stage.
    pub inside: f32,
}

/// Writes the strains of a run that goes on.
pub(crate) struct Strains {
    /// By tier: totals at the end of the last step.
    seen: Vec<Totals>,
    /// By place: attempts that failed by what it decided, so far.
    blamed: Vec<u64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    admitted: u64,
    refused: u64,
    blamed: u64,
    timed_out: u64,
    missed: u64,
    ejected: u64,
    /// Call-nanoseconds.
    waiting: i128,
    inside: i128,
}

const ADMITTED: Kinds = Kinds::of(&[Kind::StartedAtOnce, Kind::Queued]);
const REFUSED: Kinds = Kinds::of(&[
    Kind::RefusedTooManyRequests,
    Kind::RefusedUnavailable,
    Kind::RefusedOverloaded,
    Kind::RefusedGatewayTimeout,
    Kind::RefusedBadRequest,
    Kind::Dropped,
]);

impl Strains {
    pub(crate) fn new(layout: &Layout) -> Self {
        let places = layout.places.len();
        Strains { seen: vec![Totals::default(); places - layout.loads], blamed: vec![0; places] }
    }

    /// An attempt failed by what a place decided.
    pub(crate) fn blame(&mut self, place: u32) {
        if let Some(blamed) = self.blamed.get_mut(place as usize) {
            *blamed += 1;
        }
    }

    /// A step ends at `at`, in nanoseconds, and was that many seconds long.
    pub(crate) fn end_step(
        &mut self,
        legend: &Legend,
        tally: &Tally,
        at: u64,
        seconds: f64,
        tiers: &mut [Vec<Strain>],
    ) {
        let loads = legend.layout.loads;
        for (tier, (seen, strains)) in self.seen.iter_mut().zip(tiers).enumerate() {
            let place = loads + tier;
            let now = Totals { blamed: self.blamed[place], ..totals(&legend.layout, tally, place, at) };
            let before = std::mem::replace(seen, now);
            let level = |now: i128, before: i128| ((now - before) as f64 / 1e9 / seconds) as f32;
            strains.push(Strain {
                admitted: (now.admitted - before.admitted) as u32,
                refused: (now.refused - before.refused) as u32,
                blamed: (now.blamed - before.blamed) as u32,
                timed_out: (now.timed_out - before.timed_out) as u32,
                missed: (now.missed - before.missed) as u32,
                ejected: (now.ejected - before.ejected) as u32,
                waiting: level(now.waiting, before.waiting),
                inside: level(now.inside, before.inside),
            });
        }
    }
}

fn totals(layout: &Layout, tally: &Tally, place: usize, at: u64) -> Totals {
    let rows = place * layout.columns()..(place + 1) * layout.columns();
    let count = |kinds: Kinds| rows.clone().map(|row| tally.count_so_far(row, kinds)).sum::<u64>();
    let level = |level| tally.level_so_far(place, level, at);
    Totals {
        admitted: count(ADMITTED),
        refused: count(REFUSED),
        blamed: 0,
        timed_out: count(const { Kinds::of(&[Kind::CallTimedOut]) }),
        missed: count(const { Kinds::of(&[Kind::Missed]) }),
        ejected: count(const { Kinds::of(&[Kind::Ejected]) }),
        waiting: level(Level::Waiting),
        inside: level(Level::Inside),
    }
}
