//! How a run ended, by a stated rule on goodput against its own baseline.
//!
//! Of the intents that ended in a window, the share that was answered in time is followed. It is *down* where it is
//! below [`DOWN`] of its median before the trigger, where many came and none ended, or where what is open would take
//! [`SLOWER`] times as long as usual at the present pace. A run that is down for [`SUSTAINED`] windows in a row was not
//! absorbed; it is back when it is up for good, and what counts is how long after the end of the trigger that was. If
//! somebody acted on it while it was down, and it was down after the trigger, it needed that. Each class is judged in
//! the same way by its own intents. A service that was not well before the trigger is held against all intents
//! answered in time.

use crate::findings::{Badge, ClassVerdict, Mark, Verdict};
use crate::metric::{GOOD, failed, loads};
use brownout_observe::Observations;
use brownout_protocol::Kind;
use brownout_stats::Estimate;
use std::collections::BTreeMap;
use std::ops::Range;

/// Below this part of its baseline, goodput is down.
const DOWN: f64 = 0.9;
/// So many windows in a row make a departure.
const SUSTAINED: usize = 3;
/// Back within this part of the trigger's length, or of [`SUSTAINED`] windows if that is longer, is healed at once.
const SOON: f64 = 0.25;
/// A baseline in which less than this is answered in time is none.
const WELL: f64 = 0.5;
/// So many intents that come in a window in which none ends are stuck, rather than unlucky.
const STUCK_MIN: u64 = 10;

/// By Little's law what is open divided by the pace is how long an intent takes; more than so many times the usual,
/// and more than so many seconds above it, is no service, whether or not clients would wait.
const SLOWER: f64 = 3.0;
const SLOWER_MIN: f64 = 10.0;
/// Healed within so many seconds is healed at once, however short the trigger was.
const SOON_MIN: f64 = 10.0;

/// What a run's goodput did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Course {
    pub(crate) badge: Badge,
    /// It was not well before the trigger.
    pub(crate) ill: bool,
    /// Seconds from the end of the trigger until goodput was back for good.
    pub(crate) recovery: Option<f64>,
}

/// Whose intents are looked at: those of some loads on some paths.
pub(crate) struct Whose(Vec<(usize, u8)>);

impl Whose {
    /// Everybody's.
    pub(crate) fn all(run: &Observations) -> Self {
        Whose::of(run, |_| true)
    }

    /// Those of one class.
    pub(crate) fn class(run: &Observations, class: &str) -> Self {
        Whose::of(run, |of| of == class)
    }

    fn of(run: &Observations, is: impl Fn(&str) -> bool) -> Self {
        let paths = (0..run.layout.paths.len() as u8).filter(|&path| is(&run.layout.paths[path as usize].0));
        Whose(paths.flat_map(|path| loads(run, path).map(move |load| (load, path))).collect())
    }

    fn count(&self, run: &Observations, at: usize, kinds: &[Kind]) -> u64 {
        self.0.iter().map(|&(load, path)| run.count(at..at + 1, load, Some(path), None, kinds)).sum()
    }
}

/// How one run ended for some. `baseline` are the windows before the trigger, `marks` what the trigger was.
pub(crate) fn course(run: &Observations, whose: &Whose, baseline: &Range<usize>, marks: &[Mark]) -> Course {
    let mut share: Vec<f64> = (0..run.layout.windows()).map(|at| in_time(run, whose, at)).collect();
    let window = run.layout.window.as_secs_f64();
    let stay = stays(run, whose);
    let usual = median(stay[baseline.clone()].iter().copied().filter(|s| s.is_finite()).collect(), 0.0);
    for (share, stay) in share.iter_mut().zip(stay) {
        if (SLOWER * usual).max(usual + SLOWER_MIN) < stay {
            *share = 0.0;
        }
    }
    // Without a trigger, whatever happens is counted from the end of the baseline.
    let quiet = baseline.end as f64 * window;
    let start = marks.iter().map(|mark| mark.from).reduce(f64::min).unwrap_or(quiet);
    let end = marks.iter().map(|mark| mark.to).reduce(f64::max).unwrap_or(quiet);
    judge(&share, window, baseline, start..end, &interventions(run))
}

/// The windows in which somebody acted on the service.
fn interventions(run: &Observations) -> Vec<usize> {
    let acted = |at: &usize| {
        let places = 0..run.layout.places.len();
        places.into_iter().any(|place| 0 < run.count(*at..at + 1, place, None, None, &[Kind::Intervened]))
    };
    (0..run.layout.windows()).filter(acted).collect()
}

/// The rule: `share` is the part answered in time in each window, `trigger` when it began and ended, in seconds,
/// `acted` the windows in which somebody acted.
fn judge(
    share: &[f64],
    window: f64,
    baseline: &Range<usize>,
    trigger: Range<f64>,
    acted: &[usize],
) -> Course {
    let usual = median(share[baseline.clone()].iter().copied().filter(|s| s.is_finite()).collect(), 1.0);
    let ill = usual < WELL;
    let usual = if ill { 1.0 } else { usual };
    // A window in which nobody came says nothing: it is as the one before.
    let mut down = vec![false; share.len()];
    for at in baseline.end..share.len() {
        let before = at.checked_sub(1).is_some_and(|before| down[before]);
        down[at] = if share[at].is_finite() { share[at] < DOWN * usual } else { before };
    }
    let Some(last) = (0..down.len()).rev().find(|&at| is_down_there(&down, at)) else {
        return Course { badge: Badge::Absorbed, ill, recovery: None };
    };
    let (back, least) = (last + 1, SUSTAINED as f64 * window);
    if (share.len() as f64 * window) < trigger.end + least {
        return Course { badge: Badge::Undecided, ill, recovery: None };
    }
    if down.len() < back + SUSTAINED {
        return Course { badge: Badge::NeverCameBack, ill, recovery: None };
    }
    let recovery = (back as f64 * window - trigger.end).max(0.0);
    let soon = (SOON * (trigger.end - trigger.start)).max(least).max(SOON_MIN);
    let first = (0..down.len()).find(|&at| is_down_there(&down, at)).unwrap_or(last);
    let helped = 0.0 < recovery && acted.iter().any(|at| (first..=last).contains(at));
    let badge = match recovery <= soon {
        _ if helped => Badge::NeededIntervention,
        true => Badge::SelfHealed,
        false => Badge::SlowDrain,
    };
    Course { badge, ill, recovery: Some(recovery) }
}

/// Whether window `at` belongs to a sustained stretch of being down: a single bad window does not count.
fn is_down_there(down: &[bool], at: usize) -> bool {
    let stretch = |from: usize| down[from..].iter().take(SUSTAINED).filter(|&&d| d).count() == SUSTAINED;
    down[at] && (at.saturating_sub(SUSTAINED - 1)..=at).any(stretch)
}

/// Part of the intents that ended in a window that was answered in time; not a number where none ended and few came.
fn in_time(run: &Observations, whose: &Whose, at: usize) -> f64 {
    let count = |kinds: &[Kind]| whose.count(run, at, kinds);
    let ended = count(&GOOD) + count(&failed());
    if ended == 0 && STUCK_MIN <= count(&[Kind::Arrived]) {
        return 0.0;
    }
    count(&[Kind::Succeeded]) as f64 / ended as f64
}

/// How long what is open at the end of each window would take at the pace of that window, in seconds.
fn stays(run: &Observations, whose: &Whose) -> Vec<f64> {
    let count = |at: usize, kinds: &[Kind]| whose.count(run, at, kinds);
    let mut open = 0;
    let stay = |at: usize| {
        let ended = count(at, &GOOD) + count(at, &failed());
        open = (open + count(at, &[Kind::Arrived])).saturating_sub(ended);
        let few = open < STUCK_MIN;
        if few { 0.0 } else { open as f64 * crate::series::length(run, at) / (ended as f64).max(0.5) }
    };
    (0..run.layout.windows()).map(stay).collect()
}

fn median(mut values: Vec<f64>, none: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(none)
}

/// The commonest badge, how many runs had which, and how long recovery took; the rest is written by the caller.
pub(crate) fn verdict(courses: &[Course]) -> Verdict {
    let ClassVerdict { badge, counts, recovery_seconds } = tally(courses);
    Verdict { badge, counts, line: String::new(), recovery_seconds, classes: BTreeMap::new() }
}

/// The same of one class.
pub(crate) fn tally(courses: &[Course]) -> ClassVerdict {
    let mut counts: BTreeMap<Badge, u32> = BTreeMap::new();
    for course in courses {
        *counts.entry(course.badge).or_default() += 1;
    }
    // Of equals the worse one: a verdict does not flatter.
    let badge =
        counts.iter().max_by_key(|(badge, count)| (**count, **badge)).map_or(Badge::Undecided, |(b, _)| *b);
    let recoveries: Vec<f64> = courses.iter().filter_map(|course| course.recovery).collect();
    ClassVerdict {
        badge,
        counts: counts.into_iter().map(|(badge, count)| (badge.key().to_owned(), count)).collect(),
        recovery_seconds: (!recoveries.is_empty()).then(|| Estimate::of(&recoveries, 0.95)),
    }
}

impl Badge {
    /// As results and expectations write it.
    pub const fn key(self) -> &'static str {
        match self {
            Badge::Absorbed => "absorbed",
            Badge::SelfHealed => "self-healed",
            Badge::SlowDrain => "slow-drain",
            Badge::NeededIntervention => "needed-intervention",
            Badge::NeverCameBack => "never-came-back",
            Badge::Undecided => "undecided",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten windows of baseline, a trigger in windows 10…20, forty windows in all, of 10 s each.
    fn check(bad: Range<usize>, badge: Badge, recovery: Option<f64>) {
        let share: Vec<f64> = (0..40).map(|at| if bad.contains(&at) { 0.5 } else { 0.98 }).collect();
        let expect = Course { badge, ill: false, recovery };
        assert_eq!(judge(&share, 10.0, &(0..10), 100.0..200.0, &[]), expect, "{bad:?}");
    }

    #[test]
    fn each_ending_is_told_from_the_others() {
        check(0..0, Badge::Absorbed, None);
        check(12..14, Badge::Absorbed, None);
        check(12..18, Badge::SelfHealed, Some(0.0));
        check(12..23, Badge::SelfHealed, Some(30.0));
        check(12..24, Badge::SlowDrain, Some(40.0));
        check(12..40, Badge::NeverCameBack, None);
        check(12..38, Badge::NeverCameBack, None);
    }

    #[test]
    fn whoever_acted_while_it_was_down_after_the_trigger_was_needed() {
        let share = |bad: Range<usize>| -> Vec<f64> {
            (0..40).map(|at| if bad.contains(&at) { 0.5 } else { 0.98 }).collect()
        };
        let judge = |bad, acted: &[usize]| judge(&share(bad), 10.0, &(0..10), 100.0..200.0, acted).badge;
        assert_eq!(judge(12..30, &[25]), Badge::NeededIntervention);
        assert_eq!(judge(12..23, &[15]), Badge::NeededIntervention);
        // Before it was down, after it was back, or back with the end of the trigger: nobody had to.
        assert_eq!(judge(12..30, &[5, 35]), Badge::SlowDrain);
        assert_eq!(judge(12..19, &[15]), Badge::SelfHealed);
        assert_eq!(judge(12..40, &[25]), Badge::NeverCameBack);
    }

    #[test]
    fn a_run_that_ends_with_its_trigger_is_undecided() {
        let share: Vec<f64> = (0..20).map(|at| if at < 12 { 1.0 } else { 0.2 }).collect();
        assert_eq!(judge(&share, 10.0, &(0..10), 100.0..180.0, &[]).badge, Badge::Undecided);
    }

    #[test]
    fn windows_in_which_nobody_came_are_as_those_before() {
        let share: Vec<f64> = (0..30)
            .map(|at| {
                if at < 10 {
                    1.0
                } else if at < 12 {
                    0.0
                } else {
                    f64::NAN
                }
            })
            .collect();
        assert_eq!(judge(&share, 10.0, &(0..10), 100.0..110.0, &[]).badge, Badge::NeverCameBack);
    }

    #[test]
    fn a_service_that_was_never_well_is_not_absorbed() {
        let share = [0.1; 30];
        let course = judge(&share, 10.0, &(0..10), 100.0..150.0, &[]);
        assert!(course.badge == Badge::NeverCameBack && course.ill);
    }

    #[test]
    fn of_equal_counts_the_worse_badge_is_the_verdict() {
        let course = |badge| Course { badge, ill: false, recovery: None };
        let all = [course(Badge::Absorbed), course(Badge::NeverCameBack)];
        let verdict = verdict(&all);
        assert_eq!((verdict.badge, verdict.counts.len()), (Badge::NeverCameBack, 2));
    }
}
