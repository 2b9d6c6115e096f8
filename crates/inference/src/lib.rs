//! One LLM replica as a pure state machine: every token at its exact instant, for a few wakes a request.
//!
//! A replica runs continuous batching as the serving engines do: a waiting queue, a running set, a KV cache in blocks,
//! chunked prefill, recompute preemption, a prefix cache. Calls go in, events come out through a [`Listener`]:
//!
//! ```
//! use brownout_inference::{Admission, Affine, Engine, Latency, Listener, Options, Prefix, Request, Scheduling, Terms};
//! use brownout_units::Span;
//!
//! struct Last(Span);
//! impl Listener for Last {
//!     fn finished(&mut self, at: Span, _tag: u64, _tokens: u32) {
//!         self.0 = at;
//!     }
//! }
//!
//! // Ten milliseconds a step, whatever it computes.
//! let terms = Terms { floor: 10.0, base: 0.0, token: 0.0, decode: 0.0, context: 0.0, attention: 0.0 };
//! let mut engine = Engine::new(Options {
//!     sequences_max: 256,
//!     step_tokens_max: 2_048,
//!     model_tokens_max: 8_192,
//!     block_tokens: 16,
//!     blocks: 2_588,
//!     chunked_prefill: true,
//!     scheduling: Scheduling::Fcfs,
//!     admission: Admission::WholePrompt,
//!     prefix_cache: false,
//!     overhead: Span::ZERO,
//!     latency: Latency::Affine(Affine::new(terms)?),
//!     exact_steps: false,
//! })?;
//!
//! let mut last = Last(Span::ZERO);
//! let request = Request { tag: 7, prompt: 1_000, output: 300, priority: 0, prefix: Prefix::NONE, delivered: 0 };
//! engine.offer(request, Span::ZERO, &mut last)?;
//! while let Some(wake) = engine.next_wake() {
//!     engine.advance(wake, &mut last);
//! }
//! assert_eq!(last.0, Span::from_secs(3)); // One step for the prompt, 299 for the other tokens.
//! assert_eq!(engine.tally().jumps, 1); // These 299 were one jump.
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Why it is cheap, and exact
//!
//! 1. While the batch keeps its composition, the time of a step grows by the same amount from step to step. So k steps
//!    take k·first + growth·k(k−1)/2, and the replica *flies* over them. It wakes when something can be decided: a
//!    request joins or leaves, a prefill ends, the blocks run out, a caller cancels.
//! 2. Time inside a replica is whole femtoseconds. The coefficients are rounded once, so that sums are exact and have a
//!    closed form; boundaries between steps show at the next whole nanosecond.
//! 3. A command takes effect at the first boundary strictly after it, and what falls due at the instant of a command is
//!    done before it. So it does not matter in which order a wake and a command of one instant are delivered. An idle
//!    replica starts at once with the first request offered; a twin at the same instant joins the second step.
//!
//! The tests hold the engine against one that executes every step and keeps every block by name; the logs agree bit
//! for bit. With [`Options::exact_steps`] the engine itself executes every step, to verify a result.
//!
//! **Invariant:** no kernel, no I/O, no clock, no randomness, no thread: what a replica does follows from its
//! options and from the calls that it received.

#![forbid(unsafe_code)]

mod batch;
mod capacity;
mod clock;
mod compose;
mod crossings;
mod engine;
mod estimate;
mod flight;
mod index;
mod kv;
mod land;
mod latency;
mod listener;
mod options;
mod prefix;
mod queue;
mod request;
mod usage;
mod waiting;

pub use capacity::Memory;
pub use engine::{Engine, Progress, Tally};
pub use estimate::Alone;
pub use latency::{Affine, Cost, Latency, LatencyError, Load, Measured, Roofline, Table, Terms};
pub use listener::{Listener, Work};
pub use options::{Admission, Options, OptionsError, Scheduling};
pub use request::{Conversation, Identity, Prefix, Rejection, Request, Shared, Ticket};
