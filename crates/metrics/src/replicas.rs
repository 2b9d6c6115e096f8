//! Replicas that a tier has, for how long, and what they and the calls to them cost.

use crate::kinds::CAME;
use crate::metric::{Better, Metric};
use crate::rows::{rows, value};
use crate::source::{Which, ratio};
use crate::{Ask, Scope, Unit};
use brownout_protocol::Kind;

const TIER: &[Scope] = &[Scope::Tier];
/// A tier, and all of them together.
const PRICED: &[Scope] = &[Scope::Total, Scope::Tier];
const HOUR: f64 = 3600.0;
/// 8,760 hours of a year are twelve of these, in seconds: the month of the price lists of clouds.
pub(crate) const MONTH: f64 = 730.0 * HOUR;

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
    /// What calls cost.
    TRAFFIC_COST: Metric = value("traffic_cost", PRICED, Unit::Dollars, Better::Low,
        "What calls cost, refused ones among them, where a million of them has a price.", traffic_cost).above_zero();
    /// What was paid for.
    COST: Metric = value("cost", PRICED, Unit::Dollars, Better::Low,
        "What the replicas that were paid for and the calls cost, those of other clouds among them; none where \
         nothing has a price.",
        cost).above_zero();
    /// The same of an hour.
    COST_PER_HOUR: Metric = value("cost_per_hour", PRICED, Unit::Dollars, Better::Low,
        "The same for an hour, on average.", |ask| ratio(cost(ask)? * HOUR, ask.seconds())).above_zero();
    /// The same of a month.
    COST_PER_MONTH: Metric = value("cost_per_month", PRICED, Unit::Dollars, Better::Low,
        "The same for a month of 730 hours of which every hour is like those measured.",
        |ask| ratio(cost(ask)? * MONTH, ask.seconds())).above_zero();
    /// The same of a million intents.
    COST_PER_MILLION: Metric = value("cost_per_million", &[Scope::Total], Unit::Dollars, Better::Low,
        "The same for a million intents that were answered as promised; none where none was.",
        |ask| ratio(cost(ask)? * 1e6, ask.count(&[Kind::Succeeded]))).above_zero();
}

/// What calls to a tier, or to all tiers together, cost over the stretch; none where none has a price.
fn traffic_cost(ask: &Ask<'_>) -> Option<f64> {
    over_tiers(ask, |place| traffic_of(ask, place))
}

fn traffic_of(ask: &Ask<'_>, place: usize) -> Option<f64> {
    let million = ask.source.layout().places[place].micro_dollars_per_million as f64 * 1e-6;
    (0.0 < million).then(|| ask.source.count(place, Which::default(), &CAME) * 1e-6 * million)
}

/// A number of a tier, or the sum of it over all that have it.
fn over_tiers(ask: &Ask<'_>, of: impl Fn(usize) -> Option<f64>) -> Option<f64> {
    let layout = ask.source.layout();
    match ask.tier() {
        Some(place) => of(place),
        None => (layout.loads..layout.places.len()).filter_map(of).reduce(|sum, one| sum + one),
    }
}

/// What a tier, or all tiers together, cost over the stretch; none where nothing of that has a price.
fn cost(ask: &Ask<'_>) -> Option<f64> {
    let layout = ask.source.layout();
    let of = |place: usize| {
        let one = &layout.places[place];
        let gauge = |kind| ask.source.gauge(place, kind).map(|billionths| billionths * 1e-9);
        let leased = gauge(Kind::LeaseSpent).unwrap_or(0.0);
        let hour = f64::from(one.accelerators.max(1)) * one.micro_dollars_per_hour as f64 * 1e-6;
        let paid = gauge(Kind::Paid).unwrap_or(f64::from(one.replicas) * ask.seconds());
        let traffic = traffic_of(ask, place);
        let priced = 0.0 < hour || 0.0 < leased || traffic.is_some();
        priced.then(|| paid / HOUR * hour + leased + traffic.unwrap_or(0.0))
    };
    over_tiers(ask, of)
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
