//! One override as it is written: as a table of `[[override]]`, or as `--set path=value@from..until`.

use crate::block::{Block, Need, Shape, key};
use crate::limits;
use crate::problem::{Diagnostics, Draft};
use crate::read::{Field, Table};
use crate::row::{Absent, Flag, Number, Row, Time, row};
use crate::text::path::{put, segments};
use crate::text::source::Place;
use crate::text::tree::{Entries, Entry, Node, Value};
use brownout_units::Span;
use std::sync::Arc;

const FROM: Row<Time> =
    row("from", Time, Absent::Means(Span::ZERO), "From when on, since the start of the run.");
const UNTIL: Row<Time> = row(
    "until",
    Time,
    Absent::Follows("the end of the run"),
    "Until when; then the value of the file again.",
);

/// What the key itself allows is looked at where it is set.
const ANY_NUMBER: Number = Number(-1e18, 1e18, "no key takes such a number");

pub(crate) const OVERRIDE: &Block = &Block {
    name: "an override",
    doc: "A key that has another value from an instant on, or until one: a what-if in mid-run.",
    keys: &[&[
        key("set", Shape::Text, Need::Required, "The dotted path of the key, as for --set."),
        key(
            "to",
            Shape::Any(&[
                Shape::Text,
                Shape::Typed(&Flag),
                Shape::Typed(&ANY_NUMBER),
                Shape::List(&Shape::Free),
                Shape::Free,
            ]),
            Need::Required,
            "Its value meanwhile.",
        ),
        FROM.key(),
        UNTIL.key(),
    ]],
};

/// The longest list of overrides.
const OVERRIDES_MAX: usize = 64;

/// One override.
pub(super) struct Item {
    pub(super) path: String,
    /// Where the path is written.
    place: Place,
    value: Node,
    given: String,
    pub(super) from: Span,
    pub(super) until: Option<Span>,
}

/// All of them, and what is wrong with their times.
pub(super) fn read(diag: &mut Diagnostics, node: &Node, duration: Span) -> Vec<Item> {
    let field = Field { name: super::KEY, node };
    let items = field.list(diag, OVERRIDES_MAX);
    items.into_iter().filter_map(|item| one(diag, item, duration)).collect()
}

fn one(diag: &mut Diagnostics, field: Field<'_>, duration: Span) -> Option<Item> {
    let table = Table::open(diag, field, OVERRIDE)?;
    let (set, to) = (table.get("set")?, table.get("to")?);
    let path = set.text(diag)?.to_owned();
    let from = table.read(diag, &FROM)?;
    let until = match table.get("until") {
        Some(_) => Some(table.said(diag, &UNTIL)?),
        None => None,
    };
    if duration <= from {
        let draft = table.get("from")?.error(diag, format!("the run is over after {duration}"));
        diag.report(
            draft.allowed(format!("less than {duration}")).hint("make the run longer, or begin earlier"),
        );
    }
    if let (Some(end), Some(field)) = (until, table.get("until")) {
        if end <= from {
            let draft = field.error(diag, format!("an override that begins at {from} ends after that"));
            diag.report(draft.allowed(format!("more than {from}")));
        } else if duration <= end {
            let draft = field.warning(diag, format!("the run is over after {duration}"));
            diag.report(draft.hint("leave \"until\" out: it holds until the end"));
        }
    }
    let given = diag.sources.slice(to.node.place).to_owned();
    Some(Item { path, place: set.node.place, value: to.node.clone(), given, from, until })
}

impl Item {
    /// Lays it over a document for the whole run.
    pub(super) fn apply(&self, diag: &mut Diagnostics, document: &mut Node) {
        let done = segments(&self.path, self.place)
            .and_then(|parts| put(document, &parts, self.place, self.value.clone()));
        if let Err(draft) = done {
            diag.report(draft);
        }
    }

    /// As lists of changes show it.
    pub(super) fn title(&self) -> String {
        format!("{} = {}", self.path, self.given)
    }

    pub(super) fn changes_nothing(&self, diag: &mut Diagnostics) {
        let draft = Draft::warning(self.place, "this override changes nothing").given(self.title());
        diag.report(draft.hint("the key has this value anyway, or nothing depends on it"));
    }

    /// Reports that others of the same key are in force all the while.
    pub(super) fn never_holds(&self, diag: &mut Diagnostics) {
        let draft = Draft::warning(self.place, "this override never holds").given(self.title());
        diag.report(draft.hint("a later one of the same key holds all the while, and the later one counts"));
    }

    /// Reports that another one changes the same part at the same time, by another key.
    pub(super) fn clashes_with(&self, diag: &mut Diagnostics, earlier: &Item) {
        let what =
            format!("at the same time \"{}\" is overridden, which is a part of the same", earlier.path);
        let draft = Draft::error(self.place, what).given(self.title());
        diag.report(
            draft.hint("set both in one override of their table, or end one before the other begins"),
        );
    }

    /// Reports what of it cannot change while the service runs.
    pub(super) fn cannot_change(&self, diag: &mut Diagnostics, left: &super::difference::Left) {
        let message = format!("{} cannot change in mid-run", left.what);
        let draft = Draft::error(self.place, message).given(self.title());
        diag.report(
            draft.hint(format!("{}; for the whole run leave \"from\" and \"until\" out", left.instead)),
        );
    }
}

/// Splits `value@from..until`: the value, and the ends of its time; none if it is a value alone.
pub(crate) fn split(text: &str) -> Option<(&str, &str, &str)> {
    let (value, time) = text.rsplit_once('@')?;
    let (from, until) = time.split_once("..")?;
    let is_end = |end: &str| end.trim().is_empty() || end.trim().parse::<Span>().is_ok();
    (is_end(from) && is_end(until)).then_some((value, from.trim(), until.trim()))
}

/// Adds an override to the list of a document, as if it were written there.
pub(crate) fn push(document: &mut Node, path: &str, value: Node, place: Place, (from, until): (&str, &str)) {
    let text = |text: &str| Node { value: Value::Text(text.to_owned()), place };
    let mut entries = Entries::new();
    let mut add = |name: &str, node: Node| entries.insert(name.to_owned(), Entry { key: place, node });
    add("set", text(path));
    add("to", value);
    if !from.is_empty() {
        add("from", text(from));
    }
    if !until.is_empty() {
        add("until", text(until));
    }
    let Some(top) = document.entries_mut() else { return };
    let list = top
        .entry(super::KEY.to_owned())
        .or_insert_with(|| Entry { key: place, node: Node { value: Value::List(Arc::default()), place } });
    if let Value::List(items) = &mut list.node.value
        && items.len() < limits::ROWS_MAX
    {
        Arc::make_mut(items).push(Node::table(entries, place));
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_time_follows_the_value() {
        assert_eq!(split("24@47m..1h"), Some(("24", "47m", "1h")));
        assert_eq!(split("\"fifo\"@..1h"), Some(("\"fifo\"", "", "1h")));
        assert_eq!(split("false@47m.."), Some(("false", "47m", "")));
        assert_eq!(split("a@b"), None);
        assert_eq!(split("me@home..work"), None);
    }
}
