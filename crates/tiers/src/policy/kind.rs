//! What a row of the table of policies says: a name, what it is for, its parameters, and how it is made of them.

use super::{Args, Inlet, Outlet, Value};
use brownout_units::Span;
use std::borrow::Cow;
use std::fmt;

/// What a parameter is, so that whoever reads a file knows which units to expect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Role {
    /// A whole number from … to.
    Count(u64, u64),
    /// A plain number from … to.
    Number(f64, f64),
    /// A part of a whole, above 0 and at most 1.
    Ratio,
    /// A length of time, more than none.
    Span,
    /// So many per second, more than none.
    Rate,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A number for each hour of the day.
    Hours,
    /// What time of the day it is when the run starts: filled in, never written.
    Clock,
}

/// Whether a parameter has to be given.
#[derive(Clone, Debug, PartialEq)]
pub enum Need {
    /// It has to.
    Required,
    /// What it is otherwise.
    Default(Value),
    /// Without it, the policy does not do what it is for.
    Optional,
}

/// A parameter of a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its word in a scenario.
    pub name: &'static str,
    /// What it is.
    pub role: Role,
    /// Whether it has to be given.
    pub need: Need,
    /// What it says, in one sentence.
    pub doc: &'static str,
}

/// A kind of policy: a row of the table.
pub struct PolicyKind {
    /// Its word in a scenario.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub doc: &'static str,
    /// What can be said of it.
    pub params: &'static [Param],
    /// Where it stands, and how it is made.
    pub make: Make,
}

/// Where a kind of policy stands, and how it is made of parameters that are all there.
#[derive(Clone, Copy)]
pub enum Make {
    /// At clients and calls.
    Outlet {
        /// Without retries it has nothing to do.
        only_retries: bool,
        /// How it is made.
        make: fn(&Args) -> Result<Box<dyn Outlet>, Mistake>,
    },
    /// At the door of a tier.
    Inlet {
        /// One at each replica if nothing else is said; otherwise one for the whole tier.
        each_replica: bool,
        /// What a call is told that is turned away: 429, 503 or 529.
        status: u16,
        /// How it is made.
        make: fn(&Args) -> Result<Box<dyn Inlet>, Mistake>,
    },
}

/// Where a policy can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// At clients and calls: what goes out.
    Outlet,
    /// At the door of a tier: what comes in.
    Inlet,
}

/// Parameters that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The parameter to look at.
    pub param: &'static str,
    /// What is wrong with it.
    pub message: String,
    /// What to do about it.
    pub hint: &'static str,
}

impl PolicyKind {
    /// Where it stands.
    pub fn side(&self) -> Side {
        match self.make {
            Make::Outlet { .. } => Side::Outlet,
            Make::Inlet { .. } => Side::Inlet,
        }
    }

    /// The parameter of that name.
    pub fn param(&self, name: &str) -> Option<&'static Param> {
        self.params.iter().find(|param| param.name == name)
    }

    /// Its parameters that have a default, with it.
    pub fn defaults(&self) -> impl Iterator<Item = (&'static str, &'static Value)> {
        self.params.iter().filter_map(|param| match &param.need {
            Need::Default(value) => Some((param.name, value)),
            Need::Required | Need::Optional => None,
        })
    }

    /// Whether it may drop a call whose turn has come.
    pub fn drops_waiting(&self, args: &Args) -> bool {
        match self.make {
            Make::Outlet { .. } => false,
            Make::Inlet { make, .. } => make(args).is_ok_and(|policy| policy.drops_waiting()),
        }
    }

    /// What is wrong with these parameters, which are all there and each of its role.
    ///
    /// # Errors
    /// When they contradict each other.
    pub fn check(&self, args: &Args) -> Result<(), Mistake> {
        match self.make {
            Make::Outlet { make, .. } => make(args).map(|_| ()),
            Make::Inlet { make, .. } => make(args).map(|_| ()),
        }
    }
}

/// Two kinds of one name are the same: there is only one table.
impl PartialEq for PolicyKind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl fmt::Debug for PolicyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

pub(super) const fn param(name: &'static str, role: Role, need: Need, doc: &'static str) -> Param {
    Param { name, role, need, doc }
}

/// A default of whole seconds.
pub(super) const fn secs(secs: u64) -> Need {
    Need::Default(Value::Span(Span::from_secs(secs)))
}

/// A default of milliseconds.
pub(super) const fn millis(millis: u64) -> Need {
    Need::Default(Value::Span(Span::from_millis(millis)))
}

/// A default of so many.
pub(super) const fn count(count: u64) -> Need {
    Need::Default(Value::Count(count))
}

/// A default number, part or rate per second.
pub(super) const fn number(number: f64) -> Need {
    Need::Default(Value::Number(number))
}

/// A default word.
pub(super) const fn word(word: &'static str) -> Need {
    Need::Default(Value::Word(Cow::Borrowed(word)))
}
