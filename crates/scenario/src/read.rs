//! Typed reading of the tree: each getter either returns what the key means or reports what is wrong with it.

use crate::block::Block;
use crate::hint;
use crate::limits::SPAN_MAX;
use crate::problem::{Diagnostics, Draft, did_you_mean, one_of};
use crate::row::{Absent, Row, Type};
use crate::text::source::Place;
use crate::text::tree::{Entries, Node, Value, find};
use brownout_units::{Bytes, Money, MoneyRate, ParseError, QUOTE_CHARS_MAX, Rate, Ratio, Span, grouped};
use std::str::FromStr;

/// The number of characters of a value that a message quotes.
const GIVEN_CHARS_MAX: usize = 48;

/// The name of the field that holds the whole document; messages do not quote it.
pub(crate) const SCENARIO: &str = "scenario";

/// The hint where a missing table is one that is switched off.
pub(crate) const SWITCH_ON: &str = "switch it on: enabled = true";

/// A key with its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'t> {
    pub(crate) name: &'t str,
    pub(crate) node: &'t Node,
}

/// A table together with the keys that it may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'t> {
    block: &'static Block,
    entries: &'t Entries,
    pub(crate) place: Place,
}

impl<'t> Table<'t> {
    /// Opens a table: reports keys that the block does not have, and those that are missing.
    pub(crate) fn open(diag: &mut Diagnostics, field: Field<'t>, block: &'static Block) -> Option<Self> {
        let Some(entries) = field.node.entries() else {
            let message = format!("{} is written as a table, not {}", block.name, field.node.what());
            let names: Vec<&str> = block.all_keys().map(|key| key.name).collect();
            diag.report(field.error(diag, message).allowed(format!("{{ {} }}", names.join(", "))));
            return None;
        };
        let table = Table { block, entries, place: field.node.place };
        for (name, entry) in entries {
            if block.key(name).is_none() {
                let known = || block.all_keys().map(|key| key.name);
                let draft = Draft::error(entry.key, format!("{} has no key \"{name}\"", block.name));
                if diag.is_tired() {
                    diag.report(draft);
                    break;
                }
                let hint = hint::of(block, name).or_else(|| did_you_mean(name, known()));
                diag.report(draft.allowed(one_of(known())).maybe_hint(hint));
            }
        }
        for key in block.keys.iter().copied().flatten() {
            if key.required && find(entries, key.name).is_none() {
                let message = format!("{} needs \"{}\"", block.name, key.name);
                if let Some(off) = diag.off.iter().find(|off| off.is_child(field.node.place, key.name)) {
                    let message = format!("{message}, which cannot be switched off");
                    diag.report(Draft::error(off.switch, message).given("enabled = false").hint(SWITCH_ON));
                    continue;
                }
                let draft = Draft::error(field.node.place, message);
                let draft = if field.name == SCENARIO { draft } else { draft.given(field.name) };
                diag.report(draft.hint(format!("{}: {}", key.name, key.doc())));
            }
        }
        Some(table)
    }

    /// The value of a key, if it is given.
    ///
    /// # Panics
    /// If the block does not list the key, which the schema would not know either.
    pub(crate) fn get(&self, name: &'static str) -> Option<Field<'t>> {
        // A programming error that any test of the block finds; in release the check would be a tenth of compiling.
        debug_assert!(self.block.key(name).is_some(), "{} does not list the key {name}", self.block.name);
        find(self.entries, name).map(|entry| Field { name, node: &entry.node })
    }

    /// The value of a row, if it is given and valid.
    pub(crate) fn said<T: Type>(&self, diag: &mut Diagnostics, row: &Row<T>) -> Option<T::Value> {
        self.get(row.name).and_then(|field| row.of.read(diag, field))
    }

    /// The value of a row, or else its default; none after an error, or where the row has no default.
    pub(crate) fn read<T: Type>(&self, diag: &mut Diagnostics, row: &Row<T>) -> Option<T::Value> {
        match (self.get(row.name), row.absent) {
            (Some(field), _) => row.of.read(diag, field),
            (None, Absent::Means(value)) => Some(value),
            (None, _) => None,
        }
    }

    /// The value of a row, or else its default: also after an error, so that the rest can be checked.
    ///
    /// # Panics
    /// If the row has no value as its default.
    pub(crate) fn value<T: Type>(&self, diag: &mut Diagnostics, row: &Row<T>) -> T::Value {
        self.said(diag, row).unwrap_or_else(|| row.usual())
    }

    /// The value of a row, or else what follows from other keys; none after an error.
    pub(crate) fn read_or<T: Type>(
        &self,
        diag: &mut Diagnostics,
        row: &Row<T>,
        otherwise: T::Value,
    ) -> Option<T::Value> {
        self.get(row.name).map_or(Some(otherwise), |field| row.of.read(diag, field))
    }

    /// The place of a key, or else that of the table.
    pub(crate) fn place_of(&self, name: &'static str) -> Place {
        self.get(name).map_or(self.place, |field| field.node.place)
    }
}

impl<'t> Field<'t> {
    /// An error about this value, which it quotes.
    pub(crate) fn error(&self, diag: &Diagnostics, message: impl Into<String>) -> Draft {
        Draft::error(self.node.place, message).given(self.given(diag))
    }

    /// A warning about this value, which it quotes.
    pub(crate) fn warning(&self, diag: &Diagnostics, message: impl Into<String>) -> Draft {
        Draft::warning(self.node.place, message).given(self.given(diag))
    }

    fn given(&self, diag: &Diagnostics) -> String {
        let text = diag.sources.slice(self.node.place);
        let line = text.lines().next().unwrap_or("");
        let cut: String = line.chars().take(GIVEN_CHARS_MAX).collect();
        let more = if cut.len() < text.len() { "…" } else { "" };
        let name: String = self.name.chars().take(QUOTE_CHARS_MAX).collect();
        let less = if name.len() < self.name.len() { "…" } else { "" };
        format!("{name}{less} = {cut}{more}")
    }

    /// Reports that the value has another type than expected.
    pub(crate) fn refuse_type(&self, diag: &mut Diagnostics, expected: &str) {
        let message = format!("this is {}, but {expected} is needed", self.node.what());
        diag.report(self.error(diag, message).allowed(expected));
    }

    pub(crate) fn text(&self, diag: &mut Diagnostics) -> Option<&'t str> {
        if self.node.text().is_none() {
            self.refuse_type(diag, "a string");
        }
        self.node.text()
    }

    pub(crate) fn flag(&self, diag: &mut Diagnostics) -> Option<bool> {
        if let Value::Flag(flag) = self.node.value {
            return Some(flag);
        }
        self.refuse_type(diag, "true or false");
        None
    }

    /// A whole number within limits; otherwise `why` completes the message: `a tier needs at least 1 replica`.
    pub(crate) fn count(&self, diag: &mut Diagnostics, min: u64, max: u64, why: &str) -> Option<u64> {
        let allowed = || {
            if min == max {
                return grouped(min);
            }
            format!("a whole number from {} to {}", grouped(min), grouped(max))
        };
        match self.node.value {
            Value::Integer(number) => match u64::try_from(number) {
                Ok(number) if (min..=max).contains(&number) => return Some(number),
                _ => diag.report(self.error(diag, why).allowed(allowed())),
            },
            _ => self.refuse_type(diag, &allowed()),
        }
        None
    }

    pub(crate) fn number(&self, diag: &mut Diagnostics, min: f64, max: f64, why: &str) -> Option<f64> {
        let number = match self.node.value {
            Value::Integer(number) => number as f64,
            Value::Float(number) => number,
            _ => {
                self.refuse_type(diag, "a number");
                return None;
            }
        };
        if (min..=max).contains(&number) {
            return Some(number);
        }
        let range = if max < 1e18 { format!("{min} to {max}") } else { format!("at least {min}") };
        diag.report(self.error(diag, why).allowed(range));
        None
    }

    pub(crate) fn span(&self, diag: &mut Diagnostics) -> Option<Span> {
        let span: Span = self.quantity(
            diag,
            "a time span of 0s or more with its unit, as in \"250ms\" or \"2h30m\"",
            false,
        )?;
        if SPAN_MAX < span {
            let message = format!("{} is longer than a hundred years", self.name);
            diag.report(self.error(diag, message).allowed(format!("at most {SPAN_MAX}")));
            return None;
        }
        Some(span)
    }

    /// A span longer than zero.
    pub(crate) fn span_positive(&self, diag: &mut Diagnostics, why: &str) -> Option<Span> {
        let span = self.span(diag)?;
        if span.is_zero() {
            diag.report(self.error(diag, why).allowed("more than 0s"));
            return None;
        }
        Some(span)
    }

    pub(crate) fn rate(&self, diag: &mut Diagnostics) -> Option<Rate> {
        self.quantity(diag, "a rate of 0/s or more with its unit, as in \"40/s\" or \"1.2k/min\"", false)
    }

    /// Tokens per second: a rate whose unit may be spelled out, as in `"50 tokens/s"`.
    pub(crate) fn token_rate(&self, diag: &mut Diagnostics) -> Option<f64> {
        let expected = "tokens per second, as in \"8000/s\" or \"50 tokens/s\"";
        let Some(text) = self.node.text() else {
            return self.quantity(diag, expected, false).map(Rate::per_second);
        };
        let bare = text.replacen("tokens", "", 1).replacen("tok", "", 1);
        self.checked(diag, bare.parse(), expected).map(Rate::per_second)
    }

    pub(crate) fn bytes(&self, diag: &mut Diagnostics) -> Option<Bytes> {
        self.quantity(diag, "an amount of memory with its unit, as in \"80GiB\"", false)
    }

    pub(crate) fn price(&self, diag: &mut Diagnostics) -> Option<MoneyRate> {
        self.quantity(diag, "money for time, as in \"$2.50/h\"", false)
    }

    pub(crate) fn money(&self, diag: &mut Diagnostics) -> Option<Money> {
        self.quantity(diag, "an amount of money, as in \"$0.40\"", false)
    }

    /// A share of a whole, 0 to 100 %.
    pub(crate) fn chance(&self, diag: &mut Diagnostics) -> Option<Ratio> {
        let allowed = "0% to 100%, or 0 to 1";
        let ratio: Ratio = match self.node.value {
            Value::Integer(number) => self.checked(diag, Ratio::new(number as f64), allowed)?,
            Value::Float(number) => self.checked(diag, Ratio::new(number), allowed)?,
            _ => self.quantity(diag, "a share, as in \"20%\" or 0.2", true)?,
        };
        if ratio.is_probability() {
            return Some(ratio);
        }
        diag.report(self.error(diag, "a share must not exceed 100 %").allowed(allowed));
        None
    }

    fn quantity<T: FromStr<Err = ParseError>>(
        &self,
        diag: &mut Diagnostics,
        expected: &str,
        bare: bool,
    ) -> Option<T> {
        match &self.node.value {
            Value::Text(text) => self.checked(diag, text.parse(), expected),
            Value::Integer(_) | Value::Float(_) if !bare => {
                let slice = diag.sources.slice(self.node.place).to_owned();
                // The parser words a missing unit best; zero is unambiguous without one.
                self.checked(diag, slice.replace('_', "").parse(), expected)
            }
            _ => {
                self.refuse_type(diag, expected);
                None
            }
        }
    }

    /// The value from a quantity's parser, or a report of its error here.
    pub(crate) fn checked<T>(
        &self,
        diag: &mut Diagnostics,
        parsed: Result<T, ParseError>,
        allowed: &str,
    ) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                let message = format!("{:?} {}", error.given, error.problem);
                diag.report(self.error(diag, message).allowed(allowed).maybe_hint(error.hint));
                None
            }
        }
    }

    /// One of a table of words.
    pub(crate) fn word<T: Copy>(&self, diag: &mut Diagnostics, words: &[(&'static str, T)]) -> Option<T> {
        let known = || words.iter().map(|(word, _)| *word);
        let Some(text) = self.node.text() else {
            self.refuse_type(diag, &one_of(known()));
            return None;
        };
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let draft = self.error(diag, format!("\"{text}\" is not known here"));
            diag.report(draft.allowed(one_of(known())).maybe_hint(did_you_mean(text, known())));
        }
        found
    }

    /// The items of a list of at most `max`.
    pub(crate) fn list(&self, diag: &mut Diagnostics, max: usize) -> Vec<Field<'t>> {
        let Value::List(items) = &self.node.value else {
            self.refuse_type(diag, "a list, as in [ … ]");
            return Vec::new();
        };
        if max < items.len() {
            let message = format!("{} items", items.len());
            diag.report(self.error(diag, message).allowed(format!("at most {}", grouped(max as u64))));
        }
        items.iter().take(max).map(|node| Field { name: self.name, node }).collect()
    }

    /// Whether `false` stands in place of a table, which removes the table of an extended file.
    pub(crate) fn is_off(&self) -> bool {
        matches!(self.node.value, Value::Flag(false))
    }
}
