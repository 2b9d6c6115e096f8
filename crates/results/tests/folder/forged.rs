//! Broken findings under a manifest that vouches for them: nothing of it may panic, whatever comes of it.

use crate::made::{bytes, forged, small, with};
use brownout_results::{MANIFEST, unpack};

/// A generator of its own, so that a failure comes again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }
}

/// A file with some of it cut off, taken out or changed.
fn broken(whole: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut broken = whole.to_vec();
    match dice.below(3) {
        0 => broken.truncate(dice.below(whole.len())),
        1 => drop(broken.remove(dice.below(whole.len()))),
        _ => {
            for _ in 0..=dice.below(3) {
                let at = dice.below(whole.len());
                broken[at] = dice.below(128) as u8;
            }
        }
    }
    broken
}

#[test]
fn findings() {
    let files = &small().1;
    let (whole, mut dice) = (bytes(files, "findings.json"), Dice(1));
    let refused = |_: &usize| unpack(&forged(files, "findings.json", broken(whole, &mut dice))).is_err();
    let refused = (0..400).filter(refused).count();
    assert!(100 < refused, "{refused} of 400");
}

#[test]
fn manifests() {
    let files = &small().1;
    let (whole, mut dice) = (bytes(files, MANIFEST), Dice(2));
    for _ in 0..400 {
        let broken = broken(whole, &mut dice);
        let changed = broken.trim_ascii_end() != whole.trim_ascii_end();
        assert!(!changed || unpack(&with(files, MANIFEST, broken)).is_err());
    }
}

#[test]
fn files_in_the_place_of_others() {
    let files = &small().1;
    for here in files.iter().filter(|file| file.path != MANIFEST) {
        for there in files.iter().filter(|there| here.path != there.path) {
            let read = unpack(&forged(files, &here.path, there.bytes.clone()));
            assert_eq!(
                read.is_err(),
                !here.path.starts_with("scenario/") || there.path.ends_with(".parquet")
            );
        }
    }
}
