//! The health of replicas of any kind: which are ejected, unhealthy, or in slow start.

use crate::pure::checks::Checks;
use crate::pure::outlier::Outliers;
use brownout_kernel::{Instant, Stream};
use brownout_model::Care;
use brownout_units::{Ratio, Span};

/// The least weight of a replica that starts slowly, as Envoy has it.
const WEIGHT_MIN: f64 = 0.1;
/// Pools of interchangeable replicas: all of a tier; in a fleet those that prefill and those that decode.
const POOLS: usize = 2;

/// What a tier knows about the health of its replicas.
#[derive(Debug)]
pub(crate) struct Health {
    pub(crate) outliers: Option<Outliers>,
    pub(crate) checks: Option<Checks>,
    /// Replicas in slow start, and since when.
    ramping: Vec<(usize, Instant)>,
    slow_start: Span,
    panic: Ratio,
    /// By pool: whether too few are healthy, so that health is ignored.
    panics: [bool; POOLS],
    /// By pool: how many that serve may not be chosen.
    out: [usize; POOLS],
    pub(crate) stream: Stream,
}

/// The replicas that may be chosen.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) open: Vec<u32>,
    /// If panic began or ended: how many are healthy, and whether health is ignored.
    pub(crate) news: Option<(usize, bool)>,
    /// If it has changed: how many that serve may not be chosen.
    pub(crate) out: Option<usize>,
}

impl Health {
    /// All replicas are healthy.
    pub(crate) fn new(care: &Care, stream: Stream) -> Self {
        let checks = care.check.as_ref().map(|check| Checks::new(check.unhealthy, check.healthy));
        let outliers = care.ejection.map(Outliers::new);
        let (slow_start, panic) = (care.slow_start, care.panic);
        Health {
            outliers,
            checks,
            ramping: Vec::new(),
            slow_start,
            panic,
            panics: [false; POOLS],
            out: [0; POOLS],
            stream,
        }
    }

    /// Whether the outcome of every call matters.
    pub(crate) fn judges(&self) -> bool {
        self.outliers.is_some()
    }

    pub(crate) fn is_ramping(&self) -> bool {
        !self.ramping.is_empty()
    }

    fn is_well(&self, at: usize) -> bool {
        !self.outliers.as_ref().is_some_and(|outliers| outliers.is_ejected(at))
            && !self.checks.as_ref().is_some_and(|checks| checks.is_ill(at))
    }

    /// The replicas that may be chosen among the serving ones of a pool.
    pub(crate) fn healthy(&mut self, serving: Vec<u32>, pool: usize) -> Chosen {
        let well: Vec<u32> = serving.iter().copied().filter(|&at| self.is_well(at as usize)).collect();
        let least = self.panic.fraction() * serving.len() as f64;
        let panics = well.len() < serving.len() && (well.len() as f64) < least;
        let news = (panics != self.panics[pool]).then_some((well.len(), panics));
        self.panics[pool] = panics;
        let now = if panics { 0 } else { serving.len() - well.len() };
        let before = std::mem::replace(&mut self.out[pool], now);
        Chosen { open: if panics { serving } else { well }, news, out: (now != before).then_some(now) }
    }

    /// Another replica is in that place from now on.
    pub(crate) fn forget(&mut self, at: usize) {
        if let Some(outliers) = &mut self.outliers {
            outliers.forget(at);
        }
        if let Some(checks) = &mut self.checks {
            checks.forget(at);
        }
        self.ramping.retain(|(other, _)| *other != at);
    }

    /// A replica begins to serve, in slow start if there is one; returns how long that takes.
    pub(crate) fn ramp(&mut self, at: usize, now: Instant) -> Option<Span> {
        if self.slow_start.is_zero() {
            return None;
        }
        self.ramping.retain(|(other, _)| *other != at);
        self.ramping.push((at, now));
        Some(self.slow_start)
    }

    /// The slow start of some replica may be over.
    pub(crate) fn ramped(&mut self, now: Instant) {
        let window = self.slow_start;
        self.ramping.retain(|(_, since)| now - *since < window);
    }

    /// Among some replicas those that accept a call, in order; all, if none does.
    pub(crate) fn accepting(&mut self, open: &[u32], now: Instant) -> Vec<u32> {
        let taking: Vec<u32> = open.iter().copied().filter(|&at| self.takes(at as usize, now)).collect();
        if taking.is_empty() { open.to_vec() } else { taking }
    }

    /// Whether a chosen replica accepts a call: one in slow start accepts a fraction.
    pub(crate) fn takes(&mut self, at: usize, now: Instant) -> bool {
        let since = self.ramping.iter().find(|(other, _)| *other == at).map(|(_, since)| *since);
        let Some(since) = since else { return true };
        let share = (now - since).as_secs_f64() / self.slow_start.as_secs_f64();
        self.stream.chance(share.clamp(WEIGHT_MIN, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::ZERO + Span::from_secs(seconds)
    }

    #[test]
    fn who_starts_slowly_takes_a_tenth_then_more_then_all() {
        let care = Care { slow_start: Span::from_secs(100), ..Care::none() };
        let mut health = Health::new(&care, Stream::named(7, 0, "probes"));
        assert_eq!(health.ramp(1, at(0)), Some(Span::from_secs(100)));
        let mut takes = |now| (0..1_000).filter(|_| health.accepting(&[0, 1], now).len() == 2).count();
        let (first, half) = (takes(at(0)), takes(at(50)));
        assert!(first.abs_diff(100) < 30 && half.abs_diff(500) < 50, "{first} {half}");
        health.ramped(at(100));
        assert!(!health.is_ramping() && health.takes(1, at(100)));
        health.ramp(0, at(100));
        // One alone takes everything.
        assert!((0..100).all(|_| health.accepting(&[0], at(100)) == [0]));
    }
}
