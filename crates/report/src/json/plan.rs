//! Answers to a planner's questions as JSON: what was asked, what follows, every value that was run and what it costs.

use super::estimate;
use crate::Reports;
use crate::story::answer::Growth;
use crate::story::hysteresis::word;
use brownout_analysis::answer::{
    Averaged, Bounded, Cheapest, Cost, Promised, Set, Terms, Tip, Tipped, Tipping, Tried, Wanted, Works,
};
use brownout_analysis::hysteresis::{Hysteresis, State, Step};
use brownout_stats::Verdict;
pub use serde_json::Value;
use serde_json::json;

/// An answer with the command that shows it again, and those that write the reports of single values.
pub fn whole(mut answer: Value, again: &str, reports: &Reports) -> Value {
    let report = |(value, command): &(String, String)| json!({ "value": value, "command": command });
    answer["again"] = json!(again);
    answer["reports"] = reports.all.iter().map(report).collect();
    answer
}

/// The least or greatest value of a knob; of growth with its dates.
pub fn bounded(found: &Bounded, growth: Option<&Growth>) -> Value {
    let terms = &found.terms;
    let dates = |growth: &Growth| {
        json!({
            "a_month": growth.a_month,
            "last_good": growth.last_good,
            "first_bad": growth.first_bad,
            "lead": growth.lead,
            "order_by": growth.order_by,
        })
    };
    json!({
        "question": match (growth, found.wanted) {
            (Some(_), _) => "growth",
            (None, Wanted::Least) => "least",
            (None, Wanted::Most) => "most",
        },
        "asked": asked(terms),
        "answer": found.answer.as_ref().map(|answer| tried(terms, answer)),
        "growth": growth.map(dates),
        "not_enough": found.not_enough,
        "undecided": found.undecided,
        "none_holds": found.none_holds,
        "works": match found.works {
            Works::AsAsked => "as-asked",
            Works::Backwards => "backwards",
            Works::NotAtAll => "not-at-all",
        },
        "is_cliff": found.shape.map(|shape| shape.is_cliff),
        "share_before": found.shape.map(|shape| shape.share_before),
        "share_at": found.shape.map(|shape| shape.share_at),
        "binding": found.binding.map(|at| &terms.promises[at].that),
        "breaks_first": found.breaks.as_ref().and_then(|breaks| breaks.tier.as_ref()),
        "suffers_most": found.breaks.as_ref().and_then(|breaks| Some(breaks.worst.as_ref()?.to_string())),
        "tried": found.tried.iter().map(|row| tried(terms, row)).collect::<Vec<_>>(),
        "is_fixed": found.is_fixed,
        "runs": found.runs,
    })
}

/// Where a knob tips the service over.
pub fn tipping(found: &Tipping) -> Value {
    let tip = |tip: &Tip| json!({ "at": tip.at, "above": tip.above, "interval": [tip.low, tip.high] });
    let row = |one: &Tipped| {
        let Tipped { value, number, tipped, open } = one;
        json!({ "value": value, "number": number, "tipped": tipped, "not_known": open })
    };
    json!({
        "question": "tipping",
        "asked": asked(&found.terms),
        "median": tip(&found.median),
        "one_in_ten": tip(&found.early),
        "nine_in_ten": tip(&found.late),
        "days": found.days,
        "tried": found.cumulative.iter().map(row).collect::<Vec<_>>(),
        "is_fixed": found.is_fixed,
        "runs": found.runs,
    })
}

/// At which values a service comes back after an overload.
pub fn hysteresis(found: &Hysteresis) -> Value {
    let runs = |(healthy, runs): (u64, u64)| json!({ "healthy": healthy, "runs": runs });
    let step = |(step, state): (&Step, State)| {
        json!({
            "value": step.value,
            "number": step.number,
            "undisturbed": runs(step.up),
            "after_an_overload": runs(step.down),
            "state": word(state),
        })
    };
    json!({
        "question": "hysteresis",
        "title": found.title,
        "knob": found.knob,
        "overload": found.push,
        "tried": found.steps.iter().zip(found.states()).map(step).collect::<Vec<_>>(),
    })
}

/// The cheapest set of several knobs.
pub fn cheapest(found: &Cheapest) -> Value {
    let has_penalties = found.tried.iter().any(|set| set.cost.penalty.is_some());
    let sets = |sets: &[Set]| sets.iter().map(set).collect::<Vec<_>>();
    json!({
        "question": "cheapest",
        "asked": asked(&found.terms),
        "costs_are": if has_penalties { "replicas, calls and penalties" } else { "replicas and calls" },
        "priced_by_runs": found.priced_by,
        "knobs": found.knobs,
        "points": found.points,
        "answer": found.answer.as_ref().map(set),
        "undecided": sets(&found.undecided),
        "saving_max": found.saving_max,
        "tried": sets(&found.tried),
        "out_of_budget": found.out_of_budget,
        "is_fixed": found.is_fixed,
        "runs": found.runs,
    })
}

fn asked(terms: &Terms) -> Value {
    let promise = |one: &Promised| {
        let on = if one.on_average { "average" } else { "runs" };
        json!({ "that": one.that, "on": on, "of": one.of, "unit": one.unit.words() })
    };
    json!({
        "title": terms.title,
        "knob": terms.knob,
        "range": [terms.range.0, terms.range.1],
        "share": terms.share,
        "confidence": terms.confidence,
        "day_seconds": terms.day_seconds,
        "seed": terms.seed,
        "promises": terms.promises.iter().map(promise).collect::<Vec<_>>(),
    })
}

fn tried(terms: &Terms, row: &Tried) -> Value {
    let each = row.each.iter().zip(&terms.promises);
    let each = each.map(|(kept, promise)| json!({ "that": promise.that, "kept": kept }));
    json!({
        "value": row.value,
        "number": row.number,
        "runs": row.runs,
        "kept": row.kept,
        "is_sample": row.is_sample,
        "promises": each.collect::<Vec<_>>(),
        "averages": averages(&row.averages),
        "verdict": verdict(row.verdict),
        "cost_a_month": row.cost.as_ref().map(cost),
        "accelerators": row.accelerators,
    })
}

fn set(set: &Set) -> Value {
    json!({
        "values": set.values,
        "runs": set.runs,
        "kept": set.kept,
        "averages": averages(&set.averages),
        "verdict": verdict(set.verdict),
        "cost_a_month": cost(&set.cost),
        "accelerators": set.accelerators,
    })
}

/// In US dollars.
fn cost(cost: &Cost) -> Value {
    json!({
        "paid": estimate(Some(&cost.paid)),
        "penalties": estimate(cost.penalty.as_ref()),
        "all": estimate(Some(&cost.all)),
        "is_of_runs": cost.is_measured(),
    })
}

fn averages(all: &[Option<Averaged>]) -> Vec<Value> {
    let one = |one: &Averaged| {
        let ends = one.ends.map(|(low, high)| [low, high]);
        json!({ "mean": one.mean, "possible": ends, "bound": one.bound })
    };
    all.iter().map(|averaged| averaged.as_ref().map_or(Value::Null, one)).collect()
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "accepted",
        Verdict::Rejected => "rejected",
        Verdict::Undecided => "undecided",
    }
}
