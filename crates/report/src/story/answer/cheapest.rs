//! The cheapest set of several knobs, in words.

use super::{day, dollars, percent, promised};
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
    format!(
        "{} costs {}{fleet}, and is the cheapest that is shown to keep {} in at least {} of {} (confidence {}).",
        values,
        dollars(answer.dollars_a_month),
        promised(terms),
        percent(terms.share),
        day(terms),
        percent(terms.confidence)
    )
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
