//! The interface of every law, and the closed set of laws.

use rand::Rng;

use crate::solve;
use crate::{
    Binomial, BoundedPareto, Constant, Empirical, Exponential, Frechet, Gamma, Geometric, Gumbel,
    Hyperexponential, InverseGaussian, LogNormal, Mixture, Pareto, Pert, Poisson, Shifted, SkewNormal,
    Triangular, Truncated, Uniform, Weibull, Zipf,
};

/// The interface of every distribution; [`Law`] has the same methods itself, so that few callers need this trait.
pub trait Distribution {
    /// A random value.
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64;
    /// The mean; infinite where the tail is too heavy.
    fn mean(&self) -> f64;
    /// The variance; infinite where the tail is too heavy, also where the mean is.
    fn variance(&self) -> f64;
    /// The probability of a value of at most `x`.
    fn cdf(&self, x: f64) -> f64;
    /// The smallest value that the law stays at or below with probability `p`; `p` is clamped to 0..=1, and not a
    /// number counts as 0.
    fn quantile(&self, p: f64) -> f64 {
        let (low, high) = self.support();
        solve::first(low, high, |x| self.cdf(x) >= probability(p))
    }
    /// The smallest and the largest possible value, perhaps infinite.
    fn support(&self) -> (f64, f64);
}

/// Any number clamped to a probability.
pub(crate) fn probability(p: f64) -> f64 {
    if p.is_nan() { 0.0 } else { p.clamp(0.0, 1.0) }
}

macro_rules! laws {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// A probability law of one of the kinds in the [table](crate::kinds).
        ///
        /// Serde preserves it bit by bit; a value that is read is trusted to be one that was written.
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Law {
            $($(#[$doc])* $name($name)),+
        }

        $(impl From<$name> for Law {
            fn from(law: $name) -> Self {
                Self::$name(law)
            }
        })+

        impl Law {
            /// Out of line: the two common laws are inlined by `draw`, the others would bloat every caller.
            #[inline(never)]
            fn draw_other<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
                match self { $(Self::$name(law) => law.draw(rng)),+ }
            }

            /// The mean; infinite where the tail is too heavy.
            pub fn mean(&self) -> f64 {
                match self { $(Self::$name(law) => law.mean()),+ }
            }

            /// The variance; infinite where the tail is too heavy.
            pub fn variance(&self) -> f64 {
                match self { $(Self::$name(law) => law.variance()),+ }
            }

            /// The probability of a value of at most `x`.
            pub fn cdf(&self, x: f64) -> f64 {
                match self { $(Self::$name(law) => law.cdf(x)),+ }
            }

            /// The smallest value that the law stays at or below with probability `p`, which is clamped to 0..=1.
            pub fn quantile(&self, p: f64) -> f64 {
                match self { $(Self::$name(law) => law.quantile(p)),+ }
            }

            /// The smallest and the largest possible value, perhaps infinite.
            pub fn support(&self) -> (f64, f64) {
                match self { $(Self::$name(law) => law.support()),+ }
            }
        }
    };
}

laws! {
    /// Always the same.
    Constant,
    /// Every value between two bounds with equal density.
    Uniform,
    /// The memoryless law.
    Exponential,
    /// A sum of phases; Erlang for whole shapes.
    Gamma,
    /// A product of many small factors.
    LogNormal,
    /// A hazard that grows or falls as a power.
    Weibull,
    /// A power-law tail.
    Pareto,
    /// A power law with an upper bound.
    BoundedPareto,
    /// Mostly short, sometimes long.
    Hyperexponential,
    /// An estimate by minimum, mode and maximum.
    Triangular,
    /// Trials until the first success.
    Geometric,
    /// Ranks by popularity.
    Zipf,
    /// Measured values or a histogram.
    Empirical,
    /// One of several laws.
    Mixture,
    /// A law plus a constant.
    Shifted,
    /// A law between bounds.
    Truncated,
    // Binary formats write a kind as its place in this list: what is new stands at the end.
    /// An estimate by minimum, mode and maximum that trusts the mode.
    Pert,
    /// The time until a drifting walk reaches its goal.
    InverseGaussian,
    /// The largest of many values with power-law tails.
    Frechet,
    /// The largest of many values with exponential tails.
    Gumbel,
    /// A normal law that leans to one side.
    SkewNormal,
    /// How many of many independent events happen.
    Poisson,
    /// Successes among independent trials.
    Binomial,
}

/// So that code written for the `rand` crates takes a law: `rng.sample(&law)`, `law.sample_iter(rng)`.
impl rand::distr::Distribution<f64> for Law {
    #[inline]
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        self.draw(rng)
    }
}

impl Law {
    /// A random value.
    #[inline]
    pub fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        match self {
            Self::Exponential(law) => law.draw(rng),
            Self::Constant(law) => law.draw(rng),
            _ => self.draw_other(rng),
        }
    }

    /// The coefficient of variation: standard deviation over mean; `None` where the mean is zero or infinite.
    pub fn cv(&self) -> Option<f64> {
        let mean = self.mean();
        (mean.is_finite() && mean != 0.0).then(|| self.variance().sqrt() / mean.abs())
    }
}
