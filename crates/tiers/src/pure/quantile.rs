//! A quantile of recent latencies, accurate to 1/16: the delay of a hedge.

use brownout_units::Span;

/// Parts of each power of two.
const PARTS: u32 = 4;
const BUCKETS: usize = 64 << PARTS;
/// With fewer answers there is no quantile.
const SEEN_MIN: u64 = 20;
/// After this many answers the weight of earlier ones is halved.
const SEEN_MAX: u64 = 1_000;
/// The quantile is recomputed after this many answers.
const EVERY: u64 = 16;

/// Counts by length, and a quantile of them.
#[derive(Clone, Debug)]
pub(crate) struct Quantile {
    part: f64,
    counts: Vec<u32>,
    seen: u64,
    since: u64,
    value: Option<Span>,
}

impl Quantile {
    /// The quantile: this fraction is shorter.
    pub(crate) fn new(part: f64) -> Self {
        Quantile { part, counts: vec![0; BUCKETS], seen: 0, since: 0, value: None }
    }

    /// Adds the latency of an answer.
    pub(crate) fn add(&mut self, took: Span) {
        self.counts[bucket(took.nanos())] += 1;
        self.seen += 1;
        self.since += 1;
        if SEEN_MIN <= self.seen && (self.value.is_none() || EVERY <= self.since) {
            self.value = Some(self.quantile());
            self.since = 0;
        }
        if SEEN_MAX <= self.seen {
            self.counts.iter_mut().for_each(|count| *count /= 2);
            self.seen = self.counts.iter().map(|count| u64::from(*count)).sum();
        }
    }

    /// The quantile, once enough is known.
    pub(crate) const fn value(&self) -> Option<Span> {
        self.value
    }

    fn quantile(&self) -> Span {
        let wanted = (self.part * self.seen as f64).ceil().max(1.0) as u64;
        let mut below = 0;
        for (at, count) in self.counts.iter().enumerate() {
            below += u64::from(*count);
            if wanted <= below {
                return Span::from_nanos(end(at));
            }
        }
        unreachable!("{} answers are somewhere", self.seen)
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
