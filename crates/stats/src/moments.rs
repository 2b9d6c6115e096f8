//! Mean and variance of a stream of numbers, in constant memory.

/// The count, mean and variance of what was added.
///
/// Welford 1962, merged after Chan, Golub and `LeVeque` 1979: no sum of squares, which would lose all digits where the
/// spread is small beside the mean.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    n: u64,
    mean: f64,
    /// The sum of squared distances from the mean.
    squares: f64,
}

impl Moments {
    /// Adds a number.
    ///
    /// # Panics
    /// When it is not finite: one such value would make every later result not finite.
    #[inline]
    pub fn add(&mut self, value: f64) {
        assert!(value.is_finite(), "moments of {value}");
        self.n += 1;
        let off = value - self.mean;
        self.mean += off / self.n as f64;
        self.squares += off * (value - self.mean);
    }

    /// Adds all values of another.
    pub fn merge(&mut self, other: &Self) {
        if other.n == 0 {
            return;
        }
        let (mine, theirs) = (self.n as f64, other.n as f64);
        let apart = other.mean - self.mean;
        self.n += other.n;
        self.mean += apart * (theirs / (mine + theirs));
        self.squares += other.squares + apart * apart * (mine * theirs / (mine + theirs));
    }

    /// The number of values added.
    pub fn count(&self) -> u64 {
        self.n
    }

    /// Their mean; `None` without numbers.
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then_some(self.mean)
    }

    /// Their sample variance (divided by n - 1); `None` for fewer than two.
    pub fn variance(&self) -> Option<f64> {
        (self.n > 1).then(|| self.squares / (self.n - 1) as f64)
    }

    /// The standard deviation.
    pub fn deviation(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }
}

impl Extend<f64> for Moments {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, values: I) {
        values.into_iter().for_each(|value| self.add(value));
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut moments = Self::default();
        moments.extend(values);
        moments
    }
}
