//! `[plan]`: what has to hold, and the knobs that may be turned so that it does.

use super::axis::{self, Axis};
use crate::block::{Block, Key, Need, Shape, key};
use crate::compile::rows;
use crate::compile::rows::Reading;
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Part, Row, Word, row};
use crate::text::tree::{Entries, Entry, Node, Value};
use brownout_metrics::{Expect, Op, Operand};
use brownout_units::Ratio;

/// What a plan asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What has to hold; empty: the expectations.
    pub promises: Vec<Promise>,
    /// In what share of runs a promise has to hold.
    pub share: f64,
    /// How sure the answer has to be.
    pub confidence: f64,
    /// About how many runs a question may take.
    pub budget: u32,
    /// What may be turned.
    pub knobs: Vec<Axis>,
}

/// Something that has to hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Promise {
    /// What is compared.
    pub expect: Expect,
    /// Of what it has to be true.
    pub on: On,
}

/// Of what a promise has to be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// Of a share of all runs.
    Runs,
    /// Of the mean over runs.
    Average,
}

const SHARE: Row<Part> = row(
    "share",
    Part,
    Absent::Means(Ratio::of_percent(95)),
    "In what share of runs a promise has to hold; from 50% to 99.9%.",
);
const CONFIDENCE: Row<Part> = row(
    "confidence",
    Part,
    Absent::Means(Ratio::of_percent(95)),
    "How sure the answer has to be; from 50% to 99.9%.",
);
const BUDGET: Row<Count> = row(
    "budget",
    Count(20, 1_000_000, "no question is answered by fewer than 20 runs"),
    Absent::Means(300),
    "About how many runs one question may take before what is undecided is said.",
);
const ON: Row<Word<On>> = row(
    "on",
    Word(&[("runs", On::Runs), ("average", On::Average)]),
    Absent::Means(On::Runs),
    "runs: it holds in that share of runs; average: the mean over runs satisfies it.",
);
const PROMISE_KEYS: &[Key] = &[
    key("that", Shape::Comparison, Need::Required, "METRIC OP VALUE, as in [[expect]]."),
    key("when", Shape::Text, Need::Default("after the warm-up"), "FROM..TO since the start of the run."),
    key(
        "baseline",
        Shape::Text,
        Need::Default("from the warm-up to the first surge or fault"),
        "FROM..TO of the baseline.",
    ),
    ON.key(),
];
pub(crate) const PROMISE: &Block =
    &Block { name: "a promise", doc: "What has to hold.", keys: &[PROMISE_KEYS] };
const KEYS: &[Key] = &[
    key(
        "promise",
        Shape::List(&Shape::Any(&[Shape::Comparison, Shape::Block(PROMISE)])),
        Need::Default("all [[expect]]"),
        "What has to hold.",
    ),
    SHARE.key(),
    CONFIDENCE.key(),
    BUDGET.key(),
    key(
        "knob",
        Shape::Any(&[Shape::Named(axis::RANGE), Shape::Free]),
        Need::Optional,
        "Dotted paths in quotes with the values that each may take, as in [sweep].",
    ),
];
pub(crate) const PLAN: &Block = &Block {
    name: "a plan",
    doc: "What has to hold, and what may be turned so that it does: the questions of `brownout plan`.",
    keys: &[KEYS],
};

impl Plan {
    /// The plan of a scenario that has none.
    pub(crate) fn usual() -> Plan {
        Plan {
            promises: Vec::new(),
            share: SHARE.usual().fraction(),
            confidence: CONFIDENCE.usual().fraction(),
            budget: BUDGET.usual() as u32,
            knobs: Vec::new(),
        }
    }
}

/// Reads it; the usual one if there is none.
pub(crate) fn read(diag: &mut Diagnostics, field: Option<Field<'_>>, reading: &Reading<'_>) -> Plan {
    let Some(field) = field else { return Plan::usual() };
    let Some(table) = Table::open(diag, field, PLAN) else { return Plan::usual() };
    let share = sure(diag, &table, &SHARE);
    let confidence = sure(diag, &table, &CONFIDENCE);
    let budget = table.value(diag, &BUDGET) as u32;
    let promises = table.get("promise").map_or_else(Vec::new, |field| promises(diag, field, reading));
    let knobs = table.get("knob").map_or_else(Vec::new, |field| knobs(diag, field));
    Plan { promises, share, confidence, budget, knobs }
}

/// A share that a test can decide about.
fn sure(diag: &mut Diagnostics, table: &Table<'_>, row: &Row<Part>) -> f64 {
    let share = table.value(diag, row).fraction();
    if let (false, Some(field)) = ((0.5..=0.999).contains(&share), table.get(row.name)) {
        diag.report(field.error(diag, "no number of runs decides that").allowed("from 50% to 99.9%"));
    }
    share
}

fn promises(diag: &mut Diagnostics, field: Field<'_>, reading: &Reading<'_>) -> Vec<Promise> {
    let items = match &field.node.value {
        Value::Text(_) => vec![field],
        _ => field.list(diag, limits::ROWS_MAX),
    };
    if let (true, Value::List(all)) = (items.is_empty(), &field.node.value)
        && all.is_empty()
    {
        diag.report(field.error(diag, "a plan without a promise").allowed("at least 1"));
    }
    items.into_iter().filter_map(|item| promise(diag, item, reading)).collect()
}

/// One promise: a table, or its comparison alone.
fn promise(diag: &mut Diagnostics, item: Field<'_>, reading: &Reading<'_>) -> Option<Promise> {
    let place = item.node.place;
    let as_table = item.node.text().map(|_| {
        let entry = Entry { key: place, node: item.node.clone() };
        Node::table(Entries::from_iter([("that".to_owned(), entry)]), place)
    });
    let field = Field { name: item.name, node: as_table.as_ref().unwrap_or(item.node) };
    let table = Table::open(diag, field, PROMISE)?;
    let on = table.value(diag, &ON);
    let expect = rows::expectation(diag, &table, reading)?;
    let compares = !matches!(expect.op, Op::Equal | Op::Differs);
    let has_mean = compares && !matches!(expect.right, Operand::Badge(_));
    if let (On::Average, false) = (on, has_mean) {
        let draft = item.error(diag, "the mean over runs is above or below something");
        diag.report(draft.allowed("<, <=, > or >= and a number or metric"));
        return None;
    }
    Some(Promise { expect, on })
}

fn knobs(diag: &mut Diagnostics, field: Field<'_>) -> Vec<Axis> {
    let Some(entries) = field.node.entries() else {
        let draft =
            field.error(diag, format!("knobs are a table of paths and values, not {}", field.node.what()));
        diag.report(draft.hint("as in [plan.knob] and below \"tier.auth.replicas\" = { from = 1, to = 32 }"));
        return Vec::new();
    };
    let read = |diag: &mut Diagnostics, path: &str, node| axis::read(diag, Field { name: path, node });
    entries.iter().filter_map(|(path, entry)| read(diag, path, &entry.node)).collect()
}
