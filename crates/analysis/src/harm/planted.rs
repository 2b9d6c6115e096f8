//! Episodes that were planted, and quiet runs: how often borders are found, and how often nothing is taken for harm.

use super::course::Course;
use super::episode::{Episode, episodes};
use brownout_observe::Tick;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};
use std::ops::Range;

/// Fewer affected intents than this are too few to say.
const AFFECTED_MIN: f64 = 24.0;

struct Dice(Xoshiro256PlusPlus);

impl Dice {
    fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Arrivals of a Poisson process in a step with that mean: one by one, or by Gauss's law where they are many.
    fn arrivals(&mut self, mean: f64) -> u32 {
        if 100.0 < mean {
            let bell: f64 = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
            return (mean + mean.sqrt() * bell).round().max(0.0) as u32;
        }
        let (mut left, mut count) = (mean, 0);
        loop {
            left += (1.0 - self.unit()).ln();
            if left < 0.0 {
                return count;
            }
            count += 1;
        }
    }

    fn of(&mut self, count: u32, chance: f64) -> u32 {
        if 2000 < count {
            return (f64::from(count) * chance).round() as u32;
        }
        (0..count).filter(|_| self.unit() < chance).count() as u32
    }
}

/// A run of steps of a second in which intents come at a rate, and fail with a chance.
fn ticks(seed: u64, steps: usize, rate: f64, fails: impl Fn(usize) -> f64) -> Vec<Tick> {
    let mut dice = Dice(Xoshiro256PlusPlus::seed_from_u64(seed));
    let tick = |at| {
        let began = dice.arrivals(rate);
        let failed = dice.of(began, fails(at));
        Tick { began, good: began - failed, late: 0, failed }
    };
    (0..steps).map(tick).collect()
}

fn found(ticks: &[Tick], success: f64) -> Vec<Episode> {
    episodes(&Course {
        ticks,
        usual: &ticks[..ticks.len() / 3],
        expected: ticks.iter().map(|tick| f64::from(tick.began) * success).collect(),
        dispersion: 1.0,
        success,
        in_time: 1.0,
        promised: true,
        open: (0, 0),
        step: 1.0,
        first: 0,
    })
}

/// Whether exactly one episode was found, with borders that are off by one block at most.
fn is_found(found: &[Episode], planted: &Range<usize>, block: f64) -> bool {
    let [one] = found else { return false };
    (one.from - planted.start as f64).abs() <= block && (one.to - planted.end as f64).abs() <= block
}

#[test]
fn planted_episodes_are_found_within_a_block() {
    let lengths = [30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200];
    for (rate, seeds) in [(1.0 / 120.0, 20), (0.1, 10), (1.0, 10), (30.0, 4), (1000.0, 1)] {
        for fails in [1.0, 0.9] {
            let (mut right, mut all) = (0, 0);
            let affected = |length: &&usize| AFFECTED_MIN <= rate * **length as f64;
            for &length in lengths.iter().filter(affected) {
                for seed in 0..seeds {
                    let planted = 3 * length..4 * length;
                    let chance = |at: usize| if planted.contains(&at) { fails } else { 0.001 };
                    let ticks = ticks(seed + length as u64, 7 * length, rate, chance);
                    let block = (10.0 / rate).max(1.0);
                    let found = found(&ticks, 0.999);
                    let hit = is_found(&found, &planted, block);
                    (right, all) = (right + u32::from(hit), all + 1);
                }
            }
            assert!(
                all == 0 || 0.95 <= f64::from(right) / f64::from(all),
                "{rate}/s, {fails}: {right} of {all}"
            );
        }
    }
}

#[test]
fn quiet_runs_have_no_episode() {
    let mut harmed = 0;
    for seed in 0..200 {
        for (rate, fails) in [(0.01, 0.02), (0.5, 0.05), (20.0, 0.2)] {
            let ticks = ticks(seed, 7200, rate, |_| fails);
            harmed += usize::from(!found(&ticks, 1.0 - fails).is_empty());
        }
    }
    assert!(harmed <= 6, "{harmed} of 600 quiet runs were harmed");
}
