//! What happens to a service: faults, surges, acts of operators, leases from other clouds and leases that lapse.
//!
//! Each is a [`Change`] with an id that stays its own, so that "what if it had not happened" is the model without it.

use crate::{Body, Condition, Effect, LoadId, Model, PathSet, Setting, TierId, Workers};
use brownout_dist::Law;
use brownout_units::{Ratio, Span};
use serde::{Deserialize, Serialize};

/// Which change of a model: a number that it keeps when others are taken out, and that the log names it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ChangeId(pub u32);

/// A place in [`Model::controllers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ControllerId(pub u16);

/// Something that happens to a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Which.
    pub id: ChangeId,
    /// Its own name, for people and overrides: `fault.0`, `load.web.surge.0`, `controller.oncall.step.2`.
    pub name: String,
    /// Its title in charts, if the file gives one: `migration`.
    pub title: Option<String>,
    /// What sets it off.
    pub cause: Cause,
    /// What it does.
    pub effect: Effect,
    /// What it affects.
    pub target: Reach,
    /// When.
    pub when: When,
}

/// When a change happens, as far as its cause leaves that open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// When it begins, or may begin, since the start of the run.
    pub at: Span,
    /// For how long.
    pub lasts: Span,
}

impl When {
    /// For changes that a controller starts and ends.
    pub const OPEN: When = When { at: Span::ZERO, lasts: Span::ZERO };
}

/// The replicas or users that a change affects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reach {
    /// The tier or load.
    pub site: Site,
    /// Only replicas in this one of the zones of the tier, by its place among them; none: wherever they stand.
    pub zone: Option<u8>,
    /// Which of those replicas.
    pub hits: Hits,
    /// Only calls of these paths.
    pub paths: PathSet,
    /// What the file named instead of the tier, such as `region eu`: reports name it instead of each tier.
    pub area: Option<String>,
}

/// A tier or a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Site {
    /// A tier.
    Tier(TierId),
    /// A load.
    Load(LoadId),
}

/// Which replicas a fault hits, of those that are there when it begins.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hits {
    /// From one fraction of them to another, each rounded up: 0 to 1 is all of them.
    Share {
        /// Replicas before it are spared.
        from: Ratio,
        /// Replicas behind it are spared.
        to: Ratio,
    },
}

impl Hits {
    /// Every replica.
    pub const ALL: Hits = Hits::Share { from: Ratio::ZERO, to: Ratio::ONE };

    /// Which of `count` replicas, by place.
    pub fn of(self, count: usize) -> std::ops::Range<usize> {
        let Hits::Share { from, to } = self;
        let [from, to] = [from, to].map(|part| (count as f64 * part.fraction().min(1.0)).ceil() as usize);
        from.min(to)..to
    }
}

/// What sets a change off. Changes of one group that no clock sets off happen together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The clock: at its instant, for its time.
    Schedule,
    /// An override that holds from its instant on, for its time; it is no event of the night.
    Override,
    /// From its instant on, alternating up times and down times.
    Chance {
        /// Time to failure, in seconds.
        up: Law,
        /// Time to repair, in seconds.
        down: Law,
        /// Each replica fails independently.
        each: bool,
        /// Its group.
        group: u32,
    },
    /// The service: from its instant on, when a condition holds; for its time.
    Condition {
        /// Which.
        condition: Condition,
        /// After it has ended the condition may set it off again.
        again: bool,
        /// Its group.
        group: u32,
    },
    /// From its instant on, repeatedly, drawn anew each time.
    Chaos {
        /// From one occurrence to the next, in seconds.
        every: Law,
        /// How long it lasts, in seconds.
        down: Law,
        /// Which draw it is, counted from 0: changes of the same number happen together.
        draw: u32,
        /// Its group.
        group: u32,
    },
    /// A step of an operator's runbook.
    Step {
        /// Which operator.
        controller: ControllerId,
        /// Which step, counted from 0.
        step: u32,
    },
    /// A controller that decides on its own.
    Controller(ControllerId),
    /// A replica's lease that was not renewed in time.
    Lapse,
}

impl Reach {
    /// All of a tier.
    pub const fn tier(tier: TierId) -> Self {
        Reach { site: Site::Tier(tier), zone: None, hits: Hits::ALL, paths: PathSet::ALL, area: None }
    }

    /// The users of a load.
    pub const fn load(load: LoadId) -> Self {
        Reach { site: Site::Load(load), zone: None, hits: Hits::ALL, paths: PathSet::ALL, area: None }
    }

    /// Whether replica `at` stands where it happens, in a tier of `zones` zones.
    pub fn is_there(&self, at: usize, zones: usize) -> bool {
        self.zone.is_none_or(|zone| at % zones == usize::from(zone))
    }
}

impl Cause {
    /// The group of changes that happen together, for causes other than clocks and controllers.
    pub const fn group(&self) -> Option<u32> {
        match self {
            Cause::Chance { group, .. } | Cause::Condition { group, .. } | Cause::Chaos { group, .. } => {
                Some(*group)
            }
            Cause::Schedule | Cause::Override | Cause::Step { .. } | Cause::Controller(_) | Cause::Lapse => {
                None
            }
        }
    }

    /// The controller that acts, if one does.
    pub const fn controller(&self) -> Option<ControllerId> {
        match self {
            Cause::Step { controller, .. } | Cause::Controller(controller) => Some(*controller),
            _ => None,
        }
    }
}

impl Change {
    /// The tier it affects, if it is one.
    pub const fn tier(&self) -> Option<TierId> {
        match self.target.site {
            Site::Tier(tier) => Some(tier),
            Site::Load(_) => None,
        }
    }

    /// The paths whose calls it affects.
    pub fn paths(&self) -> PathSet {
        match self.effect {
            Effect::Shed { paths, .. } => PathSet(paths.0 & self.target.paths.0),
            _ => self.target.paths,
        }
    }

    /// Whether it is a fault: set off by the clock, by chance, by a condition or by chaos.
    pub const fn is_fault(&self) -> bool {
        matches!(self.target.site, Site::Tier(_))
            && (matches!(self.cause, Cause::Schedule) || self.cause.group().is_some())
    }

    /// Whether it is an override from an instant on.
    pub const fn is_override(&self) -> bool {
        matches!(self.effect, Effect::Set { .. })
    }

    /// Whether its condition looks at a tier.
    pub fn watches(&self, tier: TierId) -> bool {
        matches!(&self.cause, Cause::Condition { condition, .. } if condition.of == tier)
    }

    pub(crate) fn check(&self, model: &Model) {
        let tier = match self.target.site {
            Site::Tier(tier) => model.tiers.get(tier.0 as usize).expect("a change names a tier of the model"),
            Site::Load(load) => {
                assert!(
                    (load.0 as usize) < model.loads.len(),
                    "{} changes a load that does not exist",
                    self.name
                );
                let of_loads = matches!(self.effect, Effect::Surge { .. } | Effect::Set { .. });
                return assert!(of_loads, "{} is no surge", self.name);
            }
        };
        if let Effect::Set { setting } = self.effect {
            assert!(self.cause == Cause::Override, "only overrides set anything");
            assert!(usize::from(setting) < model.settings.len(), "{} sets nothing", self.name);
        }
        if let Some(by) = self.cause.controller() {
            assert!((by.0 as usize) < model.controllers.len(), "{} has no controller", self.name);
        }
        let name = &tier.name;
        let single = self.effect.is_of_single_calls(&tier.body);
        assert!(self.target.paths == PathSet::ALL || single, "{} cannot be of some paths only", self.name);
        match (&self.effect, &tier.body) {
            (Effect::Surge { .. }, _) => panic!("{name} is no load, and surges come to loads"),
            (Effect::Undo(other), _) => assert!(*other < self.id, "{} undoes what comes later", self.name),
            (Effect::Latency { .. }, body) => {
                assert!(matches!(body, Body::Link(_)), "{name} is no link");
            }
            (Effect::Flush, Body::Station(station)) => {
                assert!(station.cache.is_some(), "{name} has no cache to empty");
            }
            (Effect::Leak { every }, Body::Station(station)) => {
                assert!(station.workers != Workers::Unlimited, "{name} has no worker to lose");
                assert!(!every.is_zero(), "{name} loses all workers at once");
            }
            (Effect::Emergency { replicas, dollars_per_hour, .. }, body) => {
                let serves = matches!(body, Body::Station(_) | Body::Engines(_));
                assert!(serves && 0 < *replicas, "{name} has no use for other clouds");
                assert!(0.0 <= *dollars_per_hour, "{name} is paid for capacity");
            }
            (Effect::Memory { from, limit, factor, .. }, Body::Station(_)) => {
                assert!(from < limit && 1.0 <= *factor, "{name} has no memory");
            }
            (Effect::Divert { target, .. }, body) => {
                let Body::Balancer(balancer) = body else { panic!("{name} is no balancer") };
                assert!(
                    usize::from(*target) < balancer.targets.len(),
                    "{name} diverts from a target that does not exist"
                );
            }
            // Where there are no replicas nothing can happen to them.
            _ => {}
        }
        if let Some(zone) = self.target.zone {
            let zones = tier.fleet().map_or(0, |fleet| fleet.spread.zone_count());
            assert!(usize::from(zone) < zones, "{name} has no zone {zone}");
        }
        if let Cause::Condition { condition, .. } = &self.cause {
            condition.check(model);
        }
    }
}

impl Model {
    /// The change of this id, unless it was taken out.
    pub fn change(&self, id: ChangeId) -> Option<&Change> {
        self.changes.binary_search_by_key(&id, |change| change.id).ok().map(|at| &self.changes[at])
    }

    /// The same model without one change.
    #[must_use]
    pub fn without(mut self, id: ChangeId) -> Self {
        self.changes.retain(|change| change.id != id);
        self
    }

    /// Adds a change behind all others and returns its id.
    pub fn add(&mut self, name: String, cause: Cause, effect: Effect, target: Reach, when: When) -> ChangeId {
        let id = ChangeId(self.changes.last().map_or(0, |last| last.id.0 + 1));
        self.changes.push(Change { id, name, title: None, cause, effect, target, when });
        id
    }

    /// Adds a change for lapsed leases to each tier whose replicas hold leases.
    pub fn add_lapses(&mut self) {
        for at in 0..self.tiers.len() {
            let tier = TierId(at as u16);
            if self.tiers[at].lease().is_some() && self.lapse_of(tier).is_none() {
                let name = format!("tier.{}.lease", self.tiers[at].name);
                self.add(name, Cause::Lapse, Effect::Lapsed, Reach::tier(tier), When::OPEN);
            }
        }
    }

    /// The faults, in order of id.
    pub fn faults(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.is_fault())
    }

    /// Whether a change sets trouble off: a fault (whether set off by the clock, chance, a condition or chaos), a surge
    /// with users, or an override from an instant on at which no fault or surge has begun. A later override answers
    /// them.
    pub fn is_trigger(&self, change: &Change) -> bool {
        let disturbs =
            |change: &Change| change.is_fault() || matches!(change.effect, Effect::Surge { users: 1.., .. });
        let earlier = |other: &Change| disturbs(other) && other.when.at <= change.when.at;
        let leads = change.is_override() && Span::ZERO < change.when.at && !self.changes.iter().any(earlier);
        disturbs(change) || leads
    }

    /// The surges of a load, in order of id.
    pub fn surges(&self, load: LoadId) -> impl Iterator<Item = &Change> {
        let brings = |change: &&Change| matches!(change.effect, Effect::Surge { .. });
        self.changes.iter().filter(move |change| change.target.site == Site::Load(load)).filter(brings)
    }

    /// The overrides in mid-run of a tier or load, each with its place among all changes, and what it sets.
    pub fn overrides(&self, site: Site) -> impl Iterator<Item = (u32, &Change, &Setting)> {
        self.changes.iter().enumerate().filter_map(move |(at, change)| match change.effect {
            Effect::Set { setting } if change.target.site == site => {
                Some((at as u32, change, &self.settings[usize::from(setting)]))
            }
            _ => None,
        })
    }

    /// The change that lets leases of a tier lapse, unless it was taken out.
    pub fn lapse_of(&self, tier: TierId) -> Option<&Change> {
        self.changes.iter().find(|change| change.cause == Cause::Lapse && change.tier() == Some(tier))
    }
}
