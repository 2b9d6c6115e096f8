//! A log-linear histogram of nanoseconds: 64 buckets an octave, so that a bucket is at most 1.6 % wide.
//!
//! Quantiles are interpolated inside the bucket, which makes the error of a smooth law far smaller (below 0.1 %); of a law
//! with atoms it stays below the width of a bucket. The idea is that of HDR histograms (Gil Tene).

/// Buckets an octave, as a power of two.
const SUB_BITS: u32 = 6;
const SUB: u64 = 1 << SUB_BITS;
const BUCKETS: usize = ((64 - SUB_BITS as usize) + 1) << SUB_BITS;

/// Counts of values, whatever their range, in constant memory.
#[derive(Clone, Debug)]
pub struct Histogram {
    counts: Box<[u32; BUCKETS]>,
    /// The least and the greatest value so far.
    min: u64,
    max: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram { counts: Box::new([0; BUCKETS]), min: u64::MAX, max: 0 }
    }
}

/// The bucket of a value.
#[inline(always)]
fn bucket(value: u64) -> usize {
    let octave = (63 - (value | SUB).leading_zeros()) - SUB_BITS;
    ((u64::from(octave) << SUB_BITS) + (value >> octave)) as usize
}

/// The least value of a bucket, and how many values it holds.
fn bounds(bucket: usize) -> (u64, u64) {
    let octave = (bucket as u64 >> SUB_BITS).saturating_sub(1);
    ((bucket as u64 - (octave << SUB_BITS)) << octave, 1 << octave)
}

impl Histogram {
    /// Counts a value.
    #[inline(always)]
    pub fn add(&mut self, value: u64) {
        self.counts[bucket(value)] += 1;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    /// Whether nothing was counted since the last [`Histogram::clear`].
    pub fn is_empty(&self) -> bool {
        self.max < self.min
    }

    /// What was counted, without the empty buckets.
    pub fn sparse(&self) -> SparseHistogram {
        if self.is_empty() {
            return SparseHistogram::default();
        }
        let touched = bucket(self.min)..=bucket(self.max);
        let filled = touched.filter(|&at| 0 < self.counts[at]);
        let buckets = filled.map(|at| (at as u16, u64::from(self.counts[at]))).collect();
        SparseHistogram { buckets, min: self.min, max: self.max }
    }

    /// Forgets everything; costs what lies between the least and the greatest value.
    pub fn clear(&mut self) {
        if !self.is_empty() {
            self.counts[bucket(self.min)..=bucket(self.max)].fill(0);
            (self.min, self.max) = (u64::MAX, 0);
        }
    }
}

/// The filled buckets of a [`Histogram`]: small, and can be merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SparseHistogram {
    /// Bucket and count, in order.
    buckets: Vec<(u16, u64)>,
    min: u64,
    max: u64,
}

impl Default for SparseHistogram {
    fn default() -> Self {
        SparseHistogram { buckets: Vec::new(), min: u64::MAX, max: 0 }
    }
}

impl SparseHistogram {
    /// How many values.
    pub fn count(&self) -> u64 {
        self.buckets.iter().map(|(_, count)| count).sum()
    }

    /// The least value; none if there is none.
    pub fn min(&self) -> Option<u64> {
        (self.min <= self.max).then_some(self.min)
    }

    /// The greatest value; none if there is none.
    pub fn max(&self) -> Option<u64> {
        (self.min <= self.max).then_some(self.max)
    }

    /// Adds the values of another.
    pub fn merge(&mut self, other: &SparseHistogram) {
        let (mut merged, mut mine) = (Vec::with_capacity(self.buckets.len() + other.buckets.len()), 0);
        for &(at, count) in &other.buckets {
            while mine < self.buckets.len() && self.buckets[mine].0 < at {
                merged.push(self.buckets[mine]);
                mine += 1;
            }
            match self.buckets.get(mine) {
                Some(&(same, old)) if same == at => {
                    merged.push((at, old + count));
                    mine += 1;
                }
                _ => merged.push((at, count)),
            }
        }
        merged.extend_from_slice(&self.buckets[mine..]);
        self.buckets = merged;
        (self.min, self.max) = (self.min.min(other.min), self.max.max(other.max));
    }

    /// The value that the part `q` of all values does not exceed, interpolated; not a number if there is no value.
    ///
    /// Rank `q·n` as in type 4 of Hyndman and Fan (1996), clamped to the least and the greatest value.
    pub fn quantile(&self, q: f64) -> f64 {
        let total = self.count();
        if total == 0 {
            return f64::NAN;
        }
        let (rank, mut seen) = (q.clamp(0.0, 1.0) * total as f64, 0.0);
        for &(at, count) in &self.buckets {
            let count = count as f64;
            if rank <= seen + count {
                let (low, width) = bounds(at.into());
                let value = low as f64 + width as f64 * ((rank - seen) / count);
                return value.clamp(self.min as f64, self.max as f64);
            }
            seen += count;
        }
        self.max as f64
    }

    /// The part of the values below `value`, interpolated; not a number if there is no value.
    pub fn fraction_below(&self, value: f64) -> f64 {
        let below = |&(at, count): &(u16, u64)| {
            let (low, width) = bounds(at.into());
            ((value - low as f64) / width as f64).clamp(0.0, 1.0) * count as f64
        };
        let total = self.count();
        if total == 0 { f64::NAN } else { self.buckets.iter().map(below).sum::<f64>() / total as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_lies_in_its_bucket() {
        for value in (0..1000).chain([1 << 20, (1 << 40) + 12_345, u64::MAX / 3, u64::MAX]) {
            let at = bucket(value);
            let (low, width) = bounds(at);
            assert!(at < BUCKETS && low <= value && value - low < width, "{value} in {at}: {low} + {width}");
        }
    }

    #[test]
    fn quantiles_of_a_smooth_law_are_good_to_a_thousandth() {
        let mut histogram = Histogram::default();
        let n = 1_000_000;
        let exact = |p: f64| -1e9 * (1.0 - p).ln();
        (0..n).for_each(|k| histogram.add(exact((f64::from(k) + 0.5) / f64::from(n)) as u64));
        let sparse = histogram.sparse();
        for p in [0.01, 0.5, 0.9, 0.99, 0.999] {
            assert!(
                (sparse.quantile(p) / exact(p) - 1.0).abs() < 1e-3,
                "{p}: {} {}",
                sparse.quantile(p),
                exact(p)
            );
            assert!((sparse.fraction_below(exact(p)) - p).abs() < 1e-3);
        }
    }

    #[test]
    fn a_constant_is_itself() {
        let mut histogram = Histogram::default();
        (0..10).for_each(|_| histogram.add(123_456_789));
        assert_eq!([0.0, 0.5, 1.0].map(|q| histogram.sparse().quantile(q)), [123_456_789.0; 3]);
        histogram.clear();
        assert!(histogram.is_empty() && histogram.sparse() == SparseHistogram::default());
    }

    #[test]
    fn merging_is_counting_together() {
        let (mut one, mut two, mut both) = (Histogram::default(), Histogram::default(), Histogram::default());
        for k in 0..10_000u64 {
            let value = k.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (k % 60);
            if k % 3 == 0 {
                one.add(value)
            } else {
                two.add(value)
            }
            both.add(value);
        }
        let mut merged = one.sparse();
        merged.merge(&two.sparse());
        assert_eq!(merged, both.sparse());
    }
}
