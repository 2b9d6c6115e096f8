//! The language as data: each block of keys is one table, from which come the reading, the errors and the schema.

use brownout_tiers::policy::Side;

/// A table of the scenario file and the keys it may have.
#[derive(Debug)]
pub(crate) struct Block {
    /// As messages name it: `a tier of kind "auth"`.
    pub(crate) name: &'static str,
    /// What it is for, in one sentence.
    pub(crate) doc: &'static str,
    /// What it may say.
    pub(crate) keys: &'static [&'static [Key]],
}

/// One key of a block.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) need: Need,
    /// What it says, in one sentence.
    pub(crate) doc: &'static str,
}

/// Whether a key has to be there, and what its absence means.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Need {
    Required,
    /// In words or as it would be written.
    Default(&'static str),
    /// Absent means that there is no such thing.
    Optional,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Text,
    Flag,
    /// A whole number from … to.
    Count(u64, u64),
    /// A number from … to.
    Number(f64, f64),
    Span,
    Rate,
    Ratio,
    /// Memory, as in `80GiB`.
    Bytes,
    /// Money per hour.
    Price,
    /// Tokens per second: a rate whose unit may be written out.
    TokenRate,
    Date,
    /// A distribution; a bare quantity is a constant.
    Law(Unit),
    /// One of these words.
    Word(&'static [&'static str]),
    Block(&'static Block),
    List(&'static Shape),
    /// Names of the user's choice → blocks.
    Named(&'static Block),
    /// Names of the user's choice → policies of that side.
    Policies(Side),
    /// Names of the user's choice → anything.
    Free,
    /// Any of these.
    Any(&'static [Shape]),
}

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
        self.all_keys().find(|key| key.name == name)
    }
}

/// One row of a block, shorter to read in a table.
pub(crate) const fn key(name: &'static str, shape: Shape, need: Need, doc: &'static str) -> Key {
    Key { name, shape, need, doc }
}
