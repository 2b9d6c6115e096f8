//! The table: every row, in the order of the reference.

use crate::metric::Metric;
use crate::rows::Rows;
use crate::{How, Scope, clients, harm, replicas, tiers, tokens};
use brownout_protocol::Layout;
use std::sync::OnceLock;

use crate::{Subject, Who};

const FILES: [&[&dyn Rows]; 5] = [harm::ROWS, clients::ROWS, tiers::ROWS, replicas::ROWS, tokens::ROWS];

/// Rows of a program that uses the library, behind those of the table.
static MORE: OnceLock<&'static [Metric]> = OnceLock::new();

/// The rows of the table by key, those of one key in its order: a job of a sweep asks for each of its expectations.
static BY_KEY: OnceLock<Vec<&'static Metric>> = OnceLock::new();

/// Every metric, in the order of the reference.
pub fn all() -> impl Iterator<Item = &'static Metric> {
    own().chain(MORE.get().copied().unwrap_or_default())
}

fn own() -> impl Iterator<Item = &'static Metric> {
    FILES.into_iter().flatten().flat_map(|rows| rows.rows())
}

/// The metrics that such a subject can have.
pub fn of(scope: Scope) -> impl Iterator<Item = &'static Metric> {
    all().filter(move |metric| metric.is_of(scope))
}

/// The metric of that name, of such a subject.
pub fn find(scope: Scope, key: &str) -> Option<&'static Metric> {
    let keys = BY_KEY.get_or_init(by_key);
    let own = &keys[keys.partition_point(|metric| metric.key < key)..];
    let own = own.iter().copied().take_while(|metric| metric.key == key);
    let more = MORE.get().copied().unwrap_or_default().iter().filter(|metric| metric.key == key);
    own.chain(more).find(|metric| metric.is_of(scope))
}

fn by_key() -> Vec<&'static Metric> {
    let mut rows: Vec<_> = own().collect();
    rows.sort_by_key(|metric| metric.key);
    rows
}

/// Adds rows to the table for the rest of the process: expectations, results, files and pages have them, too.
///
/// # Errors
/// The key that the table has already, or `""` if rows were added before.
pub fn extend(rows: &'static [Metric]) -> Result<(), &'static str> {
    let clash = |row: &&Metric| row.scopes.iter().any(|scope| find(*scope, row.key).is_some());
    if let Some(row) = rows.iter().find(clash) {
        return Err(row.key);
    }
    MORE.set(rows).map_err(|_| "")
}

/// An extreme that has to be followed while a run goes on.
#[derive(Clone, Debug)]
pub struct Followed {
    /// Which.
    pub metric: &'static Metric,
    /// Its subject.
    pub subject: Subject,
    /// The same, as rows of the log.
    pub who: Who,
}

/// All extremes of a service.
pub fn followed(layout: &Layout) -> Vec<Followed> {
    let extremes: Vec<&'static Metric> = all().filter(|m| matches!(m.how, How::Extreme { .. })).collect();
    let mut all = Vec::new();
    for subject in Subject::all(layout) {
        for &metric in extremes.iter().filter(|metric| metric.is_of(subject.scope())) {
            if let Some(who) = Who::of(layout, &subject) {
                all.push(Followed { metric, subject: subject.clone(), who });
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_subject_has_two_metrics_of_one_name() {
        let mut seen = BTreeSet::new();
        for metric in all() {
            for scope in metric.scopes {
                assert!(seen.insert((*scope, metric.key)), "{} of a {}", metric.key, scope.words());
            }
        }
    }

    #[test]
    fn every_row_says_what_it_means() {
        for metric in all() {
            let sentence = metric.meaning.ends_with('.') && metric.meaning.len() > 10;
            assert!(sentence, "{}: {:?}", metric.key, metric.meaning);
            assert!(!metric.scopes.is_empty(), "{} has no subject", metric.key);
            assert!(metric.over_time.iter().all(|scope| metric.is_of(*scope)), "{}", metric.key);
        }
    }

    #[test]
    fn extremes_are_of_parts_over_whole_steps() {
        for metric in all() {
            if let How::Extreme { of, over, .. } = metric.how {
                assert!(matches!(of.how, How::Share(_) | How::Part(_)), "{}", metric.key);
                assert!(over.nanos() % crate::STEP.nanos() == 0, "{}", metric.key);
            }
        }
    }
}
