//! What keys of results are called in a sentence, and names in a row.

use brownout_metrics::{Badge, How, Metric, Status};

/// Names in a sentence: `login, logout and chat`.
pub(crate) fn and<S: AsRef<str>>(names: &[S]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        names => names.concat(),
    }
}

/// The same of things of which one is meant: `login, logout or chat`.
pub(crate) fn or<S: AsRef<str>>(names: &[S]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        names => names.concat(),
    }
}

/// A verdict's badge in words.
pub(crate) const fn badge(badge: Badge) -> &'static str {
    match badge {
        Badge::Unharmed => "unharmed",
        Badge::Dented => "dented",
        Badge::HealedWithTrigger => "healed with its trigger",
        Badge::SelfHealed => "self-healed",
        Badge::SlowDrain => "slow drain",
        Badge::NeededIntervention => "needed intervention",
        Badge::Unsteady => "unsteady",
        Badge::Failing => "failing",
        Badge::NeverCameBack => "never came back",
        Badge::Undecided => "undecided",
    }
}

/// A reason in words that need no legend.
pub(crate) const fn reason(status: Status) -> &'static str {
    match status {
        Status::Ok => "answered",
        Status::Timeout => "timed out",
        Status::GaveUp => "gave up",
        Status::BadRequest => "400 bad request",
        Status::Unauthorized => "401 unauthorised",
        Status::TooManyRequests => "429 too many requests",
        Status::Error => "500 error",
        Status::Unavailable => "503 unavailable",
        Status::GatewayTimeout => "504 gateway timeout",
        Status::Overloaded => "529 overloaded",
    }
}

/// The reason that a metric counts, in words; its key where it counts none.
pub(crate) fn reason_of(metric: &Metric) -> &'static str {
    match metric.how {
        How::Reason(_, status) => reason(status),
        _ => metric.key,
    }
}
