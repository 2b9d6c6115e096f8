//! Which process arrives like a trace: its counts over several lengths of time, and the wait that it causes.
//!
//! A renewal process has the spread of its gaps and no memory: counts of a second and of an hour vary alike. Traffic
//! has lulls and rushes of seconds and minutes, which wait in a queue far more than gaps tell. A rate that switches
//! between two values at random (a Markov-modulated Poisson process) keeps that: Var N(t) / E N(t) = 1 + a (1 - (1 -
//! e^(-st)) / (st)), with a = 2 v / s of the variance v of its rate (the mean rate is 1) and the sum s of the rates at
//! which it leaves its two states (Fischer and Meier-Hellstern 1993). Counts fix a and s; the third parameter, how rare
//! the rushes are, is fixed by the wait.

use super::arrivals::dispersion;
use super::queue::{self, Wait};
use brownout_dist::Gamma;

/// A process of arrivals, as scenarios have it.
#[derive(Clone, Debug, PartialEq)]
pub enum Process {
    /// All gaps alike.
    Even,
    /// Independent arrivals.
    Poisson,
    /// Independent gaps.
    Gamma {
        /// Of the gaps.
        cv: f64,
    },
    /// A rate that switches between two values.
    Mmpp([State; 2]),
}

/// A rate, and how long it stays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State {
    /// Times the mean rate.
    pub factor: f64,
    /// Its mean stay in seconds, exponential.
    pub mean: f64,
}

/// A process with what it makes of counts and of a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The process.
    pub process: Process,
    /// Variance / mean of its counts in each window of [`Arrivals::dispersion`](super::Arrivals::dispersion).
    pub dispersion: Vec<f64>,
    /// The mean wait that it causes, in service times.
    pub wait: f64,
}

/// The arrivals of a trace around its rate, and the processes that could stand for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Bursts {
    /// The part of the time that the server of the comparison is busy.
    pub busy: f64,
    /// The wait that the trace causes, at a server whose speed follows the rate.
    pub wait: Wait,
    /// By the law of gaps alone: even, Poisson or gamma.
    pub gaps: Judged,
    /// By counts and wait; none where gaps alone cause the wait of the trace, within its error or a tenth.
    pub counts: Option<Judged>,
}

/// Counts of a window as they were seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    /// In seconds.
    pub(super) window: f64,
    /// Variance / mean, around the rate.
    pub(super) seen: f64,
    /// How much it says: the inverse square of its relative error. 0 where the rate has taken part of it.
    pub(super) weight: f64,
}

impl Counts {
    /// Of so many windows; a process is told from another one to 5 % at best.
    pub(super) fn of(window: f64, seen: f64, windows: f64) -> Self {
        Counts { window, seen: seen.max(0.1), weight: (0.05 * 0.05 + 2.0 / windows.max(1.0)).recip() }
    }
}

/// A wait that is nearer than this to the trace's is near enough for the simplest process.
const NEAR: f64 = 0.1;
/// Shorter stays are no rushes but gaps, and scenarios have a floor of 1 ms for every timer.
const STAY_MIN: f64 = 0.01;

impl Bursts {
    /// Of times whose mean gap is 1, and the dispersion of their counts in windows of some seconds.
    pub(super) fn of(times: &[f64], cv: f64, mean_rate: f64, windows: &[Counts]) -> Self {
        let wait = queue::wait(times);
        let judge = |process: Process| Judged::of(process, mean_rate, windows);
        let gaps = judge(match cv {
            cv if cv < 0.05 => Process::Even,
            cv if (0.95..=1.05).contains(&cv) => Process::Poisson,
            cv => Process::Gamma { cv: cv.min(Gamma::CV_MAX) },
        });
        let enough = (NEAR * wait.mean).max(3.0 * wait.error);
        let counts = if (gaps.wait - wait.mean).abs() <= enough {
            None
        } else {
            let found = search(wait.mean, mean_rate, windows).map(judge);
            found.filter(|found| apart(found.wait, wait.mean) < apart(gaps.wait, wait.mean))
        };
        Bursts { busy: queue::BUSY, wait, gaps, counts }
    }

    /// What is written into a scenario.
    pub fn chosen(&self) -> &Judged {
        self.counts.as_ref().unwrap_or(&self.gaps)
    }
}

impl Judged {
    fn of(process: Process, mean_rate: f64, windows: &[Counts]) -> Self {
        let times = queue::draw(&process, mean_rate);
        let dispersion = match &process {
            Process::Mmpp(states) => {
                windows.iter().map(|of| of_counts(states, of.window * mean_rate, mean_rate)).collect()
            }
            Process::Poisson => vec![1.0; windows.len()],
            _ => windows.iter().map(|of| dispersion(&times, of.window * mean_rate)).collect(),
        };
        Judged { dispersion, wait: queue::wait(&times).mean, process }
    }
}

/// The distance of two positive numbers, as the square of a logarithm; far where one is 0.
fn apart(one: f64, other: f64) -> f64 {
    (one.max(1e-3) / other.max(1e-3)).ln().powi(2)
}

/// 1 - (1 - e^(-x)) / x: the part of its last value that the dispersion has reached after x relaxation times.
fn reached(x: f64) -> f64 {
    1.0 + (-x).exp_m1() / x
}

/// Variance / mean of the counts of a process in `window` mean gaps.
fn of_counts(states: &[State; 2], window: f64, mean_rate: f64) -> f64 {
    let [high, low] = states.map(|state| (state.factor, state.mean * mean_rate));
    let leaves = high.1.recip() + low.1.recip();
    let share = high.1 / (high.1 + low.1);
    let variance = share * (1.0 - share) * (high.0 - low.0).powi(2);
    1.0 + 2.0 * variance / leaves * reached(leaves * window)
}

/// The two states with the counts of `windows` and a wait near `wait`.
fn search(wait: f64, mean_rate: f64, windows: &[Counts]) -> Option<Process> {
    let by_counts = |leaves: f64| {
        let a = strength(leaves, mean_rate, windows)?;
        let off = |of: &Counts| of.weight * apart(1.0 + a * reached(leaves * of.window * mean_rate), of.seen);
        Some((windows.iter().map(off).sum::<f64>(), leaves))
    };
    // From a state of two gaps to one of the longest window.
    let longest = windows.iter().rfind(|of| 0.0 < of.weight)?.window * mean_rate;
    let weights: f64 = windows.iter().map(|of| of.weight).sum();
    let steps = (0..=40).map(|step| 0.5 * (2.0 * longest).powf(-f64::from(step) / 40.0));
    let (_, leaves) = steps.filter_map(by_counts).min_by(|a, b| a.0.total_cmp(&b.0))?;
    let mut best: Option<(f64, Process)> = None;
    for leaves in [0.25, 0.5, 1.0, 2.0, 4.0].map(|factor| factor * leaves) {
        let Some(a) = strength(leaves, mean_rate, windows) else { continue };
        for rarity in [0.999, 0.9, 0.7, 0.5, 0.35, 0.2, 0.1, 0.05] {
            let Some(states) = states(a, leaves, rarity, mean_rate) else { continue };
            let judged = Judged::of(Process::Mmpp(states), mean_rate, windows);
            let counts =
                judged.dispersion.iter().zip(windows).map(|(one, of)| of.weight * apart(*one, of.seen));
            let off = apart(judged.wait, wait) + counts.sum::<f64>() / weights;
            if best.as_ref().is_none_or(|(least, _)| off < *least) {
                best = Some((off, judged.process));
            }
        }
    }
    best.map(|(_, process)| process)
}

/// The a at which the dispersions are nearest to those seen, each by its own size; none if they are below Poisson's.
fn strength(leaves: f64, mean_rate: f64, windows: &[Counts]) -> Option<f64> {
    let (mut product, mut square) = (0.0, 0.0);
    for Counts { window, seen, weight } in windows {
        let part = reached(leaves * window * mean_rate) / seen;
        product += weight * part * (1.0 - seen.recip());
        square += weight * part * part;
    }
    let a = product / square;
    (a.is_finite() && 1e-3 < a).then_some(a)
}

/// States of that strength and relaxation; at rarity 1 nothing arrives in a lull, towards 0 rushes are rare and high.
fn states(a: f64, leaves: f64, rarity: f64, mean_rate: f64) -> Option<[State; 2]> {
    let variance = 0.5 * a * leaves;
    let share = rarity / (1.0 + variance);
    let high = 1.0 + (variance * (1.0 - share) / share).sqrt();
    let low = (1.0 - (variance * share / (1.0 - share)).sqrt()).max(0.0);
    let stay = |part: f64| (leaves * part * mean_rate).recip();
    let states = [State { factor: high, mean: stay(1.0 - share) }, State { factor: low, mean: stay(share) }];
    states.iter().all(|state| STAY_MIN <= state.mean && state.factor < 1e5).then_some(states)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A rush of 4 times the rate for a tenth of the time, a lull for the rest.
    const STATES: [State; 2] = [State { factor: 4.0, mean: 5.0 }, State { factor: 2.0 / 3.0, mean: 45.0 }];

    #[test]
    fn counts_of_drawn_arrivals_have_the_dispersion_of_the_formula() {
        let times = queue::draw(&Process::Mmpp(STATES), 20.0);
        for window in [0.1, 1.0, 10.0] {
            let (drawn, formula) =
                (dispersion(&times, 20.0 * window), of_counts(&STATES, 20.0 * window, 20.0));
            // 10,000 s with 200 rushes.
            assert!((drawn / formula - 1.0).abs() < 0.25, "{window}: {drawn} {formula}");
        }
    }

    #[test]
    fn a_queue_of_independent_arrivals_waits_as_the_formula_says() {
        // Pollaczek and Khinchine, constant service: ρ / (2 (1 - ρ)) = 2 service times.
        let poisson = queue::wait(&queue::draw(&Process::Poisson, 1.0));
        assert!((poisson.mean - 2.0).abs() < 3.0 * poisson.error && poisson.error < 0.1, "{poisson:?}");
        assert!(queue::wait(&queue::draw(&Process::Even, 1.0)).mean.abs() < 1e-12);
    }

    #[test]
    fn states_come_back_from_their_own_counts() {
        let counts = |window: f64| Counts::of(window, of_counts(&STATES, 20.0 * window, 20.0), 1e4);
        let windows = [1.0, 10.0, 60.0, 600.0].map(counts);
        let wait = queue::wait(&queue::draw(&Process::Mmpp(STATES), 20.0)).mean;
        let Some(Process::Mmpp(found)) = search(wait, 20.0, &windows) else { panic!("none found") };
        let judged = Judged::of(Process::Mmpp(found), 20.0, &windows);
        assert!((judged.wait / wait - 1.0).abs() < 0.1, "{judged:?} {wait}");
        for (one, Counts { window, seen, .. }) in judged.dispersion.iter().zip(windows) {
            assert!((one / seen - 1.0).abs() < 0.1, "{window}: {one} {seen}");
        }
    }
}
