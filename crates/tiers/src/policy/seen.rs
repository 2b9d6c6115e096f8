//! Clients seen within the last seconds: sessions, passes and places in a line, evicted when idle.

use brownout_kernel::Instant;
use brownout_units::Span;
use std::collections::{BTreeMap, VecDeque};

/// Clients by when they were seen last.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    idle: Span,
    last: BTreeMap<u64, Instant>,
    /// Each client once, by a time at which it was seen: the head is the first that may be idle.
    line: VecDeque<(Instant, u64)>,
}

impl Seen {
    /// No clients yet; a client that is idle for longer is evicted.
    pub(super) fn new(idle: Span) -> Self {
        Seen { idle, last: BTreeMap::new(), line: VecDeque::new() }
    }

    /// The client is here.
    pub(super) fn touch(&mut self, key: u64, now: Instant) {
        if self.last.insert(key, now).is_none() {
            self.line.push_back((now, key));
        }
    }

    /// Whether it has been here and is not idle.
    pub(super) fn has(&self, key: u64, now: Instant) -> bool {
        self.last.get(&key).is_some_and(|last| now.saturating_since(*last) <= self.idle)
    }

    /// How many are not idle.
    pub(super) fn len(&mut self, now: Instant) -> usize {
        self.forget(now);
        self.last.len()
    }

    /// Forgets one client.
    pub(super) fn remove(&mut self, key: u64) {
        self.last.remove(&key);
    }

    /// Evicts idle clients.
    pub(super) fn forget(&mut self, now: Instant) {
        while let Some(&(then, key)) = self.line.front() {
            if now.saturating_since(then) <= self.idle {
                return;
            }
            self.line.pop_front();
            match self.last.get(&key) {
                Some(&last) if now.saturating_since(last) <= self.idle => self.line.push_back((last, key)),
                Some(_) => {
                    self.last.remove(&key);
                }
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::at;
    use super::*;

    #[test]
    fn idle_clients_are_evicted() {
        let mut seen = Seen::new(Span::from_secs(1));
        seen.touch(1, at(0));
        seen.touch(2, at(100));
        seen.touch(1, at(900));
        assert!(seen.has(1, at(1_900)) && seen.has(2, at(1_100)) && !seen.has(2, at(1_101)));
        assert_eq!([1_100, 1_101, 1_900, 1_901].map(|now| seen.len(at(now))), [2, 1, 1, 0]);
        assert!(seen.line.is_empty());
        seen.touch(3, at(2_000));
        seen.remove(3);
        assert_eq!((seen.len(at(2_000)), seen.has(3, at(2_000))), (0, false));
    }
}
