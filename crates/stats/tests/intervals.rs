//! Intervals: known values, and how often they hold what they promise.

use brownout_stats::{
    Estimate, Moments, Warmup, batch_means, bootstrap, clopper_pearson, mser5, paired, wilson,
};
use proptest::prelude::*;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

fn near(interval: Option<(f64, f64)>, (low, high): (f64, f64), tolerance: f64) {
    let (a, b) = interval.expect("an interval");
    assert!((a - low).abs() < tolerance && (b - high).abs() < tolerance, "({a}, {b}) is not ({low}, {high})");
}

fn unit(rng: &mut Xoshiro256PlusPlus) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// The sum of twelve uniforms: nearly normal, mean 6, variance 1.
fn bell(rng: &mut Xoshiro256PlusPlus) -> f64 {
    (0..12).map(|_| unit(rng)).sum()
}

#[test]
fn the_interval_is_students() {
    // Of 1, 2, 3, 4, 5: s = 1.5811, t(0.975, 4) = 2.7764, so the half width is 1.9632.
    let estimate = Estimate::of(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.95);
    near(estimate.ci95, (3.0 - 1.9632, 3.0 + 1.9632), 1e-4);
    assert_eq!(Estimate::of(&[7.0], 0.95), Estimate { mean: 7.0, ci95: None, n: 1 });
    assert_eq!(Estimate::of(&[], 0.95), Estimate { mean: 0.0, ci95: None, n: 0 });
    assert_eq!(Estimate::of(&[7.0, 7.0], 0.95).ci95, Some((7.0, 7.0)));
    assert!(!Estimate::of(&[7.0], 0.95).differs_from_zero() && estimate.differs_from_zero());
}

/// 2000 samples of 5: the count of intervals that hold the mean is binomial, and stays within 4 deviations.
#[test]
fn students_interval_holds_the_mean_as_often_as_promised() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
    for confidence in [0.8, 0.95] {
        let holds = |_: &usize| {
            let values: [f64; 5] = std::array::from_fn(|_| bell(&mut rng));
            let (low, high) = Estimate::of(&values, confidence).ci95.expect("five values");
            low <= 6.0 && 6.0 <= high
        };
        let held = (0..2000).filter(holds).count() as f64;
        let allowed = 4.0 * (2000.0 * confidence * (1.0 - confidence)).sqrt();
        assert!((held - 2000.0 * confidence).abs() < allowed, "{held} of 2000 at {confidence}");
    }
}

/// A first-order autoregression, in which naive intervals hold a third as often as promised.
#[test]
fn batch_means_survive_correlation() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(6);
    let (mut batched, mut naive) = (0, 0);
    for _ in 0..200 {
        let mut level = 0.0;
        let step = |_: usize| {
            level = 0.9 * level + bell(&mut rng) - 6.0;
            level
        };
        let series: Vec<f64> = (0..4000).map(step).collect();
        let holds = |estimate: Estimate| estimate.ci95.is_some_and(|(low, high)| low <= 0.0 && 0.0 <= high);
        batched += usize::from(holds(batch_means(&series, 20, 0.95).expect("enough values")));
        naive += usize::from(holds(Estimate::of(&series, 0.95)));
    }
    // Binomial with 190 expected and deviation 3.1.
    assert!((178..=200).contains(&batched) && naive < 120, "{batched} {naive}");
    assert_eq!(batch_means(&[1.0; 5], 1, 0.95), None);
    assert_eq!(batch_means(&[1.0; 5], 6, 0.95), None);
    // The remainder is left out at the front.
    assert_eq!(batch_means(&[100.0, 1.0, 1.0, 3.0, 3.0], 2, 0.95).map(|estimate| estimate.mean), Some(2.0));
}

#[test]
fn pairs_cancel_what_they_share() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
    let before: Vec<f64> = (0..20).map(|_| 100.0 * bell(&mut rng)).collect();
    let after: Vec<f64> = before.iter().map(|value| value + bell(&mut rng) - 4.0).collect();
    let difference = paired(&before, &after, 0.95);
    assert!(difference.differs_from_zero() && (difference.mean - 2.0).abs() < 1.0, "{difference:?}");
    let alone = Estimate::of(&before, 0.95).half_width().expect("20 values");
    assert!(difference.half_width().expect("20 pairs") < alone / 10.0);
}

#[test]
fn binomial_intervals_are_the_published_ones() {
    // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29, to four places.
    near(wilson(81, 263, 0.95), (0.2553, 0.3662), 5e-5);
    near(wilson(15, 148, 0.95), (0.0624, 0.1605), 5e-5);
    near(wilson(0, 20, 0.95), (0.0, 0.1611), 5e-5);
    near(wilson(1, 29, 0.95), (0.0061, 0.1718), 5e-5);
    near(clopper_pearson(81, 263, 0.95), (0.2527, 0.3676), 5e-5);
    near(clopper_pearson(15, 148, 0.95), (0.0578, 0.1617), 5e-5);
    near(clopper_pearson(0, 20, 0.95), (0.0, 0.1684), 5e-5);
    near(clopper_pearson(20, 20, 0.95), (0.8316, 1.0), 5e-5);
    assert_eq!((wilson(0, 0, 0.95), clopper_pearson(0, 0, 0.95)), (None, None));
}

#[test]
fn the_bootstrap_finds_the_interval_of_a_mean() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(8);
    let values: Vec<f64> = (0..400).map(|_| bell(&mut rng)).collect();
    let mean = |sample: &[f64]| sample.iter().sum::<f64>() / sample.len() as f64;
    let (low, high) = bootstrap(&values, 1000, 0.95, &mut rng, mean).expect("400 values");
    let estimate = Estimate::of(&values, 0.95);
    let (a, b) = estimate.ci95.expect("400 values");
    // The ends are percentiles of 1000: good to about a tenth of the half width.
    let allowed = 0.2 * estimate.half_width().expect("400 values");
    assert!((low - a).abs() < allowed && (high - b).abs() < allowed, "({low}, {high}) ({a}, {b})");
    assert_eq!(bootstrap(&[1.0], 1000, 0.95, &mut rng, mean), None);
    assert_eq!(bootstrap(&values, 1000, 0.95, &mut rng, |_| f64::NAN), None);
}

#[test]
fn warm_up_is_found() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(9);
    let mut filling = |n: usize, tau: f64| -> Vec<f64> {
        (0..n).map(|k| 10.0 * (1.0 - (-(k as f64) / tau).exp()) + bell(&mut rng) - 6.0).collect()
    };
    let found = mser5(&filling(2000, 50.0)).expect("2000 values");
    assert!(found.settled && (100..500).contains(&found.drop), "{found:?}");
    assert!(
        !mser5(&filling(200, 5000.0).iter().enumerate().map(|(k, v)| v + k as f64).collect::<Vec<_>>())
            .expect("200")
            .settled
    );
    assert_eq!(mser5(&[1.0; 100]), Some(Warmup { drop: 0, settled: true }));
    assert_eq!(mser5(&[1.0; 49]), None);
}

proptest! {
    #[test]
    fn moments_merge(values in prop::collection::vec(-1e6_f64..1e6, 0..100), at in 0_usize..100) {
        let (one, two) = values.split_at(at.min(values.len()));
        let mut merged: Moments = one.iter().copied().collect();
        merged.merge(&two.iter().copied().collect());
        let whole: Moments = values.iter().copied().collect();
        prop_assert_eq!(merged.count(), whole.count());
        let near = |a: Option<f64>, b: Option<f64>, scale: f64| match (a, b) {
            (None, None) => true,
            (Some(a), Some(b)) => (a - b).abs() <= 1e-12 * scale,
            _ => false,
        };
        prop_assert!(near(merged.mean(), whole.mean(), 1e6), "{merged:?} {whole:?}");
        prop_assert!(near(merged.variance(), whole.variance(), 1e12), "{merged:?} {whole:?}");
    }

    #[test]
    fn binomial_intervals_hold_the_share(trials in 1_u64..5000, part in 0.0_f64..=1.0) {
        let successes = (part * trials as f64) as u64;
        let share = successes as f64 / trials as f64;
        let intervals = [wilson(successes, trials, 0.95), clopper_pearson(successes, trials, 0.95)];
        for (low, high) in intervals.into_iter().flatten() {
            prop_assert!(0.0 <= low && low <= share && share <= high && high <= 1.0, "{low} {share} {high}");
        }
    }
}

#[test]
fn moments_of_few() {
    let mut moments = Moments::default();
    assert_eq!((moments.mean(), moments.variance()), (None, None));
    moments.add(5.0);
    assert_eq!((moments.mean(), moments.variance()), (Some(5.0), None));
    // 1e9 + 4, 7, 13, 16 has variance 30, where a sum of squares would have lost every digit.
    let far: Moments = [4.0, 7.0, 13.0, 16.0].map(|value| 1e9 + value).into_iter().collect();
    assert_eq!(far.variance(), Some(30.0));
}
