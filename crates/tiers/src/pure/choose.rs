//! Balancing: which of several targets takes a call.
//!
//! No rule has a favourite. Where several targets are equally good, `least-outstanding` takes the next one in turn, as
//! nginx's `least_conn` and `HAProxy`'s `leastconn` do, and the others draw; a tie costs no draw where there is none.
//! With "the first" instead, one target that fails at once, and so is always idle, takes every call of a quiet tier.

use brownout_kernel::Stream;
use brownout_model::{Balance, CHOICES_MAX};

/// Chooses among numbered targets by how many calls each has.
#[derive(Debug)]
pub(crate) struct Chooser {
    balance: Balance,
    /// For round robin the target that was chosen last; for equals the one after it.
    turn: usize,
}

impl Chooser {
    /// A chooser that has not chosen yet.
    pub(crate) const fn new(balance: Balance) -> Self {
        Chooser { balance, turn: 0 }
    }

    /// The target for a call of the user `key`; `outstanding` says how many calls each target has inside.
    ///
    /// # Panics
    /// If there is no target.
    #[inline]
    pub(crate) fn choose(&mut self, outstanding: &[u32], key: u64, stream: &mut Stream) -> usize {
        if outstanding.len() == 1 { 0 } else { self.choose_of_many(outstanding, key, stream) }
    }

    fn choose_of_many(&mut self, outstanding: &[u32], key: u64, stream: &mut Stream) -> usize {
        let n = outstanding.len();
        assert!(0 < n, "a balancer without targets");
        match &self.balance {
            Balance::Random => stream.below(n as u64) as usize,
            Balance::RoundRobin => {
                self.turn = if self.turn + 1 < n { self.turn + 1 } else { 0 };
                self.turn
            }
            Balance::LeastOutstanding => {
                let next = next_fewest(outstanding, self.turn);
                self.turn = next + 1;
                next
            }
            &Balance::Choices(d) => best_of(d, n, |at| outstanding[at], stream),
            Balance::JoinShortest => any_fewest(outstanding, stream),
            Balance::Weighted(weights) => by_weight(weights, stream),
            Balance::Affinity => spread(key, n),
        }
    }
}

impl Chooser {
    /// The target for a call, of those in `among` only, which are in order.
    ///
    /// Users keep their target as long as it is among them; users of a missing one are spread over the others.
    ///
    /// # Panics
    /// If there is none.
    pub(crate) fn choose_among(
        &mut self,
        outstanding: &[u32],
        among: &[u32],
        key: u64,
        stream: &mut Stream,
    ) -> usize {
        let n = among.len();
        assert!(0 < n, "a balancer without targets");
        let calls = |at: usize| outstanding[among[at] as usize];
        let nth = match &self.balance {
            Balance::Random => stream.below(n as u64) as usize,
            Balance::RoundRobin => {
                let next = among.partition_point(|&at| at as usize <= self.turn) % n;
                self.turn = among[next] as usize;
                next
            }
            Balance::LeastOutstanding => {
                let next = self.next_of(among, |at| outstanding[at]);
                self.turn = among[next] as usize + 1;
                next
            }
            &Balance::Choices(d) => best_of(d, n, calls, stream),
            Balance::JoinShortest => any_fewest(&(0..n).map(calls).collect::<Vec<_>>(), stream),
            Balance::Weighted(weights) => {
                let of = |&at: &u32| weights.get(at as usize).copied().unwrap_or(1.0);
                by_weight(&among.iter().map(of).collect::<Vec<_>>(), stream)
            }
            Balance::Affinity => {
                let home = spread(key, outstanding.len());
                among.binary_search(&(home as u32)).unwrap_or_else(|_| spread(key.rotate_left(32), n))
            }
        };
        among[nth] as usize
    }

    /// The target of `among` with the least of what `key` says; of equals the next one in turn.
    ///
    /// # Panics
    /// If there is none.
    pub(crate) fn least_in_turn<K: Ord>(&mut self, among: &[u32], key: impl Fn(usize) -> K) -> usize {
        let next = among[self.next_of(among, key)] as usize;
        self.turn = next + 1;
        next
    }

    /// Where it is in `among`.
    fn next_of<K: Ord>(&self, among: &[u32], key: impl Fn(usize) -> K) -> usize {
        let after = among.partition_point(|&at| (at as usize) < self.turn);
        let in_turn = (after..among.len()).chain(0..after);
        in_turn.min_by_key(|&nth| key(among[nth] as usize)).expect("a balancer has targets")
    }
}

/// One of `n` places, always the same for one key; neighbouring keys go to different places.
fn spread(key: u64, n: usize) -> usize {
    // The upper half of a product with an odd constant.
    let hash = key.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((u128::from(hash) * n as u128) >> 64) as usize
}

/// The target with the fewest calls; of equals the first one from `turn` on.
fn next_fewest(outstanding: &[u32], turn: usize) -> usize {
    // Two passes without an unpredictable branch.
    let fewest = outstanding.iter().copied().min();
    let (before, after) = outstanding.split_at(turn.min(outstanding.len()));
    let is_fewest = |&calls: &u32| Some(calls) == fewest;
    let later = after.iter().position(is_fewest).map(|at| before.len() + at);
    later.or_else(|| before.iter().position(is_fewest)).expect("a balancer has targets")
}

/// The one with the fewest calls of `d` different targets of `n`, drawn at random; of equals the one drawn first.
fn best_of(d: u32, n: usize, calls: impl Fn(usize) -> u32, stream: &mut Stream) -> usize {
    let one = stream.below(n as u64) as usize;
    let mut best = (calls(one), one);
    // How far behind `one` each of the others is, in order.
    let mut drawn = [0; CHOICES_MAX as usize];
    for so_far in 1..n.min(d.min(CHOICES_MAX) as usize) {
        let mut behind = 1 + stream.below((n - so_far) as u64) as usize;
        let mut place = 1;
        while place < so_far && drawn[place] <= behind {
            behind += 1;
            place += 1;
        }
        drawn.copy_within(place..so_far, place + 1);
        drawn[place] = behind;
        let at = (one + behind) % n;
        if calls(at) < best.0 {
            best = (calls(at), at);
        }
    }
    best.1
}

/// Equals are drawn at random: the k-th of them replaces the choice with probability 1/k.
fn any_fewest(outstanding: &[u32], stream: &mut Stream) -> usize {
    let fewest = *outstanding.iter().min().expect("a balancer without targets");
    let equals = outstanding.iter().filter(|&&calls| calls == fewest).count() as u64;
    let nth = if equals == 1 { 0 } else { stream.below(equals) };
    let mut fewest_of = outstanding.iter().enumerate().filter(|&(_, &calls)| calls == fewest);
    fewest_of.nth(nth as usize).map_or(0, |(at, _)| at)
}

fn by_weight(weights: &[f64], stream: &mut Stream) -> usize {
    let mut left = stream.uniform() * weights.iter().sum::<f64>();
    for (at, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return at;
        }
    }
    weights.iter().rposition(|&w| 0.0 < w).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(balance: Balance, outstanding: &[u32]) -> Vec<u32> {
        let (mut chooser, mut stream) = (Chooser::new(balance), Stream::named(7, 0, "balance"));
        let mut counts = vec![0; outstanding.len()];
        for key in 0..6000 {
            counts[chooser.choose(outstanding, key, &mut stream)] += 1;
        }
        counts
    }

    #[test]
    fn each_policy_chooses_as_it_says() {
        let near = |count: u32, expect: u32| count.abs_diff(expect) < 200;
        assert!(shares(Balance::Random, &[0, 9, 0]).iter().all(|&c| near(c, 2000)));
        assert_eq!(shares(Balance::RoundRobin, &[0, 9, 0]), [2000, 2000, 2000]);
        assert_eq!(shares(Balance::LeastOutstanding, &[2, 1, 1]), [0, 3000, 3000]);
        let shortest = shares(Balance::JoinShortest, &[2, 1, 1]);
        assert!(shortest[0] == 0 && near(shortest[1], 3000));
        // Of the three pairs of targets, two hold the idle one.
        let two = shares(Balance::Choices(2), &[0, 2, 1]);
        assert!(near(two[0], 4000) && two[1] == 0 && near(two[2], 2000), "{two:?}");
        let weighted = shares(Balance::Weighted(vec![1.0, 0.0, 2.0]), &[0, 0, 0]);
        assert!(near(weighted[0], 2000) && weighted[1] == 0 && near(weighted[2], 4000));
        assert!(shares(Balance::Affinity, &[0, 0, 0]).iter().all(|&c| near(c, 2000)));
    }

    /// Of the sets of three among five, each as likely, 6 of 10 hold the best, 3 more the second, 1 none but the rest.
    #[test]
    fn d_choices_are_different_targets_each_set_as_likely() {
        let near = |count: u32, expect: u32| count.abs_diff(expect) < 200;
        let three = shares(Balance::Choices(3), &[4, 1, 3, 0, 2]);
        assert!(near(three[3], 3600) && near(three[1], 1800) && near(three[4], 600), "{three:?}");
        assert_eq!(shares(Balance::Choices(5), &[4, 1, 3, 0, 2]), [0, 0, 0, 6000, 0]);
        assert_eq!(shares(Balance::Choices(16), &[4, 1, 3, 0, 2]), [0, 0, 0, 6000, 0]);
        assert!(
            shares(Balance::Choices(3), &[1; 5]).iter().all(|&count| near(count, 1200)),
            "equals are drawn"
        );
        assert!(shares(Balance::Choices(1), &[1, 2, 3]).iter().all(|&count| near(count, 2000)));
    }

    #[test]
    fn each_policy_keeps_to_those_it_may_choose() {
        let near = |count: u32, expect: u32| count.abs_diff(expect) < 200;
        let shares = |balance, outstanding: &[u32], among: &[u32]| {
            let (mut chooser, mut stream) = (Chooser::new(balance), Stream::named(7, 0, "balance"));
            let mut counts = vec![0; outstanding.len()];
            for key in 0..6000 {
                counts[chooser.choose_among(outstanding, among, key, &mut stream)] += 1;
            }
            counts
        };
        let calls = [0, 5, 0, 4, 4];
        let random = shares(Balance::Random, &calls, &[1, 3, 4]);
        assert!(random[0] == 0 && random[2] == 0 && near(random[1], 2000) && near(random[4], 2000));
        assert_eq!(shares(Balance::RoundRobin, &calls, &[1, 3, 4]), [0, 2000, 0, 2000, 2000]);
        assert_eq!(shares(Balance::LeastOutstanding, &calls, &[1, 3, 4]), [0, 0, 0, 3000, 3000]);
        assert!(near(shares(Balance::JoinShortest, &calls, &[1, 3, 4])[4], 3000));
        assert_eq!(shares(Balance::Choices(2), &calls, &[1]), [0, 6000, 0, 0, 0]);
        assert!(near(shares(Balance::Choices(2), &calls, &[1, 3])[3], 6000));
        let weights = Balance::Weighted(vec![1.0, 1.0, 1.0, 2.0]);
        assert!(near(shares(weights, &calls, &[1, 3, 4])[3], 3000), "a weight that is not given is 1");
        // Users of remaining targets stay; users of missing ones all move to the same target.
        let homes = shares(Balance::Affinity, &calls, &[1, 3, 4]);
        assert!(homes[0] == 0 && homes[2] == 0 && [1, 3, 4].iter().all(|&at| near(homes[at], 2000)));
    }
}
