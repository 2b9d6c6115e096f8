//! `[chaos]`: faults drawn from the seed of the run.

use super::law;
use super::names::Names;
use crate::block::{Block, Key, Need, Shape, Unit, key};
use crate::limits;
use crate::problem::Desk;
use crate::read::{Field, Table};
use brownout_dist::Law;
use brownout_tiers::model::{Body, Fault, FaultKind, Hits, Tier, TierId, When};
use brownout_units::{Ratio, Span};

const KEYS: &[Key] = &[
    key("every", Shape::Law(Unit::Seconds), Need::Required, "From one fault to the next."),
    key("for", Shape::Law(Unit::Seconds), Need::Required, "How long it lasts."),
    key("tiers", Shape::List(&Shape::Text), Need::Default("all that serve"), "To whom it may happen."),
    key(
        "kinds",
        Shape::List(&Shape::Word(&["crash", "slow", "hang", "errors", "loss"])),
        Need::Default("crash, slow and hang"),
        "What may happen: slow is ten times as long, errors are half of the calls, loss is a partition.",
    ),
    key("share", Shape::Ratio, Need::Default("100%"), "Which part of the replicas, rounded up."),
    key("from", Shape::Span, Need::Default("the end of the warm-up"), "Not before."),
];

pub(crate) const CHAOS: &Block = &Block {
    name: "chaos",
    doc: "Faults drawn from the seed of the run: one tier and one kind each time.",
    keys: &[KEYS],
};

const SLOW: FaultKind = FaultKind::Slow { factor: 10.0 };

pub(crate) fn read(
    desk: &mut Desk,
    field: Field<'_>,
    names: &Names,
    tiers: &[Option<Tier>],
    warmup: Span,
) -> Option<Vec<Fault>> {
    let table = Table::open(desk, field, CHAOS)?;
    let every = table.get("every").and_then(|field| length(desk, field));
    let down = table.get("for").and_then(|field| length(desk, field));
    let at = table.get("from").map_or(Some(warmup), |field| field.span(desk));
    let share = table.get("share").map_or(Some(Ratio::ONE), |field| field.chance(desk));
    let kinds = kinds(desk, table.get("kinds"));
    let serves = |id: &TierId| {
        let tier = tiers.get(id.0 as usize).and_then(Option::as_ref);
        tier.is_none_or(|tier| matches!(tier.body, Body::Station(_) | Body::Engines(_)))
    };
    let all = (0..tiers.len()).map(|at| TierId(at as u16));
    let places: Vec<TierId> = match table.get("tiers") {
        None => all.filter(serves).collect(),
        Some(field) => {
            let items = field.list(desk, limits::TIERS_MAX);
            if items.is_empty() {
                desk.report(field.error(desk, "chaos needs at least 1 tier"));
            }
            let mut places = Vec::new();
            for item in items {
                let Some(id) = names.tier(desk, item) else { continue };
                if !serves(&id) {
                    let draft =
                        item.error(desk, "faults happen to tiers that serve, not to balancers and links");
                    desk.report(draft.hint("name the tier behind it"));
                }
                places.push(id);
            }
            places
        }
    };
    let (when, at, share) = (When::Chaos { every: every?, down: down? }, at?, share?);
    let hits = Hits::Share { from: Ratio::ZERO, to: share };
    let fault = |tier, kind| {
        let (area, when) = (None, when.clone());
        Fault { at, lasts: Span::ZERO, tier, area, zone: None, hits, kind, when, group: 0 }
    };
    Some(
        places
            .iter()
            .flat_map(|&tier| kinds.iter().map(move |&kind| (tier, kind)))
            .map(|(t, k)| fault(t, k))
            .collect(),
    )
}

fn length(desk: &mut Desk, field: Field<'_>) -> Option<Law> {
    let law = law::read(desk, field, Unit::Seconds)?;
    if law.mean() <= 0.0 {
        desk.report(field.error(desk, "this takes some time").allowed("more than 0s"));
        return None;
    }
    Some(law)
}

fn kinds(desk: &mut Desk, field: Option<Field<'_>>) -> Vec<FaultKind> {
    let Some(field) = field else { return vec![FaultKind::Crash, SLOW, FaultKind::Hang] };
    let half = Ratio::new(0.5).expect("a half");
    let words = [
        ("crash", FaultKind::Crash),
        ("slow", SLOW),
        ("hang", FaultKind::Hang),
        ("errors", FaultKind::Errors { ratio: half }),
        ("loss", FaultKind::Loss { from: None, ratio: Ratio::ONE }),
    ];
    let items = field.list(desk, words.len());
    if items.is_empty() {
        desk.report(field.error(desk, "chaos needs at least 1 kind of fault"));
    }
    items.into_iter().filter_map(|item| item.word(desk, &words)).collect()
}
