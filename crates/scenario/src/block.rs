//! The language as data: each block of keys is one table, from which reading, errors and schema are derived.

use crate::row::{Absent, AnyRow, AnyType, Flag, Row, Type};
use crate::text::tree::is_name;
use brownout_tiers::policy::Side;

/// A table of the scenario file and the keys it may have.
#[derive(Debug)]
pub(crate) struct Block {
    /// As messages name it: `a tier of kind "auth"`.
    pub(crate) name: &'static str,
    /// What it is for, in one sentence.
    pub(crate) doc: &'static str,
    /// The keys that it may have.
    pub(crate) keys: &'static [&'static [Key]],
}

/// One key of a block: a [`Row`], or a key read by its own code because it is a block, a list or a law.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    what: What,
}

#[derive(Debug)]
enum What {
    Plain { shape: Shape, need: Need, doc: &'static str },
    Row(&'static dyn AnyRow),
}

/// Whether a key is required, and what its absence means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    /// In words, or as a file would write it.
    Default(&'static str),
    /// Absence means that the feature is off.
    Optional,
}

/// The form of a value, for the schema and the reference. The simple ones are forms of [`Type`]s alone, so that no
/// range is written beside the code that checks it.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    Shape(Shape),
    Flag,
    /// A whole number from … to.
    Count(u64, u64),
    /// The same, or this word.
    CountOr(u64, u64, &'static str),
    /// A number from … to.
    Number(f64, f64),
    Span,
    /// A time span longer than zero.
    Positive,
    /// A time span longer than zero, or this word.
    SpanOr(&'static str),
    Rate,
    /// Tokens per second: a rate whose unit may be spelled out.
    TokenRate,
    Ratio,
    /// Memory, as in `80GiB`.
    Bytes,
    /// Money per hour.
    Price,
    /// An amount of money.
    Money,
    /// One of these HTTP statuses.
    Status(&'static [u16]),
    /// One of these words.
    Words(Vec<&'static str>),
}

/// What a value looks like whose key is read by its own code.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Text,
    /// A comparison of a metric: `web.login.success_rate >= 99%`.
    Comparison,
    /// A metric of a class, an operation, a tier or the total: `web.login.success_rate`.
    Metric,
    Date,
    /// What a type says.
    Typed(&'static dyn AnyType),
    /// A distribution; a bare quantity is a constant.
    Law(Unit),
    Block(&'static Block),
    List(&'static Shape),
    /// Names of the user's choice → blocks.
    Named(&'static Block),
    /// Names of the user's choice → policies of that side.
    Policies(Side),
    /// Names of the user's choice → anything.
    Free,
    /// One of several shapes.
    Any(&'static [Shape]),
}

/// `false` in place of a table, which removes the table of an extended file; `true` means its defaults.
pub(crate) const SWITCHED: Shape = Shape::Typed(&Flag);

/// What a law draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Written as spans, drawn as seconds.
    Seconds,
    /// Plain numbers.
    Count,
}

impl Block {
    pub(crate) fn all_keys(&self) -> impl Iterator<Item = &'static Key> + use<> {
        self.keys.iter().flat_map(|keys| keys.iter())
    }

    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        // Two plain loops: the iterator over all keys takes twice as long, and every key of a document is asked for.
        self.keys.iter().find_map(|keys| keys.iter().find(|key| is_name(key.name, name)))
    }
}

impl Key {
    /// The form of its value, for the schema and the reference.
    pub(crate) fn form(&self) -> Form {
        match &self.what {
            What::Plain { shape, .. } => Form::Shape(*shape),
            What::Row(row) => row.form(),
        }
    }

    /// Its meaning, in one sentence.
    pub(crate) fn doc(&self) -> &'static str {
        match &self.what {
            What::Plain { doc, .. } => doc,
            What::Row(row) => row.doc(),
        }
    }

    /// Its default, in words or as a file would write it.
    pub(crate) fn default(&self) -> Option<String> {
        match &self.what {
            What::Plain { need: Need::Default(default), .. } => Some((*default).to_owned()),
            What::Plain { .. } => None,
            What::Row(row) => row.default(),
        }
    }
}

impl<T: Type> Row<T> {
    /// The row among the keys of a block.
    pub(crate) const fn key(&'static self) -> Key {
        let required = matches!(self.absent, Absent::Refused);
        Key { name: self.name, required, what: What::Row(self) }
    }
}

/// A key of a block that is read by its own code; short, for tables of keys.
pub(crate) const fn key(name: &'static str, shape: Shape, need: Need, doc: &'static str) -> Key {
    Key { name, required: matches!(need, Need::Required), what: What::Plain { shape, need, doc } }
}
