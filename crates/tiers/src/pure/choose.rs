//! Which of several takes a call.

use crate::model::Balance;
use brownout_kernel::Stream;

/// Chooses among numbered targets by how many calls each has.
#[derive(Debug)]
pub(crate) struct Chooser {
    balance: Balance,
    /// Whose turn it is, for round robin.
    turn: usize,
}

impl Chooser {
    /// A chooser that has chosen nobody yet.
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
            // The upper half of a product with an odd constant: neighbouring keys go to different places.
            Balance::Affinity => {
                let hash = key.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                ((u128::from(hash) * n as u128) >> 64) as usize
            }
        }
    }
}

fn first_fewest(outstanding: &[u32]) -> usize {
    // Two passes without a branch that nobody could predict.
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
}
