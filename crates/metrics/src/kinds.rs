//! Groups of records that several metrics count.

use brownout_protocol::{Kind, Status};

pub(crate) const GOOD: [Kind; 2] = [Kind::Succeeded, Kind::SucceededLate];
pub(crate) const ATTEMPTS: [Kind; 5] =
    [Kind::Arrived, Kind::Retried, Kind::Reloaded, Kind::FellBack, Kind::Hedged];
pub(crate) const ADMITTED: [Kind; 2] = [Kind::StartedAtOnce, Kind::Queued];
pub(crate) const ANSWERED: [Kind; 2] = [Kind::Completed, Kind::Answered];
/// Service begins, after a wait or not.
pub(crate) const BEGAN: [Kind; 2] = [Kind::Started, Kind::StartedAtOnce];
/// Ways out of a tier for what was let in.
pub(crate) const LEFT: [Kind; 11] = [
    Kind::Completed,
    Kind::Answered,
    Kind::EndedUnauthorized,
    Kind::EndedTooManyRequests,
    Kind::EndedError,
    Kind::EndedUnavailable,
    Kind::EndedGatewayTimeout,
    Kind::EndedBadRequest,
    Kind::EndedOverloaded,
    Kind::EndedGaveUp,
    Kind::Cancelled,
];
pub(crate) const REFUSED: [Kind; 5] = [
    Kind::RefusedTooManyRequests,
    Kind::RefusedUnavailable,
    Kind::RefusedOverloaded,
    Kind::RefusedBadRequest,
    Kind::RefusedGatewayTimeout,
];
/// Calls that came to a tier, whether it took them or not.
pub(crate) const CAME: [Kind; 7] = [
    Kind::StartedAtOnce,
    Kind::Queued,
    Kind::RefusedTooManyRequests,
    Kind::RefusedUnavailable,
    Kind::RefusedOverloaded,
    Kind::RefusedBadRequest,
    Kind::RefusedGatewayTimeout,
];
/// Every way in which an intent can fail.
pub(crate) const FAILED: [Kind; 9] = [
    Kind::failed(Status::Unauthorized),
    Kind::failed(Status::TooManyRequests),
    Kind::failed(Status::Error),
    Kind::failed(Status::Unavailable),
    Kind::failed(Status::GatewayTimeout),
    Kind::failed(Status::Overloaded),
    Kind::failed(Status::Timeout),
    Kind::failed(Status::GaveUp),
    Kind::failed(Status::BadRequest),
];

/// The records with which a tier turns calls away at the door or ends them badly inside, by status.
pub(crate) fn shed(status: Status) -> impl Iterator<Item = Kind> {
    let door = Kind::refused(status);
    // Statuses that no door gives are counted as 503 there: these must not be counted twice.
    let gives = door != Kind::RefusedUnavailable || status == Status::Unavailable;
    gives.then_some(door).into_iter().chain([Kind::ended(status)])
}
