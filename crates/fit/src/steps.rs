//! The six terms of a step's time that fit measured steps best.

use crate::least_squares::{N, Normal};
use crate::points::Point;
use crate::table::Mistakes;
use brownout_inference::{Affine, Terms};

/// Terms, and how well they fit the measurements.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// In milliseconds, none negative.
    pub terms: Terms,
    /// Their error.
    pub accuracy: Accuracy,
    /// The number of measured steps.
    pub points: usize,
    /// Gaps of the measurements, in sentences.
    pub doubts: Vec<String>,
}

/// Errors of predictions, relative to the measurements.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accuracy {
    /// The mean of |predicted / measured − 1|.
    pub mean: f64,
    /// The error that 5 % of the points exceed.
    pub p95: f64,
    /// The point with the largest error.
    pub worst: Worst,
}

/// The point with the largest error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worst {
    /// Its line in the file.
    pub line: usize,
    /// Its measured time, in milliseconds.
    pub measured: f64,
    /// The predicted time, in milliseconds.
    pub predicted: f64,
}

/// The fewest points: the number of terms.
const POINTS_MIN: usize = N;

/// Fits max(floor, base + token·N) + decode·B + context·S + attention·Q to measured steps, by the least squares of
/// relative errors.
///
/// Once it is known which steps are at the floor, the rest is linear. So steps up to some N are put at the floor and
/// the terms solved for; then each step goes to the side on which these terms put it, until none changes side. This is
/// started at each measured N (at most 64 of them), and the best result is taken.
///
/// # Errors
/// When there are fewer points than terms, or the fitted terms are impossible for a step.
pub fn fit(points: &[Point]) -> Result<Fit, Mistakes> {
    if points.len() < POINTS_MIN {
        let what = format!("six terms need at least {POINTS_MIN} points; there are {}", points.len());
        return Err(Mistakes::whole(what));
    }
    let mut best: Option<(f64, Terms)> = None;
    for start in starts(points) {
        let terms = settle(points, |point| point.tokens <= start);
        let off = squares(&terms, points);
        if best.is_none_or(|(least, _)| off < least) {
            best = Some((off, terms));
        }
    }
    let (_, terms) = best.expect("there is a point, so there is a start");
    Affine::new(terms)
        .map_err(|error| Mistakes::whole(format!("the fitted terms are impossible for a step: {error}")))?;
    Ok(Fit {
        terms,
        accuracy: accuracy(&terms, points),
        points: points.len(),
        doubts: doubts(&terms, points),
    })
}

/// Candidate limits of the floor: none, and each measured number of tokens.
fn starts(points: &[Point]) -> Vec<f64> {
    const MOST: usize = 64;
    let mut tokens: Vec<f64> = points.iter().map(|point| point.tokens).collect();
    tokens.sort_by(f64::total_cmp);
    tokens.dedup();
    let step = tokens.len().div_ceil(MOST);
    std::iter::once(0.0).chain(tokens.into_iter().step_by(step)).collect()
}

/// Solves and reassigns the steps to their sides, until no step changes side.
fn settle(points: &[Point], at_floor: impl Fn(&Point) -> bool) -> Terms {
    const ROUNDS_MAX: usize = 30;
    let mut sides: Vec<bool> = points.iter().map(at_floor).collect();
    let mut terms = solve(points, &sides);
    for _ in 0..ROUNDS_MAX {
        let side = |point: &Point| terms.base + terms.token * point.tokens <= terms.floor;
        let next: Vec<bool> = points.iter().map(side).collect();
        if next == sides {
            break;
        }
        sides = next;
        terms = solve(points, &sides);
    }
    terms
}

fn solve(points: &[Point], at_floor: &[bool]) -> Terms {
    let mut normal = Normal::default();
    for (point, &at_floor) in points.iter().zip(at_floor) {
        let (floor, body) = if at_floor { (1.0, 0.0) } else { (0.0, 1.0) };
        let row = [floor, body, body * point.tokens, point.decodes, point.context, point.attention];
        normal.add(row.map(|x| x / point.ms), 1.0);
    }
    let [floor, base, token, decode, context, attention] = normal.solve();
    Terms { floor, base, token, decode, context, attention }
}

fn predicted(terms: &Terms, point: &Point) -> f64 {
    terms.floor.max(terms.base + terms.token * point.tokens)
        + terms.decode * point.decodes
        + terms.context * point.context
        + terms.attention * point.attention
}

fn squares(terms: &Terms, points: &[Point]) -> f64 {
    points.iter().map(|point| (predicted(terms, point) / point.ms - 1.0).powi(2)).sum()
}

fn accuracy(terms: &Terms, points: &[Point]) -> Accuracy {
    let off = |point: &Point| (predicted(terms, point) / point.ms - 1.0).abs();
    let mut all: Vec<f64> = points.iter().map(off).collect();
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    all.sort_by(f64::total_cmp);
    let p95 = all[(all.len() * 19).div_ceil(20) - 1];
    let worst = points.iter().max_by(|a, b| off(a).total_cmp(&off(b))).expect("there are points");
    let worst = Worst { line: worst.line, measured: worst.ms, predicted: predicted(terms, worst) };
    Accuracy { mean, p95, worst }
}

fn doubts(terms: &Terms, points: &[Point]) -> Vec<String> {
    let none = |value: &dyn Fn(&Point) -> f64| points.iter().all(|point| value(point) <= 0.0);
    let at_floor = |point: &&Point| terms.base + terms.token * point.tokens <= terms.floor;
    let floor = points.iter().filter(at_floor).count();
    let mut doubts = Vec::new();
    if none(&|point| point.decodes) {
        doubts.push(
            "No decode was measured: decode_ms and context_ms are 0, and generation will look too fast.",
        );
    }
    if none(&|point| point.attention) {
        doubts.push("No prefill was measured: attention_ms is 0, and long prompts will look too fast.");
    }
    if floor == 0 {
        doubts.push("No step was small enough to show the floor: the smallest steps may look too fast.");
    }
    if floor == points.len() {
        doubts.push("No step was large enough to leave the floor: prefills will look too fast.");
    }
    doubts.into_iter().map(str::to_owned).collect()
}
