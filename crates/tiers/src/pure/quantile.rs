//! A quantile of recent latencies: the delay of a hedge.
//!
//! Counts in buckets of a sixteenth of a power of two, between whose bounds it interpolates.

use brownout_units::Span;

/// Each power of two has 2 to this many buckets.
const PARTS: u32 = 4;
const BUCKETS: usize = 64 << PARTS;
/// With fewer answers there is no quantile, nor with so few that none is expected beyond it.
const SEEN_MIN: f64 = 20.0;
/// After this many answers the weight of earlier ones is halved, and not before this many are expected beyond it.
const SEEN_MAX: f64 = 1_000.0;
const BEYOND_MAX: f64 = 20.0;
/// The quantile is recomputed after this many answers.
const EVERY: u64 = 16;

/// Counts by length, and a quantile of them.
#[derive(Clone, Debug)]
pub(crate) struct Quantile {
    part: f64,
    /// Weights: a power of two for each answer, so that a bucket of one is halved and not lost.
    counts: Vec<f64>,
    seen: f64,
    /// Answers that it needs, and that halve the weights.
    enough: f64,
    most: f64,
    since: u64,
    value: Option<Span>,
}

impl Quantile {
    /// The quantile: this fraction is shorter.
    pub(crate) fn new(part: f64) -> Self {
        let (enough, most) = (SEEN_MIN.max((1.0 - part).recip()), SEEN_MAX.max(BEYOND_MAX / (1.0 - part)));
        Quantile { part, counts: vec![0.0; BUCKETS], seen: 0.0, enough, most, since: 0, value: None }
    }

    /// Adds the latency of an answer.
    pub(crate) fn add(&mut self, took: Span) {
        self.counts[bucket(took.nanos())] += 1.0;
        self.seen += 1.0;
        self.since += 1;
        // 1 − 0.95 is slightly above a twentieth.
        if self.enough - 1e-6 <= self.seen && (self.value.is_none() || EVERY <= self.since) {
            self.value = Some(self.quantile());
            self.since = 0;
        }
        if self.most <= self.seen {
            self.counts.iter_mut().for_each(|count| *count *= 0.5);
            self.seen *= 0.5;
        }
    }

    /// The quantile, once enough is known.
    pub(crate) const fn value(&self) -> Option<Span> {
        self.value
    }

    fn quantile(&self) -> Span {
        // Of n values the k-th leaves a fraction 1 − k/(n + 1) beyond it.
        let wanted = (self.part * (self.seen + 1.0)).min(self.seen);
        let mut below = 0.0;
        let mut last = 0;
        for (at, &count) in self.counts.iter().enumerate().filter(|(_, count)| 0.0 < **count) {
            if wanted <= below + count {
                let (from, to) = (if at == 0 { 0.0 } else { end(at - 1) as f64 }, end(at) as f64);
                return Span::from_nanos((from + (to - from) * ((wanted - below) / count)) as u64);
            }
            below += count;
            last = at;
        }
        // Sums of fractions may be slightly too small.
        Span::from_nanos(end(last))
    }
}

/// A power of two and the next bits below it.
fn bucket(nanos: u64) -> usize {
    let power = nanos.max(1).ilog2();
    let part = if power < PARTS { nanos << (PARTS - power) } else { nanos >> (power - PARTS) };
    ((power << PARTS) as usize) + (part & ((1 << PARTS) - 1)) as usize
}

/// The longest length of a bucket.
fn end(at: usize) -> u64 {
    let (power, part) = ((at >> PARTS) as u32, (at & ((1 << PARTS) - 1)) as u64 + 1 + (1 << PARTS));
    if power < PARTS { part >> (PARTS - power) } else { (part << (power - PARTS)).wrapping_sub(1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_kernel::Stream;

    /// The fraction of exponential latencies that is longer, by the quantile that those before them gave.
    #[test]
    fn as_many_as_said_are_longer() {
        for part in [0.5, 0.9, 0.95, 0.99, 0.999] {
            let (mut quantile, mut stream) = (Quantile::new(part), Stream::named(7, 0, "quantile"));
            let (mut tried, mut longer) = (0.0, 0.0);
            for _ in 0..400_000 {
                let took = Span::from_secs_f64(-stream.uniform().max(1e-18).ln());
                if let Some(value) = quantile.value() {
                    tried += 1.0;
                    longer += f64::from(u8::from(value < took));
                }
                quantile.add(took);
            }
            let (share, expect): (f64, f64) = (longer / tried, 1.0 - part);
            // The error of the count, and that of a moving quantile of some hundred values, three times each.
            let error = 3.0 * (expect / tried).sqrt() * 2.0 + 0.03 * expect;
            assert!((share - expect).abs() < error, "{part}: {share} of {expect}");
        }
    }

    #[test]
    fn a_rare_long_answer_is_not_forgotten_at_once() {
        let mut quantile = Quantile::new(0.99);
        for n in 0..2_500 {
            quantile.add(if n % 50 == 0 { Span::from_secs(9) } else { Span::from_millis(10) });
        }
        assert!(Span::from_secs(8) < quantile.value().expect("enough"));
    }

    #[test]
    fn it_is_good_to_a_sixteenth() {
        let mut quantile = Quantile::new(0.95);
        for millis in 1..=19 {
            quantile.add(Span::from_millis(millis));
        }
        assert_eq!(quantile.value(), None, "too few");
        for millis in (1..=400).cycle().take(4_000) {
            quantile.add(Span::from_millis(millis));
        }
        let value = quantile.value().expect("enough").as_secs_f64();
        assert!((0.36..0.42).contains(&value), "{value}");
    }

    #[test]
    fn it_follows_what_changes() {
        let mut quantile = Quantile::new(0.5);
        (0..2_000).for_each(|_| quantile.add(Span::from_millis(10)));
        (0..4_000).for_each(|_| quantile.add(Span::from_secs(1)));
        assert!(Span::from_millis(900) < quantile.value().expect("enough"));
    }

    #[test]
    fn every_length_has_its_bucket() {
        for nanos in [0, 1, 2, 7, 15, 16, 17, 1_000, 123_456_789, u64::MAX / 3, u64::MAX] {
            let at = bucket(nanos);
            assert!(at < BUCKETS && nanos <= end(at).max(1), "{nanos}: {at}, {}", end(at));
        }
    }
}
