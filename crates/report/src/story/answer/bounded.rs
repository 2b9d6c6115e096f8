//! The least or greatest value of a knob that keeps the promises, and how long growth may go on, in words.

use super::{PENALTIES, SAME, costs, day, mean, percent, promised, values};
use crate::number;
use brownout_analysis::answer::{Bounded, Terms, Tried, Wanted, Works};
use std::fmt::Write as _;

/// What growth by month means, with dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Growth {
    /// As it was asked: `15%`.
    pub a_month: String,
    /// The last month that is shown to hold, as a date.
    pub last_good: Option<String>,
    /// The first month that is shown to fail, as a date.
    pub first_bad: Option<String>,
    /// The last day on which to order, for what has to be there when the last month ends that is shown to hold.
    pub order_by: Option<String>,
    /// How long an order takes, as it was asked.
    pub lead: Option<String>,
}

/// When today's plan breaks, and when to order, in one sentence.
pub(crate) fn growth(found: &Bounded, growth: &Growth) -> String {
    let Growth { a_month, last_good, first_bad, order_by, lead } = growth;
    let holds = match (&found.answer, last_good) {
        (Some(answer), Some(date)) => {
            format!(
                "Growing by {a_month} a month, today's service keeps {} for {} months, until {date}",
                promised(&found.terms),
                answer.value
            )
        }
        _ => format!("Today's service does not keep {} as it is", promised(&found.terms)),
    };
    let fails = first_bad.as_ref().map_or_else(
        || format!("; no month up to {} is shown to fail", found.terms.range.1),
        |date| format!("; by {date} it is shown to fail"),
    );
    let order = match (order_by, lead) {
        (Some(date), Some(lead)) => format!(". With {lead} from order to service, order by {date}"),
        _ => String::new(),
    };
    format!("{holds}{fails}{order}.")
}

/// The answer in one sentence.
pub(crate) fn sentence(found: &Bounded) -> String {
    let terms = &found.terms;
    let (share, sure) = (percent(terms.share), percent(terms.confidence));
    let is_or_are = if terms.promises.len() == 1 { "is" } else { "are" };
    let holds = if found.is_fixed {
        format!("{} {is_or_are} kept in {}, which are all the same", promised(terms), day(terms))
    } else if terms.is_on_average() {
        let verb = if terms.promises.len() == 1 { "holds" } else { "hold" };
        format!("{} {verb} on average over {} (confidence {sure})", promised(terms), day(terms))
    } else {
        format!(
            "{} {is_or_are} kept in at least {share} of {} (confidence {sure})",
            promised(terms),
            day(terms)
        )
    };
    let end = match found.wanted {
        Wanted::Least => "the least",
        Wanted::Most => "the most",
    };
    if found.works == Works::Backwards {
        let (other, asked) = match found.wanted {
            Wanted::Least => ("--most", "a higher value keeps the promises less often"),
            Wanted::Most => ("--least", "a lower value keeps the promises less often"),
        };
        return format!("{} works the other way: {asked}. Ask for {other} instead.", terms.knob);
    }
    if found.works == Works::NotAtAll && found.answer.is_none() {
        return format!(
            "{} changes nothing here: a run is the same with {} and {}, and does not keep {}.",
            terms.knob,
            terms.range.0,
            terms.range.1,
            promised(terms)
        );
    }
    match &found.answer {
        Some(answer) if terms.range.0 == terms.range.1 => {
            format!("{} = {}: {holds}.", terms.knob, answer.value)
        }
        Some(answer) => format!("{} = {} is {end}: {holds}.", terms.knob, answer.value),
        None if found.none_holds => {
            let best = match found.wanted {
                Wanted::Least => &terms.range.1,
                Wanted::Most => &terms.range.0,
            };
            format!(
                "Not within the range: not even {} = {best} keeps {}{}.",
                terms.knob,
                promised(terms),
                first(found)
            )
        }
        None => format!(
            "No answer within {} runs: no value of {} is shown to keep {}.",
            found.runs,
            terms.knob,
            promised(terms)
        ),
    }
}

/// What breaks first where it does not hold: `: auth breaks first, web.login suffers most`.
fn first(found: &Bounded) -> String {
    let Some(breaks) = &found.breaks else { return String::new() };
    match (&breaks.tier, &breaks.worst) {
        (Some(tier), Some(worst)) => format!(": {tier} breaks first, and {worst} suffers most"),
        (Some(tier), None) => format!(": {tier} breaks first"),
        (None, Some(worst)) => format!(": {worst} suffers most"),
        (None, None) => String::new(),
    }
}

/// The means of the answer, against their bounds.
fn means(terms: &Terms, answer: &Tried) -> String {
    let mut text = String::new();
    for (promise, averaged) in terms.promises.iter().zip(&answer.averages) {
        let Some(averaged) = averaged else { continue };
        let (mean, bound) = (mean(averaged, promise.unit), number::plain(averaged.bound, promise.unit));
        let _ = write!(text, "There {} is {mean} on average, against {bound}. ", promise.of);
    }
    text
}

/// What else is known: the other side, the promise that decides, how steep it is, what it costs.
pub(crate) fn more(found: &Bounded) -> String {
    let terms = &found.terms;
    let mut text = String::new();
    if let (Some(value), false) = (&found.not_enough, found.none_holds) {
        let word = if found.wanted == Wanted::Least { "not to be enough" } else { "to be too much" };
        let _ = write!(text, "{value} is shown {word}{}. ", first(found));
    }
    if let (false, false) = (found.undecided.is_empty(), found.none_holds) {
        let verb = if found.undecided.len() == 1 { "is" } else { "are" };
        let _ = write!(text, "{} {verb} undecided. ", values(&found.undecided));
    }
    if found.is_fixed {
        let _ = write!(text, "{SAME} ");
    }
    if let Some(shape) = found.shape.filter(|_| !found.is_fixed) {
        let (before, at) = (percent(shape.share_before), percent(shape.share_at));
        let form = if shape.is_cliff { "a cliff" } else { "smooth" };
        let last = match found.wanted {
            Wanted::Least => "the last value that is not enough",
            Wanted::Most => "the first value that is too much",
        };
        let _ = write!(text, "It is {form}: {before} of runs keep it at {last}, {at} at the answer. ");
    }
    if let Some(promise) = found.binding.map(|at| &terms.promises[at]).filter(|_| 1 < terms.promises.len()) {
        let _ = write!(text, "What decides is {}. ", promise.that);
    }
    if let Some(answer) = &found.answer {
        text.push_str(&means(terms, answer));
        if 0 < answer.accelerators {
            let word = if answer.accelerators == 1 { "accelerator" } else { "accelerators" };
            let _ = write!(text, "It has {} {word}. ", answer.accelerators);
        }
        if let Some(cost) = &answer.cost {
            let how = if cost.is_measured() { ", on average over these runs" } else { "" };
            let _ = write!(text, "It costs {}{how}. ", costs(cost));
            if cost.penalty.is_some() {
                let _ = write!(text, "{PENALTIES} ");
            }
        }
    }
    if found.works == Works::NotAtAll && found.answer.is_some() {
        let _ = write!(
            text,
            "A run is the same with {} and {}: here this key changes nothing. ",
            terms.range.0, terms.range.1
        );
    }
    let rests_on_mean = terms.promises.iter().any(|promise| promise.is_mean && !promise.on_average);
    if !terms.has_trigger && rests_on_mean && !found.is_fixed {
        text.push_str(
            "Nothing happens in these runs, so the share rests on numbers over a whole run, and shorter runs spread \
             more: for the long run ask on = \"average\". ",
        );
    }
    text.trim_end().to_owned()
}
