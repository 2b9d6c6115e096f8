//! A tier that serves: replicas with a queue and workers each.

use super::names::Names;
use super::spread::Method;
use super::tier::TierPreset;
use super::{call, care, fleet, law, policy, queue, renewal, spread, zones};
use crate::block::{Block, Key, Need, SWITCHED, Shape, Unit, key};
use crate::limits;
use crate::problem::{Diagnostics, Draft, did_you_mean, one_of};
use crate::read::{Field, Table};
use crate::row::{
    Absent, Amount, Count, CountOr, Flag, Number, Price, Row, Status, TimeOrNone, TokenRate, Word, row,
};
use crate::text::tree::find;
use brownout_dist::Law;
use brownout_model::{Cache, Contention, ErrorPath, Service, Station, TierKind, Workers};
use brownout_tiers::policy::Side;
use brownout_units::{Money, MoneyRate, grouped};

const SHARING: Row<Flag> =
    row("sharing", Flag, Absent::Means(false), "Calls in service share the processors of their replica.");
const PROCESSORS: Row<Count> = row(
    "processors",
    Count(1, limits::WORKERS_MAX, "calls need at least 1 processor to share"),
    Absent::Means(1),
    "For sharing: the number of calls that run at full speed.",
);

pub(crate) const REPLICAS: Row<Count> = row(
    "replicas",
    Count(1, limits::REPLICAS_MAX, "a tier needs at least 1 replica"),
    Absent::Means(1),
    "The number of servers, each with its own queue and workers.",
);
const PRICE: Row<Price> = row(
    "price",
    Price,
    Absent::Means(MoneyRate::ZERO),
    "What one replica costs for as long as it is paid for: \"$0.40/h\".",
);
const PER_MILLION: Row<Amount> =
    row("price_per_million", Amount, Absent::Means(Money::ZERO), "What a million calls cost: \"$0.40\".");
const HOLD: Row<Flag> = row(
    "hold",
    Flag,
    Absent::Follows("true where workers are threads; false for gateway, cache and inference"),
    "A worker is held while the calls it makes are out.",
);
const VERIFIES: Row<Flag> = row("verifies", Flag, Absent::Means(false), "Refuses an expired token with 401.");
const TOGETHER: Row<Flag> = row(
    "together",
    Flag,
    Absent::Means(false),
    "Calls go out all at once, and the slowest decides; otherwise one after another.",
);
const DEADLINES: Row<Word<bool>> = row(
    "deadlines",
    Word(&[("obey", true), ("ignore", false)]),
    Absent::Means(true),
    "Whether calls past the deadline of their caller are refused, dropped or not passed on (504).",
);
const BALANCE: Row<Word<Method>> =
    row("balance", Word(spread::METHODS), Absent::Means(Method::RoundRobin), "Which replica takes a call.");
const FULL: Row<Status> = row(
    "full",
    Status(REFUSALS, REFUSAL_WHY),
    Absent::Follows("503; 529 for inference"),
    "Status of a call that finds the queue full.",
);

/// The statuses of a refusal.
pub(crate) const REFUSALS: &[u16] = &[503, 429, 529];
/// The message for another one.
pub(crate) const REFUSAL_WHY: &str = "unsupported rejection status";

pub(crate) const KEYS: &[Key] = &[
    REPLICAS.key(),
    PRICE.key(),
    PER_MILLION.key(),
    key(
        "service",
        Shape::Any(&[Shape::Law(Unit::Seconds), Shape::Free]),
        Need::Optional,
        "How long a worker takes: one law, or a law for each operation and \"default\" for the others. \
         A gateway and a cache take no time if they do not say.",
    ),
    HOLD.key(),
    key(
        "queue",
        Shape::Block(queue::QUEUE),
        Need::Default("{ limit = \"unlimited\", order = \"fifo\" }"),
        "Where calls wait for a worker, at each replica.",
    ),
    BALANCE.key(),
    spread::CHOICES.key(),
    key(
        "weights",
        Shape::List(&Shape::Typed(&spread::WEIGHT)),
        Need::Optional,
        "For balance = \"weighted\": one for each replica.",
    ),
    SHARING.key(),
    PROCESSORS.key(),
    key(
        "usl",
        Shape::Block(USL),
        Need::Optional,
        "Calls in service slow each other down by the universal scalability law.",
    ),
    VERIFIES.key(),
    FULL.key(),
    key(
        "error_path",
        Shape::Block(ERROR_PATH),
        Need::Optional,
        "Work of errors; by default a refusal is free and a failure takes as long as a success.",
    ),
    DEADLINES.key(),
    TOGETHER.key(),
];

/// Workers, connections, slots: three names of one number.
const AT_ONCE: CountOr =
    CountOr(1, limits::WORKERS_MAX, "unlimited", "a replica without workers serves no calls");
const WORKERS: Row<CountOr> = row(
    "workers",
    AT_ONCE,
    Absent::Follows("unlimited for a gateway and a cache; needed elsewhere"),
    "Calls that a replica serves at once.",
);
const CONNECTIONS: Row<CountOr> =
    row("connections", AT_ONCE, Absent::Follows("workers"), "The same as workers, as databases say it.");
const SLOTS: Row<CountOr> =
    row("slots", AT_ONCE, Absent::Refused, "Requests that a replica works on at once.");
pub(crate) const WORKERS_KEYS: &[Key] = &[WORKERS.key()];
pub(crate) const CONNECTIONS_KEYS: &[Key] = &[CONNECTIONS.key()];
pub(crate) const SLOTS_KEYS: &[Key] = &[SLOTS.key()];

const PREFILL: Row<TokenRate> = row(
    "prefill",
    TokenRate(NEVER_ENDS),
    Absent::Refused,
    "Prompt tokens per second of one request: \"8000/s\".",
);
const DECODE: Row<TokenRate> = row(
    "decode",
    TokenRate(NEVER_ENDS),
    Absent::Refused,
    "Output tokens per second of one request: \"50/s\".",
);
/// The message for a speed of zero.
const NEVER_ENDS: &str = "at this speed no request ever ends";

pub(crate) const TOKEN_KEYS: &[Key] = &[
    key("base", Shape::Law(Unit::Seconds), Need::Default("0s"), "Overhead of a request."),
    PREFILL.key(),
    DECODE.key(),
];

const CACHE_KEYS_KEY: Row<Count> = row(
    "keys",
    Count(1, limits::KEYS_MAX, "a cache knows at least 1 key"),
    Absent::Refused,
    "The number of different keys that are requested.",
);
const ENTRIES: Row<Count> = row(
    "entries",
    Count(1, limits::KEYS_MAX, "a cache holds at least 1 entry"),
    Absent::Refused,
    "The number of keys it holds; the least recently used is evicted.",
);
const SKEW: Row<Number> = row(
    "skew",
    Number(0.0, 10.0, "popularity is between even and extreme"),
    Absent::Means(0.9),
    "Zipf exponent of the popularity; 0 is uniform.",
);
const TTL: Row<TimeOrNone> = row(
    "ttl",
    TimeOrNone("an entry lasts longer than zero"),
    Absent::Means(None),
    "How long an entry is valid.",
);
const STALE: Row<TimeOrNone> = row(
    "stale",
    TimeOrNone("a stale answer is valid longer than zero"),
    Absent::Means(None),
    "How long an expired entry still answers when the fetch fails.",
);

const SINGLE_FLIGHT: Row<Flag> =
    row("single_flight", Flag, Absent::Means(false), "Misses on one key wait for one fill.");
const WARM: Row<Flag> = row("warm", Flag, Absent::Means(true), "It starts full of the most popular keys.");
pub(crate) const CACHE_KEYS: &[Key] = &[
    CACHE_KEYS_KEY.key(),
    ENTRIES.key(),
    SKEW.key(),
    TTL.key(),
    SINGLE_FLIGHT.key(),
    STALE.key(),
    WARM.key(),
];

pub(crate) const CACHE_BLOCK_KEYS: &[Key] = &[key(
    "cache",
    Shape::Any(&[Shape::Block(CACHE), SWITCHED]),
    Need::Optional,
    "A cache inside the tier: a hit needs no calls.",
)];

pub(crate) const CACHE: &Block = &Block {
    name: "a cache",
    doc: "Keys drawn by Zipf's law, kept by least recent use.",
    keys: &[CACHE_KEYS],
};

const ERROR_PATH: &Block = &Block {
    name: "an error path",
    doc: "How long workers are busy with errors.",
    keys: &[&[
        key(
            "refusal",
            Shape::Law(Unit::Seconds),
            Need::Optional,
            "How long a worker takes to turn a call away; the refusal waits for one as a call does, beyond the limit \
             of the queue.",
        ),
        key(
            "failure",
            Shape::Law(Unit::Seconds),
            Need::Optional,
            "Additional work of a service that ends in an error.",
        ),
    ]],
};

const SIGMA: Row<Number> =
    row("sigma", Number(0.0, 1.0, "a share of the work is from 0 to 1"), Absent::Refused, "Contention.");
const KAPPA: Row<Number> =
    row("kappa", Number(0.0, 1.0, "a share of the work is from 0 to 1"), Absent::Refused, "Coherency.");
const FIXED: Row<Flag> = row(
    "fixed",
    Flag,
    Absent::Means(false),
    "The time of a call is fixed when its service begins, by how many are in service then, itself included.",
);
const USL: &Block = &Block {
    name: "usl",
    doc: "Universal scalability law: each of n calls runs at 1/(1 + σ(n−1) + κn(n−1)).",
    keys: &[&[SIGMA.key(), KAPPA.key(), FIXED.key()]],
};

pub(crate) fn read(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    tier: &str,
    kind: &TierPreset,
    names: &Names,
) -> Option<Station> {
    let replicas = replicas(diag, table);
    let workers = workers(diag, table, kind);
    let service = match kind.tier {
        TierKind::Inference => tokens(diag, table, names),
        _ => service(diag, table, kind, names),
    };
    // Everything is read before the first missing value ends it, so that all problems are reported at once.
    let hold = table.said(diag, &HOLD);
    let (price, per_million) = (table.value(diag, &PRICE), table.value(diag, &PER_MILLION));
    let (together, verifies) = (table.value(diag, &TOGETHER), table.value(diag, &VERIFIES));
    let queue = queue::read(diag, table.get("queue"));
    let balance = {
        let method = table.said(diag, &BALANCE);
        spread::balance(diag, table, method, replicas.map(|replicas| replicas as usize))
    };
    let contention = contention(diag, table);
    let calls = call::read_all(diag, table.get("calls"), names);
    call::not_together(diag, table.get(TOGETHER.name).filter(|_| together), &calls);
    let cache = cache(diag, table, kind);
    let full = table.said(diag, &FULL);
    let error_path = error_path(diag, table.get("error_path"));
    let mut fleet = fleet::read(diag, table, replicas.map(|replicas| replicas as u32));
    let obeys_deadlines = table.value(diag, &DEADLINES);
    let policies = policy::read_all(diag, table.get("policies"), Side::Inlet, names);
    let lease = renewal::read(diag, table.get("lease"), tier, names);
    fleet.care = care::read(diag, table, &care::Of::replicas(replicas.map(|replicas| replicas as u32)));
    fleet.spread = zones::read(diag, table, replicas, Some(zones::By::Balance(&balance)));
    let station = Station {
        dollars_per_hour: price.dollars_per_hour(),
        dollars_per_million: per_million.dollars(),
        replicas: replicas? as u32,
        workers: workers?,
        service: service?,
        contention,
        hold: hold.unwrap_or(kind.defaults.hold),
        queue,
        balance,
        calls,
        together,
        cache,
        verifies,
        full: full.unwrap_or(kind.defaults.full),
        fleet: fleet.into(),
        lease,
        obeys_deadlines,
        policies,
        error_path,
    };
    check_slots(diag, table, &station);
    Some(station)
}

fn replicas(diag: &mut Diagnostics, table: &Table<'_>) -> Option<u64> {
    let Count(least, most, why) = REPLICAS.of;
    if let Some(field) = table.get("replicas")
        && matches!(field.node.value, crate::text::tree::Value::Integer(0))
    {
        let allowed = format!("{least} to {}", grouped(most));
        let draft = field.error(diag, why).allowed(allowed);
        diag.report(draft.hint("to take a tier out, use a fault of kind \"crash\""));
        return None;
    }
    table.read(diag, &REPLICAS)
}

fn workers(diag: &mut Diagnostics, table: &Table<'_>, kind: &TierPreset) -> Option<Workers> {
    let row = match kind.tier {
        TierKind::Inference => &SLOTS,
        TierKind::Database if table.get(CONNECTIONS.name).is_some() => &CONNECTIONS,
        _ => &WORKERS,
    };
    if row.name == CONNECTIONS.name
        && let Some(other) = table.get(WORKERS.name)
    {
        diag.report(
            other.error(diag, "\"workers\" and \"connections\" are the same here").hint("keep one of them"),
        );
    }
    if table.get(row.name).is_none() {
        if !kind.defaults.workers_needed {
            return Some(Workers::Unlimited);
        }
        // The reader reports missing slots itself, under their only name.
        if kind.tier != TierKind::Inference {
            let message = format!(
                "{} needs \"{}\": how many calls a replica serves at once",
                kind.block.name, kind.defaults.workers
            );
            let hint = format!("as in {} = 16, or \"unlimited\"", kind.defaults.workers);
            diag.report(Draft::error(table.place, message).hint(hint));
        }
        return None;
    }
    let workers = table.said(diag, row)?;
    Some(workers.map_or(Workers::Unlimited, |workers| Workers::Limited(workers as u32)))
}

fn check_slots(diag: &mut Diagnostics, table: &Table<'_>, station: &Station) {
    let Workers::Limited(workers) = station.workers else { return };
    let slots = u64::from(workers) * u64::from(station.replicas);
    if limits::SLOTS_MAX < slots {
        let message = format!("{} replicas × {workers} workers are too many", station.replicas);
        let allowed = format!("at most {} in one tier", grouped(limits::SLOTS_MAX));
        diag.report(Draft::error(table.place_of("replicas"), message).allowed(allowed));
    }
}

fn service(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    kind: &TierPreset,
    names: &Names,
) -> Option<Vec<Service>> {
    let paths = names.paths.len();
    let Some(field) = table.get("service") else {
        if kind.defaults.service_needed {
            let message = format!("{} needs \"service\": how long a worker takes", kind.block.name);
            let hint =
                "as in service = { dist = \"exponential\", mean = \"20ms\" }, or \"0s\" if it takes no time";
            diag.report(Draft::error(table.place, message).hint(hint));
        }
        return Some(vec![Service::Instant; paths]);
    };
    let by_operation = field.node.entries().filter(|entries| find(entries, "dist").is_none());
    let Some(entries) = by_operation else {
        return Some(vec![drawn(law::read(diag, field, Unit::Seconds)?); paths]);
    };
    let mut default = Service::Instant;
    let mut laws: Vec<Option<Service>> = vec![None; names.operations.len()];
    for (name, entry) in entries {
        if name != "default" && !names.operations.contains(name) {
            let known = || names.operations.iter().map(String::as_str).chain(["default"]);
            let draft = Draft::error(entry.key, format!("no operation is called \"{name}\""));
            let hint = if law::is_parameter(name) {
                Some("a law says its kind: { dist = \"exponential\", mean = \"20ms\" }".to_owned())
            } else {
                did_you_mean(name, known())
            };
            diag.report(draft.allowed(one_of(known())).maybe_hint(hint));
            continue;
        }
        let Some(law) = law::read(diag, Field { name, node: &entry.node }, Unit::Seconds) else { continue };
        match names.operations.get_index_of(name) {
            Some(at) => laws[at] = Some(drawn(law)),
            None => default = drawn(law),
        }
    }
    let of = |path: &brownout_model::Path| laws[path.operation.0 as usize].clone();
    Some(names.paths.iter().map(|path| of(path).unwrap_or_else(|| default.clone())).collect())
}

fn drawn(law: Law) -> Service {
    if law::is_zero(&law) { Service::Instant } else { Service::Drawn(law) }
}

fn tokens(diag: &mut Diagnostics, table: &Table<'_>, names: &Names) -> Option<Vec<Service>> {
    if let Some(field) = table.get("service") {
        let draft = field.error(diag, "an inference tier's service follows from its tokens");
        diag.report(draft.hint("set \"base\", \"prefill\" and \"decode\", or make it kind = \"service\""));
    }
    let base = match table.get("base") {
        Some(field) => law::read(diag, field, Unit::Seconds),
        None => law::constant(0.0),
    };
    let (prefill, decode) = (table.said(diag, &PREFILL), table.said(diag, &DECODE));
    let service = Service::Tokens { base: base?, prefill: prefill?, decode: decode? };
    Some(vec![service; names.paths.len()])
}

fn error_path(diag: &mut Diagnostics, field: Option<Field<'_>>) -> Option<Box<ErrorPath>> {
    let field = field?;
    let table = Table::open(diag, field, ERROR_PATH)?;
    let mut law = |name: &'static str| table.get(name).map(|field| law::read(diag, field, Unit::Seconds));
    let (refusal, failure) = (law("refusal"), law("failure"));
    if refusal.is_none() && failure.is_none() {
        let draft = field.error(diag, "an error path needs a work of refusals or failures");
        diag.report(draft.hint("as in error_path = { refusal = \"3ms\", failure = \"20ms\" }"));
    }
    let some = |law: Option<Option<Law>>| law.flatten().filter(|law| !law::is_zero(law));
    let path = ErrorPath { refusal: some(refusal), failure: some(failure) };
    (path.refusal.is_some() || path.failure.is_some()).then(|| path.into())
}

fn contention(diag: &mut Diagnostics, table: &Table<'_>) -> Contention {
    let sharing = table.said(diag, &SHARING);
    let processors = table.said(diag, &PROCESSORS);
    if let (Some(false), Some(field)) = (sharing, table.get("processors")) {
        let draft = field.error(diag, "processors are shared, but sharing = false");
        diag.report(draft.hint("leave one of them out"));
    }
    let shared = sharing.unwrap_or(processors.is_some());
    let Some(field) = table.get("usl") else {
        let processors = processors.unwrap_or(PROCESSORS.usual()) as u32;
        return if shared { Contention::Sharing { processors } } else { Contention::None };
    };
    if shared {
        diag.report(
            field
                .error(diag, "calls slow down either by \"sharing\" or by \"usl\"")
                .hint("leave one of them out"),
        );
    }
    let Some(usl) = Table::open(diag, field, USL) else { return Contention::None };
    let mut part = |row| usl.said(diag, row).unwrap_or(0.0);
    let (sigma, kappa) = (part(&SIGMA), part(&KAPPA));
    if usl.value(diag, &FIXED) {
        Contention::Fixed { sigma, kappa }
    } else {
        Contention::Usl { sigma, kappa }
    }
}

fn cache(diag: &mut Diagnostics, table: &Table<'_>, kind: &TierPreset) -> Option<Cache> {
    if kind.tier == TierKind::Cache {
        return cache_keys(diag, table);
    }
    if kind.tier == TierKind::Inference {
        return None;
    }
    let field = table.get("cache").filter(|field| !field.is_off())?;
    let table = Table::open(diag, field, CACHE)?;
    cache_keys(diag, &table)
}

fn cache_keys(diag: &mut Diagnostics, table: &Table<'_>) -> Option<Cache> {
    let keys = table.said(diag, &CACHE_KEYS_KEY);
    let entries = table.said(diag, &ENTRIES);
    let skew = table.read(diag, &SKEW);
    let ttl = table.value(diag, &TTL);
    let stale = table.value(diag, &STALE);
    if let (Some(_), None, Some(field)) = (stale, ttl, table.get("stale")) {
        let draft = field.warning(diag, "without a ttl no entry expires, so none is ever stale");
        diag.report(draft.hint("set ttl = \"…\", or leave \"stale\" out"));
    }
    let single_flight = table.value(diag, &SINGLE_FLIGHT);
    let warm = table.value(diag, &WARM);
    Some(Cache { keys: keys?, skew: skew?, entries: entries?, ttl, single_flight, warm, stale })
}
