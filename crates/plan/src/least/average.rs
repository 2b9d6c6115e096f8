//! The least level at which a promise is kept on average.

use brownout_stats::{MeanTest, Moments, Verdict};

use super::found::{Found, Tried};
use crate::{BATCH, Known, Pending};

/// What is asked of [`least_average`].
#[derive(Clone, Debug)]
pub struct LeastAverage {
    /// The number of levels. Level 0 is the least; a higher level has a lower mean.
    pub levels: usize,
    /// The confidence.
    pub test: MeanTest,
    /// After this number of runs a level counts as undecided, and its neighbours are tried.
    pub runs_max: usize,
}

/// The least level at which the mean over seeds is below zero: an outcome is a metric minus its bound, negative where
/// the promise is kept. Seeds count from 1, the same ones at all levels.
///
/// Each level that is tried has its [sequential test](MeanTest); levels are bisected. The proof is the runs of the
/// answer's level, as no verdict is inferred from another level; `passes` are runs below the bound.
///
/// # Errors
/// When outcomes are missing.
///
/// # Panics
/// When there is no level, or an outcome is not finite.
pub fn least_average(known: &mut Known<f64>, asked: &LeastAverage) -> Result<Found, Pending> {
    assert!(asked.levels > 0, "a knob has at least one level");
    let top = asked.levels - 1;
    let mut search = Search { asked, verdicts: Vec::new() };
    match search.verdict(known, top)? {
        Verdict::Accepted => search.between(known)?,
        Verdict::Undecided => search.rejected_below(known, None, top)?,
        Verdict::Rejected if top > 0 && search.verdict(known, 0)? == Verdict::Accepted => {
            let found = search.found(known);
            let undecided = 0..asked.levels;
            let nothing = Found { answer: None, not_enough: None, undecided, none_holds: false, ..found };
            return Ok(Found { backwards: true, proof: None, ..nothing });
        }
        Verdict::Rejected => {}
    }
    Ok(search.found(known))
}

struct Search<'a> {
    asked: &'a LeastAverage,
    verdicts: Vec<(usize, Verdict)>,
}

impl Search<'_> {
    /// The top is accepted: bisects what is between, and goes to both sides of a level that stays undecided.
    fn between(&mut self, known: &mut Known<f64>) -> Result<(), Pending> {
        let (mut low, mut high) = (None, self.asked.levels - 1);
        while let Some(middle) = middle(low, high) {
            match self.verdict(known, middle)? {
                Verdict::Accepted => high = middle,
                Verdict::Rejected => low = Some(middle),
                Verdict::Undecided => {
                    self.accepted_above(known, middle, high)?;
                    return self.rejected_below(known, low, middle);
                }
            }
        }
        Ok(())
    }

    /// The least accepted level above an undecided one.
    fn accepted_above(
        &mut self,
        known: &mut Known<f64>,
        undecided: usize,
        accepted: usize,
    ) -> Result<(), Pending> {
        let (mut low, mut high) = (undecided, accepted);
        while let Some(middle) = middle(Some(low), high) {
            // The neighbours of an undecided level come first: its mean is near zero, and theirs often far enough.
            let at = if low == undecided && undecided + 1 < high { undecided + 1 } else { middle };
            if self.verdict(known, at)? == Verdict::Accepted { high = at } else { low = at }
        }
        Ok(())
    }

    /// The highest rejected level below an undecided one.
    fn rejected_below(
        &mut self,
        known: &mut Known<f64>,
        rejected: Option<usize>,
        undecided: usize,
    ) -> Result<(), Pending> {
        let (mut low, mut high) = (rejected, undecided);
        while let Some(middle) = middle(low, high) {
            let at = if high == undecided { undecided - 1 } else { middle };
            if self.verdict(known, at)? == Verdict::Rejected { low = Some(at) } else { high = at }
        }
        Ok(())
    }

    /// Runs a level until its test has a verdict, or has had its runs.
    fn verdict(&mut self, known: &mut Known<f64>, level: usize) -> Result<Verdict, Pending> {
        let mut moments = Moments::default();
        let mut verdict = Verdict::Undecided;
        while verdict == Verdict::Undecided && (moments.count() as usize) < self.asked.runs_max {
            let next = moments.count() + 1;
            let width = BATCH.min(self.asked.runs_max - moments.count() as usize);
            let seeds = next..next + width as u64;
            known.want(seeds.clone().map(|seed| (level, seed)))?;
            for seed in seeds {
                moments.add(*known.get(level, seed)?);
                if verdict == Verdict::Undecided {
                    verdict = self.asked.test.verdict(&moments);
                }
            }
        }
        self.verdicts.push((level, verdict));
        Ok(verdict)
    }

    fn found(&self, known: &Known<f64>) -> Found {
        let of = |wanted| self.verdicts.iter().filter(move |(_, v)| *v == wanted).map(|(level, _)| *level);
        let (answer, not_enough) = (of(Verdict::Accepted).min(), of(Verdict::Rejected).max());
        let mut tried: Vec<Tried> = self
            .verdicts
            .iter()
            .map(|(level, verdict)| {
                let runs = known.used_of(*level).count();
                let passes = known.used_of(*level).filter(|(_, value)| **value < 0.0).count();
                Tried { level: *level, passes, runs, verdict: *verdict }
            })
            .collect();
        tried.sort_unstable_by_key(|tried| tried.level);
        let open = not_enough.map_or(0, |level| level + 1);
        Found {
            answer,
            not_enough,
            undecided: open..answer.unwrap_or(self.asked.levels).max(open),
            none_holds: not_enough == Some(self.asked.levels - 1),
            backwards: false,
            shape: None,
            proof: tried.iter().find(|tried| Some(tried.level) == answer).copied(),
            tried,
            runs: known.used(),
        }
    }
}

/// The level in the middle between a rejected one and an accepted one, if there is one.
fn middle(low: Option<usize>, high: usize) -> Option<usize> {
    let open = low.map_or(0, |low| low + 1);
    (open < high).then(|| open + (high - open) / 2)
}
