//! A balancer over whole tiers: its targets, their priorities, and how it tracks their health.

use super::names::Names;
use super::spread::{self, CHOICES, METHODS, Method};
use super::{care, law};
use crate::block::{Block, Key, Need, Shape, Unit, key};
use crate::limits;
use crate::problem::{Diagnostics, did_you_mean, one_of};
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Number, Row, Word, row};
use brownout_model::{Balancer, Body, Target, Tier, TierId};

const OVERPROVISIONING: Row<Number> = row(
    "overprovisioning",
    Number(1.0, 1_000.0, "a level takes at least its healthy part"),
    Absent::Means(1.4),
    "A priority level takes its healthy share times this factor, at most all calls; the next level takes the rest.",
);
const BALANCE: Row<Word<Method>> = row(
    "balance",
    Word(METHODS),
    Absent::Follows("round-robin; weighted if a weight is given"),
    "How a call's target is chosen within one priority.",
);
pub(crate) const KEYS: &[Key] = &[
    key(
        "to",
        Shape::List(&Shape::Any(&[Shape::Text, Shape::Block(TARGET)])),
        Need::Required,
        "The tiers behind it: names, or { tier = …, weight = …, priority = … }.",
    ),
    BALANCE.key(),
    CHOICES.key(),
    OVERPROVISIONING.key(),
    key(
        "ttl",
        Shape::Law(Unit::Seconds),
        Need::Optional,
        "A DNS name: a client caches the resolved target for this long, each with its own phase.",
    ),
];

const WEIGHT: Row<Number> = row(
    "weight",
    spread::WEIGHT,
    Absent::Means(1.0),
    "For balance = \"weighted\", and for the healthy share of its priority level.",
);
const PRIORITY: Row<Count> = row(
    "priority",
    Count(0, PRIORITY_MAX, "priorities are counted from 0"),
    Absent::Means(0),
    "0 is first; a later level gets calls when the healthy targets before it cannot take all.",
);
const TARGET: &Block = &Block {
    name: "a target",
    doc: "A tier behind a balancer.",
    keys: &[&[key("tier", Shape::Text, Need::Required, "Its name."), WEIGHT.key(), PRIORITY.key()]],
};

const PRIORITY_MAX: u64 = 127;

pub(crate) fn read(diag: &mut Diagnostics, table: &Table<'_>, names: &Names) -> Option<Balancer> {
    let field = table.get("to")?;
    let items = field.list(diag, limits::TIERS_MAX);
    if items.is_empty() {
        diag.report(field.error(diag, "a balancer has at least 1 tier behind it"));
        return None;
    }
    let mut weighted = false;
    let mut targets: Vec<Target> = Vec::new();
    for item in items {
        let Some(target) = target(diag, item, names, &mut weighted) else { continue };
        if targets.iter().any(|known| known.to == target.to) {
            diag.report(item.error(diag, "this tier is listed twice").hint("give it a weight instead"));
        }
        targets.push(target);
    }
    let ttl = table.get("ttl").map(|field| law::read(diag, field, Unit::Seconds));
    let method = method(diag, table, weighted);
    let choices = spread::choices(diag, table, Some(method));
    let weights: Vec<f64> = targets.iter().map(|target| target.weight).collect();
    if weights.iter().sum::<f64>() <= 0.0 && !weights.is_empty() {
        diag.report(
            field.error(diag, "every weight is 0, so no target takes a call").allowed("at least one above 0"),
        );
    }
    levels(diag, field, &targets);
    let overprovisioning = table.read(diag, &OVERPROVISIONING);
    let of = care::Of { what: "target", count: Some(targets.len() as u32), check: care::TARGET_CHECK };
    let care = care::read(diag, table, &of);
    let probe = care.check.as_ref().and_then(|_| names.probe(table.get("health_check")?));
    Some(Balancer {
        balance: spread::chosen(method, weights, choices),
        targets,
        care,
        overprovisioning: overprovisioning?,
        ttl: match ttl {
            Some(read) => Some(read?),
            None => None,
        },
        probe,
    })
}

fn method(diag: &mut Diagnostics, table: &Table<'_>, weighted: bool) -> Method {
    let usual = if weighted { Method::Weighted } else { Method::RoundRobin };
    let method = table.said(diag, &BALANCE).unwrap_or(usual);
    let Some(field) = table.get(BALANCE.name) else { return method };
    if weighted && method != Method::Weighted {
        let message = "the targets have weights, but the balance does not look at them";
        diag.report(field.warning(diag, message).hint("balance = \"weighted\", or leave the weights out"));
    }
    if method.counts() && table.get("ttl").is_some() {
        let draft = field.error(
            diag,
            "with a \"ttl\" clients choose by a cached name, which cannot count the calls of a target",
        );
        let draft = draft.allowed(one_of(["random", "round-robin", "weighted", "affinity"]));
        diag.report(draft.hint("one of these, or leave \"ttl\" out"));
    }
    method
}

/// Priorities are numbered without gaps: an empty level would have no target to answer.
fn levels(diag: &mut Diagnostics, field: Field<'_>, targets: &[Target]) {
    let has = |level: u8| targets.iter().any(|target| target.priority == level);
    let Some(most) = targets.iter().map(|target| target.priority).max() else { return };
    if let Some(missing) = (0..most).find(|&level| !has(level)) {
        let message = format!("no target has priority {missing}, but one has {most}");
        let draft = field.error(diag, message).allowed("0, 1, 2 … without gaps");
        diag.report(draft.hint("0 is first; number the others after it"));
    }
}

fn target(diag: &mut Diagnostics, item: Field<'_>, names: &Names, weighted: &mut bool) -> Option<Target> {
    if item.node.text().is_some() {
        return Some(Target {
            to: names.tier(diag, item)?,
            weight: WEIGHT.usual(),
            priority: PRIORITY.usual() as u8,
        });
    }
    let table = Table::open(diag, item, TARGET)?;
    let to = names.tier(diag, table.get("tier")?);
    let weight = table.value(diag, &WEIGHT);
    let priority = table.read(diag, &PRIORITY);
    *weighted |= table.get("weight").is_some();
    Some(Target { to: to?, weight, priority: priority? as u8 })
}

/// The index of a named target behind a named balancer.
pub(crate) fn place(
    diag: &mut Diagnostics,
    (at, tier): (Field<'_>, TierId),
    target: Field<'_>,
    names: &Names,
    tiers: &[Option<Tier>],
) -> Option<u16> {
    let Body::Balancer(balancer) = &tiers.get(tier.0 as usize)?.as_ref()?.body else {
        let draft = at.error(diag, "only a balancer has targets to drain or to fail over to");
        diag.report(draft.hint("name a tier of kind = \"balancer\""));
        return None;
    };
    let said = target.text(diag)?;
    let name = |target: &Target| names.tiers.get_index(target.to.0 as usize).map_or("", String::as_str);
    let found = balancer.targets.iter().position(|target| name(target) == said);
    if found.is_none() {
        let known = || balancer.targets.iter().map(name);
        let draft = target.error(diag, format!("the balancer has no target \"{said}\""));
        diag.report(draft.allowed(one_of(known())).maybe_hint(did_you_mean(said, known())));
    } else if balancer.targets.len() == 1 {
        let draft = target.error(diag, "this is its only target: without it no target is left");
        diag.report(draft.hint("list another tier under \"to\", or use a fault of kind \"crash\""));
        return None;
    }
    found.map(|at| at as u16)
}
