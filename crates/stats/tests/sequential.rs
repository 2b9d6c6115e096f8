//! Sequential tests: their tables, and how often they are wrong.

use brownout_stats::{
    MeanTest, Moments, ShareTest, Verdict, log_evidence, median_ranks, narrow_enough, quantile_ranks,
};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

fn unit(rng: &mut Xoshiro256PlusPlus) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// The sum of twelve uniforms: nearly normal, mean 0, variance 1.
fn bell(rng: &mut Xoshiro256PlusPlus) -> f64 {
    (0..12).map(|_| unit(rng)).sum::<f64>() - 6.0
}

fn accepts(share: f64, many: usize) -> Vec<usize> {
    let test = ShareTest::new(share, 0.95);
    (0..many).map(|failures| test.accepts_at(failures).expect("in reach")).collect()
}

#[test]
fn acceptance_is_where_it_was_worked_out() {
    assert_eq!(accepts(0.95, 9), [72, 112, 151, 192, 236, 279, 324, 369, 416]);
    assert_eq!(accepts(0.90, 5), [36, 54, 73, 94, 114]);
    assert_eq!(accepts(0.99, 3), [368, 565, 770]);
}

#[test]
fn rejection_is_where_it_was_worked_out() {
    let test = ShareTest::new(0.95, 0.95);
    let until: Vec<usize> = (0..14).map(|failures| test.rejects_until(failures)).collect();
    assert_eq!(until, [0, 0, 5, 10, 17, 24, 32, 41, 50, 59, 69, 79, 90, 101]);
}

#[test]
fn a_boundary_counts_when_it_is_crossed() {
    let test = ShareTest::new(0.95, 0.95);
    let failing_at = |places: &[usize], n: usize| test.judge((1..=n).map(|at| !places.contains(&at)));
    assert_eq!(failing_at(&[], 71), Verdict::Undecided);
    assert_eq!(failing_at(&[], 72), Verdict::Accepted);
    // What comes after a verdict does not change it.
    assert_eq!(failing_at(&[73, 74, 75], 80), Verdict::Accepted);
    assert_eq!(failing_at(&[1, 5], 200), Verdict::Rejected);
    assert_eq!(failing_at(&[1, 6], 111), Verdict::Undecided);
    assert_eq!(failing_at(&[1, 6], 151), Verdict::Accepted);
    let mut trial = test.begin();
    trial.add(false);
    assert_eq!((trial.until_accepted(), trial.passes(), trial.runs()), (Some(111), 0, 1));
}

/// At p = q each verdict is wrong; both together are at most 2α, each at most α. 2,000 trials of 2,000 outcomes.
#[test]
fn at_the_share_itself_either_verdict_is_rare() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    for share in [0.5, 0.9, 0.95] {
        let test = ShareTest::new(share, 0.95);
        let verdicts: Vec<Verdict> =
            (0..2000).map(|_| test.judge((0..2000).map(|_| unit(&mut rng) < share))).collect();
        for wrong in [Verdict::Accepted, Verdict::Rejected] {
            let times = verdicts.iter().filter(|verdict| **verdict == wrong).count();
            // 5 % and four standard errors of it.
            assert!(times <= 139, "{wrong:?} {times} times of 2000 at {share}");
        }
    }
}

#[test]
fn extreme_shares_have_tables_too() {
    // No number of successes within the horizon shows one in a million.
    assert_eq!(ShareTest::new(0.999_999, 0.95).accepts_at(0), None);
    assert_eq!(ShareTest::new(0.999_999, 0.95).judge([false, false]), Verdict::Rejected);
    assert_eq!(ShareTest::new(0.01, 0.95).judge([true, true, true]), Verdict::Accepted);
    assert!(ShareTest::new(0.5, 0.95).accepts_at(100).is_some());
}

#[test]
fn evidence_is_the_ratio_of_the_formula() {
    // Of 1…8: mean 4.5, s = 2.4495, t = 5.1962, t² = 27.
    let values: Moments = (1..=8).map(f64::from).collect();
    let wanted = -0.5 * 9_f64.ln() + 4.0 * ((1.0 + 27.0 / 7.0_f64).ln() - (1.0 + 27.0 / 63.0_f64).ln());
    assert!((log_evidence(&values).expect("eight values") - wanted).abs() < 1e-12);
    assert_eq!(MeanTest::new(0.95).judge((1..=8).map(f64::from)), Verdict::Rejected);
    assert_eq!(MeanTest::new(0.95).judge((1..=8).map(|value| -f64::from(value))), Verdict::Accepted);
}

#[test]
fn values_without_variance_have_a_verdict_unless_they_are_zero() {
    let test = MeanTest::new(0.95);
    assert_eq!(test.judge([-3.0; 7]), Verdict::Undecided);
    assert_eq!(test.judge([-3.0; 8]), Verdict::Accepted);
    assert_eq!(test.judge([3.0; 8]), Verdict::Rejected);
    assert_eq!(test.judge([0.0; 100]), Verdict::Undecided);
}

/// With a mean of zero either verdict is wrong, and comes in at most 5 % of 2,000 trials, and four standard errors.
#[test]
fn a_mean_of_zero_is_seldom_taken_for_another() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(2);
    let test = MeanTest::new(0.95);
    let wrong = (0..2000).filter(|_| test.judge((0..300).map(|_| bell(&mut rng))) != Verdict::Undecided);
    let times = wrong.count();
    assert!(times <= 139, "{times} of 2000");
}

#[test]
fn ranks_are_those_of_the_binomial() {
    let ends = |n| median_ranks(n, 0.95).and_then(|ranks| Some((ranks.low?, ranks.high?)));
    assert_eq!(ends(40), Some((14, 27)));
    assert_eq!(ends(20), Some((6, 15)));
    assert_eq!(ends(60), Some((22, 39)));
    assert_eq!((ends(11), ends(12).is_some()), (None, true));
    let tenth = quantile_ranks(40, 0.1, 0.95).expect("enough values");
    assert_eq!((tenth.at, tenth.low, tenth.high), (4, Some(1), Some(9)));
    // Of 20 values the least is above the tenth percentile too often to bound it.
    assert_eq!(quantile_ranks(20, 0.1, 0.95).expect("enough values").low, None);
    assert_eq!(quantile_ranks(20, 0.9, 0.95).expect("enough values").high, None);
}

#[test]
fn a_width_is_enough_from_ten_values_on() {
    let values: Vec<f64> = (0..10).map(|at| 100.0 + f64::from(at % 2)).collect();
    assert!(!narrow_enough(&values[..9], 0.05, 0.0, 0.95).expect("nine").enough);
    let width = narrow_enough(&values, 0.05, 0.0, 0.95).expect("ten");
    // s = 0.52705, t(0.975, 9) = 2.26216, and 1.3 for ten values.
    assert!(width.enough && (width.half - 0.490_14).abs() < 1e-4, "{width:?}");
    let near_zero: Vec<f64> = (0..10).map(|at| f64::from(at % 2) - 0.5).collect();
    assert!(!narrow_enough(&near_zero, 0.05, 0.0, 0.95).expect("ten").enough);
    assert!(narrow_enough(&near_zero, 0.05, 0.5, 0.95).expect("ten").enough);
    assert_eq!(narrow_enough(&[1.0], 0.05, 0.0, 0.95), None);
}

#[test]
fn skewed_values_are_warned_of() {
    let mut values = vec![1.0; 30];
    assert!(!narrow_enough(&values, 0.05, 0.0, 0.95).expect("thirty").skewed);
    values[7] = 100.0;
    assert!(narrow_enough(&values, 0.05, 0.0, 0.95).expect("thirty").skewed);
    values.resize(300, 1.0);
    assert!(!narrow_enough(&values, 0.05, 0.0, 0.95).expect("many").skewed);
}

/// A verdict is reached exactly when 0 is outside of the interval, whatever the values.
#[test]
fn the_interval_of_a_mean_is_that_of_its_test() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(11);
    for test in [MeanTest::new(0.95), MeanTest::new(0.999)] {
        for shift in [-0.8, -0.3, 0.0, 0.2, 1.5] {
            let mut values = Moments::default();
            for _ in 0..60 {
                values.add(shift + bell(&mut rng));
                let outside = test.interval(&values).is_some_and(|(low, high)| 0.0 < low || high < 0.0);
                assert_eq!(outside, test.verdict(&values) != Verdict::Undecided, "{values:?}");
            }
        }
    }
}
