//! One hash for everything the kernel hashes: stream names, and the log in an observer.

/// Odd multipliers with about half of their bits set, from the first hex digits of the fractions of the square roots of
/// 2, 3, 5 and 7 (the last bit set to make them odd). They were not chosen for any other property.
const ODD: [u64; 4] =
    [0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1];

/// Mixes some words into the state of a fingerprint; start with any constant.
///
/// **Quality.** For a fixed state the step is a bijection of every single word, and for fixed words a bijection of the
/// state. So two logs of equal length that differ in exactly one word can never have the same fingerprint; any other
/// difference is missed with a chance of about 2⁻⁶⁴. The order of the words counts, and so does their number between
/// two calls. It is not cryptographic: collisions can be constructed. The same on every platform.
///
/// The words are multiplied in parallel, and only one multiplication per call is in the dependency chain.
#[inline]
pub fn mix<const N: usize>(state: u64, words: [u64; N]) -> u64 {
    let mut sum = ODD[3].wrapping_mul(N as u64 | 1);
    for (at, word) in words.into_iter().enumerate() {
        // A different multiplier for each place, so that exchanged words change the sum.
        let product = (word ^ ODD[at % 3]).wrapping_mul(ODD[(at + 1) % 4].wrapping_add(2 * at as u64));
        sum = sum.wrapping_add(product ^ (product >> 32));
    }
    let next = (state.rotate_left(23) ^ sum).wrapping_mul(ODD[0]);
    next ^ (next >> 29)
}
