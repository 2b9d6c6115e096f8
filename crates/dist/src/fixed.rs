//! Exponentials and logarithms that give the same bits on every platform.
//!
//! Only additions, multiplications, divisions and square roots are used, which IEEE 754 fixes to the last bit, and no
//! fused multiply-add, which a platform may have or not. Against the exact value the relative error of [`exp`] and
//! [`ln`] stays below 1e-15. All are `const`, so that tables are computed by the compiler.

/// ln 2, cut so that its product with an exponent is exact, and the rest.
const LN_2_HIGH: f64 = 0.693_147_167_563_438_4;
const LN_2_LOW: f64 = 1.299_650_689_388_988_9e-8;

/// Adding and subtracting it rounds to an integer: from 1.5 * 2^52 on, a float has no fractional digits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// e to the power of x; infinite above about 709.78, zero below about -745.13.
#[inline]
#[must_use]
pub const fn exp(x: f64) -> f64 {
    if x.is_nan() || x > 709.782_712_893_384 {
        return if x.is_nan() { x } else { f64::INFINITY };
    }
    if x < -745.133_219_101_942 {
        return 0.0;
    }
    // x = k ln 2 + r with |r| <= 0.347, and e^x = 2^k e^r.
    let k = (x * std::f64::consts::LOG2_E + ROUNDER) - ROUNDER;
    let r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    let power = 1.0 + (r + r * r * exp_tail(r));
    // Two factors, as 2^k itself may be below the smallest normal float.
    let k = k as i64;
    let half = k >> 1;
    power * two_to(half) * two_to(k - half)
}

/// (e^r - 1 - r) / r^2 by its Taylor series up to r^11, which leaves 4e-18 at |r| = 0.347.
///
/// The terms are summed in pairs rather than by Horner's rule: a chain of 12 dependent steps takes three times as long.
#[inline]
const fn exp_tail(r: f64) -> f64 {
    let r2 = r * r;
    let r4 = r2 * r2;
    let low = (1.0 / 2.0 + r / 6.0) + (1.0 / 24.0 + r * (1.0 / 120.0)) * r2;
    let middle = (1.0 / 720.0 + r * (1.0 / 5040.0)) + (1.0 / 40_320.0 + r * (1.0 / 362_880.0)) * r2;
    let high = (1.0 / 3_628_800.0 + r * (1.0 / 39_916_800.0))
        + (1.0 / 479_001_600.0 + r * (1.0 / 6_227_020_800.0)) * r2;
    low + (middle + high * r4) * r4
}

/// 2 to the power of k, for k from -1022 to 1023.
#[inline]
const fn two_to(k: i64) -> f64 {
    f64::from_bits(((k + 1023) as u64) << 52)
}

/// The bits of the square root of one half.
const SQRT_HALF_BITS: u64 = 0x3fe6_a09e_667f_3bcd;

/// The natural logarithm; minus infinity at zero, NaN below.
#[inline]
#[must_use]
pub const fn ln(x: f64) -> f64 {
    if !(x >= f64::MIN_POSITIVE && x < f64::INFINITY) {
        return ln_special(x);
    }
    // x = 2^k m with m from sqrt(1/2) to sqrt(2): the offset moves the split of the exponent to sqrt(1/2).
    let bits = x.to_bits().wrapping_sub(SQRT_HALF_BITS);
    let k = (bits as i64 >> 52) as f64;
    let m = f64::from_bits((bits & ((1 << 52) - 1)) + SQRT_HALF_BITS);
    // ln m = 2 artanh s = 2 (s + s^3/3 + s^5/5 + ...) with |s| <= 0.172; s^21/21 is the last, which leaves 7e-19.
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let z2 = z * z;
    let z4 = z2 * z2;
    let low = (1.0 / 3.0 + z * (1.0 / 5.0)) + (1.0 / 7.0 + z * (1.0 / 9.0)) * z2;
    let high = (1.0 / 11.0 + z * (1.0 / 13.0)) + (1.0 / 15.0 + z * (1.0 / 17.0)) * z2;
    let tail = z * (low + (high + (1.0 / 19.0 + z * (1.0 / 21.0)) * z4) * z4);
    k * LN_2_HIGH + (2.0 * s + (2.0 * s * tail + k * LN_2_LOW))
}

const fn ln_special(x: f64) -> f64 {
    const TWO_TO_54: f64 = 18_014_398_509_481_984.0;
    if x > 0.0 && x < f64::INFINITY {
        // A subnormal number, lifted into the normal range.
        return ln(x * TWO_TO_54) - 54.0 * std::f64::consts::LN_2;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x > 0.0 { x } else { f64::NAN }
}

/// x to the power of y for x >= 0, as `exp(y ln x)`; the relative error grows with |y ln x| times 1e-16.
#[inline]
#[must_use]
pub const fn pow(x: f64, y: f64) -> f64 {
    if y == 0.0 {
        return 1.0;
    }
    exp(y * ln(x))
}

/// `ln(1 + x)` without the loss for small x.
#[must_use]
pub const fn ln_1p(x: f64) -> f64 {
    let sum = 1.0 + x;
    if sum.to_bits() == 1.0_f64.to_bits() {
        return x;
    }
    // The quotient corrects the rounding error of `sum` (Kahan).
    if sum.is_finite() && sum > 0.0 { ln(sum) * (x / (sum - 1.0)) } else { ln(sum) }
}

/// `exp(x) - 1` without the loss for small x.
#[must_use]
pub const fn exp_m1(x: f64) -> f64 {
    if x.abs() < 0.3 { x + x * x * exp_tail(x) } else { exp(x) - 1.0 }
}
