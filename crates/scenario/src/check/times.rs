//! Mean times without queueing: the least that any timeout has to allow for.

use super::graph::Graph;
use brownout_model::{Balance, Balancer, Body, Cache, Model, PathId, Service, Station, Target};

/// Mean seconds by tier and path.
#[derive(Clone, Debug)]
pub(super) struct Times {
    paths: usize,
    /// Service alone.
    service: Vec<f64>,
    /// Until the answer: service, calls and links, without queueing.
    answer: Vec<f64>,
    /// By tier: the miss ratio of its cache.
    misses: Vec<f64>,
}

impl Times {
    pub(super) fn of(model: &Model, graph: &Graph) -> Times {
        let paths = model.paths.len();
        let mut times = Times {
            paths,
            service: vec![0.0; paths * model.tiers.len()],
            answer: vec![0.0; paths * model.tiers.len()],
            misses: model.tiers.iter().map(|tier| cache(&tier.body).map_or(1.0, misses)).collect(),
        };
        for tier in graph.order.iter().rev() {
            for path in 0..paths {
                let at = tier.0 as usize * paths + path;
                match &model.tiers[tier.0 as usize].body {
                    Body::Station(station) => {
                        times.service[at] = mean_service(model, station, path);
                        times.answer[at] = times.service[at] + times.calls(station, tier.0 as usize, path);
                    }
                    Body::Balancer(balancer) => {
                        let of = |(share, target): (f64, &Target)| {
                            share * times.answer(target.to.0 as usize, path)
                        };
                        times.answer[at] = shares(balancer).into_iter().zip(&balancer.targets).map(of).sum();
                    }
                    Body::Engines(engines) => {
                        let (prompt, output) = mean_tokens(model, path);
                        let tokens = |n: f64| n.round().clamp(1.0, f64::from(u32::MAX)) as u32;
                        let alone = engines.engine.alone(tokens(prompt), tokens(output));
                        let passes = f64::from(engines.passes[path]);
                        times.service[at] = alone.map_or(0.0, |alone| passes * alone.last.as_secs_f64());
                        times.answer[at] = times.service[at];
                    }
                    Body::Link(link) => {
                        let there = link.latency.mean();
                        times.answer[at] = 2.0 * there + times.answer(link.to.0 as usize, path);
                    }
                }
            }
        }
        times
    }

    pub(super) fn service(&self, tier: usize, path: usize) -> f64 {
        self.service[tier * self.paths + path]
    }

    pub(super) fn answer(&self, tier: usize, path: usize) -> f64 {
        self.answer[tier * self.paths + path]
    }

    /// The time that one call occupies a worker.
    pub(super) fn held(&self, station: &Station, tier: usize, path: usize) -> f64 {
        if station.hold { self.answer(tier, path) } else { self.service(tier, path) }
    }

    /// The share of calls that a tier passes on when its cache is warm.
    pub(super) fn misses(&self, tier: usize) -> f64 {
        self.misses[tier]
    }

    fn calls(&self, station: &Station, tier: usize, path: usize) -> f64 {
        let mine = station.calls.iter().filter(|call| call.paths.contains(PathId(path as u8)));
        let each = mine.map(|call| {
            let answer = self.answer(call.to.0 as usize, path);
            // A caller does not wait longer than its timeout for a call that may fail.
            let waited =
                call.timeout.filter(|_| call.optional).map_or(answer, |span| answer.min(span.as_secs_f64()));
            call.mean_times() * waited
        });
        let sum = if station.together { each.fold(0.0, f64::max) } else { each.sum() };
        sum * self.misses(tier)
    }
}

fn mean_service(model: &Model, station: &Station, path: usize) -> f64 {
    match &station.service[path] {
        Service::Instant => 0.0,
        Service::Drawn(law) => law.mean(),
        Service::Tokens { base, prefill, decode } => {
            let (prompt, output) = mean_tokens(model, path);
            base.mean() + prompt / prefill + output / decode
        }
    }
}

/// Mean tokens of prompt and output.
pub(super) fn mean_tokens(model: &Model, path: usize) -> (f64, f64) {
    let operation = &model.operations[model.paths[path].operation.0 as usize];
    let mean = |law: &Option<brownout_dist::Law>| law.as_ref().map_or(0.0, brownout_dist::Law::mean);
    (f64::from(operation.talk.shared_prefix) + mean(&operation.prompt), mean(&operation.output))
}

/// The share of calls of each target of a balancer while all are healthy.
pub(super) fn shares(balancer: &Balancer) -> Vec<f64> {
    let first = || balancer.targets.iter().filter(|target| target.priority == 0);
    let count = first().count() as f64;
    let weighted = matches!(balancer.balance, Balance::Weighted(_));
    let sum: f64 = first().map(|target| target.weight).sum();
    let share = |target: &Target| match target.priority {
        0 if weighted && 0.0 < sum => target.weight / sum,
        0 => 1.0 / count,
        _ => 0.0,
    };
    balancer.targets.iter().map(share).collect()
}

fn cache(body: &Body) -> Option<&Cache> {
    match body {
        Body::Station(station) => station.cache.as_ref(),
        _ => None,
    }
}

/// A lower bound of the miss ratio: that of a cache which always holds the most popular keys.
fn misses(cache: &Cache) -> f64 {
    if cache.keys <= cache.entries {
        return 0.0;
    }
    1.0 - harmonic(cache.entries, cache.skew) / harmonic(cache.keys, cache.skew)
}

/// The sum of k^−s for k up to n: the first terms one by one, the others as an integral with the first correction of
/// the midpoint rule. The remaining error is below 10⁻⁸ of the sum.
fn harmonic(n: u64, s: f64) -> f64 {
    const EXACT: u64 = 32;
    let first: f64 = (1..=n.min(EXACT)).map(|k| (k as f64).powf(-s)).sum();
    if n <= EXACT {
        return first;
    }
    let (low, high) = (EXACT as f64 + 0.5, n as f64 + 0.5);
    let rest = if (s - 1.0).abs() < 1e-9 {
        (high / low).ln()
    } else {
        (high.powf(1.0 - s) - low.powf(1.0 - s)) / (1.0 - s)
    };
    let slope = |at: f64| -s * at.powf(-s - 1.0);
    first + rest - (slope(high) - slope(low)) / 24.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_of_a_tenth_of_the_keys_misses_as_zipf_says() {
        let cache = |keys, entries, skew| Cache {
            keys,
            entries,
            skew,
            ttl: None,
            single_flight: false,
            warm: true,
            stale: None,
        };
        assert!((misses(&cache(100_000, 10_000, 0.0)) - 0.9).abs() < 1e-6);
        // H(10,000) / H(100,000) = 9.7876 / 12.0901
        assert!((misses(&cache(100_000, 10_000, 1.0)) - (1.0 - 9.787_606 / 12.090_146)).abs() < 1e-6);
        let exact = |n: u64, s: f64| (1..=n).map(|k| (k as f64).powf(-s)).sum::<f64>();
        for s in [0.0, 0.5, 0.9, 1.0, 1.5, 4.0] {
            let (sum, near) = (exact(20_000, s), harmonic(20_000, s));
            assert!((near / sum - 1.0).abs() < 1e-8, "{s}: {near} for {sum}");
        }
        assert!(misses(&cache(10, 10, 1.0)).abs() < 1e-12);
    }
}
