//! `[[fault]]`: what goes wrong, where and when; one file and one row for each kind.

mod calls;
mod crash;
mod dns;
mod drain;
mod errors;
mod flush;
mod hang;
mod latency;
mod leak;
mod memory;
mod place;
mod restart;
mod slow;
mod way;
mod when;

use super::names::Names;
use crate::block::{Block, Key, Need, Shape, key};
use crate::compile::change::{Fault, When};
use crate::limits;
use crate::problem::{Diagnostics, Draft, one_of};
use crate::read::{Field, Table};
use crate::row::{Absent, Kinds, Part, Row, Time, Type as _, row};
use brownout_model::{Effect, Hits, PathSet, Tier};
use brownout_units::{Ratio, Span};
pub(super) use place::{in_region, in_zone, zone_at};
use when::Times;

const KIND: &[Key] = &[key("kind", Shape::Typed(&Kinds(words)), Need::Required, "The kind of fault.")];

const SHARE_SHARE: Row<Part> =
    row("share", Part, Absent::Means(Ratio::ONE), "The share of those replicas, rounded up.");

const STEP: Row<Time> = row("step", Time, Absent::Nothing, "From one of the steps to the next.");
/// The keys of faults that happen to some of the replicas.
const SHARE: &[Key] = &[
    key(
        "zone",
        Shape::Text,
        Need::Optional,
        "Only replicas in this zone; without \"tier\" and \"region\": of all tiers with that zone.",
    ),
    SHARE_SHARE.key(),
    key(
        "steps",
        Shape::List(&Shape::Typed(&Part)),
        Need::Optional,
        "Instead of a share: the growing shares of the replicas, one step after another.",
    ),
    STEP.key(),
];

/// The target of a kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The replicas of a tier that serves.
    Replicas,
    /// The replicas of a tier with workers and queues, not of language model replicas.
    Workers,
    /// The limited workers or connections of such a tier.
    Pool,
    /// The cache of such a tier.
    Cache,
    /// The way to any tier.
    Way,
    /// A link.
    Link,
    /// A balancer.
    Balancer,
}

impl Target {
    /// Whether it hits replicas, and so may be limited to those of a zone.
    pub(super) fn is_of_replicas(self) -> bool {
        !matches!(self, Target::Way | Target::Link | Target::Balancer)
    }
}

/// A kind of fault.
pub(crate) struct FaultKind {
    pub(crate) word: &'static str,
    pub(crate) block: Block,
    target: Target,
    read: fn(&mut Diagnostics, &Table<'_>, &Context<'_>) -> Option<Effect>,
}

/// What reading a fault needs beside its table.
pub(super) struct Context<'a> {
    pub(super) names: &'a Names,
    pub(super) tiers: &'a [Option<Tier>],
    pub(super) duration: Span,
    /// It is instantaneous.
    pub(super) momentary: bool,
    /// The tiers that are hit, as far as they can be read.
    hit: Vec<&'a Tier>,
}

/// A row of the table: the word of a kind, its target, and its own keys.
macro_rules! row {
    ($word:literal, $target:ident, $file:ident, $doc:literal) => {
        row!($word, $target, $file, &[], $doc)
    };
    ($word:literal, $target:ident, $file:ident, calls, $doc:literal) => {
        row!($word, $target, $file, calls::KEYS, $doc)
    };
    ($word:literal, $target:ident, $file:ident, $calls:expr, $doc:literal) => {
        FaultKind {
            word: $word,
            block: Block {
                name: concat!("a fault of kind \"", $word, "\""),
                doc: $doc,
                keys: &[place::KEYS, KIND, when::KEYS, row!(@$target), $file::KEYS, $calls],
            },
            target: Target::$target,
            read: $file::read,
        }
    };
    (@Replicas) => { SHARE };
    (@Workers) => { SHARE };
    (@Pool) => { SHARE };
    (@Cache) => { SHARE };
    (@Way) => { &[] };
    (@Link) => { &[] };
    (@Balancer) => { &[] };
}

/// The kinds, in the order of the reference.
pub(crate) static KINDS: &[FaultKind] = &[
    row!("hang", Replicas, hang, calls, "All work stops, and resumes afterwards."),
    row!(
        "slow",
        Replicas,
        slow,
        calls,
        "Services take factor times as long: a gray failure, a noisy neighbour."
    ),
    row!("errors", Replicas, errors, calls, "A share of calls fail with 500 when their service ends."),
    row!("crash", Replicas, crash, "Calls inside are lost, new ones refused; caches come back empty."),
    row!(
        "restart",
        Workers,
        restart,
        "Replicas go down and come back cold, all at once or batch after batch."
    ),
    row!("memory", Workers, memory, "Slower the more calls are inside, and killed when they are too many."),
    row!("leak", Pool, leak, "Workers, or connections of a pool, get lost one by one."),
    row!("flush", Cache, flush, "The cache of the tier is emptied."),
    row!(
        "loss",
        Way,
        way,
        calls,
        "A share of the calls to the tier get lost; a partition if it is all of them."
    ),
    row!("dns", Way, dns, calls, "The name of the tier cannot be resolved: calls to it are refused."),
    row!("latency", Link, latency, calls, "A link takes longer."),
    row!("drain", Balancer, drain, "A balancer sends no new calls to one of its targets, or fewer."),
];

fn words() -> Vec<&'static str> {
    KINDS.iter().map(|kind| kind.word).collect()
}

/// The kind of that name; the list of all is made for messages only.
fn kind_of(diag: &mut Diagnostics, field: Field<'_>) -> Option<&'static FaultKind> {
    if let Some(kind) = KINDS.iter().find(|kind| Some(kind.word) == field.node.text()) {
        return Some(kind);
    }
    let words: Vec<(&'static str, &'static FaultKind)> = KINDS.iter().map(|kind| (kind.word, kind)).collect();
    field.word(diag, &words)
}

/// Reads one `[[fault]]`: a fault for each tier and each step.
pub(crate) fn read(
    diag: &mut Diagnostics,
    field: Field<'_>,
    group: u32,
    names: &Names,
    tiers: &[Option<Tier>],
    duration: Span,
) -> Option<Vec<Fault>> {
    let said = field.node.child("kind").map(|node| Field { name: "kind", node });
    let Some(said) = said else {
        let draft = Draft::error(field.node.place, "this fault does not say its kind");
        diag.report(draft.allowed(one_of(words())).hint("as in kind = \"slow\""));
        return None;
    };
    let kind = kind_of(diag, said)?;
    let table = Table::open(diag, field, &kind.block)?;
    let place::Places { tiers: places, area, zone } = place::read(diag, &table, names, tiers, kind.target);
    let hit = places.iter().filter_map(|id| tiers.get(id.0 as usize)?.as_ref()).collect();
    let momentary = kind.word == "flush";
    let context = Context { names, tiers, duration, momentary, hit };
    if let Some(field) = table.get("tier") {
        place::check(diag, field, kind.target, &context);
    }
    let times = when::read(diag, &table, &context);
    let hits = match kind.target {
        Target::Replicas | Target::Workers | Target::Pool | Target::Cache => {
            shares(diag, &table, times.as_ref().is_none_or(Times::is_scheduled))
        }
        Target::Way | Target::Link | Target::Balancer => vec![(Span::ZERO, Hits::ALL)],
    };
    let what = (kind.read)(diag, &table, &context);
    let single = kind.block.key("on").is_some();
    let paths = if single { calls::read(diag, &table, what, &context) } else { Some(PathSet::ALL) };
    let (mut times, what, paths) = (times?, what?, paths?);
    if let (Effect::Restart { .. }, When::Random { down, .. }) = (what, &times.when) {
        // Each replica is down for a time of its own, and all of them for the same length.
        times.lasts = Span::from_secs_f64(down.mean());
    }
    let mut faults = Vec::new();
    for tier in places {
        for &(after, hits) in &hits {
            if let Some(at) = times.at.checked_add(after).filter(|at| *at < duration) {
                let lasts = times.lasts.saturating_sub(after);
                let (area, when) = (area.clone(), times.when.clone());
                let zone = zone.as_ref().and_then(|zone| zone_at(tiers, tier, zone));
                faults.push(Fault { at, lasts, tier, area, zone, hits, paths, kind: what, when, group });
            }
        }
    }
    Some(faults)
}

/// The replicas that are hit, and when, since the start of the fault.
fn shares(diag: &mut Diagnostics, table: &Table<'_>, scheduled: bool) -> Vec<(Span, Hits)> {
    let share = table.said(diag, &SHARE_SHARE);
    if let (Some(share), Some(field)) = (share, table.get("share"))
        && share.fraction() <= 0.0
    {
        diag.report(field.error(diag, "a fault needs at least one replica").allowed("more than 0%"));
    }
    let part = |from, to| Hits::Share { from, to };
    let Some(field) = table.get("steps") else {
        if let Some(step) = table.get("step") {
            let draft = step.error(diag, "\"step\" belongs to \"steps\"");
            diag.report(draft.hint("as in steps = [\"1%\", \"10%\", \"100%\"]"));
        }
        return vec![(Span::ZERO, part(Ratio::ZERO, share.unwrap_or(SHARE_SHARE.usual())))];
    };
    if let Some(share) = table.get("share") {
        diag.report(share.error(diag, "a fault has either a share or steps").hint("leave one of them out"));
    }
    if !scheduled {
        let draft = field.error(diag, "steps follow the clock, not chance or a condition");
        diag.report(draft.hint("leave \"random\" or \"when\" out, or use a share"));
    }
    if table.get("step").is_none() {
        let draft = field.error(diag, "steps need \"step\": the time from one to the next");
        diag.report(draft.hint("as in step = \"5m\""));
        return Vec::new();
    }
    let step = table.said(diag, &STEP).unwrap_or(Span::ZERO);
    let mut before = Ratio::ZERO;
    let mut hits = Vec::new();
    for (nth, item) in field.list(diag, limits::STAGES_MAX).into_iter().enumerate() {
        let Some(to) = Part.read(diag, item) else { continue };
        if to.fraction() <= before.fraction() {
            diag.report(
                item.error(diag, "each step goes further than the one before").allowed("a larger part"),
            );
        }
        hits.push((step.saturating_mul(nth as u64), part(before, to)));
        before = to;
    }
    hits
}
