//! A row of a block: a key, its type with unit and range, its default, and its meaning; reading follows from it.
//!
//! A row is a constant, so that the code which reads a block asks for it by name: `table.value(diag, &REPLICAS)`. Range
//! and default stand in the row alone; errors, the schema and the reference come from the same place.

mod types;

use crate::block::Form;
use crate::problem::Diagnostics;
use crate::read::Field;
use std::fmt::Debug;
pub(crate) use types::*;

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

/// The form of any type, for keys that mix it with others: a number or a table, a list of shares.
pub(crate) trait AnyType: Debug + Sync {
    fn form(&self) -> Form;
}

impl<T: Type> AnyType for T {
    fn form(&self) -> Form {
        Type::form(self)
    }
}

/// The words of a table of kinds, each of which is read by the table itself.
#[derive(Debug)]
pub(crate) struct Kinds(pub(crate) fn() -> Vec<&'static str>);

impl AnyType for Kinds {
    fn form(&self) -> Form {
        Form::Words((self.0)())
    }
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
        Type::form(&self.of)
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
