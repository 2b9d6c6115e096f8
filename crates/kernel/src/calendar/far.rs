//! Timers that are far away and never cancelled wait outside the tree, unsorted, in buckets of coarse time.
//!
//! A million users who come back tomorrow would fill the tree all day and spread the busy timers over more memory than
//! any cache holds. A bucket moves into the tree just before it is due. Its timers keep the tags they got when they
//! were set, so they fire in the same order as if they had been in the tree from the start.

use std::collections::VecDeque;

use super::lane::Timer;

/// Width of a bucket: 2³³ ns, 8.6 s. Narrower buckets cost memory in a long run, wider ones enlarge the tree.
const WIDTH_BITS: u32 = 33;
/// The largest number of buckets, 6.5 days; a timer further away goes into the tree.
const BUCKETS_MAX: u64 = 1 << 16;

#[derive(Debug)]
pub(super) struct Far<P> {
    /// The bucket at the front of the ring, in widths since the start of the run.
    front: u64,
    buckets: VecDeque<Vec<Timer<P>>>,
    /// The earliest time at which a timer here may be due; `u64::MAX` if there is none.
    first: u64,
    len: usize,
}

impl<P: Copy> Far<P> {
    pub(super) fn new() -> Self {
        Self { front: 0, buckets: VecDeque::new(), first: u64::MAX, len: 0 }
    }

    /// The earliest time at which a timer here may be due, in nanoseconds.
    #[inline]
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// Takes the timer in, unless it is due too soon or too late to wait here.
    pub(super) fn push(&mut self, now: u64, timer: Timer<P>) -> bool {
        let bucket = timer.at >> WIDTH_BITS;
        if self.len == 0 {
            // The bucket of this moment may have been put into the tree already.
            self.front = (now >> WIDTH_BITS) + 1;
            self.buckets.clear();
        }
        let Some(place) = bucket.checked_sub(self.front).filter(|&place| place < BUCKETS_MAX) else {
            return false;
        };
        let place = place as usize;
        if self.buckets.len() <= place {
            self.buckets.resize_with(place + 1, Vec::new);
        }
        self.buckets[place].push(timer);
        self.first = self.first.min(bucket << WIDTH_BITS);
        self.len += 1;
        true
    }

    /// The timers of the first bucket that has any.
    ///
    /// # Panics
    /// If nothing waits.
    pub(super) fn take(&mut self) -> Vec<Timer<P>> {
        let timers = loop {
            self.front += 1;
            let bucket = self.buckets.pop_front().expect("a bucket waits");
            if !bucket.is_empty() {
                break bucket;
            }
        };
        self.len -= timers.len();
        let next = self.buckets.iter().position(|bucket| !bucket.is_empty());
        self.first = next.map_or(u64::MAX, |place| (self.front + place as u64) << WIDTH_BITS);
        timers
    }
}
