//! Replications of a point until the mean of a metric is known well enough.

use brownout_stats::{Moments, Width, half_width, narrow_enough, t_quantile};

use crate::{BATCH, Known, Pending};

/// Replications before the width is looked at.
const FIRST: usize = 10;
/// Degrees of freedom at which Student's t is the normal law.
const LARGE: usize = 1_000_000;

/// What is asked of [`narrow`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Narrow {
    /// Half the width may be this part of the mean.
    pub relative: f64,
    /// Or this, which is needed for a mean near 0; 0 if nothing is small enough to be none.
    pub absolute: f64,
    /// The confidence of the interval.
    pub confidence: f64,
    /// The number of replications after which it stops even so.
    pub seeds_max: usize,
}

/// What came of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Narrowed {
    /// The interval, and whether it is narrow enough; none with fewer than two values.
    pub width: Option<Width>,
    /// The number of replications that it rests on, those without a value among them.
    pub seeds: usize,
}

/// Replicates a point until half the width of the interval of its mean is small enough, or the seeds are used. Seeds
/// count from 1. The width says whether it is. A replication may have no such number: it counts as a run alone.
///
/// What counts is the first number of replications at which it is: the last batch may have run a few more, which are
/// known but not part of the mean, since a choice among several numbers would bias it.
///
/// # Errors
/// When outcomes are missing.
///
/// # Panics
/// When fewer than two seeds are allowed, or a value is not finite.
pub fn narrow<O>(
    known: &mut Known<O>,
    point: usize,
    asked: &Narrow,
    value: impl Fn(&O) -> Option<f64>,
) -> Result<Narrowed, Pending> {
    assert!(asked.seeds_max > 1, "one replication has no interval");
    let mut values: Vec<f64> = Vec::new();
    let mut moments = Moments::default();
    let (mut seeds, mut width) = (0, FIRST.min(asked.seeds_max));
    let least = t_quantile(asked.confidence, LARGE);
    loop {
        let next = seeds as u64 + 1..(seeds + width) as u64 + 1;
        known.want(next.clone().map(|seed| (point, seed)))?;
        for seed in next {
            seeds += 1;
            if let Some(value) = value(known.get(point, seed)?) {
                values.push(value);
                moments.add(value);
            }
            if seeds == asked.seeds_max || FIRST <= values.len() && is_narrow(&moments, asked, least) {
                let width = narrow_enough(&values, asked.relative, asked.absolute, asked.confidence);
                return Ok(Narrowed { width, seeds });
            }
        }
        width = missing(&moments, asked, least).min(asked.seeds_max - seeds);
    }
}

/// Whether the interval is narrow. A quantile of Student's t takes microseconds, and is looked up only where the one
/// for many values, which is the least, would do.
fn is_narrow(values: &Moments, asked: &Narrow, least: f64) -> bool {
    let wanted = wanted(values, asked);
    let error =
        values.deviation().map_or(f64::INFINITY, |deviation| deviation / (values.count() as f64).sqrt());
    least * error <= wanted && half_width(values, asked.confidence).is_some_and(|half| half <= wanted)
}

fn wanted(values: &Moments, asked: &Narrow) -> f64 {
    (asked.relative * values.mean().unwrap_or(0.0).abs()).max(asked.absolute)
}

/// How many replications to ask for next: a quarter of those that seem to be missing, as the width falls with the root
/// of their number; at least a batch unless fewer seem to do, and no more than a quarter of what there is.
fn missing(values: &Moments, asked: &Narrow, least: f64) -> usize {
    let n = (values.count() as f64).max(1.0);
    // Infinite where nothing is known yet, or nothing is narrow enough.
    let error = values.deviation().map_or(f64::INFINITY, |deviation| deviation / n.sqrt());
    let missing = ((least * error / wanted(values, asked)).powi(2) - 1.0) * n;
    let most = BATCH.max((missing.min(n) / 4.0) as usize);
    missing.clamp(1.0, most as f64) as usize
}
