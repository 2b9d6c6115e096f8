//! How the replica of a call is chosen; links.

use super::law;
use super::names::Names;
use crate::block::{Key, Need, Shape, Unit, key};
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::Table;
use crate::row::{Absent, Count, Number, Row, Type as _, row};
use brownout_model::{Balance, CHOICES_MAX, Link};

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
    DChoices,
    JoinShortest,
    Weighted,
    Affinity,
}

pub(super) const METHODS: &[(&str, Method)] = &[
    ("random", Method::Random),
    ("round-robin", Method::RoundRobin),
    ("least-outstanding", Method::LeastOutstanding),
    ("two-choices", Method::TwoChoices),
    ("d-choices", Method::DChoices),
    ("join-shortest", Method::JoinShortest),
    ("weighted", Method::Weighted),
    ("affinity", Method::Affinity),
];

/// The key of every block that has a balance.
pub(super) const CHOICES: Row<Count> = row(
    "choices",
    Count(1, CHOICES_MAX as u64, "a call is compared at 1 to 16 targets"),
    Absent::Follows("2 for two-choices; needed for d-choices"),
    "For balance = \"d-choices\": how many different ones are drawn at random, of which the one with the fewest calls \
     takes a call.",
);

impl Method {
    /// Whether it looks at how many calls each target has.
    pub(super) fn counts(self) -> bool {
        use Method::{DChoices, JoinShortest, LeastOutstanding, TwoChoices};
        matches!(self, LeastOutstanding | TwoChoices | DChoices | JoinShortest)
    }
}

/// How many targets a call is compared at, which only one method leaves to its author.
pub(super) fn choices(diag: &mut Diagnostics, table: &Table<'_>, method: Option<Method>) -> u32 {
    let said = table.said(diag, &CHOICES);
    match (method, table.get(CHOICES.name)) {
        (Some(Method::DChoices), None) => {
            if let Some(field) = table.get("balance") {
                let draft = field.error(diag, "d-choices needs \"choices\"");
                diag.report(draft.hint("how many are drawn, as in choices = 3"));
            }
        }
        (Some(Method::DChoices), _) | (_, None) => {}
        (_, Some(field)) => {
            let draft = field.error(diag, "\"choices\" belong to balance = \"d-choices\"");
            diag.report(draft.hint("set that balance, or leave \"choices\" out"));
        }
    }
    said.map_or(2, |choices| choices as u32)
}

pub(super) fn chosen(method: Method, weights: Vec<f64>, choices: u32) -> Balance {
    match method {
        Method::Random => Balance::Random,
        Method::RoundRobin => Balance::RoundRobin,
        Method::LeastOutstanding => Balance::LeastOutstanding,
        Method::TwoChoices => Balance::Choices(2),
        Method::DChoices => Balance::Choices(choices),
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
    let choices = choices(diag, table, method);
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
    chosen(method.unwrap_or(Method::RoundRobin), Vec::new(), choices)
}

pub(crate) fn link(diag: &mut Diagnostics, table: &Table<'_>, names: &Names) -> Option<Link> {
    let to = table.get("to").and_then(|field| names.tier(diag, field));
    let latency = table.get("latency").and_then(|field| law::read(diag, field, Unit::Seconds));
    Some(Link { to: to?, latency: latency? })
}
