//! The least level on average: queues in equilibrium, whose expected wait is known.

use brownout_plan::{Found, Known, LeastAverage, drive, least_average};
use brownout_stats::MeanTest;

use crate::dice::Dice;
use crate::page::Row;
use crate::trials::Trials;

/// Customers of a run.
const LENGTH: usize = 2_000;

struct Problem {
    name: &'static str,
    levels: usize,
    bound: f64,
    /// The expected wait at a level.
    expected: fn(usize) -> f64,
    /// The mean wait of a run.
    run: fn(usize, Dice) -> f64,
}

const PROBLEMS: [Problem; 2] = [
    Problem {
        name: "M/M/1, 20 speeds, wait below 2",
        levels: 20,
        bound: 2.0,
        expected: |level| 1.0 / (speed(level) * (speed(level) - 1.0)),
        run: lindley,
    },
    Problem {
        name: "M/M/c, λ = 8, wait below .25",
        levels: 16,
        bound: 0.25,
        expected: |level| queue(level) / 8.0,
        run: servers_in_equilibrium,
    },
];

/// The service rate of a level, for arrivals at rate 1.
fn speed(level: usize) -> f64 {
    1.05 + 0.05 * level as f64
}

/// Waits by Lindley's recursion (1952), begun in equilibrium: none with probability 1 − ρ, else exponential.
fn lindley(level: usize, mut dice: Dice) -> f64 {
    let speed = speed(level);
    let (busy, wait) = (dice.unit() < 1.0 / speed, dice.exponential() / (speed - 1.0));
    let mut wait = if busy { wait } else { 0.0 };
    let mut sum = 0.0;
    for _ in 0..LENGTH {
        sum += wait;
        let (service, gap) = (dice.exponential() / speed, dice.exponential());
        wait = (wait + service - gap).max(0.0);
    }
    sum / LENGTH as f64
}

/// Level 0 has 9 servers, the least that can carry a load of 8.
fn servers(level: usize) -> usize {
    level + 9
}

/// The expected number waiting: Erlang's C formula.
fn queue(level: usize) -> f64 {
    let servers = servers(level);
    let blocking = (1..=servers).fold(1.0, |b, c| 8.0 * b / (c as f64 + 8.0 * b));
    let utilisation = 8.0 / servers as f64;
    let waiting = blocking / (1.0 - utilisation * (1.0 - blocking));
    waiting * utilisation / (1.0 - utilisation)
}

/// The chain of the number present, uniformised with the events of the largest fleet, so that all levels see the same;
/// begun in equilibrium, it has the expected number waiting at every event. Little's law makes it a wait.
fn servers_in_equilibrium(level: usize, mut dice: Dice) -> f64 {
    let (servers, most) = (servers(level), servers(PROBLEMS[1].levels - 1));
    let mut present = equilibrium(servers, dice.unit());
    let mut waiting = 0_usize;
    let events = LENGTH;
    for _ in 0..events {
        waiting += present.saturating_sub(servers);
        let event = dice.unit() * (8.0 + most as f64);
        if event < 8.0 {
            present += 1;
        } else if ((event - 8.0) as usize) < present.min(servers) {
            present -= 1;
        }
    }
    waiting as f64 / events as f64 / 8.0
}

/// The number present in equilibrium, by the inverse of its law.
fn equilibrium(servers: usize, quantile: f64) -> usize {
    let terms = |n: usize| (1..=n).fold(1.0, |term, c| term * 8.0 / c.min(servers) as f64);
    let last = terms(servers);
    let utilisation = 8.0 / servers as f64;
    let total = (0..servers).map(terms).sum::<f64>() + last / (1.0 - utilisation);
    let (mut present, mut term, mut below) = (0, 1.0, 1.0);
    while below < quantile * total {
        present += 1;
        term *= 8.0 / present.min(servers) as f64;
        below += term;
    }
    present
}

impl Problem {
    fn answer(&self, trial: u64) -> Found {
        let asked = LeastAverage { levels: self.levels, test: MeanTest::new(0.95), runs_max: 200 };
        let evaluate = |runs: &[(usize, u64)]| {
            let value =
                |(level, seed): &(usize, u64)| (self.run)(*level, Dice::new(trial, *seed, 0)) - self.bound;
            Ok::<_, ()>(runs.iter().map(value).collect())
        };
        drive(&mut Known::new(), |known| least_average(known, &asked), evaluate).expect("no failure")
    }

    fn rows(&self, trials: Trials) -> Vec<Row> {
        let place = ("least, average", self.name);
        let found = trials.each(|trial| self.answer(trial));
        let holds = |level: usize| (self.expected)(level) < self.bound;
        let each = |what: &dyn Fn(&Found) -> bool| found.iter().map(what).collect::<Vec<bool>>();
        let truth = (0..self.levels).find(|level| holds(*level));
        let below = truth.and_then(|level| level.checked_sub(1));
        let runs: Vec<usize> = found.iter().map(|found| found.runs).collect();
        vec![
            Row::share(place, "safe", &each(&|found| found.answer.is_none_or(holds)), 0.94),
            Row::share(
                place,
                "rightly not enough",
                &each(&|found| found.not_enough.is_none_or(|l| !holds(l))),
                0.94,
            ),
            Row::note(place, "exact", &each(&|found| found.answer == truth && found.not_enough == below)),
            Row::runs(place, &runs, (59 * self.levels) as f64, 0.2),
        ]
    }
}

pub(crate) fn measure(trials: Trials) -> Vec<Row> {
    PROBLEMS.iter().flat_map(|problem| problem.rows(trials)).collect()
}
