//! `[chaos]`: faults drawn from the seed of the run.

use super::fault;
use super::law;
use super::names::Names;
use crate::block::{Block, Key, Need, Shape, Unit, key};
use crate::compile::change::{Fault, When};
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Part, Row, Time, Type as _, Word, row};
use brownout_dist::Law;
use brownout_model::{Body, Effect, Hits, PathSet, Tier, TierId};
use brownout_units::{Ratio, Span};

const SHARE: Row<Part> =
    row("share", Part, Absent::Means(Ratio::ONE), "The share of the replicas, rounded up.");
const FROM: Row<Time> =
    row("from", Time, Absent::Follows("the end of the warm-up"), "The earliest time of a fault.");

const KEYS: &[Key] = &[
    key("every", Shape::Law(Unit::Seconds), Need::Required, "From one fault to the next."),
    key("for", Shape::Law(Unit::Seconds), Need::Required, "How long it lasts."),
    key("tiers", Shape::List(&Shape::Text), Need::Default("all that serve"), "Tiers that it may hit."),
    key(
        "regions",
        Shape::List(&Shape::Text),
        Need::Optional,
        "Regions that it may hit: all tiers of a region at once.",
    ),
    key(
        "zones",
        Shape::List(&Shape::Text),
        Need::Optional,
        "Zones that it may hit: the replicas of all tiers there at once.",
    ),
    key(
        "kinds",
        Shape::List(&Shape::Typed(&DRAWN)),
        Need::Default("crash, slow and hang"),
        "Kinds that are drawn: slow is ten times as long, errors are half of the calls, loss is a partition.",
    ),
    SHARE.key(),
    FROM.key(),
];

pub(crate) const CHAOS: &Block = &Block {
    name: "chaos",
    doc: "Faults drawn from the seed of the run: one tier, region or zone and one kind each time.",
    keys: &[KEYS],
};

const SLOW: Effect = Effect::Slow { factor: 10.0 };

/// The kinds that may be drawn.
const DRAWN: Word<Effect> = Word(&[
    ("crash", Effect::Crash),
    ("slow", SLOW),
    ("hang", Effect::Hang),
    ("errors", Effect::Errors { ratio: Ratio::of_percent(50) }),
    ("loss", Effect::Loss { from: None, ratio: Ratio::ONE }),
]);

/// A candidate of the draw: a tier, or a whole region or zone.
struct Spot {
    /// The tiers that serve there.
    hit: Vec<TierId>,
    /// The tiers to which calls may get lost.
    way: Vec<TierId>,
    area: Option<String>,
    zone: Option<String>,
}

pub(crate) fn read(
    diag: &mut Diagnostics,
    field: Field<'_>,
    names: &Names,
    tiers: &[Option<Tier>],
    warmup: Span,
) -> Option<Vec<Fault>> {
    let table = Table::open(diag, field, CHAOS)?;
    let every = table.get("every").and_then(|field| length(diag, field));
    let down = table.get("for").and_then(|field| length(diag, field));
    let at = table.read_or(diag, &FROM, warmup);
    let share = table.read(diag, &SHARE);
    let kinds = kinds(diag, table.get("kinds"));
    let spots = spots(diag, &table, names, tiers);
    if let Some(field) = table.get("zones").filter(|_| kinds.iter().any(|kind| is_loss(*kind))) {
        let draft = field.error(diag, "calls get lost on the way to a tier, not to one of its zones");
        diag.report(draft.hint("leave \"loss\" out of the kinds, or name \"tiers\" or \"regions\" instead"));
    }
    let (every, down, at, share) = (every?, down?, at?, share?);
    let hits = Hits::Share { from: Ratio::ZERO, to: share };
    let drawn = spots.iter().flat_map(|spot| kinds.iter().map(move |&kind| (spot, kind)));
    let mut faults = Vec::new();
    for (draw, (spot, kind)) in (0..).zip(drawn) {
        for &tier in if is_loss(kind) { &spot.way } else { &spot.hit } {
            let when = When::Chaos { every: every.clone(), down: down.clone(), draw };
            let zone = spot.zone.as_ref().and_then(|zone| fault::zone_at(tiers, tier, zone));
            let area = spot.area.clone();
            let paths = PathSet::ALL;
            faults.push(Fault { at, lasts: Span::ZERO, tier, area, zone, hits, paths, kind, when, group: 0 });
        }
    }
    Some(faults)
}

fn is_loss(kind: Effect) -> bool {
    matches!(kind, Effect::Loss { .. })
}

/// The named candidates; by default all tiers that serve.
fn spots(diag: &mut Diagnostics, table: &Table<'_>, names: &Names, tiers: &[Option<Tier>]) -> Vec<Spot> {
    let serves = |id: &TierId| {
        let tier = tiers.get(id.0 as usize).and_then(Option::as_ref);
        tier.is_none_or(|tier| matches!(tier.body, Body::Station(_) | Body::Engines(_)))
    };
    let alone = |id: TierId| Spot { hit: vec![id], way: vec![id], area: None, zone: None };
    let mut spots = Vec::new();
    for item in items(diag, table.get("tiers"), "tier") {
        let Some(id) = names.tier(diag, item) else { continue };
        if !serves(&id) {
            let draft = item.error(diag, "faults happen to tiers that serve, not to balancers and links");
            diag.report(draft.hint("name the tier behind it"));
        }
        spots.push(alone(id));
    }
    for item in items(diag, table.get("regions"), "region") {
        let Some(name) = item.text(diag) else { continue };
        let hit = fault::in_region(diag, item, tiers);
        let stands = |tier: &Tier| tier.region.as_deref() == Some(name);
        let there = tiers.iter().enumerate().filter(|(_, tier)| tier.as_ref().is_some_and(stands));
        let way = there.map(|(at, _)| TierId(at as u16)).collect();
        spots.push(Spot { hit, way, area: Some(format!("region {name}")), zone: None });
    }
    for item in items(diag, table.get("zones"), "zone") {
        let Some(name) = item.text(diag) else { continue };
        let (hit, area) = fault::in_zone(diag, item, name, names, tiers);
        spots.push(Spot { hit, way: Vec::new(), area: Some(area), zone: Some(name.to_owned()) });
    }
    if ["tiers", "regions", "zones"].iter().all(|key| table.get(key).is_none()) {
        let all = (0..tiers.len()).map(|at| TierId(at as u16));
        spots.extend(all.filter(serves).map(alone));
    }
    spots
}

fn items<'a>(diag: &mut Diagnostics, field: Option<Field<'a>>, what: &str) -> Vec<Field<'a>> {
    let Some(field) = field else { return Vec::new() };
    let before = diag.error_count();
    let items = field.list(diag, limits::TIERS_MAX);
    if items.is_empty() && diag.error_count() == before {
        diag.report(field.error(diag, format!("chaos needs at least 1 {what}")));
    }
    items
}

fn length(diag: &mut Diagnostics, field: Field<'_>) -> Option<Law> {
    let law = law::read(diag, field, Unit::Seconds)?;
    if law.mean() <= 0.0 {
        diag.report(field.error(diag, "this must take more than zero time").allowed("more than 0s"));
        return None;
    }
    Some(law)
}

fn kinds(diag: &mut Diagnostics, field: Option<Field<'_>>) -> Vec<Effect> {
    let Some(field) = field else { return vec![Effect::Crash, SLOW, Effect::Hang] };
    let items = field.list(diag, DRAWN.0.len());
    if items.is_empty() {
        diag.report(field.error(diag, "chaos needs at least 1 kind of fault"));
    }
    items.into_iter().filter_map(|item| DRAWN.read(diag, item)).collect()
}
