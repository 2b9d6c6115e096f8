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
    /// Of the calls that came, refused or not, those that were made again.
    pub again: u32,
    /// Calls whose service began.
    pub begun: u32,
    /// Mean number of workers in service; not of those that are held while their call is out.
    pub serving: f32,
    /// Mean number of workers on calls whose caller had left, in service or held, each told when it ends.
    pub wasted: f32,
    /// Workers of the replicas that served, times seconds, as far as a sample told of it in this step; infinite without
    /// a limit.
    pub capacity: f32,
    /// Replicas that served and were out of rotation as the step ended.
    pub out: u32,
}

/// Writes the strains of a run that goes on.
pub(crate) struct Strains {
    /// By tier: totals at the end of the last step.
    seen: Vec<Totals>,
    /// By place: attempts that failed by what it decided, so far.
    blamed: Vec<u64>,
    /// By place: replicas that are out of rotation.
    out: Vec<u64>,
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
    serving: i128,
    again: u64,
    begun: u64,
    /// Worker-nanoseconds.
    wasted: u128,
    capacity: u128,
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
const BEGUN: Kinds = Kinds::of(&[Kind::StartedAtOnce, Kind::Started]);
const WASTED: Kinds = Kinds::of(&[Kind::Wasted, Kind::HeldWasted]);

impl Strains {
    pub(crate) fn new(layout: &Layout) -> Self {
        let places = layout.places.len();
        let seen = vec![Totals::default(); places - layout.loads];
        Strains { seen, blamed: vec![0; places], out: vec![0; places] }
    }

    /// An attempt failed by what a place decided.
    pub(crate) fn blame(&mut self, place: u32) {
        if let Some(blamed) = self.blamed.get_mut(place as usize) {
            *blamed += 1;
        }
    }

    /// That many replicas of a place are out of rotation from now on.
    pub(crate) fn take_out(&mut self, place: usize, replicas: u64) {
        self.out[place] = replicas;
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
                again: (now.again - before.again) as u32,
                begun: (now.begun - before.begun) as u32,
                serving: level(now.serving, before.serving),
                wasted: ((now.wasted - before.wasted) as f64 / 1e9 / seconds) as f32,
                capacity: seconds_of(now.capacity - before.capacity),
                out: self.out[place] as u32,
            });
        }
    }
}

/// A sample of one instant without a limit is larger than any run with one.
fn seconds_of(capacity: u128) -> f32 {
    if capacity < u128::from(u64::MAX) { (capacity as f64 / 1e9) as f32 } else { f32::INFINITY }
}

fn totals(layout: &Layout, tally: &Tally, place: usize, at: u64) -> Totals {
    let rows = place * layout.columns()..(place + 1) * layout.columns();
    let count = |kinds: Kinds| rows.clone().map(|row| tally.count_so_far(row, kinds)).sum::<u64>();
    let level = |level| tally.level_so_far(place, level, at);
    // Of each path the second row is of calls that are made again.
    let again = rows.clone().skip(1).step_by(2);
    let sum = |row: usize, kinds: Kinds| {
        tally.seen(row, kinds).filter_map(|kind| tally.sum_so_far(row, kind)).sum::<u128>()
    };
    Totals {
        admitted: count(ADMITTED),
        refused: count(REFUSED),
        blamed: 0,
        timed_out: count(const { Kinds::of(&[Kind::CallTimedOut]) }),
        missed: count(const { Kinds::of(&[Kind::Missed]) }),
        ejected: count(const { Kinds::of(&[Kind::Ejected]) }),
        waiting: level(Level::Waiting),
        inside: level(Level::Inside),
        serving: level(Level::Serving),
        again: again.map(|row| tally.count_so_far(row, ADMITTED) + tally.count_so_far(row, REFUSED)).sum(),
        begun: count(BEGUN),
        wasted: rows.clone().map(|row| sum(row, WASTED)).sum(),
        capacity: tally.sum_so_far(rows.start, Kind::Capacity as usize).unwrap_or(0),
    }
}
