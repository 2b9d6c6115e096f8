//! How the replicas of a tier come and go.

use super::law;
use crate::block::{Block, Key, Need, Shape, Unit, key};
use crate::limits;
use crate::problem::Desk;
use crate::read::{Field, Table};
use brownout_dist::Law;
use brownout_tiers::model::{Boot, Fleet};
use brownout_units::Span;

/// The keys of a tier.
pub(crate) const KEYS: &[Key] = &[
    key(
        "boot",
        Shape::Block(BOOT),
        Need::Default("at once"),
        "How a new replica comes to life, where a controller changes their number.",
    ),
    key(
        "drain",
        Shape::Any(&[Shape::Span, Shape::Word(&["none"])]),
        Need::Default("30s"),
        "How long a replica that goes may finish what it has; \"none\": for ever.",
    ),
    key(
        "quota",
        Shape::Count(1, limits::REPLICAS_MAX),
        Need::Optional,
        "There are never more replicas, whatever a controller asks for.",
    ),
];

pub(crate) const BOOT: &Block = &Block {
    name: "a boot",
    doc: "How a new replica comes to life: a machine, a program on it, a while in which it is slow.",
    keys: &[&[
        key("node", Shape::Law(Unit::Seconds), Need::Default("0s"), "Until the machine is there."),
        key("image", Shape::Law(Unit::Seconds), Need::Default("0s"), "Until the program runs on it."),
        key(
            "weights",
            Shape::Law(Unit::Seconds),
            Need::Default("0s"),
            "Until what it serves is loaded: the weights of a model take minutes.",
        ),
        key(
            "at_once",
            Shape::Count(1, limits::REPLICAS_MAX),
            Need::Default("all"),
            "How many come to life at the same time; the others wait for their turn.",
        ),
        key("warm_up", Shape::Span, Need::Default("0s"), "How long it is cold after that."),
        key(
            "cold",
            Shape::Number(1.0, 1e6),
            Need::Default("1"),
            "How many times as long its services take while it is cold.",
        ),
    ]],
};

/// What Kubernetes gives a pod to finish, and so does a tier that says nothing.
const DRAIN: Span = Span::from_secs(30);

pub(crate) fn read(desk: &mut Desk, table: &Table<'_>, replicas: Option<u32>) -> Fleet {
    let still = Fleet::still();
    let boot = table.get("boot").and_then(|field| boot(desk, field)).unwrap_or(still.boot);
    let drain = match table.get("drain") {
        Some(field) => field.span_or_none(desk, "a replica drains for some time"),
        None => Some(DRAIN),
    };
    let quota = table.get("quota").and_then(|field| quota(desk, field, replicas));
    Fleet { quota: quota.unwrap_or(still.quota), boot, drain, care: still.care, spread: still.spread }
}

fn quota(desk: &mut Desk, field: Field<'_>, replicas: Option<u32>) -> Option<u32> {
    let quota = field.count(desk, 1, limits::REPLICAS_MAX, "a quota is a number of replicas")? as u32;
    if let Some(replicas) = replicas.filter(|replicas| quota < *replicas) {
        let message = format!("the tier begins with {replicas} replicas, more than its quota");
        desk.report(field.error(desk, message).allowed(format!("at least {replicas}")));
        return None;
    }
    Some(quota)
}

fn boot(desk: &mut Desk, field: Field<'_>) -> Option<Boot> {
    let table = Table::open(desk, field, BOOT)?;
    let lag = |desk: &mut Desk, name: &'static str| -> Option<Law> {
        table.get(name).and_then(|field| law::read(desk, field, Unit::Seconds))
    };
    let (node, image, weights) = (lag(desk, "node"), lag(desk, "image"), lag(desk, "weights"));
    let why = "at least 1 replica comes to life at a time";
    let at_once = table.get("at_once").and_then(|field| field.count(desk, 1, limits::REPLICAS_MAX, why));
    let warm_up = table.get("warm_up").and_then(|field| field.span(desk)).unwrap_or(Span::ZERO);
    let why = "a cold replica takes longer, not shorter";
    let cold = table.get("cold").and_then(|field| field.number(desk, 1.0, 1e6, why)).unwrap_or(1.0);
    for (said, other, missing) in [("warm_up", "cold", 1.0 < cold), ("cold", "warm_up", !warm_up.is_zero())] {
        if let (Some(field), false) = (table.get(said), missing) {
            let draft = field.warning(desk, format!("without \"{other}\" this changes nothing"));
            desk.report(draft.hint("as in boot = { warm_up = \"60s\", cold = 3 }"));
        }
    }
    Some(Boot { node, image, weights, at_once: at_once.map(|n| n as u32), warm_up, cold })
}
