//! Replicas that a tier has, for how long, and what those of other clouds cost.

use crate::metric::{Better, Metric};
use crate::rows::{rows, value};
use crate::source::ratio;
use crate::{Ask, Scope, Unit};
use brownout_protocol::Kind;

const TIER: &[Scope] = &[Scope::Tier];
const HOUR: f64 = 3600.0;

rows! {
    /// Replicas that serve.
    REPLICAS: Metric = value("replicas", TIER, Unit::Count("replicas"), Better::Neither,
        "Mean number of replicas that serve.", replicas);
    /// The most at once.
    PEAK_REPLICAS: Metric = value("peak_replicas", TIER, Unit::Count("replicas"), Better::Neither,
        "The most replicas that served at one instant.",
        |ask| has_replicas(ask).map(|still| ask.gauge(Kind::ReadyPeak).unwrap_or(still)));
    /// Replicas that were paid for.
    REPLICA_HOURS: Metric = value("replica_hours", TIER, Unit::Time("replica-hours"), Better::Low,
        "Replicas that were paid for, serving or not, times their duration.",
        |ask| Some(paid_seconds(ask)? / HOUR));
    /// Replicas of other clouds.
    LEASED_HOURS: Metric = value("leased_hours", TIER, Unit::Time("replica-hours"), Better::Low,
        "Replicas of other clouds times their duration.",
        |ask| Some(ask.gauge(Kind::Leased).unwrap_or(0.0) * 1e-9 / HOUR)).at("leased", "replica_hours").above_zero();
    /// What those cost.
    LEASED_DOLLARS: Metric = value("leased_dollars", TIER, Unit::Dollars, Better::Low,
        "What replicas of other clouds cost.",
        |ask| Some(ask.gauge(Kind::LeaseSpent).unwrap_or(0.0) * 1e-9)).at("leased", "dollars").above_zero();
}

/// How many replicas a tier begins with; none where it has none.
fn has_replicas(ask: &Ask<'_>) -> Option<f64> {
    let still = f64::from(ask.place()?.replicas);
    (0.0 < still).then_some(still)
}

fn replicas(ask: &Ask<'_>) -> Option<f64> {
    let still = has_replicas(ask)?;
    match ask.gauge(Kind::Ready) {
        Some(nanos) => ratio(nanos * 1e-9, ask.seconds()),
        None => Some(still),
    }
}

/// Replicas that were paid for times seconds, also those that boot or drain.
pub(crate) fn paid_seconds(ask: &Ask<'_>) -> Option<f64> {
    let still = f64::from(ask.place()?.replicas);
    Some(ask.gauge(Kind::Paid).map_or(still * ask.seconds(), |nanos| nanos * 1e-9))
}
