//! A table with stable places, reused last in, first out; each reuse is a new generation.
//!
//! **Invariant:** a row in use has an even generation, a free one an odd one.

use brownout_kernel::prefetch;
use brownout_protocol::Token;

/// A row that carries its own generation, so that a row and its name share one cache line.
pub(crate) trait SlabRow: Copy {
    /// Which use of its place this row is.
    fn generation(&self) -> u32;
    /// Sets it; only the slab does.
    fn set_generation(&mut self, generation: u32);
}

/// Rows by [`Token`].
#[derive(Debug)]
pub(crate) struct Slab<T> {
    rows: Vec<T>,
    free: Vec<u32>,
    /// The generation of a place that is used for the first time.
    first: u32,
}

/// A row that was found, and can be removed without a second lookup.
pub(crate) struct Held<'a, T> {
    pub(crate) row: &'a mut T,
    index: u32,
    free: &'a mut Vec<u32>,
}

impl<T: SlabRow> Held<'_, T> {
    /// Frees the place.
    #[inline]
    pub(crate) fn remove(self) {
        self.row.set_generation(self.row.generation().wrapping_add(1));
        self.free.push(self.index);
    }
}

impl<T: SlabRow> Slab<T> {
    /// An empty table.
    pub(crate) const fn new() -> Self {
        Slab { rows: Vec::new(), free: Vec::new(), first: 0 }
    }

    /// An empty table whose names begin with an even generation.
    pub(crate) const fn from_generation(first: u32) -> Self {
        assert!(first & 1 == 0, "an odd generation means a free place");
        Slab { rows: Vec::new(), free: Vec::new(), first }
    }

    /// How many rows are in use.
    pub(crate) fn len(&self) -> usize {
        self.rows.len() - self.free.len()
    }

    /// Puts a row into the place that was freed last.
    #[inline]
    pub(crate) fn insert(&mut self, mut row: T) -> Token {
        if let Some(index) = self.free.pop() {
            let place = &mut self.rows[index as usize];
            let generation = place.generation().wrapping_add(1);
            row.set_generation(generation);
            *place = row;
            return Token { index, generation };
        }
        row.set_generation(self.first);
        self.rows.push(row);
        Token { index: self.rows.len() as u32 - 1, generation: self.first }
    }

    /// The same, with the row, to be changed before its place is asked for by name.
    #[inline]
    pub(crate) fn insert_row(&mut self, row: T) -> (Token, &mut T) {
        let token = self.insert(row);
        (token, &mut self.rows[token.index as usize])
    }

    /// The row of that name, if it is still in use.
    #[inline]
    pub(crate) fn get(&mut self, token: Token) -> Option<&mut T> {
        let row = self.rows.get_mut(token.index as usize)?;
        (row.generation() == token.generation).then_some(row)
    }

    /// Prefetches the row in the place of that name, whatever its generation.
    #[inline]
    pub(crate) fn prefetch(&self, token: Token) {
        if let Some(row) = self.rows.get(token.index as usize) {
            prefetch(row);
        }
    }

    /// The same, to be removed later.
    #[inline]
    pub(crate) fn hold(&mut self, token: Token) -> Option<Held<'_, T>> {
        let row = self.rows.get_mut(token.index as usize)?;
        let held = row.generation() == token.generation;
        held.then_some(Held { row, index: token.index, free: &mut self.free })
    }

    /// The row of a name that is known to be in use.
    ///
    /// # Panics
    /// If it is not.
    #[inline]
    pub(crate) fn live(&mut self, token: Token) -> &mut T {
        match self.get(token) {
            Some(row) => row,
            None => stale(token.index),
        }
    }

    /// What is in a place, and the name it has now; none if the place is free.
    #[inline]
    pub(crate) fn at(&self, index: u32) -> Option<(Token, &T)> {
        let row = self.rows.get(index as usize)?;
        let generation = row.generation();
        (generation & 1 == 0).then_some((Token { index, generation }, row))
    }

    /// Makes every name given out for this place stale and returns the new one.
    ///
    /// # Panics
    /// If the name is stale already.
    #[inline]
    pub(crate) fn rename(&mut self, token: Token) -> Token {
        self.next_generation(token, 2)
    }

    /// Frees a place.
    ///
    /// # Panics
    /// If the name is stale.
    #[inline]
    pub(crate) fn remove(&mut self, token: Token) {
        self.next_generation(token, 1);
        self.free.push(token.index);
    }

    #[inline]
    fn next_generation(&mut self, token: Token, step: u32) -> Token {
        let row = self.live(token);
        let generation = token.generation.wrapping_add(step);
        row.set_generation(generation);
        Token { generation, ..token }
    }

    /// All rows in use, in order of place.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().filter(|row| row.generation() & 1 == 0)
    }

    /// The names of all rows in use, in order of place.
    pub(crate) fn tokens(&self) -> Vec<Token> {
        (0..self.rows.len() as u32).filter_map(|index| Some(self.at(index)?.0)).collect()
    }
}

#[cold]
#[inline(never)]
fn stale(index: u32) -> ! {
    panic!("row {index} is not in use under that name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Number(u32, u64);
    impl SlabRow for Number {
        fn generation(&self) -> u32 {
            self.0
        }
        fn set_generation(&mut self, generation: u32) {
            self.0 = generation;
        }
    }

    #[test]
    fn a_stale_name_finds_nothing() {
        let mut slab = Slab::new();
        let first = slab.insert(Number(0, 1));
        let second = slab.insert(Number(0, 2));
        let held = slab.hold(first).map(|held| {
            let number = held.row.1;
            held.remove();
            number
        });
        assert_eq!((held, slab.hold(first).is_none()), (Some(1), true));
        let third = slab.insert(Number(9, 3));
        assert_eq!((third.index, third.generation), (first.index, first.generation + 2));
        assert!(slab.get(first).is_none());
        assert_eq!(slab.get(third).map(|n| n.1), Some(3));
        let renamed = slab.rename(second);
        assert!(slab.get(second).is_none());
        assert_eq!(slab.live(renamed).1, 2);
        assert_eq!((slab.len(), slab.tokens()), (2, vec![third, renamed]));
    }
}
