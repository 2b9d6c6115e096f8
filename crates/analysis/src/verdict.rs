//! How a run ended, by a stated rule on goodput against its own baseline.
//!
//! The rule follows the share of ended intents that were answered in time in each window, and how long open intents
//! would take. A run that never departs from the normal state ([`crate::usual`]) was absorbed; otherwise it is back
//! when the last departure ends, and what counts is how long after the end of the trigger that was. If an operator
//! acted on it while it was down, and it was down after the trigger, it needed intervention. Each class is judged in
//! the same way by its own intents.
//!
//! Without a trigger there is nothing to recover from: the first part of the run is compared with the rest, which is
//! steady or not.

use crate::findings::{ClassVerdict, Mark, Verdict};
use crate::goodput::{PathList, Window};
use crate::usual::{SUSTAINED, Usual, is_ill};
use brownout_metrics::Badge;
use brownout_observe::{Digest, Legend};
use brownout_protocol::Kind;
use brownout_stats::Estimate;
use std::collections::BTreeMap;
use std::ops::Range;

/// A backlog that absorbs this fraction of arrivals is noticed.
const GROWS: f64 = 0.05;
/// A backlog this many deviations away from one that is stationary on average is not chance.
const DEVIATIONS: f64 = 4.0;
/// Recovery within this fraction of the trigger's length, or of [`SUSTAINED`] windows if that is longer, is immediate.
const SOON: f64 = 0.25;
/// Recovery within this many seconds is immediate, however short the trigger was.
const SOON_MIN: f64 = 10.0;

/// What a run's goodput did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Course {
    pub(crate) badge: Badge,
    /// Most runs were not well before the trigger.
    pub(crate) ill: bool,
    /// It was down when the run ended.
    pub(crate) down: bool,
    /// Seconds from the end of the trigger until goodput was back for good.
    pub(crate) recovery: Option<f64>,
}

/// How each run ended for some clients. `baseline` are the windows before the trigger, `marks` what the trigger was.
pub(crate) fn courses(
    legend: &Legend,
    runs: &[Digest],
    whose: &PathList,
    baseline: &Range<usize>,
    marks: &[Mark],
) -> Vec<Course> {
    let followed: Vec<Vec<Window>> = runs.iter().map(|run| whose.follow(legend, run)).collect();
    let baselines: Vec<&[Window]> = followed.iter().map(|windows| &windows[baseline.clone()]).collect();
    // If most runs were well, runs that broke down by themselves before the trigger say nothing about the normal state.
    let well: Vec<&[Window]> = baselines.iter().copied().filter(|baseline| !is_ill(baseline)).collect();
    let ill = 2 * well.len() <= baselines.len();
    let usual = Usual::learn(if ill { &baselines } else { &well });
    let trigger =
        marks.iter().map(|mark| mark.from..mark.to).reduce(|a, b| a.start.min(b.start)..a.end.max(b.end));
    let course = |(run, windows): (&Digest, &Vec<Window>)| {
        let mut down = usual.departures(windows, baseline.end);
        if trigger.is_none() && grows(&windows[baseline.end - 1..]) {
            down[baseline.end..].fill(true);
        }
        let seconds = legend.layout.window.as_secs_f64();
        judge(&down, seconds, trigger.clone(), &interventions(legend, run), ill)
    };
    runs.iter().zip(&followed).map(course).collect()
}

/// Whether the backlog keeps growing after the first window: arrivals exceed departures. If both were equal, it would
/// wander like a random walk whose steps are arrivals and departures.
fn grows(windows: &[Window]) -> bool {
    let [first, rest @ ..] = windows else { return false };
    let came = rest.iter().map(|window| window.came).sum::<u64>() as f64;
    let more = rest.last().map_or(0.0, |last| last.open as f64 - first.open as f64);
    (GROWS * came).max(DEVIATIONS * (2.0 * came).sqrt()) < more
}

/// The windows in which an operator acted on the service.
fn interventions(legend: &Legend, run: &Digest) -> Vec<usize> {
    let acts = run.happenings.kept.iter().filter(|happening| happening.kind == Kind::Intervened);
    // An act at the very end of a window belongs to it.
    let window = legend.layout.window.nanos();
    let mut windows: Vec<usize> = acts.map(|act| (act.at.div_ceil(window).max(1) - 1) as usize).collect();
    windows.dedup();
    windows
}

/// The rule: `down` are the windows of departures, `window` their length, `trigger` when it began and ended, in
/// seconds, `acted` the windows in which an operator acted.
fn judge(down: &[bool], window: f64, trigger: Option<Range<f64>>, acted: &[usize], ill: bool) -> Course {
    let (first, last) = (down.iter().position(|&down| down), down.iter().rposition(|&down| down));
    let at_end = last.is_some_and(|last| down.len() <= last + SUSTAINED);
    let course = |badge, recovery| Course { badge, ill, down: at_end, recovery };
    if ill {
        return course(Badge::Failing, None);
    }
    let (Some(first), Some(last)) = (first, last) else {
        return course(if trigger.is_some() { Badge::Absorbed } else { Badge::Steady }, None);
    };
    let Some(trigger) = trigger else { return course(Badge::Unsteady, None) };
    let least = SUSTAINED as f64 * window;
    if (down.len() as f64 * window) < trigger.end + least {
        return course(Badge::Undecided, None);
    }
    if at_end {
        return course(Badge::NeverCameBack, None);
    }
    let recovery = ((last + 1) as f64 * window - trigger.end).max(0.0);
    let soon = (SOON * (trigger.end - trigger.start)).max(least).max(SOON_MIN);
    let helped = 0.0 < recovery && acted.iter().any(|at| (first..=last).contains(at));
    let badge = match recovery <= soon {
        _ if helped => Badge::NeededIntervention,
        true => Badge::SelfHealed,
        false => Badge::SlowDrain,
    };
    course(badge, Some(recovery))
}

/// The commonest badge, how many runs had which, and how long recovery took.
pub(crate) fn verdict(courses: &[Course], by_class: &BTreeMap<String, Vec<Course>>) -> Verdict {
    let ClassVerdict { badge, counts, recovery_seconds } = tally(courses);
    let most =
        |is: fn(&Course) -> bool| courses.len() < 2 * courses.iter().filter(|course| is(course)).count();
    Verdict {
        badge,
        counts,
        recovery_seconds,
        ill: most(|course| course.ill),
        down: most(|course| course.down),
        classes: by_class.iter().map(|(class, courses)| (class.clone(), tally(courses))).collect(),
    }
}

/// The same of one class.
pub(crate) fn tally(courses: &[Course]) -> ClassVerdict {
    let mut counts: BTreeMap<Badge, u32> = BTreeMap::new();
    for course in courses {
        *counts.entry(course.badge).or_default() += 1;
    }
    // Among equals the worse one.
    let badge =
        counts.iter().max_by_key(|(badge, count)| (**count, **badge)).map_or(Badge::Undecided, |(b, _)| *b);
    let recoveries: Vec<f64> = courses.iter().filter_map(|course| course.recovery).collect();
    ClassVerdict {
        badge,
        counts: counts.into_iter().map(|(badge, count)| (badge.key().to_owned(), count)).collect(),
        recovery_seconds: (!recoveries.is_empty())
            .then(|| Estimate::of(&recoveries, 0.95).within(0.0, f64::INFINITY)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run of windows of 10 s and a thousand intents each, ten of baseline, by the share that was answered in time.
    fn ended(shares: &[f64], trigger: Option<Range<f64>>, acted: &[usize]) -> Course {
        let windows: Vec<Window> = shares
            .iter()
            .map(|share| {
                let ended = if share.is_finite() { 1000 } else { 0 };
                Window { good: (1000.0 * share) as u64, ended, came: ended, open: 0, stay: 0.0 }
            })
            .collect();
        let down = Usual::learn(&[&windows[..10]]).departures(&windows, 10);
        judge(&down, 10.0, trigger, acted, is_ill(&windows[..10]))
    }

    /// Forty windows, in some of which half is answered in time.
    fn bad(bad: Range<usize>) -> Vec<f64> {
        (0..40).map(|at| if bad.contains(&at) { 0.5 } else { 0.98 }).collect()
    }

    /// With a trigger in windows 10…20.
    fn check(range: Range<usize>, badge: Badge, recovery: Option<f64>) {
        let course = ended(&bad(range.clone()), Some(100.0..200.0), &[]);
        assert_eq!((course.badge, course.recovery), (badge, recovery), "{range:?}");
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
    fn acts_while_it_was_down_after_the_trigger_were_needed() {
        let judge = |range, acted: &[usize]| ended(&bad(range), Some(100.0..200.0), acted).badge;
        assert_eq!(judge(12..30, &[25]), Badge::NeededIntervention);
        assert_eq!(judge(12..23, &[15]), Badge::NeededIntervention);
        // Before it was down, after it was back, or back with the end of the trigger: no intervention was needed.
        assert_eq!(judge(12..30, &[5, 35]), Badge::SlowDrain);
        assert_eq!(judge(12..19, &[15]), Badge::SelfHealed);
        assert_eq!(judge(12..40, &[25]), Badge::NeverCameBack);
    }

    #[test]
    fn a_run_that_ends_with_its_trigger_is_undecided() {
        let shares: Vec<f64> = (0..20).map(|at| if at < 12 { 1.0 } else { 0.2 }).collect();
        assert_eq!(ended(&shares, Some(100.0..180.0), &[]).badge, Badge::Undecided);
    }

    #[test]
    fn windows_without_intents_count_as_those_before() {
        let mut shares = vec![1.0; 10];
        shares.extend([0.0; 2]);
        shares.extend([f64::NAN; 18]);
        assert_eq!(ended(&shares, Some(100.0..110.0), &[]).badge, Badge::NeverCameBack);
    }

    #[test]
    fn without_a_trigger_a_run_is_steady_or_not() {
        let course = |range| {
            let course = ended(&bad(range), None, &[]);
            assert_eq!(course.recovery, None);
            (course.badge, course.down)
        };
        assert_eq!(course(0..0), (Badge::Steady, false));
        assert_eq!(course(20..30), (Badge::Unsteady, false));
        assert_eq!(course(20..40), (Badge::Unsteady, true));
    }

    #[test]
    fn a_backlog_grows_if_it_exceeds_a_random_walk_and_is_noticeable() {
        let grow = |came: u64, by: u64| {
            let window = |at| Window { good: 0, ended: came - by, came, open: 100 + by * at, stay: 0.0 };
            grows(&(0..101).map(window).collect::<Vec<_>>())
        };
        // A walk of 10,000 strays by 141; of 100,000, 5 % are more than four standard deviations of 447.
        assert!(!grow(100, 5) && grow(100, 6));
        assert!(!grow(1000, 50) && grow(1000, 51));
        assert!(!grows(&[]) && !grow(0, 0));
    }

    #[test]
    fn a_service_that_was_never_well_has_nothing_to_come_back_to() {
        for trigger in [None, Some(100.0..150.0)] {
            assert_eq!(ended(&[0.1; 30], trigger.clone(), &[]).badge, Badge::Failing);
            let mut worse = vec![0.4; 12];
            worse.extend([0.0; 18]);
            assert_eq!(ended(&worse, trigger, &[]).badge, Badge::Failing);
        }
    }

    #[test]
    fn of_equal_counts_the_worse_badge_is_the_verdict() {
        let course = |badge| Course { badge, ill: false, down: false, recovery: None };
        let all = [course(Badge::Absorbed), course(Badge::NeverCameBack)];
        let verdict = verdict(&all, &BTreeMap::new());
        assert_eq!((verdict.badge, verdict.counts.len()), (Badge::NeverCameBack, 2));
    }
}
