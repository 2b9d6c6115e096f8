//! Questions of a planner, each answered with a guarantee: how many, how much, where it tips over, what is cheapest.
//!
//! The mathematics is in `brownout_plan`; here its points become scenarios, and its outcomes are what runs say to the
//! promises.

mod bound;
mod contradiction;
mod cost;
mod days;
mod hysteresis;
mod knob;
mod price;
mod question;
mod reports;
mod tip;

use crate::runs::Stopped;
pub use bound::{Bound, bound};
use brownout_scenario::{Document, Overrides, Promise};
pub use cost::{Options, cheapest_of};
pub(crate) use days::Days;
pub(crate) use hysteresis::ups_and_downs;
pub use hysteresis::{Push, hysteresis};
pub use knob::Knob;
pub use question::{Answered, Ask, Growing, Question, ask};
pub use tip::tips;

/// A scenario, and what is laid over it at every point of a question.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// The scenario.
    pub document: &'a Document,
    /// What is laid over it.
    pub overrides: &'a Overrides,
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Nothing has to hold.
    #[error(
        "nothing is promised, so everything keeps it\nhint: add [[expect]] or [plan] promise to the file, or --promise \
         \"web.login.success_rate > 99%\""
    )]
    NoPromise,
    /// A knob cannot be turned.
    #[error("{0}: {1}")]
    Knob(String, String),
    /// A point of the question is no valid scenario.
    #[error("{0} cannot be run: {1}")]
    Point(String, String),
    /// Two values of a knob are the same simulation.
    #[error(
        "{0} changes nothing: {1} and {2} are the same simulation\nhint: is it the key of something that is switched \
         off?"
    )]
    Nothing(String, String, String),
    /// A mean over runs is not defined.
    #[error(
        "{0}: run {1} at {2} has no such number, so there is no mean over runs\nhint: ask for a share of runs: on = \
         \"runs\""
    )]
    NoMean(String, u64, String),
    /// Something about the question itself.
    #[error("{0}")]
    Wrong(String),
    /// Runs stopped.
    #[error("{0}")]
    Stopped(#[from] Stopped),
}

impl From<brownout_lab::Error> for PlanError {
    fn from(error: brownout_lab::Error) -> Self {
        PlanError::Stopped(error.into())
    }
}

/// What has to hold of a scenario, as its questions take it.
///
/// # Errors
/// If nothing has to.
pub(crate) fn promised(days: &mut Days<'_>) -> Result<Vec<Promise>, PlanError> {
    let promises = days.case(0)?.scenario.plan.promises.clone();
    if promises.is_empty() {
        return Err(PlanError::NoPromise);
    }
    contradiction::none_contradicts(&promises)?;
    Ok(promises)
}

/// Refuses a knob that does nothing: its ends are the same simulation.
pub(crate) fn turns(days: &mut Days<'_>, knob: &Knob) -> Result<(), PlanError> {
    let last = days.points() - 1;
    if last == 0 {
        return Ok(());
    }
    let first = days.case(0)?.scenario.model.clone();
    if days.case(last)?.scenario.model == first {
        let shown = |at: usize| knob.levels[at].shown.clone();
        return Err(PlanError::Nothing(knob.name.clone(), shown(0), shown(last)));
    }
    Ok(())
}
