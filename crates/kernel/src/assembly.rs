//! Wiring nodes together by id, before any of them exists.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use brownout_units::Span;

use crate::calendar::{LANES_MAX, LaneId};
use crate::sim::Core;
use crate::{NODES_MAX, Node, NodeId, Sim, Stream, World};

/// A simulation in the making: names first, then nodes, then [`start`](Assembly::start).
///
/// It panics on mistakes of the program that wires the nodes, never on the user's input, which was checked before.
///
/// Nodes are boxed, so that any kind may be placed. A world in which two kinds do most of the work may name a type
/// of its own, an enum of those two and of a box for all others, which saves the indirect call.
pub struct Assembly<W: World, N = Box<dyn Node<W>>> {
    seed: u64,
    replication: u64,
    names: Vec<String>,
    ids: BTreeMap<String, NodeId>,
    nodes: Vec<Option<N>>,
    streams: BTreeSet<String>,
    lanes: Vec<Span>,
    world: PhantomData<fn() -> W>,
}

impl<W: World> Assembly<W> {
    /// Nothing yet. Seed and replication decide every random draw of the run.
    pub fn new(seed: u64, replication: u64) -> Self {
        Self::of(seed, replication)
    }
}

impl<W: World, N: Node<W>> Assembly<W, N> {
    /// Nothing yet, of nodes of type `N`.
    pub fn of(seed: u64, replication: u64) -> Self {
        Self {
            seed,
            replication,
            names: vec![],
            ids: BTreeMap::new(),
            nodes: vec![],
            streams: BTreeSet::new(),
            lanes: vec![],
            world: PhantomData,
        }
    }

    /// Reserves a name for a node that is placed later. Its id may be handed to other nodes at once.
    ///
    /// # Panics
    /// If the name is taken, or after [`NODES_MAX`] nodes.
    pub fn reserve(&mut self, name: &str) -> NodeId {
        assert!(self.nodes.len() < NODES_MAX, "{name} would be one node more than {NODES_MAX}");
        let id = NodeId::from_index(self.nodes.len() as u32);
        assert!(self.ids.insert(name.to_owned(), id).is_none(), "two nodes are called {name}");
        self.names.push(name.to_owned());
        self.nodes.push(None);
        id
    }

    /// The id reserved under that name.
    pub fn id(&self, name: &str) -> Option<NodeId> {
        self.ids.get(name).copied()
    }

    /// The stream of random numbers of that name, such as `"auth/service"`: its owner and its purpose. The name alone
    /// decides the draws, not the order of the calls.
    ///
    /// # Panics
    /// If the name was asked for before: two owners would draw the same numbers.
    pub fn stream(&mut self, name: &str) -> Stream {
        assert!(self.streams.insert(name.to_owned()), "two streams are called {name}");
        Stream::named(self.seed, self.replication, name)
    }

    /// The lane for timers of that delay, one for each distinct delay.
    ///
    /// # Panics
    /// After [`LANES_MAX`] lanes.
    pub fn lane(&mut self, delay: Span) -> LaneId {
        let at = self.lanes.iter().position(|&known| known == delay).unwrap_or_else(|| {
            assert!(self.lanes.len() < LANES_MAX, "more than {LANES_MAX} distinct constant delays");
            self.lanes.push(delay);
            self.lanes.len() - 1
        });
        LaneId::from_index(at as u16)
    }

    /// Puts the node under its id.
    ///
    /// # Panics
    /// If the id already has its node, or was not reserved here.
    pub fn place(&mut self, id: NodeId, node: impl Node<W> + 'static)
    where
        N: From<Box<dyn Node<W>>>,
    {
        self.put(id, N::from(Box::new(node)));
    }

    /// The same for a node of the assembly's own type.
    ///
    /// # Panics
    /// If the id already has its node, or was not reserved here.
    pub fn put(&mut self, id: NodeId, node: N) {
        let Some(place) = self.nodes.get_mut(id.index()) else {
            panic!("node {} was not reserved in this assembly", id.index());
        };
        assert!(place.is_none(), "{} is placed twice", self.names[id.index()]);
        *place = Some(node);
    }

    /// The simulation, at [`Instant::ZERO`](crate::Instant::ZERO), with nothing scheduled: [`Sim::post`] the
    /// first messages.
    ///
    /// # Panics
    /// If an id was reserved and never placed.
    pub fn start(self, shared: W::Shared) -> Sim<W, N> {
        let nodes = self.nodes.into_iter().zip(&self.names);
        let nodes =
            nodes.map(|(node, name)| node.unwrap_or_else(|| panic!("{name} was reserved and never placed")));
        let nodes = nodes.collect();
        let core = Core::new(self.names, &self.lanes);
        let (sent, post) = (Vec::with_capacity(64), Vec::with_capacity(64));
        Sim { core, nodes, sent, post, shared }
    }
}
