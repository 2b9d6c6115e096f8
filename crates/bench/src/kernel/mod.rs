//! The kernel alone: one node that does everything, through the same verbs as any other, with the log on.

pub(crate) mod hold;
pub(crate) mod in_flight;
pub(crate) mod queue;
pub(crate) mod tandem;

use brownout_dist::exp1;
use brownout_kernel::{Assembly, Cx, Ignore, Instant, Node, Sim, Stream, World};
use brownout_units::Span;

use crate::clock;
use crate::table::{Case, Row, Sample};

/// What a lean node records.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(crate) enum EventKind {
    Arrived,
    Started,
    Finished,
    TimedOut,
    Failed,
}

/// `value`: how long it took in nanoseconds, where something ended.
#[derive(Clone, Copy)]
#[expect(dead_code, reason = "only the cost of writing a record is measured; no observer reads it")]
pub(crate) struct Record {
    kind: EventKind,
    call: u32,
    value: u64,
}

impl Record {
    #[inline]
    fn new(kind: EventKind, call: u32, value: u64) -> Self {
        Self { kind, call, value }
    }
}

/// The wake of a lean node: two words, which travel in two registers. As 4 + 4 + 8 bytes it goes through memory and
/// costs 4 ns an event more.
#[derive(Clone, Copy, Default)]
pub(crate) struct Wake {
    /// A verb, and 32 bits of detail above it.
    head: u64,
    /// An instant, or an index.
    word: u64,
}

impl Wake {
    #[inline]
    fn new(what: u32, more: u32, word: u64) -> Self {
        Self { head: u64::from(what) | u64::from(more) << 32, word }
    }

    #[inline]
    fn what(self) -> u32 {
        self.head as u32
    }

    #[inline]
    fn more(self) -> u32 {
        (self.head >> 32) as u32
    }
}

/// Mean times of the customers.
#[derive(Clone, Copy, Default)]
pub(crate) struct Totals {
    done: u64,
    failed: u64,
    spent_nanos: u128,
}

impl Totals {
    #[inline]
    fn add(&mut self, spent: Span) {
        self.done += 1;
        self.spent_nanos += u128::from(spent.nanos());
    }
}

/// A world with a node or two.
pub(crate) struct Lean;

impl World for Lean {
    type Msg = u64;
    type Wake = Wake;
    type Shared = Totals;
    type Record = Record;
}

/// A stream and a mean.
struct Exponential {
    stream: Stream,
}

impl Exponential {
    #[inline]
    fn draw(&mut self, mean_secs: f64) -> Span {
        Span::from_secs_f64(exp1(&mut self.stream) * mean_secs)
    }
}

/// Wires one node, which starts on the first message.
fn alone<N: Node<Lean> + 'static>(seed: u64, node: impl FnOnce(&mut Assembly<Lean>) -> N) -> Sim<Lean> {
    let mut assembly = Assembly::new(seed, 0);
    let id = assembly.reserve("node");
    let node = node(&mut assembly);
    assembly.place(id, node);
    let mut sim = assembly.start(Totals::default());
    sim.post(Instant::ZERO, id, 0);
    sim
}

fn whole(mut sim: Sim<Lean>) -> Sample {
    let (events, nanos) = clock::time(|| sim.run_until(Instant::END, &mut Ignore));
    Sample { nanos, check: sim.shared.spent_nanos as f64 * 1e-9 / sim.shared.done as f64, events }
}

fn floor(work: impl FnOnce() -> f64) -> Sample {
    let (check, nanos) = clock::time(work);
    Sample { nanos, check, events: 0 }
}

/// The kernel's cases, with the floors first.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = hold::cases();
    cases.extend(queue::cases());
    cases.push(tandem::case());
    cases.push(in_flight::case());
    cases
}
