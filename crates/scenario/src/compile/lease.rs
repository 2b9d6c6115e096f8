//! Capacity of another cloud: how much, when, how far away, and for how much money.

use super::law;
use crate::block::{Key, Need, Shape, Unit, key};
use crate::compile::change::{Fault, When};
use crate::limits;
use crate::problem::Desk;
use crate::read::{Field, Table};
use brownout_dist::Law;
use brownout_tiers::model::{Body, FaultKind, Hits, Tier, TierId};
use brownout_units::{MoneyRate, Span};

/// From the order until machines are there.
pub(crate) const LEAD: Key = key(
    "lead",
    Shape::Law(Unit::Seconds),
    Need::Optional,
    "lease: from the order until the machines are there; then image, weights and warm-up of the tier follow.",
);
/// Its answers come later.
pub(crate) const ROUND_TRIP: Key =
    key("round_trip", Shape::Span, Need::Default("0s"), "lease: so much later come the answers from there.");
/// What it costs.
pub(crate) const PRICE: Key = key(
    "price",
    Shape::Price,
    Need::Default("$0/h"),
    "lease: what one replica costs from its arrival until it has gone.",
);

/// What is leased, and its lead time.
pub(crate) fn read(
    desk: &mut Desk,
    table: &Table<'_>,
    said: Field<'_>,
    tier: TierId,
    tiers: &[Option<Tier>],
    duration: Span,
) -> Option<(Box<Fault>, Law)> {
    let why = "nothing is leased";
    let mut needed = |name: &'static str, example: &str| {
        let field = table.get(name);
        // Where the key is required it has been missed already.
        if field.is_none() && said.name == "do" {
            let draft = said.error(desk, format!("a lease needs \"{name}\""));
            desk.report(draft.hint(format!("as in {example}")));
        }
        field
    };
    let (replicas, lead) = (needed("replicas", "replicas = 8"), needed("lead", "lead = \"20m\""));
    let replicas = replicas.and_then(|field| field.count(desk, 1, limits::REPLICAS_MAX, why));
    let law = lead.and_then(|field| law::read(desk, field, Unit::Seconds));
    if let (Some(law), Some(field)) = (&law, lead)
        && duration.as_secs_f64() <= law.mean()
    {
        let draft = field.warning(desk, format!("the run is over after {duration}, before anything arrives"));
        desk.report(draft.hint("a longer run, or a shorter lead time"));
    }
    let round_trip = table.get("round_trip").map_or(Some(Span::ZERO), |field| field.span(desk));
    let price = table.get("price").map_or(Some(MoneyRate::ZERO), |field| field.price(desk));
    if let Some(Some(Tier { body: Body::Engines(engines), .. })) = tiers.get(tier.0 as usize)
        && engines.prefill.is_some()
    {
        let draft = said.warning(desk, "what is leased decodes: those that prefill stay as many as they are");
        desk.report(draft.hint("lease for a fleet without \"prefill\", unless this is the question"));
    }
    let kind = FaultKind::Emergency {
        replicas: replicas? as u32,
        round_trip: round_trip?,
        dollars_per_hour: price?.dollars_per_hour(),
    };
    let (hits, when) = (Hits::ALL, When::ByHand);
    let fault =
        Fault { at: Span::ZERO, lasts: Span::ZERO, tier, area: None, zone: None, hits, kind, when, group: 0 };
    Some((Box::new(fault), law?))
}
