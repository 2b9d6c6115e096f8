//! Broken files under a manifest that vouches for them: nothing of it may panic, whatever comes of it.

use crate::made::{bytes, forged, small};
use brownout_results::unpack;

/// A generator of its own, so that a failure comes again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }
}

fn try_many(path: &str, times: usize) {
    let files = &small().1;
    let whole = bytes(files, path);
    let mut dice = Dice(whole.len() as u64);
    let mut refused = 0;
    for _ in 0..times {
        let mut broken = whole.clone();
        match dice.below(4) {
            0 => broken.truncate(dice.below(whole.len())),
            1 => {
                let at = dice.below(whole.len());
                broken.remove(at);
            }
            // The end is where the metadata are.
            2 => {
                let last = whole.len().min(1 + dice.below(3000));
                let at = whole.len() - 1 - dice.below(last);
                broken[at] = dice.below(256) as u8;
            }
            _ => {
                for _ in 0..=dice.below(3) {
                    let at = dice.below(whole.len());
                    broken[at] = dice.below(256) as u8;
                }
            }
        }
        refused += usize::from(unpack(&forged(files, path, broken)).is_err());
    }
    assert!(times / 2 < refused, "{refused} of {times}");
}

#[test]
fn findings() {
    try_many("findings.json", 400);
}

#[test]
fn metrics() {
    try_many("metrics.parquet", 400);
}

#[test]
fn series() {
    try_many("series.parquet", 400);
}
