//! Narrowing the candidates before balancing: stale counts, subsets and shards, zones.

use super::names;
use crate::block::{Block, Key, Need, SWITCHED, Shape, key};
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Row, Time, Type as _, Word, row};
use crate::text::tree::Value;
use brownout_model::{
    Balance, Routing, Spread, Subset, SubsetKind, SubsetPer, ZONES_MAX, ZoneRouting, Zones,
};
use brownout_units::Span;

const MOST: u64 = ZONES_MAX as u64;
/// The number of zones.
const ZONES: Count = Count(2, MOST, "at least 2 zones are needed, and at most 15 fit");

const ZONE_LATENCY: Row<Time> = row(
    "zone_latency",
    Time,
    Absent::Means(Span::ZERO),
    "Extra latency, each way, of a call that leaves the zone of its caller.",
);

const ZONE_ROUTING: Row<Word<ZoneRouting>> = row(
    "zone_routing",
    Word(&[
        ("anywhere", ZoneRouting::Anywhere),
        ("local", ZoneRouting::Local),
        ("spill-over", ZoneRouting::SpillOver),
    ]),
    Absent::Means(ZoneRouting::Anywhere),
    "Whether calls stay in the zone of their caller: always, or as far as its replicas suffice (Envoy).",
);
const REFRESH: Row<Time> = row(
    "refresh",
    Time,
    Absent::Means(Span::ZERO),
    "Staleness of the balancer's counts of calls: it sees them as of the last whole multiple of this.",
);
/// The keys of a tier with replicas.
pub(crate) const KEYS: &[Key] = &[
    REFRESH.key(),
    key(
        "subset",
        Shape::Any(&[Shape::Typed(&SIZE.of), Shape::Block(SUBSET), SWITCHED]),
        Need::Optional,
        "Each caller uses only a subset of the replicas: subsetting, sharding, shuffle sharding.",
    ),
    key(
        "zones",
        Shape::Any(&[Shape::Typed(&ZONES), Shape::List(&Shape::Text)]),
        Need::Optional,
        "The zones of its replicas, assigned in turn: their number (a, b, c, …), or their names.",
    ),
    ZONE_ROUTING.key(),
    ZONE_LATENCY.key(),
];

const SIZE: Row<Count> = row(
    "size",
    Count(1, limits::REPLICAS_MAX, "a caller uses at least 1 replica"),
    Absent::Refused,
    "How many.",
);
const KIND: Row<Word<SubsetKind>> = row(
    "kind",
    Word(&[
        ("deterministic", SubsetKind::Deterministic),
        ("shuffled", SubsetKind::Shuffled),
        ("fixed", SubsetKind::Fixed),
    ]),
    Absent::Means(SubsetKind::Deterministic),
    "Pieces of the replicas, shuffled anew each round (SRE book); a draw of its own for each caller \
             (shuffle sharding); or pieces that are cut once (plain sharding).",
);
const PER: Row<Word<SubsetPer>> = row(
    "per",
    Word(&[("client", SubsetPer::Client), ("class", SubsetPer::Class)]),
    Absent::Means(SubsetPer::Client),
    "Whether each client or each class has its own subset.",
);
const SUBSET: &Block = &Block {
    name: "a subset",
    doc: "Some of the replicas for each caller.",
    keys: &[&[SIZE.key(), KIND.key(), PER.key()]],
};

/// The balancing rule of the tier.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By<'a> {
    Balance(&'a Balance),
    Routing(&'a Routing),
}

impl By<'_> {
    /// Whether it looks at the number of calls of each replica.
    fn counts(self) -> bool {
        match self {
            By::Balance(balance) | By::Routing(Routing::Plain(balance)) => {
                matches!(balance, Balance::LeastOutstanding | Balance::Choices(_) | Balance::JoinShortest)
            }
            By::Routing(Routing::LeastKv) => false,
            By::Routing(Routing::Prefix { .. }) => true,
        }
    }
}

pub(crate) fn read(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    replicas: Option<u64>,
    by: Option<By<'_>>,
) -> Spread {
    let refresh = table.value(diag, &REFRESH);
    if let (Some(field), true, false) =
        (table.get("refresh"), by.is_some_and(|by| !by.counts()), refresh.is_zero())
    {
        let draft = field.warning(diag, "the balance does not look at counts, so they may be of any age");
        diag.report(draft.hint("balance = \"two-choices\", or leave \"refresh\" out"));
    }
    let subset = table.get("subset").filter(|field| !field.is_off());
    let subset = subset.and_then(|field| subset_of(diag, field, replicas));
    let zones = zones(diag, table, replicas);
    Spread { refresh, subset, zones }
}

fn subset_of(diag: &mut Diagnostics, field: Field<'_>, replicas: Option<u64>) -> Option<Subset> {
    let (size, kind, per) = if field.node.entries().is_some() {
        let table = Table::open(diag, field, SUBSET)?;
        let size = table.get("size").map(|field| (field, table.said(diag, &SIZE)));
        let (kind, per) = (table.read(diag, &KIND), table.read(diag, &PER));
        (size?, kind?, per?)
    } else {
        ((field, SIZE.of.read(diag, field)), KIND.usual(), PER.usual())
    };
    let (field, size) = (size.0, size.1?);
    match replicas {
        Some(replicas) if replicas < size => {
            let draft = field.error(diag, format!("a subset of {size} is larger than {replicas} replicas"));
            diag.report(draft.allowed(format!("less than {replicas}")));
            return None;
        }
        Some(replicas) if replicas == size => {
            let draft = field.warning(diag, "every caller uses all replicas, which is no subset");
            diag.report(draft.allowed(format!("less than {replicas}")));
        }
        _ => {}
    }
    Some(Subset { size: size as u32, kind, per })
}

fn zones(diag: &mut Diagnostics, table: &Table<'_>, replicas: Option<u64>) -> Option<Zones> {
    let routing = table.value(diag, &ZONE_ROUTING);
    let latency = table.value(diag, &ZONE_LATENCY);
    let Some(field) = table.get("zones") else {
        for name in ["zone_routing", "zone_latency"] {
            if let Some(field) = table.get(name) {
                let draft = field.error(diag, "the replicas of this tier are in no zones");
                diag.report(draft.hint("set zones = 3, or leave it out"));
            }
        }
        return None;
    };
    let names = zone_names(diag, field)?;
    if let Some(replicas) = replicas.filter(|replicas| *replicas < names.len() as u64) {
        let message = format!("{replicas} replicas cannot fill {} zones", names.len());
        diag.report(field.error(diag, message).allowed("at most as many zones as replicas"));
        return None;
    }
    Some(Zones { names, routing, latency })
}

fn zone_names(diag: &mut Diagnostics, field: Field<'_>) -> Option<Vec<String>> {
    if !matches!(field.node.value, Value::List(_)) {
        let count = ZONES.read(diag, field)?;
        return Some((b'a'..).take(count as usize).map(|letter| char::from(letter).to_string()).collect());
    }
    let items = field.list(diag, ZONES_MAX);
    if items.len() < 2 {
        diag.report(field.error(diag, "at least 2 zones are needed").allowed(format!("2 to {MOST} names")));
        return None;
    }
    let mut known: Vec<String> = Vec::new();
    let mut fine = true;
    for item in items {
        match names::label(diag, item, "a zone") {
            Some(name) if known.contains(&name) => {
                diag.report(item.error(diag, "this zone is listed twice"));
                fine = false;
            }
            Some(name) => known.push(name),
            None => fine = false,
        }
    }
    fine.then_some(known)
}
