//! The fixed functions and the cdfs built on them, against other implementations.

use brownout_dist::{
    Binomial, Exponential, Frechet, Gamma, Gumbel, InverseGaussian, Law, LogNormal, Pareto, Pert, Poisson,
    SkewNormal, Weibull, Zipf, fixed,
};
use proptest::prelude::*;
use statrs::distribution::{ContinuousCDF, DiscreteCDF};

fn near(value: f64, reference: f64, relative: f64) -> bool {
    (value - reference).abs() <= relative * reference.abs() || value.to_bits() == reference.to_bits()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn exp_is_exact_to_1e_15(x in -700.0_f64..700.0, small in -1.0_f64..1.0) {
        prop_assert!(near(fixed::exp(x), x.exp(), 1e-15), "{x}: {} {}", fixed::exp(x), x.exp());
        prop_assert!(near(fixed::exp(small), small.exp(), 5e-16), "{small}");
        prop_assert!(near(fixed::exp_m1(small), small.exp_m1(), 2e-15), "{small}");
    }

    #[test]
    fn ln_is_exact_to_1e_15(x in proptest::num::f64::POSITIVE, middle in 0.1_f64..10.0, small in -0.5_f64..0.5) {
        prop_assert!(near(fixed::ln(x), x.ln(), 1e-15), "{x}: {} {}", fixed::ln(x), x.ln());
        prop_assert!(near(fixed::ln(middle), middle.ln(), 1e-15), "{middle}");
        prop_assert!(near(fixed::ln_1p(small * small * small), (small * small * small).ln_1p(), 2e-15), "{small}");
    }

    #[test]
    fn gamma_cdf_agrees(shape in 0.05_f64..200.0, ratio in 0.01_f64..4.0) {
        let value = Law::from(Gamma::new(shape, 1.0).expect("in range"));
        let reference = statrs::distribution::Gamma::new(shape, 1.0).expect("in range");
        let x = shape * ratio;
        prop_assert!((value.cdf(x) - reference.cdf(x)).abs() < 1e-11, "{} {}", value.cdf(x), reference.cdf(x));
    }

    #[test]
    fn lognormal_cdf_agrees(sigma in 0.1_f64..3.0, z in -6.0_f64..6.0) {
        let value = Law::from(LogNormal::new(0.0, sigma).expect("in range"));
        let x = (z * sigma).exp();
        let reference = statrs::distribution::LogNormal::new(0.0, sigma).expect("in range").cdf(x);
        prop_assert!((value.cdf(x) - reference).abs() < 1e-9, "{} {reference}", value.cdf(x));
    }

    #[test]
    fn parameters_come_back(mean in 1e-3_f64..1e3, cv in 0.02_f64..5.0, ratio in 1.5_f64..200.0) {
        let laws = [
            Law::from(Gamma::from_mean_cv(mean, cv).expect("in range")),
            LogNormal::from_mean_cv(mean, cv).expect("in range").into(),
            Weibull::from_mean_cv(mean, cv).expect("in range").into(),
            Pareto::from_mean_cv(mean, cv).expect("in range").into(),
            InverseGaussian::from_mean_cv(mean, cv).expect("in range").into(),
            Frechet::from_mean_cv(mean, cv).expect("in range").into(),
            Gumbel::from_mean_cv(mean, cv).expect("in range").into(),
            SkewNormal::from_mean_cv(mean, cv, ratio - 100.0).expect("in range").into(),
        ];
        for law in laws {
            prop_assert!(near(law.mean(), mean, 1e-9), "{law:?}: mean {}", law.mean());
            prop_assert!(near(law.cv().expect("finite"), cv, 1e-6), "{law:?}: cv {:?}", law.cv());
        }
        let (p50, p99) = (mean, mean * ratio);
        let laws = [
            Law::from(LogNormal::from_p50_p99(p50, p99).expect("in range")),
            Weibull::from_p50_p99(p50, p99).expect("in range").into(),
            Pareto::from_p50_p99(p50, p99).expect("in range").into(),
            Frechet::from_p50_p99(p50, p99).expect("in range").into(),
            Gumbel::from_p50_p99(p50, p99).expect("in range").into(),
        ];
        for law in laws {
            prop_assert!(near(law.quantile(0.5), p50, 1e-9), "{law:?}: p50 {}", law.quantile(0.5));
            prop_assert!(near(law.quantile(0.99), p99, 1e-9), "{law:?}: p99 {}", law.quantile(0.99));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn beta_cdf_agrees(share in 0.0_f64..1.0, shape in 0.0_f64..200.0, x in 0.001_f64..0.999) {
        let value = Law::from(Pert::new(0.0, share, 1.0, shape).expect("in range"));
        let reference = statrs::distribution::Beta::new(1.0 + shape * share, 1.0 + shape * (1.0 - share));
        let reference = reference.expect("in range").cdf(x);
        prop_assert!((value.cdf(x) - reference).abs() < 1e-10, "{} {reference}", value.cdf(x));
    }

    #[test]
    fn counts_agree(mean in 0.01_f64..2000.0, n in 1_u64..2000, p in 0.001_f64..0.999, ratio in 0.0_f64..2.0) {
        let value = Law::from(Poisson::new(mean).expect("in range"));
        let k = (mean * ratio).floor();
        let reference = statrs::distribution::Poisson::new(mean).expect("in range").cdf(k as u64);
        prop_assert!((value.cdf(k) - reference).abs() < 1e-10, "{} {reference}", value.cdf(k));
        let value = Law::from(Binomial::new(n as f64, p).expect("in range"));
        let k = (n as f64 * p * ratio).floor();
        let reference = statrs::distribution::Binomial::new(p, n).expect("in range").cdf(k as u64);
        prop_assert!((value.cdf(k) - reference).abs() < 1e-10, "{} {reference}", value.cdf(k));
    }

    /// The cdf of a law without a closed form is the integral of its density.
    #[test]
    fn densities_integrate_to_the_cdf(shape in -30.0_f64..30.0, cv in 0.1_f64..3.0, at in -2.0_f64..3.0) {
        let skew = Law::from(SkewNormal::new(0.0, 1.0, shape).expect("in range"));
        let normal = statrs::distribution::Normal::new(0.0, 1.0).expect("in range");
        let density = |z: f64| {
            2.0 * (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt() * normal.cdf(shape * z)
        };
        let sum = simpson(at, at + 0.25, density);
        prop_assert!((skew.cdf(at + 0.25) - skew.cdf(at) - sum).abs() < 1e-8, "{shape} {at}: {sum}");
        let wald = Law::from(InverseGaussian::from_mean_cv(1.0, cv).expect("in range"));
        let lambda = (cv * cv).recip();
        let density = |x: f64| {
            (lambda / (std::f64::consts::TAU * x.powi(3))).sqrt()
                * (-lambda * (x - 1.0) * (x - 1.0) / (2.0 * x)).exp()
        };
        let at = 0.3 + f64::midpoint(at, 2.0);
        let sum = simpson(at, at + 0.25, density);
        prop_assert!((wald.cdf(at + 0.25) - wald.cdf(at) - sum).abs() < 1e-8, "{cv} {at}: {sum}");
    }
}

/// The integral of a smooth function by 200 steps of Simpson's rule.
fn simpson(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let half = (high - low) / 400.0;
    let step = |index: u32| {
        let at = low + 2.0 * f64::from(index) * half;
        f(at) + 4.0 * f(at + half) + f(at + 2.0 * half)
    };
    (0..200).map(step).sum::<f64>() * half / 3.0
}

#[test]
fn special_values() {
    assert_eq!(fixed::exp(f64::NEG_INFINITY).to_bits(), 0);
    assert!(fixed::exp(f64::INFINITY).is_infinite());
    assert_eq!(fixed::exp(0.0).to_bits(), 1.0_f64.to_bits());
    assert!(fixed::exp(f64::NAN).is_nan() && fixed::ln(f64::NAN).is_nan() && fixed::ln(-1.0).is_nan());
    assert!(fixed::exp(-745.0) > 0.0 && fixed::exp(-746.0) == 0.0 && fixed::exp(709.7).is_finite());
    assert!(fixed::ln(0.0).is_infinite() && fixed::ln(0.0) < 0.0);
    assert_eq!(fixed::ln(1.0).to_bits(), 0);
    assert!(fixed::ln(f64::INFINITY).is_infinite());
}

#[test]
fn gamma_quantiles_come_back() {
    for ratio in [1.02, 1.5, 6.6438, 100.0, 1e6] {
        let law = Law::from(Gamma::from_p50_p99(2.0, 2.0 * ratio).expect("in range"));
        assert!(near(law.quantile(0.5), 2.0, 1e-9) && near(law.quantile(0.99), 2.0 * ratio, 1e-9), "{ratio}");
    }
    // The exponential is the gamma law of shape 1.
    let exponential = Law::from(Exponential::from_p50(2.0).expect("in range"));
    let gamma = Law::from(Gamma::from_p50_p99(2.0, exponential.quantile(0.99)).expect("in range"));
    assert!(near(gamma.variance(), exponential.variance(), 1e-9));
}

#[test]
fn zipf_sums_without_adding_up() {
    for (n, s) in
        [(1.0, 1.0), (31.0, 0.5), (32.0, 0.5), (33.0, 2.0), (5000.0, 1.0), (5000.0, 0.0), (5000.0, 3.5)]
    {
        let law = Law::from(Zipf::new(n, s).expect("in range"));
        let weight = |k: u32| f64::from(k).powf(-s);
        let total: f64 = (1..=n as u32).map(weight).sum();
        let mean = (1..=n as u32).map(|k| f64::from(k) * weight(k)).sum::<f64>() / total;
        assert!(near(law.mean(), mean, 1e-12), "{n} {s}: {} {mean}", law.mean());
        let half = (n / 2.0).floor();
        let cdf = (1..=half as u32).map(weight).sum::<f64>() / total;
        assert!(near(law.cdf(half), cdf, 1e-12), "{n} {s}: {} {cdf}", law.cdf(half));
    }
}
