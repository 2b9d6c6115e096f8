//! The subject of a number: the whole run, some clients, a tier, or one class and operation at a tier.

use brownout_protocol::Layout;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The subject of a number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// The run as a whole: how it ended.
    Run,
    /// All clients: every class and operation.
    Total,
    /// The clients of one load.
    Load(String),
    /// One class, all its operations together.
    Class(String),
    /// One class doing one operation.
    Path {
        /// Of which class.
        class: String,
        /// Which operation.
        operation: String,
    },
    /// One tier.
    Tier(String),
    /// One class and operation at one tier.
    TierPath {
        /// At which tier.
        tier: String,
        /// Of which class.
        class: String,
        /// Which operation.
        operation: String,
    },
}

/// What kind of subject a metric is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// [`Subject::Run`].
    Run,
    /// [`Subject::Total`].
    Total,
    /// [`Subject::Load`].
    Load,
    /// [`Subject::Class`].
    Class,
    /// [`Subject::Path`].
    Path,
    /// [`Subject::Tier`].
    Tier,
    /// [`Subject::TierPath`].
    TierPath,
}

impl Scope {
    /// As a reference writes it.
    pub const fn words(self) -> &'static str {
        match self {
            Scope::Run => "run",
            Scope::Total => "total",
            Scope::Load => "load",
            Scope::Class => "class",
            Scope::Path => "class · operation",
            Scope::Tier => "tier",
            Scope::TierPath => "tier × class × operation",
        }
    }
}

impl Subject {
    /// What kind of subject it is.
    pub const fn scope(&self) -> Scope {
        match self {
            Subject::Run => Scope::Run,
            Subject::Total => Scope::Total,
            Subject::Load(_) => Scope::Load,
            Subject::Class(_) => Scope::Class,
            Subject::Path { .. } => Scope::Path,
            Subject::Tier(_) => Scope::Tier,
            Subject::TierPath { .. } => Scope::TierPath,
        }
    }

    /// Every subject of a service: the total, classes and paths that a load asks for, tiers, and paths at tiers.
    ///
    /// Loads are left out: a load is a subject of its own only where a result is asked for it.
    pub fn all(layout: &Layout) -> Vec<Subject> {
        let mut all = vec![Subject::Total];
        let asked: Vec<_> =
            layout.paths.iter().enumerate().filter(|(path, _)| layout.is_asked(*path as u8)).collect();
        for (_, (class, _)) in &asked {
            let class = Subject::Class(class.clone());
            if !all.contains(&class) {
                all.push(class);
            }
        }
        for (_, (class, operation)) in asked {
            all.push(Subject::Path { class: class.clone(), operation: operation.clone() });
        }
        for place in &layout.places[layout.loads..] {
            all.push(Subject::Tier(place.name.clone()));
            for (class, operation) in &layout.paths {
                let (tier, class, operation) = (place.name.clone(), class.clone(), operation.clone());
                all.push(Subject::TierPath { tier, class, operation });
            }
        }
        all
    }
}

impl fmt::Display for Subject {
    /// As an expectation begins: `web.login`, `auth`, `total`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Run => f.write_str("run"),
            Subject::Total => f.write_str("total"),
            Subject::Load(name) | Subject::Class(name) | Subject::Tier(name) => f.write_str(name),
            Subject::Path { class, operation } => write!(f, "{class}.{operation}"),
            Subject::TierPath { tier, class, operation } => write!(f, "{tier}.{class}.{operation}"),
        }
    }
}

/// The rows of the log that belong to a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Loads, each with one of its paths.
    Clients(Vec<(usize, u8)>),
    /// A tier, all that comes there or one path of it.
    Tier {
        /// Its place in the log.
        place: usize,
        /// Which path; none: all.
        path: Option<u8>,
    },
}

impl Who {
    /// Those of a subject; none if the service does not have it.
    pub fn of(layout: &Layout, subject: &Subject) -> Option<Who> {
        let clients = |wanted: &dyn Fn(usize, &str, &str) -> bool| {
            let paths = layout.paths.iter().enumerate();
            let rows = paths.flat_map(|(path, (class, operation))| {
                let loads = layout.loads_of(path as u8).filter(move |&load| wanted(load, class, operation));
                loads.map(move |load| (load, path as u8))
            });
            Some(Who::Clients(rows.collect()))
        };
        match subject {
            Subject::Run => None,
            Subject::Total => clients(&|_, _, _| true),
            Subject::Load(name) => clients(&|load, _, _| layout.places[load].name == *name),
            Subject::Class(wanted) => clients(&|_, class, _| class == wanted),
            Subject::Path { class: c, operation: o } => clients(&|_, class, op| class == c && op == o),
            Subject::Tier(name) => Some(Who::Tier { place: layout.tier(name)?, path: None }),
            Subject::TierPath { tier, class: c, operation: o } => {
                let path = layout.paths.iter().position(|(class, op)| class == c && op == o)?;
                Some(Who::Tier { place: layout.tier(tier)?, path: Some(path as u8) })
            }
        }
    }
}
