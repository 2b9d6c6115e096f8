//! Our samplers against those of `rand_distr`: two samples of every law that both have, drawn through one interface.
//!
//! The cdfs of other tests are ours as well; a law whose draws and cdf share a mistake is found here.

use brownout_dist::{Args, Law, find, normal};
use rand::SeedableRng;
use rand::distr::Distribution;
use rand::rngs::Xoshiro256PlusPlus;
use rand_distr as peer;

/// One law, ours and theirs.
struct Pair {
    name: &'static str,
    ours: Vec<f64>,
    theirs: Vec<f64>,
    /// Whether it takes whole numbers only.
    discrete: bool,
}

const N: usize = 50_000;

fn rng(seed: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(seed)
}

/// Draws by the trait of the `rand` crates, which `Law` has as well.
fn sample(law: impl Distribution<f64>, seed: u64) -> Vec<f64> {
    law.sample_iter(rng(seed)).take(N).collect()
}

fn law(kind: &str, numbers: &[(&str, f64)]) -> Law {
    let args = numbers.iter().fold(Args::new(), |args, (name, value)| args.with(*name, *value));
    find(kind).expect(kind).build(&args).expect(kind)
}

/// Laws with which the seeds of a table of pairs are counted up.
struct Table {
    pairs: Vec<Pair>,
}

impl Table {
    fn add(
        &mut self,
        (name, discrete): (&'static str, bool),
        numbers: &[(&str, f64)],
        peer: impl Distribution<f64>,
    ) {
        let seed = 1000 + 2 * self.pairs.len() as u64;
        let (ours, theirs) = (sample(law(name, numbers), seed), sample(peer, seed + 1));
        self.pairs.push(Pair { name, ours, theirs, discrete });
    }

    fn line(
        &mut self,
        name: &'static str,
        numbers: &[(&str, f64)],
        peer: Result<impl Distribution<f64>, impl std::fmt::Debug>,
    ) {
        self.add((name, false), numbers, peer.expect(name));
    }

    fn steps(
        &mut self,
        name: &'static str,
        numbers: &[(&str, f64)],
        peer: Result<impl Distribution<f64>, impl std::fmt::Debug>,
    ) {
        self.add((name, true), numbers, peer.expect(name));
    }
}

fn pairs() -> Vec<Pair> {
    let mut t = Table { pairs: Vec::new() };
    t.line("uniform", &[("min", 2.0), ("max", 5.0)], rand::distr::Uniform::new(2.0, 5.0));
    t.line("exponential", &[("mean", 0.25)], peer::Exp::new(4.0));
    t.line("erlang", &[("shape", 4.0), ("mean", 2.0)], peer::Gamma::new(4.0, 0.5));
    t.line("gamma", &[("shape", 0.2), ("scale", 3.0)], peer::Gamma::new(0.2, 3.0));
    t.line("gamma", &[("shape", 7.5), ("scale", 3.0)], peer::Gamma::new(7.5, 3.0));
    t.line("lognormal", &[("mu", -1.0), ("sigma", 0.8)], peer::LogNormal::new(-1.0, 0.8));
    t.line("weibull", &[("scale", 2.0), ("shape", 0.6)], peer::Weibull::new(2.0, 0.6));
    t.line("weibull", &[("scale", 2.0), ("shape", 3.0)], peer::Weibull::new(2.0, 3.0));
    t.line("pareto", &[("scale", 1.0), ("shape", 1.2)], peer::Pareto::new(1.0, 1.2));
    t.line("triangular", &[("min", 1.0), ("mode", 2.0), ("max", 6.0)], peer::Triangular::new(1.0, 6.0, 2.0));
    t.line("pert", &[("min", 1.0), ("mode", 2.0), ("max", 6.0)], peer::Pert::new(1.0, 6.0).with_mode(2.0));
    t.line(
        "pert",
        &[("min", 1.0), ("mode", 6.0), ("max", 6.0), ("shape", 1.5)],
        peer::Pert::new(1.0, 6.0).with_shape(1.5).with_mode(6.0),
    );
    t.line("inverse-gaussian", &[("mean", 3.0), ("shape", 12.0)], peer::InverseGaussian::new(3.0, 12.0));
    t.line("inverse-gaussian", &[("mean", 3.0), ("cv", 2.0)], peer::InverseGaussian::new(3.0, 0.75));
    t.line("frechet", &[("scale", 2.0), ("shape", 1.5)], peer::Frechet::new(0.0, 2.0, 1.5));
    t.line("frechet", &[("scale", 2.0), ("shape", 9.0), ("shift", 1.0)], peer::Frechet::new(1.0, 2.0, 9.0));
    t.line("gumbel", &[("location", 1.0), ("scale", 2.0)], peer::Gumbel::new(1.0, 2.0));
    for (shape, name) in [(0.0, "skew-normal"), (4.0, "skew-normal"), (-0.7, "skew-normal")] {
        let numbers = [("location", 1.0), ("scale", 2.0), ("shape", shape)];
        t.line(name, &numbers, peer::SkewNormal::new(1.0, 2.0, shape));
    }
    let trials = peer::Geometric::new(0.2).expect("in range").map(|failures| failures as f64 + 1.0);
    t.add(("geometric", true), &[("p", 0.2)], trials);
    t.steps("zipf", &[("n", 1000.0), ("s", 1.0)], peer::Zipf::new(1000.0, 1.0));
    t.steps("zipf", &[("n", 50.0), ("s", 0.6)], peer::Zipf::new(50.0, 0.6));
    for mean in [0.4, 9.0, 10.0, 37.5, 400.0] {
        t.steps("poisson", &[("mean", mean)], peer::Poisson::new(mean));
    }
    for (n, p) in [(5, 0.3), (1000, 0.004), (40, 0.5), (500, 0.9), (200, 0.97)] {
        let successes = peer::Binomial::new(n, p).expect("in range").map(|k| k as f64);
        t.add(("binomial", true), &[("n", n as f64), ("p", p)], successes);
    }
    t.pairs
}

/// The largest distance of the cdfs of two samples of the same size.
fn distance(ours: &[f64], theirs: &[f64]) -> f64 {
    let sorted = |values: &[f64]| {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        values
    };
    let (ours, theirs) = (sorted(ours), sorted(theirs));
    let below = |values: &[f64], x: f64| values.partition_point(|value| *value <= x) as f64;
    let apart = |x: &f64| (below(&ours, *x) - below(&theirs, *x)).abs();
    ours.iter().chain(&theirs).map(apart).fold(0.0, f64::max) / ours.len() as f64
}

/// The distance that two samples of N of one law exceed with probability `alpha` (Smirnov's limit).
fn critical(alpha: f64) -> f64 {
    ((2.0 / alpha).ln() / N as f64).sqrt()
}

/// The statistic of chi square over two samples, with its degrees of freedom; cells below ten are pooled.
fn chi_square(ours: &[f64], theirs: &[f64]) -> (f64, f64) {
    let mut counts = std::collections::BTreeMap::<i64, (f64, f64)>::new();
    for k in ours {
        counts.entry(*k as i64).or_default().0 += 1.0;
    }
    for k in theirs {
        counts.entry(*k as i64).or_default().1 += 1.0;
    }
    let (mut cells, mut rest) = (Vec::new(), (0.0, 0.0));
    for (a, b) in counts.into_values() {
        if a + b < 20.0 { rest = (rest.0 + a, rest.1 + b) } else { cells.push((a, b)) }
    }
    cells.extend((rest.0 + rest.1 >= 20.0).then_some(rest));
    let part = |(a, b): &(f64, f64)| (a - b) * (a - b) / (a + b);
    (cells.iter().map(part).sum(), cells.len() as f64 - 1.0)
}

#[test]
fn two_samples_of_every_law_agree() {
    use statrs::distribution::{ChiSquared, ContinuousCDF};
    let pairs = pairs();
    // All pairs together fail once in a thousand sets of seeds.
    let alpha = 1e-3 / pairs.len() as f64;
    for Pair { name, ours, theirs, discrete } in &pairs {
        if *discrete {
            let (statistic, freedom) = chi_square(ours, theirs);
            let most = ChiSquared::new(freedom).expect("two cells").inverse_cdf(1.0 - alpha);
            assert!(statistic < most, "{name}: {statistic} is not below {most} at {freedom} degrees");
        } else {
            let largest = distance(ours, theirs);
            assert!(largest < critical(alpha), "{name}: {largest} is not below {}", critical(alpha));
        }
    }
}

/// The same test tells laws apart that differ by a few per cent: at this size it can fail.
#[test]
fn two_samples_of_unlike_laws_do_not_agree() {
    let limit = critical(1e-3 / 40.0);
    let gumbel = |scale: f64| law("gumbel", &[("location", 1.0), ("scale", scale)]);
    assert!(distance(&sample(gumbel(2.0), 1), &sample(gumbel(2.2), 2)) > limit);
    let pert = |mode: f64| law("pert", &[("min", 1.0), ("mode", mode), ("max", 6.0)]);
    assert!(distance(&sample(pert(2.0), 3), &sample(pert(2.15), 4)) > limit);
    let (statistic, freedom) = chi_square(
        &sample(law("poisson", &[("mean", 10.0)]), 5),
        &sample(law("poisson", &[("mean", 10.2)]), 6),
    );
    assert!(statistic > freedom + 6.0 * (2.0 * freedom).sqrt(), "{statistic} of {freedom}");
}

/// The two ziggurats, which are under most other laws.
#[test]
fn the_standard_draws_agree() {
    let ours: Vec<f64> = std::iter::repeat_with({
        let mut rng = rng(31);
        move || normal(&mut rng)
    })
    .take(N)
    .collect();
    assert!(distance(&ours, &sample(peer::StandardNormal, 32)) < critical(1e-4));
    let ours = sample(law("exponential", &[("mean", 1.0)]), 33);
    assert!(distance(&ours, &sample(peer::Exp1, 34)) < critical(1e-4));
}
