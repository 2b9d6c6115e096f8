//! Excursions: how far a service strays from its normal level, and back, without a trigger.
//!
//! A queue near its limit does so in stretches of many windows, and how bad those are has a long tail: means of
//! stretches are far from normal there. What is compared is the size of an excursion as a whole, what is missing summed
//! over its windows.

/// False alarms: one run of this many may have an excursion that is taken for more than chance.
const RUNS: f64 = 100.0;
/// An excursion this many times the largest one seen is not chance, however few were seen.
const BEYOND: f64 = 5.0;
/// With fewer lasting excursions, nothing is known about their tail.
const LONG_MIN: usize = 10;

/// The excursions of some series.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Excursions {
    all: Vec<f64>,
    /// Those that lasted.
    long: Vec<f64>,
    /// Windows in which they were looked for.
    windows: usize,
}

impl Excursions {
    pub(crate) const fn none() -> Self {
        Excursions { all: Vec::new(), long: Vec::new(), windows: 0 }
    }

    /// Excursions seen in `windows` windows: the size of each, and whether it lasted.
    pub(crate) fn seen(seen: impl Iterator<Item = (f64, bool)>, windows: usize) -> Self {
        let all: Vec<(f64, bool)> = seen.filter(|&(size, _)| 0.0 < size).collect();
        let mut long: Vec<f64> = all.iter().filter(|&&(_, lasted)| lasted).map(|&(size, _)| size).collect();
        if long.len() < LONG_MIN {
            long.clear();
        }
        Excursions { all: all.into_iter().map(|(size, _)| size).collect(), long, windows }
    }

    /// Whether one that lasted and has such a size, in `windows` windows, is more than chance.
    ///
    /// It is compared with all excursions, of which there may be enough even if none has lasted, and with the lasting
    /// ones, whose tail many short ones would hide.
    pub(crate) fn exceeds(&self, size: f64, windows: usize) -> bool {
        let part = windows as f64 / self.windows.max(1) as f64;
        largest_by_chance(&self.all, part).max(largest_by_chance(&self.long, part)) < size
    }
}

/// The size that few runs exceed, if they last this many times as long as the windows in which these sizes were seen.
///
/// Sizes are taken to have an exponential tail, whose scale is that of their mean square, so that a few large ones
/// among many small ones count. Of n that were seen, one more is larger than x with (1 + x/(n · scale))⁻ⁿ. If none was
/// seen, nothing is known and other tests decide.
fn largest_by_chance(sizes: &[f64], times: f64) -> f64 {
    if sizes.is_empty() {
        return 0.0;
    }
    let n = sizes.len() as f64;
    let scale = (sizes.iter().map(|size| size * size).sum::<f64>() / (2.0 * n)).sqrt();
    let chance = n * scale * ((RUNS * n * times).powf(1.0 / n) - 1.0);
    let largest = sizes.iter().copied().fold(0.0, f64::max);
    chance.clamp(0.0, BEYOND * largest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_was_never_seen_nothing_is_known() {
        assert!(Excursions::none().exceeds(0.1, 10));
        assert!(Excursions::seen([(-1.0, true)].into_iter(), 100).exceeds(0.1, 10));
    }

    #[test]
    fn one_that_was_seen_may_come_five_times_as_large() {
        let one = Excursions::seen(std::iter::once((2.0, false)), 100);
        assert!(!one.exceeds(10.0, 100) && one.exceeds(10.1, 100));
    }

    #[test]
    fn many_have_a_tail_of_their_scale() {
        // Twenty of size 1: 20 · √½ · ((100 · 20)^(1/20) − 1) = 6.54, but five times the largest is enough; for a run
        // of a tenth of that time 4.29.
        let seen = || Excursions::seen(std::iter::repeat_n((1.0, false), 20), 1000);
        let reach = |windows| (1..1000).map(|x| f64::from(x) / 100.0).find(|&x| seen().exceeds(x, windows));
        assert_eq!((reach(1000), reach(100)), (Some(5.01), Some(4.29)));
    }

    #[test]
    fn many_short_ones_do_not_hide_the_tail_of_long_ones() {
        let short = std::iter::repeat_n((0.1, false), 1000);
        let long = std::iter::repeat_n((3.0, true), 10);
        let seen = Excursions::seen(short.chain(long), 10_000);
        assert!(!seen.exceeds(12.0, 1000) && seen.exceeds(30.0, 1000));
    }
}
