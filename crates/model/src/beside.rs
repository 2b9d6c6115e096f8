//! The runs beside a run: the same seed without what happened, and the same demand without queues.
//!
//! Harm is a difference: between a run and what would have been. Both models here keep the places, the paths and the
//! names of all streams of the one that they are made of, so that its log and theirs can be compared row by row.

use crate::{
    Balance, Balancer, Body, Care, Contention, Effect, Engines, Fleet, Load, Model, Order, Queue, Spread,
    Station, Workers,
};

impl Model {
    /// The same seed without anything that happened: the model without all of its changes. None where no trigger
    /// exists, so that nothing would differ.
    ///
    /// A trigger is what [`Model::is_trigger`] says. Operators' acts, leased capacity and lapses of leases are answers
    /// to a trigger or its consequences: alone they make no counterfactual, but they are removed with it. Autoscalers
    /// stay: they follow the load, whatever happens.
    pub fn counterfactual(&self) -> Option<Model> {
        let triggered = self.changes.iter().any(|change| self.is_trigger(change));
        triggered.then(|| Model { changes: Vec::new(), ..self.clone() })
    }

    /// The same arrivals and surges without queues: every call is served at once, for as long as its own draws say.
    ///
    /// It is the limit of the service as its capacity grows and nothing goes wrong:
    ///
    /// - *Off*: faults, operators' acts and all controllers; queues, pools and their limits (workers are unlimited);
    ///   contention for processors; policies of clients, calls and doors, with lite answers; deadlines and the cost of
    ///   errors, which matter to overloaded tiers only; leases of replicas, quotas, boots, health checks, ejections,
    ///   subsets, and stale counts of balancers.
    /// - *As designed*: journeys, think times, sessions and what their tokens allow; calls, fallbacks and optional
    ///   calls; links, zones and the balance over whole tiers; caches with their own hits and misses. Timeouts,
    ///   retries, hedges and reloads stay as well, since they are habits of clients. Without queues only a call whose
    ///   own draw exceeds its timeout sets one off. So where nothing goes wrong, a service with time to spare loses
    ///   nothing against its ideal; without these habits it would lose, or win, whatever they cost or gain.
    /// - Language model replicas take for each request the time that it takes alone on an idle replica, with its own
    ///   prompt and output. Where there is a prefix cache, all of its history and of what prompts share is cached: with
    ///   unlimited memory nothing is evicted. A prompt beyond the length of the model is still refused with 400. Such a
    ///   fleet has no zones.
    ///
    /// A tier without zones has one replica. One whose calls stay in their zone still refuses callers from a zone where
    /// it has none, as it always does. With [`Model::is_ideal`] set, nodes are built for such a run; capacity is
    /// not multiplied, because that changes routing and cache hits.
    #[must_use]
    pub fn ideal(&self) -> Model {
        let mut model = self.clone();
        model.is_ideal = true;
        model.controllers.clear();
        model.changes.retain(|change| matches!(change.effect, Effect::Surge { .. }));
        model.loads.iter_mut().for_each(Load::free);
        for tier in &mut model.tiers {
            match &mut tier.body {
                Body::Station(station) => station.free(),
                Body::Engines(engines) => engines.free(),
                Body::Balancer(balancer) => balancer.free(),
                Body::Link(_) => {}
            }
        }
        model
    }
}

impl Load {
    fn free(&mut self) {
        self.client.policies.clear();
        self.client.tells_deadline = false;
    }
}

impl Balancer {
    /// Levels, weights and cached names stay: they decide where a healthy call goes.
    fn free(&mut self) {
        self.care = Care::none();
        self.probe = None;
    }
}

impl Fleet {
    /// The same zones, with replicas that neither come nor go.
    fn free(&self) -> Fleet {
        let zones = self.spread.zones.clone();
        Fleet { spread: Spread { zones, ..Spread::NONE }, ..Fleet::still() }
    }
}

impl Engines {
    fn free(&mut self) {
        self.policies.clear();
        self.lite = None;
        self.queue_limit = None;
        *self.fleet = self.fleet.free();
    }
}

impl Station {
    fn free(&mut self) {
        self.workers = Workers::Unlimited;
        self.contention = Contention::None;
        self.queue = Queue {
            limit: None,
            order: Order::Fifo,
            expire: None,
            patience: None,
            drops: false,
            retransmit: None,
        };
        self.lease = None;
        self.obeys_deadlines = false;
        self.policies.clear();
        self.error_path = None;
        for call in &mut self.calls {
            call.policies.clear();
            call.tells_deadline = false;
        }
        *self.fleet = self.fleet.free();
        if self.fleet.spread.zones.is_none() {
            // Replicas with a worker for every call differ in nothing.
            (self.replicas, self.balance) = (1, Balance::Random);
        }
    }
}
