//! The calendar against a heap: the same operations, and every answer compared.

use brownout_units::Span;

use super::heap::{Heap, Timers};
use super::{ADDRESS_BITS, Calendar, LaneId, TimerId};
use crate::{Instant, Stream};

const DELAYS: [u64; 3] = [0, 7, 40];

/// Both calendars, and the ids that they gave for the same timers: of pending ones, and of many that have
/// fired.
struct Twins {
    calendar: Calendar<u64>,
    heap: Heap,
    ids: Vec<(TimerId, u64)>,
    now: Instant,
    draws: Stream,
    /// Delays are below this: small makes many ties.
    spread: u64,
    /// How often the look-ahead named the timer that fired.
    predicted: u64,
}

impl Twins {
    fn new(seed: u64, spread: u64) -> Self {
        let calendar = Calendar::new(&DELAYS.map(Span::from_nanos));
        let draws = Stream::named(seed, 0, "twins");
        Self { calendar, heap: Heap::default(), ids: vec![], now: Instant::ZERO, draws, spread, predicted: 0 }
    }

    fn push(&mut self) {
        let at = self.now + Span::from_nanos(self.draws.below(self.spread));
        let (address, payload) = (self.draws.below(1 << ADDRESS_BITS) as u32, self.draws.word());
        let ids =
            (Timers::push(&mut self.calendar, at, address, payload), self.heap.push(at, address, payload));
        self.remember(ids);
    }

    /// A timer that is never cancelled: the heap gets an ordinary one whose id is forgotten.
    fn push_far(&mut self) {
        let at = self.now + Span::from_nanos(self.draws.below(self.spread));
        let (address, payload) = (self.draws.below(1 << ADDRESS_BITS) as u32, self.draws.word());
        self.calendar.push_far(self.now, at, address, payload);
        self.heap.push(at, address, payload);
    }

    fn push_in_a_lane(&mut self) {
        let lane = LaneId::from_index(self.draws.below(DELAYS.len() as u64) as u16);
        let at = self.now + self.calendar.delay(lane);
        let (address, payload) = (self.draws.below(1 << ADDRESS_BITS) as u32, self.draws.word());
        let ids = (
            self.calendar.push_in(lane, at, address, payload),
            self.heap.push_in(lane, at, address, payload),
        );
        self.remember(ids);
    }

    /// Keeps 5,000 ids, so that a cancel meets pending, fired and cancelled timers.
    fn remember(&mut self, ids: (TimerId, u64)) {
        if self.ids.len() < 5_000 {
            return self.ids.push(ids);
        }
        let place = self.draws.below(5_000) as usize;
        self.ids[place] = ids;
    }

    fn cancel(&mut self) {
        if self.ids.is_empty() {
            return;
        }
        let (timer, id) = self.ids[self.draws.below(self.ids.len() as u64) as usize];
        let due = self.calendar.due(timer);
        assert!(due.is_none_or(|at| self.now <= at));
        assert_eq!(due.is_some(), self.heap.cancel(id));
        assert_eq!(due.is_some(), self.calendar.cancel(timer));
    }

    fn pop(&mut self, end: Instant) -> bool {
        let soon = self.calendar.look_ahead().map(|[first, _]| first);
        let far = self.calendar.far.first();
        let (due, want) = (Timers::pop(&mut self.calendar, end), self.heap.pop(end));
        assert_eq!(due, want);
        // The look-ahead does not see heads of lanes and timers that move in from far away.
        if let (Some(soon), Some((at, address, payload))) = (soon, due)
            && DELAYS.len() < soon.slot as usize
            && at.nanos() < far
        {
            assert_eq!((soon.address, soon.payload), (address, payload));
            self.predicted += 1;
        }
        self.now = want.map_or(self.now, |(at, _, _)| at);
        want.is_some()
    }

    /// Pushes with `push` of 16 chances, pops with `pop`, cancels or reschedules with the rest.
    fn work(&mut self, operations: u64, push: u64, pop: u64) {
        for _ in 0..operations {
            let what = self.draws.below(16);
            if what < push {
                match what % 4 {
                    0 => self.push_in_a_lane(),
                    1 => self.push_far(),
                    _ => self.push(),
                }
            } else if what < push + pop {
                // A third of the pops asks only for what is due soon, as a run in pieces does.
                let soon = self.now + Span::from_nanos(1);
                let end = if what.is_multiple_of(3) { soon } else { Instant::END };
                self.pop(end);
            } else {
                self.cancel();
                if what.is_multiple_of(2) {
                    self.push();
                }
            }
        }
        assert_eq!(self.calendar.next_at(), self.heap.next_at());
        assert_eq!(self.calendar.pending(), self.heap.pending());
    }

    fn drain(&mut self) {
        while self.pop(Instant::END) {}
        assert_eq!((self.calendar.pending(), self.calendar.next_at()), (0, None));
    }
}

/// Grows, holds and empties; with delays that tie all the time, sometimes and almost never, and some so long that
/// timers wait far away or are too far even for that. Returns how often the look-ahead was right.
fn compare(seed: u64, operations: u64) -> u64 {
    let mut predicted = 0;
    for (round, spread) in [1, 50, 5_000, 1 << 35, 1 << 40, 1 << 50].into_iter().enumerate() {
        let mut twins = Twins::new(seed + round as u64, spread);
        for (push, pop) in [(12, 1), (7, 6), (6, 8), (8, 5), (3, 12)] {
            twins.work(operations / 20, push, pop);
        }
        twins.drain();
        predicted += twins.predicted;
    }
    predicted
}

/// Two million operations. `BROWNOUT_ORACLE_SEEDS=1000` compares that many times as many.
#[test]
fn every_timer_fires_as_from_a_heap() {
    let seeds = std::env::var("BROWNOUT_ORACLE_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    for seed in 0..seeds {
        let predicted = compare(10 * seed, 2_000_000);
        assert!(10_000 < predicted, "the look-ahead was right only {predicted} times");
    }
}

#[test]
fn a_calendar_of_few_timers_is_as_exact() {
    for seed in 0..2_000 {
        compare(seed, 40 + seed % 200);
    }
}

#[test]
fn a_cancelled_timer_neither_fires_nor_moves_the_clock() {
    let lane = LaneId::from_index(1);
    let mut calendar = Calendar::<u64>::new(&DELAYS.map(Span::from_nanos));
    let first = calendar.push_in(lane, Instant::from_nanos(7), 1, 10);
    let second = calendar.push(Instant::from_nanos(9), 2, 20).0;
    assert_eq!(calendar.next_at(), Some(Instant::from_nanos(7)));
    assert!(calendar.cancel(first) && !calendar.cancel(first));
    assert_eq!(calendar.next_at(), Some(Instant::from_nanos(9)));
    assert!(calendar.cancel(second) && !calendar.cancel(second));
    assert_eq!((calendar.next_at(), calendar.pop(Instant::END), calendar.pending()), (None, None, 0));
}

#[test]
fn an_id_from_an_old_generation_cancels_nothing() {
    let mut calendar = Calendar::<u64>::new(&[]);
    let (old, slot) = calendar.push(Instant::from_nanos(5), 0, 1);
    assert_eq!(calendar.pop(Instant::END).map(|due| due.payload), Some(1));
    let (new, again) = calendar.push(Instant::from_nanos(6), 0, 2);
    assert_eq!(slot, again, "the popped slot is reused");
    assert!(!calendar.cancel(old) && !calendar.cancel(TimerId::default()));
    assert!(calendar.cancel(new));
}
