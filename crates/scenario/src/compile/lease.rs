//! Capacity leased from another cloud: replicas, lead time, round trip and price.

use super::law;
use crate::block::{Key, Need, Shape, Unit, key};
use crate::compile::change::{Fault, When};
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Price, Row, Time, row};
use brownout_dist::Law;
use brownout_model::{Body, Effect, Hits, PathSet, Tier, TierId};
use brownout_units::{MoneyRate, Span};

/// How many are leased.
pub(crate) const REPLICAS: Row<Count> = row(
    "replicas",
    Count(1, limits::REPLICAS_MAX, "a lease needs at least 1 replica"),
    Absent::Refused,
    "How many.",
);

/// From the order until machines are there.
pub(crate) const fn lead(need: Need) -> Key {
    key(
        "lead",
        Shape::Law(Unit::Seconds),
        need,
        "lease: from the order until the machines are there; then image, weights and warm-up of the tier follow.",
    )
}

/// Its answers come later.
pub(crate) const ROUND_TRIP: Row<Time> =
    row("round_trip", Time, Absent::Means(Span::ZERO), "lease: extra time of every answer from there.");

/// What it costs.
pub(crate) const PRICE: Row<Price> = row(
    "price",
    Price,
    Absent::Means(MoneyRate::ZERO),
    "lease: the price of one replica from its arrival until it has gone.",
);

/// What is leased, and its lead time.
pub(crate) fn read(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    said: Field<'_>,
    tier: TierId,
    tiers: &[Option<Tier>],
    duration: Span,
) -> Option<(Box<Fault>, Law)> {
    let mut needed = |name: &'static str, example: &str| {
        let field = table.get(name);
        // Where the key is required its absence has been reported already.
        if field.is_none() && said.name == "do" {
            let draft = said.error(diag, format!("a lease needs \"{name}\""));
            diag.report(draft.hint(format!("as in {example}")));
        }
        field
    };
    let (replicas, lead) = (needed("replicas", "replicas = 8"), needed("lead", "lead = \"20m\""));
    let replicas = replicas.and_then(|_| table.said(diag, &REPLICAS));
    let law = lead.and_then(|field| law::read(diag, field, Unit::Seconds));
    if let (Some(law), Some(field)) = (&law, lead)
        && duration.as_secs_f64() <= law.mean()
    {
        let draft = field.warning(diag, format!("the run is over after {duration}, before anything arrives"));
        diag.report(draft.hint("a longer run, or a shorter lead time"));
    }
    let round_trip = table.read(diag, &ROUND_TRIP);
    let price = table.read(diag, &PRICE);
    if let Some(Some(Tier { body: Body::Engines(engines), .. })) = tiers.get(tier.0 as usize)
        && engines.prefill.is_some()
    {
        let draft =
            said.warning(diag, "leased replicas decode: the number of those that prefill does not change");
        diag.report(draft.hint("lease for a fleet without \"prefill\", unless this is the question"));
    }
    let kind = Effect::Emergency {
        replicas: replicas? as u32,
        round_trip: round_trip?,
        dollars_per_hour: price?.dollars_per_hour(),
    };
    let (hits, paths, when) = (Hits::ALL, PathSet::ALL, When::ByHand);
    let fault = Fault {
        at: Span::ZERO,
        lasts: Span::ZERO,
        tier,
        area: None,
        zone: None,
        hits,
        paths,
        kind,
        when,
        group: 0,
    };
    Some((Box::new(fault), law?))
}
