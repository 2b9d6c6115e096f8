//! What a question has run, as settings of a scenario that can be run again: each value with its name.

use super::Knob;
use crate::Case;
use crate::laid::Laid;
use brownout_analysis::answer::{Bounded, Cheapest, Set, Tipping};
use brownout_analysis::hysteresis::{Hysteresis, State};
use brownout_model::BASE;
use brownout_report::Reports;
use brownout_scenario::{Overrides, VARIANT};

/// Everything that was run, by the name of its value, and the places of what says most.
pub(super) type Ran = (Vec<(String, Laid)>, Vec<usize>);

/// The commands of what was run. A question is about one variant, so that its report is of that alone.
pub(super) fn reports(
    (all, first): Ran,
    base: &Case,
    overrides: &Overrides,
    open: &dyn Fn(&Laid) -> String,
) -> Reports {
    let has_others = !base.scenario.variants.is_empty() && overrides.variant.is_none();
    let command = |(value, mut laid): (String, Laid)| {
        if has_others && !laid.iter().any(|(path, _)| path == VARIANT) {
            laid.push((VARIANT.to_owned(), BASE.to_owned()));
        }
        (value, open(&laid))
    };
    Reports { all: all.into_iter().map(command).collect(), first }
}

/// What is laid at a value, by how that is shown.
fn at(knob: &Knob, value: &str) -> Option<(String, Laid)> {
    let level = knob.levels.iter().position(|level| level.shown == value)?;
    Some((value.to_owned(), knob.laid[level].clone()))
}

/// Of a least or greatest value. The value that is just not enough says most, or else the answer, or the best of the
/// range.
pub(super) fn bounded(knob: &Knob, found: &Bounded) -> Ran {
    let all = found.tried.iter().filter_map(|row| at(knob, &row.value)).collect();
    let answer = found.answer.as_ref().map(|answer| &answer.value);
    ran(all, found.not_enough.as_ref().or(answer))
}

/// Of a tipping point: where half of all days have tipped over.
pub(super) fn tipping(knob: &Knob, found: &Tipping) -> Ran {
    let all = found.cumulative.iter().filter_map(|one| at(knob, &one.value)).collect();
    ran(all, found.median.at.as_ref())
}

/// Of hysteresis each value undisturbed and after an overload. A vulnerable one says most, since both differ there.
pub(super) fn hysteresis(found: &Hysteresis, laid: &[Laid]) -> Ran {
    let values = found.steps.iter().map(|step| &step.value);
    let names = values.clone().cloned().chain(values.map(|value| format!("{value} after an overload")));
    let all: Vec<(String, Laid)> = names.zip(laid.iter().cloned()).collect();
    let states = found.states();
    let is = |wanted: State| states.iter().position(|state| *state == wanted);
    let step = is(State::Vulnerable).or(is(State::Doomed)).unwrap_or(states.len().saturating_sub(1));
    (all, vec![step, states.len() + step])
}

/// Of the cheapest of several knobs.
pub(super) fn cheapest(knobs: &[Knob], found: &Cheapest) -> Ran {
    let laid = |set: &Set| -> Option<Laid> {
        let each = knobs.iter().zip(&set.values).map(|(knob, value)| Some(at(knob, value)?.1));
        Some(each.collect::<Option<Vec<Laid>>>()?.concat())
    };
    let name = |set: &Set| set.values.join(", ");
    let sets = found.tried.iter().filter(|set| 0 < set.runs);
    let all = sets.filter_map(|set| Some((name(set), laid(set)?))).collect();
    ran(all, found.answer.as_ref().map(name).as_ref())
}

fn ran(all: Vec<(String, Laid)>, most: Option<&String>) -> Ran {
    let at = most.and_then(|most| all.iter().position(|(value, _)| value == most));
    let first = at.or(all.len().checked_sub(1));
    (all, first.into_iter().collect())
}
