//! Timers that share one constant delay: they expire in the order in which they were set, so a ring is
//! enough.
//!
//! Only the head of a lane is in the tree. A cancelled timer is one cleared bit; dead timers are passed over 64 at a
//! time and their entries are never read again. That keeps 80,000 pending timeouts cheap: they are written once, in a
//! stream, and mostly never touched again.

use super::Tag;

/// One timer in a lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timer<P> {
    pub(super) at: u64,
    pub(super) tag: Tag,
    pub(super) payload: P,
}

/// A ring of timers with one delay.
#[derive(Debug)]
pub(super) struct Lane<P> {
    /// In nanoseconds.
    pub(super) delay: u64,
    ring: Vec<Timer<P>>,
    /// A bit for every place of the ring: set while its timer is pending.
    live: Vec<u64>,
    /// Tickets, which only increase: the next one to fire, and the next one to give.
    head: u64,
    tail: u64,
}

const RING_LEN_MIN: usize = 64;

impl<P: Copy + Default> Lane<P> {
    pub(super) fn new(delay: u64) -> Self {
        let blank = Timer { at: 0, tag: Tag::DEAD, payload: P::default() };
        Self { delay, ring: vec![blank; RING_LEN_MIN], live: vec![0; RING_LEN_MIN / 64], head: 0, tail: 0 }
    }

    /// True if the ring is empty, without even a cancelled head.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.head == self.tail
    }

    /// Appends a timer and returns the low half of its ticket, by which it can be cancelled.
    #[inline]
    pub(super) fn push(&mut self, timer: Timer<P>) -> u32 {
        if self.tail - self.head == self.ring.len() as u64 {
            self.grow();
        }
        let place = self.place(self.tail);
        self.ring[place] = timer;
        self.live[place / 64] |= 1 << (place % 64);
        self.tail += 1;
        (self.tail - 1) as u32
    }

    /// False if the timer has fired or was cancelled before.
    #[inline]
    pub(super) fn cancel(&mut self, ticket: u32) -> bool {
        let age = u64::from(ticket.wrapping_sub(self.head as u32));
        if self.tail - self.head <= age {
            return false;
        }
        let place = self.place(self.head + age);
        self.clear_bit(place)
    }

    /// When the timer fires, if it is pending.
    pub(super) fn due(&self, ticket: u32) -> Option<u64> {
        let age = u64::from(ticket.wrapping_sub(self.head as u32));
        let place = self.place(self.head + age);
        let pending = age < self.tail - self.head && self.is_live(place);
        pending.then(|| self.ring[place].at)
    }

    /// Takes the head out, unless it was cancelled after it had become the head.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<Timer<P>> {
        let place = self.place(self.head);
        if self.is_empty() || !self.clear_bit(place) {
            return None;
        }
        self.head += 1;
        Some(self.ring[place])
    }

    /// True if the head is still pending.
    #[inline]
    pub(super) fn head_is_live(&self) -> bool {
        !self.is_empty() && self.is_live(self.place(self.head))
    }

    /// Passes over dead timers; the time and tag of the next live one, which is the head from now on.
    #[inline]
    pub(super) fn next_live(&mut self) -> Option<(u64, Tag)> {
        while self.head < self.tail {
            let place = self.place(self.head);
            let rest = self.live[place / 64] >> (place % 64);
            if rest == 0 {
                self.head = self.tail.min(self.head + 64 - (place % 64) as u64);
                continue;
            }
            self.head += u64::from(rest.trailing_zeros());
            let timer = &self.ring[self.place(self.head)];
            return Some((timer.at, timer.tag));
        }
        None
    }

    #[inline]
    fn place(&self, ticket: u64) -> usize {
        ticket as usize & (self.ring.len() - 1)
    }

    #[inline]
    fn is_live(&self, place: usize) -> bool {
        self.live[place / 64] >> (place % 64) & 1 != 0
    }

    /// True if the bit was set.
    #[inline]
    fn clear_bit(&mut self, place: usize) -> bool {
        let (word, bit) = (&mut self.live[place / 64], 1 << (place % 64));
        let was = *word & bit != 0;
        *word &= !bit;
        was
    }

    #[cold]
    fn grow(&mut self) {
        // The head stays where it is, dead or alive, since the tree knows its time.
        let len = self.ring.len() * 2;
        let mut ring = vec![self.ring[0]; len];
        let mut live = vec![0_u64; len / 64];
        for ticket in self.head..self.tail {
            let (from, to) = (self.place(ticket), ticket as usize & (len - 1));
            ring[to] = self.ring[from];
            live[to / 64] |= (self.live[from / 64] >> (from % 64) & 1) << (to % 64);
        }
        (self.ring, self.live) = (ring, live);
    }
}
