//! A row of the table of policies: its name, purpose, parameters and constructor.

use super::{Args, Inlet, Outlet, Value};
use brownout_units::Span;
use std::borrow::Cow;
use std::fmt;

/// The type of a parameter, which tells the reader of a file the units to expect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Role {
    /// A whole number from … to.
    Count(u64, u64),
    /// A plain number from … to.
    Number(f64, f64),
    /// A part of a whole, above 0 and at most 1.
    Ratio,
    /// A length of time above 0.
    Span,
    /// A rate per second.
    Rate,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A number for each hour of the day.
    Hours,
    /// The time of day when the run starts: filled in, never written.
    Clock,
}

/// Whether a parameter has to be given.
#[derive(Clone, Debug, PartialEq)]
pub enum Need {
    /// It must be given.
    Required,
    /// Its default.
    Default(Value),
    /// It may be left out; the feature it controls is then off.
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
    /// Its meaning, in one sentence.
    pub doc: &'static str,
}

/// A kind of policy: a row of the table.
pub struct PolicyKind {
    /// Its word in a scenario.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub doc: &'static str,
    /// Its parameters.
    pub params: &'static [Param],
    /// Where it applies, and its constructor.
    pub make: Make,
}

/// Where a kind of policy applies, and how it is made from complete parameters.
#[derive(Clone, Copy)]
pub enum Make {
    /// At clients and calls.
    Outlet {
        /// Whether it only affects retries.
        only_retries: bool,
        /// The constructor.
        make: fn(&Args) -> Result<Box<dyn Outlet>, Mistake>,
    },
    /// At the door of a tier.
    Inlet {
        /// Whether there is one per replica by default; otherwise one for the whole tier.
        each_replica: bool,
        /// The status of calls that it turns away: 429, 503 or 529.
        status: u16,
        /// The constructor.
        make: fn(&Args) -> Result<Box<dyn Inlet>, Mistake>,
    },
}

/// Where a policy can apply.
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
    /// Where it applies.
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

    /// Checks complete parameters, each of which has the type of its role.
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

/// Kinds of the same name are equal: there is only one table.
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

/// A default count.
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
