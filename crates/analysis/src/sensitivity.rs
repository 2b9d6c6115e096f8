//! Which of several axes matter for a number, as plain data.

use brownout_metrics::Metric;
use brownout_stats::Estimate;

/// What was asked, and what follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    /// What the scenario shows.
    pub title: String,
    /// The number, as it is written.
    pub of: String,
    /// Which metric that is.
    pub metric: &'static Metric,
    /// The axes, in the order of the question.
    pub axes: Vec<Ends>,
    /// What was found, by the method that was asked for.
    pub found: Found,
    /// Points that were run.
    pub points: usize,
    /// Runs of each.
    pub seeds: u64,
    /// How sure intervals are.
    pub confidence: f64,
    /// How many runs it rests on.
    pub runs: usize,
}

/// The ends of an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ends {
    /// Its path.
    pub path: String,
    /// Its low end, as it is written.
    pub low: String,
    /// Its high end.
    pub high: String,
    /// Where the scenario stands, if anything stands there.
    pub base: Option<String>,
}

/// What was found of each axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// One axis at a time, from where the scenario stands to both ends; the largest swing first.
    Tornado {
        /// The number where the scenario stands.
        base: Estimate,
        /// What each axis does.
        swings: Vec<Swing>,
    },
    /// Screening by Morris: the axis that matters most first.
    Morris(Vec<Effect>),
    /// The parts of the variance; the axis with the largest total part first. None where nothing varies.
    Sobol(Option<Parts>),
}

/// What an axis does on its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Swing {
    /// Its place among the axes.
    pub axis: usize,
    /// The change from the base to the low end.
    pub low: Estimate,
    /// The change from the base to the high end.
    pub high: Estimate,
}

/// What an axis does over its whole range, on average over places of the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Its place among the axes.
    pub axis: usize,
    /// The mean of its effects: which way it goes.
    pub mean: Estimate,
    /// The mean of their sizes (μ*): how much it matters.
    pub size: Estimate,
    /// Their standard deviation (σ): large where it acts in a curve or together with others.
    pub deviation: Option<f64>,
}

/// What the variance of a number is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// Of each axis.
    pub axes: Vec<Part>,
    /// The part of a single run's variance that is chance alone; none with one run of each point.
    pub chance: Option<f64>,
}

/// The part of an axis; small ones may be estimated slightly below 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Its place among the axes.
    pub axis: usize,
    /// What it explains alone, and half the width of its interval.
    pub alone: (f64, f64),
    /// What it explains alone or together with others, and half the width of its interval.
    pub total: (f64, f64),
}
