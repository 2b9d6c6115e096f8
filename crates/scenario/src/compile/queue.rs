//! `queue = { … }`: where calls wait for a worker.

use super::law;
use crate::block::{Block, Key, Need, Shape, Unit, key};
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Count, CountOr, Flag, Row, TimeOrNone, Type as _, Word, row};
use brownout_model::{Order, Queue};
use brownout_units::Span;

const ORDER: Row<Word<Discipline>> =
    row("order", Word(WORDS), Absent::Means(Discipline::Fifo), "The order of service.");
const EXPIRE: Row<TimeOrNone> = row(
    "expire",
    TimeOrNone("a call may wait longer than zero"),
    Absent::Means(None),
    "A call that has waited longer than this when its turn comes is dropped (504).",
);

const OVERFLOW: Row<Word<bool>> = row(
    "overflow",
    Word(&[("refuse", false), ("drop", true)]),
    Absent::Means(false),
    "Whether a call beyond the limit is refused, or dropped without an answer as by a full accept queue.",
);
const RETRANSMIT: Row<TimeOrNone> = row(
    "retransmit",
    TimeOrNone("a retransmission takes more than zero time"),
    Absent::Means(Some(LINUX)),
    "drop: first interval of retransmission; it doubles each time, at most 6 times, while the caller waits.",
);
const PREEMPT: Row<Flag> = row(
    "preempt",
    Flag,
    Absent::Means(false),
    "priority: a more important call takes the worker of a less important one, which resumes later.",
);
const ABOVE: Row<Count> = row(
    "above",
    Count(0, limits::QUEUE_MAX, "a number of waiting calls"),
    Absent::Nothing,
    "adaptive-lifo: last in, first out while more calls than this wait.",
);
/// The queue of a replica, of whatever kind.
pub(super) const LIMIT: Row<CountOr> = row(
    "limit",
    CountOr(0, limits::QUEUE_MAX, "unlimited", "a queue has a whole number of places, or is \"unlimited\""),
    Absent::Means(None),
    "The most calls that wait at a replica.",
);
const KEYS: &[Key] = &[
    LIMIT.key(),
    ORDER.key(),
    ABOVE.key(),
    PREEMPT.key(),
    EXPIRE.key(),
    key(
        "patience",
        Shape::Law(Unit::Seconds),
        Need::Optional,
        "How long a caller waits in the queue before it hangs up (499).",
    ),
    OVERFLOW.key(),
    RETRANSMIT.key(),
];

pub(crate) const QUEUE: &Block =
    &Block { name: "a queue", doc: "Where calls wait for a worker, at each replica.", keys: &[KEYS] };

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Discipline {
    Fifo,
    Lifo,
    Adaptive,
    Priority,
}

const WORDS: &[(&str, Discipline)] = &[
    ("fifo", Discipline::Fifo),
    ("lifo", Discipline::Lifo),
    ("adaptive-lifo", Discipline::Adaptive),
    ("priority", Discipline::Priority),
];

pub(crate) fn read(diag: &mut Diagnostics, field: Option<Field<'_>>) -> Queue {
    let unlimited = Queue {
        limit: None,
        order: Order::Fifo,
        expire: None,
        patience: None,
        drops: false,
        retransmit: None,
    };
    let Some(table) = field.and_then(|field| Table::open(diag, field, QUEUE)) else { return unlimited };
    let limit = table.value(diag, &LIMIT).map(|calls| calls as u32);
    let expire = table.value(diag, &EXPIRE);
    let patience = table.get("patience").and_then(|field| law::read(diag, field, Unit::Seconds));
    let (drops, retransmit) = overflow(diag, &table);
    Queue { limit, order: order(diag, &table), expire, patience, drops, retransmit }
}

/// Linux's first interval before it retransmits a connection request.
const LINUX: Span = Span::from_secs(1);

/// Whether it drops calls beyond its limit, and when those are sent again.
fn overflow(diag: &mut Diagnostics, table: &Table<'_>) -> (bool, Option<Span>) {
    let said = table.get("overflow");
    let drops = table.value(diag, &OVERFLOW);
    let retransmit = table.value(diag, &RETRANSMIT);
    if let (Some(field), false) = (table.get("retransmit"), drops) {
        let draft = field.error(diag, "\"retransmit\" belongs to overflow = \"drop\"");
        diag.report(draft.hint("set that, or leave \"retransmit\" out"));
    }
    if let (Some(field), true, None) = (said, drops, table.get("limit")) {
        let draft = field.error(diag, "a queue without a limit never overflows");
        diag.report(draft.hint("as in queue = { limit = 128, overflow = \"drop\" }"));
    }
    (drops, retransmit.filter(|_| drops))
}

fn order(diag: &mut Diagnostics, table: &Table<'_>) -> Order {
    let word = table.value(diag, &ORDER);
    let above = table.get("above");
    let preempt = table.get("preempt").map(|field| (field, table.value(diag, &PREEMPT)));
    match (word, above) {
        (Discipline::Adaptive, None) => {
            let field = table.get("order").expect("only the key \"order\" can say adaptive-lifo");
            let draft = field.error(diag, "adaptive-lifo needs \"above\": when the newest goes first");
            diag.report(draft.hint("as in queue = { order = \"adaptive-lifo\", above = 100 }"));
        }
        (Discipline::Adaptive, Some(field)) => {
            let above = ABOVE.of.read(diag, field).unwrap_or(0);
            return Order::AdaptiveLifo { above: above as u32 };
        }
        (_, Some(field)) => {
            let draft = field.error(diag, "\"above\" belongs to order = \"adaptive-lifo\"");
            diag.report(draft.hint("set that order, or leave \"above\" out"));
        }
        _ => {}
    }
    if let (Some((field, true)), false) = (preempt, matches!(word, Discipline::Priority)) {
        let draft = field.error(diag, "\"preempt\" belongs to order = \"priority\"");
        diag.report(draft.hint("set that order, or leave \"preempt\" out"));
    }
    match word {
        Discipline::Fifo | Discipline::Adaptive => Order::Fifo,
        Discipline::Lifo => Order::Lifo,
        Discipline::Priority => Order::Priority { preemptive: preempt.is_some_and(|(_, flag)| flag) },
    }
}
