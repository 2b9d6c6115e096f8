//! What arrivals do to a queue: the wait that a trace causes, and that a process in its place would cause.

use super::bursts::Process;
use brownout_dist::{Exponential, Gamma, Law};
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;

/// The part of the time that the server of the comparison is busy.
pub(super) const BUSY: f64 = 0.8;
/// Arrivals that are drawn of a process: its wait then has an error of a few per cent.
const DRAWN: usize = 200_000;
/// The same draws for every process, so that a search among them is smooth.
const SEED: u64 = 12;
/// Pieces of a trace whose means say how sure the mean of all is.
const PIECES: usize = 20;

/// A mean wait in service times, and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wait {
    /// Times the service time.
    pub mean: f64,
    /// Of the mean, in service times.
    pub error: f64,
}

/// The mean wait before one server of constant service time, by Lindley's recursion; the mean gap is 1.
pub(super) fn wait(times: &[f64]) -> Wait {
    let mut waits = vec![0.0; times.len()];
    for at in 1..times.len() {
        let gap = times[at] - times[at - 1];
        waits[at] = (waits[at - 1] + BUSY - gap).max(0.0);
    }
    let mean = |waits: &[f64]| waits.iter().sum::<f64>() / waits.len().max(1) as f64 / BUSY;
    let pieces: Vec<f64> = waits.chunks((waits.len() / PIECES).max(1)).take(PIECES).map(mean).collect();
    let all = mean(&waits);
    let n = pieces.len() as f64;
    let variance = pieces.iter().map(|piece| (piece - all).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    Wait { mean: all, error: (variance / n).sqrt() }
}

/// Arrivals of a process whose mean gap is 1.
pub(super) fn draw(process: &Process, mean_rate: f64) -> Vec<f64> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(SEED);
    let exponential = Law::from(Exponential::new(1.0).expect("a mean of 1"));
    let mut at = 0.0;
    match process {
        Process::Even => (0..DRAWN).map(|number| number as f64).collect(),
        Process::Poisson => {
            let next = |_| {
                at += exponential.draw(&mut rng);
                at
            };
            (0..DRAWN).map(next).collect()
        }
        Process::Gamma { cv } => {
            let law = Law::from(Gamma::from_mean_cv(1.0, *cv).expect("a cv that fits"));
            let next = |_| {
                at += law.draw(&mut rng);
                at
            };
            (0..DRAWN).map(next).collect()
        }
        Process::Mmpp(states) => {
            let mut times = Vec::with_capacity(DRAWN);
            let mut state = 0;
            while times.len() < DRAWN {
                let one = &states[state];
                let end = at + one.mean * mean_rate * exponential.draw(&mut rng);
                loop {
                    at += exponential.draw(&mut rng) / one.factor;
                    if end <= at || times.len() == DRAWN {
                        break;
                    }
                    times.push(at);
                }
                at = end;
                state = 1 - state;
            }
            times
        }
    }
}
