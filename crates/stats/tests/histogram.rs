//! Histograms against sorted values.

use brownout_stats::{Histogram, SparseHistogram};
use proptest::prelude::*;

fn of(values: &[u64]) -> Histogram {
    let mut histogram = Histogram::default();
    for value in values {
        histogram.add(*value);
    }
    histogram
}

/// A sample by inversion at evenly spread probabilities, which no seed can make lucky, against its quantiles.
fn check(quantile: impl Fn(f64) -> f64) {
    let n = 200_000;
    let values: Vec<u64> = (0..n).map(|k| quantile((f64::from(k) + 0.5) / f64::from(n)) as u64).collect();
    let sparse = of(&values).sparse();
    for p in [0.01, 0.25, 0.5, 0.9, 0.99, 0.999] {
        let (exact, got) = (quantile(p), sparse.quantile(p));
        assert!((got / exact - 1.0).abs() < 1e-3, "{p}: {got} {exact}");
        assert!((sparse.fraction_below(exact) - p).abs() < 1e-3, "{p}: {}", sparse.fraction_below(exact));
    }
}

#[test]
fn quantiles_of_smooth_laws_are_good_to_a_thousandth() {
    check(|p| -1e9 * (1.0 - p).ln());
    // A heavy tail over twelve octaves.
    check(|p| 1e6 * (1.0 - p).powf(-0.7));
    // Logistic in the logarithm, close to lognormal.
    check(|p| 1e7 * (p / (1.0 - p)).powf(0.5));
    check(|p| 3e6 + 5e6 * p);
}

#[test]
fn a_constant_is_itself_to_the_nanosecond() {
    for value in [0, 1, 127, 128, 123_456_789, u64::MAX] {
        let histogram = of(&[value; 10]);
        assert_eq!([0.0, 0.5, 1.0].map(|q| histogram.quantile(q) as u64), [value; 3]);
        assert_eq!((histogram.min(), histogram.max(), histogram.count()), (Some(value), Some(value), 10));
    }
}

#[test]
fn nothing_has_no_quantile() {
    let empty = SparseHistogram::default();
    assert!(empty.quantile(0.5).is_nan() && empty.fraction_below(1.0).is_nan());
    assert_eq!((empty.count(), empty.min(), empty.max()), (0, None, None));
    let mut histogram = of(&[3, 1 << 50]);
    assert_eq!(histogram.take_sparse(), of(&[3, 1 << 50]).sparse());
    assert!(histogram.is_empty() && histogram.sparse() == empty && histogram.count() == 0);
    histogram.add(7);
    assert_eq!(histogram.sparse(), of(&[7]).sparse());
}

/// Values of all sizes.
fn any_values() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec((any::<u64>(), 0_u32..64).prop_map(|(bits, shift)| bits >> shift), 1..200)
}

proptest! {
    #[test]
    fn merging_is_counting_together(one in any_values(), two in any_values()) {
        let both = of(&[one.clone(), two.clone()].concat()).sparse();
        let mut dense = of(&one);
        dense.merge_sparse(&of(&two).sparse());
        prop_assert_eq!(&dense.sparse(), &both);
        let (mut left, mut right) = (of(&one).sparse(), of(&two).sparse());
        left.merge(&of(&two).sparse());
        right.merge(&of(&one).sparse());
        prop_assert_eq!(&left, &both);
        prop_assert_eq!(&right, &both);
        prop_assert_eq!(both.count() as usize, one.len() + two.len());
    }

    #[test]
    fn a_quantile_is_within_a_bucket_of_its_order_statistic(mut values in any_values(), q in 0.0_f64..=1.0) {
        let got = of(&values).quantile(q);
        values.sort_unstable();
        let rank = ((q * values.len() as f64).ceil() as usize).clamp(1, values.len());
        let exact = values[rank - 1] as f64;
        prop_assert!((got - exact).abs() <= (exact / 64.0).max(1.0), "{got} {exact}");
    }

    #[test]
    fn quantiles_rise_and_stay_inside(values in any_values(), p in 0.0_f64..=1.0, q in 0.0_f64..=1.0) {
        let sparse = of(&values).sparse();
        prop_assert!(sparse.quantile(p.min(q)) <= sparse.quantile(p.max(q)));
        prop_assert!(sparse.quantile(q) >= sparse.min().expect("a value") as f64);
        prop_assert!(sparse.quantile(q) <= sparse.max().expect("a value") as f64);
        let part = sparse.fraction_below(sparse.quantile(q));
        prop_assert!((0.0..=1.0).contains(&part));
    }
}
