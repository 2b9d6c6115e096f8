//! Means over runs against a knob, each with what the runs leave possible and the bound that it is held against.

use super::curves::{At, Curve, Ends, Plane};
use super::scale::values;
use crate::charts::axis::Axis;
use crate::charts::style::BLUE;
use crate::number;
use brownout_analysis::answer::{Averaged, Promised, Terms};

/// Promises that have a panel of their own.
const PANELS_MAX: usize = 3;

/// The promises on average that have a panel, with their places.
pub(super) fn shown(terms: &Terms) -> impl Iterator<Item = (usize, &Promised)> {
    terms.promises.iter().enumerate().filter(|(_, promise)| promise.on_average).take(PANELS_MAX)
}

/// A panel of the mean that one promise is about, at each value that was run.
pub(super) fn plane(promise: &Promised, all: &[(f64, Averaged)], height: f64) -> Plane {
    let numbers: Vec<f64> = all.iter().flat_map(|(_, one)| reach(one, promise)).collect();
    let at = |(x, one): &(f64, Averaged)| At { x: *x, y: one.mean, ends: ends(one, promise) };
    let curve = Curve {
        name: String::new(),
        color: BLUE,
        at: all.iter().map(at).collect(),
        ends: Ends::Bars,
        joined: true,
    };
    // A bound that is a number of each run moves with the knob; the one of the last value is named.
    let bounds = all.last().map(|(_, one)| bound(promise, one));
    Plane {
        height,
        values: axis(promise, &numbers),
        curves: vec![curve],
        bounds: bounds.into_iter().collect(),
    }
}

/// The axis of such means.
pub(super) fn axis(promise: &Promised, numbers: &[f64]) -> Axis {
    values(numbers, &format!("{}, mean over runs", promise.of), promise.unit, 5)
}

/// What a mean is held against, with its name.
pub(super) fn bound(promise: &Promised, one: &Averaged) -> (f64, String) {
    (one.bound, format!("bound: {}", number::plain(one.bound, promise.unit)))
}

/// Everything of a mean that has to be on its axis.
pub(super) fn reach(one: &Averaged, promise: &Promised) -> Vec<f64> {
    let ends = ends(one, promise);
    [Some(one.mean), Some(one.bound), ends.map(|ends| ends.0), ends.map(|ends| ends.1)]
        .into_iter()
        .flatten()
        .collect()
}

/// Its interval, within what its number can be.
pub(super) fn ends(one: &Averaged, promise: &Promised) -> Option<(f64, f64)> {
    let (least, most) = (promise.unit.least(), promise.unit.most());
    let ends = one.ends.map(|(low, high)| (low.clamp(least, most), high.clamp(least, most)));
    ends.filter(|(low, high)| low.is_finite() && high.is_finite())
}

/// A mean with its interval, and its bound, for a table.
pub(super) fn text(one: Option<Averaged>, promise: &Promised) -> [String; 2] {
    match one {
        Some(one) => [crate::story::answer::mean(&one, promise.unit), number::plain(one.bound, promise.unit)],
        None => [number::NONE.to_owned(), number::NONE.to_owned()],
    }
}

/// How such dots are explained.
pub(super) const CAPTION: &str = "Each dot is the mean over the runs of a value; its bar is what these runs leave \
    possible, however often they were looked at. A value is decided when its bar is clear of the bound.";
