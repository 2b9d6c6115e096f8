//! The least level by a share of runs, where the true share of each level is given.

use brownout_plan::{Found, Known, Least, drive, least};
use brownout_stats::ShareTest;

use crate::dice::{Dice, logistic};
use crate::page::Row;
use crate::trials::Trials;

const SHARE: f64 = 0.95;
/// Runs at each level of a grid: none of 59 failing shows a share of .95 with a confidence of .95.
const GRID: usize = 59;
const BUDGET: usize = 300;

struct Problem {
    name: &'static str,
    levels: usize,
    /// The true share of passes at a level.
    share: fn(f64) -> f64,
    seeds: Seeds,
    /// Over the whole jump in one level: the answer has to be exact.
    cliff: bool,
    /// Whether a grid is worth comparing with.
    grid: bool,
}

/// How the outcomes of a seed at different levels go together.
#[derive(Clone, Copy, PartialEq)]
enum Seeds {
    /// A seed that passes at a level passes at all higher ones.
    Monotone,
    /// At each level by chance of its own.
    Independent,
    /// Half of the seeds are monotone; the others, by chance of their own.
    Mixed,
}

const PROBLEMS: [Problem; 9] = [
    Problem {
        name: "smooth, 32 levels",
        levels: 32,
        share: |level| logistic((level - 14.0) / 2.0),
        seeds: Seeds::Monotone,
        cliff: false,
        grid: true,
    },
    Problem {
        name: "steep, 32 levels",
        levels: 32,
        share: |level| logistic((level - 12.4) / 0.5),
        seeds: Seeds::Monotone,
        cliff: false,
        grid: true,
    },
    Problem {
        name: "cliff .3 to .99, 32 levels",
        levels: 32,
        share: |level| if level < 17.0 { 0.3 } else { 0.99 },
        seeds: Seeds::Monotone,
        cliff: true,
        grid: true,
    },
    Problem {
        name: "cliff 0 to 1, 32 levels",
        levels: 32,
        share: |level| if level < 5.0 { 0.0 } else { 1.0 },
        seeds: Seeds::Monotone,
        cliff: true,
        grid: true,
    },
    Problem {
        name: "smooth, 1,000 levels",
        levels: 1000,
        share: |level| logistic((level - 400.0) / 40.0),
        seeds: Seeds::Monotone,
        cliff: false,
        grid: true,
    },
    Problem {
        name: "a level at .945, 12 levels",
        levels: 12,
        share: |level| {
            if level < 6.0 {
                0.6
            } else if level < 9.0 {
                0.945
            } else {
                0.995
            }
        },
        seeds: Seeds::Monotone,
        cliff: false,
        grid: false,
    },
    Problem {
        name: "no level above .93",
        levels: 16,
        share: |level| 0.93 * logistic((level - 6.0) / 1.5),
        seeds: Seeds::Monotone,
        cliff: false,
        grid: false,
    },
    Problem {
        name: "not monotone: independent, slowly rising",
        levels: 32,
        share: |level| 0.75 + 0.25 * (level / 31.0),
        seeds: Seeds::Independent,
        cliff: false,
        grid: false,
    },
    Problem {
        name: "not monotone: half of the seeds, smooth",
        levels: 32,
        share: |level| logistic((level - 10.0) / 3.0),
        seeds: Seeds::Mixed,
        cliff: false,
        grid: false,
    },
];

impl Problem {
    fn passes(&self, trial: u64, level: usize, seed: u64) -> bool {
        let own = match self.seeds {
            Seeds::Monotone => 0,
            Seeds::Mixed if seed.is_multiple_of(2) => 0,
            Seeds::Mixed | Seeds::Independent => level as u64,
        };
        Dice::new(trial, seed, own).unit() < (self.share)(level as f64)
    }

    fn answer(&self, trial: u64) -> Found {
        let asked = Least { levels: self.levels, test: ShareTest::new(SHARE, 0.95), budget: BUDGET };
        let mut known = Known::new();
        let evaluate = |runs: &[(usize, u64)]| {
            Ok::<_, ()>(runs.iter().map(|(level, seed)| self.passes(trial, *level, *seed)).collect())
        };
        drive(&mut known, |known| least(known, &asked), evaluate).expect("evaluation does not fail")
    }

    fn holds(&self, level: usize) -> bool {
        (self.share)(level as f64) >= SHARE
    }

    fn rows(&self, trials: Trials) -> Vec<Row> {
        let place = ("least, share", self.name);
        let found = trials.each(|trial| self.answer(trial));
        let each = |what: &dyn Fn(&Found) -> bool| found.iter().map(what).collect::<Vec<bool>>();
        let truth = (0..self.levels).find(|level| self.holds(*level));
        let below = truth.and_then(|level| level.checked_sub(1));
        let exact = each(&|found| found.answer == truth && (truth.is_none() || found.not_enough == below));
        let mut rows = vec![Row::share(
            place,
            "safe",
            &each(&|found| found.answer.is_none_or(|level| self.holds(level))),
            0.94,
        )];
        let right = each(&|found| found.not_enough.is_none_or(|level| !self.holds(level)));
        if self.seeds == Seeds::Monotone {
            rows.push(Row::share(place, "rightly not enough", &right, 0.94));
        } else {
            rows.push(Row::note(place, "rightly not enough", &right));
        }
        if self.cliff {
            rows.push(Row::share(place, "exact", &exact, 0.94));
        } else {
            rows.push(Row::note(place, "exact", &exact));
        }
        rows.push(Row::note(place, "answered", &each(&|found| found.answer.is_some())));
        let answered = found.iter().filter_map(|found| found.answer);
        let safe: Vec<bool> = answered.map(|level| self.holds(level)).collect();
        if self.seeds != Seeds::Monotone && !safe.is_empty() {
            rows.push(Row::note(place, "safe, of those answered", &safe));
        }
        let runs: Vec<usize> = found.iter().map(|found| found.runs).collect();
        let most = if self.grid { 0.2 } else { f64::INFINITY };
        rows.push(Row::runs(place, &runs, (GRID * self.levels) as f64, most));
        rows
    }
}

pub(crate) fn measure(trials: Trials) -> Vec<Row> {
    PROBLEMS.iter().flat_map(|problem| problem.rows(trials)).collect()
}
