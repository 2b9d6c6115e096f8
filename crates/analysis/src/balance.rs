//! How the calls of each tier were spread over its replicas.

use brownout_observe::{Digest, Legend};
use brownout_stats::Estimate;
use serde::{Deserialize, Serialize};

/// How the calls of a tier were spread over its replicas, after the warm-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Balance {
    /// The tier.
    pub tier: String,
    /// By replica: its share of the calls that were sent to any of them, taken or refused, with the interval of a
    /// share. A request that moves from one replica to another was sent to both. Where replicas come and go, a new one
    /// takes the number of one that has gone.
    pub shares: Vec<Estimate>,
}

/// How many calls were sent to each replica, by tier and replication.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spread(Vec<Vec<Vec<u64>>>);

/// The same of one replication, by tier; empty of a tier with a single replica.
pub(crate) fn sent(legend: &Legend, run: &Digest) -> Vec<Vec<u64>> {
    let places = legend.layout.loads..legend.layout.places.len();
    let several = |place| Some(run.measured().sent(place)).filter(|sent| 1 < sent.len());
    places.map(|place| several(place).unwrap_or_default().to_vec()).collect()
}

impl Spread {
    /// Adds a replication.
    pub(crate) fn add(&mut self, sent: Vec<Vec<u64>>) {
        self.0.resize(sent.len(), Vec::new());
        for (all, one) in self.0.iter_mut().zip(sent) {
            if !one.is_empty() {
                all.push(one);
            }
        }
    }

    /// Bytes of memory that it takes, nearly.
    pub(crate) fn bytes(&self) -> usize {
        self.0.iter().flatten().map(|sent| size_of_val(sent) + size_of_val(&sent[..])).sum()
    }

    /// Of each tier with several replicas to which calls were sent.
    pub(crate) fn balance(&self, legend: &Legend) -> Vec<Balance> {
        let tiers = legend.layout.places[legend.layout.loads..].iter().zip(&self.0);
        let of = tiers.map(|(place, sent)| Balance { tier: place.name.clone(), shares: shares(sent) });
        of.filter(|balance| 1 < balance.shares.len()).collect()
    }
}

/// By replica, from what was sent to each in each replication.
fn shares(sent: &[Vec<u64>]) -> Vec<Estimate> {
    let replicas = sent.iter().map(Vec::len).max().unwrap_or(0);
    let all: Vec<(&[u64], f64)> = sent
        .iter()
        .map(|one| (&one[..], one.iter().sum::<u64>() as f64))
        .filter(|(_, calls)| 0.0 < *calls)
        .collect();
    if all.is_empty() {
        return Vec::new();
    }
    let trials = all.iter().map(|(_, calls)| calls).sum();
    let share = |replica: usize| {
        let of = |(one, calls): &(&[u64], f64)| one.get(replica).map_or(0.0, |n| *n as f64 / calls);
        let values: Vec<f64> = all.iter().map(of).collect();
        Estimate::of_shares(&values, Some(trials), 0.95)
    };
    (0..replicas).map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn shares_add_up_and_a_replica_that_came_later_has_none_before() {
        let found = shares(&[vec![30, 10], vec![20, 10, 10], Vec::new()]);
        let means: Vec<f64> = found.iter().map(|share| share.mean).collect();
        assert_eq!(means, [0.625, 0.25, 0.125]);
        assert!(shares(&[Vec::new(), Vec::new()]).is_empty());
    }
}
