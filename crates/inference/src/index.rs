//! Chains by their key: a hash table with open addressing, because each request looks up several.

use crate::batch::NONE;

/// Numbers of chains, found by the hash of their keys. The keys stay with the chains.
#[derive(Debug)]
pub(crate) struct Index {
    /// A power of two of places, at most half of them filled.
    places: Vec<u32>,
    filled: usize,
}

impl Index {
    pub(crate) fn new() -> Self {
        Self { places: vec![NONE; 16], filled: 0 }
    }

    /// The number under this hash that is the one.
    pub(crate) fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let mut at = self.home(hash);
        while self.places[at] != NONE {
            if is(self.places[at]) {
                return Some(self.places[at]);
            }
            at = self.next(at);
        }
        None
    }

    /// Adds a number that is not in the table.
    pub(crate) fn insert(&mut self, number: u32, hash_of: impl Fn(u32) -> u64) {
        if 2 * (self.filled + 1) > self.places.len() {
            let larger = vec![NONE; 2 * self.places.len()];
            for moved in std::mem::replace(&mut self.places, larger) {
                if moved != NONE {
                    self.put(moved, hash_of(moved));
                }
            }
        }
        self.put(number, hash_of(number));
        self.filled += 1;
    }

    /// Removes a number that is in the table.
    pub(crate) fn remove(&mut self, number: u32, hash_of: impl Fn(u32) -> u64) {
        let mut hole = self.home(hash_of(number));
        while self.places[hole] != number {
            assert!(self.places[hole] != NONE, "only what is in the table is removed");
            hole = self.next(hole);
        }
        // Those behind it move up, unless that would take them before their home.
        let mask = self.places.len() - 1;
        let mut at = self.next(hole);
        while self.places[at] != NONE {
            let home = self.home(hash_of(self.places[at]));
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(hole) & mask {
                self.places[hole] = self.places[at];
                hole = at;
            }
            at = self.next(at);
        }
        self.places[hole] = NONE;
        self.filled -= 1;
    }

    fn put(&mut self, number: u32, hash: u64) {
        let mut at = self.home(hash);
        while self.places[at] != NONE {
            at = self.next(at);
        }
        self.places[at] = number;
    }

    fn home(&self, hash: u64) -> usize {
        hash as usize & (self.places.len() - 1)
    }

    fn next(&self, at: usize) -> usize {
        (at + 1) & (self.places.len() - 1)
    }
}

/// Mixes two words into a hash: the finisher of `SplitMix64` after each.
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    let finish = |z: u64| {
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    finish(finish(a.wrapping_add(0x9e37_79b9_7f4a_7c15)) ^ b)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against a plain list, with so few hashes that places collide, wrap around and move up all the time.
    #[test]
    fn finds_what_is_in_it_and_nothing_else() {
        let hash_of = |number: u32| mix(u64::from(number) % 23, 0) | 0b1100;
        let (mut index, mut list) = (Index::new(), Vec::new());
        let mut state = 7;
        for _ in 0..20_000 {
            state = mix(state, 1);
            let number = (state % 60) as u32;
            match list.iter().position(|&of| of == number) {
                Some(at) => {
                    list.swap_remove(at);
                    index.remove(number, hash_of);
                }
                None if list.len() < 40 => {
                    list.push(number);
                    index.insert(number, hash_of);
                }
                None => (),
            }
            let asked = (state >> 32) as u32 % 60;
            let found = index.find(hash_of(asked), |number| number == asked);
            assert_eq!(found, list.contains(&asked).then_some(asked));
        }
    }
}
