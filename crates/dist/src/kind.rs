//! The table of laws: their names, the sets of parameters that make them, and what each parameter means.

mod args;
mod rows;

pub use args::{Args, Value};

use crate::error::Error;
use crate::{Law, Shifted, Truncated};

/// The role of a parameter, so that the caller knows which units to convert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A number in the unit of the quantity that is drawn: seconds, tokens, a count.
    Scale,
    /// A plain number.
    Number,
    /// A list of numbers in the unit of the quantity.
    ScaleList,
    /// A list of plain numbers.
    NumberList,
    /// Laws, each with its weight.
    Laws,
}

/// A parameter of a law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its word in a scenario.
    pub name: &'static str,
    /// Its role.
    pub role: Role,
    /// Its meaning, in a few words.
    pub doc: &'static str,
}

/// A set of parameters that together make a law.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// All of them are required.
    pub params: &'static [Param],
    build: fn(&Args) -> Result<Law, Error>,
}

/// A kind of law: a row of the table.
#[derive(Clone, Copy, Debug)]
pub struct LawKind {
    /// Its word in a scenario.
    pub name: &'static str,
    /// What it models, in a sentence without its full stop.
    pub summary: &'static str,
    /// The alternative sets of parameters.
    pub forms: &'static [Form],
}

/// All kinds, in the order in which a reference lists them.
pub fn kinds() -> &'static [LawKind] {
    rows::KINDS
}

/// The kind of this name.
pub fn find(name: &str) -> Option<&'static LawKind> {
    kinds().iter().find(|kind| kind.name == name)
}

/// The parameters that every kind takes besides its own: a shift, and bounds within which its draws must stay.
///
/// A kind that has a `min` or `max` of its own keeps it. The shift comes first, so bounds are those of the result.
pub fn modifiers() -> &'static [Param] {
    rows::MODIFIERS
}

impl LawKind {
    /// Makes the law from the parameters given.
    ///
    /// # Errors
    /// When they are none of the forms, of the wrong sort, or out of range; the error names the parameter.
    pub fn build(&self, args: &Args) -> Result<Law, Error> {
        let form = self.form(args)?;
        let law = (form.build)(args)?;
        let own = |name: &str| form.params.iter().any(|param| param.name == name);
        let modifier = |name: &'static str| {
            if own(name) || !args.contains(name) { Ok(None) } else { args.number(name).map(Some) }
        };
        let law = match modifier("shift")? {
            Some(shift) => Shifted::new(law, shift)?.into(),
            None => law,
        };
        match (modifier("min")?, modifier("max")?) {
            (None, None) => Ok(law),
            (min, max) => {
                let (min, max) = (min.unwrap_or(f64::NEG_INFINITY), max.unwrap_or(f64::INFINITY));
                Ok(Truncated::new(law, min, max)?.into())
            }
        }
    }

    /// Every parameter of any form, each once.
    pub fn params(&self) -> impl Iterator<Item = &'static Param> {
        let all = self.forms.iter().flat_map(|form| form.params).enumerate();
        let before = |index: usize| self.forms.iter().flat_map(|form| form.params).take(index);
        all.filter(move |(index, param)| !before(*index).any(|earlier| earlier.name == param.name))
            .map(|(_, param)| param)
    }

    /// The role of a parameter of this kind or of a modifier; `None` for an unknown name.
    pub fn role(&self, name: &str) -> Option<Role> {
        self.params().chain(modifiers()).find(|param| param.name == name).map(|param| param.role)
    }

    /// The form whose parameters are all given, with no others except modifiers.
    fn form(&self, args: &Args) -> Result<&'static Form, Error> {
        let modifier = |name: &str| modifiers().iter().any(|param| param.name == name);
        for name in args.names() {
            if self.role(name).is_none() {
                return Err(self.refuse(Some(name), format!("does not know {name:?}")));
            }
        }
        let has = |form: &Form, name: &str| form.params.iter().any(|param| param.name == name);
        let full = |form: &&Form| {
            form.params.iter().all(|param| args.contains(param.name))
                && args.names().all(|name| has(form, name) || modifier(name))
        };
        if let Some(form) = self.forms.iter().find(full) {
            return Ok(form);
        }
        let own: Vec<&str> =
            args.names().filter(|name| self.forms.iter().any(|form| has(form, name))).collect();
        if own.is_empty() {
            return Err(self.refuse(None, "has no parameters".to_owned()));
        }
        if let Some(form) = self.forms.iter().find(|form| own.iter().all(|name| has(form, name))) {
            let missing = form.params.iter().map(|param| param.name).filter(|name| !args.contains(name));
            let missing = missing.collect::<Vec<_>>().join(" and ");
            return Err(self.refuse(None, format!("has {} but no {missing}", own.join(" and "))));
        }
        let last = own.last().copied();
        Err(self.refuse(last, format!("cannot take {} together", own.join(" and "))))
    }

    fn refuse(&self, param: Option<&str>, problem: String) -> Error {
        let form = |form: &Form| form.params.iter().map(|param| param.name).collect::<Vec<_>>().join(" + ");
        let forms = self.forms.iter().map(form).collect::<Vec<_>>().join(", or ");
        Error::Form { kind: self.name, param: param.map(str::to_owned), problem, forms }
    }
}
