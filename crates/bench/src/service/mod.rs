//! The whole path: a scenario as text, its model, the nodes, all observers, closed books; policies off.

mod in_flight;
pub(crate) mod seventy_two_hours;
pub(crate) mod whole;

use crate::table::Case;

/// The cases of the whole path, with the floors first; the first three with `scale` times their customers.
pub(crate) fn cases(scale: f64) -> Vec<Case> {
    let mut cases = whole::cases(scale);
    cases.push(in_flight::case());
    cases
}
