//! Seeds and the least level at which each passes, found by runs at few of the levels.
//!
//! Under common random numbers a higher level helps nearly every seed, so that each seed has a *critical value*, the
//! least level at which it passes: below it the seed fails, from there on it passes.

use crate::{Known, Pending};

/// Levels as they are numbered in a search, of which each stands for several of the caller's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// The number of the caller's levels.
    levels: usize,
    /// How many of them one level of the search stands for; the last of them is the one that is run.
    unit: usize,
}

impl Scale {
    pub(crate) fn new(levels: usize, unit: usize) -> Self {
        Self { levels, unit }
    }

    /// The number of levels of the search.
    pub(crate) fn levels(self) -> usize {
        self.levels.div_ceil(self.unit)
    }

    /// The caller's level. The highest of both are the same.
    pub(crate) fn level(self, level: usize) -> usize {
        (self.levels - 1).saturating_sub((self.levels() - 1 - level) * self.unit)
    }

    /// The least level of the search that is not below a level of the caller's; the number of levels if that is.
    pub(crate) fn from(self, level: usize) -> usize {
        let below = (self.levels - level).div_ceil(self.unit);
        if level == self.levels { self.levels() } else { self.levels() - below }
    }
}

/// What is known of a seed's critical value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bracket {
    pub(crate) seed: u64,
    /// All levels below this one fail.
    pub(crate) low: usize,
    /// This level passes and all above; the number of levels, until one has passed.
    pub(crate) high: usize,
    scale: Scale,
}

impl Bracket {
    pub(crate) fn new(seed: u64, scale: Scale) -> Self {
        Self { seed, low: 0, high: scale.levels(), scale }
    }

    /// The same for levels that each stand for several; the critical value is known.
    pub(crate) fn coarsen(&mut self, scale: Scale) {
        let critical = scale.from(self.high);
        *self = Self { low: critical, high: critical, scale, ..*self };
    }

    /// Whether the seed passes at this level, where that is known.
    pub(crate) fn passes(&self, level: usize) -> Option<bool> {
        match level {
            _ if level >= self.high => Some(true),
            _ if level < self.low => Some(false),
            _ => None,
        }
    }

    /// Whether the seed passes at this level, by a run where that is not known.
    pub(crate) fn ask(&mut self, known: &mut Known<bool>, level: usize) -> Result<bool, Pending> {
        if let Some(passes) = self.passes(level) {
            return Ok(passes);
        }
        let passes = *known.get(self.scale.level(level), self.seed)?;
        if passes {
            self.high = level;
        } else {
            self.low = level + 1;
        }
        Ok(passes)
    }

    /// Finds the critical value, from a guess outwards by 1, 2, 4 … and then by bisection. It is the number of levels
    /// if the last one fails.
    pub(crate) fn settle(&mut self, known: &mut Known<bool>, guess: usize) -> Result<(), Pending> {
        self.gallop(known, guess, 1)?;
        self.bisect(known, 0)
    }

    /// The same to within an eighth of its distance from the guess.
    pub(crate) fn settle_about(&mut self, known: &mut Known<bool>, guess: usize) -> Result<(), Pending> {
        self.gallop(known, guess, (self.scale.levels() / 64).max(1))?;
        self.bisect(known, self.low.abs_diff(guess).min(self.high.abs_diff(guess)) / 8)
    }

    fn gallop(&mut self, known: &mut Known<bool>, guess: usize, step: usize) -> Result<(), Pending> {
        let guess = guess.min(self.scale.levels() - 1);
        if !self.ask(known, guess)? {
            return self.climb(known, guess, step);
        }
        let (mut at, mut step) = (guess, step);
        while at > 0 && self.low < self.high {
            at = at.saturating_sub(step);
            step *= 2;
            if !self.ask(known, at)? {
                break;
            }
        }
        Ok(())
    }

    /// The same for a critical value of which it is enough to know that it is not above a floor.
    pub(crate) fn settle_above(&mut self, known: &mut Known<bool>, floor: usize) -> Result<(), Pending> {
        if self.ask(known, floor)? {
            return Ok(());
        }
        self.climb(known, floor, 1)?;
        self.bisect(known, 0)
    }

    /// From a level that fails upwards, by steps that double, until one passes or none is left.
    fn climb(&mut self, known: &mut Known<bool>, from: usize, step: usize) -> Result<(), Pending> {
        let levels = self.scale.levels();
        let (mut at, mut step) = (from, step);
        while at + 1 < levels {
            at = (at + step).min(levels - 1);
            step *= 2;
            if self.ask(known, at)? {
                break;
            }
        }
        Ok(())
    }

    fn bisect(&mut self, known: &mut Known<bool>, within: usize) -> Result<(), Pending> {
        while self.low + within < self.high {
            let middle = self.low + (self.high - self.low) / 2;
            self.ask(known, middle)?;
        }
        Ok(())
    }
}
