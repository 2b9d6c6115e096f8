//! The cheapest set of several knobs, in words.

use super::{SAME, day, dollars, percent, promised};
use crate::number::grouped;
use brownout_analysis::answer::Cheapest;

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
        dollars(answer.dollars_a_month),
        promised(terms),
        day(terms),
        percent(terms.confidence)
    )
}

/// What its prices are, and whether chance plays a part, where that has to be said.
pub(crate) fn basis(found: &Cheapest) -> String {
    let measured = "Replicas come and go, or calls have a price, so costs are those of the runs: of the first run \
                    of each set in the search, of all that were run in the table.";
    let said = [(found.is_measured, measured), (found.is_fixed, SAME)];
    said.iter().filter(|(is_so, _)| *is_so).map(|(_, text)| *text).collect::<Vec<_>>().join(" ")
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
