//! The warm-up: how much of the start of a run to leave out.

/// The warm-up of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warmup {
    /// The number of values to leave out.
    pub drop: usize,
    /// Whether the series settled; if not, the best cut was the last candidate, and the run is too short.
    pub settled: bool,
}

/// Values in a batch: the 5 in the name of the rule.
const BATCH: usize = 5;
/// The fewest batches whose variance is meaningful.
const BATCHES_MIN: usize = 10;

/// The MSER-5 rule (White, Cobb and Spratt 2000): the cut after which the mean has the smallest standard error.
///
/// The series is averaged in batches of 5, and cuts up to the half are compared by the sum of squares of the remaining
/// batches over the square of their number. None with fewer than 50 values.
pub fn mser5(series: &[f64]) -> Option<Warmup> {
    let batches: Vec<f64> =
        series.chunks_exact(BATCH).map(|batch| batch.iter().sum::<f64>() / BATCH as f64).collect();
    if batches.len() < BATCHES_MIN {
        return None;
    }
    let last = batches.len() / 2;
    let mut left = crate::Moments::default();
    let mut best = (f64::INFINITY, 0);
    // From the end, so that each cut adds one batch to the remainder.
    for cut in (0..batches.len()).rev() {
        left.add(batches[cut]);
        if cut > last {
            continue;
        }
        let n = left.count() as f64;
        let score = left.variance()? * (n - 1.0) / (n * n);
        // Of equal cuts the earliest: a constant series loses nothing.
        if score <= best.0 {
            best = (score, cut);
        }
    }
    Some(Warmup { drop: best.1 * BATCH, settled: best.1 < last })
}
