//! The least level at which a promise is kept in a share of runs.
//!
//! Seeds 1 to 8 are followed to their exact critical values. Further seeds run at one level, the *floor*, where about
//! half of the eight pass, and only those that fail there climb higher; so each run says something of every level
//! above. Every level from the floor on has its sequential test over all seeds, the floor rises when it is rejected,
//! and the least level that is accepted is then run itself, on the seeds in order, because what is inferred from other
//! levels holds for monotone seeds only.

use std::ops::Range;

use brownout_stats::{ShareTest, ShareTrial, Verdict};

use super::found::{Found, Shape, Tried};
use super::proof::{Proof, prove};
use crate::seeds::{Bracket, Scale};
use crate::{BATCH, Known, Pending, together};

/// Seeds whose critical value is found exactly.
const EXACT: u64 = 8;
/// The first of them, which say how fine the levels have to be.
const COARSE: usize = 4;
/// Seeds that must agree that the knob works the other way.
const BACKWARDS: Range<u64> = 2..5;
/// Levels are taken together while the first four seeds are further apart than this number of levels: the share changes
/// less from one to the next than a few hundred runs can tell.
const APART: usize = 16;
/// Over this part of the seeds changes at a cliff.
const CLIFF: f64 = 0.5;

/// What is asked of [`least`].
#[derive(Clone, Debug)]
pub struct Least {
    /// The number of levels. Level 0 is the least; a higher level keeps the promise more easily.
    pub levels: usize,
    /// The share of runs that must keep the promise, and the confidence.
    pub test: ShareTest,
    /// The number of runs that finding and proving an answer takes, as a rule. The search has as many again where no
    /// level is accepted by then, and the proof twice as many where it fails and has to go higher.
    pub budget: usize,
}

/// The least level at which runs keep a promise in a share of seeds: `true` is an outcome that keeps it. Seeds count
/// from 1, the same ones at all levels.
///
/// The answer is wrong, in that the level's true share is below what was asked, with a chance of at most one minus the
/// confidence, whether or not seeds are monotone; so is the level that is not enough where they are.
///
/// # Errors
/// When outcomes are missing.
///
/// # Panics
/// When there is no level.
pub fn least(known: &mut Known<bool>, asked: &Least) -> Result<Found, Pending> {
    assert!(asked.levels > 0, "a knob has at least one level");
    let mut search = Search::begin(asked);
    let top = asked.levels - 1;
    let ends = together(known, [top, 0], |known, level| known.get(level, 1).copied())?;
    if ends == [false, true] && works_backwards(known, top)? {
        return Ok(Found { backwards: true, ..search.found(known, None) });
    }
    if !ends[0] && search.top_is_rejected(known)? {
        return Ok(search.found(known, None));
    }
    search.first_seeds(known)?;
    if search.floor == search.scale.levels() {
        if search.top_is_rejected(known)? {
            return Ok(search.found(known, None));
        }
        search.floor -= 1;
    }
    search.run(known)?;
    let proof = match search.accepted {
        Some(level) => prove(known, &asked.test, level, search.scale, asked.budget)?,
        None => Proof::default(),
    };
    search.disproved = proof.rejected;
    search.rejected = search.rejected.max(proof.rejected.map(|(level, _)| level));
    Ok(search.found(known, proof.proved))
}

/// Whether no seed of a few passes at the top and fails at the bottom, either.
fn works_backwards(known: &mut Known<bool>, top: usize) -> Result<bool, Pending> {
    let helps = together(known, BACKWARDS, |known, seed| {
        known.want([(top, seed), (0, seed)])?;
        Ok(*known.get(top, seed)? && !*known.get(0, seed)?)
    })?;
    Ok(!helps.contains(&true))
}

/// Levels here are those of the scale; they become the caller's where outcomes are asked for and in what was found.
struct Search<'a> {
    asked: &'a Least,
    scale: Scale,
    seeds: Vec<Bracket>,
    /// Every seed is known to pass at this level, or its critical value is known.
    floor: usize,
    /// The least accepted level.
    accepted: Option<usize>,
    /// The highest rejected level.
    rejected: Option<usize>,
    /// The highest level whose proof failed, and the share of its own runs that passed: other levels implied more.
    disproved: Option<(usize, f64)>,
}

impl<'a> Search<'a> {
    fn begin(asked: &'a Least) -> Self {
        Search {
            asked,
            scale: Scale::new(asked.levels, 1),
            seeds: Vec::new(),
            floor: 0,
            accepted: None,
            rejected: None,
            disproved: None,
        }
    }

    /// Tests the highest level on its own, on as many seeds as that takes.
    fn top_is_rejected(&mut self, known: &mut Known<bool>) -> Result<bool, Pending> {
        let top = self.asked.levels - 1;
        let mut trial = self.asked.test.begin();
        while trial.verdict() == Verdict::Undecided && trial.runs() < self.asked.budget {
            run_batch(known, &mut trial, top, BATCH)?;
        }
        if trial.verdict() == Verdict::Rejected {
            self.rejected = Some(self.scale.levels() - 1);
        }
        Ok(trial.verdict() == Verdict::Rejected)
    }

    /// The exact critical values of the first seeds: the first between the ends, which have been run; the next three
    /// from where it was, the others from the median of the four.
    fn first_seeds(&mut self, known: &mut Known<bool>) -> Result<(), Pending> {
        for (seeds, rank) in [(1..2, 0), (2..5, 0), (5..EXACT + 1, 1)] {
            let middle = self.ranked().get(rank).copied();
            let scale = self.scale;
            let settled = together(known, seeds, |known, seed| {
                let mut bracket = Bracket::new(seed, scale);
                if middle.is_none() {
                    bracket.ask(known, scale.levels() - 1)?;
                    bracket.ask(known, 0)?;
                }
                bracket.settle(known, middle.unwrap_or(scale.levels() / 2))?;
                Ok(bracket)
            })?;
            self.seeds.extend(settled);
            if self.seeds.len() == COARSE {
                self.coarsen();
            }
        }
        self.floor = self.ranked()[EXACT as usize / 2 - 1];
        self.judge();
        Ok(())
    }

    /// Takes levels together, by how far apart the first seeds are.
    fn coarsen(&mut self) {
        let ranked = self.ranked();
        let spread = ranked[COARSE - 1] - ranked[0];
        self.scale = Scale::new(self.asked.levels, (spread / APART).max(1));
        for seed in &mut self.seeds {
            seed.coarsen(self.scale);
        }
    }

    /// Critical values of seeds, as far as they are known.
    fn ranked(&self) -> Vec<usize> {
        let mut values: Vec<usize> = self.seeds.iter().map(|seed| seed.high).collect();
        values.sort_unstable();
        values
    }

    /// More seeds at the floor, which moves, until the answer is next to what is not enough, or the budget is used.
    fn run(&mut self, known: &mut Known<bool>) -> Result<(), Pending> {
        while !self.is_exact() && known.used() < self.end(known) {
            if self.accepted == Some(self.floor) {
                self.lower();
            } else {
                let next = self.seeds.len() as u64 + 1;
                let scale = self.scale;
                self.seeds.extend((next..next + BATCH as u64).map(|seed| Bracket::new(seed, scale)));
            }
            self.fill(known)?;
            self.judge();
        }
        Ok(())
    }

    /// The number of runs at which the search stops: early enough for the proof of the level that is accepted, as far
    /// as its need can be foreseen; while there is none, the proof's own runs are better spent here.
    fn end(&self, known: &Known<bool>) -> usize {
        let Some(level) = self.accepted else { return 2 * self.asked.budget };
        let failures = self.seeds.iter().filter(|seed| seed.high > level).count();
        let needs = self.asked.test.accepts_at(failures).unwrap_or(0);
        let has = known.used_of(self.scale.level(level)).count();
        self.asked.budget.saturating_sub(needs.saturating_sub(has))
    }

    /// Whether no level is left between.
    fn is_exact(&self) -> bool {
        let least = self.rejected.map_or(0, |level| level + 1);
        least == self.scale.levels() || self.accepted == Some(least)
    }

    /// The floor itself is accepted: the levels below it are open, down to the next at which one of the first seeds
    /// changes.
    fn lower(&mut self) {
        let exact = self.seeds.iter().take(EXACT as usize).map(|seed| seed.high);
        let below = exact.filter(|level| *level < self.floor).max();
        let open = self.rejected.map_or(0, |level| level + 1);
        self.floor = below.unwrap_or(self.floor - 1).max(open);
    }

    /// Every seed passes at the floor, or is followed to its critical value.
    fn fill(&mut self, known: &mut Known<bool>) -> Result<(), Pending> {
        let floor = self.floor;
        together(known, &mut self.seeds, |known, seed| seed.settle_above(known, floor))?;
        Ok(())
    }

    /// The verdicts of the levels from the floor on; levels between two critical values have the same. A rejected floor
    /// rises.
    fn judge(&mut self) {
        let mut levels: Vec<usize> = self.seeds.iter().map(|seed| seed.high.max(self.floor)).collect();
        levels.push(self.floor);
        levels.sort_unstable();
        levels.dedup();
        levels.retain(|level| *level < self.scale.levels());
        self.accepted = None;
        for (at, level) in levels.iter().enumerate() {
            match self.verdict(*level) {
                Verdict::Rejected => {
                    let next = levels.get(at + 1).copied().unwrap_or(self.scale.levels());
                    self.rejected = self.rejected.max(Some(next - 1));
                    self.floor = next.min(self.scale.levels() - 1);
                }
                Verdict::Undecided => {}
                Verdict::Accepted => {
                    self.accepted = Some(*level);
                    break;
                }
            }
        }
        if self.rejected.is_none() || self.accepted == Some(self.floor) {
            self.reject_below();
        }
    }

    /// Levels below the floor, by the first seeds alone.
    fn reject_below(&mut self) {
        let first = &self.seeds[..EXACT as usize];
        let ends = first.iter().map(|seed| seed.high).chain([self.floor]).filter(|end| *end <= self.floor);
        let rejected = ends.filter(|end| {
            *end > 0 && self.asked.test.judge(first.iter().map(|seed| seed.high < *end)) == Verdict::Rejected
        });
        self.rejected = self.rejected.max(rejected.map(|end| end - 1).max());
    }

    /// The verdict on a level from the floor on, by what all seeds imply for it.
    fn verdict(&self, level: usize) -> Verdict {
        self.asked.test.judge(self.seeds.iter().map(|seed| seed.high <= level))
    }

    fn found(&self, known: &Known<bool>, proof: Option<Tried>) -> Found {
        let answer = proof.map(|proof| proof.level);
        let rejected = self.rejected.map(|level| self.scale.level(level));
        let levels = self.asked.levels;
        let open = rejected.map_or(0, |level| level + 1);
        let mut tried: Vec<Tried> = Vec::new();
        for (level, _, passed) in known.used_runs() {
            if tried.last().is_none_or(|last| last.level != level) {
                let verdict = match level {
                    _ if answer.is_some_and(|answer| answer <= level) => Verdict::Accepted,
                    _ if level < open => Verdict::Rejected,
                    _ => Verdict::Undecided,
                };
                tried.push(Tried { level, passes: 0, runs: 0, verdict });
            }
            let last = tried.last_mut().expect("just pushed");
            last.runs += 1;
            last.passes += usize::from(*passed);
        }
        Found {
            answer,
            not_enough: rejected,
            undecided: open..answer.unwrap_or(levels),
            none_holds: rejected == Some(levels - 1),
            backwards: false,
            shape: self.shape(known, proof),
            proof,
            tried,
            runs: known.used(),
        }
    }

    fn shape(&self, known: &Known<bool>, proof: Option<Tried>) -> Option<Shape> {
        let (proof, lower) = (proof?, self.rejected?);
        // What was run there is better evidence than what other levels imply.
        let own = sample(known, self.scale.level(lower));
        let share_lower = match self.disproved {
            _ if own.is_some() => own?,
            // What other levels imply was shown not to hold there.
            Some((level, share)) if level == lower => share,
            _ => {
                // Below the floor only the first seeds are known.
                let seeds = if lower < self.floor { &self.seeds[..EXACT as usize] } else { &self.seeds[..] };
                seeds.iter().filter(|seed| seed.high <= lower).count() as f64 / seeds.len() as f64
            }
        };
        let share_answer = proof.passes as f64 / proof.runs as f64;
        let cliff = share_answer - share_lower > CLIFF;
        Some(Shape { cliff, lower: self.scale.level(lower), share_lower, share_answer })
    }
}

/// The share of the runs at a level that passed, where these are of the first seeds: others were chosen by the search.
fn sample(known: &Known<bool>, level: usize) -> Option<f64> {
    let own: Vec<(u64, bool)> =
        known.used_runs().filter(|(at, ..)| *at == level).map(|(_, seed, passed)| (seed, *passed)).collect();
    let in_order = (1..).zip(&own).all(|(seed, (own, _))| seed == *own);
    let passed = own.iter().filter(|(_, passed)| *passed).count();
    (EXACT as usize <= own.len() && in_order).then(|| passed as f64 / own.len() as f64)
}

/// The next runs of a trial at a level, at most so many and no more than it can still need.
pub(super) fn run_batch(
    known: &mut Known<bool>,
    trial: &mut ShareTrial<'_>,
    level: usize,
    width: usize,
) -> Result<(), Pending> {
    let width = trial.until_accepted().map_or(width, |left| left.clamp(1, width));
    let next = trial.runs() as u64 + 1;
    let seeds = next..next + width as u64;
    known.want(seeds.clone().map(|seed| (level, seed)))?;
    for seed in seeds {
        trial.add(*known.get(level, seed)?);
    }
    Ok(())
}
