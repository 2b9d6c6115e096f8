//! Hysteresis: at which values a service is healthy, and at which it is so again after an overload.

use brownout_metrics::Unit;

/// One knob, each value of it undisturbed and after an overload.
#[derive(Clone, Debug, PartialEq)]
pub struct Hysteresis {
    /// What the scenario shows.
    pub title: String,
    /// What is turned.
    pub knob: String,
    /// In what its numbers are; none where each is written with a unit of its own.
    pub unit: Option<Unit>,
    /// How many times its own rate each load has during the overload.
    pub push: f64,
    /// The first undisturbed run is the same at both ends of the range: here the knob changes nothing.
    pub is_idle: bool,
    /// Its values, ascending.
    pub steps: Vec<Step>,
}

/// A value of the knob.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// As it is written.
    pub value: String,
    /// As a number.
    pub number: f64,
    /// How many undisturbed runs were healthy here, and how many there were.
    pub up: (u64, u64),
    /// The same of those after an overload.
    pub down: (u64, u64),
}

/// What holds at a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Healthy whichever way it was reached: after an overload service comes back by itself.
    Safe,
    /// Healthy until something pushes it over, and then not any more.
    Vulnerable,
    /// Not healthy whichever way it was reached.
    Doomed,
}

impl Hysteresis {
    /// What holds at each value: healthy is at least half of the runs.
    pub fn states(&self) -> Vec<State> {
        let healthy = |(kept, runs): (u64, u64)| 0 < runs && runs <= 2 * kept;
        let state = |step: &Step| match (healthy(step.up), healthy(step.down)) {
            (true, true) => State::Safe,
            (true, false) => State::Vulnerable,
            (false, _) => State::Doomed,
        };
        self.steps.iter().map(state).collect()
    }

    /// The longest runs of values in one state: from which to which, by their places.
    pub fn stretches(&self) -> Vec<(State, usize, usize)> {
        let mut stretches: Vec<(State, usize, usize)> = Vec::new();
        for (at, state) in self.states().into_iter().enumerate() {
            match stretches.last_mut() {
                Some((last, _, to)) if *last == state => *to = at,
                _ => stretches.push((state, at, at)),
            }
        }
        stretches
    }
}
