//! The rows of the table of laws.

use super::{Args, Form, LawKind, Param, Role};
use crate::{
    Bin, Binomial, BoundedPareto, Constant, Empirical, Error, Exponential, Frechet, Gamma, Geometric, Gumbel,
    Hyperexponential, InverseGaussian, Law, LogNormal, Mixture, Pareto, Pert, Poisson, Shifted, SkewNormal,
    Triangular, Truncated, Uniform, Weibull, Zipf,
};

const fn scale(name: &'static str, doc: &'static str) -> Param {
    Param { name, role: Role::Scale, doc }
}

const fn number(name: &'static str, doc: &'static str) -> Param {
    Param { name, role: Role::Number, doc }
}

const MEAN: Param = scale("mean", "the mean");
const CV: Param = number("cv", "standard deviation over mean; 0 makes it constant");
const P50: Param = scale("p50", "the median");
const P99: Param = scale("p99", "the 99th percentile");
const SHAPE: Param = number("shape", "the shape");
const MIN: Param = scale("min", "the smallest value");
const MODE: Param = scale("mode", "the likeliest value");
const LEAN: Param = number("shape", "above 0 it leans to the right, below to the left; 0 is the normal law");
const MAX: Param = scale("max", "the largest value");

pub(super) const MODIFIERS: &[Param] = &[
    scale("shift", "added to every draw"),
    scale("min", "draws below are drawn again"),
    scale("max", "draws above are drawn again"),
];

/// A constant for cv 0 of any kind, so that a sweep over the cv may begin there.
fn mean_cv<L: Into<Law>>(args: &Args, build: fn(f64, f64) -> Result<L, Error>) -> Result<Law, Error> {
    let (mean, cv) = (args.number("mean")?, args.number("cv")?);
    if cv == 0.0 {
        return Ok(Constant::new(crate::error::size("mean", mean)?)?.into());
    }
    build(mean, cv).map(Into::into)
}

fn one<L: Into<Law>>(
    args: &Args,
    name: &'static str,
    build: fn(f64) -> Result<L, Error>,
) -> Result<Law, Error> {
    build(args.number(name)?).map(Into::into)
}

fn two<L: Into<Law>>(
    args: &Args,
    (first, second): (&'static str, &'static str),
    build: fn(f64, f64) -> Result<L, Error>,
) -> Result<Law, Error> {
    build(args.number(first)?, args.number(second)?).map(Into::into)
}

fn three<L: Into<Law>>(
    args: &Args,
    names: [&'static str; 3],
    build: fn(f64, f64, f64) -> Result<L, Error>,
) -> Result<Law, Error> {
    build(args.number(names[0])?, args.number(names[1])?, args.number(names[2])?).map(Into::into)
}

fn histogram(args: &Args) -> Result<Law, Error> {
    let (lows, highs, weights) = (args.list("lows")?, args.list("highs")?, args.list("weights")?);
    for (param, list) in [("highs", highs), ("weights", weights)] {
        if list.len() != lows.len() {
            return Err(Error::Param { param, given: list.len() as f64, allowed: "a list as long as lows" });
        }
    }
    let ends = lows.iter().zip(highs).zip(weights);
    let bins: Vec<Bin> = ends.map(|((lo, hi), weight)| Bin { lo: *lo, hi: *hi, weight: *weight }).collect();
    Empirical::from_bins(&bins).map(Into::into)
}

pub(super) const KINDS: &[LawKind] = &[
    LawKind {
        name: "constant",
        summary: "Always the same: a timer, a fixed size",
        forms: &[Form {
            params: &[scale("value", "the value")],
            build: |args| one(args, "value", Constant::new),
        }],
    },
    LawKind {
        name: "uniform",
        summary: "Every value between two bounds, equally likely: a poll within its interval",
        forms: &[Form { params: &[MIN, MAX], build: |args| two(args, ("min", "max"), Uniform::new) }],
    },
    LawKind {
        name: "exponential",
        summary: "Memoryless, cv 1: gaps between independent arrivals, the textbook service time",
        forms: &[
            Form { params: &[MEAN], build: |args| one(args, "mean", Exponential::new) },
            Form { params: &[P50], build: |args| one(args, "p50", Exponential::from_p50) },
            Form { params: &[P99], build: |args| one(args, "p99", Exponential::from_p99) },
        ],
    },
    LawKind {
        name: "erlang",
        summary: "Some exponential steps one after the other, cv below 1",
        forms: &[Form {
            params: &[number("shape", "the number of steps, a whole number"), MEAN],
            build: |args| two(args, ("shape", "mean"), Gamma::erlang),
        }],
    },
    LawKind {
        name: "gamma",
        summary: "Sums of exponential steps, also a fractional number, any cv from 0 to 10",
        forms: &[
            Form { params: &[MEAN, CV], build: |args| mean_cv(args, Gamma::from_mean_cv) },
            Form {
                params: &[SHAPE, scale("scale", "the mean over the shape")],
                build: |args| two(args, ("shape", "scale"), Gamma::new),
            },
            Form { params: &[P50, P99], build: |args| two(args, ("p50", "p99"), Gamma::from_p50_p99) },
        ],
    },
    LawKind {
        name: "lognormal",
        summary: "A product of many factors: service times, think times, prompt lengths",
        forms: &[
            Form { params: &[MEAN, CV], build: |args| mean_cv(args, LogNormal::from_mean_cv) },
            Form { params: &[P50, P99], build: |args| two(args, ("p50", "p99"), LogNormal::from_p50_p99) },
            Form {
                params: &[
                    number("mu", "the mean of the logarithm of the value in base units"),
                    number("sigma", "the standard deviation of the logarithm"),
                ],
                build: |args| two(args, ("mu", "sigma"), LogNormal::new),
            },
        ],
    },
    LawKind {
        name: "weibull",
        summary: "A hazard that falls (shape below 1) or grows (above 1) with age: times to failure",
        forms: &[
            Form { params: &[MEAN, CV], build: |args| mean_cv(args, Weibull::from_mean_cv) },
            Form { params: &[P50, P99], build: |args| two(args, ("p50", "p99"), Weibull::from_p50_p99) },
            Form {
                params: &[SHAPE, scale("scale", "the value that 63 % stay below")],
                build: |args| two(args, ("shape", "scale"), Weibull::new),
            },
        ],
    },
    LawKind {
        name: "pareto",
        summary: "An unbounded power-law tail: sizes of files and of customers",
        forms: &[
            Form {
                params: &[scale("scale", "the smallest value"), SHAPE],
                build: |args| two(args, ("scale", "shape"), Pareto::new),
            },
            Form {
                params: &[MEAN, SHAPE],
                build: |args| two(args, ("mean", "shape"), Pareto::from_mean_shape),
            },
            Form { params: &[MEAN, CV], build: |args| mean_cv(args, Pareto::from_mean_cv) },
            Form { params: &[P50, P99], build: |args| two(args, ("p50", "p99"), Pareto::from_p50_p99) },
        ],
    },
    LawKind {
        name: "bounded_pareto",
        summary: "A power law with an upper bound: job sizes",
        forms: &[Form {
            params: &[MIN, MAX, SHAPE],
            build: |args| three(args, ["min", "max", "shape"], BoundedPareto::new),
        }],
    },
    LawKind {
        name: "hyperexponential",
        summary: "Mostly short, sometimes long, cv from 1: hits and misses",
        forms: &[
            Form {
                params: &[MEAN, number("cv", "standard deviation over mean, at least 1")],
                build: |args| two(args, ("mean", "cv"), Hyperexponential::from_mean_cv),
            },
            Form {
                params: &[
                    Param { name: "weights", role: Role::NumberList, doc: "the weight of each phase" },
                    Param { name: "means", role: Role::ScaleList, doc: "the mean of each phase" },
                ],
                build: |args| Ok(Hyperexponential::new(args.list("weights")?, args.list("means")?)?.into()),
            },
        ],
    },
    LawKind {
        name: "triangular",
        summary: "An expert's estimate: minimum, mode and maximum",
        forms: &[Form {
            params: &[MIN, MODE, MAX],
            build: |args| three(args, ["min", "mode", "max"], Triangular::new),
        }],
    },
    LawKind {
        name: "pert",
        summary: "A planner's estimate: minimum, mode and maximum, the mode trusted more than by a triangle",
        forms: &[
            Form {
                params: &[MIN, MODE, MAX],
                build: |args| {
                    let [min, mode, max] = ["min", "mode", "max"].map(|name| args.number(name));
                    Ok(Pert::new(min?, mode?, max?, Pert::SHAPE)?.into())
                },
            },
            Form {
                params: &[MIN, MODE, MAX, number("shape", "the weight of the mode, usually 4")],
                build: |args| {
                    let [min, mode, max] = ["min", "mode", "max"].map(|name| args.number(name));
                    Ok(Pert::new(min?, mode?, max?, args.number("shape")?)?.into())
                },
            },
        ],
    },
    LawKind {
        name: "inverse-gaussian",
        summary: "The time until work in random steps is done: repairs, busy periods",
        forms: &[
            Form { params: &[MEAN, CV], build: |args| mean_cv(args, InverseGaussian::from_mean_cv) },
            Form {
                params: &[MEAN, scale("shape", "the mean over the square of the cv")],
                build: |args| two(args, ("mean", "shape"), InverseGaussian::new),
            },
        ],
    },
    LawKind {
        name: "frechet",
        summary: "The largest of many values with power-law tails: the slowest of a fan-out",
        forms: &[
            Form {
                params: &[scale("scale", "the value that 37 % stay below"), SHAPE],
                build: |args| two(args, ("scale", "shape"), Frechet::new),
            },
            Form {
                params: &[MEAN, SHAPE],
                build: |args| two(args, ("mean", "shape"), Frechet::from_mean_shape),
            },
            Form { params: &[MEAN, CV], build: |args| mean_cv(args, Frechet::from_mean_cv) },
            Form { params: &[P50, P99], build: |args| two(args, ("p50", "p99"), Frechet::from_p50_p99) },
        ],
    },
    LawKind {
        name: "gumbel",
        summary: "The largest of many values with exponential tails; may be negative, so it needs min",
        forms: &[
            Form { params: &[MEAN, CV], build: |args| mean_cv(args, Gumbel::from_mean_cv) },
            Form {
                params: &[
                    scale("location", "the likeliest value"),
                    scale("scale", "0.78 standard deviations"),
                ],
                build: |args| two(args, ("location", "scale"), Gumbel::new),
            },
            Form { params: &[P50, P99], build: |args| two(args, ("p50", "p99"), Gumbel::from_p50_p99) },
        ],
    },
    LawKind {
        name: "skew-normal",
        summary: "A normal law that leans to one side; may be negative, so it needs min",
        forms: &[
            Form {
                params: &[MEAN, CV, LEAN],
                build: |args| {
                    if args.number("cv")? == 0.0 {
                        return one(args, "mean", |mean| Constant::new(crate::error::size("mean", mean)?));
                    }
                    three(args, ["mean", "cv", "shape"], SkewNormal::from_mean_cv)
                },
            },
            Form {
                params: &[
                    scale("location", "the centre of the normal law"),
                    scale("scale", "its standard deviation"),
                    LEAN,
                ],
                build: |args| three(args, ["location", "scale", "shape"], SkewNormal::new),
            },
        ],
    },
    LawKind {
        name: "poisson",
        summary: "A count of independent events, perhaps 0: sizes of batches, rows of an answer",
        forms: &[Form {
            params: &[scale("mean", "the mean, up to 1e6")],
            build: |args| one(args, "mean", Poisson::new),
        }],
    },
    LawKind {
        name: "binomial",
        summary: "Successes among n trials, perhaps 0: how many members of a batch take part",
        forms: &[Form {
            params: &[number("n", "the number of trials"), number("p", "the probability of success of each")],
            build: |args| two(args, ("n", "p"), Binomial::new),
        }],
    },
    LawKind {
        name: "geometric",
        summary: "Trials until the first success, at least 1: turns of a chat, attempts",
        forms: &[
            Form { params: &[MEAN], build: |args| one(args, "mean", Geometric::from_mean) },
            Form {
                params: &[number("p", "the probability of success of each trial")],
                build: |args| one(args, "p", Geometric::new),
            },
        ],
    },
    LawKind {
        name: "zipf",
        summary: "Ranks by popularity from 1 to n: keys, tenants, prompt prefixes",
        forms: &[Form {
            params: &[
                number("n", "the number of ranks"),
                number("s", "the exponent; 0 makes all ranks equally likely, 1 is the classic value"),
            ],
            build: |args| two(args, ("n", "s"), Zipf::new),
        }],
    },
    LawKind {
        name: "empirical",
        summary: "Measurements: values, or a histogram",
        forms: &[
            Form {
                params: &[Param { name: "values", role: Role::ScaleList, doc: "values, all equally likely" }],
                build: |args| Ok(Empirical::from_values(args.list("values")?)?.into()),
            },
            Form {
                params: &[
                    Param { name: "lows", role: Role::ScaleList, doc: "the low end of every bin" },
                    Param { name: "highs", role: Role::ScaleList, doc: "the high end of every bin" },
                    Param { name: "weights", role: Role::NumberList, doc: "the weight of every bin" },
                ],
                build: histogram,
            },
        ],
    },
    LawKind {
        name: "mixture",
        summary: "One of several laws, by weight: classes of work behind one door",
        forms: &[Form {
            params: &[Param { name: "of", role: Role::Laws, doc: "the laws, each with its weight" }],
            build: |args| Ok(Mixture::new(args.laws("of")?.to_vec())?.into()),
        }],
    },
    LawKind {
        name: "shifted",
        summary: "A law plus a constant: a wire's delay and its jitter",
        forms: &[Form {
            params: &[
                Param { name: "of", role: Role::Laws, doc: "the law" },
                scale("shift", "added to every draw"),
            ],
            build: |args| Ok(Shifted::new(args.law("of")?, args.number("shift")?)?.into()),
        }],
    },
    LawKind {
        name: "truncated",
        summary: "A law on the condition that it stays within bounds",
        forms: &[
            Form {
                params: &[Param { name: "of", role: Role::Laws, doc: "the law" }, MIN, MAX],
                build: |args| {
                    let law = Truncated::new(args.law("of")?, args.number("min")?, args.number("max")?)?;
                    Ok(law.into())
                },
            },
            Form {
                params: &[Param { name: "of", role: Role::Laws, doc: "the law" }, MIN],
                build: |args| Ok(Truncated::new(args.law("of")?, args.number("min")?, f64::INFINITY)?.into()),
            },
            Form {
                params: &[Param { name: "of", role: Role::Laws, doc: "the law" }, MAX],
                build: |args| {
                    Ok(Truncated::new(args.law("of")?, f64::NEG_INFINITY, args.number("max")?)?.into())
                },
            },
        ],
    },
];
