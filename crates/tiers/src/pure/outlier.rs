//! Outlier detection: ejects replicas by the outcomes of their calls, as Envoy does; a pure state machine.
//!
//! Source: Envoy, "Outlier detection" (`consecutive_5xx`, success rate, `max_ejection_percent`, ejection times).

use brownout_kernel::Instant;
use brownout_model::Ejection;
use brownout_units::Span;

/// No ejection is longer than this, and no replica's count of them grows beyond.
const TIME_MAX: Span = Span::from_secs(300);

#[derive(Clone, Copy, Debug, Default)]
struct Member {
    /// Failures one after another.
    failures: u32,
    /// Since when it is ejected.
    since: Option<Instant>,
    /// How often it was ejected, less the intervals since in which it was not.
    times: u32,
    /// In this interval: calls that ended, and that ended well.
    ended: u64,
    well: u64,
}

/// The judge of the replicas of one tier.
#[derive(Debug)]
pub(crate) struct Outliers {
    options: Ejection,
    members: Vec<Member>,
    /// The place after the last one that was ejected.
    turn: usize,
}

impl Outliers {
    /// No call has ended yet.
    pub(crate) fn new(options: Ejection) -> Self {
        Outliers { options, members: Vec::new(), turn: 0 }
    }

    pub(crate) fn is_ejected(&self, at: usize) -> bool {
        self.members.get(at).is_some_and(|member| member.since.is_some())
    }

    fn member(&mut self, at: usize) -> &mut Member {
        if self.members.len() <= at {
            self.members.resize(at + 1, Member::default());
        }
        &mut self.members[at]
    }

    /// A call of replica `at` of `serving` has ended; whether the replica is ejected for it.
    pub(crate) fn ended(&mut self, at: usize, well: bool, serving: usize, now: Instant) -> bool {
        let most = self.options.consecutive;
        let member = self.member(at);
        member.ended += 1;
        member.well += u64::from(well);
        member.failures = if well { 0 } else { member.failures + 1 };
        member.failures >= most && self.eject(at, serving, now)
    }

    /// Ejects a replica, unless too many are out already; one may always be.
    fn eject(&mut self, at: usize, serving: usize, now: Instant) -> bool {
        let out = self.members.iter().filter(|member| member.since.is_some()).count();
        let most = (self.options.max.fraction() * serving as f64).floor() as usize;
        let member = &mut self.members[at];
        if member.since.is_some() || most.max(1) <= out {
            return false;
        }
        self.turn = (at + 1) % self.members.len();
        let member = &mut self.members[at];
        *member = Member { since: Some(now), times: member.times + 1, ..Member::default() };
        true
    }

    /// An interval is over: ejections that have expired end, outliers are ejected. Returns whether anything changed.
    pub(crate) fn sweep(&mut self, serving: usize, now: Instant) -> bool {
        let mut changed = false;
        let (base, mut standing_out) = (self.options.base, self.standing_out());
        for member in &mut self.members {
            match member.since {
                Some(since) if base.saturating_mul(member.times.into()).min(TIME_MAX) <= now - since => {
                    member.since = None;
                    changed = true;
                }
                None => member.times = member.times.saturating_sub(1),
                Some(_) => {}
            }
            (member.ended, member.well) = (0, 0);
        }
        standing_out.retain(|&at| self.eject(at, serving, now));
        changed || !standing_out.is_empty()
    }

    /// Replicas whose success rate is too many standard deviations below the mean.
    fn standing_out(&self) -> Vec<usize> {
        let Some(rule) = self.options.success_rate else { return Vec::new() };
        let busy = |member: &&Member| u64::from(rule.volume) <= member.ended;
        let rate = |member: &Member| member.well as f64 / member.ended as f64;
        let rates: Vec<f64> = self.members.iter().filter(busy).map(rate).collect();
        if rates.len() < rule.hosts as usize {
            return Vec::new();
        }
        let count = rates.len() as f64;
        let mean = rates.iter().sum::<f64>() / count;
        let spread = (rates.iter().map(|rate| (rate - mean).powi(2)).sum::<f64>() / count).sqrt();
        let least = mean - rule.factor * spread;
        let members = self.members.iter().enumerate();
        let mut out: Vec<(f64, usize)> = members
            .filter(|(_, member)| busy(member) && rate(member) < least)
            .map(|(at, member)| (rate(member), at))
            .collect();
        // The worst goes first, since not all may go; of equals the one whose turn is next.
        let turn = |at: usize| (at + self.members.len() - self.turn) % self.members.len();
        out.sort_by(|a, b| a.0.total_cmp(&b.0).then(turn(a.1).cmp(&turn(b.1))));
        out.into_iter().map(|(_, at)| at).collect()
    }

    /// Another replica is in that place from now on.
    pub(crate) fn forget(&mut self, at: usize) {
        *self.member(at) = Member::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_model::SuccessRate;
    use brownout_units::Ratio;

    fn at(seconds: u64) -> Instant {
        Instant::ZERO + Span::from_secs(seconds)
    }

    fn envoy() -> Ejection {
        Ejection {
            consecutive: 5,
            interval: Span::from_secs(10),
            base: Span::from_secs(30),
            max: Ratio::new(0.1).expect("a tenth"),
            success_rate: None,
        }
    }

    #[test]
    fn five_failures_in_a_row_eject_for_thirty_seconds_and_then_for_sixty() {
        let mut outliers = Outliers::new(envoy());
        let fail =
            |outliers: &mut Outliers, times: u32, now| (0..times).any(|_| outliers.ended(3, false, 20, now));
        assert!(!fail(&mut outliers, 4, at(0)) && !outliers.ended(3, true, 20, at(0)));
        assert!(!fail(&mut outliers, 4, at(1)) && fail(&mut outliers, 1, at(2)));
        assert!(outliers.is_ejected(3) && !outliers.sweep(20, at(30)) && outliers.sweep(20, at(32)));
        assert!(!outliers.is_ejected(3) && fail(&mut outliers, 5, at(33)));
        assert!(!outliers.sweep(20, at(92)) && outliers.sweep(20, at(93)));
        // Two quiet intervals, and it is a first offence again.
        assert!(!outliers.sweep(20, at(103)) && !outliers.sweep(20, at(113)));
        assert!(fail(&mut outliers, 5, at(120)) && outliers.sweep(20, at(150)));
    }

    #[test]
    fn a_tenth_may_be_out_and_always_one() {
        let mut outliers = Outliers::new(envoy());
        let mut eject = |at_: usize, serving| (0..5).any(|_| outliers.ended(at_, false, serving, at(0)));
        assert!([eject(0, 20), eject(1, 20), eject(2, 20)] == [true, true, false]);
        let mut outliers = Outliers::new(envoy());
        let mut eject = |at_: usize| (0..5).any(|_| outliers.ended(at_, false, 3, at(0)));
        assert!([eject(0), eject(1)] == [true, false]);
    }

    #[test]
    fn all_may_be_out() {
        let mut outliers = Outliers::new(Ejection { max: Ratio::ONE, ..envoy() });
        let mut eject = |at_: usize| (0..5).any(|_| outliers.ended(at_, false, 3, at(0)));
        assert!([eject(0), eject(1), eject(2)] == [true; 3]);
    }

    /// One of ten may be out, and three stand out: the worst of them goes, and of two equals each in turn.
    #[test]
    fn the_worst_goes_first_and_equals_in_turn() {
        let rule = SuccessRate { factor: 1.2, hosts: 5, volume: 10 };
        let mut outliers =
            Outliers::new(Ejection { success_rate: Some(rule), base: Span::from_secs(1), ..envoy() });
        let mut out = Vec::new();
        for round in 0..5_u64 {
            for call in 0..100 {
                let fails = match call % 10 {
                    2 | 4 => call / 10 < 5,
                    8 => round == 0 && call / 10 < 6,
                    _ => false,
                };
                outliers.ended(call % 10, !fails, 10, at(10 * round + 5));
            }
            outliers.sweep(10, at(10 * round + 10));
            out.extend((0..10).filter(|&at| outliers.is_ejected(at)));
        }
        assert_eq!(out, [8, 2, 4, 2, 4]);
    }

    #[test]
    fn an_outlier_is_ejected_without_five_failures_in_a_row() {
        let rule = SuccessRate { factor: 1.9, hosts: 5, volume: 100 };
        let mut outliers = Outliers::new(Ejection { success_rate: Some(rule), ..envoy() });
        for n in 0..1000 {
            // One fails every third call, the others every hundredth.
            outliers.ended(n % 10, (n / 10) % if n % 10 == 7 { 3 } else { 100 } != 0, 10, at(5));
        }
        assert!(outliers.sweep(10, at(10)) && outliers.is_ejected(7) && !outliers.is_ejected(6));
    }
}
