//! `policies = { NAME = { kind = …, … } }`: policies of clients, calls and the doors of tiers.
//!
//! The kinds and their parameters are rows of `brownout_tiers::policy`; this file names none of them.

use super::names::Names;
use super::station::{REFUSAL_WHY, REFUSALS};
use crate::block::{Key, Need as Needed, Shape, key};
use crate::limits;
use crate::problem::{Diagnostics, Draft, did_you_mean, one_of};
use crate::read::Field;
use crate::row::{Absent, Number, PositiveTime, Row, Status, Type as _, Word, row};
use crate::text::tree::Entries;
use brownout_model::{PathSet, Per, Policy};
use brownout_tiers::policy::{
    Args, Make, Mistake, Need, Param, PolicyKind, Role, Side, Value, find, kind_of, kinds,
};

const OUTLET: Shape = Shape::Policies(Side::Outlet);
const INLET: Shape = Shape::Policies(Side::Inlet);

/// The key of a client and of a call.
pub(crate) const OUTLET_KEYS: &[Key] =
    &[key("policies", OUTLET, Needed::Optional, "Policies that hold tries back, by names of your choice.")];
/// The key of a tier.
pub(crate) const INLET_KEYS: &[Key] = &[key(
    "policies",
    INLET,
    Needed::Optional,
    "Policies that refuse calls at the door, by names of your choice.",
)];

/// The keys of every policy of a side.
pub(crate) fn common(side: Side) -> impl Iterator<Item = &'static Key> {
    let inlet = if side == Side::Inlet { AT } else { &[] };
    COMMON.iter().chain(inlet)
}

const PER: Row<Word<Per>> = row(
    "per",
    Word(PERS),
    Absent::Means(Per::All),
    "Whether one instance serves all, one each class, or one each client.",
);
const STATUS: Row<Status> = row(
    "status",
    Status(REFUSALS, REFUSAL_WHY),
    Absent::Follows("503; 429 for a rate limit"),
    "The status of a refusal.",
);
const COMMON: &[Key] = &[
    key("kind", Shape::Text, Needed::Default("the name"), "Which policy."),
    key("on", Shape::List(&Shape::Text), Needed::Default("all"), "For which operations."),
    key("classes", Shape::List(&Shape::Text), Needed::Default("all"), "For which classes."),
    PER.key(),
    STATUS.key(),
];

const EACH: Row<Word<bool>> = row(
    "at",
    Word(&[("tier", false), ("replica", true)]),
    Absent::Follows("replica; tier for a rate limit"),
    "Whether one instance serves the whole tier, or one each replica.",
);
const RETRY_AFTER: Row<PositiveTime> = row(
    "retry_after",
    PositiveTime("a wait is longer than zero"),
    Absent::Nothing,
    "The Retry-After of its refusals.",
);
const AT: &[Key] = &[RETRY_AFTER.key(), EACH.key()];

const PERS: &[(&str, Per)] = &[("all", Per::All), ("class", Per::Class), ("client", Per::Client)];

/// Reads all policies of one place, in the order of the file.
pub(crate) fn read_all(
    diag: &mut Diagnostics,
    field: Option<Field<'_>>,
    side: Side,
    names: &Names,
) -> Vec<Policy> {
    read_each(diag, field, side, names).into_iter().map(|(_, policy)| policy).collect()
}

/// Reads the policies at the door of a fleet of engines, where those that act on a tier's own queue are refused.
pub(crate) fn read_of_fleet(diag: &mut Diagnostics, field: Option<Field<'_>>, names: &Names) -> Vec<Policy> {
    let mut fit = Vec::new();
    for (field, policy) in read_each(diag, field, Side::Inlet, names) {
        if kind_of(&policy).drops_waiting(&policy.args) {
            let message = format!(
                "the policy \"{}\" drops calls when their turn comes, but an engine takes them out of its queue itself",
                policy.kind
            );
            let draft = field.error(diag, message);
            diag.report(draft.hint("queue-age refuses at the door instead; so does queue = { limit = … }"));
        }
        fit.push(policy);
    }
    fit
}

fn read_each<'t>(
    diag: &mut Diagnostics,
    field: Option<Field<'t>>,
    side: Side,
    names: &Names,
) -> Vec<(Field<'t>, Policy)> {
    let Some(field) = field.filter(|field| !field.is_off()) else { return Vec::new() };
    let Some(entries) = field.node.entries() else {
        let draft = field.error(diag, format!("policies are written as a table, not {}", field.node.what()));
        diag.report(draft.hint(format!("as in policies = {{ {} = {{ … }} }}", words(side)[0])));
        return Vec::new();
    };
    if limits::POLICIES_MAX < entries.len() {
        let draft = field.error(diag, format!("{} policies", entries.len()));
        diag.report(draft.allowed(format!("at most {}", limits::POLICIES_MAX)));
    }
    let on = entries.iter().map(|(name, entry)| (Field { name, node: &entry.node }, entry.key));
    let on = on.filter(|(field, _)| !field.is_off()).take(limits::POLICIES_MAX);
    on.filter_map(|(field, place)| Some((field, read(diag, field, place, side, names)?))).collect()
}

fn words(side: Side) -> Vec<&'static str> {
    kinds().iter().filter(|kind| kind.side() == side).map(|kind| kind.name).collect()
}

fn read(
    diag: &mut Diagnostics,
    field: Field<'_>,
    place: crate::text::source::Place,
    side: Side,
    names: &Names,
) -> Option<Policy> {
    let Some(entries) = field.node.entries() else {
        let draft = field.error(diag, format!("a policy is written as a table, not {}", field.node.what()));
        diag.report(draft.hint("as in { kind = \"…\" }, or {} for one without required keys"));
        return None;
    };
    let kind = kind(diag, field, entries, place, side)?;
    let before = diag.error_count();
    let get = |name: &str| entries.get_key_value(name).map(|(name, e)| Field { name, node: &e.node });
    let written = || kind.params.iter().filter(|param| param.role != Role::Clock);
    let known = || written().map(|param| param.name).chain(common(side).map(|key| key.name));
    for (name, entry) in entries {
        if !known().any(|known| known == name) {
            let draft =
                Draft::error(entry.key, format!("the policy \"{}\" has no key \"{name}\"", kind.name));
            diag.report(draft.allowed(one_of(known())).maybe_hint(did_you_mean(name, known())));
        }
    }
    let args = arguments(diag, field, entries, kind, names);
    let paths = names.path_set(diag, get("on"), get("classes"));
    let per = get("per").and_then(|field| PER.of.read(diag, field)).unwrap_or(PER.usual());
    let status = get(STATUS.name).and_then(|field| STATUS.of.read(diag, field));
    let at = get("at").and_then(|field| EACH.of.read(diag, field));
    let retry_after = get("retry_after").filter(|_| side == Side::Inlet);
    let retry_after = retry_after.and_then(|field| RETRY_AFTER.of.read(diag, field));
    if before < diag.error_count() {
        return None;
    }
    if paths == PathSet::default() && !names.paths.is_empty() {
        let draft = field.warning(diag, "no class of users does one of these operations");
        diag.report(draft.hint("check \"on\" and \"classes\" against the journeys"));
    }
    let args = args.or_defaults(kind.defaults());
    if let Err(mistake) = kind.check(&args) {
        contradiction(diag, field, get(mistake.param), mistake);
        return None;
    }
    let (each_replica, usual) = match kind.make {
        Make::Outlet { .. } => (false, 503),
        Make::Inlet { each_replica, status, .. } => (each_replica, status),
    };
    Some(Policy {
        kind: kind.name.into(),
        args,
        paths,
        per,
        each_replica: at.unwrap_or(each_replica),
        on: true,
        status: status.unwrap_or(usual),
        retry_after,
    })
}

/// Its parameters, with the time of day if it asks for that.
fn arguments(
    diag: &mut Diagnostics,
    field: Field<'_>,
    entries: &Entries,
    kind: &'static PolicyKind,
    names: &Names,
) -> Args {
    let mut args = Args::new();
    for param in kind.params {
        let said = entries.get_key_value(param.name).map(|(name, e)| Field { name, node: &e.node });
        let value = match said {
            _ if param.role == Role::Clock => names.clock.map(Value::Span),
            Some(field) => argument(diag, field, param.role),
            None if param.need == Need::Required => {
                missing(diag, field, kind, param);
                None
            }
            None => None,
        };
        if let Some(value) = value {
            args = args.with(param.name, value);
        }
    }
    args
}

fn kind(
    diag: &mut Diagnostics,
    field: Field<'_>,
    entries: &Entries,
    place: crate::text::source::Place,
    side: Side,
) -> Option<&'static PolicyKind> {
    let said = entries.get("kind").map(|entry| Field { name: "kind", node: &entry.node });
    let word = match said {
        Some(said) => said.text(diag)?,
        None => field.name,
    };
    let found = find(word);
    if let Some(kind) = found.filter(|kind| kind.side() == side) {
        return Some(kind);
    }
    let message = match (found, said) {
        (Some(_), _) => format!("the policy \"{word}\" is not allowed here"),
        (None, Some(_)) => format!("no policy is called \"{word}\""),
        (None, None) => format!("no policy is called \"{word}\", and this one does not say its kind"),
    };
    let draft = match said {
        Some(said) => said.error(diag, message),
        None => Draft::error(place, message),
    };
    let elsewhere = match (found, side) {
        (Some(_), Side::Outlet) => Some("it belongs at the door of a tier: [tier.NAME.policies]".to_owned()),
        (Some(_), Side::Inlet) => Some("it belongs at a client or a call".to_owned()),
        (None, _) => did_you_mean(word, words(side)).or_else(|| {
            said.is_none().then(|| "a name of your own needs a kind: { kind = \"…\" }".to_owned())
        }),
    };
    diag.report(draft.allowed(one_of(words(side))).maybe_hint(elsewhere));
    None
}

fn missing(diag: &mut Diagnostics, field: Field<'_>, kind: &PolicyKind, param: &Param) {
    let message = format!("the policy \"{}\" needs \"{}\"", kind.name, param.name);
    let draft = Draft::error(field.node.place, message).given(field.name);
    diag.report(draft.hint(format!("{}: {}", param.name, param.doc)));
}

fn contradiction(diag: &mut Diagnostics, policy: Field<'_>, at: Option<Field<'_>>, mistake: Mistake) {
    let draft = match at {
        Some(field) => field.error(diag, mistake.message),
        None => Draft::error(policy.node.place, mistake.message).given(policy.name),
    };
    diag.report(draft.hint(mistake.hint));
}

fn argument(diag: &mut Diagnostics, field: Field<'_>, role: Role) -> Option<Value> {
    let none = "a policy cannot be set to zero: leave it out, or remove it with false";
    match role {
        Role::Count(min, max) => {
            field.count(diag, min, max, "a whole number is needed here").map(Value::Count)
        }
        Role::Number(min, max) => field.number(diag, min, max, "out of range").map(Value::Number),
        Role::Span => field.span_positive(diag, none).map(Value::Span),
        Role::Ratio => {
            let part = field.chance(diag)?.fraction();
            positive(diag, field, part, none, "more than 0%, at most 100%").map(Value::Number)
        }
        Role::Rate => {
            // A quota that is cut to zero lets nothing in: an outage that has happened, and no slip of the pen.
            field.rate(diag).map(|rate| Value::Number(rate.per_second()))
        }
        Role::Word(words) => {
            let words: Vec<(&'static str, &'static str)> = words.iter().map(|word| (*word, *word)).collect();
            field.word(diag, &words).map(|word| Value::Word(word.into()))
        }
        Role::Hours => hours(diag, field).map(Value::Numbers),
        // Never read: it is not among the keys.
        Role::Clock => None,
    }
}

/// A factor of one hour of the day.
pub(crate) const HOUR: Number = super::rate::FACTOR;

fn hours(diag: &mut Diagnostics, field: Field<'_>) -> Option<Vec<f64>> {
    const HOURS: usize = 24;
    let items = field.list(diag, HOURS);
    if items.len() != HOURS {
        diag.report(field.error(diag, format!("{} numbers", items.len())).allowed("24, one for each hour"));
        return None;
    }
    items.into_iter().map(|item| HOUR.read(diag, item)).collect()
}

fn positive(diag: &mut Diagnostics, field: Field<'_>, value: f64, why: &str, allowed: &str) -> Option<f64> {
    if 0.0 < value {
        return Some(value);
    }
    diag.report(field.error(diag, why).allowed(allowed));
    None
}

/// Warns of policies that have no effect without retries.
pub(crate) fn without_retries(diag: &mut Diagnostics, field: Field<'_>, policies: &[Policy]) {
    let idle = |policy: &&Policy| matches!(kind_of(policy).make, Make::Outlet { only_retries: true, .. });
    for policy in policies.iter().filter(idle) {
        let message = format!("the policy \"{}\" has no effect: there are no retries here", policy.kind);
        let draft = Draft::warning(field.node.place, message).given(field.name);
        diag.report(draft.hint("set retries = 3, or leave the policy out"));
    }
}
