//! Typed reading of the tree: each getter either returns what the key means or reports what is wrong with it.

use crate::block::Block;
use crate::problem::{Desk, Draft, did_you_mean, one_of};
use crate::row::{Absent, Row, Type};
use crate::text::source::Place;
use crate::text::tree::{Entries, Node, Value, find};
pub(crate) use brownout_units::grouped as thousands;
use brownout_units::{Bytes, MoneyRate, ParseError, Rate, Ratio, Span};
use std::str::FromStr;

/// Characters of a value that a message repeats.
const GIVEN_CHARS_MAX: usize = 48;

/// The name of the field that holds the whole document; messages do not repeat it.
pub(crate) const SCENARIO: &str = "scenario";

/// What to do where something is missed that is switched off.
pub(crate) const SWITCH_ON: &str = "switch it on: enabled = true";

/// A key with its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'t> {
    pub(crate) name: &'t str,
    pub(crate) node: &'t Node,
}

/// A table of which it is known what keys it may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'t> {
    block: &'static Block,
    entries: &'t Entries,
    pub(crate) place: Place,
}

impl<'t> Table<'t> {
    /// Opens a table: reports keys that the block does not have, and those that are missing.
    pub(crate) fn open(desk: &mut Desk, field: Field<'t>, block: &'static Block) -> Option<Self> {
        let Some(entries) = field.node.entries() else {
            let message = format!("{} is written as a table, not {}", block.name, field.node.what());
            let names: Vec<&str> = block.all_keys().map(|key| key.name).collect();
            desk.report(field.error(desk, message).allowed(format!("{{ {} }}", names.join(", "))));
            return None;
        };
        let table = Table { block, entries, place: field.node.place };
        for (name, entry) in entries {
            if block.key(name).is_none() {
                let known = || block.all_keys().map(|key| key.name);
                let draft = Draft::error(entry.key, format!("{} has no key \"{name}\"", block.name));
                if desk.is_tired() {
                    desk.report(draft);
                    break;
                }
                desk.report(draft.allowed(one_of(known())).maybe_hint(did_you_mean(name, known())));
            }
        }
        for key in block.all_keys() {
            if key.required && find(entries, key.name).is_none() {
                let message = format!("{} needs \"{}\"", block.name, key.name);
                if let Some(off) = desk.off.iter().find(|off| off.is_child(field.node.place, key.name)) {
                    let message = format!("{message}, which cannot be switched off");
                    desk.report(Draft::error(off.switch, message).given("enabled = false").hint(SWITCH_ON));
                    continue;
                }
                let draft = Draft::error(field.node.place, message);
                let draft = if field.name == SCENARIO { draft } else { draft.given(field.name) };
                desk.report(draft.hint(format!("{}: {}", key.name, key.doc())));
            }
        }
        Some(table)
    }

    /// The value of a key, where it is given.
    ///
    /// # Panics
    /// If the block does not list the key: then the schema would not know it either.
    pub(crate) fn get(&self, name: &'static str) -> Option<Field<'t>> {
        // A mistake of the program, which any test of the block finds: in release it would be a tenth of compiling.
        debug_assert!(self.block.key(name).is_some(), "{} does not list the key {name}", self.block.name);
        find(self.entries, name).map(|entry| Field { name, node: &entry.node })
    }

    /// What is said of a row, if anything is and nothing is wrong with it.
    pub(crate) fn said<T: Type>(&self, desk: &mut Desk, row: &Row<T>) -> Option<T::Value> {
        self.get(row.name).and_then(|field| row.of.read(desk, field))
    }

    /// What is said of a row, or else what its absence means; none after a mistake, or where absence means nothing.
    pub(crate) fn read<T: Type>(&self, desk: &mut Desk, row: &Row<T>) -> Option<T::Value> {
        match (self.get(row.name), row.absent) {
            (Some(field), _) => row.of.read(desk, field),
            (None, Absent::Means(value)) => Some(value),
            (None, _) => None,
        }
    }

    /// What is said of a row, or else its default: also after a mistake, so that the rest can be judged.
    ///
    /// # Panics
    /// If the row has no default that is a value.
    pub(crate) fn value<T: Type>(&self, desk: &mut Desk, row: &Row<T>) -> T::Value {
        self.said(desk, row).unwrap_or_else(|| row.usual())
    }

    /// What is said of a row, or else what follows from other keys; none after a mistake.
    pub(crate) fn read_or<T: Type>(
        &self,
        desk: &mut Desk,
        row: &Row<T>,
        otherwise: T::Value,
    ) -> Option<T::Value> {
        self.get(row.name).map_or(Some(otherwise), |field| row.of.read(desk, field))
    }

    /// Where a key is written, or else the table.
    pub(crate) fn place_of(&self, name: &'static str) -> Place {
        self.get(name).map_or(self.place, |field| field.node.place)
    }
}

impl<'t> Field<'t> {
    /// An error about this value, which repeats it.
    pub(crate) fn error(&self, desk: &Desk, message: impl Into<String>) -> Draft {
        Draft::error(self.node.place, message).given(self.given(desk))
    }

    /// A warning about this value, which repeats it.
    pub(crate) fn warning(&self, desk: &Desk, message: impl Into<String>) -> Draft {
        Draft::warning(self.node.place, message).given(self.given(desk))
    }

    fn given(&self, desk: &Desk) -> String {
        let text = desk.sources.slice(self.node.place);
        let line = text.lines().next().unwrap_or("");
        let cut: String = line.chars().take(GIVEN_CHARS_MAX).collect();
        let more = if cut.len() < text.len() { "…" } else { "" };
        format!("{} = {cut}{more}", self.name)
    }

    fn refuse_type(&self, desk: &mut Desk, expected: &str) {
        let message = format!("this is {}, but {expected} is needed", self.node.what());
        desk.report(self.error(desk, message).allowed(expected));
    }

    pub(crate) fn text(&self, desk: &mut Desk) -> Option<&'t str> {
        if self.node.text().is_none() {
            self.refuse_type(desk, "a string");
        }
        self.node.text()
    }

    pub(crate) fn flag(&self, desk: &mut Desk) -> Option<bool> {
        if let Value::Flag(flag) = self.node.value {
            return Some(flag);
        }
        self.refuse_type(desk, "true or false");
        None
    }

    /// A whole number within limits; `why` completes the sentence if it is not: `a tier needs at least 1 replica`.
    pub(crate) fn count(&self, desk: &mut Desk, min: u64, max: u64, why: &str) -> Option<u64> {
        let allowed = || {
            if min == max {
                return thousands(min);
            }
            format!("a whole number from {} to {}", thousands(min), thousands(max))
        };
        match self.node.value {
            Value::Integer(number) => match u64::try_from(number) {
                Ok(number) if (min..=max).contains(&number) => return Some(number),
                _ => desk.report(self.error(desk, why).allowed(allowed())),
            },
            _ => self.refuse_type(desk, &allowed()),
        }
        None
    }

    pub(crate) fn number(&self, desk: &mut Desk, min: f64, max: f64, why: &str) -> Option<f64> {
        let number = match self.node.value {
            Value::Integer(number) => number as f64,
            Value::Float(number) => number,
            _ => {
                self.refuse_type(desk, "a number");
                return None;
            }
        };
        if (min..=max).contains(&number) {
            return Some(number);
        }
        let range = if max < 1e18 { format!("{min} to {max}") } else { format!("at least {min}") };
        desk.report(self.error(desk, why).allowed(range));
        None
    }

    pub(crate) fn span(&self, desk: &mut Desk) -> Option<Span> {
        self.quantity(desk, "a time span with its unit, as in \"250ms\" or \"2h30m\"", false)
    }

    /// A span longer than nothing.
    pub(crate) fn span_positive(&self, desk: &mut Desk, why: &str) -> Option<Span> {
        let span = self.span(desk)?;
        if span.is_zero() {
            desk.report(self.error(desk, why).allowed("more than 0s"));
            return None;
        }
        Some(span)
    }

    pub(crate) fn rate(&self, desk: &mut Desk) -> Option<Rate> {
        self.quantity(desk, "a rate with its unit, as in \"40/s\" or \"1.2k/min\"", false)
    }

    /// Tokens per second: a rate, whose unit may be written out as in `"50 tokens/s"`.
    pub(crate) fn token_rate(&self, desk: &mut Desk) -> Option<f64> {
        let expected = "tokens per second, as in \"8000/s\" or \"50 tokens/s\"";
        let Some(text) = self.node.text() else {
            return self.quantity(desk, expected, false).map(Rate::per_second);
        };
        let bare = text.replacen("tokens", "", 1).replacen("tok", "", 1);
        self.checked(desk, bare.parse(), expected).map(Rate::per_second)
    }

    pub(crate) fn bytes(&self, desk: &mut Desk) -> Option<Bytes> {
        self.quantity(desk, "an amount of memory with its unit, as in \"80GiB\"", false)
    }

    pub(crate) fn price(&self, desk: &mut Desk) -> Option<MoneyRate> {
        self.quantity(desk, "money for time, as in \"$2.50/h\"", false)
    }

    /// A part of a whole, 0 to 100 %.
    pub(crate) fn chance(&self, desk: &mut Desk) -> Option<Ratio> {
        let allowed = "0% to 100%, or 0 to 1";
        let ratio: Ratio = match self.node.value {
            Value::Integer(number) => self.checked(desk, Ratio::new(number as f64), allowed)?,
            Value::Float(number) => self.checked(desk, Ratio::new(number), allowed)?,
            _ => self.quantity(desk, "a part of a whole, as in \"20%\" or 0.2", true)?,
        };
        if ratio.is_probability() {
            return Some(ratio);
        }
        desk.report(self.error(desk, "a part is not more than the whole").allowed(allowed));
        None
    }

    fn quantity<T: FromStr<Err = ParseError>>(
        &self,
        desk: &mut Desk,
        expected: &str,
        bare: bool,
    ) -> Option<T> {
        match &self.node.value {
            Value::Text(text) => self.checked(desk, text.parse(), expected),
            Value::Integer(_) | Value::Float(_) if !bare => {
                let slice = desk.sources.slice(self.node.place).to_owned();
                // The parser knows best how to say that a unit is missing, and zero needs none to be understood.
                self.checked(desk, slice.replace('_', "").parse(), expected)
            }
            _ => {
                self.refuse_type(desk, expected);
                None
            }
        }
    }

    /// Unwraps what a quantity's parser says, or reports it here.
    pub(crate) fn checked<T>(
        &self,
        desk: &mut Desk,
        parsed: Result<T, ParseError>,
        allowed: &str,
    ) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                let message = format!("{:?} {}", error.given, error.problem);
                desk.report(self.error(desk, message).allowed(allowed).maybe_hint(error.hint));
                None
            }
        }
    }

    /// One of a table of words.
    pub(crate) fn word<T: Copy>(&self, desk: &mut Desk, words: &[(&'static str, T)]) -> Option<T> {
        let known = || words.iter().map(|(word, _)| *word);
        let Some(text) = self.node.text() else {
            self.refuse_type(desk, &one_of(known()));
            return None;
        };
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let draft = self.error(desk, format!("\"{text}\" is not known here"));
            desk.report(draft.allowed(one_of(known())).maybe_hint(did_you_mean(text, known())));
        }
        found
    }

    /// The items of a list of at most `max`.
    pub(crate) fn list(&self, desk: &mut Desk, max: usize) -> Vec<Field<'t>> {
        let Value::List(items) = &self.node.value else {
            self.refuse_type(desk, "a list, as in [ … ]");
            return Vec::new();
        };
        if max < items.len() {
            let message = format!("{} items", items.len());
            desk.report(self.error(desk, message).allowed(format!("at most {}", thousands(max as u64))));
        }
        items.iter().take(max).map(|node| Field { name: self.name, node }).collect()
    }

    /// Whether the word `false` stands where a table could: this takes away what a file below has said.
    pub(crate) fn is_off(&self) -> bool {
        matches!(self.node.value, Value::Flag(false))
    }
}
