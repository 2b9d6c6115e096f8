//! The arrivals of requests: their rate over time, and their variation around it.

use super::bursts::{Bursts, Counts};
use super::read::TraceRow;
use brownout_stats::Moments;

/// The rate over the length of a trace.
#[derive(Clone, Debug, PartialEq)]
pub enum Rate {
    /// A constant rate, per second: its changes are within chance.
    Constant(f64),
    /// Stages, one after another.
    Stages {
        /// The length of each stage, in seconds; the last may be shorter.
        each: f64,
        /// Per second.
        rates: Vec<f64>,
    },
    /// By the hour of the day.
    Daily {
        /// The mean, per second.
        mean: f64,
        /// The rate at each full hour, as a factor of the mean.
        hours: [f64; 24],
    },
}

/// The arrivals of requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrivals {
    /// How many.
    pub count: usize,
    /// From the first to the last, in seconds.
    pub seconds: f64,
    /// Per second, over all.
    pub mean_rate: f64,
    /// Over time.
    pub rate: Rate,
    /// Coefficient of variation of the raw gaps.
    pub raw_cv: f64,
    /// The same in operational time, in which the rate is constant and only bursts remain: what a gamma process needs.
    pub cv: f64,
    /// (window in seconds, variance / mean of counts as they are, the same around the rate); Poisson has 1.
    pub dispersion: Vec<(f64, f64, f64)>,
    /// The step of the times in seconds, where gaps are too short to be told in them: then `cv` is that of counts.
    pub resolution: Option<f64>,
    /// The process that stands for the bursts, judged by counts and by the wait that it causes.
    pub bursts: Bursts,
    /// The longest gap in seconds, and the line after it.
    pub longest_gap: (f64, usize),
}

const DAY: f64 = 86_400.0;
const HOUR: f64 = 3_600.0;
/// The approximate number of stages.
const STAGES: f64 = 24.0;
/// Round lengths of stages, in seconds.
const ROUND: [f64; 18] = [
    0.1,
    0.5,
    1.0,
    2.0,
    5.0,
    10.0,
    15.0,
    30.0,
    60.0,
    120.0,
    180.0,
    300.0,
    600.0,
    900.0,
    1_800.0,
    HOUR,
    2.0 * HOUR,
    6.0 * HOUR,
];

impl Arrivals {
    /// The statistics of at least two rows, in order and not all at one instant.
    pub(super) fn of(rows: &[TraceRow]) -> Self {
        let first = rows[0].at;
        let times: Vec<f64> = rows.iter().map(|row| row.at - first).collect();
        let seconds = times[times.len() - 1];
        let mean_rate = (times.len() - 1) as f64 / seconds;
        let raw_cv = cv(times.windows(2).map(|pair| pair[1] - pair[0]));
        let rate = rate(&times, first, raw_cv);
        let operational: Vec<f64> = {
            let area = Area::of(&rate, first, seconds);
            times.iter().map(|&at| area.until(at)).collect()
        };
        let resolution = resolution(rows).filter(|step| 1.0 < GAPS_MIN * step * mean_rate);
        let least = resolution.unwrap_or(0.0);
        let windows = [0.1, 1.0, 10.0, 60.0, 600.0, HOUR];
        let windows = windows
            .into_iter()
            .filter(|window| least <= *window && 20.0 * window <= seconds && 0.5 < window * mean_rate);
        let dispersion = windows.map(|window| {
            // In operational time a second at the mean rate is that many arrivals.
            (window, dispersion(&times, window), dispersion(&operational, window * mean_rate))
        });
        let dispersion: Vec<(f64, f64, f64)> = dispersion.collect();
        let gap = |pair: &[TraceRow]| (pair[1].at - pair[0].at, pair[1].line);
        let longest_gap = rows.windows(2).map(gap).max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_default();
        let cv = match (resolution, dispersion.first()) {
            // What gaps are is not known, but a renewal process has counts of variance cv² · mean.
            (Some(_), Some(&(window, _, around))) => cv_of_counts(around, seconds / window),
            _ => cv(operational.windows(2).map(|pair| pair[1] - pair[0])),
        };
        let stage = match &rate {
            Rate::Stages { each, .. } => *each,
            _ => f64::INFINITY,
        };
        let counts = dispersion.iter().map(|&(window, _, around)| {
            let counts = Counts::of(window, around, seconds / window);
            // Stages follow what is slower than themselves, and take it out of the counts around them.
            if 4.0 * window <= stage { counts } else { Counts { weight: 0.0, ..counts } }
        });
        let counts: Vec<Counts> = counts.collect();
        let spread = apart(&operational, resolution.map(|step| step * mean_rate));
        let bursts = Bursts::of(&spread, cv, mean_rate, &counts);
        Arrivals {
            bursts,
            resolution,
            count: times.len(),
            seconds,
            mean_rate,
            rate,
            raw_cv,
            cv,
            dispersion,
            longest_gap,
        }
    }
}

/// Times that share a step of the clock, spread evenly over it: at one instant they would all wait for each other.
fn apart(times: &[f64], step: Option<f64>) -> Vec<f64> {
    let Some(step) = step else { return times.to_vec() };
    let mut spread = Vec::with_capacity(times.len());
    for group in times.chunk_by(|a, b| b - a < 0.5 * step) {
        let each = step / group.len() as f64;
        spread.extend(group.iter().enumerate().map(|(at, _)| group[0] + each * (at as f64 + 0.5)));
    }
    spread
}

fn cv(gaps: impl Iterator<Item = f64>) -> f64 {
    let mut moments = Moments::default();
    gaps.for_each(|gap| moments.add(gap));
    match (moments.mean(), moments.deviation()) {
        (Some(mean), Some(deviation)) if 0.0 < mean => deviation / mean,
        _ => 0.0,
    }
}

/// A law of gaps is judged where the mean gap has this many steps of the times.
const GAPS_MIN: f64 = 5.0;

/// The largest round step that all times are multiples of; none if they have no such step.
fn resolution(rows: &[TraceRow]) -> Option<f64> {
    let fits = |step: &f64| {
        // Half of the last digit that a number of this size has.
        let slack = |at: f64| (at.abs() * f64::EPSILON).max(1e-9 * step);
        rows.iter().all(|row| (row.at - (row.at / step).round() * step).abs() <= slack(row.at))
    };
    [60.0, 1.0, 0.1, 0.01, 0.001].into_iter().find(fits)
}

/// The coefficient of variation of gaps behind counts of that dispersion in so many windows: 1 where chance alone makes
/// as much of a difference.
fn cv_of_counts(dispersion: f64, windows: f64) -> f64 {
    let by_chance = 3.0 * (2.0 / windows.max(1.0)).sqrt();
    if (dispersion - 1.0).abs() <= by_chance { 1.0 } else { dispersion.max(0.0).sqrt() }
}

/// Variance over mean of the arrivals in a window.
pub(super) fn dispersion(times: &[f64], window: f64) -> f64 {
    let last = times.last().copied().unwrap_or(0.0);
    let windows = (last / window) as usize;
    let mut counts = Moments::default();
    let mut at = 0;
    for window_at in 1..=windows {
        let end = window_at as f64 * window;
        let next = times.partition_point(|time| *time < end);
        counts.add((next - at) as f64);
        at = next;
    }
    match (counts.mean(), counts.variance()) {
        (Some(mean), Some(variance)) if 0.0 < mean => variance / mean,
        _ => 0.0,
    }
}

fn rate(times: &[f64], first: f64, raw_cv: f64) -> Rate {
    let seconds = times[times.len() - 1];
    let mean = (times.len() - 1) as f64 / seconds;
    if DAY <= seconds {
        return Rate::Daily { mean, hours: hours(times, first, mean) };
    }
    let wanted = (seconds / STAGES).max(30.0 / mean);
    let each = ROUND.into_iter().find(|each| wanted <= *each).unwrap_or(6.0 * HOUR);
    // Bursts alone give counts a dispersion of about cv²; twice that is beyond chance with two dozen stages.
    if seconds < 3.0 * each || dispersion(times, each) < 2.0 * (raw_cv * raw_cv).max(1.0) {
        return Rate::Constant(mean);
    }
    let stages = (seconds / each).ceil() as usize;
    let rates = (0..stages).map(|stage| {
        let (from, to) = (stage as f64 * each, ((stage + 1) as f64 * each).min(seconds));
        (below(times, to) - below(times, from)) as f64 / (to - from).max(1e-9)
    });
    // A remainder that is too short to have a rate keeps that of the stage before it.
    let mut rates: Vec<f64> = rates.collect();
    if seconds - (stages - 1) as f64 * each < 0.25 * each {
        rates.pop();
    }
    Rate::Stages { each, rates }
}

fn below(times: &[f64], end: f64) -> usize {
    times.partition_point(|time| *time < end)
}

/// The rate around each full hour of the day, over all days, as a factor of the mean.
fn hours(times: &[f64], first: f64, mean: f64) -> [f64; 24] {
    let hour = |at: f64| ((at + 0.5 * HOUR).rem_euclid(DAY) / HOUR) as usize % 24;
    let (mut counts, mut lengths) = ([0.0; 24], [0.0; 24]);
    for time in times {
        counts[hour(first + time)] += 1.0;
    }
    let seconds = times[times.len() - 1];
    let minutes = (seconds / 60.0).ceil() as usize;
    for minute in 0..minutes {
        lengths[hour(first + 60.0 * (minute as f64 + 0.5))] += 60.0;
    }
    std::array::from_fn(|at| if lengths[at] <= 0.0 { 1.0 } else { counts[at] / lengths[at] / mean })
}

/// The area under a rate, piece by piece.
struct Area {
    each: f64,
    rates: Vec<f64>,
    areas: Vec<f64>,
}

impl Area {
    fn of(rate: &Rate, first: f64, seconds: f64) -> Self {
        let (each, rates) = match rate {
            Rate::Constant(rate) => (seconds, vec![*rate]),
            Rate::Stages { each, rates } => (*each, rates.clone()),
            Rate::Daily { mean, hours } => {
                let minutes = (seconds / 60.0).ceil() as usize + 1;
                let at = |minute: usize| between(hours, first + 60.0 * (minute as f64 + 0.5));
                (60.0, (0..minutes).map(|minute| mean * at(minute)).collect())
            }
        };
        let areas = rates.iter().scan(0.0, |sum, rate| {
            let before = *sum;
            *sum += rate * each;
            Some(before)
        });
        let areas = areas.collect();
        Area { each, rates, areas }
    }

    fn until(&self, at: f64) -> f64 {
        let piece = ((at / self.each) as usize).min(self.rates.len() - 1);
        self.areas[piece] + self.rates[piece] * (at - piece as f64 * self.each)
    }
}

/// Linear interpolation between full hours.
fn between(hours: &[f64; 24], at: f64) -> f64 {
    let hour = at.rem_euclid(DAY) / HOUR;
    let (left, part) = (hour as usize % 24, hour.fract());
    hours[left] * (1.0 - part) + hours[(left + 1) % 24] * part
}
