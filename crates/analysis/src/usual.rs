//! The normal state: how well a service performs before the trigger, how much that varies by itself, and which
//! departures exceed that variation.
//!
//! Before the trigger all replications follow the same law, so the normal state is learned from all their baselines. A
//! stretch is a series of windows that are noticeably worse ([`DOWN`], [`SLOWER`]), with gaps of less than
//! [`SUSTAINED`] windows. It is a departure if that many of them are in a row, and if three kinds of chance do not
//! explain it: few intents ended, each of which may fail (a draw); means of several windows vary, since a bad window is
//! often followed by another (batch means); and there were stretches in the baselines too ([`crate::excursions`]).

use crate::excursions::Excursions;
use crate::goodput::Window;
use brownout_stats::{Spread, clopper_pearson};
use std::ops::Range;

/// Below this fraction of its normal value, goodput is down.
const DOWN: f64 = 0.9;
/// This many windows in a row make a departure.
pub(crate) const SUSTAINED: usize = 3;
/// A baseline in which less than this is answered in time is that of a failing service.
const WELL: f64 = 0.5;
/// A service this many times slower than normal, and slower by this many seconds, counts as down, whether or not
/// clients would wait.
const SLOWER: f64 = 3.0;
const SLOWER_MIN: f64 = 10.0;
/// Of some hundred stretches in each run, chance may be taken for a departure in one run of a hundred.
const ALPHA: f64 = 1e-4;
/// A stretch this many times worse than the worst of the baselines is not chance, however few windows they have.
const BEYOND: f64 = 2.0;

/// The normal state of one class, or of all clients.
#[derive(Debug)]
pub(crate) struct Usual {
    /// Medians of the share in time, and of how long open intents would take.
    level: f64,
    stay: f64,
    /// The probability that an intent is answered in time.
    good: f64,
    /// How means of the two vary; none without an intent in any baseline.
    shares: Option<Spread>,
    stays: Option<Spread>,
    /// By how much stretches of the baselines were worse, and by how much slower.
    worse: Excursions,
    slower: Excursions,
}

/// Windows that are noticeably worse, with gaps between them that are shorter than a departure.
#[derive(Debug)]
struct Stretch {
    at: Range<usize>,
    /// It has [`SUSTAINED`] of them in a row.
    lasted: bool,
}

impl Usual {
    /// From the windows of the baseline of each run.
    pub(crate) fn learn(baselines: &[&[Window]]) -> Self {
        let of = |number: &dyn Fn(&Window) -> Option<f64>| -> Vec<Vec<f64>> {
            baselines.iter().map(|windows| windows.iter().filter_map(number).collect()).collect()
        };
        let (shares, stays) = (of(&Window::share), of(&|window| Some(window.stay)));
        let (good, ended) = sums(baselines.iter().copied().flatten());
        let mut usual = Usual {
            level: median(shares.concat()).unwrap_or(1.0),
            stay: median(stays.concat()).unwrap_or(0.0),
            // Laplace's rule: no failure among a few does not mean that there never is one.
            good: (good as f64 + 1.0) / (ended as f64 + 2.0),
            shares: Spread::of(&shares),
            stays: Spread::of(&stays),
            worse: Excursions::none(),
            slower: Excursions::none(),
        };
        let length = baselines.iter().map(|windows| windows.len()).sum();
        let of = |windows: &&[Window]| -> Vec<(Vec<Window>, bool)> {
            let stretches = usual.stretches(windows, 0).into_iter();
            stretches.map(|stretch| (windows[stretch.at].to_vec(), stretch.lasted)).collect()
        };
        let stretches: Vec<(Vec<Window>, bool)> = baselines.iter().flat_map(of).collect();
        let sizes = |size: fn(&Usual, &[Window]) -> f64| {
            let one = |(windows, lasted): &(Vec<Window>, bool)| (size(&usual, windows), *lasted);
            Excursions::seen(stretches.iter().map(one), length)
        };
        (usual.worse, usual.slower) = (sizes(Usual::lost), sizes(Usual::waited));
        usual
    }

    /// Which windows from one on belong to a departure.
    pub(crate) fn departures(&self, windows: &[Window], from: usize) -> Vec<bool> {
        let mut down = vec![false; windows.len()];
        let looked = windows.len() - from;
        for stretch in self.stretches(windows, from).into_iter().filter(|stretch| stretch.lasted) {
            let of = &windows[stretch.at.clone()];
            down[stretch.at].fill(self.is_worse(of, looked) || self.is_slower(of, looked));
        }
        down
    }

    /// Where the windows from one on are noticeably worse.
    fn stretches(&self, windows: &[Window], from: usize) -> Vec<Stretch> {
        let mut stretches: Vec<Stretch> = Vec::new();
        let (mut was, mut row) = (false, 0);
        for (at, window) in windows.iter().enumerate().skip(from) {
            // A window without intents says nothing: it counts as the one before.
            let worse = window.share().map_or(was, |share| share < DOWN * self.level);
            was = worse || self.noticed() < window.stay;
            row = if was { row + 1 } else { 0 };
            if !was {
                continue;
            }
            match stretches.last_mut().filter(|last| at < last.at.end + SUSTAINED) {
                Some(last) => last.at.end = at + 1,
                None => stretches.push(Stretch { at: at..at + 1, lasted: false }),
            }
            if row == SUSTAINED {
                stretches.last_mut().expect("this window is in one").lasted = true;
            }
        }
        stretches
    }

    /// The stay from which on it is noticed.
    fn noticed(&self) -> f64 {
        (SLOWER * self.stay).max(self.stay + SLOWER_MIN)
    }

    fn is_worse(&self, stretch: &[Window], looked: usize) -> bool {
        let shares: Vec<f64> = stretch.iter().filter_map(Window::share).collect();
        let (good, ended) = sums(stretch);
        let Some((_, drawn)) = clopper_pearson(good, ended, 1.0 - 2.0 * ALPHA) else { return false };
        let Some(usual) = &self.shares else { return true };
        let (lowest, _) = usual.extremes(shares.len());
        let reach = usual.reach(shares.len(), ALPHA);
        let least = reach.map_or(lowest / BEYOND, |reach| (usual.mean() - reach).max(lowest / BEYOND));
        drawn < self.good && mean(&shares) < least && self.worse.exceeds(self.lost(stretch), looked)
    }

    fn is_slower(&self, stretch: &[Window], looked: usize) -> bool {
        let stays: Vec<f64> = stretch.iter().map(|window| window.stay).collect();
        let Some(usual) = &self.stays else { return self.noticed() < mean(&stays) };
        let (_, highest) = usual.extremes(stays.len());
        let reach = usual.reach(stays.len(), ALPHA);
        let most = reach.map_or(BEYOND * highest, |reach| (usual.mean() + reach).min(BEYOND * highest));
        most.max(self.noticed()) < mean(&stays) && self.slower.exceeds(self.waited(stretch), looked)
    }

    /// By how much a stretch was worse than usual, in windows of total failure.
    fn lost(&self, stretch: &[Window]) -> f64 {
        let usual = self.shares.as_ref().map_or(self.level, Spread::mean);
        stretch.iter().filter_map(Window::share).map(|share| usual - share).sum()
    }

    /// By how much it was slower: the square root of seconds times windows. A queue that strays twice as far also takes
    /// twice as long to return, so the product has no exponential tail, but its root has.
    fn waited(&self, stretch: &[Window]) -> f64 {
        let usual = self.stays.as_ref().map_or(self.stay, Spread::mean);
        stretch.iter().map(|window| window.stay - usual).sum::<f64>().max(0.0).sqrt()
    }
}

/// A run that was failing before anything happened: less than half was answered in time in its own baseline.
pub(crate) fn is_ill(baseline: &[Window]) -> bool {
    median(baseline.iter().filter_map(Window::share).collect()).is_some_and(|share| share < WELL)
}

/// Intents in time, and all that ended.
fn sums<'a>(windows: impl IntoIterator<Item = &'a Window>) -> (u64, u64) {
    windows.into_iter().fold((0, 0), |(good, ended), window| (good + window.good, ended + window.ended))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
