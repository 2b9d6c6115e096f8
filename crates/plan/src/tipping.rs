//! Where a knob tips the system over, and how that spreads over seeds.
//!
//! Each seed tips at its own level. Of n independent seeds some order statistics bound a quantile of that law, whatever
//! it is; so only a few order statistics have to be found, not the level of each seed.

use brownout_stats::{Ranks, quantile_ranks};

use crate::seeds::{Bracket, Scale};
use crate::{Known, Pending, together};

/// Seeds that are followed to about their levels, to begin near the others.
const FIRST: usize = 4;
/// The ends of an interval of the median lie about a fifth of the distance between the extremes of four seeds from it.
const STEP: usize = 5;
/// Levels are not told apart that are nearer than this part of that distance: about a fifth of the interval's width
/// with 40 seeds. It is exact where four seeds lie closer than this number of levels.
const RESOLUTION: usize = 12;

/// What is asked of [`tipping`].
#[derive(Clone, Debug)]
pub struct Tipping {
    /// The number of levels, ascending.
    pub levels: usize,
    /// The number of seeds, at least 12.
    pub seeds: usize,
    /// The confidence of each interval.
    pub confidence: f64,
    /// The quantiles wanted: .5 is the median; .1 and .9 are the spread over days.
    pub quantiles: Vec<f64>,
}

/// Where it tips over.
#[derive(Clone, Debug, PartialEq)]
pub struct Tipped {
    /// In the order in which they were asked for.
    pub quantiles: Vec<TippingQuantile>,
    /// The seeds.
    pub seeds: usize,
    /// The number of runs used.
    pub runs: usize,
}

/// A quantile of the levels at which seeds tip over, with its interval. A level that equals the number of levels stands
/// for "not within the range".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TippingQuantile {
    /// Which one.
    pub share: f64,
    /// The least level at which at least this share of the seeds has tipped over, or the next above that was tried
    /// where seeds spread over many levels.
    pub level: usize,
    /// The lower end of its interval; none where the seeds are too few to bound it.
    pub low: Option<usize>,
    /// The upper end of its interval; none where the seeds are too few to bound it.
    pub high: Option<usize>,
}

/// Finds quantiles of the level at which it tips over: `true` is an outcome that did. A seed that tips over at a level
/// is taken to do so at every higher one. Seeds count from 1.
///
/// # Errors
/// When outcomes are missing.
///
/// # Panics
/// When there is no level, there are fewer than 12 seeds, or a quantile or the confidence is not between 0 and 1.
pub fn tipping(known: &mut Known<bool>, asked: &Tipping) -> Result<Tipped, Pending> {
    assert!(asked.levels > 0, "a knob has at least one level");
    assert!(asked.seeds >= 12, "{} seeds bound no median; 12 are the least", asked.seeds);
    let scale = Scale::new(asked.levels, 1);
    let mut brackets: Vec<Bracket> = (1..=asked.seeds as u64).map(|seed| Bracket::new(seed, scale)).collect();
    let place = first_seeds(known, &mut brackets[..FIRST], asked.levels)?;
    let mut quantiles = Vec::new();
    for share in &asked.quantiles {
        let ranks = quantile_ranks(asked.seeds, *share, asked.confidence).expect("enough seeds");
        quantiles.push(quantile(known, &mut brackets, *share, ranks, place)?);
    }
    Ok(Tipped { quantiles, seeds: asked.seeds, runs: known.used() })
}

/// Where the search for an order statistic begins.
#[derive(Clone, Copy)]
struct Start {
    at: usize,
    /// How far apart the extremes of the first seeds are.
    spread: usize,
    levels: usize,
}

/// Follows the first seeds to their levels, of which the lower median is where the others begin.
fn first_seeds(known: &mut Known<bool>, first: &mut [Bracket], levels: usize) -> Result<Start, Pending> {
    let (one, others) = first.split_first_mut().expect("some seeds");
    one.settle(known, levels / 2)?;
    let guess = one.high;
    together(known, others, |known, seed| seed.settle_about(known, guess))?;
    let mut found: Vec<usize> = first.iter().map(|seed| seed.high).collect();
    found.sort_unstable();
    let spread = found[FIRST - 1] - found[0];
    Ok(Start { at: found[(FIRST - 1) / 2], spread, levels })
}

/// The quantile first, then the ends of its interval from there, each on the safe side of what was not told apart.
fn quantile(
    known: &mut Known<bool>,
    brackets: &mut [Bracket],
    share: f64,
    ranks: Ranks,
    start: Start,
) -> Result<TippingQuantile, Pending> {
    let (_, level) = order_statistic(known, brackets, ranks.at, start)?;
    let near = Start { at: level, ..start };
    let mut end =
        |rank: Option<usize>| rank.map(|rank| order_statistic(known, brackets, rank, near)).transpose();
    let (low, high) = (end(ranks.low)?, end(ranks.high)?);
    Ok(TippingQuantile { share, level, low: low.map(|(low, _)| low), high: high.map(|(_, high)| high) })
}

/// Bounds of the `rank`-th smallest level at which seeds tip over, counted from 1: one search for all seeds, each of
/// which is run only where its own bracket leaves open what it does.
fn order_statistic(
    known: &mut Known<bool>,
    brackets: &mut [Bracket],
    rank: usize,
    start: Start,
) -> Result<(usize, usize), Pending> {
    let (mut at, mut step) = (start.at.min(start.levels - 1), (start.spread / STEP).max(1));
    loop {
        let (low, high) = bounds(brackets, rank);
        if high - low <= start.spread / RESOLUTION {
            return Ok((low, high));
        }
        // Outwards from the start by steps that double, while it is beside what is open, then by halves.
        if !(low..high).contains(&at) {
            let outwards = if at < low { low + step - 1 } else { high.saturating_sub(step) };
            at = if low + step < high { outwards } else { low + (high - low) / 2 };
            step *= 2;
        }
        probe(known, brackets, at, rank)?;
    }
}

/// What brackets say of an order statistic: at least the `rank`-th smallest lower end, at most that upper end.
fn bounds(brackets: &[Bracket], rank: usize) -> (usize, usize) {
    let ranked = |end: fn(&Bracket) -> usize| {
        let mut ends: Vec<usize> = brackets.iter().map(end).collect();
        ends.sort_unstable();
        ends[rank - 1]
    };
    (ranked(|seed| seed.low), ranked(|seed| seed.high))
}

/// Runs seeds at a level, in batches, until it is decided whether `rank` of them have tipped over there.
fn probe(
    known: &mut Known<bool>,
    brackets: &mut [Bracket],
    level: usize,
    rank: usize,
) -> Result<(), Pending> {
    loop {
        let tipped = brackets.iter().filter(|seed| seed.passes(level) == Some(true)).count();
        let not = brackets.iter().filter(|seed| seed.passes(level) == Some(false)).count();
        // What is missing to either decision, whichever is nearer.
        let missing = (rank.saturating_sub(tipped)).min((brackets.len() + 1 - rank).saturating_sub(not));
        if missing == 0 {
            return Ok(());
        }
        let open = brackets.iter_mut().filter(|seed| seed.passes(level).is_none());
        together(known, open.take(missing), |known, seed| seed.ask(known, level))?;
    }
}
