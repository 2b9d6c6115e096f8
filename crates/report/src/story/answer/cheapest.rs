//! The cheapest set of several knobs, in words.

use super::{PENALTIES, SAME, amount, day, dollars, percent, promised};
use crate::number::grouped;
use brownout_analysis::answer::{Cheapest, Cost};

/// The answer in one sentence.
pub(crate) fn sentence(found: &Cheapest) -> String {
    let terms = &found.terms;
    let Some(answer) = &found.answer else {
        let why = if found.out_of_budget {
            format!("within {} runs", found.runs)
        } else {
            "among these".to_owned()
        };
        return format!("No set {why} is shown to keep {}.", promised(terms));
    };
    let values = found.knobs.iter().zip(&answer.values).map(|(knob, value)| format!("{knob} = {value}"));
    let values = values.collect::<Vec<_>>().join(", ");
    let fleet = match answer.accelerators {
        0 => String::new(),
        count => format!(" and has {} accelerators", grouped(count)),
    };
    let often = if found.is_fixed {
        "in all".to_owned()
    } else if terms.is_on_average() {
        "on average over".to_owned()
    } else {
        format!("in at least {} of", percent(terms.share))
    };
    format!(
        "{} costs {}{fleet}, and is the cheapest that is shown to keep {} {often} {} (confidence {}).",
        values,
        cost(&answer.cost),
        promised(terms),
        day(terms),
        percent(terms.confidence)
    )
}

/// What a set costs, as part of a sentence.
fn cost(cost: &Cost) -> String {
    match &cost.penalty {
        None => format!("{} a month", amount(&cost.all)),
        Some(penalty) => format!("{} a month with penalties of {}", amount(&cost.all), amount(penalty)),
    }
}

/// What counts as its costs, how they are known, and whether chance plays a part.
pub(crate) fn basis(found: &Cheapest) -> String {
    let mut said: Vec<String> = Vec::new();
    if found.tried.iter().chain(&found.answer).any(|set| set.cost.penalty.is_some()) {
        said.push(format!("The cheapest is that of replicas, calls and penalties together. {PENALTIES}"));
    } else {
        said.push("Costs are of replicas and calls: no operation has a penalty.".to_owned());
    }
    if 0 < found.priced_by {
        let runs = match found.priced_by {
            1 => "run".to_owned(),
            many => format!("{many} runs"),
        };
        said.push(format!(
            "What only runs tell is of the first {runs} of each set in the search, and of all that were run in the \
             table."
        ));
    }
    said.extend(found.is_fixed.then(|| SAME.to_owned()));
    said.join(" ")
}

/// What cheaper sets could still save; none if every cheaper one is decided.
pub(crate) fn saving(found: &Cheapest) -> Option<String> {
    let count = found.undecided.len();
    let sets = match count {
        0 => return None,
        1 => "1 cheaper set is".to_owned(),
        _ => format!("{count} cheaper sets are"),
    };
    Some(format!("{sets} undecided and could save up to {}.", dollars(found.saving_max)))
}
