//! The run: takes the next timer, delivers it and everything it sets off, until the end.

use brownout_units::Span;

use crate::calendar::{Calendar, Due, LaneId, Soon, TimerId};
use crate::{Cx, Entry, Instant, Node, NodeId, Observer, World};

/// The most messages that may be sent at one instant before the next timer: nodes that answer each other
/// without time passing would hang the run, and this turns them into an error that names them.
pub const INSTANT_MESSAGES_MAX: usize = 1 << 22;

/// Entries buffered before the observer reads them: a smaller buffer costs more calls, a larger one leaves the cache.
const LOG_BATCH: usize = 256;

/// Marks an address in the calendar as a message on its way rather than a timer of a node.
const PARCEL: u32 = 1 << 16;

#[derive(Clone, Copy)]
pub(crate) struct Letter<M> {
    pub(crate) to: NodeId,
    pub(crate) msg: M,
}

/// What a node reaches through its context.
pub(crate) struct Core<W: World> {
    pub(crate) now: Instant,
    pub(crate) calendar: Calendar<W::Wake>,
    pub(crate) log: Vec<Entry<W::Record>>,
    /// Messages in transit, by their slot in the calendar: they are three times the size of a wake and would make every
    /// slot that large.
    parcels: Vec<W::Msg>,
    names: Vec<String>,
}

impl<W: World> Core<W> {
    pub(crate) fn new(names: Vec<String>, lanes: &[Span]) -> Self {
        Self {
            now: Instant::ZERO,
            calendar: Calendar::new(lanes),
            log: Vec::with_capacity(2 * LOG_BATCH),
            parcels: vec![],
            names,
        }
    }

    pub(crate) fn name(&self, id: NodeId) -> &str {
        self.names.get(id.index()).map_or("(outside)", |name| name)
    }

    #[inline(never)]
    pub(crate) fn post(&mut self, at: Instant, to: NodeId, msg: W::Msg) {
        let (_, slot) = self.calendar.push(at, PARCEL | u32::from(to.0), W::Wake::default());
        if self.parcels.len() <= slot as usize {
            self.more_parcels(slot);
        }
        self.parcels[slot as usize] = msg;
    }

    /// Out of line, with the tree walk inlined into it: nodes call it from many places.
    #[inline(never)]
    pub(crate) fn wake(&mut self, at: Instant, me: NodeId, wake: W::Wake) -> TimerId {
        self.wake_inlined(at, me, wake)
    }

    #[inline(always)]
    pub(crate) fn wake_inlined(&mut self, at: Instant, me: NodeId, wake: W::Wake) -> TimerId {
        self.calendar.push(at, u32::from(me.0), wake).0
    }

    #[inline]
    pub(crate) fn sleep(&mut self, at: Instant, me: NodeId, wake: W::Wake) {
        self.calendar.push_far(self.now, at, u32::from(me.0), wake);
    }

    #[inline]
    pub(crate) fn wake_in(&mut self, lane: LaneId, me: NodeId, wake: W::Wake) -> TimerId {
        let at = self.after(self.calendar.delay(lane), me);
        self.calendar.push_in(lane, at, u32::from(me.0), wake)
    }

    #[inline]
    pub(crate) fn after(&self, delay: Span, me: NodeId) -> Instant {
        match self.now.checked_add(delay) {
            Some(at) => at,
            None => self.past_the_end(delay, me),
        }
    }

    #[inline]
    pub(crate) fn not_past(&self, at: Instant, me: NodeId) {
        assert!(self.now <= at, "{} schedules for {at}, and it is {}", self.name(me), self.now);
    }

    #[cold]
    #[inline(never)]
    fn past_the_end(&self, delay: Span, me: NodeId) -> ! {
        let (name, now) = (self.name(me), self.now);
        panic!("{name} schedules {} ns after {now}, past the end of time (292 years)", delay.nanos())
    }

    fn flush(&mut self, observer: &mut dyn Observer<W::Record>) {
        if !self.log.is_empty() {
            observer.observe(&self.log);
            self.log.clear();
        }
    }

    #[cold]
    fn more_parcels(&mut self, slot: u32) {
        self.parcels.resize((slot as usize + 1).next_power_of_two(), W::Msg::default());
    }
}

/// A simulation ready to run: the nodes, their wiring and the time.
pub struct Sim<W: World, N = Box<dyn Node<W>>> {
    pub(crate) core: Core<W>,
    pub(crate) nodes: Vec<N>,
    /// Sent at this instant, delivered first in, first out; empty whenever the clock moves.
    pub(crate) sent: Vec<Letter<W::Msg>>,
    /// What is being delivered at this instant, while nodes send more.
    pub(crate) post: Vec<Letter<W::Msg>>,
    /// What all nodes share.
    pub shared: W::Shared,
}

impl<W: World, N: Node<W>> Sim<W, N> {
    /// The time: of the last [`run_until`](Self::run_until).
    pub fn now(&self) -> Instant {
        self.core.now
    }

    /// Timers and messages on their way that have neither arrived nor been cancelled.
    pub fn pending(&self) -> u64 {
        self.core.calendar.pending()
    }

    /// When the next timer fires or the next message arrives; none if nothing will ever happen again.
    pub fn next_event(&mut self) -> Option<Instant> {
        self.core.calendar.next_at()
    }

    /// Sends a message from outside, to arrive at that instant.
    ///
    /// # Panics
    /// If the instant is past.
    pub fn post(&mut self, at: Instant, to: NodeId, msg: W::Msg) {
        self.core.not_past(at, NodeId::NONE);
        self.core.post(at, to, msg);
    }

    /// Runs everything that happens at `end` or before, and returns how many messages and timers that were.
    ///
    /// Afterwards the clock is at `end`, or at the last event if `end` is [`Instant::END`]. The observer has seen the
    /// whole log. A run in pieces writes the same log as a run at once.
    ///
    /// # Panics
    /// If `end` is past, or if nodes send more than [`INSTANT_MESSAGES_MAX`] messages at one instant.
    pub fn run_until(&mut self, end: Instant, observer: &mut dyn Observer<W::Record>) -> u64 {
        let (delivered, _) = self.run_part(end, u64::MAX, observer);
        self.core.flush(observer);
        delivered
    }

    /// The same, but stops behind an instant soon after `most` messages and timers, so that a driver can look up from a
    /// dense stretch; also returns whether `end` was reached. Until it is, the clock is at the last event.
    ///
    /// The last lines of the log may reach the observer only with the samples: [`sample`](Self::sample) or
    /// [`finish`](Self::finish).
    ///
    /// They are counted when the observer reads the log: a comparison for each of them cost 1 % of a run, and what is
    /// never recorded is never dense.
    ///
    /// # Panics
    /// As [`run_until`](Self::run_until).
    pub fn run_part(
        &mut self,
        end: Instant,
        most: u64,
        observer: &mut dyn Observer<W::Record>,
    ) -> (u64, bool) {
        assert!(self.core.now <= end, "a run until {end}, and it is {}", self.core.now);
        let Self { core, nodes, sent, post, shared } = self;
        let (mut delivered, mut post) = (0, post);
        // One context for the whole run: only its owner changes from call to call.
        let mut cx = Cx { core, sent, me: NodeId::NONE, shared };
        let done = loop {
            if let Some(due) = cx.core.calendar.pop_usual(end) {
                fire(&due, nodes, &mut cx);
            } else if let Some(due) = cx.core.calendar.pop(end) {
                fire_other(&due, nodes, &mut cx);
            } else {
                break true;
            }
            if let Some(soon) = cx.core.calendar.look_ahead() {
                prefetch(&soon, nodes);
            }
            delivered += 1;
            if !cx.sent.is_empty() {
                let (more, emptied) = deliver_instant(nodes, post, &mut cx);
                (delivered, post) = (delivered + more, emptied);
            }
            if LOG_BATCH <= cx.core.log.len() {
                cx.core.flush(observer);
                if most <= delivered {
                    break false;
                }
            }
        };
        if done && end < Instant::END {
            cx.core.now = end;
        }
        (delivered, done)
    }

    /// Asks every node for its gauges, in the order of reservation.
    ///
    /// # Panics
    /// If a node does more than record.
    pub fn sample(&mut self, observer: &mut dyn Observer<W::Record>) {
        self.ask(observer, Node::sample);
    }

    /// Tells every node that the run is over, in the order of reservation.
    ///
    /// # Panics
    /// If a node does more than record.
    pub fn finish(&mut self, observer: &mut dyn Observer<W::Record>) {
        self.ask(observer, Node::finish);
    }

    fn ask(&mut self, observer: &mut dyn Observer<W::Record>, ask: impl Fn(&mut N, &mut Cx<'_, W>)) {
        let Self { core, nodes, sent, shared, .. } = self;
        let pending = core.calendar.pending();
        let mut cx = Cx { core, sent, me: NodeId::NONE, shared };
        for (at, node) in nodes.iter_mut().enumerate() {
            cx.me = NodeId::from_index(at as u32);
            ask(node, &mut cx);
            let silent = cx.sent.is_empty() && cx.core.calendar.pending() == pending;
            assert!(silent, "{} may only record when it is asked for gauges", cx.name());
        }
        cx.core.flush(observer);
    }
}

/// A timer wakes its node, or a message that was on its way arrives.
#[inline(always)]
fn fire<W: World, N: Node<W>>(due: &Due<W::Wake>, nodes: &mut [N], cx: &mut Cx<'_, W>) {
    cx.core.now = due.at;
    cx.me = NodeId(due.address as u16);
    if due.address & PARCEL == 0 {
        nodes[cx.me.index()].wake(due.payload, cx);
    } else {
        let msg = cx.core.parcels[due.slot as usize];
        deliver(&Letter { to: cx.me, msg }, nodes, cx);
    }
}

/// Prefetches what the event after the next one will need, and what the next one leads to.
#[inline(always)]
fn prefetch<W: World, N: Node<W>>([first, second]: &[Soon<W::Wake>; 2], nodes: &[N]) {
    let node = |soon: &Soon<W::Wake>| nodes.get(soon.address as usize);
    // A message on its way has an address beyond all nodes.
    if let Some(node) = node(second) {
        node.prefetch(second.payload);
    }
    if let Some((whom, what)) = node(first).and_then(|node| node.leads_to(first.payload))
        && let Some(node) = nodes.get(whom.index())
    {
        node.prefetch(what);
    }
}

#[inline(never)]
fn fire_other<W: World, N: Node<W>>(due: &Due<W::Wake>, nodes: &mut [N], cx: &mut Cx<'_, W>) {
    fire(due, nodes, cx);
}

/// Delivers what was sent at this instant, and what that sends in turn; returns how many messages that were, and the
/// buffer for the next instant.
#[inline(always)]
fn deliver_instant<'a, W: World, N: Node<W>>(
    nodes: &mut [N],
    mut post: &'a mut Vec<Letter<W::Msg>>,
    cx: &mut Cx<'a, W>,
) -> (u64, &'a mut Vec<Letter<W::Msg>>) {
    let mut delivered = 0;
    loop {
        std::mem::swap(&mut cx.sent, &mut post);
        // There is nearly always exactly one.
        match &post[..] {
            [letter] if delivered + 1 < INSTANT_MESSAGES_MAX => {
                deliver(letter, nodes, cx);
                delivered += 1;
            }
            letters => delivered = deliver_all(letters, delivered, nodes, cx),
        }
        post.clear();
        if cx.sent.is_empty() {
            return (delivered as u64, post);
        }
    }
}

/// Delivers several messages of one instant at which `delivered` had been delivered before; returns the new total.
#[inline(never)]
fn deliver_all<W: World, N: Node<W>>(
    letters: &[Letter<W::Msg>],
    delivered: usize,
    nodes: &mut [N],
    cx: &mut Cx<'_, W>,
) -> usize {
    // Messages beyond the limit are not delivered.
    let room = INSTANT_MESSAGES_MAX - delivered;
    for letter in letters.iter().take(room) {
        deliver(letter, nodes, cx);
    }
    if room <= letters.len() {
        runaway(&letters[..room], cx);
    }
    delivered + letters.len()
}

#[inline(always)]
fn deliver<W: World, N: Node<W>>(letter: &Letter<W::Msg>, nodes: &mut [N], cx: &mut Cx<'_, W>) {
    let Some(node) = nodes.get_mut(letter.to.index()) else { nowhere(letter.to) };
    cx.me = letter.to;
    node.on(&letter.msg, cx);
}

#[cold]
#[inline(never)]
fn runaway<W: World>(delivered: &[Letter<W::Msg>], cx: &Cx<'_, W>) -> ! {
    let last = delivered.iter().chain(&*cx.sent).rev().take(16);
    let mut names: Vec<&str> = last.map(|letter| cx.core.name(letter.to)).collect();
    names.sort_unstable();
    names.dedup();
    let (now, names) = (cx.core.now, names.join(", "));
    panic!("{INSTANT_MESSAGES_MAX} messages at {now} without time passing; the last went to {names}")
}

#[cold]
#[inline(never)]
fn nowhere(to: NodeId) -> ! {
    panic!("a message to node {}, which this assembly does not have", to.index())
}
