//! Answers to a planner's questions in sentences, for the terminal and for pages.

pub(crate) mod bounded;
pub(crate) mod cheapest;
pub(crate) mod tipping;

pub use bounded::Growth;

use crate::number::{self, grouped};
use brownout_analysis::answer::{Averaged, Bounded, Terms, Tried, Wanted};
use brownout_metrics::Unit;
use brownout_stats::{Estimate, Verdict};

/// Said where nothing is drawn by chance.
pub(crate) const SAME: &str = "Nothing here is drawn by chance: all runs of a value are the same, whatever their \
    seed, so one run of each is as good as all.";

/// A share as a person says it: `95 %`.
pub(crate) fn percent(share: f64) -> String {
    number::plain(share, Unit::Share)
}

/// How long a run is, as a day of the promise is named.
pub(crate) fn day(terms: &Terms) -> String {
    let length = number::plain(terms.day_seconds, Unit::Seconds);
    if terms.has_trigger {
        format!("runs of {length} with all that happens in them")
    } else {
        format!("runs of {length}")
    }
}

/// What is known of a value, in words: of one that is too high for the promises it is not that it is too little.
pub(crate) fn verdict(verdict: Verdict, wanted: Wanted) -> &'static str {
    match (verdict, wanted) {
        (Verdict::Accepted, Wanted::Least) => "enough",
        (Verdict::Rejected, Wanted::Least) => "not enough",
        (Verdict::Accepted, Wanted::Most) => "borne",
        (Verdict::Rejected, Wanted::Most) => "too much",
        (Verdict::Undecided, _) => "undecided",
    }
}

/// The same of a row of a search: a value beyond the answer keeps the promises because the answer does, whatever its
/// own few runs say.
pub(crate) fn tried(found: &Bounded, row: &Tried) -> &'static str {
    let is_answer = found.answer.as_ref().is_some_and(|answer| answer.value == row.value);
    match row.verdict {
        Verdict::Accepted if !is_answer => "follows",
        known => verdict(known, found.wanted),
    }
}

/// A mean with what the runs leave possible: `181 ms (160–203 ms)`.
pub(crate) fn mean(averaged: &Averaged, unit: Unit) -> String {
    let Averaged { mean, ends, .. } = *averaged;
    let ends =
        ends.map(|(low, high)| (low.clamp(unit.least(), unit.most()), high.clamp(unit.least(), unit.most())));
    number::estimate(&Estimate { mean, ci95: ends, n: 0 }, unit)
}

/// The promises in words: the one, or all of them.
pub(crate) fn promised(terms: &Terms) -> String {
    match terms.promises.as_slice() {
        [only] => only.that.clone(),
        [_, _] => "both promises".to_owned(),
        all => format!("all {} promises", all.len()),
    }
}

/// A list of values: `9`, `9 and 10`, `9 to 12`.
pub(crate) fn values(all: &[String]) -> String {
    match all {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [first, .., last] => format!("{first} to {last}"),
    }
}

/// Dollars a month: `$2,628 a month`.
pub(crate) fn dollars(amount: f64) -> String {
    format!("${} a month", grouped(amount.round() as u64))
}
