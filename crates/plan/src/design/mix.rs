//! Numbers from a seed and a place, without a generator that would have to be kept.

/// A hash of a seed and two numbers: three rounds of the finaliser of `SplitMix64` (Steele, Lea and Flood 2014).
pub(super) fn mix(seed: u64, a: u64, b: u64) -> u64 {
    let round = |mut x: u64| {
        x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    };
    round(round(round(seed) ^ a) ^ b)
}

/// A number from 0 up to but not including 1.
pub(crate) fn unit(seed: u64, a: u64, b: u64) -> f64 {
    (mix(seed, a, b) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A whole number below `n`; its bias, n / 2⁶⁴, is negligible.
pub(crate) fn below(n: u64, seed: u64, a: u64, b: u64) -> u64 {
    ((u128::from(mix(seed, a, b)) * u128::from(n)) >> 64) as u64
}
