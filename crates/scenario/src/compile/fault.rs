//! `[[fault]]`: what goes wrong, on a schedule.

use super::names::Names;
use crate::block::{Block, Key, Need, Shape, key};
use crate::problem::Desk;
use crate::read::{Field, Table};
use brownout_tiers::model::{Body, Fault, FaultKind, Tier};
use brownout_units::{Ratio, Span};

const KEYS: &[Key] = &[
    key("at", Shape::Span, Need::Required, "Since the start of the run."),
    key("for", Shape::Span, Need::Required, "For how long."),
    key("tier", Shape::Text, Need::Required, "Where."),
    key(
        "kind",
        Shape::Word(&["hang", "slow", "crash", "errors"]),
        Need::Required,
        "hang: nothing moves, and resumes afterwards. slow: everything takes factor times as long. \
         crash: calls inside are lost, new ones refused. errors: a share of calls fail with 500.",
    ),
    key("share", Shape::Ratio, Need::Default("100%"), "Which part of its replicas, rounded up."),
    key("factor", Shape::Number(1.0, 1e6), Need::Optional, "slow: how many times as long."),
    key("ratio", Shape::Ratio, Need::Optional, "errors: how many."),
];

pub(crate) const FAULT: &Block =
    &Block { name: "a fault", doc: "What goes wrong, on a schedule.", keys: &[KEYS] };

#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Hang,
    Slow,
    Crash,
    Errors,
}

const WORDS: &[(&str, Word)] =
    &[("hang", Word::Hang), ("slow", Word::Slow), ("crash", Word::Crash), ("errors", Word::Errors)];

pub(crate) fn read(
    desk: &mut Desk,
    field: Field<'_>,
    names: &Names,
    tiers: &[Option<Tier>],
    duration: Span,
) -> Option<Fault> {
    let table = Table::open(desk, field, FAULT)?;
    let at = table.get("at").and_then(|field| at(desk, field, duration));
    let lasts = table.get("for").and_then(|f| f.span_positive(desk, "a fault lasts some time"));
    let tier = table.get("tier").and_then(|field| names.tier(desk, field));
    let share = table.get("share").and_then(|field| field.chance(desk)).unwrap_or(Ratio::ONE);
    if let (true, Some(field)) = (share.fraction() <= 0.0, table.get("share")) {
        desk.report(field.error(desk, "a fault of no replica is none").allowed("more than 0%"));
    }
    let body =
        tier.and_then(|tier| tiers.get(tier.0 as usize)).and_then(Option::as_ref).map(|tier| &tier.body);
    if let (Some(Body::Balancer(_) | Body::Link(_)), Some(field)) = (body, table.get("tier")) {
        let draft = field.error(desk, "faults happen to tiers that serve, not to balancers and links");
        desk.report(draft.hint("name the tier behind it"));
    }
    let kind = kind(desk, &table);
    Some(Fault { at: at?, lasts: lasts?, tier: tier?, share, kind: kind? })
}

fn at(desk: &mut Desk, field: Field<'_>, duration: Span) -> Option<Span> {
    let at = field.span(desk)?;
    if duration <= at {
        let draft = field.error(desk, format!("the run is over after {duration}"));
        desk.report(
            draft.allowed(format!("less than {duration}")).hint("make the run longer, or the fault earlier"),
        );
        return None;
    }
    Some(at)
}

fn kind(desk: &mut Desk, table: &Table<'_>) -> Option<FaultKind> {
    let field = table.get("kind")?;
    let word = field.word(desk, WORDS)?;
    for (name, owner, kind) in [("factor", Word::Slow, "slow"), ("ratio", Word::Errors, "errors")] {
        match (table.get(name), owner == word) {
            (Some(extra), false) => {
                let draft = extra.error(desk, format!("\"{name}\" belongs to a fault of kind \"{kind}\""));
                desk.report(draft.hint(format!("write kind = \"{kind}\", or leave \"{name}\" out")));
            }
            (None, true) => {
                let draft = field.error(desk, format!("this fault needs \"{name}\""));
                let example = if name == "factor" { "factor = 4" } else { "ratio = \"20%\"" };
                desk.report(draft.hint(format!("as in {example}")));
            }
            _ => {}
        }
    }
    Some(match word {
        Word::Hang => FaultKind::Hang,
        Word::Crash => FaultKind::Crash,
        Word::Slow => FaultKind::Slow {
            factor: table.get("factor")?.number(desk, 1.0, 1e6, "a slow tier takes longer, not shorter")?,
        },
        Word::Errors => FaultKind::Errors { ratio: table.get("ratio")?.chance(desk)? },
    })
}
