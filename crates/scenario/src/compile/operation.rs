//! `[class.NAME]` and `[operation.NAME]`.

use super::law;
use super::names::Names;
use crate::block::{Block, Key, Need, Shape, Unit, key};
use crate::limits;
use crate::problem::{Diagnostics, Draft};
use crate::read::{Field, Table};
use crate::row::{Absent, Amount, Count, Flag, Number, Row, TimeOrNone, row};
use crate::text::tree::Node;
use brownout_dist::Law;
use brownout_model::{Class, Operation, TOKENS_MAX, Talk};
use brownout_units::{Money, grouped};

const CLASS_PRIORITY: Row<Count> = row(
    "priority",
    Count(0, 255, "a priority is a number up to 255"),
    Absent::Means(1),
    "0 is served first, where a queue orders by priority.",
);

const CLASS_KEYS: &[Key] = &[CLASS_PRIORITY.key()];

pub(crate) const CLASS: &Block = &Block {
    name: "a class",
    doc: "A kind of customer that the service may tell apart.",
    keys: &[CLASS_KEYS],
};

const CORRELATION: Row<Number> = row(
    "correlation",
    Number(-1.0, 1.0, "a correlation is from -1 to 1"),
    Absent::Nothing,
    "The correlation of prompts and outputs: of their normal scores, which is near that of ranks.",
);
const HISTORY: Row<Flag> = row(
    "history",
    Flag,
    Absent::Means(false),
    "A prompt contains the prompts and outputs of the turns before it in the journey.",
);

const SHARED_PREFIX: Row<Count> = row(
    "shared_prefix",
    Count(0, limits::TOKENS_MAX, "the number of tokens has 21 bits"),
    Absent::Means(0),
    "Tokens at the start of every conversation, such as a system prompt; `prompt` is drawn on top.",
);
const CONTEXT_MAX: Row<Count> = row(
    "context_max",
    Count(1, limits::TOKENS_MAX, "the number of tokens has 21 bits"),
    Absent::Follows("no end"),
    "The longest prompt: older tokens are cut off, so a cut conversation hits no prefix cache.",
);
const SLO: Row<TimeOrNone> = row(
    "slo",
    TimeOrNone("an answer takes more than zero time"),
    Absent::Nothing,
    "A later answer is no goodput.",
);
const TTFT: Row<TimeOrNone> = row(
    "ttft",
    TimeOrNone("an answer takes more than zero time"),
    Absent::Nothing,
    "With a later first token an answer is no goodput; the answer is streamed.",
);
const TPOT: Row<TimeOrNone> = row(
    "tpot",
    TimeOrNone("an answer takes more than zero time"),
    Absent::Nothing,
    "With a longer mean time between tokens an answer is no goodput; the answer is streamed.",
);
const TIMEOUT: Row<TimeOrNone> = row(
    "timeout",
    TimeOrNone("an answer takes more than zero time"),
    Absent::Follows("the client's"),
    "The timeout of one attempt of it, in place of the client's.",
);
const PENALTY: Row<Amount> = row(
    "penalty",
    Amount,
    Absent::Means(Money::ZERO),
    "What an intent costs that is not served as promised, such as a credit or a lost order: \"$0.05\".",
);
const OPERATION_KEYS: &[Key] = &[
    SLO.key(),
    TTFT.key(),
    TPOT.key(),
    TIMEOUT.key(),
    PENALTY.key(),
    key("prompt", Shape::Law(Unit::Count), Need::Optional, "Prompt tokens of one request."),
    key("output", Shape::Law(Unit::Count), Need::Optional, "Output tokens of one request."),
    CORRELATION.key(),
    SHARED_PREFIX.key(),
    HISTORY.key(),
    CONTEXT_MAX.key(),
];

pub(crate) const OPERATION: &Block = &Block {
    name: "an operation",
    doc: "A kind of request; only those with objectives or tokens need to be declared.",
    keys: &[OPERATION_KEYS],
};

/// The default priority of a class.
const PRIORITY: u8 = 1;

pub(crate) fn classes(diag: &mut Diagnostics, root: &Node, names: &Names) -> Vec<Class> {
    let declared = root.child("class");
    let mut classes: Vec<Class> =
        names.classes.iter().map(|name| Class { name: name.clone(), priority: PRIORITY }).collect();
    for (name, entry) in declared.and_then(Node::entries).into_iter().flatten() {
        let Some(table) = Table::open(diag, Field { name, node: &entry.node }, CLASS) else { continue };
        let priority = table.said(diag, &CLASS_PRIORITY);
        if let (Some(priority), Some(at)) = (priority, names.classes.get_index_of(name)) {
            classes[at].priority = priority as u8;
        }
    }
    classes
}

pub(crate) fn operations(diag: &mut Diagnostics, root: &Node, names: &Names) -> Vec<Operation> {
    let bare = |name: &String| Operation {
        name: name.clone(),
        slo: None,
        ttft: None,
        tpot: None,
        timeout: None,
        prompt: None,
        output: None,
        talk: Talk::NONE,
        penalty: 0.0,
    };
    let mut operations: Vec<Operation> = names.operations.iter().map(bare).collect();
    for (name, entry) in root.child("operation").and_then(Node::entries).into_iter().flatten() {
        let Some(table) = Table::open(diag, Field { name, node: &entry.node }, OPERATION) else { continue };
        let mut span = |row| table.said(diag, row).flatten();
        let [slo, ttft, tpot, timeout] = [&SLO, &TTFT, &TPOT, &TIMEOUT].map(&mut span);
        let prompt = table.get("prompt").and_then(|field| tokens(diag, field));
        let output = table.get("output").and_then(|field| tokens(diag, field));
        let talk = talk(diag, &table);
        let penalty = table.value(diag, &PENALTY).dollars();
        if let Some(at) = names.operations.get_index_of(name) {
            let name = name.clone();
            operations[at] = Operation { name, slo, ttft, tpot, timeout, prompt, output, talk, penalty };
        } else {
            let draft =
                Draft::warning(entry.key, format!("no journey or call asks for the operation \"{name}\""));
            diag.report(draft.hint("use it in a journey, as in { do = \"…\" }, or leave it out"));
        }
    }
    operations
}

/// A law of tokens. Draws of an unbounded tail are cut at the limit; a bounded law beyond the limit is an error.
pub(super) fn tokens(diag: &mut Diagnostics, field: Field<'_>) -> Option<Law> {
    let law = law::read(diag, field, Unit::Count)?;
    let end = law.support().1;
    let largest = if end.is_finite() { end } else { law.mean() };
    if largest <= limits::TOKENS_MAX as f64 {
        return Some(law);
    }
    let draft = field.error(diag, format!("this law draws {} tokens", grouped(largest.min(1e18) as u64)));
    diag.report(draft.allowed(format!("at most {}", grouped(limits::TOKENS_MAX))).hint("give it a max"));
    None
}

/// The shared parts of its prompts.
fn talk(diag: &mut Diagnostics, table: &Table<'_>) -> Talk {
    let shared_prefix = table.value(diag, &SHARED_PREFIX) as u32;
    let context_max = table.said(diag, &CONTEXT_MAX).map(|tokens| tokens as u32);
    let correlation = table.said(diag, &CORRELATION);
    if let (Some(field), true) =
        (table.get("correlation"), ["prompt", "output"].iter().any(|law| table.get(law).is_none()))
    {
        let draft = field.error(diag, "a correlation needs laws of prompts and outputs");
        diag.report(draft.hint("give the operation a law of each: prompt = …, output = …"));
    }
    let context_max = context_max.unwrap_or(TOKENS_MAX);
    if let Some(field) = table.get("context_max").filter(|_| context_max <= shared_prefix) {
        let draft = field
            .error(diag, format!("the shared prefix alone has {} tokens", grouped(shared_prefix.into())));
        diag.report(draft.allowed("more than \"shared_prefix\""));
    }
    let history = table.value(diag, &HISTORY);
    Talk { correlation, shared_prefix, history, context_max }
}
