//! The arithmetic of the Kubernetes horizontal pod autoscaler (`autoscaling/v2`), version 1.33.
//!
//! desired = ceil(ready · signal / target), with no change within the tolerance. For growth, replicas that do not serve
//! yet count with a signal of 0. Then follow the most cautious recommendation of the stabilisation window, the
//! policies, and the range. The number at the first look counts as a recommendation (`recordInitialRecommendation`),
//! and utilisation of CPU is in whole percents, truncated (`GetResourceUtilizationRatio`).

use brownout_kernel::Instant;
use brownout_model::{self as model, Amount, Scaling, Select, Signal};
use brownout_units::Span;
use std::collections::VecDeque;

/// Decides how many replicas there should be.
#[derive(Debug)]
pub(crate) struct Autoscaler {
    options: model::Autoscaler,
    recommended: VecDeque<(Instant, u32)>,
    grown: VecDeque<(Instant, u32)>,
    shrunk: VecDeque<(Instant, u32)>,
    /// When there was activity last, or else the start of the run.
    active: Instant,
}

/// What an autoscaler sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Seen {
    /// Replicas that served when the signal was sampled.
    pub(crate) ready: f64,
    /// The desired number of replicas as of now.
    pub(crate) wanted: u32,
    /// The signal; none if there was nothing to measure.
    pub(crate) signal: Option<f64>,
    /// The signal of all replicas together, whether there are any or not.
    pub(crate) whole: f64,
}

impl Autoscaler {
    /// An autoscaler without any history.
    pub(crate) fn new(options: model::Autoscaler) -> Self {
        let (recommended, grown, shrunk) = (VecDeque::new(), VecDeque::new(), VecDeque::new());
        Autoscaler { options, recommended, grown, shrunk, active: Instant::ZERO }
    }

    /// How many replicas there should be.
    pub(crate) fn decide(&mut self, seen: Seen, now: Instant) -> u32 {
        if let Some(replicas) = self.activate(seen, now) {
            return replicas;
        }
        if self.recommended.is_empty() {
            self.recommended.push_back((now, seen.wanted));
        }
        let raw = self.recommend(seen).clamp(self.options.min, self.options.max);
        let stable = self.stabilise(raw, seen.wanted, now);
        let allowed = self.limit(stable, seen.wanted, now);
        let next = allowed.clamp(self.options.min, self.options.max);
        match next.checked_sub(seen.wanted) {
            None => self.shrunk.push_back((now, seen.wanted - next)),
            Some(0) => {}
            Some(more) => self.grown.push_back((now, more)),
        }
        next
    }

    /// None or the first replicas, if that is decided by activity alone (KEDA, "Scaling Deployments": the step from 0
    /// and to 0 is its own, all others are those of Kubernetes).
    fn activate(&mut self, seen: Seen, now: Instant) -> Option<u32> {
        let activation = self.options.activation?;
        let active = activation.above < seen.whole;
        if active {
            self.active = now;
        }
        let over = !active && activation.cooldown <= now - self.active;
        if seen.wanted != 0 && !over {
            return None;
        }
        // Kubernetes does not look at a tier without replicas.
        self.recommended.clear();
        Some(if active { self.options.min } else { 0 })
    }

    fn recommend(&self, seen: Seen) -> u32 {
        let Some(signal) = seen.signal else { return seen.wanted };
        let ratio = self.ratio(signal);
        let tolerance = self.options.tolerance.fraction();
        // Not the distance from 1: 55 % of a target of 50 % is within a tenth, and 1.1 − 1 above it.
        let near = |ratio: f64| (1.0 - tolerance..=1.0 + tolerance).contains(&ratio);
        if near(ratio) {
            return seen.wanted;
        }
        let (ready, wanted) = (seen.ready, f64::from(seen.wanted));
        if ready < wanted && 1.0 < ratio {
            // Replicas that do not serve yet count as idle, so that they are not ordered twice.
            let diluted = self.ratio(signal * ready / wanted);
            if near(diluted) || diluted < 1.0 {
                return seen.wanted;
            }
            return up(wanted * diluted);
        }
        up(ready * ratio)
    }

    /// The signal as a multiple of its target.
    fn ratio(&self, signal: f64) -> f64 {
        if self.options.signal != Signal::Cpu {
            return signal / self.options.target;
        }
        // 0.55 may have been measured as 0.5499999999.
        let percent = (signal * 100.0 + 1e-6).floor();
        percent / (self.options.target * 100.0)
    }

    /// The lowest recommendation of the window on the way up, the highest on the way down.
    fn stabilise(&mut self, raw: u32, current: u32, now: Instant) -> u32 {
        let (up, down) = (self.options.up.stabilisation, self.options.down.stabilisation);
        self.recommended.push_back((now, raw));
        let longest = up.max(down);
        while self.recommended.front().is_some_and(|&(at, _)| longest < now - at) {
            self.recommended.pop_front();
        }
        let within =
            |span: Span| self.recommended.iter().filter(move |&&(at, _)| now - at < span).map(|r| r.1);
        let lowest = within(up).fold(raw, u32::min);
        let highest = within(down).fold(raw, u32::max);
        current.max(lowest).min(highest)
    }

    fn limit(&mut self, wish: u32, current: u32, now: Instant) -> u32 {
        for (events, scaling) in [(&mut self.grown, &self.options.up), (&mut self.shrunk, &self.options.down)]
        {
            let longest = scaling.policies.iter().map(|policy| policy.every).max().unwrap_or(Span::ZERO);
            while events.front().is_some_and(|&(at, _)| longest <= now - at) {
                events.pop_front();
            }
        }
        let (grown, shrunk) = (&self.grown, &self.shrunk);
        if current < wish {
            wish.min(most(&self.options.up, current, grown, shrunk, now))
        } else {
            wish.max(least(&self.options.down, current, grown, shrunk, now))
        }
    }
}

/// The next whole number.
fn up(replicas: f64) -> u32 {
    // Slightly below, since rounding may put the product of a share and its number slightly above: 60 · 0.5/0.6.
    (replicas * (1.0 - 1e-12)).ceil().min(f64::from(u32::MAX)) as u32
}

type Events = VecDeque<(Instant, u32)>;

/// The number before the changes within the period of a policy.
fn at_start(every: Span, current: u32, grown: &Events, shrunk: &Events, now: Instant) -> f64 {
    let within = |events: &Events| -> u32 {
        events.iter().filter(|&&(at, _)| now - at < every).map(|event| event.1).sum()
    };
    f64::from(current) - f64::from(within(grown)) + f64::from(within(shrunk))
}

/// The most that the policies of growth allow.
fn most(scaling: &Scaling, current: u32, grown: &Events, shrunk: &Events, now: Instant) -> u32 {
    if scaling.select == Select::Disabled {
        return current;
    }
    let limits = scaling.policies.iter().map(|policy| {
        let start = at_start(policy.every, current, grown, shrunk, now);
        match policy.amount {
            Amount::Percent(percent) => (start * (1.0 + percent / 100.0)).ceil(),
            Amount::Replicas(replicas) => start + f64::from(replicas),
        }
    });
    let limit = match scaling.select {
        Select::Min => limits.reduce(f64::min),
        _ => limits.reduce(f64::max),
    };
    limit.map_or(u32::MAX, |limit| (limit as u32).max(current))
}

/// The fewest that the policies of shrinking allow.
fn least(scaling: &Scaling, current: u32, grown: &Events, shrunk: &Events, now: Instant) -> u32 {
    if scaling.select == Select::Disabled {
        return current;
    }
    let limits = scaling.policies.iter().map(|policy| {
        let start = at_start(policy.every, current, grown, shrunk, now);
        match policy.amount {
            Amount::Percent(percent) => (start * (1.0 - percent / 100.0)).floor().max(0.0),
            Amount::Replicas(replicas) => (start - f64::from(replicas)).max(0.0),
        }
    });
    let limit = match scaling.select {
        Select::Min => limits.reduce(f64::max),
        _ => limits.reduce(f64::min),
    };
    limit.map_or(0, |limit| (limit as u32).min(current))
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_model::{ScalingPolicy, TierId};
    use brownout_units::Ratio;

    fn secs(seconds: u64) -> Span {
        Span::from_secs(seconds)
    }

    fn kubernetes(target: f64) -> model::Autoscaler {
        let every = secs(15);
        let all = ScalingPolicy { amount: Amount::Percent(100.0), every };
        let four = ScalingPolicy { amount: Amount::Replicas(4), every };
        let scaling = |stabilisation, policies| Scaling { stabilisation, policies, select: Select::Max };
        model::Autoscaler {
            tier: TierId(0),
            signal: Signal::Cpu,
            of: TierId(0),
            target,
            min: 1,
            activation: None,
            max: 1_000,
            sync: every,
            delay: Span::ZERO,
            tolerance: Ratio::new(0.1).expect("a ratio"),
            up: scaling(Span::ZERO, vec![all, four]),
            down: scaling(secs(300), vec![all]),
        }
    }

    fn decide(scaler: &mut Autoscaler, at: u64, ready: u32, wanted: u32, signal: f64) -> u32 {
        let ready = f64::from(ready);
        scaler.decide(Seen { ready, wanted, signal: Some(signal), whole: signal }, Instant::ZERO + secs(at))
    }

    #[test]
    fn the_number_is_that_of_the_documentation() {
        let once = |signal, target| decide(&mut Autoscaler::new(kubernetes(target)), 15, 50, 50, signal);
        assert_eq!(once(0.90, 0.75), 60);
        // Within 10 % of the target nothing happens.
        assert_eq!((once(0.82, 0.75), once(0.68, 0.75)), (50, 50));
        assert_eq!(once(0.83, 0.75), 56);
        // Whole percents, truncated; 1.1 times the target is still within a tenth.
        assert_eq!((once(0.550_000_005, 0.5), once(0.559, 0.5), once(0.56, 0.5)), (50, 50, 56));
        // Signals other than CPU are taken as they are.
        let queue = model::Autoscaler { signal: Signal::Queue, ..kubernetes(50.0) };
        assert_eq!(decide(&mut Autoscaler::new(queue), 15, 50, 50, 55.9), 56);
        let blind = Seen { ready: 0.0, wanted: 7, signal: None, whole: 0.0 };
        assert_eq!(Autoscaler::new(kubernetes(1.0)).decide(blind, Instant::ZERO), 7);
    }

    #[test]
    fn it_doubles_at_most_or_adds_four_every_fifteen_seconds() {
        let mut scaler = Autoscaler::new(kubernetes(1.0));
        assert_eq!(decide(&mut scaler, 15, 2, 2, 100.0), 6);
        assert_eq!(decide(&mut scaler, 20, 6, 6, 100.0), 6);
        assert_eq!(decide(&mut scaler, 30, 6, 6, 100.0), 12);
        assert_eq!(decide(&mut scaler, 45, 12, 12, 100.0), 24);
    }

    #[test]
    fn replicas_that_are_coming_are_not_ordered_again() {
        let mut scaler = Autoscaler::new(kubernetes(0.5));
        assert_eq!(decide(&mut scaler, 15, 10, 10, 1.0), 20);
        assert_eq!(decide(&mut scaler, 30, 10, 20, 1.0), 20);
        assert_eq!(decide(&mut scaler, 45, 20, 20, 1.0), 40);
    }

    #[test]
    fn it_shrinks_to_the_highest_recommendation_of_five_minutes() {
        let mut scaler = Autoscaler::new(kubernetes(0.5));
        assert_eq!(decide(&mut scaler, 0, 10, 10, 0.5), 10);
        assert_eq!(decide(&mut scaler, 60, 10, 10, 0.1), 10);
        assert_eq!(decide(&mut scaler, 299, 10, 10, 0.05), 10);
        assert_eq!(decide(&mut scaler, 301, 10, 10, 0.05), 2);
        assert_eq!(decide(&mut scaler, 420, 2, 2, 0.05), 1);
    }

    #[test]
    fn the_number_at_the_first_look_is_a_recommendation() {
        let mut scaler = Autoscaler::new(kubernetes(0.6));
        assert_eq!(decide(&mut scaler, 15, 10, 10, 0.1), 10);
        assert_eq!(decide(&mut scaler, 300, 10, 10, 0.1), 10);
        assert_eq!(decide(&mut scaler, 315, 10, 10, 0.1), 2);
        // It also holds growth back, where that is stabilised.
        let mut options = kubernetes(0.6);
        options.up.stabilisation = secs(60);
        let mut scaler = Autoscaler::new(options);
        assert_eq!(decide(&mut scaler, 15, 10, 10, 0.9), 10);
        assert_eq!(decide(&mut scaler, 60, 10, 10, 0.9), 10);
        assert_eq!(decide(&mut scaler, 75, 10, 10, 0.9), 15);
    }

    #[test]
    fn a_direction_can_be_shut_or_slow() {
        let mut options = kubernetes(0.5);
        options.down.select = Select::Disabled;
        assert_eq!(decide(&mut Autoscaler::new(options.clone()), 900, 10, 10, 0.1), 10);
        let slow = ScalingPolicy { amount: Amount::Percent(10.0), every: secs(60) };
        options.down = Scaling { stabilisation: Span::ZERO, policies: vec![slow], select: Select::Max };
        let mut scaler = Autoscaler::new(options.clone());
        assert_eq!(decide(&mut scaler, 60, 100, 100, 0.01), 90);
        assert_eq!(decide(&mut scaler, 75, 90, 90, 0.01), 90);
        assert_eq!(decide(&mut scaler, 120, 90, 90, 0.01), 81);
        options.up.select = Select::Min;
        assert_eq!(decide(&mut Autoscaler::new(options), 15, 2, 2, 5.0), 4);
    }

    #[test]
    fn without_activity_there_are_no_replicas_and_the_first_call_brings_one() {
        let activation = Some(model::Activation { above: 2.0, cooldown: secs(300) });
        let options = model::Autoscaler { signal: Signal::Rate, activation, ..kubernetes(10.0) };
        let mut scaler = Autoscaler::new(options);
        assert_eq!(decide(&mut scaler, 15, 1, 1, 9.0), 1);
        // 2 a second are not more than 2: the last activity was at 15 s.
        assert_eq!(decide(&mut scaler, 300, 1, 1, 2.0), 1);
        assert_eq!(decide(&mut scaler, 315, 1, 1, 2.0), 0);
        assert_eq!(decide(&mut scaler, 330, 0, 0, 2.0), 0);
        assert_eq!(decide(&mut scaler, 345, 0, 0, 2.1), 1);
        // From there on it is the arithmetic of Kubernetes, with the number found as a first recommendation.
        assert_eq!(decide(&mut scaler, 360, 1, 1, 30.0), 3);
        // Also several replicas go at once.
        assert_eq!(decide(&mut scaler, 660, 3, 3, 0.0), 0);
    }

    #[test]
    fn the_range_is_kept() {
        let options = model::Autoscaler { min: 4, max: 7, ..kubernetes(0.5) };
        assert_eq!(decide(&mut Autoscaler::new(options.clone()), 15, 5, 5, 0.9), 7);
        assert_eq!(decide(&mut Autoscaler::new(options), 15, 1, 1, 0.5), 4);
    }
}
