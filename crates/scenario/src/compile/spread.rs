//! Which of several takes a call: balancing over replicas, balancers over tiers, links.

use super::law;
use super::names::Names;
use crate::block::{Block, Key, Need, Shape, Unit, key};
use crate::limits;
use crate::problem::Desk;
use crate::read::{Field, Table};
use brownout_tiers::model::{Balance, Balancer, Link, Target};

/// The words for which of several takes a call.
pub(crate) const BALANCES: &[&str] =
    &["random", "round-robin", "least-outstanding", "two-choices", "join-shortest", "weighted", "affinity"];

pub(crate) const BALANCER_KEYS: &[Key] = &[
    key(
        "to",
        Shape::List(&Shape::Any(&[Shape::Text, Shape::Block(TARGET)])),
        Need::Required,
        "The tiers behind it: names, or { tier = …, weight = … }.",
    ),
    key(
        "balance",
        Shape::Word(BALANCES),
        Need::Default("round-robin; weighted if a weight is given"),
        "Which of them takes a call.",
    ),
];

pub(crate) const LINK_KEYS: &[Key] = &[
    key("to", Shape::Text, Need::Required, "Where it leads."),
    key(
        "latency",
        Shape::Law(Unit::Seconds),
        Need::Required,
        "The delay of one way; the answer takes as long again.",
    ),
];

const TARGET: &Block = &Block {
    name: "a target",
    doc: "A tier behind a balancer.",
    keys: &[&[
        key("tier", Shape::Text, Need::Required, "Its name."),
        key("weight", Shape::Number(0.0, 1e9), Need::Default("1"), "For balance = \"weighted\"."),
    ]],
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Random,
    RoundRobin,
    LeastOutstanding,
    TwoChoices,
    JoinShortest,
    Weighted,
    Affinity,
}

const WORDS: &[(&str, Word)] = &[
    ("random", Word::Random),
    ("round-robin", Word::RoundRobin),
    ("least-outstanding", Word::LeastOutstanding),
    ("two-choices", Word::TwoChoices),
    ("join-shortest", Word::JoinShortest),
    ("weighted", Word::Weighted),
    ("affinity", Word::Affinity),
];

fn chosen(word: Word, weights: Vec<f64>) -> Balance {
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
pub(crate) fn balance(desk: &mut Desk, table: &Table<'_>, replicas: Option<usize>, what: &str) -> Balance {
    let word = table.get("balance").and_then(|field| field.word(desk, WORDS));
    let weights = table.get("weights");
    match (word, weights) {
        (Some(Word::Weighted), None) => {
            if let Some(field) = table.get("balance") {
                let draft = field.error(desk, "weighted needs \"weights\"");
                desk.report(draft.hint(format!("one for each {what}, as in weights = [3, 1]")));
            }
        }
        (Some(Word::Weighted), Some(field)) => {
            let items = field.list(desk, limits::REPLICAS_MAX as usize);
            let why = "a weight is not negative";
            let numbers: Vec<f64> =
                items.iter().filter_map(|item| item.number(desk, 0.0, 1e9, why)).collect();
            if let Some(replicas) = replicas.filter(|replicas| *replicas != items.len()) {
                let message = format!("{} weights for {replicas} {what}s", items.len());
                desk.report(field.error(desk, message).allowed(format!("{replicas} numbers")));
            } else if numbers.iter().sum::<f64>() <= 0.0 && numbers.len() == items.len() {
                desk.report(
                    field
                        .error(desk, "every weight is 0, so nobody takes a call")
                        .allowed("at least one above 0"),
                );
            }
            return Balance::Weighted(numbers);
        }
        (_, Some(field)) => {
            let draft = field.error(desk, "\"weights\" belong to balance = \"weighted\"");
            desk.report(draft.hint("say that balance, or leave \"weights\" out"));
        }
        _ => {}
    }
    chosen(word.unwrap_or(Word::RoundRobin), Vec::new())
}

pub(crate) fn balancer(desk: &mut Desk, table: &Table<'_>, names: &Names) -> Option<Balancer> {
    let field = table.get("to")?;
    let items = field.list(desk, limits::TIERS_MAX);
    if items.is_empty() {
        desk.report(field.error(desk, "a balancer has at least 1 tier behind it"));
        return None;
    }
    let mut weighted = false;
    let mut targets: Vec<Target> = Vec::new();
    for item in items {
        let Some(target) = target(desk, item, names, &mut weighted) else { continue };
        if targets.iter().any(|known| known.to == target.to) {
            desk.report(item.error(desk, "this tier is listed twice").hint("give it a weight instead"));
        }
        targets.push(target);
    }
    let said = table.get("balance").and_then(|field| field.word(desk, WORDS));
    let word = said.unwrap_or(if weighted { Word::Weighted } else { Word::RoundRobin });
    if weighted && word != Word::Weighted {
        let message = "the targets have weights, but the balance does not look at them";
        let field = table.get("balance").unwrap_or(field);
        desk.report(field.warning(desk, message).hint("balance = \"weighted\", or leave the weights out"));
    }
    let weights: Vec<f64> = targets.iter().map(|target| target.weight).collect();
    if weights.iter().sum::<f64>() <= 0.0 && !weights.is_empty() {
        desk.report(
            field.error(desk, "every weight is 0, so nobody takes a call").allowed("at least one above 0"),
        );
    }
    Some(Balancer { balance: chosen(word, weights), targets })
}

fn target(desk: &mut Desk, item: Field<'_>, names: &Names, weighted: &mut bool) -> Option<Target> {
    if item.node.text().is_some() {
        return Some(Target { to: names.tier(desk, item)?, weight: 1.0 });
    }
    let table = Table::open(desk, item, TARGET)?;
    let to = names.tier(desk, table.get("tier")?);
    let weight = table.get("weight").map(|field| field.number(desk, 0.0, 1e9, "a weight is not negative"));
    *weighted |= weight.is_some();
    Some(Target { to: to?, weight: weight.flatten().unwrap_or(1.0) })
}

pub(crate) fn link(desk: &mut Desk, table: &Table<'_>, names: &Names) -> Option<Link> {
    let to = table.get("to").and_then(|field| names.tier(desk, field));
    let latency = table.get("latency").and_then(|field| law::read(desk, field, Unit::Seconds));
    Some(Link { to: to?, latency: latency? })
}
