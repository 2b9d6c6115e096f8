//! Sets of kinds of records: which of them a row has seen, so that what never happened there costs nothing.

use brownout_protocol::Kind;

/// A set of kinds: bit `n` stands for the kind of number `n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kinds(u128);

const _: () = assert!(Kind::COUNT <= 128);

impl Kinds {
    /// The set of these.
    pub(crate) const fn of(kinds: &[Kind]) -> Self {
        let (mut set, mut at) = (0, 0);
        while at < kinds.len() {
            set |= 1 << kinds[at] as u32;
            at += 1;
        }
        Kinds(set)
    }

    /// Adds a kind by its number.
    pub(crate) const fn add(&mut self, kind: usize) {
        self.0 |= 1 << kind;
    }

    /// Whether a kind is in it.
    pub(crate) const fn has(self, kind: Kind) -> bool {
        self.0 >> kind as u32 & 1 == 1
    }

    /// Those that are in both.
    pub(crate) const fn and(self, other: Kinds) -> Self {
        Kinds(self.0 & other.0)
    }

    /// Their numbers, in order.
    pub(crate) fn numbers(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let next = (left != 0).then_some(left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(next)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_lists_what_it_has_in_order() {
        let mut set = Kinds::of(&[Kind::Queued, Kind::Arrived]);
        assert!(set.has(Kind::Arrived) && !set.has(Kind::Started));
        set.add(Kind::COUNT - 1);
        let mut numbers = [Kind::Queued as usize, Kind::Arrived as usize, Kind::COUNT - 1];
        numbers.sort_unstable();
        assert_eq!(set.numbers().collect::<Vec<_>>(), numbers);
        assert_eq!(set.and(Kinds::of(&[Kind::Queued])).numbers().count(), 1);
    }
}
