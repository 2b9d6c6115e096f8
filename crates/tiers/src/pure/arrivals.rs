//! When the next user comes: a pure state machine over a rate curve, its burstiness, and the shape of a surge.
//!
//! Arrivals are found by inverting the integral of the rate, so the cost is O(1) per arrival at any rate, without
//! thinning.

use brownout_dist::{Law, exp1};
use brownout_kernel::{Instant, Stream};
use brownout_model::{Burst, RateCurve, Shape};
use brownout_units::Span;

/// The arrivals of an open load.
#[derive(Debug)]
pub(crate) struct Arrivals {
    /// Where each piece of the rate begins, and the rate there; it is linear up to the next.
    curve: Vec<(f64, f64)>,
    /// The piece that holds `at`.
    piece: usize,
    /// The last arrival, in seconds.
    at: f64,
    /// The common case separately: independent users at a constant rate.
    steady: Option<f64>,
    /// The next arrival, computed when the last one was taken, so that the caller does not wait for it.
    ahead: Option<Instant>,
    gaps: Gaps,
}

/// How operational time (time in which the rate is 1) is spread.
#[derive(Debug)]
enum Gaps {
    Even,
    Drawn(Law),
    Modulated { states: Vec<(f64, f64)>, state: usize, until: f64 },
}

impl Arrivals {
    /// Arrivals from the start of the run on.
    ///
    /// # Panics
    /// If the curve is empty, or the law of the gaps cannot be made: the model was not checked.
    pub(crate) fn new(curve: &RateCurve, burst: &Burst, stream: &mut Stream) -> Self {
        assert!(!curve.0.is_empty(), "a rate curve has a point");
        let curve: Vec<_> = curve.0.iter().map(|&(at, rate)| (at.as_secs_f64(), rate)).collect();
        let gaps = match burst {
            Burst::Poisson => Gaps::Drawn(exponential()),
            Burst::Even => Gaps::Even,
            Burst::Gamma { cv } => {
                let law = brownout_dist::Gamma::from_mean_cv(1.0, *cv);
                Gaps::Drawn(Law::Gamma(law.expect("the scenario checked the cv")))
            }
            Burst::Mmpp(states) => {
                let states: Vec<_> = states.iter().map(|s| (s.factor, s.mean.as_secs_f64())).collect();
                let state = long_run_state(&states, stream);
                let until = exponential().draw(stream) * states[state].1;
                Gaps::Modulated { states, state, until }
            }
        };
        let steady = match (burst, &curve[..]) {
            (Burst::Poisson, &[(_, rate)]) => Some(rate),
            _ => None,
        };
        let mut arrivals = Arrivals { curve, piece: 0, at: 0.0, steady, ahead: None, gaps };
        arrivals.ahead = arrivals.find(stream);
        arrivals
    }

    /// The next arrival after the last one; none if the rate is 0 from here on.
    #[inline]
    pub(crate) fn next(&self) -> Option<Instant> {
        self.ahead
    }

    /// Finds the one after it.
    #[inline]
    pub(crate) fn look_ahead(&mut self, stream: &mut Stream) {
        self.ahead = self.find(stream);
    }

    #[inline(always)]
    fn find(&mut self, stream: &mut Stream) -> Option<Instant> {
        let at = match self.steady {
            Some(rate) => self.at + exp1(stream) / rate,
            None => self.next_otherwise(stream),
        };
        self.at = at;
        (at < Instant::END.as_secs_f64()).then(|| Instant::ZERO + Span::from_secs_f64(at))
    }

    #[inline(never)]
    fn next_otherwise(&mut self, stream: &mut Stream) -> f64 {
        match &self.gaps {
            Gaps::Drawn(law) => {
                let gap = law.draw(stream);
                // Not by `forward`, whose last digit may differ.
                if self.curve.len() == 1 {
                    self.at + gap / self.curve[0].1
                } else {
                    self.forward(gap, f64::INFINITY).0
                }
            }
            Gaps::Even => self.forward(1.0, f64::INFINITY).0,
            Gaps::Modulated { .. } => self.next_modulated(stream),
        }
    }

    /// Where `amount` of the integral of the rate has passed since `self.at`, but not beyond `limit`; and what is left.
    fn forward(&mut self, mut amount: f64, limit: f64) -> (f64, f64) {
        let mut at = self.at;
        loop {
            let (end, rate, slope) = self.piece_at(at);
            let end = end.min(limit);
            if at < end {
                let reached = at + invert(amount, rate, slope);
                if reached < end {
                    return (reached, 0.0);
                }
                if end == f64::INFINITY {
                    return (f64::INFINITY, amount);
                }
                let length = end - at;
                amount = (amount - length * (rate + 0.5 * slope * length)).max(0.0);
                at = end;
            }
            if limit <= at {
                return (limit, amount);
            }
        }
    }

    /// The end of the piece at `at`, the rate there, and its slope.
    fn piece_at(&mut self, at: f64) -> (f64, f64, f64) {
        while self.piece + 1 < self.curve.len() && self.curve[self.piece + 1].0 <= at {
            self.piece += 1;
        }
        let (from, rate) = self.curve[self.piece];
        if at < from {
            return (from, rate, 0.0);
        }
        match self.curve.get(self.piece + 1) {
            None => (f64::INFINITY, rate, 0.0),
            Some(&(to, next)) => {
                let slope = (next - rate) / (to - from);
                (to, rate + slope * (at - from), slope)
            }
        }
    }

    /// The rate is 0 from here on: waiting for a hidden state to change that would take 292 years.
    fn is_over(&self) -> bool {
        self.curve.last().is_some_and(|&(from, rate)| rate == 0.0 && from <= self.at)
    }

    fn next_modulated(&mut self, stream: &mut Stream) -> f64 {
        let mut amount = exponential().draw(stream);
        loop {
            let Gaps::Modulated { states, state, until } = &self.gaps else {
                unreachable!("asked by its kind")
            };
            let (factor, until, state, count) = (states[*state].0, *until, *state, states.len());
            if 0.0 < factor {
                let (at, left) = self.forward(amount / factor, until);
                if at < until || at == f64::INFINITY {
                    return at;
                }
                amount = left * factor;
            }
            self.at = until;
            let next = (state + 1 + stream.below(count as u64 - 1) as usize) % count;
            let stay = exponential().draw(stream);
            if let Gaps::Modulated { states, state, until } = &mut self.gaps {
                *state = next;
                *until += stay * states[next].1;
            }
            if Instant::END.as_secs_f64() < self.at || self.is_over() {
                return f64::INFINITY;
            }
        }
    }
}

fn exponential() -> Law {
    Law::Exponential(brownout_dist::Exponential::new(1.0).expect("1 is a mean"))
}

/// A state by its share of time: all states are entered equally often, so that is its mean stay.
fn long_run_state(states: &[(f64, f64)], stream: &mut Stream) -> usize {
    let mut left = stream.uniform() * states.iter().map(|s| s.1).sum::<f64>();
    states
        .iter()
        .position(|s| {
            left -= s.1;
            left < 0.0
        })
        .unwrap_or(0)
}

/// How long until `rate·t + slope·t²/2` reaches `amount`; infinite if it never does.
fn invert(amount: f64, rate: f64, slope: f64) -> f64 {
    if slope == 0.0 {
        return if 0.0 < rate { amount / rate } else { f64::INFINITY };
    }
    let under = rate * rate + 2.0 * slope * amount;
    if under < 0.0 {
        return f64::INFINITY;
    }
    // This form of the root stays accurate when the slope is small.
    let below = rate + under.sqrt();
    if 0.0 < below { 2.0 * amount / below } else { f64::INFINITY }
}

/// Extra users: exactly `users` of them arrive within the window, independently of each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surge {
    /// How many.
    pub(crate) users: u64,
    /// When the window opens, since the start of the run.
    pub(crate) at: Span,
    /// How long it is.
    pub(crate) over: Span,
    /// How they spread over it.
    pub(crate) shape: Shape,
}

/// The arrivals of a surge: its users in order of time, drawn one by one as order statistics.
#[derive(Debug)]
pub(crate) struct Crowd {
    surge: Surge,
    left: u64,
    /// How much of the distribution is over.
    passed: f64,
}

impl Crowd {
    /// No user has come yet.
    pub(crate) const fn new(surge: Surge) -> Self {
        Crowd { left: surge.users, surge, passed: 0.0 }
    }

    /// When the next of the users comes; none when all have.
    pub(crate) fn next(&mut self, stream: &mut Stream) -> Option<Instant> {
        if self.left == 0 {
            return None;
        }
        // The smallest of k uniforms above `passed`: 1 − (1 − passed)·U^(1/k).
        let survive = brownout_dist::fixed::exp(-exponential().draw(stream) / self.left as f64);
        self.passed = 1.0 - (1.0 - self.passed) * survive;
        self.left -= 1;
        let share = quantile(self.surge.shape, self.passed, self.surge.over);
        let after = Span::from_secs_f64(share * self.surge.over.as_secs_f64());
        Instant::ZERO.checked_add(self.surge.at)?.checked_add(after)
    }
}

/// The share of the window by which the share `p` of the users has come.
fn quantile(shape: Shape, p: f64, over: Span) -> f64 {
    match shape {
        Shape::Step => p,
        Shape::Ramp => p.sqrt(),
        // The cumulative is (1 − cos πx)/2.
        Shape::SCurve if 0.5 < p => 1.0 - sine_arch(1.0 - p),
        Shape::SCurve => sine_arch(p),
        Shape::Decay { half_life } => {
            let rate = std::f64::consts::LN_2 * over.as_secs_f64() / half_life.as_secs_f64().max(1e-9);
            let whole = 1.0 - brownout_dist::fixed::exp(-rate);
            (-brownout_dist::fixed::ln((1.0 - p * whole).max(f64::MIN_POSITIVE)) / rate).min(1.0)
        }
        Shape::Flash => p * 1e-3,
    }
}

/// Where (1 − cos πx)/2 reaches `p` of at most ½: x = (2/π)·atan √(p/(1−p)).
///
/// The inverse functions of the standard library are those of the platform, and a log must not depend on that.
fn sine_arch(p: f64) -> f64 {
    let mut tangent = (p.max(0.0) / (1.0 - p)).sqrt();
    // Three times half the angle: at most π/32, where nine terms of the series are exact to the last digits.
    for _ in 0..3 {
        tangent /= 1.0 + (1.0 + tangent * tangent).sqrt();
    }
    let square = tangent * tangent;
    let series = (0..9).rev().fold(0.0, |sum, n| 1.0 / f64::from(2 * n + 1) - square * sum);
    16.0 * tangent * series / std::f64::consts::PI
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_model::MmppState;

    fn arrivals(curve: &[(u64, f64)], burst: &Burst, until: u64) -> Vec<f64> {
        let mut stream = Stream::named(7, 0, "arrivals");
        let curve = RateCurve(curve.iter().map(|&(at, rate)| (Span::from_secs(at), rate)).collect());
        let mut arrivals = Arrivals::new(&curve, burst, &mut stream);
        let each = std::iter::from_fn(|| {
            let next = arrivals.next();
            arrivals.look_ahead(&mut stream);
            next
        });
        each.map(Instant::as_secs_f64).take_while(|&t| t < until as f64).collect()
    }

    fn count(times: &[f64], from: f64, to: f64) -> f64 {
        times.iter().filter(|&&t| from <= t && t < to).count() as f64
    }

    /// Within five standard deviations of a Poisson count.
    fn near(count: f64, mean: f64) -> bool {
        (count - mean).abs() < 5.0 * mean.sqrt()
    }

    #[test]
    fn a_curve_is_followed_through_ramps_steps_and_silence() {
        let curve = [(0, 10.0), (100, 10.0), (200, 100.0), (300, 100.0), (300, 0.0), (400, 0.0), (400, 50.0)];
        let times = arrivals(&curve, &Burst::Poisson, 500);
        assert!(near(count(&times, 0.0, 100.0), 1000.0));
        assert!(near(count(&times, 100.0, 150.0), 1625.0) && near(count(&times, 150.0, 200.0), 3875.0));
        assert!(near(count(&times, 200.0, 300.0), 10_000.0));
        assert!(count(&times, 300.0, 400.0) == 0.0 && near(count(&times, 400.0, 500.0), 5000.0));
        assert!(arrivals(&[(0, 5.0), (10, 0.0)], &Burst::Poisson, 10_000).len() < 60);
    }

    #[test]
    fn the_quantile_of_a_sine_arch_inverts_it() {
        for step in 0..=100 {
            let p = f64::from(step) / 100.0;
            let x = quantile(Shape::SCurve, p, Span::from_secs(1));
            let back = (1.0 - (std::f64::consts::PI * x).cos()) / 2.0;
            assert!((back - p).abs() < 1e-14, "{p} {x} {back}");
        }
    }

    #[test]
    fn even_arrivals_are_a_clock() {
        let times = arrivals(&[(0, 4.0)], &Burst::Even, 2);
        assert_eq!(
            times.iter().map(|t| (t * 100.0).round()).collect::<Vec<_>>(),
            [25., 50., 75., 100., 125., 150., 175.]
        );
    }

    #[test]
    fn bursts_keep_the_rate_and_have_their_variation() {
        let gaps = |times: &[f64]| times.windows(2).map(|w| w[1] - w[0]).collect::<Vec<_>>();
        let cv2 = |gaps: &[f64]| {
            let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
            gaps.iter().map(|g| (g - mean).powi(2)).sum::<f64>() / gaps.len() as f64 / mean / mean
        };
        let gamma = arrivals(&[(0, 10.0)], &Burst::Gamma { cv: 3.0 }, 20_000);
        assert!((gamma.len() as f64 / 200_000.0 - 1.0).abs() < 0.05, "{}", gamma.len());
        assert!((cv2(&gaps(&gamma)) / 9.0 - 1.0).abs() < 0.15);
        let states =
            [(0.5, 40), (3.0, 10)].map(|(factor, mean)| MmppState { factor, mean: Span::from_secs(mean) });
        let mmpp = arrivals(&[(0, 10.0)], &Burst::Mmpp(states.to_vec()), 50_000);
        // 40 s at half the rate and 10 s at three times: on average the rate itself.
        assert!((mmpp.len() as f64 / 500_000.0 - 1.0).abs() < 0.05, "{}", mmpp.len());
        assert!(1.2 < cv2(&gaps(&mmpp)));
    }

    #[test]
    fn a_surge_brings_exactly_its_users_in_its_window() {
        for shape in [
            Shape::Step,
            Shape::Ramp,
            Shape::SCurve,
            Shape::Flash,
            Shape::Decay { half_life: Span::from_secs(100) },
        ] {
            let surge = Surge { users: 10_000, at: Span::from_secs(50), over: Span::from_secs(1000), shape };
            let (mut crowd, mut stream) = (Crowd::new(surge), Stream::named(7, 0, "surge"));
            let times: Vec<f64> =
                std::iter::from_fn(|| crowd.next(&mut stream)).map(Instant::as_secs_f64).collect();
            assert_eq!(times.len(), 10_000);
            assert!(times.is_sorted() && 50.0 <= times[0] && times[9_999] <= 1050.0, "{shape:?}");
            let half = times[5000] - 50.0;
            let expect = match shape {
                Shape::Step | Shape::SCurve => 500.0,
                Shape::Ramp => 707.0,
                Shape::Flash => 0.5,
                Shape::Decay { .. } => 100.0,
            };
            assert!((half - expect).abs() < 0.05 * expect.max(10.0), "{shape:?}: {half}");
        }
    }
}
