//! What a cache holds: least recently used entries with a time to live, and which calls wait for a fill.

use brownout_kernel::Instant;
use brownout_model::Cache;
use brownout_protocol::Token;
use std::collections::BTreeMap;

const NONE: u32 = u32::MAX;

/// Entries by key, the least recently used first in line to go.
#[derive(Debug)]
pub(crate) struct Store {
    options: Cache,
    /// By key: its entry. Keys are ranks 1…n, so a plain table serves.
    place: Vec<u32>,
    entries: Vec<Entry>,
    /// Most and least recently used.
    newest: u32,
    oldest: u32,
    free: Vec<u32>,
    /// Keys being fetched, and the calls that wait for them.
    flights: BTreeMap<u64, Vec<Token>>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: u64,
    until: Instant,
    newer: u32,
    older: u32,
}

/// What a lookup found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// It is there.
    Hit,
    /// It is not there: fetch it.
    Miss,
    /// It is not there, and another call is fetching it already: wait.
    Join,
}

impl Store {
    /// A cache, warm or cold as its options say.
    pub(crate) fn new(options: Cache) -> Self {
        let mut store = Store {
            options,
            place: vec![NONE; options.keys as usize + 1],
            entries: Vec::new(),
            newest: NONE,
            oldest: NONE,
            free: Vec::new(),
            flights: BTreeMap::new(),
        };
        if options.warm {
            // The most popular last, so that it is the most recently used.
            (1..=options.entries.min(options.keys)).rev().for_each(|key| store.fill(key, Instant::ZERO));
        }
        store
    }

    /// Other options from now on: what it holds stays as long as it was to stay; keys and size are those it has.
    pub(crate) fn set_options(&mut self, options: Cache) {
        self.options = Cache { keys: self.options.keys, entries: self.options.entries, ..options };
    }

    /// Looks `key` up for `call`, which waits if it joins.
    pub(crate) fn lookup(&mut self, key: u64, call: Token, now: Instant) -> Lookup {
        let place = self.place[key as usize];
        if place != NONE {
            if now < self.entries[place as usize].until {
                self.unlink(place);
                self.link_newest(place);
                return Lookup::Hit;
            }
            if !self.is_stale(place, now) {
                self.drop_entry(place);
            }
        }
        if !self.options.single_flight {
            return Lookup::Miss;
        }
        if let Some(waiters) = self.flights.get_mut(&key) {
            waiters.push(call);
            return Lookup::Join;
        }
        self.flights.insert(key, Vec::new());
        Lookup::Miss
    }

    /// Whether an entry that has expired may still be answered.
    fn is_stale(&self, place: u32, now: Instant) -> bool {
        let until = self.entries[place as usize].until;
        self.options.stale.is_some_and(|stale| now.saturating_since(until) < stale)
    }

    /// Whether a stale answer for `key` may be served instead of a new one.
    pub(crate) fn has_stale(&self, key: u64, now: Instant) -> bool {
        let place = self.place[key as usize];
        place != NONE && (now < self.entries[place as usize].until || self.is_stale(place, now))
    }

    /// An answer for `key` has come: it is kept, and the oldest entry is evicted if there is no room.
    pub(crate) fn fill(&mut self, key: u64, now: Instant) {
        if self.options.entries == 0 {
            return;
        }
        let until = self.options.ttl.and_then(|ttl| now.checked_add(ttl)).unwrap_or(Instant::END);
        let place = self.place[key as usize];
        if place != NONE {
            self.entries[place as usize].until = until;
            self.unlink(place);
            return self.link_newest(place);
        }
        if self.len() as u64 == self.options.entries {
            self.drop_entry(self.oldest);
        }
        let entry = Entry { key, until, newer: NONE, older: NONE };
        let place = self.free.pop().unwrap_or_else(|| {
            self.entries.push(entry);
            self.entries.len() as u32 - 1
        });
        self.entries[place as usize] = entry;
        self.place[key as usize] = place;
        self.link_newest(place);
    }

    /// Whether calls that are still here wait for the fetch of `key`.
    pub(crate) fn is_awaited(&self, key: u64, is_here: impl Fn(Token) -> bool) -> bool {
        self.flights.get(&key).is_some_and(|waiters| waiters.iter().any(|&call| is_here(call)))
    }

    /// The fetch of `key` has ended, well or badly: those who waited for it.
    pub(crate) fn land(&mut self, key: u64) -> Vec<Token> {
        self.flights.remove(&key).unwrap_or_default()
    }

    /// Everything is gone, as after a restart; fetches go on.
    pub(crate) fn flush(&mut self) {
        while self.oldest != NONE {
            self.drop_entry(self.oldest);
        }
    }

    /// How many entries it holds, expired ones included.
    pub(crate) fn len(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    fn drop_entry(&mut self, place: u32) {
        self.unlink(place);
        self.place[self.entries[place as usize].key as usize] = NONE;
        self.free.push(place);
    }

    fn unlink(&mut self, place: u32) {
        let Entry { newer, older, .. } = self.entries[place as usize];
        match newer {
            NONE => self.newest = older,
            at => self.entries[at as usize].older = older,
        }
        match older {
            NONE => self.oldest = newer,
            at => self.entries[at as usize].newer = newer,
        }
    }

    fn link_newest(&mut self, place: u32) {
        let older = self.newest;
        let entry = &mut self.entries[place as usize];
        (entry.newer, entry.older) = (NONE, older);
        match older {
            NONE => self.oldest = place,
            at => self.entries[at as usize].newer = place,
        }
        self.newest = place;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_units::Span;

    const OPTIONS: Cache =
        Cache { keys: 10, skew: 1.0, entries: 2, ttl: None, single_flight: false, warm: false, stale: None };

    fn at(secs: u64) -> Instant {
        Instant::ZERO + Span::from_secs(secs)
    }
    fn call(index: u32) -> Token {
        Token { index, generation: 0 }
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut store = Store::new(OPTIONS);
        store.fill(1, at(0));
        store.fill(2, at(0));
        assert_eq!(store.lookup(1, call(0), at(1)), Lookup::Hit);
        store.fill(3, at(1));
        let found: Vec<_> = (1..=3).map(|key| store.lookup(key, call(0), at(2))).collect();
        assert_eq!((found, store.len()), (vec![Lookup::Hit, Lookup::Miss, Lookup::Hit], 2));
        store.flush();
        assert_eq!((store.lookup(1, call(0), at(3)), store.len()), (Lookup::Miss, 0));
    }

    #[test]
    fn an_entry_is_good_for_its_time_to_live() {
        let mut store = Store::new(Cache { ttl: Some(Span::from_secs(5)), warm: true, ..OPTIONS });
        assert_eq!(store.lookup(2, call(0), at(4)), Lookup::Hit);
        assert_eq!(store.lookup(2, call(0), at(5)), Lookup::Miss);
        store.fill(2, at(6));
        assert_eq!(store.lookup(2, call(0), at(10)), Lookup::Hit);
    }

    #[test]
    fn an_expired_entry_is_kept_until_there_is_a_new_answer() {
        let (ttl, stale) = (Some(Span::from_secs(5)), Some(Span::from_secs(10)));
        let mut store = Store::new(Cache { ttl, stale, warm: true, ..OPTIONS });
        let at = |secs| Instant::ZERO + Span::from_secs(secs);
        assert_eq!(store.lookup(1, Token::default(), at(6)), Lookup::Miss);
        assert!(store.has_stale(1, at(14)) && !store.has_stale(1, at(15)) && !store.has_stale(9, at(6)));
        assert_eq!((store.lookup(1, Token::default(), at(15)), store.len()), (Lookup::Miss, 1));
        store.fill(1, at(16));
        assert_eq!(store.lookup(1, Token::default(), at(20)), Lookup::Hit);
    }

    #[test]
    fn single_flight_fetches_once() {
        let mut store = Store::new(Cache { single_flight: true, ..OPTIONS });
        assert_eq!(store.lookup(7, call(1), at(0)), Lookup::Miss);
        assert_eq!(store.lookup(7, call(2), at(0)), Lookup::Join);
        assert_eq!(store.lookup(7, call(3), at(0)), Lookup::Join);
        store.fill(7, at(1));
        assert_eq!(store.land(7), [call(2), call(3)]);
        assert_eq!(store.lookup(7, call(4), at(1)), Lookup::Hit);
        assert!(store.land(7).is_empty());
    }
}
