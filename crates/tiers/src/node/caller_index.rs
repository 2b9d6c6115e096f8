//! Finds a node's own row by the caller's token: read only when a caller cancels, so that writing it never stalls.

use brownout_kernel::NodeId;
use brownout_protocol::Token;

/// By caller and place in the caller's table: the node's own place.
#[derive(Debug, Default)]
pub(crate) struct CallerIndex {
    rows: Vec<Vec<u32>>,
}

impl CallerIndex {
    /// The caller's call `theirs` is the own row `ours`, whatever was there before.
    #[inline]
    pub(crate) fn remember(&mut self, from: NodeId, theirs: Token, ours: Token) {
        match self.rows.get_mut(from.index()).and_then(|row| row.get_mut(theirs.index as usize)) {
            Some(place) => *place = ours.index,
            None => self.remember_first(from, theirs, ours),
        }
    }

    #[cold]
    fn remember_first(&mut self, from: NodeId, theirs: Token, ours: Token) {
        if self.rows.len() <= from.index() {
            self.rows.resize_with(from.index() + 1, Vec::new);
        }
        let row = &mut self.rows[from.index()];
        row.resize((theirs.index as usize + 1).next_power_of_two(), u32::MAX);
        row[theirs.index as usize] = ours.index;
    }

    /// The own place for it, which may hold another call by now: compare the names.
    pub(crate) fn place(&self, from: NodeId, theirs: Token) -> Option<u32> {
        let place = *self.rows.get(from.index())?.get(theirs.index as usize)?;
        (place != u32::MAX).then_some(place)
    }
}
