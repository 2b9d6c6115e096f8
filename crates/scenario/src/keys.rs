//! The reference of keys as Markdown, from the same rows that read them.

use crate::block::{Block, Form, Key, Shape, Unit};
use crate::compile::{CONTROLLERS, FAULTS, KINDS, SCENARIO, policy_keys};
use crate::row::listed;
use brownout_tiers::policy::Side;
use brownout_units::grouped;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const HEAD: &str = "\
<!-- `cargo xtask reference` writes this file from the rows of crates/scenario/src/compile. -->

# Keys of a scenario file

Each table of the file with its keys: how a value is written, what is allowed, and what it means that a key is left out.
What the keys do together, with examples, is in [LANGUAGE.md](LANGUAGE.md). Every table that can be left out also takes
`enabled`: false is as if the table were not written.
";

/// Every block of the language with its keys, as a page of Markdown.
pub fn keys() -> String {
    let mut page = Page { text: HEAD.to_owned(), written: BTreeSet::new() };
    page.block("The file", SCENARIO);
    page.heading("Tiers", "`[tier.NAME]`, by `kind`.");
    for kind in &KINDS {
        page.kind(kind.word, &kind.block);
    }
    page.heading("Controllers", "`[controller.NAME]`, by `kind`.");
    for kind in CONTROLLERS {
        page.kind(kind.word, &kind.block);
    }
    page.heading("Faults", "`[[fault]]`, by `kind`.");
    for kind in FAULTS {
        page.kind(kind.word, &kind.block);
    }
    for (side, name) in [(Side::Outlet, "at clients and calls"), (Side::Inlet, "at the door of a tier")] {
        page.heading(
            &format!("Policies {name}"),
            "Keys of every kind; those of one kind are in [POLICIES.md](POLICIES.md).",
        );
        page.table(&policy_keys(side).collect::<Vec<_>>());
    }
    page.text
}

struct Page {
    text: String,
    /// Blocks whose table is already written, by name: many tiers share them.
    written: BTreeSet<(&'static str, &'static str)>,
}

impl Page {
    fn heading(&mut self, name: &str, doc: &str) {
        let _ = write!(self.text, "\n## {name}\n\n{doc}\n");
    }

    fn kind(&mut self, word: &str, block: &'static Block) {
        let _ = write!(self.text, "\n### `{word}`: {}\n\n{}\n", block.name, block.doc);
        self.keys(block);
    }

    fn block(&mut self, name: &str, block: &'static Block) {
        self.heading(name, block.doc);
        self.keys(block);
    }

    /// The keys of a block, and then those of the blocks below it that have not been written yet.
    fn keys(&mut self, block: &'static Block) {
        let keys: Vec<&Key> = block.all_keys().collect();
        self.table(&keys);
        for key in keys {
            let Form::Shape(shape) = key.form() else { continue };
            let mut inner = Vec::new();
            blocks(&shape, &mut inner);
            for block in inner {
                if self.written.insert((block.name, block.doc)) {
                    let _ = write!(self.text, "\n#### `{}`: {}\n\n{}\n", key.name, block.name, block.doc);
                    self.keys(block);
                }
            }
        }
    }

    fn table(&mut self, keys: &[&Key]) {
        self.text.push_str("\n| key | value | default | meaning |\n|---|---|---|---|\n");
        for key in keys {
            let default = match (key.required, key.default()) {
                (true, _) => "needed".to_owned(),
                (false, Some(default)) => default,
                (false, None) => "–".to_owned(),
            };
            let cells = [format!("`{}`", key.name), form(&key.form()), default, key.doc().to_owned()];
            let cells = cells.map(|cell| cell.replace('|', "\\|"));
            let _ = writeln!(self.text, "| {} |", cells.join(" | "));
        }
    }
}

/// The blocks that a value can be.
fn blocks(shape: &Shape, found: &mut Vec<&'static Block>) {
    match shape {
        Shape::Block(block) | Shape::Named(block) => found.push(block),
        Shape::List(item) => blocks(item, found),
        Shape::Any(shapes) => shapes.iter().for_each(|shape| blocks(shape, found)),
        _ => {}
    }
}

fn form(of: &Form) -> String {
    match of {
        Form::Shape(of) => shape(of),
        Form::Flag => "true or false".to_owned(),
        Form::Count(min, max) => whole(*min, *max),
        Form::CountOr(min, max, word) => format!("{}; or `{word}`", whole(*min, *max)),
        Form::Number(min, max) if *max < 1e12 => format!("number, {min} to {max}"),
        Form::Number(min, _) if *min < -1e12 => "number".to_owned(),
        Form::Number(min, _) => format!("number, at least {min}"),
        Form::Span => "span".to_owned(),
        Form::Positive => "span above 0".to_owned(),
        Form::SpanOr(word) => format!("span above 0; or `{word}`"),
        Form::Rate => "rate".to_owned(),
        Form::TokenRate => "tokens for time, above 0".to_owned(),
        Form::Ratio => "share, 0% to 100%".to_owned(),
        Form::Bytes => "memory".to_owned(),
        Form::Price => "money for time".to_owned(),
        Form::Money => "money".to_owned(),
        Form::Status(codes) => listed(codes),
        Form::Words(words) => quoted(words),
    }
}

fn whole(min: u64, max: u64) -> String {
    match max {
        _ if min == max => grouped(min),
        max if max < i64::MAX as u64 => format!("whole number, {} to {}", grouped(min), grouped(max)),
        _ => format!("whole number, at least {}", grouped(min)),
    }
}

fn shape(of: &Shape) -> String {
    match of {
        Shape::Text => "text".to_owned(),
        Shape::Comparison => "comparison of a [metric](../metrics/METRICS.md)".to_owned(),
        Shape::Metric => "[metric](../metrics/METRICS.md)".to_owned(),
        Shape::Date => "date, time and offset".to_owned(),
        Shape::Typed(of) => form(&of.form()),
        Shape::Law(Unit::Seconds) => "span or law of spans".to_owned(),
        Shape::Law(Unit::Count) => "number or law of numbers".to_owned(),
        Shape::Block(block) => format!("table: {}", block.name),
        Shape::List(item) => format!("list of: {}", shape(item)),
        Shape::Named(block) => format!("tables by name: {}", block.name),
        Shape::Policies(_) => "[policies](POLICIES.md) by name".to_owned(),
        Shape::Free => "table".to_owned(),
        Shape::Any(shapes) => shapes.iter().map(shape).collect::<Vec<_>>().join("; or "),
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
