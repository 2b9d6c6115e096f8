//! Zone-aware routing as in Envoy: which zone serves a call; a pure state machine.
//!
//! Source: Envoy, "Zone aware routing". A zone whose share of replicas is at least its share of calls keeps all of
//! them. Otherwise it keeps as many as it has replicas for, and the rest goes to the others in proportion to their
//! spare capacity. Envoy estimates the calls from the callers' hosts; here they are counted.

use brownout_kernel::{Instant, Stream};
use brownout_model::{ZONES_MAX, ZoneRouting};
use brownout_units::Span;

/// How long calls are counted before their shares are known.
const WINDOW: Span = Span::from_secs(10);
/// The share of a window has changed if it is off by more than this many standard errors.
const ERRORS: f64 = 3.0;
/// Above this number of calls the older half is dropped.
const CALLS_MAX: u32 = 1 << 30;

/// A value per zone: 0 stands for no zone, and zones begin at 1.
pub(crate) type ByZone = [u32; ZONES_MAX + 1];

/// Chooses the zone of each call.
#[derive(Debug)]
pub(crate) struct Router {
    routing: ZoneRouting,
    /// Calls of this window so far, by the zone of the caller.
    counts: ByZone,
    /// … of the windows before, as far back as they are pooled.
    known: ByZone,
    until: Instant,
}

impl Router {
    /// No call has come yet.
    pub(crate) fn new(routing: ZoneRouting) -> Self {
        Router {
            routing,
            counts: [0; ZONES_MAX + 1],
            known: [0; ZONES_MAX + 1],
            until: Instant::ZERO + WINDOW,
        }
    }

    /// A call comes from a zone.
    pub(crate) fn came(&mut self, zone: u8, now: Instant) {
        if self.until <= now {
            self.learn();
            self.until = now + WINDOW;
        }
        self.counts[usize::from(zone)] += 1;
    }

    /// A window is over. Windows are pooled within three standard errors, so that chance sends fewer and fewer calls
    /// away; an outlier restarts the pool, since callers have come or gone.
    fn learn(&mut self) {
        let window = std::mem::take(&mut self.counts);
        let (new, old) = (sum(&window), sum(&self.known));
        let differs = |zone: usize| {
            let (now, before) = (f64::from(window[zone]), f64::from(self.known[zone]));
            let both = (now + before) / (new + old);
            let error = (both * (1.0 - both) * (1.0 / new + 1.0 / old)).sqrt();
            ERRORS * error < (now / new - before / old).abs()
        };
        if 0.0 < old && 0.0 < new && (1..=ZONES_MAX).any(differs) {
            self.known = [0; ZONES_MAX + 1];
        }
        let many = self.known.iter().any(|&calls| CALLS_MAX < calls);
        for (known, calls) in self.known.iter_mut().zip(window) {
            *known = if many { *known / 2 } else { *known }.saturating_add(calls);
        }
    }

    /// The zone that serves a call from `zone`, by how many replicas of each may take it; none: any of them.
    ///
    /// A zone without replicas is the answer only where a call has to stay.
    pub(crate) fn choose(&self, zone: u8, replicas: &ByZone, stream: &mut Stream) -> Option<u8> {
        match self.routing {
            ZoneRouting::Local if zone != 0 => Some(zone),
            ZoneRouting::SpillOver if zone != 0 => Some(self.spill_over(zone, replicas, stream)),
            _ => None,
        }
    }

    fn spill_over(&self, zone: u8, replicas: &ByZone, stream: &mut Stream) -> u8 {
        let (calls, all) = (sum(&self.known), sum(replicas));
        let share = |zone: usize| f64::from(replicas[zone]) / all;
        let asks = |zone: usize| if 0.0 < calls { f64::from(self.known[zone]) / calls } else { share(zone) };
        let (mine, here) = (asks(usize::from(zone)), share(usize::from(zone)));
        if 0.0 < here && (mine <= here || stream.chance(here / mine)) {
            return zone;
        }
        let others = || (1..=ZONES_MAX).filter(|&other| other != usize::from(zone) && 0 < replicas[other]);
        let spare = |other: usize| (share(other) - asks(other)).max(0.0);
        let whole: f64 = others().map(spare).sum();
        // If no zone has spare capacity, all are equally overloaded.
        let weight = |other: usize| if 0.0 < whole { spare(other) } else { share(other) };
        let mut left = stream.uniform() * others().map(weight).sum::<f64>();
        let mut last = zone;
        for other in others() {
            left -= weight(other);
            last = other as u8;
            if left < 0.0 {
                break;
            }
        }
        last
    }
}

fn sum(counts: &ByZone) -> f64 {
    counts.iter().map(|&count| f64::from(count)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_zone(of: &[u32]) -> ByZone {
        let mut all = [0; ZONES_MAX + 1];
        all[1..=of.len()].copy_from_slice(of);
        all
    }

    /// Where ten thousand calls of each zone go, by the number of its calls in the window before.
    fn shares(routing: ZoneRouting, calls: &[u32], replicas: &[u32]) -> Vec<Vec<u32>> {
        let mut router = Router::new(routing);
        for (zone, &count) in calls.iter().enumerate() {
            (0..count).for_each(|_| router.came(zone as u8 + 1, Instant::ZERO));
        }
        router.came(1, Instant::ZERO + WINDOW);
        let (replicas, mut stream) = (by_zone(replicas), Stream::named(7, 0, "zones"));
        let mut row = |zone: usize| {
            let mut went = vec![0; calls.len()];
            for _ in 0..10_000 {
                let to = router.choose(zone as u8 + 1, &replicas, &mut stream).expect("a zone");
                went[usize::from(to) - 1] += 1;
            }
            went
        };
        (0..calls.len()).map(&mut row).collect()
    }

    #[test]
    fn what_fits_stays() {
        let even = shares(ZoneRouting::SpillOver, &[1_000, 1_000, 1_000], &[4, 4, 4]);
        assert_eq!(even, [[10_000, 0, 0], [0, 10_000, 0], [0, 0, 10_000]]);
    }

    #[test]
    fn excess_spills_over_to_zones_with_room() {
        // A third of the calls each, and 1/6, 1/3 and 1/2 of the replicas: the first keeps half of its calls, and only
        // the third has room for the others.
        let went = shares(ZoneRouting::SpillOver, &[3_000, 3_000, 3_000], &[2, 4, 6]);
        assert!(went[0][0].abs_diff(5_000) < 200 && went[0][1] == 0, "{went:?}");
        assert_eq!(went[1..], [[0, 10_000, 0], [0, 0, 10_000]]);
    }

    #[test]
    fn a_zone_without_replicas_spreads_over_the_others() {
        let went = shares(ZoneRouting::SpillOver, &[3_000, 3_000, 3_000], &[4, 0, 4]);
        assert!(went[1][1] == 0 && went[1][0].abs_diff(5_000) < 200, "{went:?}");
        assert_eq!(went[0], [10_000, 0, 0]);
        let local = shares(ZoneRouting::Local, &[3_000, 3_000, 3_000], &[4, 0, 4]);
        assert_eq!(local[1], [0, 10_000, 0], "it has to stay, and is refused there");
    }

    #[test]
    fn similar_windows_are_pooled_and_an_outlier_restarts_the_pool() {
        let mut router = Router::new(ZoneRouting::SpillOver);
        let mut window = |nth: u64, calls: [u32; 2]| {
            let at = Instant::ZERO + WINDOW.saturating_mul(nth);
            for (zone, count) in calls.into_iter().enumerate() {
                (0..count).for_each(|_| router.came(zone as u8 + 1, at));
            }
            [router.known[1], router.known[2]]
        };
        assert_eq!(window(0, [500, 500]), [0, 0]);
        assert_eq!(window(1, [520, 480]), [500, 500]);
        assert_eq!(window(2, [100, 900]), [1_020, 980], "0.9 standard errors are chance");
        assert_eq!(window(3, [1, 1]), [100, 900], "and 21 are not");
    }

    #[test]
    fn who_has_no_zone_goes_anywhere() {
        let (router, mut stream) = (Router::new(ZoneRouting::Local), Stream::named(7, 0, "zones"));
        assert_eq!(router.choose(0, &by_zone(&[1, 1]), &mut stream), None);
        // Nothing is known about the calls yet: they are assumed to be spread like the replicas.
        let router = Router::new(ZoneRouting::SpillOver);
        assert_eq!(router.choose(2, &by_zone(&[1, 1]), &mut stream), Some(2));
        assert_eq!(router.choose(3, &by_zone(&[0, 1]), &mut stream), Some(2));
    }
}
