//! Random numbers: one generator for every name, so that a new node leaves every other node's draws as they
//! were.

use std::convert::Infallible;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng, TryRng};

use crate::fingerprint::mix;

/// One independent sequence of random numbers, belonging to one name such as `"auth/service"`.
///
/// It is not `Clone`: two copies would draw the same numbers, and the correlation would go unnoticed. It implements
/// `rand::Rng`, so every distribution draws from it.
#[derive(Debug)]
pub struct Stream {
    generator: Xoshiro256PlusPlus,
}

impl Stream {
    /// The stream of `name` in that replication of the run with that seed.
    ///
    /// Nodes take theirs from [`Assembly::stream`](crate::Assembly::stream), which asserts that names are unique. The
    /// 256 bits of state come from `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number
    /// generators", 2014), keyed by a hash of all three; they are the same on every platform.
    pub fn named(seed: u64, replication: u64, name: &str) -> Self {
        let mut key = mix(seed, [replication, name.len() as u64]);
        for chunk in name.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            key = mix(key, [u64::from_le_bytes(word)]);
        }
        let mut state = [0; 32];
        for word in state.chunks_exact_mut(8) {
            key = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
            word.copy_from_slice(&splitmix(key).to_le_bytes());
        }
        Self { generator: Xoshiro256PlusPlus::from_seed(state) }
    }

    /// 64 random bits.
    #[inline]
    pub fn word(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// Uniform in [0, 1), in steps of 2⁻⁵³.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        (self.word() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform among 0, 1, … n − 1, without bias (Lemire, "Fast random integer generation in an interval",
    /// 2019).
    ///
    /// # Panics
    /// If `n` is 0.
    #[inline]
    pub fn below(&mut self, n: u64) -> u64 {
        assert!(0 < n, "nothing to choose from: below(0)");
        let mut product = u128::from(self.word()) * u128::from(n);
        if (product as u64) < n {
            let biased = n.wrapping_neg() % n;
            while (product as u64) < biased {
                product = u128::from(self.word()) * u128::from(n);
            }
        }
        (product >> 64) as u64
    }

    /// True with probability `p`. One word is drawn whatever `p` is, so a changed probability moves no later
    /// draw.
    ///
    /// # Panics
    /// If `p` is not in [0, 1].
    #[inline]
    pub fn chance(&mut self, p: f64) -> bool {
        assert!((0.0..=1.0).contains(&p), "{p} is not a probability");
        self.uniform() < p
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.generator.try_next_u32()
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.generator.try_next_u64()
    }

    #[inline]
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.generator.try_fill_bytes(bytes)
    }
}

fn splitmix(state: u64) -> u64 {
    let word = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
