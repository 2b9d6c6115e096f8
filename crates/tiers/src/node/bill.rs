//! What replicas of other clouds cost: lines for the log, since the last ones.

use super::growth::Growth;
use crate::pure::fleet::Fleet;
use brownout_kernel::Instant;
use brownout_model::{Change, Effect};
use brownout_protocol::Kind;

const SECONDS_PER_HOUR: f64 = 3600.0;

/// What has been recorded so far: replicas times nanoseconds, and billionths of a dollar.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bill {
    told: [Growth; 2],
}

impl Bill {
    /// What was paid for since the last lines, and what it cost. None if nothing was ever leased.
    pub(crate) fn lines(&mut self, fleet: &Fleet, faults: &[Change], now: Instant) -> Vec<(Kind, u128)> {
        let (mut nanos, mut billionths, mut any) = (0, 0.0, false);
        for (lease, paid) in fleet.leased(now) {
            any = true;
            nanos += paid;
            billionths += paid as f64 * price(faults, lease) / SECONDS_PER_HOUR;
        }
        if !any {
            return Vec::new();
        }
        let [leased, spent] = &mut self.told;
        vec![(Kind::Leased, leased.more(nanos)), (Kind::LeaseSpent, spent.more(billionths as u128))]
    }
}

/// US dollars for an hour of one replica.
fn price(faults: &[Change], lease: u32) -> f64 {
    match faults[lease as usize].effect {
        Effect::Emergency { dollars_per_hour, .. } => dollars_per_hour,
        _ => unreachable!("only emergency capacity is leased"),
    }
}
