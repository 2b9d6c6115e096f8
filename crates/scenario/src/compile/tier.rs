//! `[tier.NAME]`: the kinds of tiers, one row each, and how a tier is read.

use super::names::{self, Names};
use super::policy::INLET_KEYS;
use super::trace::Traces;
use super::{balancer, call, care, engines, fleet, renewal, spread, station, zones};
use crate::block::{Block, Key, Need, Shape, key};
use crate::problem::{Diagnostics, Draft, one_of};
use crate::read::{Field, Table};
use crate::row::Kinds;
use crate::text::tree::find;
use brownout_model::{Body, Tier, TierKind};

const KIND_KEYS: &[Key] = &[
    key("kind", Shape::Typed(&Kinds(words)), Need::Required, "What it is: a set of defaults."),
    key(
        "region",
        Shape::Text,
        Need::Optional,
        "Its region: a label by which a fault may name all tiers there.",
    ),
];

/// The word of each kind once: an inference tier is of either of two kinds.
fn words() -> Vec<&'static str> {
    let mut words: Vec<&str> = KINDS.iter().map(|kind| kind.word).collect();
    words.dedup();
    words
}

/// A kind of tier: its keys and its defaults.
#[derive(Debug)]
pub(crate) struct TierPreset {
    pub(crate) word: &'static str,
    pub(crate) tier: TierKind,
    pub(crate) block: Block,
    pub(crate) defaults: Defaults,
}

/// The defaults of a station.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Defaults {
    /// The name of the workers, and whether their number is required.
    pub(crate) workers: &'static str,
    pub(crate) workers_needed: bool,
    /// Whether the service time is required; otherwise it is zero.
    pub(crate) service_needed: bool,
    /// Whether a worker is held while its calls are out.
    pub(crate) hold: bool,
    /// The status of a call that finds the queue full.
    pub(crate) full: u16,
}

const THREADS: Defaults =
    Defaults { workers: "workers", workers_needed: true, service_needed: true, hold: true, full: 503 };
const EVENTS: Defaults =
    Defaults { workers: "workers", workers_needed: false, service_needed: false, hold: false, full: 503 };

const fn kind(
    word: &'static str,
    tier: TierKind,
    keys: &'static [&'static [Key]],
    defaults: Defaults,
    name: &'static str,
    doc: &'static str,
) -> TierPreset {
    TierPreset { word, tier, block: Block { name, doc, keys }, defaults }
}

const STATION: &[&[Key]] = &[
    KIND_KEYS,
    station::KEYS,
    station::WORKERS_KEYS,
    station::CACHE_BLOCK_KEYS,
    fleet::KEYS,
    renewal::KEYS,
    care::KEYS,
    zones::KEYS,
    call::KEYS,
    INLET_KEYS,
];
const DATABASE: &[&[Key]] = &[
    KIND_KEYS,
    station::KEYS,
    station::WORKERS_KEYS,
    station::CONNECTIONS_KEYS,
    station::CACHE_BLOCK_KEYS,
    fleet::KEYS,
    renewal::KEYS,
    care::KEYS,
    zones::KEYS,
    call::KEYS,
    INLET_KEYS,
];
const CACHE: &[&[Key]] = &[
    KIND_KEYS,
    station::KEYS,
    station::WORKERS_KEYS,
    station::CACHE_KEYS,
    fleet::KEYS,
    renewal::KEYS,
    care::KEYS,
    zones::KEYS,
    call::KEYS,
    INLET_KEYS,
];
const ENGINES: &[&[Key]] =
    &[KIND_KEYS, engines::KEYS, engines::ENGINE_KEYS, fleet::KEYS, care::KEYS, zones::KEYS, INLET_KEYS];
const INFERENCE: &[&[Key]] = &[
    KIND_KEYS,
    station::KEYS,
    station::SLOTS_KEYS,
    station::TOKEN_KEYS,
    fleet::KEYS,
    renewal::KEYS,
    care::KEYS,
    zones::KEYS,
    call::KEYS,
    INLET_KEYS,
];

/// The kinds, in the order of the reference.
pub(crate) static KINDS: [TierPreset; 11] = [
    kind(
        "gateway",
        TierKind::Gateway,
        STATION,
        EVENTS,
        "a gateway",
        "Edge or API gateway: unlimited workers unless counted.",
    ),
    kind("auth", TierKind::Auth, STATION, THREADS, "an auth tier", "Issues and checks tokens."),
    kind(
        "session-store",
        TierKind::SessionStore,
        STATION,
        THREADS,
        "a session store",
        "Stores the sessions of logged-in users.",
    ),
    kind(
        "service",
        TierKind::Service,
        STATION,
        THREADS,
        "a service",
        "Any other service: a pool of workers behind a queue.",
    ),
    kind(
        "database",
        TierKind::Database,
        DATABASE,
        Defaults { workers: "connections", ..THREADS },
        "a database",
        "A connection pool before a store.",
    ),
    kind(
        "cache",
        TierKind::Cache,
        CACHE,
        EVENTS,
        "a cache",
        "Keys, hits, fills: a miss goes on to its calls.",
    ),
    kind("queue", TierKind::Queue, STATION, THREADS, "a queue", "Workers that take jobs from a queue."),
    kind(
        "balancer",
        TierKind::Balancer,
        &[KIND_KEYS, balancer::KEYS, care::TARGET_KEYS],
        EVENTS,
        "a balancer",
        "Spreads calls over tiers.",
    ),
    kind(
        "link",
        TierKind::Link,
        &[KIND_KEYS, spread::LINK_KEYS],
        EVENTS,
        "a link",
        "Carries calls with a delay.",
    ),
    kind(
        "inference",
        TierKind::Inference,
        INFERENCE,
        Defaults { workers: "slots", workers_needed: true, service_needed: false, hold: false, full: 529 },
        "an inference tier",
        "Language model replicas, roughly: a request takes base + prompt/prefill + output/decode.",
    ),
    kind(
        "inference",
        TierKind::Inference,
        ENGINES,
        Defaults { workers: "slots", workers_needed: false, service_needed: false, hold: false, full: 529 },
        "an inference tier with a profile",
        "Language model replicas, token by token: continuous batching, KV cache, preemption, prefix cache.",
    ),
];

/// The first kind of that name; the list of all is made for messages only.
fn kind_of(diag: &mut Diagnostics, field: Field<'_>) -> Option<&'static TierPreset> {
    if let Some(kind) = KINDS.iter().find(|kind| Some(kind.word) == field.node.text()) {
        return Some(kind);
    }
    let mut words: Vec<(&'static str, &'static TierPreset)> =
        KINDS.iter().map(|kind| (kind.word, kind)).collect();
    words.dedup_by_key(|(word, _)| *word);
    field.word(diag, &words)
}

/// With a profile an inference tier is a fleet of engines, without one it is a station of slots.
const PROFILE: &str = "profile";

pub(crate) fn read(
    diag: &mut Diagnostics,
    field: Field<'_>,
    names: &Names,
    files: &Traces<'_>,
) -> Option<Tier> {
    let Some(entries) = field.node.entries() else {
        diag.report(field.error(diag, format!("a tier is written as a table, not {}", field.node.what())));
        return None;
    };
    let Some(entry) = find(entries, "kind") else {
        let draft =
            Draft::error(field.node.place, format!("the tier \"{}\" does not say its kind", field.name));
        diag.report(draft.allowed(one_of(words())).hint("as in kind = \"service\""));
        return None;
    };
    let kind = kind_of(diag, Field { name: "kind", node: &entry.node })?;
    let is_engines = kind.tier == TierKind::Inference && find(entries, PROFILE).is_some();
    let kind = if is_engines { &KINDS[KINDS.len() - 1] } else { kind };
    let table = Table::open(diag, field, &kind.block)?;
    let region = table.get("region").and_then(|field| names::label(diag, field, "a region"));
    let body = match kind.tier {
        TierKind::Balancer => Body::Balancer(balancer::read(diag, &table, names)?),
        TierKind::Link => Body::Link(spread::link(diag, &table, names)?),
        TierKind::Inference if is_engines => Body::Engines(engines::read(diag, &table, names, files)?),
        _ => Body::Station(station::read(diag, &table, field.name, kind, names)?),
    };
    Some(Tier { name: field.name.to_owned(), kind: kind.tier, region, body })
}
