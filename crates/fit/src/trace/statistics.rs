//! All statistics of a trace.

use super::arrivals::Arrivals;
use super::lengths::Lengths;
use super::read::TraceRow;

/// The statistics of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Statistics {
    /// The arrivals of requests.
    pub arrivals: Arrivals,
    /// The first arrival, in seconds as the trace has them; since 1970 if these are dates.
    pub first: f64,
    /// Tokens of prompts, where the trace has them.
    pub prompt: Option<Lengths>,
    /// Tokens of outputs, where the trace has them.
    pub output: Option<Lengths>,
    /// The correlation of the normal scores of prompt and output, if the trace has both and neither is always the same.
    pub correlation: Option<f64>,
}

impl Statistics {
    /// Of rows as [`rows`](super::rows) gives them.
    ///
    /// # Panics
    /// If there are fewer than two rows, or all are at one instant.
    pub fn of(rows: &[TraceRow]) -> Self {
        assert!(1 < rows.len() && rows[0].at < rows[rows.len() - 1].at, "rows without a length");
        Statistics {
            arrivals: Arrivals::of(rows),
            first: rows[0].at,
            prompt: Lengths::of(rows.iter().filter_map(|row| row.prompt)),
            output: Lengths::of(rows.iter().filter_map(|row| row.output)),
            correlation: correlation(rows),
        }
    }
}

/// By Spearman's correlation of ranks r: two normal scores have 2·sin(π·r/6).
fn correlation(rows: &[TraceRow]) -> Option<f64> {
    let pairs = rows.iter().filter_map(|row| Some((row.prompt?, row.output?)));
    let (prompts, outputs): (Vec<u32>, Vec<u32>) = pairs.unzip();
    let (prompts, outputs) = (ranks(&prompts), ranks(&outputs));
    let middle = (prompts.len() as f64 - 1.0) / 2.0;
    let sum = |of: &[f64], with: &[f64]| -> f64 {
        of.iter().zip(with).map(|(a, b)| (a - middle) * (b - middle)).sum()
    };
    let spread = (sum(&prompts, &prompts) * sum(&outputs, &outputs)).sqrt();
    let spearman = sum(&prompts, &outputs) / spread;
    (0.0 < spread).then(|| 2.0 * (std::f64::consts::PI * spearman / 6.0).sin())
}

/// The rank of each, from 0; equals share the middle of their ranks.
fn ranks(values: &[u32]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|&at| values[at]);
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let value = values[order[from]];
        let to = from + order[from..].partition_point(|&at| values[at] == value);
        for &at in &order[from..to] {
            ranks[at] = (from + to - 1) as f64 / 2.0;
        }
        from = to;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_share_their_rank() {
        assert_eq!(ranks(&[5, 1, 5, 9]), [1.5, 0.0, 1.5, 3.0]);
    }

    #[test]
    fn what_rises_together_is_correlated() {
        let row = |line: usize, output| TraceRow {
            line,
            at: line as f64,
            prompt: Some(line as u32),
            output: Some(output),
        };
        let up: Vec<TraceRow> = (0..20).map(|at| row(at, 3 * at as u32)).collect();
        let same: Vec<TraceRow> = (0..20).map(|at| row(at, 3)).collect();
        assert!((correlation(&up).expect("both vary") - 1.0).abs() < 1e-12);
        assert_eq!(correlation(&same), None);
    }
}
