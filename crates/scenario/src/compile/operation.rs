//! `[class.NAME]` and `[operation.NAME]`.

use super::law;
use super::names::Names;
use crate::block::{Block, Key, Need, Shape, Unit, key};
use crate::limits;
use crate::problem::{Desk, Draft};
use crate::read::{Field, Table, thousands};
use crate::text::tree::Node;
use brownout_dist::Law;
use brownout_tiers::model::{Class, Operation};

const CLASS_KEYS: &[Key] = &[key(
    "priority",
    Shape::Count(0, 255),
    Need::Default("1"),
    "0 is served first, where a queue orders by priority.",
)];

pub(crate) const CLASS: &Block = &Block {
    name: "a class",
    doc: "A kind of customer that the service may tell apart.",
    keys: &[CLASS_KEYS],
};

const OPERATION_KEYS: &[Key] = &[
    key("slo", Shape::Span, Need::Optional, "An answer later than this is no goodput."),
    key(
        "timeout",
        Shape::Span,
        Need::Default("the client's"),
        "How long clients wait for one attempt of it, whatever their habit is otherwise.",
    ),
    key("prompt", Shape::Law(Unit::Count), Need::Optional, "Prompt tokens of one request."),
    key("output", Shape::Law(Unit::Count), Need::Optional, "Output tokens of one request."),
];

pub(crate) const OPERATION: &Block = &Block {
    name: "an operation",
    doc: "Something that a client asks for; only those that promise something need to be declared.",
    keys: &[OPERATION_KEYS],
};

/// Priority of a class that says nothing.
const PRIORITY: u8 = 1;

pub(crate) fn classes(desk: &mut Desk, root: &Node, names: &Names) -> Vec<Class> {
    let declared = root.child("class");
    let mut classes: Vec<Class> =
        names.classes.iter().map(|name| Class { name: name.clone(), priority: PRIORITY }).collect();
    for (name, entry) in declared.and_then(Node::entries).into_iter().flatten() {
        let Some(table) = Table::open(desk, Field { name, node: &entry.node }, CLASS) else { continue };
        let priority =
            table.get("priority").and_then(|field| field.count(desk, 0, 255, "a priority is a small number"));
        if let (Some(priority), Some(at)) = (priority, names.classes.get_index_of(name)) {
            classes[at].priority = priority as u8;
        }
    }
    classes
}

pub(crate) fn operations(desk: &mut Desk, root: &Node, names: &Names) -> Vec<Operation> {
    let bare = |name: &String| Operation {
        name: name.clone(),
        slo: None,
        timeout: None,
        prompt: None,
        output: None,
    };
    let mut operations: Vec<Operation> = names.operations.iter().map(bare).collect();
    for (name, entry) in root.child("operation").and_then(Node::entries).into_iter().flatten() {
        let Some(table) = Table::open(desk, Field { name, node: &entry.node }, OPERATION) else { continue };
        let slo = table.get("slo").and_then(|field| field.span_or_none(desk, "no answer is that fast"));
        let timeout =
            table.get("timeout").and_then(|field| field.span_or_none(desk, "no answer is that fast"));
        let prompt = table.get("prompt").and_then(|field| tokens(desk, field));
        let output = table.get("output").and_then(|field| tokens(desk, field));
        if let Some(at) = names.operations.get_index_of(name) {
            operations[at] = Operation { name: name.clone(), slo, timeout, prompt, output }
        } else {
            let draft = Draft::warning(entry.key, format!("nobody asks for the operation \"{name}\""));
            desk.report(draft.hint("use it in a journey, as in { do = \"…\" }, or leave it out"));
        }
    }
    operations
}

/// A law of tokens. One whose tail has no end is cut at the limit when drawn; one that aims above it is a mistake.
fn tokens(desk: &mut Desk, field: Field<'_>) -> Option<Law> {
    let law = law::read(desk, field, Unit::Count)?;
    let end = law.support().1;
    let largest = if end.is_finite() { end } else { law.mean() };
    if largest <= limits::TOKENS_MAX as f64 {
        return Some(law);
    }
    let draft = field.error(desk, format!("this law draws {} tokens", thousands(largest.min(1e18) as u64)));
    desk.report(draft.allowed(format!("at most {}", thousands(limits::TOKENS_MAX))).hint("give it a max"));
    None
}
