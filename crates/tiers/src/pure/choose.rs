//! Balancing: which of several targets takes a call.

use brownout_kernel::Stream;
use brownout_model::Balance;

/// Chooses among numbered targets by how many calls each has.
#[derive(Debug)]
pub(crate) struct Chooser {
    balance: Balance,
    /// The next target, for round robin.
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
            Balance::LeastOutstanding => first_fewest(outstanding),
            Balance::TwoChoices => {
                let one = stream.below(n as u64) as usize;
                let other = (one + 1 + stream.below(n as u64 - 1) as usize) % n;
                if outstanding[other] < outstanding[one] { other } else { one }
            }
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
            Balance::LeastOutstanding => (0..n).min_by_key(|&at| calls(at)).unwrap_or(0),
            Balance::TwoChoices => {
                let one = stream.below(n as u64) as usize;
                let other = if n == 1 { one } else { (one + 1 + stream.below(n as u64 - 1) as usize) % n };
                if calls(other) < calls(one) { other } else { one }
            }
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
}

/// One of `n` places, always the same for one key; neighbouring keys go to different places.
fn spread(key: u64, n: usize) -> usize {
    // The upper half of a product with an odd constant.
    let hash = key.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((u128::from(hash) * n as u128) >> 64) as usize
}

fn first_fewest(outstanding: &[u32]) -> usize {
    // Two passes without an unpredictable branch.
    let fewest = outstanding.iter().copied().min();
    outstanding.iter().position(|&calls| Some(calls) == fewest).expect("a balancer has targets")
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
        assert_eq!(shares(Balance::LeastOutstanding, &[2, 1, 1]), [0, 6000, 0]);
        let shortest = shares(Balance::JoinShortest, &[2, 1, 1]);
        assert!(shortest[0] == 0 && near(shortest[1], 3000));
        // Of the three pairs of targets, two hold the idle one.
        let two = shares(Balance::TwoChoices, &[0, 2, 1]);
        assert!(near(two[0], 4000) && two[1] == 0 && near(two[2], 2000), "{two:?}");
        let weighted = shares(Balance::Weighted(vec![1.0, 0.0, 2.0]), &[0, 0, 0]);
        assert!(near(weighted[0], 2000) && weighted[1] == 0 && near(weighted[2], 4000));
        assert!(shares(Balance::Affinity, &[0, 0, 0]).iter().all(|&c| near(c, 2000)));
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
        assert_eq!(shares(Balance::LeastOutstanding, &calls, &[1, 3, 4]), [0, 0, 0, 6000, 0]);
        assert!(near(shares(Balance::JoinShortest, &calls, &[1, 3, 4])[4], 3000));
        assert_eq!(shares(Balance::TwoChoices, &calls, &[1]), [0, 6000, 0, 0, 0]);
        assert!(near(shares(Balance::TwoChoices, &calls, &[1, 3])[3], 6000));
        let weights = Balance::Weighted(vec![1.0, 1.0, 1.0, 2.0]);
        assert!(near(shares(weights, &calls, &[1, 3, 4])[3], 3000), "a weight that is not given is 1");
        // Users of remaining targets stay; users of missing ones all move to the same target.
        let homes = shares(Balance::Affinity, &calls, &[1, 3, 4]);
        assert!(homes[0] == 0 && homes[2] == 0 && [1, 3, 4].iter().all(|&at| near(homes[at], 2000)));
    }
}
