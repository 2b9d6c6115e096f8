//! Draws against the law they claim: cdf, mean, variance, and the bits themselves.

#![expect(clippy::float_cmp, reason = "whole numbers and the ends of a cdf are exact")]

mod rows;

use brownout_dist::Law;
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rows::rows;

const N: usize = 20_000;

fn sample(law: &Law, n: usize, seed: u64) -> Vec<f64> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    (0..n).map(|_| law.draw(&mut rng)).collect()
}

/// The largest distance of a sample's cdf from the law's, below which 1 - 0.001 / rows of all samples stay.
#[test]
fn kolmogorov_smirnov() {
    let rows = rows();
    let alpha = 1e-3 / rows.len() as f64;
    let critical = (0.5 * (2.0 / alpha).ln() / N as f64).sqrt();
    for (index, row) in rows.iter().filter(|row| !row.discrete).enumerate() {
        let mut values = sample(&row.law, N, 100 + index as u64);
        values.sort_by(f64::total_cmp);
        let distance = |(index, value): (usize, &f64)| {
            let cdf = row.law.cdf(*value);
            (cdf - index as f64 / N as f64).abs().max(((index + 1) as f64 / N as f64 - cdf).abs())
        };
        let largest = values.iter().enumerate().map(distance).fold(0.0, f64::max);
        assert!(largest < critical, "{}: {largest} is not below {critical}", row.name);
    }
}

/// Pearson's statistic over the whole numbers that are expected at least ten times; the others are one cell.
#[test]
fn chi_square() {
    use statrs::distribution::{ChiSquared, ContinuousCDF};
    let rows = rows();
    for (index, row) in rows.iter().filter(|row| row.discrete).enumerate() {
        let values = sample(&row.law, N, 200 + index as u64);
        assert!(values.iter().all(|value| value.fract() == 0.0), "{}", row.name);
        let (mut statistic, mut cells, mut rest, mut rest_seen) = (0.0, 0.0, N as f64, N as f64);
        for k in 0..=1000 {
            let k = f64::from(k);
            let expected = (row.law.cdf(k) - row.law.cdf(k - 1.0)) * N as f64;
            let seen = values.iter().filter(|value| **value == k).count() as f64;
            if expected >= 10.0 {
                statistic += (seen - expected) * (seen - expected) / expected;
                (cells, rest, rest_seen) = (cells + 1.0, rest - expected, rest_seen - seen);
            }
        }
        if rest >= 10.0 {
            statistic += (rest_seen - rest) * (rest_seen - rest) / rest;
            cells += 1.0;
        }
        if cells < 2.0 {
            assert!(statistic < 1e-9, "{}: all draws are the one value", row.name);
            continue;
        }
        let critical = ChiSquared::new(cells - 1.0)
            .expect("at least 2 cells")
            .inverse_cdf(1.0 - 1e-3 / rows.len() as f64);
        assert!(statistic < critical, "{}: {statistic} of {cells} cells is not below {critical}", row.name);
    }
}

/// Means within 5 standard errors by the law's own variance; variances within 5 by the sample's fourth moment.
#[test]
fn moments() {
    let n = 40_000_usize;
    for (index, row) in rows().iter().enumerate() {
        let (mean, variance) = (row.law.mean(), row.law.variance());
        if !variance.is_finite() {
            continue;
        }
        let values = sample(&row.law, n, 300 + index as u64);
        let sample_mean = values.iter().sum::<f64>() / n as f64;
        let off = (sample_mean - mean).abs();
        assert!(off <= 5.0 * (variance / n as f64).sqrt(), "{}: mean {sample_mean}, law {mean}", row.name);
        let squares: Vec<f64> = values.iter().map(|value| (value - mean).powi(2)).collect();
        let sample_variance = squares.iter().sum::<f64>() / n as f64;
        let fourth = squares.iter().map(|square| (square - sample_variance).powi(2)).sum::<f64>() / n as f64;
        let off = (sample_variance - variance).abs();
        // Where the fourth moment is infinite, its estimate from the sample says nothing.
        if !matches!(row.name, "pareto 2.5" | "pareto p50 p99" | "zipf 2" | "frechet p50 p99") {
            let allowed = 5.0 * (fourth / n as f64).sqrt() + 1e-9;
            assert!(off <= allowed, "{}: variance {sample_variance}, law {variance}", row.name);
        }
    }
}

#[test]
fn quantiles_invert_the_cdf() {
    for row in rows() {
        for p in [1e-6, 0.01, 0.3, 0.5, 0.9, 0.99, 0.999_999] {
            let x = row.law.quantile(p);
            assert!(row.law.cdf(x) >= p - 1e-9, "{}: quantile {p} = {x} is too small", row.name);
            let below = x - x.abs() * 1e-9 - 1e-12;
            assert!(row.law.cdf(below) <= p + 1e-9, "{}: quantile {p} = {x} is too large", row.name);
        }
        let (low, high) = row.law.support();
        assert!(row.law.quantile(0.0) >= low && row.law.quantile(1.0) <= high, "{}", row.name);
        assert!(row.law.cdf(low - 1.0) == 0.0 && row.law.cdf(high) == 1.0, "{}", row.name);
    }
}

/// The first four draws under seed 7, bit for bit. A change here changes every result that was ever published.
#[test]
fn draws_are_pinned() {
    let text = |row: &rows::Row| {
        let draws: Vec<String> =
            sample(&row.law, 4, 7).iter().map(|value| format!("{:016x}", value.to_bits())).collect();
        format!("{}: {}\n", row.name, draws.join(" "))
    };
    let drawn: String = rows().iter().map(text).collect();
    assert_eq!(drawn, include_str!("pinned.txt"), "\n{drawn}");
}

/// The edges of the ziggurat and of every rejection are rare; a million draws pass through all of them.
#[test]
fn a_long_sequence_is_pinned() {
    let fold = |name: &str| {
        let row = rows().into_iter().find(|row| row.name == name).expect("a row");
        let values = sample(&row.law, 300_000, 11);
        values
            .iter()
            .fold(0_u64, |hash, value| hash.rotate_left(5).wrapping_mul(0x9e37_79b9) ^ value.to_bits())
    };
    let hashes = ["exponential mean", "lognormal cv 2", "gamma cv 3", "zipf 1"].map(fold);
    assert_eq!(
        hashes,
        [
            4_126_009_075_402_187_174,
            6_077_085_396_147_674_972,
            13_673_293_018_229_597_727,
            5_212_264_685_738_431_916
        ]
    );
}
