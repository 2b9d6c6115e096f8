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

/// Of each tier with several replicas to which calls were sent.
pub(crate) fn balance(legend: &Legend, runs: &[&Digest]) -> Vec<Balance> {
    let layout = &legend.layout;
    let places = layout.loads..layout.places.len();
    let of = |place: usize| {
        let sent: Vec<&[u64]> = runs.iter().map(|run| run.measured().sent(place)).collect();
        let shares = shares(&sent);
        (!shares.is_empty()).then(|| Balance { tier: layout.places[place].name.clone(), shares })
    };
    places.filter_map(of).collect()
}

/// By replica, from what was sent to each in each replication.
fn shares(sent: &[&[u64]]) -> Vec<Estimate> {
    let replicas = sent.iter().map(|one| one.len()).max().unwrap_or(0);
    let all: Vec<(&[u64], f64)> = sent
        .iter()
        .map(|one| (*one, one.iter().sum::<u64>() as f64))
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
        let found = shares(&[&[30, 10], &[20, 10, 10], &[]]);
        let means: Vec<f64> = found.iter().map(|share| share.mean).collect();
        assert_eq!(means, [0.625, 0.25, 0.125]);
        assert!(shares(&[&[], &[]]).is_empty());
    }
}
