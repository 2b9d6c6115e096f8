//! Draws of one seed: everything in a random model comes from here.

use brownout_dist::{Constant, Exponential, Gamma, Geometric, Law, LogNormal, Pareto, Uniform};
use brownout_kernel::Stream;
use brownout_units::{Ratio, Span};

/// Draws that depend on the seed only.
pub(crate) struct Dice(Stream);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self::of(seed, "swarm")
    }

    /// Further draws of the same seed: features added later leave older models as they were.
    pub(crate) fn of(seed: u64, what: &str) -> Self {
        Dice(Stream::named(seed, 0, what))
    }

    /// One of 0, 1, … n − 1.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0.below(n)
    }

    /// At least `low`, at most `high`.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True once in `n` draws.
    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// `Some` once in `n` draws.
    pub(crate) fn maybe<T>(&mut self, n: u64, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.one_in(n) { Some(make(self)) } else { None }
    }

    /// At most `n` things.
    pub(crate) fn some<T>(&mut self, n: u64, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(n + 1)).map(|_| make(self)).collect()
    }

    pub(crate) fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.uniform()
    }

    /// A law that is not always 0.
    pub(crate) fn some_length(&mut self) -> Law {
        Exponential::new(self.uniform(0.005, 0.5)).expect("a mean").into()
    }

    /// A ratio, often one of the ends.
    pub(crate) fn ratio(&mut self) -> Ratio {
        let fraction = match self.below(4) {
            0 => 0.0,
            1 => 1.0,
            _ => self.uniform(0.0, 1.0),
        };
        Ratio::new(fraction).expect("a ratio")
    }

    /// Whole milliseconds, half of the time few of them: what happens at one instant is where mistakes hide.
    pub(crate) fn span(&mut self, most_millis: u64) -> Span {
        let most = if self.one_in(2) { most_millis.min(10) } else { most_millis };
        Span::from_millis(self.between(0, most))
    }

    /// As [`Dice::span`], but not nothing.
    pub(crate) fn some_span(&mut self, most_millis: u64) -> Span {
        self.span(most_millis - 1) + Span::from_millis(1)
    }

    /// A law of lengths in seconds of about that mean, often a constant of whole milliseconds or nothing at all.
    pub(crate) fn length(&mut self, most_millis: u64) -> Law {
        let mean = self.some_span(most_millis).as_secs_f64();
        match self.below(9) {
            0 => Constant::new(0.0).expect("nothing").into(),
            1 | 2 => Constant::new(mean).expect("a constant").into(),
            3 => Uniform::new(0.0, 2.0 * mean).expect("a range").into(),
            4 => Gamma::from_mean_cv(mean, 0.5).expect("a gamma").into(),
            5 => LogNormal::from_mean_cv(mean, 2.0).expect("a log-normal").into(),
            6 => Pareto::from_mean_shape(mean, 1.5).expect("a pareto").into(),
            _ => Exponential::new(mean).expect("an exponential").into(),
        }
    }

    /// A law of small counts, 0 among them.
    pub(crate) fn count(&mut self) -> Law {
        match self.below(4) {
            0 => Constant::new(2.0).expect("a constant").into(),
            1 => Uniform::new(0.0, 3.0).expect("a range").into(),
            2 => Constant::new(0.0).expect("nothing").into(),
            _ => Geometric::from_mean(2.0).expect("a geometric").into(),
        }
    }
}
