//! The tipping point, where the law of the level at which a seed tips over is given.

use brownout_plan::{Known, Tipped, Tipping, drive, tipping};

use crate::dice::{Dice, logistic};
use crate::page::Row;
use crate::trials::Trials;

const SEEDS: usize = 40;

struct Problem {
    name: &'static str,
    levels: usize,
    /// The true share of seeds that have tipped over at a level.
    tipped: fn(f64) -> f64,
    quantiles: &'static [f64],
}

const PROBLEMS: [Problem; 4] = [
    Problem {
        name: "symmetric, 256 levels",
        levels: 256,
        tipped: |level| logistic((level - 97.3) / 11.0),
        quantiles: &[0.5],
    },
    Problem {
        name: "skewed, 500 levels",
        levels: 500,
        tipped: |level| 1.0 - (-((level - 60.0).max(0.0)) / 60.0).exp(),
        quantiles: &[0.5],
    },
    Problem {
        name: "a jump at one level",
        levels: 200,
        tipped: |level| if level < 120.0 { 0.01 } else { 0.99 },
        quantiles: &[0.5],
    },
    Problem {
        name: "symmetric, 256 levels, with 10 % and 90 %",
        levels: 256,
        tipped: |level| logistic((level - 97.3) / 11.0),
        quantiles: &[0.5, 0.1, 0.9],
    },
];

impl Problem {
    fn answer(&self, trial: u64) -> Tipped {
        let quantiles = self.quantiles.to_vec();
        let asked = Tipping { levels: self.levels, seeds: SEEDS, confidence: 0.95, quantiles };
        let evaluate = |runs: &[(usize, u64)]| {
            let tipped = |(level, seed): &(usize, u64)| {
                Dice::new(trial, *seed, 0).unit() < (self.tipped)(*level as f64)
            };
            Ok::<_, ()>(runs.iter().map(tipped).collect())
        };
        drive(&mut Known::new(), |known| tipping(known, &asked), evaluate).expect("no failure")
    }

    fn rows(&self, trials: Trials) -> Vec<Row> {
        let place = ("tipping", self.name);
        let found = trials.each(|trial| self.answer(trial));
        let mut rows = Vec::new();
        for (at, share) in self.quantiles.iter().enumerate() {
            let truth =
                (0..self.levels).find(|level| (self.tipped)(*level as f64) >= *share).expect("in range");
            let covers = |found: &Tipped| {
                let quantile = found.quantiles[at];
                quantile.low.is_none_or(|low| low <= truth) && quantile.high.is_none_or(|high| truth <= high)
            };
            let what = match at {
                0 => "interval of the median covers",
                1 => "interval of the 10 % quantile covers",
                _ => "interval of the 90 % quantile covers",
            };
            rows.push(Row::share(place, what, &found.iter().map(covers).collect::<Vec<bool>>(), 0.94));
        }
        let runs: Vec<usize> = found.iter().map(|found| found.runs).collect();
        let width = |found: &Tipped| match found.quantiles[0].low.zip(found.quantiles[0].high) {
            Some((low, high)) => (high - low).max(1) as f64,
            None => self.levels as f64,
        };
        let mean = found.iter().map(width).sum::<f64>() / found.len() as f64;
        let grid = |width: f64| SEEDS as f64 * self.levels as f64 / width.max(1.0);
        rows.push(Row::runs(place, &runs, grid(mean / 2.0), 1.0 / 3.0));
        rows.push(Row::runs_against(place, "runs, against a coarse grid", &runs, grid(mean), f64::INFINITY));
        rows
    }
}

pub(crate) fn measure(trials: Trials) -> Vec<Row> {
    PROBLEMS.iter().flat_map(|problem| problem.rows(trials)).collect()
}
