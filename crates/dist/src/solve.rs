//! Roots and integrals for functions without a closed form.

/// The smallest float in `low..=high` at which the monotone `reached` is true, or `high` if it is nowhere.
///
/// Halves the *representations* between the two: 64 steps for any scale, and no tolerance to choose.
pub(crate) fn first(low: f64, high: f64, reached: impl Fn(f64) -> bool) -> f64 {
    let (mut below, mut above) = (order(low), order(high));
    if reached(low) {
        return low;
    }
    while above - below > 1 {
        let middle = below + (above - below) / 2;
        if reached(unorder(middle)) {
            above = middle;
        } else {
            below = middle;
        }
    }
    unorder(above)
}

/// Maps floats to integers in the same order.
fn order(x: f64) -> i128 {
    let bits = i128::from(x.to_bits() & (u64::MAX >> 1));
    if x.is_sign_negative() { -bits } else { bits }
}

fn unorder(rank: i128) -> f64 {
    let x = f64::from_bits(rank.unsigned_abs() as u64);
    if rank < 0 { -x } else { x }
}

/// The integral of `f` over consecutive `cuts` by adaptive Simpson steps, each piece to about 1e-9 of its size.
///
/// `noise` is the rounding error of `f`: smaller differences do not refine a piece.
pub(crate) fn integral(cuts: &[f64], noise: f64, f: &impl Fn(f64) -> f64) -> f64 {
    cuts.windows(2).filter(|pair| pair[1] > pair[0]).map(|pair| piece(pair[0], pair[1], noise, f)).sum()
}

/// A cdf of steps never converges: 12 halvings place each step to 1/4000 of its piece, and bound the work.
const HALVINGS_MAX: u32 = 12;

fn piece(low: f64, high: f64, noise: f64, f: &impl Fn(f64) -> f64) -> f64 {
    let (at_low, at_mid, at_high) = (f(low), f(0.5 * (low + high)), f(high));
    let whole = (high - low) / 6.0 * (at_low + 4.0 * at_mid + at_high);
    let tolerance = (1e-9 * at_low.abs().max(at_high.abs()) + noise) * (high - low);
    adapt((low, high), (at_low, at_mid, at_high), whole, tolerance, HALVINGS_MAX, f)
}

fn adapt(
    (low, high): (f64, f64),
    (at_low, at_mid, at_high): (f64, f64, f64),
    whole: f64,
    tolerance: f64,
    depth: u32,
    f: &impl Fn(f64) -> f64,
) -> f64 {
    let middle = 0.5 * (low + high);
    let (left_mid, right_mid) = (f(0.5 * (low + middle)), f(0.5 * (middle + high)));
    let left = (middle - low) / 6.0 * (at_low + 4.0 * left_mid + at_mid);
    let right = (high - middle) / 6.0 * (at_mid + 4.0 * right_mid + at_high);
    let error = left + right - whole;
    if depth == 0 || error.abs() <= 15.0 * tolerance {
        return left + right + error / 15.0;
    }
    adapt((low, middle), (at_low, left_mid, at_mid), left, 0.5 * tolerance, depth - 1, f)
        + adapt((middle, high), (at_mid, right_mid, at_high), right, 0.5 * tolerance, depth - 1, f)
}
