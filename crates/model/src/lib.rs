//! What a service is made of, as plain data: what a scenario file becomes and what the nodes are built from.
//!
//! Nothing here is text and nothing here moves. Every index ([`TierId`], [`ClassId`], [`OperationId`]) points into the
//! vectors of one [`Model`]; [`Model::check`] asserts that, and the reader of scenario files reports mistakes before
//! that. A policy is a name with its parameters here; its behaviour is in another crate.
#![forbid(unsafe_code)]

mod args;
mod balancer;
mod beside;
mod change;
mod client;
mod condition;
mod controller;
mod effect;
mod emergency;
mod engines;
mod fleet;
mod layout;
mod lease;
mod load;
mod operator;
mod policy;
mod setting;
mod spread;
mod tier;
mod visits;

pub use args::{Args, Value};
pub use balancer::{Balancer, Target};
pub use change::{Cause, Change, ChangeId, ControllerId, Hits, Reach, Site, When};
pub use client::{Backoff, Client, ComeBack, Hedge, Jitter, OnTimeout, Reload, StatusSet};
pub use condition::Condition;
pub use controller::{
    Activation, Amount, Autoscaler, Controller, ControllerBody, Scaling, ScalingPolicy, Select, Signal,
};
pub use effect::Effect;
pub use emergency::Emergency;
pub use engines::{Disaggregation, Engines, Lite, Routing};
pub use fleet::{Boot, Care, Ejection, Fleet, HealthCheck, SuccessRate};
pub use layout::layout;
pub use lease::{Ask, Lease};
pub use load::{Arrivals, Burst, Load, MmppState, RateCurve, Returns, Session, Shape, Step, Tools, TraceRow};
pub use operator::{LeaseTerms, Operator, RunbookStep, Start};
pub use policy::{Per, Policy};
pub use setting::{CallPatch, ClientPatch, Enforced, QueuePatch, Setting, StationPatch, To};
pub use spread::{Spread, Subset, SubsetKind, SubsetPer, ZONES_MAX, ZoneRouting, Zones};
pub use tier::{
    Balance, Body, CHOICES_MAX, Cache, Call, Contention, ErrorPath, Link, Order, Queue, REPLICAS_MAX,
    Service, Station, Tier, TierKind, Workers,
};

use brownout_dist::Law;
use brownout_units::Span;
use serde::{Deserialize, Serialize};

/// The name of a scenario as it stands, beside those of its variants.
pub const BASE: &str = "base";

/// The most tokens that a prompt or an output may have.
pub const TOKENS_MAX: u32 = brownout_protocol::Sizes::MAX;

/// A place in [`Model::classes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ClassId(pub u8);

/// A place in [`Model::operations`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OperationId(pub u8);

/// A place in [`Model::loads`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LoadId(pub u16);

/// A place in [`Model::tiers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TierId(pub u16);

/// A place in [`Model::paths`]: one class doing one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PathId(pub u8);

/// How many (class, operation) pairs one model may have; a [`PathSet`] is one word.
pub const PATHS_MAX: usize = 64;
/// How many tiers one model may have.
pub const TIERS_MAX: usize = 1024;
/// How many loads one model may have.
pub const LOADS_MAX: usize = 256;

/// A whole service, its users, and what happens to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// How long to simulate.
    pub duration: Span,
    /// The warm-up that summaries leave out; a whole number of windows.
    pub warmup: Span,
    /// The length of a window of observation.
    pub window: Span,
    /// Classes of customers that the service can distinguish.
    pub classes: Vec<Class>,
    /// What clients ask for.
    pub operations: Vec<Operation>,
    /// The (class, operation) pairs that occur, in order of appearance.
    pub paths: Vec<Path>,
    /// The loads.
    pub loads: Vec<Load>,
    /// The tiers.
    pub tiers: Vec<Tier>,
    /// The controllers.
    pub controllers: Vec<Controller>,
    /// What happens to it, in order of id.
    pub changes: Vec<Change>,
    /// Whether nodes are built for an ideal run, in which language model replicas serve each request as if it were
    /// alone: see [`Model::ideal`], which sets it.
    #[serde(default)]
    pub is_ideal: bool,
    /// What overrides in mid-run set: [`Effect::Set`] names a place here.
    pub settings: Vec<Setting>,
}

/// A kind of customer, as the service sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Class {
    /// As in the file: `web`, `enterprise`.
    pub name: String,
    /// 0 is served first, where a queue orders by priority.
    pub priority: u8,
}

/// Something a client asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// As in the file: `login`, `chat`.
    pub name: String,
    /// The SLO: a later answer is not goodput; none: any answer the client waits for counts.
    pub slo: Option<Span>,
    /// The SLO of the first token: a later one is not goodput; none: no limit.
    pub ttft: Option<Span>,
    /// The SLO of the mean time between tokens: above it there is no goodput; none: no limit.
    pub tpot: Option<Span>,
    /// The client's timeout for one attempt of it; none: that of the load.
    pub timeout: Option<Span>,
    /// Prompt tokens of one request, drawn by the client.
    pub prompt: Option<Law>,
    /// Output tokens of one request, drawn by the client.
    pub output: Option<Law>,
    /// What its prompts have in common with each other and with outputs.
    pub talk: Talk,
    /// What an intent costs that is not served, in US dollars.
    pub penalty: f64,
}

impl Operation {
    /// Whether nothing about it is counted in tokens.
    pub fn is_without_tokens(&self) -> bool {
        self.prompt.is_none() && self.output.is_none() && self.talk.shared_prefix == 0
    }
}

/// What prompts of an operation have in common with each other, and with outputs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Talk {
    /// Correlation of the normal scores of prompt and output, from −1 to 1; none: they are drawn independently.
    pub correlation: Option<f64>,
    /// Tokens with which the prompts of all conversations begin, before what the law of prompts draws.
    pub shared_prefix: u32,
    /// A prompt contains the prompts and outputs of the turns before.
    pub history: bool,
    /// The longest prompt; a conversation that has outgrown it loses its oldest part.
    pub context_max: u32,
}

impl Talk {
    /// Requests that share nothing.
    pub const NONE: Talk =
        Talk { correlation: None, shared_prefix: 0, history: false, context_max: TOKENS_MAX };
}

/// One class doing one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Path {
    /// The class.
    pub class: ClassId,
    /// What.
    pub operation: OperationId,
}

/// A set of paths: bit `n` stands for [`PathId`] `n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathSet(pub u64);

impl PathSet {
    /// Every path.
    pub const ALL: PathSet = PathSet(u64::MAX);

    /// Whether `path` is in the set.
    #[inline]
    pub const fn contains(self, path: PathId) -> bool {
        self.0 >> (path.0 & 63) & 1 == 1
    }

    /// The union of two sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        PathSet(self.0 | other.0)
    }

    /// The set with `path` in it.
    #[must_use]
    pub const fn with(self, path: PathId) -> Self {
        PathSet(self.0 | 1 << (path.0 & 63))
    }
}

impl Model {
    /// The place of a pair, if the model has it.
    pub fn path(&self, class: ClassId, operation: OperationId) -> Option<PathId> {
        let at = self.paths.iter().position(|p| p.class == class && p.operation == operation)?;
        Some(PathId(u8::try_from(at).ok()?))
    }

    /// Whether any client or call sends deadlines.
    pub fn tells_deadlines(&self) -> bool {
        let calls = self.tiers.iter().filter_map(|tier| match &tier.body {
            Body::Station(station) => Some(&station.calls),
            _ => None,
        });
        self.loads.iter().any(|load| load.client.tells_deadline)
            || calls.flatten().any(|call| call.tells_deadline)
    }

    /// Whether clients or calls routinely give up, so that tiers often have to look up a call.
    pub fn takes_back(&self) -> bool {
        let leaves = |client: &Client| {
            let clocks = [client.timeout, client.give_up, client.first_token];
            clocks.iter().any(Option::is_some) || client.reload.is_some() || client.hedge.is_some()
        };
        let gives_up = |call: &Call| call.timeout.is_some() || call.hedge.is_some();
        let mut stations = self.tiers.iter().filter_map(|tier| match &tier.body {
            Body::Station(station) => Some(station),
            _ => None,
        });
        self.changes.iter().any(|change| change.tier().is_some() || change.cause == Cause::Override)
            || !self.zones().is_empty()
            || !self.controllers.is_empty()
            || self.loads.iter().any(|load| leaves(&load.client))
            || self.operations.iter().any(|operation| operation.timeout.is_some())
            || stations.any(|station| station.lease.is_some() || station.calls.iter().any(gives_up))
    }

    /// The names of all zones, in order of appearance: its number in calls is its index here plus 1.
    pub fn zones(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for zones in self.tiers.iter().filter_map(|tier| tier.fleet()?.spread.zones.as_ref()) {
            for name in &zones.names {
                if !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
        }
        names
    }

    /// The tier with that name.
    pub fn tier(&self, name: &str) -> Option<TierId> {
        let at = self.tiers.iter().position(|t| t.name == name)?;
        Some(TierId(u16::try_from(at).ok()?))
    }

    /// Asserts that every index points somewhere and every limit is kept.
    ///
    /// # Panics
    /// If the model is broken: the compiler of the scenario should have refused the file.
    pub fn check(&self) {
        assert!(!self.window.eq(&Span::ZERO), "a window has a length");
        assert!(self.paths.len() <= PATHS_MAX, "{} paths, at most {PATHS_MAX}", self.paths.len());
        assert!(self.tiers.len() <= TIERS_MAX, "{} tiers, at most {TIERS_MAX}", self.tiers.len());
        assert!(self.loads.len() <= LOADS_MAX, "{} loads, at most {LOADS_MAX}", self.loads.len());
        assert!(self.zones().len() <= ZONES_MAX, "{} zones, at most {ZONES_MAX}", self.zones().len());
        for path in &self.paths {
            assert!((path.class.0 as usize) < self.classes.len(), "a path of no class");
            assert!((path.operation.0 as usize) < self.operations.len(), "a path of no operation");
        }
        for load in &self.loads {
            load.check(self);
        }
        for tier in &self.tiers {
            tier.check(self);
        }
        for controller in &self.controllers {
            controller.check(self);
        }
        assert!(
            self.changes.is_sorted_by(|a, b| a.id < b.id),
            "changes are in order of id, each with its own"
        );
        for change in &self.changes {
            change.check(self);
        }
    }
}
