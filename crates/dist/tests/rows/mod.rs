//! The rows that the tests run over: every form of every kind, built through the table.

use brownout_dist::{Args, Law, find};

/// One law, with its name in the output of the tests.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) law: Law,
    /// Whether it takes whole numbers only, which Kolmogorov and Smirnov do not cover.
    pub(crate) discrete: bool,
}

fn build(kind: &str, args: &Args) -> Law {
    find(kind).expect(kind).build(args).unwrap_or_else(|error| panic!("{kind}: {error}"))
}

fn numbers(kind: &str, numbers: &[(&str, f64)]) -> Law {
    build(kind, &numbers.iter().fold(Args::new(), |args, (name, value)| args.with(*name, *value)))
}

pub(crate) fn rows() -> Vec<Row> {
    let law = numbers;
    let two = vec![
        (3.0, law("exponential", &[("mean", 0.02)])),
        (1.0, law("lognormal", &[("mean", 1.0), ("cv", 0.5)])),
    ];
    let bins = Args::new()
        .with("lows", vec![0.0, 1.0, 4.0])
        .with("highs", vec![1.0, 2.0, 8.0])
        .with("weights", vec![5.0, 3.0, 2.0]);
    let phases = Args::new().with("weights", vec![0.7, 0.2, 0.1]).with("means", vec![1.0, 5.0, 0.1]);
    let continuous = [
        ("uniform", law("uniform", &[("min", 2.0), ("max", 5.0)])),
        ("exponential mean", law("exponential", &[("mean", 0.25)])),
        ("exponential p50", law("exponential", &[("p50", 1.0)])),
        ("exponential p99", law("exponential", &[("p99", 1.0)])),
        ("erlang 4", law("erlang", &[("shape", 4.0), ("mean", 2.0)])),
        ("gamma cv 0.5", law("gamma", &[("mean", 3.0), ("cv", 0.5)])),
        ("gamma cv 3", law("gamma", &[("mean", 3.0), ("cv", 3.0)])),
        ("gamma p50 p99", law("gamma", &[("p50", 0.1), ("p99", 1.0)])),
        ("lognormal cv 2", law("lognormal", &[("mean", 1.0), ("cv", 2.0)])),
        ("lognormal p50 p99", law("lognormal", &[("p50", 0.1), ("p99", 0.4)])),
        ("weibull cv 2", law("weibull", &[("mean", 1.0), ("cv", 2.0)])),
        ("weibull p50 p99", law("weibull", &[("p50", 0.1), ("p99", 0.2)])),
        ("weibull 1.5", law("weibull", &[("shape", 1.5), ("scale", 2.0)])),
        ("pareto 2.5", law("pareto", &[("scale", 1.0), ("shape", 2.5)])),
        ("pareto heavy", law("pareto", &[("mean", 10.0), ("shape", 1.2)])),
        ("pareto cv 0.3", law("pareto", &[("mean", 10.0), ("cv", 0.3)])),
        ("pareto p50 p99", law("pareto", &[("p50", 1.0), ("p99", 30.0)])),
        ("bounded pareto 1.1", law("bounded_pareto", &[("min", 1.0), ("max", 1e4), ("shape", 1.1)])),
        ("bounded pareto 2", law("bounded_pareto", &[("min", 1.0), ("max", 100.0), ("shape", 2.0)])),
        ("hyperexponential cv 2", law("hyperexponential", &[("mean", 1.0), ("cv", 2.0)])),
        ("hyperexponential phases", build("hyperexponential", &phases)),
        ("triangular", law("triangular", &[("min", 1.0), ("mode", 2.0), ("max", 6.0)])),
        ("histogram", build("empirical", &bins)),
        ("mixture", build("mixture", &Args::new().with("of", two.clone()))),
        ("shifted", law("exponential", &[("mean", 1.0), ("shift", 2.0)])),
        ("shifted of", build("shifted", &Args::new().with("of", two[1].1.clone()).with("shift", 0.5))),
        ("truncated", law("lognormal", &[("mean", 1.0), ("cv", 2.0), ("min", 0.5), ("max", 3.0)])),
        ("truncated tail", law("exponential", &[("mean", 1.0), ("min", 6.0)])),
        ("truncated of", build("truncated", &Args::new().with("of", two[1].1.clone()).with("max", 1.0))),
        ("pert", law("pert", &[("min", 1.0), ("mode", 2.0), ("max", 6.0)])),
        ("pert end", law("pert", &[("min", 1.0), ("mode", 1.0), ("max", 6.0), ("shape", 10.0)])),
        ("inverse gaussian cv 0.5", law("inverse-gaussian", &[("mean", 3.0), ("cv", 0.5)])),
        ("inverse gaussian cv 3", law("inverse-gaussian", &[("mean", 0.1), ("cv", 3.0)])),
        ("inverse gaussian shape", law("inverse-gaussian", &[("mean", 2.0), ("shape", 8000.0)])),
        ("frechet 5", law("frechet", &[("scale", 1.0), ("shape", 5.0)])),
        ("frechet mean", law("frechet", &[("mean", 2.0), ("shape", 1.5)])),
        ("frechet cv 0.2", law("frechet", &[("mean", 2.0), ("cv", 0.2)])),
        ("frechet p50 p99", law("frechet", &[("p50", 0.1), ("p99", 0.3)])),
        ("gumbel", law("gumbel", &[("location", 1.0), ("scale", 2.0)])),
        ("gumbel cv 0.3", law("gumbel", &[("mean", 2.0), ("cv", 0.3), ("min", 0.0)])),
        ("gumbel p50 p99", law("gumbel", &[("p50", 0.1), ("p99", 0.3)])),
        ("skew normal 4", law("skew-normal", &[("location", 1.0), ("scale", 2.0), ("shape", 4.0)])),
        ("skew normal -0.5", law("skew-normal", &[("location", 1.0), ("scale", 2.0), ("shape", -0.5)])),
        ("skew normal cv", law("skew-normal", &[("mean", 1.0), ("cv", 0.8), ("shape", 40.0), ("min", 0.0)])),
    ];
    let row = |(name, law)| Row { name, law, discrete: false };
    continuous.into_iter().map(row).chain(discrete()).collect()
}

/// Laws of whole numbers.
fn discrete() -> Vec<Row> {
    let law = numbers;
    let discrete = [
        ("constant", law("constant", &[("value", 3.0)])),
        ("geometric mean 6", law("geometric", &[("mean", 6.0)])),
        ("geometric p 0.9", law("geometric", &[("p", 0.9)])),
        ("zipf 1", law("zipf", &[("n", 1000.0), ("s", 1.0)])),
        ("zipf 0.8", law("zipf", &[("n", 20.0), ("s", 0.8)])),
        ("zipf 2", law("zipf", &[("n", 1e9), ("s", 2.0)])),
        ("zipf flat", law("zipf", &[("n", 6.0), ("s", 0.0)])),
        ("values", build("empirical", &Args::new().with("values", vec![5.0, 1.0, 2.0, 2.0]))),
        ("geometric truncated", law("geometric", &[("mean", 6.0), ("min", 3.0), ("max", 8.0)])),
        ("poisson 0.7", law("poisson", &[("mean", 0.7)])),
        ("poisson 9.5", law("poisson", &[("mean", 9.5)])),
        ("poisson 10", law("poisson", &[("mean", 10.0)])),
        ("poisson 400", law("poisson", &[("mean", 400.0)])),
        ("binomial 5", law("binomial", &[("n", 5.0), ("p", 0.3)])),
        ("binomial rare", law("binomial", &[("n", 1000.0), ("p", 0.004)])),
        ("binomial 40", law("binomial", &[("n", 40.0), ("p", 0.5)])),
        ("binomial often", law("binomial", &[("n", 500.0), ("p", 0.9)])),
    ];
    discrete.into_iter().map(|(name, law)| Row { name, law, discrete: true }).collect()
}
