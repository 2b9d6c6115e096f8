//! A row of a block: a key, its type with unit and range, its default, and its meaning; reading follows from it.
//!
//! A row is a constant, so that the code which reads a block asks for it by name: `table.value(diag, &REPLICAS)`. Range
//! and default stand in the row alone; errors, the schema and the reference come from the same place.

use crate::block::{Form, Shape};
use crate::problem::Diagnostics;
use crate::read::Field;
use brownout_units::{Bytes, MoneyRate, Ratio, Span};
use std::fmt::Debug;

/// A key of a block, whose type `T` reads the value.
#[derive(Debug)]
pub(crate) struct Row<T: Type> {
    pub(crate) name: &'static str,
    pub(crate) of: T,
    pub(crate) absent: Absent<T::Value>,
    /// Its meaning, in one sentence.
    pub(crate) doc: &'static str,
}

/// What the absence of a key means.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Absent<V> {
    /// The key is required.
    Refused,
    /// The feature is off.
    Nothing,
    /// The same as this value.
    Means(V),
    /// A value that follows from other keys, in words.
    Follows(&'static str),
}

/// How a value is written, which values are allowed, and what it becomes.
pub(crate) trait Type: Debug + Sync {
    type Value: Copy + Debug + Sync;

    /// The value, or none after its problem has been reported.
    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<Self::Value>;
    /// For the schema and the reference.
    fn form(&self) -> Form;
    /// A value as it is written in a file.
    fn write(&self, value: Self::Value) -> String;
}

/// A row of any type, for code that iterates over all rows.
pub(crate) trait AnyRow: Debug + Sync {
    fn form(&self) -> Form;
    fn doc(&self) -> &'static str;
    /// In words, or as a file would write it.
    fn default(&self) -> Option<String>;
}

impl<T: Type> AnyRow for Row<T> {
    fn form(&self) -> Form {
        self.of.form()
    }

    fn doc(&self) -> &'static str {
        self.doc
    }

    fn default(&self) -> Option<String> {
        match self.absent {
            Absent::Means(value) => Some(self.of.write(value)),
            Absent::Follows(words) => Some(words.to_owned()),
            Absent::Refused | Absent::Nothing => None,
        }
    }
}

/// A row; short, for tables of rows.
pub(crate) const fn row<T: Type>(
    name: &'static str,
    of: T,
    absent: Absent<T::Value>,
    doc: &'static str,
) -> Row<T> {
    Row { name, of, absent, doc }
}

impl<T: Type> Row<T> {
    /// What its absence means.
    ///
    /// # Panics
    /// If the default is no value but follows from other keys.
    pub(crate) fn usual(&self) -> T::Value {
        let Absent::Means(value) = self.absent else { panic!("the key {} has no default", self.name) };
        value
    }
}

/// True or false.
#[derive(Debug)]
pub(crate) struct Flag;

impl Type for Flag {
    type Value = bool;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<bool> {
        field.flag(diag)
    }

    fn form(&self) -> Form {
        Form::Plain(Shape::Flag)
    }

    fn write(&self, value: bool) -> String {
        value.to_string()
    }
}

/// A whole number within a range, and the message for one outside: `a tier needs at least 1 replica`.
#[derive(Debug)]
pub(crate) struct Count(pub(crate) u64, pub(crate) u64, pub(crate) &'static str);

impl Type for Count {
    type Value = u64;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<u64> {
        field.count(diag, self.0, self.1, self.2)
    }

    fn form(&self) -> Form {
        Form::Plain(Shape::Count(self.0, self.1))
    }

    fn write(&self, value: u64) -> String {
        value.to_string()
    }
}

/// A number within a range, and the message for one outside.
#[derive(Debug)]
pub(crate) struct Number(pub(crate) f64, pub(crate) f64, pub(crate) &'static str);

impl Type for Number {
    type Value = f64;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<f64> {
        field.number(diag, self.0, self.1, self.2)
    }

    fn form(&self) -> Form {
        Form::Plain(Shape::Number(self.0, self.1))
    }

    fn write(&self, value: f64) -> String {
        value.to_string()
    }
}

/// A time span, zero among them.
#[derive(Debug)]
pub(crate) struct Time;

impl Type for Time {
    type Value = Span;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<Span> {
        field.span(diag)
    }

    fn form(&self) -> Form {
        Form::Plain(Shape::Span)
    }

    fn write(&self, value: Span) -> String {
        value.to_string()
    }
}

/// A time span longer than zero, and the message for zero.
#[derive(Debug)]
pub(crate) struct PositiveTime(pub(crate) &'static str);

impl Type for PositiveTime {
    type Value = Span;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<Span> {
        field.span_positive(diag, self.0)
    }

    fn form(&self) -> Form {
        Form::Positive
    }

    fn write(&self, value: Span) -> String {
        value.to_string()
    }
}

/// A time span longer than zero, or the word `none`; and the message for zero.
#[derive(Debug)]
pub(crate) struct TimeOrNone(pub(crate) &'static str);

impl Type for TimeOrNone {
    type Value = Option<Span>;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<Option<Span>> {
        if field.node.text() == Some("none") {
            return Some(None);
        }
        field.span_positive(diag, self.0).map(Some)
    }

    fn form(&self) -> Form {
        Form::Plain(Shape::Any(&[Shape::Span, Shape::Word(&["none"])]))
    }

    fn write(&self, value: Option<Span>) -> String {
        value.map_or_else(|| "none".to_owned(), |span| span.to_string())
    }
}

/// A share of a whole, 0 to 100 %.
#[derive(Debug)]
pub(crate) struct Part;

impl Type for Part {
    type Value = Ratio;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<Ratio> {
        field.chance(diag)
    }

    fn form(&self) -> Form {
        Form::Plain(Shape::Ratio)
    }

    fn write(&self, value: Ratio) -> String {
        value.to_string()
    }
}

/// Memory, as in `80GiB`.
#[derive(Debug)]
pub(crate) struct Memory;

impl Type for Memory {
    type Value = Bytes;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<Bytes> {
        field.bytes(diag)
    }

    fn form(&self) -> Form {
        Form::Plain(Shape::Bytes)
    }

    fn write(&self, value: Bytes) -> String {
        value.to_string()
    }
}

/// Money per hour.
#[derive(Debug)]
pub(crate) struct Price;

impl Type for Price {
    type Value = MoneyRate;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<MoneyRate> {
        field.price(diag)
    }

    fn form(&self) -> Form {
        Form::Plain(Shape::Price)
    }

    fn write(&self, value: MoneyRate) -> String {
        value.to_string()
    }
}

/// One of these words, each with what it means.
#[derive(Debug)]
pub(crate) struct Word<T: 'static>(pub(crate) &'static [(&'static str, T)]);

impl<T: Copy + PartialEq + Debug + Sync> Type for Word<T> {
    type Value = T;

    fn read(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<T> {
        field.word(diag, self.0)
    }

    fn form(&self) -> Form {
        Form::Words(self.0.iter().map(|(word, _)| *word).collect())
    }

    fn write(&self, value: T) -> String {
        let word = self.0.iter().find(|(_, meaning)| *meaning == value);
        word.expect("a default is one of the words").0.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::{Block, Key};
    use crate::read::Table;
    use crate::text::parse;

    // The example of CONTRIBUTING, word by word.
    const SPARE: Row<Count> = row(
        "spare",
        Count(0, 64, "a tier keeps up to 64 spare replicas"),
        Absent::Means(2),
        "Replicas that stay idle.",
    );
    const KEYS: &[Key] = &[SPARE.key()];

    fn read(diag: &mut Diagnostics, table: &Table<'_>) -> u64 {
        table.value(diag, &SPARE)
    }

    const BLOCK: &Block = &Block { name: "an example", doc: "One row.", keys: &[KEYS] };

    /// The value that a text is read as, and the messages about it.
    fn check(text: &str) -> (u64, String) {
        let mut diag = Diagnostics::default();
        let file = diag.sources.add("a.toml", text);
        let node = parse(&mut diag, file).expect("it is TOML");
        let table = Table::open(&mut diag, Field { name: "example", node: &node }, BLOCK).expect("a table");
        let value = read(&mut diag, &table);
        (value, diag.close().to_string())
    }

    #[test]
    fn one_row_and_one_line_read_a_key() {
        assert_eq!(check(""), (2, String::new()));
        assert_eq!(check("spare = 7"), (7, String::new()));
        let refused = "a.toml:1: spare = 65: a tier keeps up to 64 spare replicas".to_owned();
        assert_eq!(check("spare = 65"), (2, refused));
        let key = BLOCK.key("spare").expect("it is listed");
        assert_eq!((key.default(), key.doc()), (Some("2".to_owned()), "Replicas that stay idle."));
    }

    #[test]
    fn the_example_of_contributing_is_this_one() {
        let page = include_str!("../../../CONTRIBUTING.md");
        for line in ["Count(0, 64, \"a tier keeps up to 64 spare replicas\")", "table.value(diag, &SPARE)"] {
            assert!(page.contains(line), "{line}");
        }
    }
}
