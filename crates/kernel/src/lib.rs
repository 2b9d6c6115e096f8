//! A discrete-event kernel: time, messages, streams, the log. It does not know what a request is.
//!
//! The verbs are closed and the nodes are open: everything that a node may do is a method of [`Cx`], and a
//! new kind of node is a new type somewhere else.
//!
//! # Author
//!
//! A [`World`] names the types that a family of nodes agrees on. A [`Node`] owns its state, holds the ids of
//! others and is told about messages ([`Node::on`]) and about its own timers ([`Node::wake`]). It does not
//! measure: it records.
//!
//! ```
//! use brownout_kernel::{Assembly, Cx, Instant, Keep, Node, NodeId, World};
//! use brownout_units::Span;
//!
//! struct Rally;
//! impl World for Rally {
//!     type Msg = u32; // strokes so far
//!     type Wake = u32;
//!     type Shared = ();
//!     type Record = u32;
//! }
//!
//! /// Hits the ball back after thinking for a moment.
//! struct Player { opponent: NodeId }
//!
//! impl Node<Rally> for Player {
//!     fn on(&mut self, strokes: &u32, cx: &mut Cx<'_, Rally>) {
//!         cx.record(*strokes);
//!         cx.wake_after(Span::from_millis(200), *strokes + 1);
//!     }
//!
//!     fn wake(&mut self, strokes: u32, cx: &mut Cx<'_, Rally>) {
//!         cx.send_after(Span::from_millis(800), self.opponent, strokes);
//!     }
//! }
//!
//! // Assemble: names first, so that any node can refer to any other; then the nodes.
//! let mut assembly = Assembly::<Rally>::new(7, 0);
//! let (left, right) = (assembly.reserve("left"), assembly.reserve("right"));
//! assembly.place(left, Player { opponent: right });
//! assembly.place(right, Player { opponent: left });
//!
//! // Run: the log goes to an observer, which cannot reach the simulation.
//! let mut sim = assembly.start(());
//! sim.post(Instant::ZERO, left, 0);
//! let mut log = Keep::default();
//! sim.run_until(Instant::ZERO + Span::from_secs(3), &mut log);
//! let strokes: Vec<_> = log.0.iter().map(|entry| (entry.at.as_secs_f64(), entry.record)).collect();
//! assert_eq!(strokes, [(0.0, 0), (1.0, 1), (2.0, 2), (3.0, 3)]);
//! ```
//!
//! # Order
//!
//! The order of everything is total, and does not depend on the machine:
//!
//! 1. Time is whole nanoseconds and never runs backwards. Sums past [`Instant::END`] panic; they never wrap.
//! 2. Timers and messages on their way fire by time; at one time in the order in which they were scheduled, regardless
//!    of their kind, of the node that scheduled them, and of lanes.
//! 3. What is sent "this instant" ([`Cx::send`]) is delivered first in, first out, before the next timer of the same
//!    time, and after the sender has finished its current handler.
//! 4. At most [`INSTANT_MESSAGES_MAX`] messages may be sent that way before the next timer fires.
//! 5. A timer that was cancelled does not fire, and does not move the clock.
//! 6. A [`Stream`] depends on seed, replication and its name alone: neither on other streams nor on the order
//!    of assembly.
//! 7. A run in pieces writes the same log as a run at once; an observer never changes a run.
//!
//! # What is absent
//!
//! **Invariant:** no machine clock, no thread, no file, no randomness of the operating system; `unsafe` only in the
//! calendar, for its walk and for [`prefetch`], with its reason. Nothing here is about tiers or requests. Model code
//! cannot add or remove a node during a run: whatever comes and goes in a model is state inside a node.
//!
//! A broken invariant panics and names the node. Nothing that a user writes into a scenario gets this far
//! unchecked.

mod assembly;
pub mod calendar;
mod fingerprint;
mod log;
mod node;
mod sim;
mod stream;
mod time;

pub use assembly::Assembly;
pub use calendar::{LANES_MAX, LaneId, TimerId, prefetch};
pub use fingerprint::mix;
pub use log::{Entry, Ignore, Keep, Observer};
pub use node::{Cx, NODES_MAX, Node, NodeId, World};
pub use sim::{INSTANT_MESSAGES_MAX, Sim};
pub use stream::Stream;
pub use time::Instant;
