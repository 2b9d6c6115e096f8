//! `lease = { keeper = … }`: the lease that each replica of a tier must hold to take calls.

use super::client::{self, BACKOFF_KEY, ON_TIMEOUT, Try};
use super::names::Names;
use crate::block::{Block, Key, Need, SWITCHED, Shape, key};
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, PositiveTime, Row, row};
use crate::text::tree::Node;
use brownout_model::{Ask, ClassId, Lease, OperationId, Path, PathId};
use brownout_units::Span;

/// The key of a tier.
pub(crate) const KEYS: &[Key] = &[key(
    "lease",
    Shape::Any(&[Shape::Block(LEASE), SWITCHED]),
    Need::Optional,
    "Each replica takes calls while it holds a lease, which it renews by calls to another tier.",
)];

const LIFE: Row<PositiveTime> = row(
    "life",
    PositiveTime("a lease lasts longer than zero"),
    Absent::Refused,
    "How long it lasts, counted from its request.",
);
const RENEW: Row<PositiveTime> =
    row("renew", PositiveTime("an interval is longer than zero"), Absent::Refused, "Time between renewals.");
const LEASE: &Block = &Block {
    name: "a lease",
    doc: "A replica must hold it to take calls. The class of its calls to the keeper is named after the tier.",
    keys: &[&[
        key("keeper", Shape::Text, Need::Required, "The tier that grants it."),
        LIFE.key(),
        RENEW.key(),
        key(
            "renewal",
            Shape::Block(RENEWAL),
            Need::Default("{ do = \"renew\", timeout = \"5s\" }"),
            "The call that renews it; a failed one is retried until the lease has expired.",
        ),
        key(
            "acquisition",
            Shape::Block(ACQUISITION),
            Need::Default("{ do = \"acquire\", timeout = \"5s\" }"),
            "The call for a new one after it has expired; it is retried until it is granted.",
        ),
    ]],
};

const RENEWAL: &Block = &Block {
    name: "a renewal",
    doc: "The call that renews a lease.",
    keys: &[&[
        key("do", Shape::Text, Need::Default("renew"), "The operation of the call."),
        TIMEOUT.key(),
        BACKOFF_KEY,
        ON_TIMEOUT.key(),
    ]],
};

const ACQUISITION: &Block = &Block {
    name: "an acquisition",
    doc: "The call that gets a new lease.",
    keys: &[&[
        key("do", Shape::Text, Need::Default("acquire"), "The operation of the call."),
        TIMEOUT.key(),
        BACKOFF_KEY,
        ON_TIMEOUT.key(),
    ]],
};

const TIMEOUT: Row<PositiveTime> = row(
    "timeout",
    PositiveTime("an answer takes more than zero time"),
    Absent::Means(Span::from_secs(5)),
    "Timeout of one try.",
);

/// The operations of a lease's calls to its keeper.
pub(crate) fn operations(lease: &Node) -> [&str; 2] {
    let of = |key: &str, usual: &'static str| -> &str {
        lease.child(key).and_then(|ask| ask.child("do")).and_then(Node::text).unwrap_or(usual)
    };
    [of("renewal", "renew"), of("acquisition", "acquire")]
}

/// Reads the lease of the tier `tier` in a run of that length.
pub(crate) fn read(
    diag: &mut Diagnostics,
    field: Option<Field<'_>>,
    tier: &str,
    names: &Names,
) -> Option<Box<Lease>> {
    let field = field.filter(|field| !field.is_off())?;
    let table = Table::open(diag, field, LEASE)?;
    let keeper = table.get("keeper").and_then(|field| names.tier(diag, field));
    let (life, renew) = (table.said(diag, &LIFE), table.said(diag, &RENEW));
    if let (Some(life), Some(renew), Some(field)) = (life, renew, table.get("renew"))
        && life <= renew
    {
        let draft = field.error(diag, format!("the lease expires after {life}, before it is renewed"));
        diag.report(
            draft.allowed(format!("less than {life}")).hint("half of its life leaves time for a second try"),
        );
        return None;
    }
    let [renewing, acquiring] = operations(field.node);
    let renewal =
        ask(diag, (table.get("renewal"), table.get("life")), RENEWAL, (tier, renewing), life, names);
    let acquisition =
        ask(diag, (table.get("acquisition"), table.get("life")), ACQUISITION, (tier, acquiring), life, names);
    let (life, renew, renewal) = (life?, renew?, renewal?);
    if life < renew.saturating_add(renewal.timeout).saturating_add(renewal.timeout) {
        let draft =
            field.warning(diag, "one renewal that times out loses the lease: no time is left for another");
        diag.report(draft.hint("a longer life, a shorter timeout, or renew it sooner"));
    }
    Some(Box::new(Lease { keeper: keeper?, life, renew, renewal, acquisition: acquisition? }))
}

fn ask(
    diag: &mut Diagnostics,
    (field, whole): (Option<Field<'_>>, Option<Field<'_>>),
    block: &'static Block,
    (tier, operation): (&str, &str),
    life: Option<Span>,
    names: &Names,
) -> Option<Ask> {
    let usual = Try::default();
    let table = match field {
        Some(field) => Some(Table::open(diag, field, block)?),
        None => None,
    };
    let get = |name: &'static str| table.as_ref().and_then(|table| table.get(name));
    let timeout = table.as_ref().map_or(Some(TIMEOUT.usual()), |table| table.read(diag, &TIMEOUT))?;
    if let (Some(life), Some(field)) = (life.filter(|life| *life <= timeout), get("timeout").or(whole)) {
        let draft = field
            .error(diag, format!("a lease granted just before the timeout of {timeout} has expired already"));
        diag.report(draft.allowed(format!("a timeout of less than {life}")));
        return None;
    }
    let backoff = match get("backoff") {
        Some(field) => client::backoff(diag, field)?,
        None => usual.backoff,
    };
    if backoff.base.is_zero() {
        let field = get("backoff")?;
        let draft = field.error(diag, "a replica refused at once would ask again at once, without end");
        diag.report(draft.allowed("more than 0s"));
        return None;
    }
    let on_timeout = table.as_ref().map_or(ON_TIMEOUT.usual(), |table| table.value(diag, &ON_TIMEOUT));
    Some(Ask { path: path(names, tier, operation)?, timeout, backoff, on_timeout })
}

fn path(names: &Names, class: &str, operation: &str) -> Option<PathId> {
    let class = ClassId(names.classes.get_index_of(class)? as u8);
    let operation = OperationId(names.operations.get_index_of(operation)? as u8);
    let at = names.paths.iter().position(|path| *path == Path { class, operation })?;
    Some(PathId(at as u8))
}
