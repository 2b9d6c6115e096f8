//! At which values a service comes back after an overload, in words.

use brownout_analysis::hysteresis::{Hysteresis, State};

/// What a state is called.
pub(crate) const fn word(state: State) -> &'static str {
    match state {
        State::Safe => "safe",
        State::Vulnerable => "vulnerable",
        State::Doomed => "doomed",
    }
}

/// The answer in one sentence: every stretch of values with its state.
pub(crate) fn sentence(found: &Hysteresis) -> String {
    let value = |at: usize| found.steps[at].value.as_str();
    if found.is_idle && found.stretches().len() == 1 {
        return format!(
            "{} changes nothing here: a run is the same with {} and {}, and the service is {}.",
            found.knob,
            value(0),
            value(found.steps.len() - 1),
            word(found.states()[0])
        );
    }
    let stretch = |(state, from, to): &(State, usize, usize)| match (from == to, *to + 1 == found.steps.len())
    {
        (true, _) => format!("{} at {}", word(*state), value(*from)),
        (false, true) => format!("{} from {} on", word(*state), value(*from)),
        (false, false) => format!("{} from {} to {}", word(*state), value(*from), value(*to)),
    };
    let stretches: Vec<String> = found.stretches().iter().map(stretch).collect();
    match stretches.as_slice() {
        [] => "No value was tried.".to_owned(),
        all => format!("By {} the service is {}.", found.knob, all.join(", ")),
    }
}

/// What the states mean.
pub(crate) const STATES: &str = "Safe: the service is healthy undisturbed, and after an overload it comes back by \
    itself. Vulnerable: healthy until an overload pushes it over, and then not any more. Doomed: not healthy \
    either way.";

/// What it rests on.
pub(crate) fn basis(found: &Hysteresis) -> String {
    let factor = crate::number::plain(found.push, brownout_metrics::Unit::Count(""));
    format!(
        "Healthy runs keep what is promised in the last third of the run, undisturbed or after an overload: in the \
         first tenth every load has {factor} times its own rate. What drains more slowly than that is not healthy \
         here."
    )
}
