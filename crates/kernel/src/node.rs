//! Nodes: what a simulation consists of, and everything a node may do.

use brownout_units::Span;

use crate::calendar::{LaneId, TimerId};
use crate::sim::{Core, Letter};
use crate::{Entry, Instant};

/// The types that a family of nodes agrees on: chosen once, by the domain.
pub trait World {
    /// What nodes say to each other. It is copied into and out of a queue on every send, so keep it at 32
    /// bytes, in whole words: an enum copied as 1 + 4 + 8 bytes stalls on store forwarding (8 to 20 % of a
    /// run).
    type Msg: Copy + Default;
    /// A node's message to itself, by a timer. It is stored in the calendar, so keep it small: an index and a
    /// generation, while the state stays in the node. A struct of two `u64` is best, since it travels in two registers;
    /// the same 16 bytes as 4 + 4 + 8 cost 12 to 17 % of a run.
    type Wake: Copy + Default;
    /// State that every node reaches. Nodes that share state cannot run in parallel; most worlds have `()` here.
    type Shared: Send;
    /// One line of the log.
    type Record: Copy;
}

/// Something that lives in the simulation: it owns its state, holds the ids of others and talks by messages
/// only.
pub trait Node<W: World>: Send {
    /// A message from another node, or posted from outside.
    ///
    /// It is passed by reference: copying four words in two halves right after they were stored one by one stalls on
    /// store forwarding.
    fn on(&mut self, msg: &W::Msg, cx: &mut Cx<'_, W>);

    /// A timer of its own.
    fn wake(&mut self, wake: W::Wake, cx: &mut Cx<'_, W>);

    /// This timer will most likely fire soon: a chance to [`prefetch`](crate::prefetch) what it needs. This is only a
    /// hint: the call may be missing, or name a cancelled timer; the node must do nothing else.
    #[inline(always)]
    fn prefetch(&self, _wake: W::Wake) {}

    /// The same timer will most likely be next, and its data is in the cache by now: returns the node it will send to
    /// and the wake for which that node should prefetch.
    #[inline(always)]
    fn leads_to(&self, _wake: W::Wake) -> Option<(NodeId, W::Wake)> {
        None
    }

    /// The driver asks for gauges, usually at the end of a window. Record only: sending or setting a timer
    /// panics.
    fn sample(&mut self, _cx: &mut Cx<'_, W>) {}

    /// The run is over: record what is still inside. Record only: sending or setting a timer panics.
    fn finish(&mut self, _cx: &mut Cx<'_, W>) {}
}

impl<W: World> Node<W> for Box<dyn Node<W>> {
    #[inline]
    fn on(&mut self, msg: &W::Msg, cx: &mut Cx<'_, W>) {
        (**self).on(msg, cx);
    }

    #[inline]
    fn wake(&mut self, wake: W::Wake, cx: &mut Cx<'_, W>) {
        (**self).wake(wake, cx);
    }

    #[inline]
    fn prefetch(&self, wake: W::Wake) {
        (**self).prefetch(wake);
    }

    #[inline]
    fn leads_to(&self, wake: W::Wake) -> Option<(NodeId, W::Wake)> {
        (**self).leads_to(wake)
    }

    fn sample(&mut self, cx: &mut Cx<'_, W>) {
        (**self).sample(cx);
    }

    fn finish(&mut self, cx: &mut Cx<'_, W>) {
        (**self).finish(cx);
    }
}

/// The most nodes that an assembly has, so that an id fits into 16 bits of a message.
pub const NODES_MAX: usize = u16::MAX as usize;

/// The address of a message. The default is [`NodeId::NONE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u16);

impl NodeId {
    /// No node. Sending to it panics.
    pub const NONE: Self = Self(u16::MAX);

    /// Its place in the order of reservation, below [`NODES_MAX`]: for tables with a row a node, and for
    /// messages that pack an id into 16 bits.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The id that [`index`](Self::index) was taken from.
    ///
    /// # Panics
    /// If `index` does not fit into 16 bits.
    #[inline]
    pub const fn from_index(index: u32) -> Self {
        assert!(index <= u16::MAX as u32, "an id has 16 bits");
        Self(index as u16)
    }
}

impl Default for NodeId {
    fn default() -> Self {
        Self::NONE
    }
}

/// Everything that a node may do while it is awake.
pub struct Cx<'a, W: World> {
    pub(crate) core: &'a mut Core<W>,
    /// What is sent at this instant.
    pub(crate) sent: &'a mut Vec<Letter<W::Msg>>,
    pub(crate) me: NodeId,
    /// What all nodes share.
    pub shared: &'a mut W::Shared,
}

impl<W: World> Cx<'_, W> {
    /// The time, which stands still while a node is awake.
    #[inline]
    pub fn now(&self) -> Instant {
        self.core.now
    }

    /// The id of the node that is awake.
    #[inline]
    pub fn me(&self) -> NodeId {
        self.me
    }

    /// The name of the node that is awake: for the message of an assertion.
    pub fn name(&self) -> &str {
        self.core.name(self.me)
    }

    /// Delivers a message at this instant: after all that were sent at this instant before, before the next
    /// timer.
    ///
    /// Not immediately: the node finishes its current handler first.
    #[inline]
    pub fn send(&mut self, to: NodeId, msg: W::Msg) {
        self.sent.push(Letter { to, msg });
    }

    /// Delivers a message `delay` later. It cannot be cancelled.
    ///
    /// # Panics
    /// If that is past [`Instant::END`].
    #[inline]
    pub fn send_after(&mut self, delay: Span, to: NodeId, msg: W::Msg) {
        let at = self.core.after(delay, self.me);
        self.core.post(at, to, msg);
    }

    /// Wakes this node `delay` later.
    ///
    /// # Panics
    /// If that is past [`Instant::END`].
    #[inline]
    pub fn wake_after(&mut self, delay: Span, wake: W::Wake) -> TimerId {
        let at = self.core.after(delay, self.me);
        self.core.wake(at, self.me, wake)
    }

    /// The same, fully inlined: for the few places that set most timers of a run.
    ///
    /// # Panics
    /// If that is past [`Instant::END`].
    #[inline(always)]
    pub fn wake_after_inlined(&mut self, delay: Span, wake: W::Wake) -> TimerId {
        let at = self.core.after(delay, self.me);
        self.core.wake_inlined(at, self.me, wake)
    }

    /// Wakes this node at that instant.
    ///
    /// # Panics
    /// If the instant is past.
    #[inline]
    pub fn wake_at(&mut self, at: Instant, wake: W::Wake) -> TimerId {
        self.core.not_past(at, self.me);
        self.core.wake(at, self.me, wake)
    }

    /// The same, fully inlined.
    ///
    /// # Panics
    /// If the instant is past.
    #[inline(always)]
    pub fn wake_at_inlined(&mut self, at: Instant, wake: W::Wake) -> TimerId {
        self.core.not_past(at, self.me);
        self.core.wake_inlined(at, self.me, wake)
    }

    /// Wakes this node after the delay of that lane: the cheap way for timeouts, which share a delay and are
    /// mostly cancelled.
    ///
    /// # Panics
    /// If that is past [`Instant::END`].
    #[inline]
    pub fn wake_in(&mut self, lane: LaneId, wake: W::Wake) -> TimerId {
        self.core.wake_in(lane, self.me, wake)
    }

    /// Wakes this node `delay` later and cannot be cancelled: the cheap way for long waits, since the timer stays out
    /// of the busy part of the calendar. It fires in the same order as any other timer.
    ///
    /// # Panics
    /// If that is past [`Instant::END`].
    #[inline]
    pub fn sleep(&mut self, delay: Span, wake: W::Wake) {
        let at = self.core.after(delay, self.me);
        self.core.sleep(at, self.me, wake);
    }

    /// Cancels a timer. False if it has fired, was cancelled before, or is [`TimerId::default`].
    ///
    /// A cancel followed by a `wake_after` is a reschedule, and costs as much as the `wake_after` alone.
    #[inline]
    pub fn cancel(&mut self, timer: TimerId) -> bool {
        self.core.calendar.cancel(timer)
    }

    /// When a timer fires; none if it has fired, was cancelled, or is [`TimerId::default`].
    pub fn due(&self, timer: TimerId) -> Option<Instant> {
        self.core.calendar.due(timer)
    }

    /// Writes a line into the log.
    #[inline]
    pub fn record(&mut self, record: W::Record) {
        self.core.log.push(Entry { at: self.core.now, record });
    }
}
