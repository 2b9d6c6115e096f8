//! The proof of an answer: the level itself, run on the seeds in order.
//!
//! Passes that are inferred from lower levels do not count. With seeds that are not monotone the guarantee of an
//! inferred answer fell from .95 to .00, while the proved one held.

use brownout_stats::{ShareTest, Verdict};

use super::found::Tried;
use super::share::run_batch;
use crate::seeds::Scale;
use crate::{BATCH, Known, Pending};

/// A level that comes to be proved will probably pass: its runs are asked for in larger batches.
const WIDTH: usize = 4 * BATCH;

/// The failures that a level may have which is tried because a lower one failed.
const FAILURES: usize = 2;

/// How the proof went.
#[derive(Default)]
pub(super) struct Proof {
    pub(super) proved: Option<Tried>,
    /// The highest level, on the scale, whose proof failed, and the share of its runs that passed.
    pub(super) rejected: Option<(usize, f64)>,
}

/// Proves a level of the scale, or one above it by 1, 2, 4 … where that fails; nothing where the budget does not
/// suffice, which is doubled once the seeds are known not to be monotone.
pub(super) fn prove(
    known: &mut Known<bool>,
    test: &ShareTest,
    from: usize,
    scale: Scale,
    budget: usize,
) -> Result<Proof, Pending> {
    let mut end = known.used() + budget;
    let mut last = end;
    let (mut level, mut step, mut rejected) = (from, 1, None);
    loop {
        let mut trial = test.begin();
        while trial.verdict() == Verdict::Undecided && known.used() < last {
            let width = if level == from { WIDTH } else { BATCH };
            run_batch(known, &mut trial, scale.level(level), width)?;
        }
        if trial.verdict() == Verdict::Rejected {
            rejected = Some((level, trial.passes() as f64 / trial.runs() as f64));
        }
        match trial.verdict() {
            Verdict::Accepted => {
                let verdict = Verdict::Accepted;
                let level = scale.level(level);
                let proved = Tried { level, passes: trial.passes(), runs: trial.runs(), verdict };
                return Ok(Proof { proved: Some(proved), rejected });
            }
            // With monotone seeds the first proof is what was inferred. They are not, and levels above are tried, each
            // for as long as it takes to be accepted with a few failures.
            _ if level + 1 < scale.levels() => {
                if level == from {
                    end = known.used() + 2 * budget;
                }
                let longest = test.accepts_at(FAILURES).unwrap_or(budget);
                last = end.min(known.used() + longest);
                level = (level + step).min(scale.levels() - 1);
                step *= 2;
            }
            Verdict::Rejected | Verdict::Undecided => return Ok(Proof { proved: None, rejected }),
        }
    }
}
