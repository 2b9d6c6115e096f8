//! Lengths of prompts and outputs: quantiles, and a law that draws such lengths.

use brownout_dist::{Bin, Empirical, Exponential, Gamma, Law, LogNormal, Weibull};
use brownout_stats::Moments;

/// The lengths of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Lengths {
    /// The mean.
    pub mean: f64,
    /// Standard deviation over mean.
    pub cv: f64,
    /// The smallest and the largest.
    pub range: (u32, u32),
    /// (part, tokens).
    pub quantiles: Vec<(f64, u32)>,
    /// The law that was chosen.
    pub law: Chosen,
}

/// A law for lengths.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// Its name in scenarios: `lognormal`.
    pub name: &'static str,
    /// The bins, if it is a histogram.
    pub bins: Vec<Bin>,
    /// Its mean.
    pub mean: f64,
    /// Its coefficient of variation.
    pub cv: f64,
    /// The largest distance between its cumulative distribution and that of the trace (Kolmogorov and Smirnov).
    pub distance: f64,
    /// The same for the nearest law with a formula, and its name.
    pub nearest: (&'static str, f64),
}

const QUANTILES: [f64; 6] = [0.1, 0.5, 0.9, 0.95, 0.99, 0.999];
/// A law with a formula is chosen if its error is smaller; otherwise a histogram fits better.
const DISTANCE_MAX: f64 = 0.03;
/// Where the bars of a histogram end.
const EDGES: [f64; 26] = [
    0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9,
    0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999,
];

impl Lengths {
    /// `None` without values.
    pub(super) fn of(lengths: impl Iterator<Item = u32>) -> Option<Self> {
        let mut sorted: Vec<u32> = lengths.collect();
        sorted.sort_unstable();
        let (first, last) = (*sorted.first()?, *sorted.last()?);
        let mut moments = Moments::default();
        for &length in &sorted {
            moments.add(f64::from(length));
        }
        let mean = moments.mean()?;
        let cv = if mean == 0.0 { 0.0 } else { moments.deviation().unwrap_or(0.0) / mean };
        let quantiles = QUANTILES.iter().map(|&part| (part, quantile(&sorted, part))).collect();
        Some(Lengths { mean, cv, range: (first, last), quantiles, law: choose(&sorted, mean, cv) })
    }
}

fn quantile(sorted: &[u32], part: f64) -> u32 {
    sorted[((part * sorted.len() as f64).ceil() as usize).clamp(1, sorted.len()) - 1]
}

fn choose(sorted: &[u32], mean: f64, cv: f64) -> Chosen {
    let formulas: [(&'static str, Option<Law>); 4] = [
        ("lognormal", LogNormal::from_mean_cv(mean, cv).ok().map(Law::from)),
        ("gamma", Gamma::from_mean_cv(mean, cv).ok().map(Law::from)),
        ("weibull", Weibull::from_mean_cv(mean, cv).ok().map(Law::from)),
        ("exponential", Exponential::new(mean).ok().map(Law::from)),
    ];
    let laws =
        formulas.into_iter().filter_map(|(name, law)| law.map(|law| (name, distance(sorted, &law), law)));
    let nearest = laws.min_by(|a, b| a.1.total_cmp(&b.1));
    let told = nearest.as_ref().map_or(("none", 1.0), |(name, off, _)| (*name, *off));
    if let Some((name, off, law)) = nearest.filter(|(_, off, _)| *off <= DISTANCE_MAX) {
        let cv = law.cv().unwrap_or(0.0);
        return Chosen { name, bins: Vec::new(), mean: law.mean(), cv, distance: off, nearest: told };
    }
    let bins = histogram(sorted);
    let law = Empirical::from_bins(&bins).map(Law::from).expect("bars in order, none of them empty");
    let off = distance(sorted, &law);
    Chosen {
        name: "empirical",
        bins,
        mean: law.mean(),
        cv: law.cv().unwrap_or(0.0),
        distance: off,
        nearest: told,
    }
}

/// Draws are rounded to whole tokens, so a law draws at most `k` up to `k + ½`.
fn distance(sorted: &[u32], law: &Law) -> f64 {
    let n = sorted.len() as f64;
    let mut off: f64 = 0.0;
    let mut at = 0;
    while at < sorted.len() {
        let length = sorted[at];
        let next = at + sorted[at..].partition_point(|&other| other == length);
        let below = law.cdf(f64::from(length) - 0.5);
        let here = law.cdf(f64::from(length) + 0.5);
        off = off.max((at as f64 / n - below).abs()).max((next as f64 / n - here).abs());
        at = next;
    }
    off
}

/// Bars that end half way between two whole numbers, so that rounding keeps every draw within its bar. A length that
/// 2 % of the requests have is a bar of its own: clients' limits cause such lengths.
fn histogram(sorted: &[u32]) -> Vec<Bin> {
    const FREQUENT: usize = 50;
    let mut ends: Vec<u32> = EDGES.iter().map(|&part| quantile(sorted, part)).collect();
    ends.extend(sorted.last());
    let mut at = 0;
    while at < sorted.len() {
        let next = at + sorted[at..].partition_point(|&other| other == sorted[at]);
        if sorted.len() <= FREQUENT * (next - at) {
            ends.extend(at.checked_sub(1).map(|before| sorted[before]));
            ends.push(sorted[at]);
        }
        at = next;
    }
    ends.sort_unstable();
    ends.dedup();
    let mut before = 0;
    let bar = |end: u32| {
        let until = sorted.partition_point(|&length| length <= end);
        let lo = (f64::from(sorted[before]) - 0.5).max(0.0);
        let weight = (until - before) as f64;
        before = until;
        Bin { lo, hi: f64::from(end) + 0.5, weight }
    };
    ends.into_iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_of_few_values_draws_just_these() {
        let lengths = Lengths::of([7, 7, 7, 100, 2_000].into_iter()).expect("lengths");
        assert_eq!(lengths.law.name, "empirical");
        let law = Empirical::from_bins(&lengths.law.bins).map(Law::from).expect("a law");
        assert!((law.cdf(7.5) - 0.6).abs() < 1e-12 && law.cdf(6.4) == 0.0);
        assert!((law.cdf(99.4) - 0.6).abs() < 1e-12 && (law.cdf(1_999.4) - 0.8).abs() < 1e-12);
        assert_eq!(lengths.quantiles[1], (0.5, 7));
        assert_eq!(lengths.range, (7, 2_000));
    }

    #[test]
    fn the_law_that_lengths_were_drawn_from_is_found() {
        let law: Law = LogNormal::from_mean_cv(900.0, 1.1).expect("a law").into();
        let grid = (0..5_000).map(|at| law.quantile((f64::from(at) + 0.5) / 5_000.0).round() as u32);
        let lengths = Lengths::of(grid).expect("lengths");
        assert_eq!(lengths.law.name, "lognormal");
        assert!(lengths.law.distance < 0.02 && (lengths.law.mean - 900.0).abs() < 9.0, "{:?}", lengths.law);
    }

    #[test]
    fn lengths_that_are_all_alike_or_zero_have_a_law_too() {
        for length in [0, 5] {
            let lengths = Lengths::of([length; 20].into_iter()).expect("lengths");
            assert!(lengths.law.mean <= 5.3 && lengths.law.distance <= 1.0, "{:?}", lengths.law);
        }
        assert_eq!(Lengths::of(std::iter::empty()), None);
    }
}
