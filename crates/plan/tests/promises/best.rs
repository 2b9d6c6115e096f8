//! The best of a few variants.

use brownout_plan::{Best, Known, Ranking, best, drive};

use crate::dice::Dice;
use crate::page::Row;
use crate::trials::Trials;

struct Problem {
    name: &'static str,
    means: &'static [f64],
    /// The deviation that all variants share under a seed, and the one of their own.
    common: f64,
    own: f64,
    /// The variant leads alone; otherwise those within 5 % are as good.
    alone: bool,
    /// Whether the seeds suffice.
    promised: bool,
}

const PROBLEMS: [Problem; 5] = [
    Problem {
        name: "5 variants, a gap of 4 %",
        means: &[1.04, 1.08, 1.0, 1.12, 1.3],
        common: 0.2,
        own: 0.05,
        alone: true,
        promised: true,
    },
    Problem {
        name: "3 variants, a gap of 4 %, two thirds of the variance in common",
        means: &[1.0, 1.04, 1.04],
        common: 0.1,
        own: 0.07,
        alone: true,
        promised: true,
    },
    Problem {
        name: "3 variants, a gap of 4 %, half of the variance in common",
        means: &[1.0, 1.04, 1.04],
        common: 0.1,
        own: 0.1,
        alone: true,
        promised: false,
    },
    Problem {
        name: "4 variants, two of them twins",
        means: &[1.0, 1.0, 1.2, 1.5],
        common: 0.2,
        own: 0.0,
        alone: false,
        promised: true,
    },
    Problem {
        name: "8 variants, a gap of 15 %, nothing in common",
        means: &[1.15, 1.15, 1.0, 1.2, 1.15, 1.3, 1.15, 2.0],
        common: 0.0,
        own: 0.2,
        alone: false,
        promised: true,
    },
];

impl Problem {
    fn answer(&self, trial: u64) -> Ranking {
        // At a gap of 4 % with 5 % counted as none, "equally good" would be right: the question is asked more finely.
        let relative = if self.alone { 0.01 } else { 0.05 };
        let variants = self.means.len();
        let asked = Best { variants, confidence: 0.95, relative, absolute: 0.0, seeds_max: 300 };
        let evaluate = |runs: &[(usize, u64)]| {
            let value = |(variant, seed): &(usize, u64)| {
                let common = Dice::new(trial, *seed, 0).normal();
                let own = Dice::new(trial, *seed, *variant as u64 + 1).normal();
                self.means[*variant] + self.common * common + self.own * own
            };
            Ok::<_, ()>(runs.iter().map(value).collect())
        };
        drive(&mut Known::new(), |known| best(known, &asked), evaluate).expect("no failure")
    }

    fn rows(&self, trials: Trials) -> Vec<Row> {
        let place = ("best", self.name);
        let found = trials.each(|trial| self.answer(trial));
        let lowest = self.means.iter().copied().fold(f64::INFINITY, f64::min);
        let within = if self.alone { lowest } else { 1.05 * lowest };
        let right = |found: &Ranking| {
            found.decided && found.left.iter().all(|standing| self.means[standing.variant] <= within)
        };
        let kept = |found: &Ranking| found.left.iter().any(|standing| self.means[standing.variant] <= lowest);
        let right: Vec<bool> = found.iter().map(right).collect();
        let runs: Vec<usize> = found.iter().map(|found| found.runs).collect();
        vec![
            if self.promised {
                Row::share(place, "right", &right, 0.94)
            } else {
                Row::note(place, "right", &right)
            },
            Row::share(place, "the best is never dropped", &found.iter().map(kept).collect::<Vec<_>>(), 0.95),
            Row::runs(place, &runs, (300 * self.means.len()) as f64, 1.0),
        ]
    }
}

pub(crate) fn measure(trials: Trials) -> Vec<Row> {
    PROBLEMS.iter().flat_map(|problem| problem.rows(trials)).collect()
}
