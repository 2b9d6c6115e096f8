//! Exact time inside a replica, in whole femtoseconds.

use brownout_units::Span;

/// A duration inside a replica, in femtoseconds; 64 bits hold five hours.
pub(crate) type Fs = u64;

pub(crate) const FS_PER_NS: u64 = 1_000_000;

/// Femtoseconds from milliseconds, rounded to the nearest; the one place where a coefficient is rounded.
pub(crate) fn fs_from_ms(ms: f64) -> Fs {
    (ms * 1e12).round() as Fs
}

/// An exact instant: whole nanoseconds since the origin, and less than one more in femtoseconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    ns: u64,
    fs: Fs,
}

impl Clock {
    pub(crate) fn at(now: Span) -> Self {
        Self { ns: now.nanos(), fs: 0 }
    }

    pub(crate) fn plus(self, duration: Fs) -> Self {
        // Half an hour is the longest step and 2^63 fs the longest flight, so the sum does not overflow.
        let fs = self.fs + duration;
        Self { ns: self.ns + fs / FS_PER_NS, fs: fs % FS_PER_NS }
    }

    /// The first whole nanosecond that is not before this instant, which is when others see it.
    ///
    /// For a whole `now`, `now < shown` is the same as `now` being strictly before the exact instant.
    pub(crate) fn shown(self) -> Span {
        Span::from_nanos(self.ns + u64::from(self.fs > 0))
    }

    /// Femtoseconds from here to `now`, zero if it is earlier. The caller knows that they fit.
    pub(crate) fn until(self, now: Span) -> Fs {
        (now.nanos().saturating_sub(self.ns) * FS_PER_NS).saturating_sub(self.fs)
    }
}
