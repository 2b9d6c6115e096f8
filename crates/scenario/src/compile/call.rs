//! `calls = [{ to = … }]`: the tiers that a tier calls while it serves.

use super::client::{TRY_KEYS, Try};
use super::names::Names;
use super::policy::OUTLET_KEYS;
use super::spread;
use crate::block::{Block, Key, Need, Shape, key};
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Flag, Number, Part, Row, row};
use brownout_model::{Call, PathSet};
use brownout_units::Ratio;

/// The key of a tier.
pub(crate) const KEYS: &[Key] = &[key(
    "calls",
    Shape::List(&Shape::Block(CALL)),
    Need::Default("[]"),
    "Calls after the service, in this order.",
)];

const CHANCE: Row<Part> = row("chance", Part, Absent::Means(Ratio::ONE), "Its probability.");
const AGAIN: Row<Part> = row(
    "again",
    Part,
    Absent::Means(Ratio::ZERO),
    "Routing with feedback: the probability that, once answered, it is made again; below 100%. The number of rounds is \
     geometric, 1/(1 − again) on average.",
);
const WEIGHT: Row<Number> = row(
    "weight",
    spread::WEIGHT,
    Absent::Means(1.0),
    "Of a choice: how often this call is the one that is made.",
);
const COPIES: Row<Count> = row(
    "copies",
    Count(1, limits::COPIES_MAX, "a call has at least 1 copy, and a fork of ten thousand is wide enough"),
    Absent::Means(1),
    "Copies sent at once, all of which must be answered.",
);
const OPTIONAL: Row<Flag> = row("optional", Flag, Absent::Means(false), "A failure is ignored.");

const CALL_KEYS: &[Key] = &[
    key("to", Shape::Text, Need::Required, "The tier that is called."),
    key("on", Shape::List(&Shape::Text), Need::Default("all"), "For which operations."),
    key("classes", Shape::List(&Shape::Text), Need::Default("all"), "For which classes."),
    CHANCE.key(),
    key(
        "choice",
        Shape::Text,
        Need::Optional,
        "A name. Of calls one after another with the same one exactly one is made, drawn by \"weight\".",
    ),
    WEIGHT.key(),
    AGAIN.key(),
    COPIES.key(),
    OPTIONAL.key(),
];

pub(crate) const CALL: &Block =
    &Block { name: "a call", doc: "A call to another tier.", keys: &[CALL_KEYS, TRY_KEYS, OUTLET_KEYS] };

pub(crate) fn read_all(diag: &mut Diagnostics, field: Option<Field<'_>>, names: &Names) -> Vec<Call> {
    let Some(field) = field else { return Vec::new() };
    let items = field.list(diag, limits::CALLS_MAX);
    let calls: Vec<(Call, Chosen<'_>)> =
        items.into_iter().filter_map(|item| read(diag, item, names)).collect();
    choices(diag, &calls)
}

/// Reports calls that would be made again beside others; `together` is where the tier says that all go out at once.
pub(crate) fn not_together(diag: &mut Diagnostics, together: Option<Field<'_>>, calls: &[Call]) {
    if let (Some(field), true) = (together, calls.iter().any(|call| call.again != Ratio::ZERO)) {
        let draft = field.error(diag, "calls that go out together are not made again");
        diag.report(
            draft.hint("make the one with \"again\" in a tier of its own, or leave \"together\" out"),
        );
    }
}

/// What a call says of the choice that it belongs to.
struct Chosen<'a> {
    name: Option<Field<'a>>,
    weight: f64,
}

/// Makes shares of the weights of each choice.
fn choices(diag: &mut Diagnostics, calls: &[(Call, Chosen<'_>)]) -> Vec<Call> {
    let named = |chosen: &Chosen<'_>| chosen.name.and_then(|field| field.node.text().map(str::to_owned));
    let names: Vec<Option<String>> = calls.iter().map(|(_, chosen)| named(chosen)).collect();
    let mut done: Vec<Call> = Vec::new();
    let mut first = 0;
    while first < calls.len() {
        let same = names[first..].iter().take_while(|name| **name == names[first]).count();
        let Some(name) = &names[first] else {
            done.push(calls[first].0.clone());
            first += 1;
            continue;
        };
        let choice = &calls[first..first + same];
        if names[..first].contains(&names[first]) {
            let message = format!("the calls of the choice \"{name}\" do not stand one after another");
            report(diag, &choice[0].1, message, "move them together, or use another name");
        }
        let (alike, sum) = (alike(choice), choice.iter().map(|(_, chosen)| chosen.weight).sum::<f64>());
        if same < 2 {
            let message = format!("\"{name}\" is a choice of one call");
            report(
                diag,
                &choice[0].1,
                message,
                "give another call beside it the same \"choice\", or leave it out",
            );
        } else if !alike {
            let message = format!("the calls of the choice \"{name}\" are not for the same callers");
            report(
                diag,
                &choice[0].1,
                message,
                "the same \"on\", \"classes\" and \"optional\" for each of them",
            );
        } else if sum <= 0.0 {
            let message = format!("every weight of the choice \"{name}\" is 0");
            report(diag, &choice[0].1, message, "at least one above 0");
        }
        for (at, (call, chosen)) in choice.iter().enumerate() {
            let chance = Ratio::new(chosen.weight / sum).unwrap_or(Ratio::ONE);
            done.push(Call { chance, choice: (same - at) as u8, ..call.clone() });
        }
        first += same;
    }
    done
}

fn alike(choice: &[(Call, Chosen<'_>)]) -> bool {
    choice.iter().all(|(call, _)| call.paths == choice[0].0.paths && call.optional == choice[0].0.optional)
}

fn report(diag: &mut Diagnostics, chosen: &Chosen<'_>, message: String, hint: &str) {
    if let Some(field) = chosen.name {
        let draft = field.error(diag, message);
        diag.report(draft.hint(hint));
    }
}

fn read<'a>(diag: &mut Diagnostics, field: Field<'a>, names: &Names) -> Option<(Call, Chosen<'a>)> {
    let table = Table::open(diag, field, CALL)?;
    let to = table.get("to").and_then(|field| names.tier(diag, field));
    let before = diag.error_count();
    let paths = names.path_set(diag, table.get("on"), table.get("classes"));
    if diag.error_count() == before && paths == PathSet::default() && !names.paths.is_empty() {
        let draft =
            field.warning(diag, "no class of users does one of these operations, so this call is never made");
        diag.report(draft.hint("check \"on\" and \"classes\" against the journeys"));
    }
    let tries = Try::read(diag, &table, names);
    let copies = table.value(diag, &COPIES);
    let optional = table.value(diag, &OPTIONAL);
    let chance = table.value(diag, &CHANCE);
    let again = table.value(diag, &AGAIN);
    if let (true, Some(field)) = (1.0 <= again.fraction(), table.get(AGAIN.name)) {
        let draft = field.error(diag, "a call that is always made again never ends");
        diag.report(draft.allowed("less than 100%"));
    }
    let chosen = Chosen { name: table.get("choice"), weight: table.value(diag, &WEIGHT) };
    match (chosen.name, table.get(CHANCE.name), table.get(WEIGHT.name)) {
        (Some(_), Some(field), _) => {
            let draft =
                field.error(diag, "of a choice one call is made for certain, so it has no \"chance\"");
            diag.report(draft.hint("say how often with \"weight\""));
        }
        (None, _, Some(field)) => {
            let draft = field.error(diag, "\"weight\" belongs to a \"choice\"");
            diag.report(draft.hint("add choice = \"…\" to each of the calls of which one is made"));
        }
        _ => {}
    }
    let call = Call {
        to: to?,
        paths,
        chance,
        choice: 0,
        again: if again.fraction() < 1.0 { again } else { Ratio::ZERO },
        copies: copies as u32,
        timeout: tries.timeout,
        on_timeout: tries.on_timeout,
        retries: tries.retries,
        retry_on: tries.retry_on,
        backoff: tries.backoff,
        optional,
        tells_deadline: tries.tells_deadline,
        obeys_retry_after: tries.obeys_retry_after,
        hedge: tries.hedge,
        fallback: tries.fallback,
        policies: tries.policies,
    };
    Some((call, chosen))
}
