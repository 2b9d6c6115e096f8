//! From a model to a simulation: every load and tier becomes a node, wired by id.

mod injectors;
mod options;
mod overrides;

use self::options::Options;

use crate::node::door::Door;
use crate::node::resident::Resident;
use crate::node::{autoscaler, emergency, inference, lease, load, operator, relay, tier, unloaded};
use crate::policy::{self, Gate};
use crate::pure::arrivals::Surge;
use crate::pure::choose::Chooser;
use brownout_inference::Shared;
use brownout_kernel::{Assembly, Instant, LaneId, NodeId, Sim};
use brownout_model::{
    Balance, Balancer, Body, Call, Care, Cause, Change, ChangeId, ControllerBody, Effect, Emergency, Engines,
    Fleet, Link, Load, LoadId, Model, OperationId, Operator, Path, RunbookStep, Site, Start, Station, Tier,
    TierId,
};
use brownout_protocol::{Msg, Service};
use std::sync::Arc;

/// The simulation of a model under one seed and replication, ready to run; its loads begin at instant 0.
///
/// In the log, loads are the places 0…, in the order of the model, and tiers follow.
///
/// # Panics
/// If the model is broken ([`Model::check`], [`policy::check`]).
pub fn build(model: &Model, seed: u64, replication: u64) -> Sim<Service, Resident> {
    assemble(model, seed, replication, Options::default())
}

/// The same, with lines in its log that only explain ([`explain`](brownout_protocol::explain)): all other lines are the
/// same.
///
/// # Panics
/// As [`build`].
pub fn build_explained(model: &Model, seed: u64, replication: u64) -> Sim<Service, Resident> {
    assemble(model, seed, replication, Options { explains: true, ..Options::default() })
}

/// The same without fast paths: slower, and the reference that the fast paths through loads and tiers are tested
/// against.
///
/// # Panics
/// As [`build`].
pub fn build_general(model: &Model, seed: u64, replication: u64) -> Sim<Service, Resident> {
    assemble(model, seed, replication, Options { general_path: true, ..Options::default() })
}

fn assemble(model: &Model, seed: u64, replication: u64, options: Options) -> Sim<Service, Resident> {
    model.check();
    policy::check(model);
    let mut wirer = Wirer::new(model, seed, replication);
    wirer.options = options;
    for (at, load) in model.loads.iter().enumerate() {
        wirer.load(at, load);
    }
    for (at, tier) in model.tiers.iter().enumerate() {
        wirer.tier(at, tier);
    }
    let mut controllers = wirer.controllers();
    let overridden = wirer.overridden(&controllers);
    controllers.extend(wirer.injectors());
    controllers.extend(wirer.holders());
    let (loads, tiers) = (wirer.loads, wirer.tiers);
    let mut sim = wirer.assembly.start(());
    for load in loads {
        sim.post(Instant::ZERO, load, Msg::START);
    }
    for controller in controllers {
        sim.post(Instant::ZERO, controller, Msg::START);
    }
    for (at, tier) in model.tiers.iter().enumerate() {
        let looks = match &tier.body {
            Body::Balancer(balancer) => balancer.care != Care::none(),
            _ => tier.fleet().is_some_and(|f| f.care != Care::none() || !f.spread.refresh.is_zero()),
        };
        if looks {
            sim.post(Instant::ZERO, tiers[at], Msg::START);
        }
    }
    for (number, change) in model.changes.iter().enumerate().filter(|(_, c)| c.cause == Cause::Schedule) {
        let Some(tier) = change.tier() else { continue };
        let to = tiers[tier.0 as usize];
        let begins = Instant::ZERO + change.when.at;
        sim.post(begins, to, Msg::fault(number as u32, true, None));
        sim.post(begins + change.when.lasts, to, Msg::fault(number as u32, false, None));
    }
    overrides::post(&mut sim, model, &overridden);
    sim
}

/// What a load needs to know of a surge.
fn surge(change: &Change) -> Option<Surge> {
    let Effect::Surge { users, shape } = change.effect else { return None };
    Some(Surge { users, at: change.when.at, over: change.when.lasts, shape })
}

struct Wirer<'a> {
    model: &'a Model,
    assembly: Assembly<Service, Resident>,
    loads: Vec<NodeId>,
    tiers: Vec<NodeId>,
    /// All changes of the model: nodes and messages name them by their place here, the log by their id.
    changes: Arc<[Change]>,
    /// By node: the place whose calls it sends.
    speakers: Arc<[u16]>,
    /// By tier whose replicas hold leases: the node that holds them.
    holders: Vec<(usize, NodeId)>,
    /// By path: its class.
    classes: Arc<[u8]>,
    options: Options,
    /// The zones of the model.
    zones: Vec<&'a str>,
}

impl<'a> Wirer<'a> {
    fn new(model: &'a Model, seed: u64, replication: u64) -> Self {
        let mut assembly = Assembly::of(seed, replication);
        let loads: Vec<NodeId> =
            model.loads.iter().map(|l| assembly.reserve(&format!("load {}", l.name))).collect();
        let tiers: Vec<NodeId> = model.tiers.iter().map(|t| assembly.reserve(&t.name)).collect();
        let leased = model.tiers.iter().enumerate().filter(|(_, tier)| tier.lease().is_some());
        let holders: Vec<(usize, NodeId)> =
            leased.map(|(at, tier)| (at, assembly.reserve(&format!("leases {}", tier.name)))).collect();
        let places = loads.len() + tiers.len();
        // The lease agent of a tier runs on its machines: a partition of the tier affects it too.
        let of_holders = holders.iter().map(|(at, _)| (loads.len() + at) as u16);
        let speakers = (0..places as u16).chain(of_holders).collect();
        let classes = model.paths.iter().map(|path| path.class.0).collect();
        let changes = model.changes.clone().into();
        let zones = model.zones();
        Wirer {
            model,
            assembly,
            loads,
            tiers,
            changes,
            speakers,
            holders,
            classes,
            zones,
            options: Options::default(),
        }
    }

    fn node(&self, tier: TierId) -> NodeId {
        self.tiers[tier.0 as usize]
    }

    /// The change of an id and its place among all, unless it was taken out of the model.
    fn change(&self, id: ChangeId) -> Option<(u32, &'a Change)> {
        let at = self.model.changes.binary_search_by_key(&id, |change| change.id).ok()?;
        Some((at as u32, &self.model.changes[at]))
    }

    /// The place in the log of what a change affects, and its node.
    fn hit(&self, change: &Change) -> (u16, NodeId) {
        let Some(tier) = change.tier() else { return (0, NodeId::NONE) };
        ((self.model.loads.len() + tier.0 as usize) as u16, self.node(tier))
    }

    fn load(&mut self, at: usize, load: &Load) {
        let name = &load.name;
        let path =
            |operation: OperationId| self.model.path(load.class, operation).expect("the model was checked").0;
        let paths: Vec<u8> = load.journey.iter().map(|step| path(step.operation)).collect();
        let login = load.session.as_ref().map(|session| path(session.login));
        let operations =
            self.model.paths.iter().map(|p| self.model.operations[p.operation.0 as usize].clone());
        let operations = operations.collect();
        let entry = self.node(load.entry);
        let fallback = load.client.fallback.map(|to| self.node(to));
        let timeouts: Vec<_> = load.timeouts(self.model).collect();
        let lanes = timeouts.iter().map(|timeout| timeout.map(|delay| self.assembly.lane(delay))).collect();
        let streams_tokens = load.streams(self.model).collect();
        let mut stream = |what: &str| self.assembly.stream(&format!("load {name}/{what}"));
        let streams = load::Streams {
            arrivals: stream("arrivals"),
            surges: stream("surges"),
            journey: stream("journey"),
            think: stream("think"),
            tokens: stream("tokens"),
            tools: stream("tools"),
            patience: stream("patience"),
            session: stream("session"),
            policies: stream("policies"),
        };
        let gate = Gate::new(&load.client.policies, &self.classes);
        let overrides = self.overrides(Site::Load(LoadId(at as u16)), &timeouts);
        let surges = self.model.surges(LoadId(at as u16)).filter_map(surge).collect();
        let wiring = load::Wiring {
            place: at as u16,
            entry,
            fallback,
            timeouts,
            lanes,
            paths,
            login,
            operations,
            gate,
            streams_tokens,
            general_path: self.options.general_path || !overrides.is_empty(),
            explains: self.options.explains,
            overrides,
            surges,
            streams,
        };
        self.assembly.put(self.loads[at], load::Load::new(load.clone(), wiring).into());
    }

    fn tier(&mut self, at: usize, tier: &Tier) {
        let place = (self.model.loads.len() + at) as u16;
        let id = self.tiers[at];
        match &tier.body {
            Body::Station(station) => self.station(id, place, at, station),
            Body::Balancer(balancer) => self.balancer(id, place, &tier.name, balancer),
            Body::Engines(engines) if self.model.is_ideal => self.unloaded(id, place, &tier.name, engines),
            Body::Engines(engines) => self.engines(id, place, &tier.name, engines),
            Body::Link(link) => self.link(id, place, &tier.name, link),
        }
    }

    fn balancer(&mut self, id: NodeId, place: u16, name: &str, balancer: &Balancer) {
        let targets = balancer.targets.iter().map(|t| self.node(t.to)).collect();
        let options = relay::Options {
            chooser: Chooser::new(balancer.balance.clone()),
            balancer: Some(balancer.clone()),
            ..self.relay(place, name, targets)
        };
        self.assembly.place(id, relay::Relay::new(options));
    }

    fn link(&mut self, id: NodeId, place: u16, name: &str, link: &Link) {
        let options = relay::Options {
            latency: Some(link.latency.clone()),
            ..self.relay(place, name, vec![self.node(link.to)])
        };
        self.assembly.place(id, relay::Relay::new(options));
    }

    /// A relay without delay, for any caller.
    fn relay(&mut self, place: u16, name: &str, targets: Vec<NodeId>) -> relay::Options {
        let mut stream = |what: &str| self.assembly.stream(&format!("{name}/{what}"));
        let (choice, delay, routes) = (stream("balance"), stream("latency"), stream("routes"));
        let way = stream("way");
        let chooser = Chooser::new(Balance::Random);
        let faults = self.changes.clone();
        let door = Door::new(faults.clone(), self.speakers.clone(), way);
        let (latency, balancer, explains) = (None, None, self.options.explains);
        relay::Options {
            place,
            explains,
            targets,
            chooser,
            latency,
            balancer,
            choice,
            delay,
            routes,
            faults,
            door,
        }
    }

    /// Controllers have no place in the log: their acts are recorded by the tiers they act upon.
    fn controllers(&mut self) -> Vec<NodeId> {
        let mut ids = Vec::new();
        for controller in &self.model.controllers {
            let name = format!("controller {}", controller.name);
            let id = self.assembly.reserve(&name);
            match &controller.body {
                ControllerBody::Autoscaler(scaler) => {
                    let (tier, of) = (self.node(scaler.tier), self.node(scaler.of));
                    self.assembly.place(id, autoscaler::Scaler::new(scaler.clone(), tier, of));
                }
                ControllerBody::Operator(operator) => {
                    let actions = operator.steps.iter().map(|step| self.action(operator, step)).collect();
                    let stream = self.assembly.stream(&name);
                    self.assembly.place(id, operator::OnCall::new(operator.clone(), actions, stream));
                }
                ControllerBody::Emergency(options) => {
                    let stream = self.assembly.stream(&name);
                    let targets = self.lessee(options);
                    self.assembly.place(id, emergency::Lessee::new(options.clone(), targets, stream));
                }
            }
            ids.push(id);
        }
        ids
    }

    /// The tiers that a lessee watches and acts upon.
    fn lessee(&self, options: &Emergency) -> emergency::Targets {
        let lease = self.change(options.lease);
        let (place, tier) = lease.map_or((0, NodeId::NONE), |(_, lease)| self.hit(lease));
        emergency::Targets {
            change: options.lease,
            tier,
            place,
            fault: lease.map(|(at, _)| at),
            when: self.node(options.when.of),
            until: options.until.as_ref().map_or(NodeId::NONE, |until| self.node(until.of)),
        }
    }

    fn engines(&mut self, id: NodeId, place: u16, name: &str, engines: &Engines) {
        let operation = |path: &Path| &self.model.operations[path.operation.0 as usize];
        let promise = |path| inference::Promise { ttft: operation(path).ttft, tpot: operation(path).tpot };
        let promises = self.model.paths.iter().map(promise).collect();
        let mut stream = |what: &str| self.assembly.stream(&format!("{name}/{what}"));
        let streams = inference::Streams {
            route: stream("balance"),
            errors: stream("errors"),
            boot: stream("boot"),
            link: stream("latency"),
        };
        let shared = |path: &Path| {
            let tokens = operation(path).talk.shared_prefix;
            (0 < tokens).then_some(Shared { id: path.operation.0.into(), tokens })
        };
        let shared = self.model.paths.iter().map(shared).collect();
        let mut stream = |what: &str| self.assembly.stream(&format!("{name}/{what}"));
        let apart = inference::PartStreams {
            way: stream("way"),
            shards: stream("shards"),
            policies: stream("policies"),
            probes: stream("probes"),
        };
        let (priorities, faults) = (self.priorities(), self.changes.clone());
        let (classes, zones) = (self.classes.clone(), self.zones(&engines.fleet));
        let speakers = self.speakers.clone();
        let wiring = inference::Wiring {
            place,
            explains: self.options.explains,
            priorities,
            promises,
            shared,
            classes,
            zones,
            faults,
            speakers,
            streams,
        };
        self.assembly.place(id, inference::Engines::new(engines.clone(), wiring, apart));
    }

    /// A fleet of an ideal run.
    fn unloaded(&mut self, id: NodeId, place: u16, name: &str, engines: &Engines) {
        let operation = |path: &Path| &self.model.operations[path.operation.0 as usize];
        let shared = self.model.paths.iter().map(|path| operation(path).talk.shared_prefix).collect();
        let link = self.assembly.stream(&format!("{name}/latency"));
        let wiring = unloaded::Wiring { place, shared, link };
        self.assembly.place(id, unloaded::Unloaded::new(engines, wiring));
    }

    /// By zone of a tier: its number in the model.
    fn zones(&self, fleet: &Fleet) -> Vec<u8> {
        let names = fleet.spread.zones.as_ref().map_or(&[][..], |zones| &zones.names);
        let number = |name: &String| self.zones.iter().position(|known| known == name);
        names
            .iter()
            .map(|name| number(name).expect("every zone of a tier is one of the model") as u8 + 1)
            .collect()
    }

    /// The nodes that hold the leases of replicas.
    fn holders(&mut self) -> Vec<NodeId> {
        let holders = std::mem::take(&mut self.holders);
        for &(at, id) in &holders {
            let tier = &self.model.tiers[at];
            let (Body::Station(station), Some(options)) = (&tier.body, tier.lease()) else { continue };
            let lapse = self.model.lapse_of(TierId(at as u16)).and_then(|change| self.change(change.id));
            let wiring = lease::Wiring {
                tier: self.tiers[at],
                place: (self.model.loads.len() + at) as u16,
                replicas: station.replicas,
                keeper: self.node(options.keeper),
                fault: lapse.map(|(at, _)| at),
                stream: self.assembly.stream(&format!("{}/leases", tier.name)),
            };
            self.assembly.place(id, lease::Holder::new(options.clone(), wiring));
        }
        holders.into_iter().map(|(_, id)| id).collect()
    }

    /// By path: the priority of the class.
    fn priorities(&self) -> Vec<u8> {
        let classes = self.model.paths.iter().map(|path| &self.model.classes[path.class.0 as usize]);
        classes.map(|class| class.priority).collect()
    }

    /// What a step of a runbook does, to which tier, and which tier it watches.
    fn action(&self, runbook: &Operator, step: &RunbookStep) -> operator::Action {
        let of = match &step.start {
            Start::When(condition) => self.node(condition.of),
            Start::At(_) => NodeId::NONE,
        };
        let found = self.change(step.change);
        let undone = |id: &ChangeId| runbook.steps.iter().position(|step| step.change == *id);
        let act = found.and_then(|(fault, change)| match (&change.effect, &step.lease) {
            (Effect::Scale { replicas }, _) => Some(operator::Act::Scale(*replicas)),
            (Effect::Undo(id), _) => undone(id).map(operator::Act::Undo),
            (_, Some(terms)) => {
                Some(operator::Act::Lease { fault, lead: terms.lead.clone(), lasts: terms.lasts })
            }
            _ => Some(operator::Act::Change(fault)),
        });
        let (place, tier) = found.map_or((0, NodeId::NONE), |(_, change)| self.hit(change));
        operator::Action { act, change: step.change, tier, place, of }
    }

    fn station(&mut self, id: NodeId, place: u16, at: usize, station: &Station) {
        let (name, me) = (&self.model.tiers[at].name, TierId(at as u16));
        let watched = self.model.controllers.iter().any(|controller| controller.watches(me, self.model))
            || self.model.changes.iter().any(|change| change.watches(me))
            || self.model.overrides(Site::Tier(me)).any(|(.., setting)| setting.scales())
            || station.lease.is_some();
        let calls = station.calls.iter().map(|call| self.outlet(call)).collect();
        let priorities = self.priorities();
        let mut stream = |what: &str| self.assembly.stream(&format!("{name}/{what}"));
        let service = stream("service");
        let streams = tier::Streams {
            balance: stream("balance"),
            calls: stream("calls"),
            queue: stream("queue"),
            errors: stream("errors"),
            keys: stream("keys"),
            boot: stream("boot"),
            policies: stream("policies"),
        };
        let fallbacks = station.calls.iter().map(|call| call.fallback.map(|to| self.node(to))).collect();
        let deadlines = self.model.tells_deadlines();
        let gates = station.calls.iter().map(|call| Gate::new(&call.policies, &self.classes)).collect();
        let (faults, classes) = (self.changes.clone(), self.classes.clone());
        let timeouts: Vec<_> = station.calls.iter().map(|call| call.timeout).collect();
        let overrides = self.overrides(Site::Tier(me), &timeouts);
        let wiring = tier::Wiring {
            place,
            calls,
            fallbacks,
            deadlines,
            remembers: self.model.takes_back() || self.options.general_path,
            general_path: self.options.general_path || !overrides.is_empty(),
            explains: self.options.explains,
            overrides,
            gates,
            priorities,
            classes,
            zones: self.zones(&station.fleet),
            faults,
            speakers: self.speakers.clone(),
            watched,
            streams,
        };
        let way = self.assembly.stream(&format!("{name}/way"));
        let probes = self.assembly.stream(&format!("{name}/probes"));
        let shards = self.assembly.stream(&format!("{name}/shards"));
        let streams = tier::PartStreams { service, way, probes, shards };
        self.assembly.put(id, tier::Tier::new(station.clone(), wiring, streams).into());
    }

    fn outlet(&mut self, call: &Call) -> (NodeId, Option<LaneId>) {
        let lane = call.timeout.map(|delay| self.assembly.lane(delay));
        (self.node(call.to), lane)
    }
}
