//! What clients get: the numbers of a class, an operation of a class, a load, and of all together.

use crate::kinds::{ATTEMPTS, FAILED as FAILURES, GOOD};
use crate::metric::{Better, End, How, Metric, Of, Parts};
use crate::rows::{Family, P50, P95, P99, by_reason, family, of, quantiles, reasons, rows, share, value};
use crate::source::ratio;
use crate::waits::{mean, quantile};
use crate::{Ask, Latency, Scope, Unit};
use brownout_protocol::{Kind, Status};
use brownout_units::Span;

const CLIENTS: &[Scope] = &[Scope::Total, Scope::Load, Scope::Class, Scope::Path];
const TOTAL: &[Scope] = &[Scope::Total];
const TOTAL_PATH: &[Scope] = &[Scope::Total, Scope::Path];
const PATH: &[Scope] = &[Scope::Path];

const INTENTS: Unit = Unit::Count("intents");
const PER_SECOND: Unit = Unit::PerSecond("intents");

rows! {
    /// Intents that began.
    OFFERED: Metric = value("offered", CLIENTS, INTENTS, Better::Neither,
        "Intents that began.", |ask| Some(ask.count(&[Kind::Arrived])));
    /// Intents that were answered.
    SUCCEEDED: Metric = value("succeeded", CLIENTS, INTENTS, Better::High,
        "Intents that were answered while their client waited, in time or late.", |ask| Some(ask.count(&GOOD)));
    /// Succeeded of ended.
    SUCCESS_RATE: Metric = share("success_rate", CLIENTS, Better::High,
        "Intents that succeeded, of those that ended.", success).over_time(PATH);
    /// Failed of ended.
    FAILURE_RATE: Metric = share("failure_rate", CLIENTS, Better::Low,
        "Intents that failed, of those that ended.", |ask| of(ask.count(&FAILURES), ended(ask)));
    /// In time of ended.
    IN_TIME_RATE: Metric = share("in_time_rate", CLIENTS, Better::High,
        "Intents answered within their SLO and with their tokens as promised, of those that ended.",
        |ask| of(ask.count(&[Kind::Succeeded]), ended(ask)));
    /// The worst five minutes.
    WORST_SUCCESS_RATE: Metric = Metric::new("worst_success_rate", CLIENTS, Unit::Share, Better::High,
        "The lowest success rate of any five minutes, in steps of ten seconds (longer in runs over 55 hours); of the \
         stretch if that is shorter.",
        How::Extreme { of: &SUCCESS_RATE, over: Span::from_secs(300), end: End::Lowest });
    /// In time, per second.
    GOODPUT: Metric = value("goodput", CLIENTS, PER_SECOND, Better::High,
        "Intents answered within their SLO.", |ask| ask.rate(&[Kind::Succeeded])).over_time(TOTAL);
    /// Attempts of an intent.
    ATTEMPTS_PER_INTENT: Metric = value("attempts_per_intent", CLIENTS, Unit::Times, Better::Low,
        "Attempts for each intent that began: first ones, retries, reloads, hedges and fallbacks.",
        |ask| ratio(ask.count(&ATTEMPTS) - ask.count(&[Kind::Withheld]), ask.count(&[Kind::Arrived])));
    /// Latency.
    LATENCY: Family = family(quantiles!("latency"), "", CLIENTS,
        "From the first attempt to the answer, of intents that succeeded.",
        |ask, part| latency(ask, part, Latency::Done, &GOOD), (&[P50, P95, P99], PATH));
    /// Time to first token.
    TTFT: Family = family(quantiles!("ttft"), "", CLIENTS,
        "From the first attempt to the first token, of streamed answers.",
        |ask, part| latency(ask, part, Latency::FirstToken, &[Kind::FirstToken]), (&[], &[]));
    /// Time per output token.
    TPOT: Family = family(quantiles!("tpot"), "", CLIENTS,
        "From one token to the next, the mean of each streamed answer.",
        |ask, part| latency(ask, part, Latency::TokenTime, &[Kind::TokenTime]), (&[], &[]));
    /// Failures by reason.
    FAILED: [Metric; 9] = by_reason(reasons!("failed"), CLIENTS, INTENTS,
        "Intents that failed for this reason.", |ask, status| Some(ask.count(&[Kind::failed(status)])), &[]);
    /// Attempts held back by clients.
    WITHHELD: Metric = value("withheld", CLIENTS, INTENTS, Better::Low,
        "Intents whose first attempt a policy of the client held back.", |ask| Some(ask.count(&[Kind::Withheld])));
    /// Retries held back by clients.
    RETRIES_WITHHELD: Metric = value("retries_withheld", CLIENTS, Unit::Count("retries"), Better::Neither,
        "Retries that a policy of the client held back.", |ask| Some(ask.count(&[Kind::RetryWithheld])));
    /// Fallbacks of clients.
    FALLBACKS: Metric = value("fallbacks", CLIENTS, INTENTS, Better::Neither,
        "Intents that went to their fallback.", |ask| Some(ask.count(&[Kind::FellBack])));
    /// Hedges of clients.
    HEDGES: Metric = value("hedges", CLIENTS, Unit::Count("attempts"), Better::Neither,
        "Attempts that began beside one that was late.", |ask| Some(ask.count(&[Kind::Hedged])));
    /// Arrivals that were dropped.
    DROPPED_ARRIVALS: Metric = value("dropped_arrivals", CLIENTS, Unit::Count("users"), Better::Low,
        "Users who would have arrived while `max_users` of their load were busy: dropped iterations of k6.",
        |ask| Some(ask.count(&[Kind::ArrivalDropped]))).above_zero();
    /// Intents that began, per second.
    OFFERED_RATE: Metric = value("offered_rate", CLIENTS, PER_SECOND, Better::Neither,
        "Intents that began: first attempts.", |ask| ask.rate(&[Kind::Arrived])).over_time(TOTAL_PATH);
    /// All attempts, per second.
    ATTEMPT_RATE: Metric = value("attempt_rate", TOTAL, Unit::PerSecond("attempts"), Better::Neither,
        "Attempts of all kinds, without those that a policy of the client held back.",
        |ask| ratio(ask.count(&ATTEMPTS) - ask.count(&[Kind::Withheld]), ask.seconds())).over_time(TOTAL);
    /// Answers, wanted or not, per second.
    THROUGHPUT: Metric = value("throughput", TOTAL, Unit::PerSecond("answers"), Better::Neither,
        "Answers that came, in time or late, also those whose client had left.", throughput).over_time(TOTAL);
    /// Intents that succeeded, per second.
    OK_RATE: Metric = value("outcome.ok", PATH, PER_SECOND, Better::High,
        "Intents that succeeded.", |ask| ask.rate(&GOOD)).over_time(PATH);
    /// Failures by reason, per second.
    OUTCOMES: [Metric; 9] = by_reason(reasons!("outcome"), PATH, PER_SECOND,
        "Intents that failed for this reason.", |ask, status| ask.rate(&[Kind::failed(status)]), PATH);
}

fn success(ask: &Ask<'_>) -> Option<Parts> {
    let good = ask.count(&GOOD);
    of(good, good + ask.count(&FAILURES))
}

fn ended(ask: &Ask<'_>) -> f64 {
    ask.count(&GOOD) + ask.count(&FAILURES)
}

fn throughput(ask: &Ask<'_>) -> Option<f64> {
    // The value of an answer to an abandoned attempt is 1 if it was a success.
    ratio(ask.count(&GOOD) + ask.sum(&[Kind::AnsweredAbandoned]), ask.seconds())
}

fn latency(ask: &Ask<'_>, part: Of, latency: Latency, kinds: &[Kind]) -> Option<f64> {
    match part {
        Of::Mean => mean(ask, kinds, kinds),
        Of::Quantile(q) => quantile(&ask.distribution(latency), q),
    }
}

/// The reasons for which an intent can fail, as results name them.
pub fn reasons() -> impl Iterator<Item = Status> {
    FAILED.iter().filter_map(|row| match row.how {
        How::Reason(_, status) => Some(status),
        _ => None,
    })
}
