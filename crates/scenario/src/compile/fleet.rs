//! How replicas of a tier start and stop.

use super::law;
use crate::block::{Block, Key, Need, Shape, Unit, key};
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Number, Row, Time, TimeOrNone, row};
use brownout_dist::Law;
use brownout_model::{Boot, Fleet};
use brownout_units::Span;

const DRAIN: Row<TimeOrNone> = row(
    "drain",
    TimeOrNone("draining takes more than zero time"),
    Absent::Means(Some(KUBERNETES)),
    "How long a stopping replica may finish its calls; \"none\": without limit.",
);
const QUOTA: Row<Count> = row(
    "quota",
    Count(1, limits::REPLICAS_MAX, "a quota is a number of replicas"),
    Absent::Nothing,
    "The most replicas, whatever a controller asks for.",
);
/// The keys of a tier.
pub(crate) const KEYS: &[Key] = &[
    key(
        "boot",
        Shape::Block(BOOT),
        Need::Default("at once"),
        "How a new replica starts, where a controller changes their number.",
    ),
    DRAIN.key(),
    QUOTA.key(),
];

const AT_ONCE: Row<Count> = row(
    "at_once",
    Count(1, limits::REPLICAS_MAX, "at least 1 replica starts at a time"),
    Absent::Follows("all"),
    "How many start at the same time; the others wait for their turn.",
);
const WARM_UP: Row<Time> =
    row("warm_up", Time, Absent::Means(Span::ZERO), "How long it stays cold after that.");
const COLD: Row<Number> = row(
    "cold",
    Number(1.0, 1e6, "a cold replica takes longer, not shorter"),
    Absent::Means(1.0),
    "How many times as long its services take while it is cold.",
);

pub(crate) const BOOT: &Block = &Block {
    name: "a boot",
    doc: "The start of a new replica: a machine, a program on it, a cold period in which it is slow.",
    keys: &[&[
        key("node", Shape::Law(Unit::Seconds), Need::Default("0s"), "Until the machine is there."),
        key("image", Shape::Law(Unit::Seconds), Need::Default("0s"), "Until the program runs on it."),
        key(
            "weights",
            Shape::Law(Unit::Seconds),
            Need::Default("0s"),
            "Until its data is loaded: the weights of a model take minutes.",
        ),
        AT_ONCE.key(),
        WARM_UP.key(),
        COLD.key(),
    ]],
};

/// The grace period of a Kubernetes pod, which is the default of a tier.
const KUBERNETES: Span = Span::from_secs(30);

pub(crate) fn read(diag: &mut Diagnostics, table: &Table<'_>, replicas: Option<u32>) -> Fleet {
    let still = Fleet::still();
    let boot = table.get("boot").and_then(|field| boot(diag, field)).unwrap_or(still.boot);
    let drain = table.value(diag, &DRAIN);
    let quota = quota(diag, table, replicas);
    Fleet { quota: quota.unwrap_or(still.quota), boot, drain, care: still.care, spread: still.spread }
}

fn quota(diag: &mut Diagnostics, table: &Table<'_>, replicas: Option<u32>) -> Option<u32> {
    let quota = table.said(diag, &QUOTA)? as u32;
    if let (Some(replicas), Some(field)) = (replicas.filter(|replicas| quota < *replicas), table.get("quota"))
    {
        let message = format!("the tier begins with {replicas} replicas, more than its quota");
        diag.report(field.error(diag, message).allowed(format!("at least {replicas}")));
        return None;
    }
    Some(quota)
}

fn boot(diag: &mut Diagnostics, field: Field<'_>) -> Option<Boot> {
    let table = Table::open(diag, field, BOOT)?;
    let lag = |diag: &mut Diagnostics, name: &'static str| -> Option<Law> {
        table.get(name).and_then(|field| law::read(diag, field, Unit::Seconds))
    };
    let (node, image, weights) = (lag(diag, "node"), lag(diag, "image"), lag(diag, "weights"));
    let at_once = table.said(diag, &AT_ONCE);
    let warm_up = table.value(diag, &WARM_UP);
    let cold = table.value(diag, &COLD);
    for (said, other, missing) in [("warm_up", "cold", 1.0 < cold), ("cold", "warm_up", !warm_up.is_zero())] {
        if let (Some(field), false) = (table.get(said), missing) {
            let draft = field.warning(diag, format!("without \"{other}\" this changes nothing"));
            diag.report(draft.hint("as in boot = { warm_up = \"60s\", cold = 3 }"));
        }
    }
    Some(Boot { node, image, weights, at_once: at_once.map(|n| n as u32), warm_up, cold })
}
