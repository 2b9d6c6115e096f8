//! Some of the replicas for each caller: deterministic subsetting, shuffle sharding, plain sharding.
//!
//! Sources: "Site Reliability Engineering", chapter 20 (deterministic subsetting); the shuffle sharding of AWS.

use brownout_model::{Subset, SubsetKind};

/// A chain of words from a seed (splitmix64), the same on every platform.
struct Words(u64);

impl Words {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// One of 0, 1, … n − 1.
    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }
}

/// The first `most` of `all`, shuffled.
fn shuffled(all: &[u32], most: usize, words: &mut Words) -> Vec<u32> {
    let mut all = all.to_vec();
    for at in 0..most {
        let other = at + words.below(all.len() - at);
        all.swap(at, other);
    }
    all.truncate(most);
    all
}

/// The replicas of caller `key`, of all that serve, in order; `salt` makes the subsets differ by tier and run.
pub(crate) fn subset(options: Subset, serving: &[u32], key: u64, salt: u64) -> Vec<u32> {
    let size = (options.size as usize).min(serving.len());
    if size == 0 || size == serving.len() {
        return serving.to_vec();
    }
    let pieces = serving.len() / size;
    let mut chosen = match options.kind {
        SubsetKind::Shuffled => {
            let mut words = Words(salt ^ key.wrapping_mul(0xd6e8_feb8_6659_fd93));
            shuffled(serving, size, &mut words)
        }
        SubsetKind::Fixed => {
            let mut words = Words(salt ^ key.wrapping_mul(0xd6e8_feb8_6659_fd93));
            let from = words.below(pieces) * size;
            serving[from..from + size].to_vec()
        }
        SubsetKind::Deterministic => {
            // Replicas that are left over in one round are in the pieces of another.
            let (round, piece) = (key / pieces as u64, (key % pieces as u64) as usize);
            let mut words = Words(salt ^ round.wrapping_mul(0xd6e8_feb8_6659_fd93));
            shuffled(serving, serving.len(), &mut words)[piece * size..(piece + 1) * size].to_vec()
        }
    };
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_model::SubsetPer;

    fn of(kind: SubsetKind, size: u32, n: u32, key: u64) -> Vec<u32> {
        let serving: Vec<u32> = (0..n).collect();
        subset(Subset { size, kind, per: SubsetPer::Client }, &serving, key, 7)
    }

    #[test]
    fn shuffled_shards_are_every_draw_equally_often() {
        let mut counts = std::collections::BTreeMap::new();
        for key in 0..28_000 {
            let shard = of(SubsetKind::Shuffled, 2, 8, key);
            assert!(shard.len() == 2 && shard[0] < shard[1]);
            *counts.entry(shard).or_insert(0_u32) += 1;
        }
        // 28 pairs of 8, a thousand each; five standard deviations are 158.
        assert_eq!(counts.len(), 28);
        assert!(counts.values().all(|count| count.abs_diff(1000) < 158), "{counts:?}");
    }

    #[test]
    fn deterministic_subsets_give_all_replicas_as_many_callers() {
        let mut callers = [0; 12];
        for key in 0..300 {
            for at in of(SubsetKind::Deterministic, 4, 12, key) {
                callers[at as usize] += 1;
            }
        }
        assert_eq!(callers, [100; 12]);
        // Callers of one round share nothing.
        let round: Vec<u32> = (9..12).flat_map(|key| of(SubsetKind::Deterministic, 4, 12, key)).collect();
        assert_eq!(round.iter().copied().collect::<std::collections::BTreeSet<u32>>().len(), 12);
    }

    #[test]
    fn fixed_shards_are_pieces() {
        let shards: std::collections::BTreeSet<_> =
            (0..100).map(|key| of(SubsetKind::Fixed, 2, 8, key)).collect();
        assert_eq!(shards.into_iter().collect::<Vec<_>>(), [[0, 1], [2, 3], [4, 5], [6, 7]]);
    }

    #[test]
    fn small_fleets_are_taken_whole() {
        assert_eq!(of(SubsetKind::Shuffled, 5, 3, 1), [0, 1, 2]);
        assert_eq!(of(SubsetKind::Deterministic, 3, 3, 1), [0, 1, 2]);
        assert_eq!(of(SubsetKind::Fixed, 2, 0, 1), Vec::<u32>::new());
    }
}
