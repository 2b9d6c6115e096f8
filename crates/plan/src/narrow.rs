//! Replications of a point until the mean of a metric is known well enough.

use brownout_stats::{Moments, Width, half_width, narrow_enough};

use crate::{BATCH, Known, Pending};

/// Replications before the width is looked at.
const FIRST: usize = 10;

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

/// Replicates a point until half the width of the interval of its mean is small enough, or the seeds are used. Seeds
/// count from 1. The width says whether it is.
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
    value: impl Fn(&O) -> f64,
) -> Result<Width, Pending> {
    assert!(asked.seeds_max > 1, "one replication has no interval");
    let mut values: Vec<f64> = Vec::new();
    let mut moments = Moments::default();
    let mut width = FIRST.min(asked.seeds_max);
    loop {
        let next = values.len() as u64 + 1..(values.len() + width) as u64 + 1;
        known.want(next.clone().map(|seed| (point, seed)))?;
        for seed in next {
            let value = value(known.get(point, seed)?);
            values.push(value);
            moments.add(value);
            if values.len() == asked.seeds_max || FIRST <= values.len() && times(&moments, asked) <= 1.0 {
                let reached = narrow_enough(&values, asked.relative, asked.absolute, asked.confidence);
                return Ok(reached.expect("at least two values"));
            }
        }
        // Where nothing is narrow enough the ratio is infinite, and the number is that of a whole batch.
        let missing =
            ((times(&moments, asked) - 1.0) * values.len() as f64).min(f64::from(u32::MAX)) as usize;
        let most = if missing < values.len() { BATCH.max(missing / 4) } else { BATCH.max(values.len() / 4) };
        width = missing.clamp(1, most).min(asked.seeds_max - values.len());
    }
}

/// How many times as many replications it takes: the width falls with the root of their number.
fn times(values: &Moments, asked: &Narrow) -> f64 {
    let (Some(mean), Some(half)) = (values.mean(), half_width(values, asked.confidence)) else {
        return f64::INFINITY;
    };
    let wanted = (asked.relative * mean.abs()).max(asked.absolute);
    if half <= wanted { 1.0 } else { (half / wanted).powi(2) }
}
