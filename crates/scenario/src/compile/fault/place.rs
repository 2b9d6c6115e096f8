//! Where a fault happens: in some tiers, or in all tiers of a region that it can hit.

use super::{Context, Target};
use crate::block::{Key, Need, Shape, key};
use crate::compile::names::Names;
use crate::limits;
use crate::problem::{Diagnostics, Draft, did_you_mean, one_of};
use crate::read::{Field, Table};
use crate::text::tree::Value;
use brownout_model::{Body, Tier, TierId, Workers};

pub(super) const KEYS: &[Key] = &[
    key(
        "tier",
        Shape::Any(&[Shape::Text, Shape::List(&Shape::Text)]),
        Need::Optional,
        "The tier; with a list all of them at once.",
    ),
    key(
        "region",
        Shape::Text,
        Need::Optional,
        "Instead of tiers: all tiers of this region that the fault can hit, at once.",
    ),
];

/// Where a fault happens.
#[derive(Default)]
pub(super) struct Places {
    pub(super) tiers: Vec<TierId>,
    /// The name of the region or zone.
    pub(super) area: Option<String>,
    /// Only in this zone.
    pub(super) zone: Option<String>,
}

pub(super) fn read(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    names: &Names,
    tiers: &[Option<Tier>],
    target: Target,
) -> Places {
    let zone = if target.is_of_replicas() { table.get("zone") } else { None };
    let zone = zone.and_then(|field| Some((field, field.text(diag)?.to_owned())));
    let (found, area) = match (table.get("tier"), table.get("region")) {
        (Some(_), Some(field)) => {
            let draft = field.error(diag, "a fault happens in some tiers or in a region");
            diag.report(draft.hint("leave one of them out"));
            return Places::default();
        }
        (Some(field), None) => (named(diag, field, names), None),
        (None, Some(field)) => {
            let area = field.node.text().map(|name| format!("region {name}"));
            (of_region(diag, field, tiers, target), area)
        }
        (None, None) if zone.is_some() => {
            let all = (0..tiers.len()).map(|at| TierId(at as u16)).collect();
            (all, None)
        }
        (None, None) => {
            let draft = Draft::error(table.place, "this fault does not say where it happens");
            diag.report(draft.hint("as in tier = \"auth\", region = \"eu\", or zone = \"b\""));
            return Places::default();
        }
    };
    let Some((field, zone)) = zone else { return Places { tiers: found, area, zone: None } };
    let listed = table.get("tier").is_some();
    let found = of_zone(diag, field, &zone, tiers, &found, (target, listed));
    let area = match area {
        Some(region) => format!("zone {zone} of {region}"),
        None => called(&zone, &found, names),
    };
    Places { tiers: found, area: Some(area), zone: Some(zone) }
}

/// The name of a zone in which some tiers are hit.
fn called(zone: &str, hit: &[TierId], names: &Names) -> String {
    match hit {
        [tier] => {
            let tier = names.tiers.get_index(tier.0 as usize).expect("its id is its place");
            format!("zone {zone} of {tier}")
        }
        _ => format!("zone {zone}"),
    }
}

/// The tiers that serve in a region.
pub(in crate::compile) fn in_region(
    diag: &mut Diagnostics,
    field: Field<'_>,
    tiers: &[Option<Tier>],
) -> Vec<TierId> {
    of_region(diag, field, tiers, Target::Replicas)
}

/// The tiers with replicas in a zone, and the name of that area.
pub(in crate::compile) fn in_zone(
    diag: &mut Diagnostics,
    field: Field<'_>,
    zone: &str,
    names: &Names,
    tiers: &[Option<Tier>],
) -> (Vec<TierId>, String) {
    let all: Vec<TierId> = (0..tiers.len()).map(|at| TierId(at as u16)).collect();
    let hit = of_zone(diag, field, zone, tiers, &all, (Target::Replicas, false));
    let area = called(zone, &hit, names);
    (hit, area)
}

/// The index of a zone among those of a tier.
pub(in crate::compile) fn zone_at(tiers: &[Option<Tier>], tier: TierId, zone: &str) -> Option<u8> {
    let tier = tiers.get(tier.0 as usize)?.as_ref()?;
    let at = tier.fleet()?.spread.zones.as_ref()?.names.iter().position(|name| name == zone)?;
    Some(at as u8)
}

/// Those of some tiers that have a zone; every tier listed by name must have it.
fn of_zone(
    diag: &mut Diagnostics,
    field: Field<'_>,
    zone: &str,
    tiers: &[Option<Tier>],
    of: &[TierId],
    (target, listed): (Target, bool),
) -> Vec<TierId> {
    let has = |id: &TierId| zone_at(tiers, *id, zone).is_some();
    let can = |id: &TierId| listed || tiers[id.0 as usize].as_ref().is_some_and(|tier| can_hit(target, tier));
    let hit: Vec<TierId> = of.iter().copied().filter(|id| has(id) && can(id)).collect();
    let lacks = of.iter().find(|id| !has(id));
    // The zones of tiers with errors are unknown.
    if tiers.iter().any(Option::is_none) || !hit.is_empty() && (!listed || lacks.is_none()) {
        return hit;
    }
    let mut known: Vec<&str> = tiers
        .iter()
        .flatten()
        .filter_map(|tier| tier.fleet()?.spread.zones.as_ref())
        .flat_map(|zones| zones.names.iter().map(String::as_str))
        .collect();
    known.sort_unstable();
    known.dedup();
    let has_none = || {
        let near = did_you_mean(zone, known.iter().copied());
        near.unwrap_or_else(|| "set zones = 3, or zones = [\"a\", \"b\", \"c\"], at a tier".to_owned())
    };
    let (message, hint) = match lacks {
        Some(id) if listed => {
            let name = tiers[id.0 as usize].as_ref().map_or("", |tier| tier.name.as_str());
            let hint = "leave that tier out, or set its \"zones\"".to_owned();
            (format!("the tier \"{name}\" has no zone \"{zone}\""), hint)
        }
        _ if known.contains(&zone) => {
            ("no tier of that zone can have this fault".to_owned(), needs(target).to_owned())
        }
        _ => (format!("no replica is in the zone \"{zone}\""), has_none()),
    };
    let draft = field.error(diag, message);
    let draft = if known.is_empty() { draft } else { draft.allowed(one_of(known)) };
    diag.report(draft.hint(hint));
    hit
}

fn named(diag: &mut Diagnostics, field: Field<'_>, names: &Names) -> Vec<TierId> {
    if !matches!(field.node.value, Value::List(_)) {
        return names.tier(diag, field).into_iter().collect();
    }
    let items = field.list(diag, limits::TIERS_MAX);
    if items.is_empty() {
        diag.report(field.error(diag, "a fault happens to at least 1 tier"));
    }
    items.into_iter().filter_map(|item| names.tier(diag, item)).collect()
}

fn of_region(
    diag: &mut Diagnostics,
    field: Field<'_>,
    tiers: &[Option<Tier>],
    target: Target,
) -> Vec<TierId> {
    let Some(name) = field.text(diag) else { return Vec::new() };
    let stands = |tier: &Tier| tier.region.as_deref() == Some(name);
    let there: Vec<TierId> = ids(tiers, stands);
    let hit: Vec<TierId> = ids(tiers, |tier| stands(tier) && can_hit(target, tier));
    // The regions of tiers with errors are unknown.
    if hit.is_empty() && tiers.iter().all(Option::is_some) {
        if there.is_empty() {
            let mut known: Vec<&str> =
                tiers.iter().flatten().filter_map(|tier| tier.region.as_deref()).collect();
            known.sort_unstable();
            known.dedup();
            let draft = field.error(diag, format!("no tier is in the region \"{name}\""));
            let hint = did_you_mean(name, known.iter().copied());
            let hint = hint.unwrap_or_else(|| format!("set region = \"{name}\" at a tier"));
            let draft = if known.is_empty() { draft } else { draft.allowed(one_of(known)) };
            diag.report(draft.hint(hint));
        } else {
            let draft = field.error(diag, "no tier of that region can have this fault");
            diag.report(draft.hint(needs(target)));
        }
    }
    hit
}

fn ids(tiers: &[Option<Tier>], which: impl Fn(&Tier) -> bool) -> Vec<TierId> {
    let found = tiers.iter().enumerate().filter(|(_, tier)| tier.as_ref().is_some_and(&which));
    found.map(|(at, _)| TierId(at as u16)).collect()
}

/// Whether a fault can hit a tier.
fn can_hit(target: Target, tier: &Tier) -> bool {
    match (target, &tier.body) {
        (Target::Way, _)
        | (Target::Link, Body::Link(_))
        | (Target::Balancer, Body::Balancer(_))
        | (Target::Replicas, Body::Station(_) | Body::Engines(_))
        | (Target::Workers, Body::Station(_)) => true,
        (Target::Pool, Body::Station(station)) => station.workers != Workers::Unlimited,
        (Target::Cache, Body::Station(station)) => station.cache.is_some(),
        _ => false,
    }
}

fn needs(target: Target) -> &'static str {
    match target {
        Target::Replicas | Target::Way => "it hits tiers that serve",
        Target::Workers => "it happens to tiers with workers, not to language model replicas",
        Target::Pool => "it happens to tiers whose workers or connections are counted",
        Target::Cache => "it happens to tiers with a cache",
        Target::Link => "it happens to tiers of kind = \"link\"",
        Target::Balancer => "it happens to tiers of kind = \"balancer\"",
    }
}

/// Reports named tiers that this fault cannot hit; each kind itself reports what only some tiers lack.
pub(super) fn check(diag: &mut Diagnostics, field: Field<'_>, target: Target, context: &Context<'_>) {
    let coarse = match target {
        Target::Pool | Target::Cache => Target::Workers,
        other => other,
    };
    // The reader of the target reports this, with its place.
    if target == Target::Balancer || context.hit.iter().all(|tier| can_hit(coarse, tier)) {
        return;
    }
    let (message, hint) = match coarse {
        Target::Workers if context.hit.iter().any(|tier| matches!(tier.body, Body::Engines(_))) => (
            "language model replicas have no workers, threads or pools",
            "kind = \"crash\": they boot afterwards",
        ),
        Target::Link => ("only links have a latency of their own", "name a tier of kind = \"link\""),
        _ => ("faults happen to tiers that serve, not to balancers and links", "name the tier behind it"),
    };
    diag.report(field.error(diag, message).hint(hint));
}
