//! Answers to a planner's questions in sentences, for the terminal and for pages.

pub(crate) mod bounded;
pub(crate) mod cheapest;
pub(crate) mod tipping;

pub use bounded::Growth;

use crate::number::{self, grouped};
use brownout_analysis::answer::{Averaged, Bounded, Cost, Terms, Tried, Wanted};
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

/// Less than this is written with its cents.
const CENTS_BELOW: f64 = 10.0;

/// Dollars with their interval, where they are of runs that differ: `$2,628 (2,590–2,666)`.
pub(crate) fn amount(of: &Estimate) -> String {
    let ends = of.ci95.filter(|(low, high)| low < high);
    if of.mean < CENTS_BELOW && ends.is_none_or(|(_, high)| high < CENTS_BELOW) {
        return number::estimate(of, Unit::Dollars);
    }
    let whole = |dollars: f64| grouped(dollars.max(0.0).round() as u64);
    let ends = ends.map_or_else(String::new, |(low, high)| format!(" ({}–{})", whole(low), whole(high)));
    format!("${}{ends}", whole(of.mean))
}

/// The columns of a table that say what rows cost a month: what is paid, and where an operation has a penalty also
/// those and both together; none where nothing has a price.
pub(crate) fn cost_heads<'a>(mut costs: impl Iterator<Item = &'a Cost> + Clone) -> &'static [&'static str] {
    match (costs.clone().any(|cost| cost.penalty.is_some()), costs.next()) {
        (true, _) => &["paid a month", "penalties a month", "in all a month"],
        (false, Some(_)) => &["cost a month"],
        (false, None) => &[],
    }
}

/// The cells of a row under these.
pub(crate) fn cost_cells(heads: &[&str], cost: Option<&Cost>) -> Vec<String> {
    let cell = |of: Option<&Estimate>| of.map_or_else(|| number::NONE.to_owned(), amount);
    let all = [
        cell(cost.map(|cost| &cost.paid)),
        cell(cost.and_then(|cost| cost.penalty.as_ref())),
        cell(cost.map(|cost| &cost.all)),
    ];
    all.into_iter().take(heads.len()).collect()
}

/// What a row costs, in words: `$2,628 a month`, with penalties `$2,902 (2,880–2,924) a month: $2,628 are paid, and
/// $274 (252–296) are penalties`.
pub(crate) fn costs(cost: &Cost) -> String {
    let all = amount(&cost.all);
    match &cost.penalty {
        None => format!("{all} a month"),
        Some(penalty) => format!(
            "{all} a month with penalties: {} are paid, and {} are penalties",
            amount(&cost.paid),
            amount(penalty)
        ),
    }
}

/// How a month follows from runs, where what is not served has a penalty.
pub(crate) const PENALTIES: &str = "Penalties are what was not served as promised costs by the penalty of its \
    operation, as if every hour of the month were like those of these runs.";
