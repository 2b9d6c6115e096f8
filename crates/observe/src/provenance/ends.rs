//! Intents that ended badly, added up; and the assertion that none is missing.

use super::Follower;
use super::found::{Ended, Outcome, Provenance, Why};
use super::row::Decided;
use super::work::split;
use crate::tally::Tally;
use brownout_protocol::{Kind, Layout, Record, Row};

impl Follower {
    /// An intent has ended badly.
    pub(super) fn end(&mut self, record: &Record, outcome: Outcome, decided: &Decided, at: u64) {
        let Decided { reason, place, because, via, wait, .. } = *decided;
        let (path, load) = (record.row.path(), record.place);
        if at < self.warmup {
            *self.early.entry((load, path, outcome)).or_default() += 1;
            return;
        }
        let why = Why { path, load, outcome, reason, place, because, via };
        let ended = self.ends.entry(why).or_insert(Ended { first: at, ..Ended::default() });
        ended.count += 1;
        ended.waited = ended.waited.saturating_add(wait.nanos);
        for (sum, part) in ended.split.iter_mut().zip(split(&wait)) {
            *sum = sum.saturating_add(part);
        }
    }

    /// The run is over.
    ///
    /// # Panics
    /// If any intent that failed, came too late or is open has not exactly one reason.
    pub(crate) fn finish(self, layout: &Layout, tally: &Tally) -> Provenance {
        for load in 0..layout.loads {
            for path in 0..layout.paths.len() as u8 {
                for outcome in Outcome::ALL {
                    let count = |kind| {
                        let rows = [false, true].map(|retry| Row::new(path, retry));
                        let row = |row: Row| load * layout.columns() + usize::from(row.0);
                        rows.into_iter().map(|of| tally.count_of(row(of), kind)).sum::<u64>()
                    };
                    let all: u64 = kinds(outcome).iter().map(|&kind| count(kind)).sum();
                    let of = self.ends.iter().filter(|(why, _)| {
                        usize::from(why.load) == load && why.path == path && why.outcome == outcome
                    });
                    let early = self.early.get(&(load as u16, path, outcome)).copied().unwrap_or(0);
                    let told = early + of.map(|(_, ended)| ended.count).sum::<u64>();
                    let name = &layout.places[load].name;
                    assert!(
                        told == all,
                        "provenance of {name}, path {path}: {told} of {all} intents have a reason ({outcome:?})"
                    );
                }
            }
        }
        Provenance { ends: self.ends.into_iter().collect() }
    }
}

/// The lines that such intents end with.
const fn kinds(outcome: Outcome) -> &'static [Kind] {
    match outcome {
        Outcome::Failed => &[
            Kind::FailedUnauthorized,
            Kind::FailedTooManyRequests,
            Kind::FailedError,
            Kind::FailedUnavailable,
            Kind::FailedGatewayTimeout,
            Kind::FailedBadRequest,
            Kind::FailedOverloaded,
            Kind::FailedTimeout,
            Kind::FailedGaveUp,
        ],
        Outcome::Late => &[Kind::SucceededLate],
        Outcome::Open => &[Kind::IntentInside],
    }
}
