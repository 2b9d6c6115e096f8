//! Replications until the mean is known to 5 %: how often the printed interval holds it.

use brownout_plan::{Known, Narrow, drive, narrow};

use crate::dice::Dice;
use crate::page::Row;
use crate::trials::Trials;

struct Problem {
    name: &'static str,
    mean: f64,
    value: fn(Dice) -> f64,
    /// Skewness at most 1.5: what is promised.
    promised: bool,
}

const PROBLEMS: [Problem; 6] = [
    Problem {
        name: "normal, deviation .1 of the mean",
        mean: 10.0,
        value: |mut dice| 10.0 + dice.normal(),
        promised: true,
    },
    Problem {
        name: "normal, deviation .3 of the mean",
        mean: 10.0,
        value: |mut dice| 10.0 + 3.0 * dice.normal(),
        promised: true,
    },
    Problem { name: "uniform from 0", mean: 0.5, value: |mut dice| dice.unit(), promised: true },
    Problem {
        name: "sum of two exponentials, skewness 1.41",
        mean: 2.0,
        value: |mut dice| dice.exponential() + dice.exponential(),
        promised: true,
    },
    Problem {
        name: "constant plus a tenth of an exponential pair, skewness 1.41",
        mean: 1.2,
        value: |mut dice| 1.0 + 0.1 * (dice.exponential() + dice.exponential()),
        promised: true,
    },
    Problem {
        name: "exponential, skewness 2",
        mean: 1.0,
        value: |mut dice| dice.exponential(),
        promised: false,
    },
];

impl Problem {
    fn rows(&self, trials: Trials) -> Vec<Row> {
        let place = ("narrow", self.name);
        let asked = Narrow { relative: 0.05, absolute: 0.0, confidence: 0.95, seeds_max: 10_000 };
        // A share of .94 is told from .935 by many trials, which cost little here.
        let trials = Trials(5 * trials.0);
        let found = trials.each(|trial| {
            let evaluate = |runs: &[(usize, u64)]| {
                let value = |(_, seed): &(usize, u64)| (self.value)(Dice::new(trial, *seed, 0));
                Ok::<_, ()>(runs.iter().map(value).collect())
            };
            let procedure = |known: &mut Known<f64>| narrow(known, 0, &asked, |value| Some(*value));
            let narrowed = drive(&mut Known::new(), procedure, evaluate).expect("no failure");
            narrowed.width.expect("many values")
        });
        let covers: Vec<bool> =
            found.iter().map(|width| (width.mean - self.mean).abs() <= width.half).collect();
        let what = "interval covers";
        vec![if self.promised {
            Row::share(place, what, &covers, 0.935)
        } else {
            Row::note(place, what, &covers)
        }]
    }
}

pub(crate) fn measure(trials: Trials) -> Vec<Row> {
    PROBLEMS.iter().flat_map(|problem| problem.rows(trials)).collect()
}
