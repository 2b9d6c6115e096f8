//! What is drawn in a case: the same for the same seed, kind and number, on every machine.

/// `SplitMix64`, as Steele, Lea and Flood describe it.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64, kind: &str, case: u64) -> Self {
        let kind = kind.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ kind ^ case.wrapping_mul(0xd134_2543_de82_ef95))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `end`, which is at least 1.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub(super) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// True in one of `n` cases.
    pub(super) fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn a_case_is_the_same_each_time_and_another_one_is_not() {
        let draw = |seed, kind, case| Dice::new(seed, kind, case).next();
        assert_eq!(draw(1, "a", 7), draw(1, "a", 7));
        assert!(draw(1, "a", 7) != draw(1, "a", 8) && draw(1, "a", 7) != draw(1, "b", 7));
        let mut dice = Dice::new(1, "a", 0);
        assert!((0..100).all(|_| dice.below(3) < 3));
    }
}
