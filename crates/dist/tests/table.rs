//! The table of kinds: what builds, what is refused and how, and that no number panics.

use brownout_dist::{
    Args, Binomial, BoundedPareto, Constant, Empirical, Exponential, Gamma, Geometric, Hyperexponential, Law,
    LogNormal, Pareto, Pert, Poisson, Role, Triangular, Truncated, Uniform, Value, Weibull, Zipf, find,
    kinds, modifiers,
};
use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;

fn build(kind: &str, args: &Args) -> Law {
    find(kind).expect(kind).build(args).unwrap_or_else(|error| panic!("{kind}: {error}"))
}

fn refused(kind: &str, args: &Args, param: Option<&str>, message: &str) {
    let error = find(kind).expect(kind).build(args).expect_err(message);
    assert_eq!(error.to_string(), message);
    assert_eq!(error.param(), param);
}

#[test]
fn names_are_found_and_unique() {
    for kind in kinds() {
        assert_eq!(find(kind.name).map(|found| found.summary), Some(kind.summary));
        assert_eq!(kinds().iter().filter(|other| other.name == kind.name).count(), 1);
        let names: Vec<&str> = kind.params().map(|param| param.name).collect();
        assert!(!names.is_empty());
        assert!(names.iter().all(|name| names.iter().filter(|other| *other == name).count() == 1));
    }
    assert!(find("normal").is_none());
    assert_eq!(find("lognormal").expect("a kind").role("mean"), Some(Role::Scale));
    assert_eq!(find("lognormal").expect("a kind").role("cv"), Some(Role::Number));
    assert_eq!(find("lognormal").expect("a kind").role("shift"), Some(Role::Scale));
    assert_eq!(modifiers().len(), 3);
}

#[test]
fn wrong_sets_of_parameters_name_the_right_ones() {
    let args = Args::new;
    let forms = "it takes mean + cv, or p50 + p99, or mu + sigma";
    refused("lognormal", &args(), None, &format!("lognormal: has no parameters; {forms}"));
    refused("lognormal", &args().with("min", 1.0), None, &format!("lognormal: has no parameters; {forms}"));
    let one = args().with("mean", 1.0);
    refused("lognormal", &one, None, &format!("lognormal: has mean but no cv; {forms}"));
    let mixed = args().with("mean", 1.0).with("cv", 1.0).with("p99", 2.0);
    let message = format!("lognormal: cannot take mean and cv and p99 together; {forms}");
    refused("lognormal", &mixed, Some("p99"), &message);
    let unknown = args().with("mean", 1.0).with("sd", 1.0);
    refused("lognormal", &unknown, Some("sd"), &format!("lognormal: does not know \"sd\"; {forms}"));
    let list = args().with("mean", vec![1.0]).with("cv", 1.0);
    refused("lognormal", &list, Some("mean"), "mean: must be a number");
    let bounds = args().with("mean", 1.0).with("min", 50.0).with("max", 60.0);
    let message =
        "min = 50: must be where the law has values: less than 1 in 1,000,000 lies between min and max";
    refused("exponential", &bounds, Some("min"), message);
    let negative = args().with("mean", -1.0).with("cv", 1.0);
    refused("lognormal", &negative, Some("mean"), "mean = -1: must be above 0 (1e-100 to 1e100)");
    let low = args().with("mean", 1.0).with("cv", 0.5);
    let message = "cv = 0.5: must be from 1 to 1000; below 1, take gamma or lognormal";
    refused("hyperexponential", &low, Some("cv"), message);
    let order = args().with("min", 3.0).with("mode", 2.0).with("max", 6.0);
    refused("pert", &order, Some("mode"), "mode = 2: must be between min and max");
    let heavy = args().with("mean", 3.0).with("shape", 1.0);
    let message = "shape = 1: must be from 1.01 to 2000, as there is no mean at 1";
    refused("frechet", &heavy, Some("shape"), message);
    let part = args().with("n", 2.5).with("p", 0.5);
    refused("binomial", &part, Some("n"), "n = 2.5: must be a whole number from 1 to 1e6");
    refused("poisson", &args().with("mean", -1.0), Some("mean"), "mean = -1: must be from 0 to 1e6");
}

#[test]
fn degenerate_cases_are_constant() {
    for kind in ["gamma", "lognormal", "weibull", "pareto", "inverse-gaussian", "frechet", "gumbel"] {
        let law = build(kind, &Args::new().with("mean", 2.5).with("cv", 0.0));
        assert_eq!(law, Constant::new(2.5).expect("finite").into(), "{kind}");
    }
    let single = [
        (Law::from(Uniform::new(2.0, 2.0).expect("in range")), 2.0),
        (Triangular::new(2.0, 2.0, 2.0).expect("in range").into(), 2.0),
        (BoundedPareto::new(2.0, 2.0, 1.0).expect("in range").into(), 2.0),
        (Geometric::new(1.0).expect("in range").into(), 1.0),
        (Zipf::new(1.0, 1.0).expect("in range").into(), 1.0),
        (Empirical::from_values(&[2.0]).expect("in range").into(), 2.0),
        (LogNormal::new(0.0, 0.0).expect("in range").into(), 1.0),
        (Pert::new(2.0, 2.0, 2.0, 4.0).expect("in range").into(), 2.0),
        (Poisson::new(0.0).expect("in range").into(), 0.0),
        (Binomial::new(7.0, 0.0).expect("in range").into(), 0.0),
        (Binomial::new(7.0, 1.0).expect("in range").into(), 7.0),
    ];
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    for (law, value) in single {
        assert_eq!(
            (law.draw(&mut rng), law.quantile(0.3), law.support()),
            (value, value, (value, value)),
            "{law:?}"
        );
        assert!((law.mean() - value).abs() < 1e-12 && law.variance() < 1e-12, "{law:?}");
    }
}

#[test]
fn hyperexponential_of_cv_1_is_exponential() {
    let law = Law::from(Hyperexponential::from_mean_cv(3.0, 1.0).expect("in range"));
    let exponential = Law::from(Exponential::new(3.0).expect("in range"));
    assert!((law.cdf(2.0) - exponential.cdf(2.0)).abs() < 1e-15);
    let rare = Law::from(Hyperexponential::from_mean_cv(3.0, 30.0).expect("in range"));
    assert!((rare.mean() - 3.0).abs() < 1e-9 && (rare.cv().expect("finite") - 30.0).abs() < 1e-6);
}

#[test]
fn tails_without_moments_say_so() {
    let law = Law::from(Pareto::new(1.0, 1.0).expect("in range"));
    assert!(law.mean().is_infinite() && law.variance().is_infinite() && law.cv().is_none());
    let cut = Law::from(Truncated::new(law, 0.0, 100.0).expect("in range"));
    // Density 1 / (0.99 x²) on 1..100: the mean is ln 100 / 0.99.
    assert!((cut.mean() - 100.0_f64.ln() / 0.99).abs() < 1e-6, "{}", cut.mean());
    assert!((cut.variance() + cut.mean().powi(2) - 100.0).abs() < 1e-3, "{}", cut.variance());
}

#[test]
fn csv() {
    let values = Empirical::from_csv("value\n3\n1.5\n# a note\n\n2\n").expect("three values");
    assert_eq!(values, Empirical::from_values(&[1.5, 2.0, 3.0]).expect("three values"));
    assert_eq!(values, Empirical::from_csv("\u{feff}3\r\n1.5\r\n2").expect("without a header"));
    let bins = Law::from(Empirical::from_csv("lo,hi,weight\n0,1,1\n2, 4, 3").expect("two bins"));
    assert!((bins.mean() - 2.375).abs() < 1e-12);
    let refused = |text: &str| Empirical::from_csv(text).expect_err(text).to_string();
    assert_eq!(refused("value\n1\nx\n"), "line 3: \"x\" is not a number");
    assert_eq!(refused("1\nNaN"), "line 2: \"NaN\" is not a finite number up to 1e100");
    assert_eq!(refused("1\n1,2,3"), "line 2: has 3 columns: one, value, or three, lo,hi,weight, are read");
    assert_eq!(refused("0,1,1\n4,2,3"), "line 2: hi = 2 must be above lo = 4");
    assert_eq!(refused("0,1,-1"), "line 1: weight = -1 must not be negative");
    assert_eq!(refused(""), "line 1: no row of numbers follows");
    let overlap = "lows = 0.5: must be at least the high end of the bin before: bins must not overlap";
    assert_eq!(refused("0,1,1\n0.5,2,3"), overlap);
}

/// Numbers of every size and sign, and the ones at which formulas break.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        2 => any::<f64>(),
        4 => 0.0_f64..10.0,
        2 => (-100.0_f64..100.0).prop_map(|power| 10.0_f64.powf(power)),
        1 => proptest::sample::select(vec![
            0.0, -0.0, 1.0, 2.0, 1e-100, 1e100, f64::NAN, f64::INFINITY, f64::MIN_POSITIVE,
        ]),
        1 => (1_u32..100).prop_map(f64::from),
    ]
}

fn check_draws(law: &Law) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
    let (low, high) = law.support();
    assert!(low <= high, "{law:?}");
    for _ in 0..20 {
        let x = law.draw(&mut rng);
        assert!(x >= low && x <= high && x.is_finite(), "{law:?} drew {x}");
    }
    for p in [0.0, 0.5, 1.0, f64::NAN] {
        let x = law.quantile(p);
        assert!(x >= low && x <= high, "{law:?}: quantile {p} is {x}");
    }
    assert!(!law.mean().is_nan() && law.variance() >= 0.0, "{law:?}: {} {}", law.mean(), law.variance());
    let cdf = law.cdf(law.quantile(0.5));
    assert!((0.0..=1.0).contains(&cdf), "{law:?}: {cdf}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_numbers_panic(a in any_number(), b in any_number(), c in any_number(), lists in any::<bool>()) {
        for kind in kinds() {
            for form in kind.forms {
                let mut args = Args::new();
                for (param, number) in form.params.iter().zip([a, b, c]) {
                    let value = match param.role {
                        Role::Scale | Role::Number => Value::Number(number),
                        Role::ScaleList | Role::NumberList => Value::List(vec![number, b, c]),
                        Role::Laws => Exponential::new(1.0).map(|law| Value::from(Law::from(law))).expect("a law"),
                    };
                    args.insert(param.name, if lists { Value::List(vec![number]) } else { value });
                }
                if let Ok(law) = kind.build(&args) {
                    check_draws(&law);
                }
            }
        }
    }

    #[test]
    fn no_bounds_panic(shift in any_number(), min in any_number(), max in any_number()) {
        let laws = [
            Gamma::new(0.5, 1.0).map(Law::from),
            LogNormal::new(0.0, 1.0).map(Law::from),
            Weibull::new(2.0, 1.0).map(Law::from),
            Zipf::new(50.0, 1.0).map(Law::from),
        ];
        for law in laws {
            let law = law.expect("in range");
            let args = Args::new().with("of", law).with("shift", shift).with("min", min).with("max", max);
            if let Ok(law) = find("shifted").expect("a kind").build(&args) {
                check_draws(&law);
            }
        }
    }

    #[test]
    fn no_csv_panics(text in r"[0-9.,eE#\n -]{0,60}") {
        if let Ok(law) = Empirical::from_csv(&text) {
            check_draws(&law.into());
        }
    }
}
