//! What was measured, as rows of a table.

use std::fmt::Write as _;

use brownout_stats::{wilson, wilson_at};

/// A promise and what was measured of it.
pub(crate) struct Row {
    question: &'static str,
    problem: &'static str,
    promise: &'static str,
    measured: Measured,
}

enum Measured {
    /// At least this share of the trials.
    Share { held: usize, trials: usize, least: f64 },
    /// At most this part of the runs of a grid.
    Runs { mean: f64, grid: f64, most: f64 },
    /// Not promised, but worth knowing.
    Note { held: usize, trials: usize },
}

impl Row {
    /// That a promise holds in at least a share of the trials.
    pub(crate) fn share(
        (question, problem): (&'static str, &'static str),
        promise: &'static str,
        held: &[bool],
        least: f64,
    ) -> Self {
        let measured = Measured::Share { held: count(held), trials: held.len(), least };
        Row { question, problem, promise, measured }
    }

    /// How often something is so, without a promise.
    pub(crate) fn note(
        (question, problem): (&'static str, &'static str),
        promise: &'static str,
        held: &[bool],
    ) -> Self {
        let measured = Measured::Note { held: count(held), trials: held.len() };
        Row { question, problem, promise, measured }
    }

    /// That it takes at most a part of the runs of a grid.
    pub(crate) fn runs(place: (&'static str, &'static str), runs: &[usize], grid: f64, most: f64) -> Self {
        Self::runs_against(place, "runs, against a grid", runs, grid, most)
    }

    /// The same for another grid.
    pub(crate) fn runs_against(
        (question, problem): (&'static str, &'static str),
        promise: &'static str,
        runs: &[usize],
        grid: f64,
        most: f64,
    ) -> Self {
        let mean = runs.iter().sum::<usize>() as f64 / runs.len() as f64;
        Row { question, problem, promise, measured: Measured::Runs { mean, grid, most } }
    }

    /// Whether it is kept: by all trials exactly; by a part of them as far as they can tell, at four standard errors.
    pub(crate) fn is_kept(&self, exactly: bool) -> bool {
        match self.measured {
            Measured::Share { held, trials, least } => {
                let share = held as f64 / trials as f64;
                least <= if exactly { share } else { wilson_at(share, trials as f64, 4.0).1 }
            }
            Measured::Runs { mean, grid, most } => mean <= most * grid,
            Measured::Note { .. } => true,
        }
    }

    /// The row of the table.
    pub(crate) fn line(&self) -> String {
        let Row { question, problem, promise, .. } = self;
        let (wanted, measured) = match self.measured {
            Measured::Share { held, trials, least } => (format!("≥ {least}"), share(held, trials)),
            Measured::Note { held, trials } => ("–".to_owned(), share(held, trials)),
            Measured::Runs { mean, grid, most } if most.is_infinite() => {
                ("–".to_owned(), format!("{mean:.0} of {grid:.0}"))
            }
            Measured::Runs { mean, grid, most } => {
                (format!("≤ {:.0}", most * grid), format!("{mean:.0} of {grid:.0}"))
            }
        };
        format!("| {question} | {problem} | {promise} | {wanted} | {measured} |")
    }
}

/// A share with Wilson's interval.
fn share(held: usize, trials: usize) -> String {
    let (low, high) = wilson(held as u64, trials as u64, 0.95).expect("some trials");
    format!("{:.3} ({low:.3}–{high:.3})", held as f64 / trials as f64)
}

fn count(held: &[bool]) -> usize {
    held.iter().filter(|held| **held).count()
}

/// The whole page.
pub(crate) fn page(rows: &[Row]) -> String {
    let mut text = String::from(HEAD);
    for row in rows {
        let _ = writeln!(text, "{}", row.line());
    }
    text.push_str(FOOT);
    text
}

const HEAD: &str = "# What the lab's answers are worth

Each question of the lab is answered with a guarantee. This page says how often the answers were right on problems whose
true answers are known in closed form, in independent trials; the confidence asked for is 95 % throughout.
`cargo xtask lab` measures it again and writes this page, with 1,000 trials of each problem unless another number
follows (five times as many of the last question); the test suite has a part of them. The procedures are in
[crates/plan](../crates/plan/src/lib.rs), the problems in [its tests](../crates/plan/tests/promises/main.rs).

| question | problem | what | promised | measured |
|---|---|---|---|---|
";

const FOOT: &str = "
Shares are of trials, with their 95 % interval (Wilson). Runs are the mean of all trials, and everything that was run
counts: the search, what a batch ran beyond its verdict, the proof.

- **Least, share.** A grid takes 59 seeds at each level: with none of 59 failing, the share is at least .95 with 95 %
  confidence. An answer is *safe* if its true share is at least .95, or there was none; a level is *rightly not enough*
  if its true share is below; *exact* is the true least level with the one below it shown not to be enough.
- **Least, average.** M/M/1 and M/M/c in equilibrium, so that the expected mean wait of a run of any length is that of
  the formula. Runs are against 59 at each level as well.
- **Tipping.** The grid has 40 seeds at each level, two levels for each width of the interval that was found; its
  own interval reaches outwards to its levels, and is wider even so. A coarse grid has one level for each width, and an
  interval about twice as wide.
- **Cheapest.** Prices and needs of three knobs and a switch are drawn anew in each trial. The grid has 59 seeds at
  each of the 240 points. A level is a large step of these knobs; where shares turn slowly against it, the share at the
  optimum itself is often within a few hundredths of what was asked, which no few hundred runs decide.
- **Best.** *Right* has only variants left at the end that are within what counts as equally good: 1 % of the mean where
  the gap is 4 %, else 5 %. With half of the variance in common, 300 seeds do not always suffice. The grid has 300
  seeds for each variant, the most that the procedure takes.
- **Narrow.** The interval is the printed one when the replications stopped.

## What a sweep costs

10,000 points with 10 seeds each of a scenario of 20 lines and 10 windows (M/M/1 from half to all of its capacity, a
hundred rates and a hundred limits of the queue; without runs beside the seeds, no store, with tables and page) took
63.5 s on one thread and 33.1 s on two, 1.92 times as fast, and wrote the same tables: .63 ms a run, of which about half
is its simulation of 7,000 events. Memory at its highest was 225 MiB on one thread, against 151 MiB with 1,000 points:
runs are not kept, what the tables and the page show of a point is, at about 8 KiB.
";
