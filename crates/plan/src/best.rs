//! The best of a few variants, by paired differences under common seeds.
//!
//! After each seed every variant that is still in the race is tested against every other. One that is shown to be worse
//! than the others leaves. What is left at the end is the best, or is equally good.

use brownout_stats::{Moments, log_evidence, t_quantile};

use crate::{BATCH, Known, Pending};

/// Seeds before anything is concluded: differences often have no variance among fewer.
const FIRST: u64 = 10;
/// By how much the interval of a difference is widened because the race may stop after every seed.
const WIDER: f64 = 1.3;

/// What is asked of [`best`].
#[derive(Clone, Debug)]
pub struct Best {
    /// The number of variants.
    pub variants: usize,
    /// The chance of not losing the best.
    pub confidence: f64,
    /// Variants within this part of the leader's mean are equally good.
    pub relative: f64,
    /// Or within this difference, which is needed for a mean near 0.
    pub absolute: f64,
    /// The number of seeds after which what is left is undecided.
    pub seeds_max: u64,
}

/// The end of the race.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// The variant with the lowest mean of those left.
    pub leader: usize,
    /// Those left, by their means; the leader is the first of them.
    pub left: Vec<Standing>,
    /// Those that were shown to be worse, the last to leave first.
    pub dropped: Vec<Standing>,
    /// All that are left are within the difference that counts as none, or only one is.
    pub decided: bool,
    /// The number of runs used.
    pub runs: usize,
}

/// What is known of a variant when it left the race, or at its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Which one.
    pub variant: usize,
    /// The number of its seeds.
    pub seeds: u64,
    /// Its mean over them.
    pub mean: f64,
    /// How much more than the leader it has, over the seeds of both.
    pub behind: f64,
    /// Half the width of the interval of that difference.
    pub half: f64,
}

/// Finds the variant with the lowest mean over seeds, or those that are equally good. Seeds count from 1, the same ones
/// for all variants.
///
/// Variant i leaves when the mean of its [evidence](log_evidence) against the other k − 1 reaches 1/α. Of the true
/// best, each of these is at most 1 on average however long the race is, and so is their mean, which therefore reaches
/// 1/α with a chance of at most α. Rivals that left, and those that it is not worse than, count 0.
///
/// # Errors
/// When outcomes are missing.
///
/// # Panics
/// When there are fewer than two variants, or an outcome is not finite.
pub fn best(known: &mut Known<f64>, asked: &Best) -> Result<Ranking, Pending> {
    assert!(asked.variants > 1, "a race needs two variants");
    let mut race = Race::new(asked);
    let mut seeds = 0;
    while !race.is_over() && seeds < asked.seeds_max {
        let width = if seeds == 0 { FIRST } else { BATCH.div_ceil(race.left.len()) as u64 };
        let next = seeds + 1..(seeds + width).min(asked.seeds_max) + 1;
        let runs = next.clone().flat_map(|seed| race.left.iter().map(move |variant| (*variant, seed)));
        known.want(runs)?;
        for seed in next {
            if race.is_over() {
                break;
            }
            for variant in race.left.clone() {
                let value = *known.get(variant, seed)?;
                race.values[variant].push(value);
            }
            seeds = seed;
            race.conclude(seeds);
        }
    }
    Ok(race.ranking(known.used()))
}

struct Race<'a> {
    asked: &'a Best,
    /// By variant, in the order of seeds.
    values: Vec<Vec<f64>>,
    left: Vec<usize>,
    dropped: Vec<usize>,
    alike: bool,
}

impl<'a> Race<'a> {
    fn new(asked: &'a Best) -> Self {
        let variants = asked.variants;
        let (values, left) = (vec![Vec::new(); variants], (0..variants).collect());
        Race { asked, values, left, dropped: Vec::new(), alike: false }
    }

    fn is_over(&self) -> bool {
        self.alike || self.left.len() == 1
    }

    /// Drops variants that are shown to be worse, and finds whether the others are alike.
    fn conclude(&mut self, seeds: u64) {
        if seeds < FIRST.min(self.asked.seeds_max) {
            return;
        }
        let enough = 1.0 / (1.0 - self.asked.confidence);
        let worse = |variant: &usize| {
            let sum: f64 = self.left.iter().map(|rival| self.evidence(*variant, *rival)).sum();
            sum / (self.asked.variants - 1) as f64 >= enough
        };
        let leader = self.leader();
        let leave: Vec<usize> =
            self.left.iter().copied().filter(|variant| *variant != leader && worse(variant)).collect();
        self.left.retain(|variant| !leave.contains(variant));
        self.dropped.extend(leave);
        let mean = self.mean(leader);
        let alike = (self.asked.relative * mean.abs()).max(self.asked.absolute);
        self.alike = self.left.iter().all(|variant| {
            let standing = self.standing(*variant, leader);
            standing.behind + WIDER * standing.half <= alike
        });
    }

    /// How much speaks for this variant being worse than a rival.
    fn evidence(&self, variant: usize, rival: usize) -> f64 {
        let difference = self.difference(variant, rival);
        match difference.mean() {
            Some(mean) if mean > 0.0 => log_evidence(&difference).map_or(0.0, f64::exp),
            _ => 0.0,
        }
    }

    /// Seed by seed, over those that both had.
    fn difference(&self, variant: usize, rival: usize) -> Moments {
        self.values[variant].iter().zip(&self.values[rival]).map(|(mine, theirs)| mine - theirs).collect()
    }

    fn mean(&self, variant: usize) -> f64 {
        let values = &self.values[variant];
        values.iter().sum::<f64>() / values.len() as f64
    }

    /// Of equal means the first.
    fn leader(&self) -> usize {
        let lowest = self.left.iter().copied().min_by(|a, b| self.mean(*a).total_cmp(&self.mean(*b)));
        lowest.expect("the last one left never leaves")
    }

    fn standing(&self, variant: usize, leader: usize) -> Standing {
        let difference = self.difference(variant, leader);
        let n = difference.count();
        let half = difference.deviation().map_or(f64::INFINITY, |deviation| {
            let rivals = (self.asked.variants - 1) as f64;
            let confidence = 1.0 - (1.0 - self.asked.confidence) / rivals;
            t_quantile(confidence, n as usize - 1) * deviation / (n as f64).sqrt()
        });
        let seeds = self.values[variant].len() as u64;
        let behind = difference.mean().unwrap_or(0.0);
        Standing { variant, seeds, mean: self.mean(variant), behind, half }
    }

    fn ranking(&self, runs: usize) -> Ranking {
        let leader = self.leader();
        let standing = |variant: &usize| self.standing(*variant, leader);
        let mut left: Vec<Standing> = self.left.iter().map(standing).collect();
        left.sort_by(|a, b| a.mean.total_cmp(&b.mean));
        let dropped = self.dropped.iter().rev().map(standing).collect();
        Ranking { leader, left, dropped, decided: self.is_over(), runs }
    }
}
