//! The special functions that means and cdfs need, built on the fixed exponential and logarithm.

use crate::fixed::{exp, ln};

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
