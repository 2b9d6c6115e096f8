//! The special functions that means and cdfs need, built on the fixed exponential and logarithm.

use crate::fixed::{exp, ln, ln_1p};

/// Half of the logarithm of 2π.
const HALF_LN_TAU: f64 = 0.918_938_533_204_672_7;

/// The natural logarithm of the gamma function for x > 0; relative error about 1e-14.
///
/// Stirling's series from 10 on, and the recurrence below it.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    let mut product = 1.0;
    let mut x = x;
    while x < 10.0 {
        product *= x;
        x += 1.0;
    }
    let z = (x * x).recip();
    let series = 1.0 / 12.0
        - z * (1.0 / 360.0
            - z * (1.0 / 1260.0
                - z * (1.0 / 1680.0 - z * (1.0 / 1188.0 - z * (691.0 / 360_360.0 - z * (1.0 / 156.0))))));
    (x - 0.5) * ln(x) - x + HALF_LN_TAU + series / x - ln(product)
}

/// The gamma function for x > 0.
pub(crate) fn gamma(x: f64) -> f64 {
    exp(ln_gamma(x))
}

/// The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P(a, x), each without cancellation.
///
/// The series below x = a + 1 and the continued fraction (Lentz) above, as in *Numerical Recipes*, 6.2.
pub(crate) fn gamma_pq(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x == f64::INFINITY {
        return (1.0, 0.0);
    }
    let front = exp(a * ln(x) - x - ln_gamma(a));
    if x < a + 1.0 {
        let p = (front * series(a, x)).min(1.0);
        (p, 1.0 - p)
    } else {
        let q = (front * fraction(a, x)).min(1.0);
        (1.0 - q, q)
    }
}

/// Both expansions take some multiple of the root of `a` steps; shapes are at most 1e6.
const STEPS_MAX: usize = 100_000;

fn series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (a.recip(), a.recip(), a);
    for _ in 0..STEPS_MAX {
        n += 1.0;
        term *= x / n;
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum
}

fn fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = TINY.recip();
    let mut d = b.recip();
    let mut h = d;
    for i in 1..STEPS_MAX {
        let i = i as f64;
        let an = -i * (i - a);
        b += 2.0;
        d = an * d + b;
        d = if d.abs() < TINY { TINY } else { d }.recip();
        c = b + an / c;
        c = if c.abs() < TINY { TINY } else { c };
        let factor = c * d;
        h *= factor;
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

/// The cdf of the standard normal law, exact in the lower tail as well.
pub fn normal_cdf(z: f64) -> f64 {
    let (p, q) = gamma_pq(0.5, 0.5 * z * z);
    if z < 0.0 { 0.5 * q } else { 0.5 + 0.5 * p }
}

/// The 0.99 quantile of the standard normal law.
pub(crate) const NORMAL_P99: f64 = 2.326_347_874_040_841;

/// P(Z > z) e^(z²/2) of the standard normal law, for z >= 0: neither factor under- or overflows in the product.
pub(crate) fn normal_above_scaled(z: f64) -> f64 {
    let x = 0.5 * z * z;
    if x < 1.5 {
        return 0.5 * gamma_pq(0.5, x).1 * exp(x);
    }
    // Q(1/2, x) by its continued fraction, without its factor e^-x.
    0.5 * exp(0.5 * ln(x) - ln_gamma(0.5)) * fraction(0.5, x)
}

/// The regularised incomplete beta function: the cdf of the beta law with shapes `a` and `b` at `x`.
///
/// The continued fraction (Lentz) on the side of the mean where it converges fast, as in *Numerical Recipes*, 6.4.
pub(crate) fn beta_inc(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    let front = exp(ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * ln(x) + b * ln_1p(-x));
    let share = if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, 1.0 - x) / b
    };
    share.clamp(0.0, 1.0)
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let apart = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = apart(1.0 - (a + b) * x / (a + 1.0)).recip();
    let mut h = d;
    for i in 1..STEPS_MAX {
        let i = i as f64;
        let even = i * (b - i) * x / ((a + 2.0 * i - 1.0) * (a + 2.0 * i));
        d = apart(1.0 + even * d).recip();
        c = apart(1.0 + even / c);
        h *= d * c;
        let odd = -(a + i) * (a + b + i) * x / ((a + 2.0 * i) * (a + 2.0 * i + 1.0));
        d = apart(1.0 + odd * d).recip();
        c = apart(1.0 + odd / c);
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

/// Owen's function T(h, a): half of what a skew normal law differs from the normal one at `h`.
///
/// The integral of e^(-h²(1+x²)/2) / (1+x²) from 0 to a, over 2π; above a = 1 by the reflection of Owen 1956.
pub(crate) fn owen_t(h: f64, a: f64) -> f64 {
    let (h, size) = (h.abs(), a.abs());
    let value = if size <= 1.0 {
        owen_direct(h, size)
    } else if h.is_infinite() {
        0.0
    } else {
        let (near, far) = (normal_cdf(h), normal_cdf(h * size));
        // ½ (Φ(h) + Φ(ah)) - Φ(h) Φ(ah) without its cancellation.
        0.5 * (near * (1.0 - far) + far * (1.0 - near)) - owen_direct(h * size, size.recip())
    };
    if a < 0.0 { -value } else { value }
}

/// For a up to 1, by Gauss and Legendre over panels as wide as the integrand's bell.
fn owen_direct(h: f64, a: f64) -> f64 {
    // Abscissas and weights of 5 points on [-1, 1].
    const POINTS: [(f64, f64); 5] = [
        (0.0, 128.0 / 225.0),
        (0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
        (-0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
        (0.906_179_845_938_664, 0.236_926_885_056_189_08),
        (-0.906_179_845_938_664, 0.236_926_885_056_189_08),
    ];
    // Beyond 39 e^(-h²/2) is below the smallest float.
    if a == 0.0 || h > 39.0 {
        return 0.0;
    }
    let panels = 16.0 * (1.0 + (h * a / 8.0).floor());
    let half = 0.5 * a / panels;
    let mut sum = 0.0;
    for panel in 0..panels as u32 {
        let middle = (2.0 * f64::from(panel) + 1.0) * half;
        for (place, weight) in POINTS {
            let x = middle + half * place;
            let square = 1.0 + x * x;
            sum += weight * exp(-0.5 * h * h * square) / square;
        }
    }
    sum * half / std::f64::consts::TAU
}
