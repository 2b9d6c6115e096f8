//! From a model to a simulation: every load and tier becomes a node, wired by id.

use crate::node::door::Door;
use crate::node::resident::Resident;
use crate::node::{autoscaler, emergency, inference, injector, lease, load, operator, relay, tier};
use crate::policy::{self, Gate};
use crate::pure::choose::Chooser;
use brownout_inference::Shared;
use brownout_kernel::{Assembly, Instant, LaneId, NodeId, Sim};
use brownout_model::{
    Act, Balance, Balancer, Body, Call, Care, Controller, ControllerBody, Engines, Fault, FaultKind, Fleet,
    Hits, Lease, Link, Load, Model, OperationId, Operator, Path, RunbookStep, Start, Station, Tier, TierId,
    When,
};
use brownout_protocol::{Msg, Service};
use brownout_units::Span;
use std::sync::Arc;

/// The simulation of a model under one seed and replication, ready to run; its loads begin at instant 0.
///
/// In the log, loads are the places 0…, in the order of the model, and tiers follow.
///
/// # Panics
/// If the model is broken ([`Model::check`], [`policy::check`]).
pub fn build(model: &Model, seed: u64, replication: u64) -> Sim<Service, Resident> {
    assemble(model, seed, replication, false)
}

/// The same, with every request on the long way: slower, and what the short ways through loads and tiers are tested
/// against.
///
/// # Panics
/// As [`build`].
pub fn build_the_long_way(model: &Model, seed: u64, replication: u64) -> Sim<Service, Resident> {
    assemble(model, seed, replication, true)
}

fn assemble(model: &Model, seed: u64, replication: u64, long_way: bool) -> Sim<Service, Resident> {
    model.check();
    policy::check(model);
    let mut wirer = Wirer::new(model, seed, replication);
    wirer.long_way = long_way;
    for (at, load) in model.loads.iter().enumerate() {
        wirer.load(at, load);
    }
    for (at, tier) in model.tiers.iter().enumerate() {
        wirer.tier(at, tier);
    }
    let mut controllers = wirer.controllers();
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
    for (number, fault) in model.faults.iter().enumerate().filter(|(_, f)| f.when == When::Scheduled) {
        let to = tiers[fault.tier.0 as usize];
        let begins = Instant::ZERO + fault.at;
        sim.post(begins, to, Msg::fault(number as u32, true, None));
        sim.post(begins + fault.lasts, to, Msg::fault(number as u32, false, None));
    }
    sim
}

fn lease_of(tier: &Tier) -> Option<&Lease> {
    match &tier.body {
        Body::Station(station) => station.lease.as_deref(),
        _ => None,
    }
}

/// What it is for a replica of a tier to have no lease.
fn lapse(tier: TierId) -> Fault {
    let (at, lasts, hits, when) = (Span::ZERO, Span::ZERO, Hits::ALL, When::ByHand);
    Fault { at, lasts, tier, area: None, zone: None, hits, kind: FaultKind::Lapsed, when, group: 0 }
}

struct Wirer<'a> {
    model: &'a Model,
    assembly: Assembly<Service, Resident>,
    loads: Vec<NodeId>,
    tiers: Vec<NodeId>,
    faults: Arc<[Fault]>,
    /// By node: as which place it speaks.
    speakers: Arc<[u16]>,
    /// Of the tiers whose replicas hold leases: who holds them.
    holders: Vec<(usize, NodeId)>,
    /// By path: its class.
    classes: Arc<[u8]>,
    /// Nothing takes the short way.
    long_way: bool,
    /// The zones of the model.
    zones: Vec<&'a str>,
}

impl<'a> Wirer<'a> {
    fn new(model: &'a Model, seed: u64, replication: u64) -> Self {
        let mut assembly = Assembly::of(seed, replication);
        let loads: Vec<NodeId> =
            model.loads.iter().map(|l| assembly.reserve(&format!("load {}", l.name))).collect();
        let tiers: Vec<NodeId> = model.tiers.iter().map(|t| assembly.reserve(&t.name)).collect();
        let leased = model.tiers.iter().enumerate().filter(|(_, tier)| lease_of(tier).is_some());
        let holders: Vec<(usize, NodeId)> =
            leased.map(|(at, tier)| (at, assembly.reserve(&format!("leases {}", tier.name)))).collect();
        let places = loads.len() + tiers.len();
        // The holder of a tier's leases sits on its machines: what cuts off the tier cuts it off too.
        let of_holders = holders.iter().map(|(at, _)| (loads.len() + at) as u16);
        let speakers = (0..places as u16).chain(of_holders).collect();
        let classes = model.paths.iter().map(|path| path.class.0).collect();
        let changes = model.controllers.iter().flat_map(Controller::changes);
        let lapses = holders.iter().map(|(at, _)| lapse(TierId(*at as u16)));
        let faults = model.faults.iter().chain(changes).cloned().chain(lapses).collect();
        let zones = model.zones();
        Wirer { model, assembly, loads, tiers, faults, speakers, holders, classes, zones, long_way: false }
    }

    fn node(&self, tier: TierId) -> NodeId {
        self.tiers[tier.0 as usize]
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
            long_way: self.long_way,
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

    /// What hands calls on at once, to anybody.
    fn relay(&mut self, place: u16, name: &str, targets: Vec<NodeId>) -> relay::Options {
        let mut stream = |what: &str| self.assembly.stream(&format!("{name}/{what}"));
        let (choice, delay, routes) = (stream("balance"), stream("latency"), stream("routes"));
        let way = stream("way");
        let chooser = Chooser::new(Balance::Random);
        let faults = self.faults.clone();
        let door = Door::new(faults.clone(), self.speakers.clone(), way);
        let (latency, balancer) = (None, None);
        relay::Options { place, targets, chooser, latency, balancer, choice, delay, routes, faults, door }
    }

    /// Controllers have no place in the log: what they do is written by those to whom they do it.
    fn controllers(&mut self) -> Vec<NodeId> {
        let mut ids = Vec::new();
        // Where its changes are among the faults: those of the model come first.
        let mut change = self.model.faults.len() as u32;
        let mut by = 0;
        for controller in &self.model.controllers {
            let id = self.assembly.reserve(&format!("controller {}", controller.name));
            match &controller.body {
                ControllerBody::Autoscaler(scaler) => {
                    let (tier, of) = (self.node(scaler.tier), self.node(scaler.of));
                    self.assembly.place(id, autoscaler::Scaler::new(scaler.clone(), tier, of));
                }
                ControllerBody::Operator(operator) => {
                    let hands = self.hands(operator, change);
                    let stream = self.assembly.stream(&format!("controller {}", controller.name));
                    self.assembly.place(id, operator::OnCall::new(by, operator.clone(), hands, stream));
                }
                ControllerBody::Emergency(options) => {
                    let hand = emergency::Hand {
                        by,
                        tier: self.node(options.lease.tier),
                        place: (self.model.loads.len() + options.lease.tier.0 as usize) as u16,
                        fault: change,
                        when: self.node(options.when.of),
                        until: options.until.as_ref().map_or(NodeId::NOBODY, |until| self.node(until.of)),
                    };
                    let stream = self.assembly.stream(&format!("controller {}", controller.name));
                    self.assembly.place(id, emergency::Lessee::new(options.clone(), hand, stream));
                }
            }
            change += controller.changes().len() as u32;
            by += u32::from(controller.acts_by_hand());
            ids.push(id);
        }
        ids
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
        let apart = inference::Apart {
            way: stream("way"),
            shards: stream("shards"),
            policies: stream("policies"),
            probes: stream("probes"),
        };
        let (priorities, faults) = (self.priorities(), self.faults.clone());
        let (classes, zones) = (self.classes.clone(), self.zones(&engines.fleet));
        let speakers = self.speakers.clone();
        let wiring = inference::Wiring {
            place,
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

    /// By zone of a tier: its number in the model.
    fn zones(&self, fleet: &Fleet) -> Vec<u8> {
        let names = fleet.spread.zones.as_ref().map_or(&[][..], |zones| &zones.names);
        let number = |name: &String| self.zones.iter().position(|known| known == name);
        names
            .iter()
            .map(|name| number(name).expect("every zone of a tier is one of the model") as u8 + 1)
            .collect()
    }

    /// Who holds the leases of replicas.
    fn holders(&mut self) -> Vec<NodeId> {
        let holders = std::mem::take(&mut self.holders);
        let first = self.faults.len() - holders.len();
        for (nth, &(at, id)) in holders.iter().enumerate() {
            let tier = &self.model.tiers[at];
            let (Body::Station(station), Some(options)) = (&tier.body, lease_of(tier)) else { continue };
            let wiring = lease::Wiring {
                tier: self.tiers[at],
                place: (self.model.loads.len() + at) as u16,
                replicas: station.replicas,
                keeper: self.node(options.keeper),
                fault: (first + nth) as u32,
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

    /// Whom each step of a runbook acts upon and looks at.
    fn hands(&self, runbook: &Operator, mut change: u32) -> Vec<operator::Hand> {
        let hand = |step: &RunbookStep| {
            let of = match &step.start {
                Start::When(condition) => self.node(condition.of),
                Start::At(_) => NodeId::NOBODY,
            };
            let place = |tier: TierId| (self.model.loads.len() + tier.0 as usize) as u16;
            let (tier, fault, place) = match &step.act {
                Act::Scale { tier, .. } => (self.node(*tier), 0, place(*tier)),
                Act::Change(what) | Act::Lease { lease: what, .. } => {
                    change += 1;
                    (self.node(what.tier), change - 1, place(what.tier))
                }
                Act::Undo(_) => (NodeId::NOBODY, 0, 0),
            };
            operator::Hand { tier, of, fault, place }
        };
        runbook.steps.iter().map(hand).collect()
    }

    /// Who sets off the faults that no clock sets off, one for each group.
    fn injectors(&mut self) -> Vec<NodeId> {
        let mut ids = Vec::new();
        let model = self.model;
        for (number, fault) in model.faults.iter().enumerate() {
            let first = model.faults[..number].iter().all(|other| other.group != fault.group);
            if fault.when == When::Scheduled || !first {
                continue;
            }
            let name = format!("fault {}", fault.group);
            let id = self.assembly.reserve(&name);
            let of_group = model.faults.iter().enumerate().filter(|(_, other)| other.group == fault.group);
            let target = |(at, other): (usize, &Fault)| injector::Target {
                fault: at as u32,
                tier: self.node(other.tier),
                replicas: match &model.tiers[other.tier.0 as usize].body {
                    Body::Station(station) => station.replicas,
                    Body::Engines(engines) => engines.replicas,
                    Body::Balancer(_) | Body::Link(_) => 0,
                },
                draw: match other.when {
                    When::Chaos { draw, .. } => draw,
                    _ => 0,
                },
            };
            let group = of_group.map(target).collect();
            let of = match &fault.when {
                When::Triggered { condition, .. } => self.node(condition.of),
                _ => NodeId::NOBODY,
            };
            let stream = self.assembly.stream(&name);
            self.assembly.place(id, injector::Injector::new(fault.clone(), group, of, stream));
            ids.push(id);
        }
        ids
    }

    fn station(&mut self, id: NodeId, place: u16, at: usize, station: &Station) {
        let (name, me) = (&self.model.tiers[at].name, TierId(at as u16));
        let watched = self.model.controllers.iter().any(|controller| controller.watches(me))
            || self.model.faults.iter().any(|fault| fault.watches(me))
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
        let (faults, classes) = (self.faults.clone(), self.classes.clone());
        let wiring = tier::Wiring {
            place,
            calls,
            fallbacks,
            deadlines,
            remembers: self.model.takes_back() || self.long_way,
            long_way: self.long_way,
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
        let streams = tier::Apart { service, way, probes, shards };
        self.assembly.put(id, tier::Tier::new(station.clone(), wiring, streams).into());
    }

    fn outlet(&mut self, call: &Call) -> (NodeId, Option<LaneId>) {
        let lane = call.timeout.map(|delay| self.assembly.lane(delay));
        (self.node(call.to), lane)
    }
}
