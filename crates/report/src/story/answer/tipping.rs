//! Where a knob tips the service over, in words.

use super::{SAME, day, percent, promised};
use brownout_analysis::answer::{Tip, Tipping};

/// The answer in one sentence: the value, or at which end of the range it is missing and where to look instead.
pub(crate) fn sentence(found: &Tipping) -> String {
    let terms = &found.terms;
    let what = promised(terms);
    if found.is_idle && !found.is_answered() {
        let keeps = if found.first_tipped() == 0 { "keeps" } else { "does not keep" };
        let (first, last) = &terms.range;
        return format!(
            "{} changes nothing here: a run is the same with {first} and {last}, and {keeps} {what}.",
            terms.knob
        );
    }
    let Tip { at, above, low, high } = &found.median;
    let Some(at) = at else {
        let tipped = found.last_tipped();
        let days = if tipped == 0 {
            format!("none of {} days has tipped over", found.days)
        } else {
            format!("only {tipped} of {} days have tipped over", found.days)
        };
        return format!(
            "It does not tip over within the range: up to its upper end, {} = {}, {days}, and most {} keep {what}. \
             Look beyond it: --from {} --to a higher value.",
            terms.knob,
            terms.range.1,
            day(terms),
            terms.range.1,
        );
    };
    let Some(above) = above else {
        let first = found.first_tipped();
        return format!(
            "It has tipped over before the range begins: at its lower end, {} = {at}, {} of {} days do not keep {what} \
             any more. Look below it: --from a lower value --to {at}.",
            terms.knob,
            if first == found.days { "all".to_owned() } else { first.to_string() },
            found.days,
        );
    };
    let interval = match (low, high) {
        _ if found.is_fixed => String::new(),
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

/// How that spreads over days; nothing where the sentence has said that it is not within the range for any of them.
pub(crate) fn spread(found: &Tipping) -> String {
    if !found.is_answered() {
        return String::new();
    }
    if found.is_fixed {
        return SAME.to_owned();
    }
    let end = |tip: &Tip| match (&tip.above, &tip.at) {
        (_, None) => format!("beyond {}", found.terms.range.1),
        (None, Some(at)) => format!("at {at} or below"),
        (Some(_), Some(at)) => format!("at {at}"),
    };
    if found.is_sharp {
        return format!(
            "All {} days tip over between the same two values: what is left is the step.",
            found.days
        );
    }
    format!(
        "Over {} days: one in ten has tipped over {}, nine in ten {}.",
        found.days,
        end(&found.early),
        end(&found.late)
    )
}
