//! Where a knob tips the service over, in words.

use super::{day, percent, promised};
use brownout_analysis::answer::{Tip, Tipping};

/// The answer in one sentence.
pub(crate) fn sentence(found: &Tipping) -> String {
    let terms = &found.terms;
    let what = promised(terms);
    let Some(at) = &found.median.at else {
        return format!(
            "Not within the range: up to {} = {} half of {} still keep {what}.",
            terms.knob,
            terms.range.1,
            day(terms)
        );
    };
    let Some(above) = &found.median.above else {
        return format!(
            "Not within the range: at {} = {at}, its lower end, half of {} do not keep {what} any more.",
            terms.knob,
            day(terms)
        );
    };
    let interval = match (&found.median.low, &found.median.high) {
        (Some(low), Some(high)) => {
            format!("; its interval is {low} to {high} ({} confidence)", percent(terms.confidence))
        }
        _ => String::new(),
    };
    format!(
        "It tips over between {} = {above} and {at}: from there half of {} do not keep {what} any more{interval}.",
        terms.knob,
        day(terms)
    )
}

/// How that spreads over days.
pub(crate) fn spread(found: &Tipping) -> String {
    let end = |tip: &Tip| match (&tip.above, &tip.at) {
        (_, None) => format!("beyond {}", found.terms.range.1),
        (None, Some(at)) => format!("at {at} or below"),
        (Some(_), Some(at)) => at.clone(),
    };
    if found.is_sharp {
        return format!(
            "All {} days tip over between the same two values: what is left is the step.",
            found.days
        );
    }
    format!(
        "Over {} days: one in ten has tipped over at {}, nine in ten at {}.",
        found.days,
        end(&found.early),
        end(&found.late)
    )
}
