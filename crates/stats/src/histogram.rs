//! A log-linear histogram of nanoseconds: 64 buckets an octave, so that a bucket is at most 1/64 of its values wide.
//!
//! A quantile lies in the same bucket as the order statistic that it stands for, so it is off by less than 1.6 %; as it
//! is interpolated inside the bucket, the error for a smooth law is far smaller (below 0.1 %). Below 128 ns it is exact
//! to the nanosecond, and with all values equal it is exact. The idea is that of HDR histograms (Gil Tene).

use serde::{Deserialize, Serialize};

/// Buckets an octave, as a power of two.
const SUB_BITS: u32 = 6;
const SUB: u64 = 1 << SUB_BITS;
const BUCKETS: usize = ((64 - SUB_BITS as usize) + 1) << SUB_BITS;

/// Counts of values, whatever their range, in constant memory.
#[derive(Clone, Debug)]
pub struct Histogram {
    /// 64 bits a cell: 32 would overflow silently after four billion values of a long run.
    counts: Box<[u64; BUCKETS]>,
    /// The least and the greatest value so far.
    min: u64,
    max: u64,
    /// `max - min + 1`, 0 where that does not fit or there is no value: whether a value lies between the two is then
    /// one comparison.
    width: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        // Allocated through a vector, so that 30 kB never lie on the stack.
        let zeros = vec![0; BUCKETS].into_boxed_slice().try_into().expect("the vector has BUCKETS cells");
        Histogram { counts: zeros, min: u64::MAX, max: 0, width: 0 }
    }
}

/// The bucket of a value.
#[inline(always)]
#[expect(clippy::inline_always, reason = "it is the body of `add`")]
fn bucket(value: u64) -> usize {
    let octave = (value | SUB).ilog2() - SUB_BITS;
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
    #[expect(
        clippy::inline_always,
        reason = "every finished request passes here; a call would double its cost"
    )]
    pub fn add(&mut self, value: u64) {
        self.counts[bucket(value)] += 1;
        // A new least or greatest value is rare: a predicted branch costs less than two stores.
        if self.width <= value.wrapping_sub(self.min) {
            self.widen(value, value);
        }
    }

    #[cold]
    #[inline(never)]
    fn widen(&mut self, least: u64, greatest: u64) {
        (self.min, self.max) = (self.min.min(least), self.max.max(greatest));
        self.width = (self.max - self.min).wrapping_add(1);
    }

    /// Counts a value `times` times.
    #[inline]
    pub fn add_many(&mut self, value: u64, times: u64) {
        if 0 < times {
            self.counts[bucket(value)] += times;
            self.widen(value, value);
        }
    }

    /// The number of values; takes time proportional to the range between the least and the greatest.
    pub fn count(&self) -> u64 {
        if self.is_empty() { 0 } else { self.counts[bucket(self.min)..=bucket(self.max)].iter().sum() }
    }

    /// The least value, exactly; none if there is none.
    pub fn min(&self) -> Option<u64> {
        (!self.is_empty()).then_some(self.min)
    }

    /// The greatest value, exactly; none if there is none.
    pub fn max(&self) -> Option<u64> {
        (!self.is_empty()).then_some(self.max)
    }

    /// Like [`SparseHistogram::quantile`].
    pub fn quantile(&self, q: f64) -> f64 {
        self.sparse().quantile(q)
    }

    /// Like [`SparseHistogram::fraction_below`].
    pub fn fraction_below(&self, value: f64) -> f64 {
        self.sparse().fraction_below(value)
    }

    /// Whether nothing was counted since the last [`Histogram::take_sparse`].
    pub fn is_empty(&self) -> bool {
        self.max < self.min
    }

    /// The counts without the empty buckets.
    pub fn sparse(&self) -> SparseHistogram {
        if self.is_empty() {
            return SparseHistogram::default();
        }
        let (first, last) = (bucket(self.min), bucket(self.max));
        let touched = &self.counts[first..=last];
        // Counted first, several cells at a time: many of these live long, so none keeps spare capacity, and a vector
        // that grows takes as long as all the rest.
        let filled = touched.iter().fold(0, |filled: usize, count| filled + usize::from(0 < *count));
        let mut buckets = Vec::with_capacity(filled);
        for (at, &count) in (first as u16..).zip(touched) {
            if 0 < count {
                buckets.push((at, count));
            }
        }
        SparseHistogram { buckets, min: self.min, max: self.max }
    }

    /// The counts without the empty buckets, which are removed here.
    pub fn take_sparse(&mut self) -> SparseHistogram {
        let taken = self.sparse();
        for &(at, _) in &taken.buckets {
            self.counts[usize::from(at)] = 0;
        }
        (self.min, self.max, self.width) = (u64::MAX, 0, 0);
        taken
    }

    /// Counts all values of another, without its empty buckets.
    pub fn merge_sparse(&mut self, other: &SparseHistogram) {
        for &(at, count) in &other.buckets {
            self.counts[usize::from(at)] += count;
        }
        if !other.buckets.is_empty() {
            self.widen(other.min, other.max);
        }
    }
}

/// The filled buckets of a [`Histogram`]: small, and can be merged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Bytes of memory that its buckets take.
    pub fn bytes(&self) -> usize {
        self.buckets.capacity() * size_of::<(u16, u64)>()
    }

    /// The number of values.
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

    /// The mean, by the middle of each bucket: off by less than 0.8 %; none if there is no value.
    pub fn mean(&self) -> Option<f64> {
        let middle = |at: u16| {
            let (low, width) = bounds(at.into());
            (low as f64 + (width - 1) as f64 / 2.0).clamp(self.min as f64, self.max as f64)
        };
        let count = self.count();
        let sum: f64 = self.buckets.iter().map(|&(at, count)| middle(at) * count as f64).sum();
        (0 < count).then(|| sum / count as f64)
    }

    /// The value that the share `q` of all values does not exceed, interpolated; NaN if there is no value.
    ///
    /// Rank `q·n` as in type 4 of Hyndman and Fan (1996), clamped to the least and the greatest value.
    pub fn quantile(&self, q: f64) -> f64 {
        let total = self.count();
        if total == 0 {
            return f64::NAN;
        }
        let rank = q.clamp(0.0, 1.0) * total as f64;
        // Most quantiles are high: the bucket of a rank is found from above, where fewer lie.
        let (needed, mut above) = ((rank.ceil() as u64).clamp(1, total), 0);
        for &(at, count) in self.buckets.iter().rev() {
            let before = total - above - count;
            if before < needed {
                let (low, width) = bounds(at.into());
                // A bucket of one value is that value: nothing lies between 0 ns and 1 ns.
                let inside =
                    if width == 1 { 0.0 } else { width as f64 * ((rank - before as f64) / count as f64) };
                let value = low as f64 + inside;
                return value.clamp(self.min as f64, self.max as f64);
            }
            above += count;
        }
        self.min as f64
    }

    /// The share of the values below `value`, interpolated; NaN if there is no value.
    pub fn fraction_below(&self, value: f64) -> f64 {
        let below = |&(at, count): &(u16, u64)| {
            let (low, width) = bounds(at.into());
            ((value - low as f64) / width as f64).clamp(0.0, 1.0) * count as f64
        };
        let total = self.count();
        if total == 0 { f64::NAN } else { self.buckets.iter().map(below).sum::<f64>() / total as f64 }
    }
}
