//! What a tier does: calls that come, wait, are served and turned away, and what they cost.

use crate::kinds::{ADMITTED, ANSWERED, BEGAN, CAME, LEFT, REFUSED, shed};
use crate::metric::{Better, End, How, Metric, Of, Parts};
use crate::rows::{Family, P99, by_reason, family, of, part, quantiles, reasons, rows, share, value};
use crate::source::ratio;
use crate::waits::{mean, quantile};
use crate::{Ask, Latency, Level, Scope, Unit};
use brownout_protocol::{Books, Kind};
use brownout_units::Span;

const TIER: &[Scope] = &[Scope::Tier];
/// Counts and means can be of one path.
const BOTH: &[Scope] = &[Scope::Tier, Scope::TierPath];
const TIER_PATH: &[Scope] = &[Scope::TierPath];

const PER_SECOND: Unit = Unit::PerSecond("calls");

rows! {
    /// Calls that came.
    ARRIVALS: Metric = value("arrivals", BOTH, PER_SECOND, Better::Neither,
        "Calls that came, let in or not.", |ask| ask.rate(&CAME));
    /// Calls that were let in.
    ADMITTED_RATE: Metric = value("admitted", BOTH, PER_SECOND, Better::Neither,
        "Calls that were let in.", |ask| ask.rate(&ADMITTED));
    /// Retries of all that came.
    RETRY_SHARE: Metric = share("retry_share", BOTH, Better::Low,
        "Retries of any caller, of the calls that came.", |ask| of(ask.count_tries(true, &CAME), ask.count(&CAME)));
    /// The replica that got most.
    REPLICA_SHARE_MOST: Metric = part("replica_share_most", TIER, Better::Neither,
        "Calls that were sent to the replica that got most, of those sent to any; none of a single replica.",
        |ask| share_of(ask, |sent| sent.iter().max()));
    /// The replica that got least.
    REPLICA_SHARE_LEAST: Metric = part("replica_share_least", TIER, Better::Neither,
        "Calls that were sent to the replica that got least, of those sent to any; none of a single replica.",
        |ask| share_of(ask, |sent| sent.iter().min()));
    /// Those that had to wait.
    WAIT_PROBABILITY: Metric = share("wait_probability", TIER, Better::Low,
        "Calls that had to wait, of those let in.", |ask| of(ask.count(&[Kind::Queued]), ask.count(&ADMITTED)));
    /// Calls made and not answered in time.
    TIMEOUTS: Metric = value("timeouts", BOTH, PER_SECOND, Better::Low,
        "Calls that the tier made and that were not answered in time.", |ask| ask.rate(&[Kind::CallTimedOut]))
        .over_time(TIER);
    /// Busy of all workers.
    UTILISATION: Metric = part("utilisation", TIER, Better::Neither,
        "Time that workers were busy, of the time that they were there; none if workers are unlimited.", utilisation)
        .over_time(TIER);
    /// The busiest ten seconds.
    PEAK_UTILISATION: Metric = Metric::new("peak_utilisation", TIER, Unit::Share, Better::Neither,
        "The highest utilisation of any ten seconds; in runs over 55 hours, of any 20,000th of the run.",
        How::Extreme { of: &UTILISATION, over: Span::from_secs(10), end: End::Highest });
    /// Waits in the queue.
    QUEUE_WAIT: Family = family(quantiles!("queue_wait"), "", TIER,
        "Time in the queue of the calls whose service began, 0 for those served at once. The mean also has what they \
         waited after a preemption; quantiles are of the time until service began.",
        |ask, part| match part {
            Of::Mean => mean(ask, &[Kind::Started, Kind::Resumed], &BEGAN),
            Of::Quantile(q) => quantile(&ask.distribution(Latency::Wait), q),
        }, (&[P99], TIER));
    /// Time inside.
    SOJOURN: Family = family(quantiles!("sojourn"), "", TIER,
        "From admission to a good answer.",
        |ask, part| match part {
            Of::Mean => mean(ask, &ANSWERED, &ANSWERED),
            Of::Quantile(q) => quantile(&ask.distribution(Latency::Done), q),
        }, (&[], &[]));
    /// The mean wait of one path.
    PATH_QUEUE_WAIT: Metric = value("queue_wait_mean", TIER_PATH, Unit::Seconds, Better::Low,
        "Mean time in the queue of the calls whose service began, after a preemption too; 0 for those served at once.",
        |ask| mean(ask, &[Kind::Started, Kind::Resumed], &BEGAN));
    /// The mean time inside of one path.
    PATH_SOJOURN: Metric = value("sojourn_mean", TIER_PATH, Unit::Seconds, Better::Low,
        "Mean time from admission to a good answer.", |ask| mean(ask, &ANSWERED, &ANSWERED));
    /// The mean wait of all that were let in.
    QUEUE_WAIT_ALL: Metric = value("queue_wait_of_all", BOTH, Unit::Seconds, Better::Low,
        "Mean time in the queue of the calls that were let in, whether their service began or they left the queue \
         before; 0 for those served at once. Times `admitted` it is `queue_length`, but for calls \
         that wait when the stretch begins or ends.",
        |ask| mean(ask, &[Kind::Started, Kind::Resumed, Kind::LeftQueue],
            &[Kind::Started, Kind::StartedAtOnce, Kind::LeftQueue]));
    /// The mean time inside of all that were let in.
    SOJOURN_ALL: Metric = value("sojourn_of_all", BOTH, Unit::Seconds, Better::Low,
        "Mean time from admission until a call left, answered well, in error or not at all. Times `admitted` it is \
         `in_flight`, but for calls that are inside when the stretch begins or ends.",
        |ask| mean(ask, &LEFT, &LEFT));
    /// Calls that wait.
    QUEUE_LENGTH: Metric = value("queue_length", TIER, Unit::Count("calls"), Better::Low,
        "Mean number of calls that wait.", |ask| ask.mean_level(Level::Waiting)).over_time(TIER);
    /// Calls inside.
    IN_FLIGHT: Metric = value("in_flight", TIER, Unit::Count("calls"), Better::Neither,
        "Mean number of calls inside, waiting or not.", |ask| ask.mean_level(Level::Inside)).over_time(TIER);
    /// The age of the queue.
    HEAD_AGE_MAX: Metric = value("head_age_max", TIER, Unit::Seconds, Better::Low,
        "The longest that the head of a queue had waited, sampled every ten seconds.",
        |ask| ask.gauge(Kind::HeadAge).map(|nanos| nanos * 1e-9)).over_time(TIER);
    /// Calls turned away or ended badly, by reason.
    SHED: [Metric; 9] = by_reason(reasons!("shed"), BOTH, PER_SECOND,
        "Calls turned away at the door or failed inside, for this reason.",
        |ask, status| ask.rate(&shed(status).collect::<Vec<_>>()), &[]);
    /// Service for callers that had left.
    WASTED: Metric = part("wasted", TIER, Better::Low,
        "Service time for callers that had left, of all service time.", wasted);
    /// Hits of a cache.
    HIT_RATIO: Metric = share("hit_ratio", TIER, Better::High,
        "Lookups that the cache had; none without a cache.",
        |ask| of(ask.count(&[Kind::Hit]), ask.count(&[Kind::Hit, Kind::Missed, Kind::Joined])));
    /// Calls across zones.
    CROSSED: Metric = share("crossed", TIER, Better::Low,
        "Calls that left the zone of their caller, of those that came; none if replicas have no zones.",
        |ask| (0 < ask.place()?.zones).then(|| Parts { part: ask.count(&[Kind::Crossed]), whole: ask.count(&CAME) }));
    /// Turned away by a policy.
    TURNED_AWAY: Metric = value("turned_away", TIER, PER_SECOND, Better::Neither,
        "Calls that a policy turned away.", |ask| ask.rate(&[Kind::TurnedAway]));
    /// Dropped at the accept queue.
    DROPPED: Metric = value("dropped", TIER, PER_SECOND, Better::Low,
        "Calls that found the accept queue full and were dropped without an answer.",
        |ask| ask.rate(&[Kind::Dropped]));
    /// Calls that policies held back.
    CALLS_WITHHELD: Metric = value("calls_withheld", TIER, PER_SECOND, Better::Neither,
        "Calls to other tiers, first tries or further ones, that a policy held back.",
        |ask| ask.rate(&[Kind::CallWithheld, Kind::CallRetryWithheld]));
    /// Calls that went to a fallback.
    CALL_FALLBACKS: Metric = value("fallbacks", TIER, PER_SECOND, Better::Neither,
        "Calls to other tiers that went to their fallback.", |ask| ask.rate(&[Kind::CallFellBack]));
    /// Hedged calls.
    CALL_HEDGES: Metric = value("hedges", TIER, PER_SECOND, Better::Neither,
        "Calls to other tiers that were sent again beside one that was late.", |ask| ask.rate(&[Kind::CallHedged]));
    /// Answers from expired entries.
    STALE: Metric = value("stale", TIER, PER_SECOND, Better::Neither,
        "Calls answered with an expired entry because a fetch failed.", |ask| ask.rate(&[Kind::AnsweredStale]));
    /// Lite answers.
    LITE: Metric = share("lite", TIER, Better::Low,
        "Calls that got a lite answer, of those let in.", |ask| of(ask.count(&[Kind::Lite]), ask.count(&ADMITTED)));
    /// First tries that came.
    FIRST_ATTEMPTS: Metric = value("first_attempts", BOTH, PER_SECOND, Better::Neither,
        "First attempts of callers that came.",
        |ask| ratio(ask.count_tries(false, &CAME), ask.seconds())).over_time(BOTH);
    /// Retries that came.
    RETRIES: Metric = value("retries", BOTH, PER_SECOND, Better::Low,
        "Retries of any caller that came.",
        |ask| ratio(ask.count_tries(true, &CAME), ask.seconds())).over_time(BOTH);
    /// Turned away at the door.
    REFUSALS: Metric = value("refused", BOTH, PER_SECOND, Better::Low,
        "Calls turned away at the door, for any reason.", |ask| ask.rate(&REFUSED)).over_time(BOTH);
    /// Turned away of those that came.
    REFUSED_SHARE: Metric = share("refused_share", TIER, Better::Low,
        "Calls turned away at the door, of those that came.", |ask| of(ask.count(&REFUSED), ask.count(&CAME)))
        .over_time(TIER);
    /// Answered well.
    ANSWERED_RATE: Metric = value("answered", BOTH, PER_SECOND, Better::High,
        "Calls answered well.", |ask| ask.rate(&ANSWERED)).over_time(TIER_PATH);
    /// Workers busy for callers that had left.
    WASTED_WORKERS: Metric = value("wasted_workers", TIER, Unit::Count("workers"), Better::Low,
        "Mean number of workers that served callers that had left; recorded when they finish.",
        |ask| ratio(ask.sum_seconds(&[Kind::Wasted]), ask.seconds())).over_time(TIER);
}

/// What one replica got of the calls that were sent to any.
fn share_of(ask: &Ask<'_>, which: fn(&[u64]) -> Option<&u64>) -> Option<Parts> {
    let sent = ask.source.sent(ask.tier()?);
    let count = |calls: u64| calls as f64;
    which(sent).map(|one| Parts { part: count(*one), whole: count(sent.iter().sum()) })
}

fn utilisation(ask: &Ask<'_>) -> Option<Parts> {
    let there = ask.gauge(Kind::Capacity)?;
    if u64::MAX as f64 <= there {
        return None;
    }
    let worked = ask.gauge(Kind::Worked).map(|nanos| nanos * 1e-9);
    let busy = worked.map_or_else(|| busy(ask), Some)?;
    of(busy.min(there * 1e-9), there * 1e-9)
}

/// Seconds of workers in use at a station: in service, or held while their call is out.
fn busy(ask: &Ask<'_>) -> Option<f64> {
    let (place, level) = (ask.tier()?, |level| ask.source.level(ask.tier().unwrap_or(0), level));
    match ask.source.layout().places[place].books {
        Books::Station { holds: true } => Some(level(Level::Inside) - level(Level::Waiting)),
        _ => Some(level(Level::Serving)),
    }
}

fn wasted(ask: &Ask<'_>) -> Option<Parts> {
    let served = ask.source.level(ask.tier()?, Level::Serving);
    // Waste is booked when a service ends, so at the edge of a stretch it can exceed what was served there.
    of(ask.sum_seconds(&[Kind::Wasted]).min(served), served)
}
