//! How the replica of a call is chosen; links.

use super::law;
use super::names::Names;
use crate::block::{Key, Need, Shape, Unit, key};
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::Table;
use crate::row::{Number, Type as _};
use brownout_model::{Balance, Link};

/// A weight of a replica.
pub(super) const WEIGHT: Number = Number(0.0, 1e9, "a weight is not negative");

pub(crate) const LINK_KEYS: &[Key] = &[
    key("to", Shape::Text, Need::Required, "The tier behind it."),
    key(
        "latency",
        Shape::Law(Unit::Seconds),
        Need::Required,
        "The delay of one way; the answer takes as long again.",
    ),
];

/// How a target is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Random,
    RoundRobin,
    LeastOutstanding,
    TwoChoices,
    JoinShortest,
    Weighted,
    Affinity,
}

pub(super) const METHODS: &[(&str, Method)] = &[
    ("random", Method::Random),
    ("round-robin", Method::RoundRobin),
    ("least-outstanding", Method::LeastOutstanding),
    ("two-choices", Method::TwoChoices),
    ("join-shortest", Method::JoinShortest),
    ("weighted", Method::Weighted),
    ("affinity", Method::Affinity),
];

pub(super) fn chosen(method: Method, weights: Vec<f64>) -> Balance {
    match method {
        Method::Random => Balance::Random,
        Method::RoundRobin => Balance::RoundRobin,
        Method::LeastOutstanding => Balance::LeastOutstanding,
        Method::TwoChoices => Balance::TwoChoices,
        Method::JoinShortest => Balance::JoinShortest,
        Method::Weighted => Balance::Weighted(weights),
        Method::Affinity => Balance::Affinity,
    }
}

/// How a tier spreads calls over its replicas, by the method that it names.
pub(super) fn balance(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    method: Option<Method>,
    replicas: Option<usize>,
) -> Balance {
    let weights = table.get("weights");
    match (method, weights) {
        (Some(Method::Weighted), None) => {
            if let Some(field) = table.get("balance") {
                let draft = field.error(diag, "weighted needs \"weights\"");
                diag.report(draft.hint("one for each replica, as in weights = [3, 1]"));
            }
        }
        (Some(Method::Weighted), Some(field)) => {
            let items = field.list(diag, limits::REPLICAS_MAX as usize);
            let numbers: Vec<f64> = items.iter().filter_map(|item| WEIGHT.read(diag, *item)).collect();
            if let Some(replicas) = replicas.filter(|replicas| *replicas != items.len()) {
                let message = format!("{} weights for {replicas} replicas", items.len());
                diag.report(field.error(diag, message).allowed(format!("{replicas} numbers")));
            } else if numbers.iter().sum::<f64>() <= 0.0 && numbers.len() == items.len() {
                diag.report(
                    field
                        .error(diag, "every weight is 0, so no target takes a call")
                        .allowed("at least one above 0"),
                );
            }
            return Balance::Weighted(numbers);
        }
        (_, Some(field)) => {
            let draft = field.error(diag, "\"weights\" belong to balance = \"weighted\"");
            diag.report(draft.hint("set that balance, or leave \"weights\" out"));
        }
        _ => {}
    }
    chosen(method.unwrap_or(Method::RoundRobin), Vec::new())
}

pub(crate) fn link(diag: &mut Diagnostics, table: &Table<'_>, names: &Names) -> Option<Link> {
    let to = table.get("to").and_then(|field| names.tier(diag, field));
    let latency = table.get("latency").and_then(|field| law::read(diag, field, Unit::Seconds));
    Some(Link { to: to?, latency: latency? })
}
