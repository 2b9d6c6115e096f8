//! `[class.NAME]` and `[operation.NAME]`.

use super::law;
use super::names::Names;
use crate::block::{Block, Key, Need, Shape, Unit, key};
use crate::limits;
use crate::problem::{Desk, Draft};
use crate::read::{Field, Table, thousands};
use crate::text::tree::Node;
use brownout_dist::Law;
use brownout_tiers::model::{Class, Operation, TOKENS_MAX, Talk};

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
        "ttft",
        Shape::Span,
        Need::Optional,
        "A first token later than this is no goodput; the answer is streamed.",
    ),
    key(
        "tpot",
        Shape::Span,
        Need::Optional,
        "A mean time from token to token above this is no goodput; the answer is streamed.",
    ),
    key(
        "timeout",
        Shape::Span,
        Need::Default("the client's"),
        "How long clients wait for one attempt of it, whatever their habit is otherwise.",
    ),
    key("prompt", Shape::Law(Unit::Count), Need::Optional, "Prompt tokens of one request."),
    key("output", Shape::Law(Unit::Count), Need::Optional, "Output tokens of one request."),
    key(
        "correlation",
        Shape::Number(-1.0, 1.0),
        Need::Optional,
        "How prompts and outputs go together: the correlation of their normal scores, which is near that of ranks.",
    ),
    key(
        "shared_prefix",
        Shape::Count(0, limits::TOKENS_MAX),
        Need::Default("0"),
        "Tokens with which every conversation begins, a system prompt; what `prompt` draws comes on top.",
    ),
    key(
        "history",
        Shape::Flag,
        Need::Default("false"),
        "A prompt contains the prompts and outputs of the turns before it in the journey.",
    ),
    key(
        "context_max",
        Shape::Count(1, limits::TOKENS_MAX),
        Need::Default("2,097,151"),
        "The longest prompt: what is older is cut off, so that a cut conversation hits no prefix cache.",
    ),
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
        ttft: None,
        tpot: None,
        timeout: None,
        prompt: None,
        output: None,
        talk: Talk::NONE,
    };
    let mut operations: Vec<Operation> = names.operations.iter().map(bare).collect();
    for (name, entry) in root.child("operation").and_then(Node::entries).into_iter().flatten() {
        let Some(table) = Table::open(desk, Field { name, node: &entry.node }, OPERATION) else { continue };
        let mut span =
            |name| table.get(name).and_then(|field| field.span_or_none(desk, "no answer is that fast"));
        let [slo, ttft, tpot, timeout] = ["slo", "ttft", "tpot", "timeout"].map(&mut span);
        let prompt = table.get("prompt").and_then(|field| tokens(desk, field));
        let output = table.get("output").and_then(|field| tokens(desk, field));
        let talk = talk(desk, &table);
        if let Some(at) = names.operations.get_index_of(name) {
            operations[at] = Operation { name: name.clone(), slo, ttft, tpot, timeout, prompt, output, talk }
        } else {
            let draft = Draft::warning(entry.key, format!("nobody asks for the operation \"{name}\""));
            desk.report(draft.hint("use it in a journey, as in { do = \"…\" }, or leave it out"));
        }
    }
    operations
}

/// A law of tokens. One whose tail has no end is cut at the limit when drawn; one that aims above it is a mistake.
pub(super) fn tokens(desk: &mut Desk, field: Field<'_>) -> Option<Law> {
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

/// What its prompts have in common.
fn talk(desk: &mut Desk, table: &Table<'_>) -> Talk {
    let mut tokens = |name, min, why| {
        let field = table.get(name)?;
        field.count(desk, min, limits::TOKENS_MAX, why).map(|count| count as u32)
    };
    let shared_prefix = tokens("shared_prefix", 0, "a message has room for so many tokens").unwrap_or(0);
    let context_max = tokens("context_max", 1, "a message has room for so many tokens");
    let why = "a correlation is from -1 to 1";
    let correlation = table.get("correlation").and_then(|field| field.number(desk, -1.0, 1.0, why));
    if let (Some(field), true) =
        (table.get("correlation"), ["prompt", "output"].iter().any(|law| table.get(law).is_none()))
    {
        let draft = field.error(desk, "a correlation is one of prompts with outputs");
        desk.report(draft.hint("give the operation a law of each: prompt = …, output = …"));
    }
    let context_max = context_max.unwrap_or(TOKENS_MAX);
    if let Some(field) = table.get("context_max").filter(|_| context_max <= shared_prefix) {
        let draft = field
            .error(desk, format!("the shared prefix alone has {} tokens", thousands(shared_prefix.into())));
        desk.report(draft.allowed("more than \"shared_prefix\""));
    }
    let history = table.get("history").and_then(|field| field.flag(desk)).unwrap_or(false);
    Talk { correlation, shared_prefix, history, context_max }
}
