//! Standard exponential and normal draws by the ziggurat method.
//!
//! Marsaglia and Tsang, *The Ziggurat Method for Generating Random Variables*, 2000, with 256 layers and 53 bits.
//! Index, sign and magnitude are taken from separate bits of one word, which the original did not do. The usual crate
//! for this computes its tails with the exponential and logarithm of whatever is linked in, which differ by platform;
//! here the tables are computed by the compiler and the tails by [`fixed`](crate::fixed).

use rand::Rng;

use crate::fixed::{exp, ln};

/// One layer: a magnitude below `inside` lies under the curve for sure; `width` turns a magnitude into a place.
#[derive(Clone, Copy)]
struct Layer {
    inside: u64,
    width: f64,
}

struct Ziggurat {
    layers: [Layer; 256],
    /// The density at the right end of every layer.
    density: [f64; 256],
}

/// Where the tail of the exponential begins, for 256 layers of equal area.
const EXP_TAIL: f64 = 7.697_117_470_131_05;
const EXP_AREA: f64 = (EXP_TAIL + 1.0) * exp(-EXP_TAIL);
/// The same for the normal law, and the area of a layer: r f(r) and the tail beyond r.
const NORMAL_TAIL: f64 = 3.654_152_885_361_009;
const NORMAL_AREA: f64 = 0.004_928_673_233_974_655;

const MAGNITUDES: f64 = (1_u64 << 53) as f64;

static EXP: Ziggurat = build(EXP_TAIL, EXP_AREA, false);
static NORMAL: Ziggurat = build(NORMAL_TAIL, NORMAL_AREA, true);

const fn density(x: f64, normal: bool) -> f64 {
    if normal { exp(-0.5 * x * x) } else { exp(-x) }
}

const fn build(tail: f64, area: f64, normal: bool) -> Ziggurat {
    let mut layers = [Layer { inside: 0, width: 0.0 }; 256];
    let mut densities = [1.0; 256];
    let base = area / density(tail, normal);
    layers[0] = Layer { inside: (tail / base * MAGNITUDES) as u64, width: base / MAGNITUDES };
    layers[255].width = tail / MAGNITUDES;
    densities[255] = density(tail, normal);
    let mut right = tail;
    let mut layer = 254;
    while layer >= 1 {
        let height = area / right + density(right, normal);
        let left = if normal { (-2.0 * ln(height)).max(0.0) } else { -ln(height) };
        // The normal case needs a square root, which is not `const`; Newton's steps from above end at it.
        let left = if normal { root(left) } else { left };
        layers[layer + 1].inside = (left / right * MAGNITUDES) as u64;
        layers[layer].width = left / MAGNITUDES;
        densities[layer] = density(left, normal);
        right = left;
        layer -= 1;
    }
    Ziggurat { layers, density: densities }
}

/// The square root of a number from 0 to 16, at compile time.
const fn root(square: f64) -> f64 {
    let mut root = 4.0;
    let mut step = 0;
    while step < 60 {
        root = 0.5 * (root + square / root);
        step += 1;
    }
    root
}

/// Uniform on [0, 1), in steps of 2^-53.
#[inline]
pub fn unit<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    (rng.next_u64() >> 11) as f64 / MAGNITUDES
}

/// Uniform on (0, 1), for logarithms.
#[inline]
pub(crate) fn open_unit<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    const STEP: f64 = 1.0 / (1_u64 << 52) as f64;
    ((rng.next_u64() >> 12) as f64 + 0.5) * STEP
}

/// Exponential with mean 1; at most about 44.5.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "98 of 100 draws end in the first comparison; a call would double them"
)]
pub fn exp1<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    let word = rng.next_u64();
    let layer = EXP.layers[(word & 255) as usize];
    let magnitude = word >> 11;
    if magnitude < layer.inside {
        return magnitude as i64 as f64 * layer.width;
    }
    exp1_edge(rng, word)
}

#[cold]
#[inline(never)]
fn exp1_edge<R: Rng + ?Sized>(rng: &mut R, mut word: u64) -> f64 {
    loop {
        let index = (word & 255) as usize;
        let layer = EXP.layers[index];
        let magnitude = word >> 11;
        let x = magnitude as i64 as f64 * layer.width;
        if magnitude < layer.inside {
            return x;
        }
        if index == 0 {
            // Without memory: beyond the start of the tail it is the same law again.
            return EXP_TAIL - ln(open_unit(rng));
        }
        let (low, high) = (EXP.density[index], EXP.density[index - 1]);
        if low + unit(rng) * (high - low) < exp(-x) {
            return x;
        }
        word = rng.next_u64();
    }
}

/// Normal with mean 0 and variance 1; at most about 14 away from 0.
#[inline]
pub fn normal<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    let word = rng.next_u64();
    let layer = NORMAL.layers[(word & 255) as usize];
    let magnitude = word >> 11;
    if magnitude < layer.inside {
        return signed(magnitude as i64 as f64 * layer.width, word);
    }
    normal_edge(rng, word)
}

#[cold]
#[inline(never)]
fn normal_edge<R: Rng + ?Sized>(rng: &mut R, mut word: u64) -> f64 {
    loop {
        let index = (word & 255) as usize;
        let layer = NORMAL.layers[index];
        let magnitude = word >> 11;
        let x = magnitude as i64 as f64 * layer.width;
        if magnitude < layer.inside {
            return signed(x, word);
        }
        if index == 0 {
            return signed(normal_tail(rng), word);
        }
        let (low, high) = (NORMAL.density[index], NORMAL.density[index - 1]);
        if low + unit(rng) * (high - low) < exp(-0.5 * x * x) {
            return signed(x, word);
        }
        word = rng.next_u64();
    }
}

/// A normal value beyond the start of the tail (Marsaglia 1964): an exponential, thinned.
fn normal_tail<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    loop {
        let x = exp1(rng) / NORMAL_TAIL;
        if 2.0 * exp1(rng) > x * x {
            return NORMAL_TAIL + x;
        }
    }
}

/// Bit 8 of the word, which neither the layer nor the magnitude uses, becomes the sign.
#[inline]
fn signed(x: f64, word: u64) -> f64 {
    f64::from_bits(x.to_bits() | ((word & 256) << 55))
}
