//! How the replica of a call is chosen; links.

use super::law;
use super::names::Names;
use crate::block::{Key, Need, Shape, Unit, key};
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::Table;
use brownout_model::{Balance, Link};

/// The words for balancing.
pub(crate) const BALANCES: &[&str] =
    &["random", "round-robin", "least-outstanding", "two-choices", "join-shortest", "weighted", "affinity"];

pub(crate) const LINK_KEYS: &[Key] = &[
    key("to", Shape::Text, Need::Required, "The tier behind it."),
    key(
        "latency",
        Shape::Law(Unit::Seconds),
        Need::Required,
        "The delay of one way; the answer takes as long again.",
    ),
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Random,
    RoundRobin,
    LeastOutstanding,
    TwoChoices,
    JoinShortest,
    Weighted,
    Affinity,
}

pub(super) const WORDS: &[(&str, Word)] = &[
    ("random", Word::Random),
    ("round-robin", Word::RoundRobin),
    ("least-outstanding", Word::LeastOutstanding),
    ("two-choices", Word::TwoChoices),
    ("join-shortest", Word::JoinShortest),
    ("weighted", Word::Weighted),
    ("affinity", Word::Affinity),
];

pub(super) fn chosen(word: Word, weights: Vec<f64>) -> Balance {
    match word {
        Word::Random => Balance::Random,
        Word::RoundRobin => Balance::RoundRobin,
        Word::LeastOutstanding => Balance::LeastOutstanding,
        Word::TwoChoices => Balance::TwoChoices,
        Word::JoinShortest => Balance::JoinShortest,
        Word::Weighted => Balance::Weighted(weights),
        Word::Affinity => Balance::Affinity,
    }
}

/// How a station spreads calls over its replicas.
pub(crate) fn balance(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    replicas: Option<usize>,
    what: &str,
) -> Balance {
    let word = table.get("balance").and_then(|field| field.word(diag, WORDS));
    let weights = table.get("weights");
    match (word, weights) {
        (Some(Word::Weighted), None) => {
            if let Some(field) = table.get("balance") {
                let draft = field.error(diag, "weighted needs \"weights\"");
                diag.report(draft.hint(format!("one for each {what}, as in weights = [3, 1]")));
            }
        }
        (Some(Word::Weighted), Some(field)) => {
            let items = field.list(diag, limits::REPLICAS_MAX as usize);
            let why = "a weight is not negative";
            let numbers: Vec<f64> =
                items.iter().filter_map(|item| item.number(diag, 0.0, 1e9, why)).collect();
            if let Some(replicas) = replicas.filter(|replicas| *replicas != items.len()) {
                let message = format!("{} weights for {replicas} {what}s", items.len());
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
    chosen(word.unwrap_or(Word::RoundRobin), Vec::new())
}

pub(crate) fn link(diag: &mut Diagnostics, table: &Table<'_>, names: &Names) -> Option<Link> {
    let to = table.get("to").and_then(|field| names.tier(diag, field));
    let latency = table.get("latency").and_then(|field| law::read(diag, field, Unit::Seconds));
    Some(Link { to: to?, latency: latency? })
}
