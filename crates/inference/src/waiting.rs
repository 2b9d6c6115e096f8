//! The waiting queue: one lane for each priority, first come first served in a lane.

use std::collections::VecDeque;

/// Slots of waiting sequences, the most urgent lane first.
///
/// A preempted sequence goes back to the front of its lane. That is its place by arrival too: in a lane they are
/// admitted in order of arrival and preempted in the reverse order.
#[derive(Default)]
pub(crate) struct Waiting {
    lanes: Vec<(u8, VecDeque<u32>)>,
}

impl Waiting {
    pub(crate) fn push_back(&mut self, priority: u8, slot: u32) {
        self.lane(priority).push_back(slot);
    }

    pub(crate) fn push_front(&mut self, priority: u8, slot: u32) {
        self.lane(priority).push_front(slot);
    }

    /// The next sequence to serve.
    pub(crate) fn head(&self) -> Option<u32> {
        self.lanes.iter().find_map(|(_, lane)| lane.front().copied())
    }

    /// Takes the head out.
    pub(crate) fn pop(&mut self) -> Option<u32> {
        self.lanes.iter_mut().find_map(|(_, lane)| lane.pop_front())
    }

    #[inline]
    fn lane(&mut self, priority: u8) -> &mut VecDeque<u32> {
        // Without priorities there is one lane.
        let place =
            if self.lanes.len() == 1 && self.lanes[0].0 == priority { 0 } else { self.find(priority) };
        &mut self.lanes[place].1
    }

    /// The place of a lane, which is created if there is none.
    #[cold]
    #[inline(never)]
    fn find(&mut self, priority: u8) -> usize {
        match self.lanes.binary_search_by_key(&priority, |&(of, _)| of) {
            Ok(place) => place,
            Err(place) => {
                self.lanes.insert(place, (priority, VecDeque::new()));
                place
            }
        }
    }
}
