//! What users lost: numbers that are found in the episodes of a run and the runs beside it, once it is over.

use crate::metric::{Better, How, Metric};
use crate::replicas::MONTH;
use crate::rows::rows;
use crate::waits::quantile;
use crate::{Badge, Scope, Unit};
use brownout_stats::SparseHistogram;

const HARMED: &[Scope] = &[Scope::Total, Scope::Class, Scope::Path];
const JUDGED: &[Scope] = &[Scope::Run, Scope::Class, Scope::Path];
const VERDICTS: &[Scope] = &[Scope::Run, Scope::Class];

const INTENTS: Unit = Unit::Balance("intents");
const MINUTES: Unit = Unit::Time("minutes");

/// What the users of one subject lost in one replication. Of a class and of all, minutes are those of the operation
/// that had most of them, and intents are sums.
#[derive(Clone, Debug, PartialEq)]
pub struct Harm {
    /// How it fared; of several operations, how the worst one did.
    pub badge: Badge,
    /// How often it was harmed.
    pub episodes: f64,
    /// How many of these began soon after another one.
    pub relapses: f64,
    /// How long most users got nothing.
    pub minutes_down: f64,
    /// How long noticeably more users than usual got nothing, or got it late.
    pub minutes_degraded: f64,
    /// Intents that would have been served.
    pub asked: f64,
    /// Intents that began while it was harmed, or that would have been answered then if those are more.
    pub harmed_asked: f64,
    /// Intents that were answered as promised while it was harmed.
    pub harmed_served: f64,
    /// Of what was asked, intents that failed.
    pub failed: f64,
    /// Intents that were answered late.
    pub late: f64,
    /// Intents that users never came to.
    pub never_begun: f64,
    /// Intents that were open when the run ended.
    pub open: f64,
    /// Users who met trouble, each once.
    pub people: f64,
    /// How long each of them was without service each time, in nanoseconds.
    pub lockouts: SparseHistogram,
    /// How long, all together, in minutes: exact, as a histogram is not.
    pub lockout_minutes: f64,
    /// How long users would have been there and were not, since they were stopped before, in minutes.
    pub absent_minutes: f64,
    /// Users who left after a failure without having been served again.
    pub left: f64,
    /// What the unserved intents cost by the penalty of their operation, in US dollars.
    pub penalty: f64,
    /// How long it was looked at, in seconds.
    pub seconds: f64,
}

impl Harm {
    /// Intents that would have been served and were not.
    pub fn unserved(&self) -> f64 {
        self.failed + self.late + self.never_begun + self.open
    }

    /// Their share of those that would have been served; none where there were none.
    pub fn unserved_share(&self) -> Option<f64> {
        (0.0 < self.asked).then(|| self.unserved() / self.asked)
    }
}

rows! {
    /// How a run ended.
    VERDICT: Metric = Metric::new("verdict", VERDICTS, Unit::Badge, Better::Neither,
        "How the worst operation fared, of all clients or of one class.", How::Judged);
    /// How an operation fared.
    BADGE: Metric = Metric::new("badge", JUDGED, Unit::Badge, Better::Neither,
        "How the operation fared; of a class or the run, how the worst one did.", How::Judged);
    /// Minutes down.
    MINUTES_DOWN: Metric = harm("minutes_down", MINUTES, Better::Low,
        "How long most users got nothing, in all episodes; of several operations, of the one with most.",
        |harm| Some(harm.minutes_down));
    /// Minutes degraded.
    MINUTES_DEGRADED: Metric = harm("minutes_degraded", MINUTES, Better::Low,
        "How long noticeably more users than usual got nothing or got it late, beside the minutes down.",
        |harm| Some(harm.minutes_degraded));
    /// Episodes.
    EPISODES: Metric = harm("episodes", Unit::Count("episodes"), Better::Low,
        "How often the operation was harmed, from the first bad block of intents to two good ones.",
        |harm| Some(harm.episodes));
    /// Relapses.
    RELAPSES: Metric = harm("relapses", Unit::Count("relapses"), Better::Low,
        "Episodes that began within ten minutes after another one, or within its length if that is shorter.",
        |harm| Some(harm.relapses));
    /// Intents that were not served.
    UNSERVED: Metric = harm("unserved", INTENTS, Better::Low,
        "Intents that would have been answered as promised without queues, faults and refusals, and were not.",
        |harm| Some(harm.unserved()));
    /// The same as a share.
    UNSERVED_SHARE: Metric = harm("unserved_share", Unit::Share, Better::Low,
        "Unserved of the intents that would have been answered as promised.", Harm::unserved_share);
    /// The same while it lasted.
    EPISODE_UNSERVED_SHARE: Metric = harm("episode_unserved_share", Unit::Share, Better::Low,
        "Of the intents that began while the operation was harmed, or that would have been answered then, the share \
         that was not answered as promised in that time.",
        |harm| (0.0 < harm.harmed_asked).then(|| 1.0 - harm.harmed_served / harm.harmed_asked));
    /// Of these, those that failed.
    UNSERVED_FAILED: Metric = harm("unserved_failed", INTENTS, Better::Low,
        "Of the unserved, intents that failed.", |harm| Some(harm.failed));
    /// … that were late.
    UNSERVED_LATE: Metric = harm("unserved_late", INTENTS, Better::Low,
        "Of the unserved, intents that were answered later than promised.", |harm| Some(harm.late));
    /// … that never began.
    UNSERVED_NEVER_BEGUN: Metric = harm("never_begun", INTENTS, Better::Low,
        "Of the unserved, intents that users never came to; below 0 where they begin again and again.",
        |harm| Some(harm.never_begun));
    /// … that were open at the end.
    UNSERVED_OPEN: Metric = harm("open_at_end", INTENTS, Better::Low,
        "Of the unserved, intents that were still open when the run ended.", |harm| Some(harm.open));
    /// Time without service.
    USER_MINUTES_LOST: Metric = harm("user_minutes_lost", Unit::Time("user-minutes"), Better::Low,
        "Time of users without service, from the beginning of the first intent in trouble until they are served again, \
         leave or the run ends, and time they would have been there; of an operation, without the latter.",
        |harm| Some(harm.lockout_minutes + harm.absent_minutes));
    /// Distinct users who met trouble.
    PEOPLE_LOCKED_OUT: Metric = harm("people_locked_out", Unit::Count("users"), Better::Low,
        "Distinct users who were without service: an intent failed, came too late or never ended.",
        |harm| Some(harm.people));
    /// How long one was without service.
    LOCKOUT_LENGTH: Metric = harm("lockout_length.mean", Unit::Seconds, Better::Low,
        "How long a user was without service each time, on average.",
        |harm| match harm.lockouts.count() {
            0 => None,
            count => Some(60.0 * harm.lockout_minutes / count as f64),
        })
        .above_zero();
    /// … half of the times at most.
    LOCKOUT_P50: Metric = harm("lockout_length.p50", Unit::Seconds, Better::Low,
        "How long a user was without service each time, the median.", |harm| quantile(&harm.lockouts, 0.5))
        .above_zero();
    /// … nine times of ten at most.
    LOCKOUT_P90: Metric = harm("lockout_length.p90", Unit::Seconds, Better::Low,
        "How long a user was without service each time, the 90th percentile.",
        |harm| quantile(&harm.lockouts, 0.9))
        .above_zero();
    /// … 99 times of a hundred at most.
    LOCKOUT_P99: Metric = harm("lockout_length.p99", Unit::Seconds, Better::Low,
        "How long a user was without service each time, the 99th percentile.",
        |harm| quantile(&harm.lockouts, 0.99))
        .above_zero();
    /// Users who left for good.
    LEFT_UNSERVED: Metric = harm("left_unserved", Unit::Count("users"), Better::Low,
        "Users who left after a failure without having been served again; an answer that comes too late serves.",
        |harm| Some(harm.left));
    /// What that cost.
    PENALTY: Metric = harm("penalty", Unit::Dollars, Better::Low,
        "What unserved intents cost by the penalty of their operation.", |harm| Some(harm.penalty))
        .above_zero();
    /// The same of a month.
    PENALTY_PER_MONTH: Metric = harm("penalty_per_month", Unit::Dollars, Better::Low,
        "The same for a month of 730 hours of which every hour is like those measured.",
        |harm| (0.0 < harm.seconds).then(|| harm.penalty * MONTH / harm.seconds))
        .above_zero();
}

/// A number of the harm to one subject.
const fn harm(
    key: &'static str,
    unit: Unit,
    better: Better,
    meaning: &'static str,
    number: fn(&Harm) -> Option<f64>,
) -> Metric {
    Metric::new(key, HARMED, unit, better, meaning, How::Harm(number))
}
