//! Lines over time, replication by replication: what the band of each needs, in memory that does not grow with them.

use crate::lines::{Band, Line, Lines};
use brownout_metrics::{Metric, Pooled, Shown, Subject};
use brownout_observe::{Column, Legend, Series};
use brownout_stats::Moments;

/// The lines of all replications together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bands {
    replications: usize,
    windows: usize,
    /// By line of the legend.
    lines: Vec<Sum>,
}

/// One line of all replications together.
#[derive(Clone, Debug)]
struct Sum {
    values: Values,
    /// It was 0 or undefined in all windows of all of them.
    is_nothing: bool,
}

/// Its values, as compactly as they can be kept: a run of days has a million windows, and many lines never change.
#[derive(Clone, Debug)]
enum Values {
    /// Of the only replication so far.
    One(Column),
    /// The same in all windows of each replication.
    Same(Moments),
    /// Window by window.
    Each(Vec<Moments>),
}

impl Bands {
    /// One more replication.
    ///
    /// # Panics
    /// If it has other windows than those before.
    pub(crate) fn add(&mut self, series: Series) {
        let windows = series.windows();
        if self.replications == 0 {
            let sum = |column: Column| Sum { is_nothing: column.is_nothing(), values: Values::One(column) };
            self.windows = windows;
            self.lines = series.lines.into_iter().map(sum).collect();
        } else {
            assert_eq!(windows, self.windows, "replications of one case have the same windows");
            for (sum, column) in self.lines.iter_mut().zip(&series.lines) {
                sum.is_nothing &= column.is_nothing();
                sum.values.add(column, windows);
            }
        }
        self.replications += 1;
    }

    /// Bytes of memory that they take.
    pub(crate) fn bytes(&self) -> usize {
        let bytes = |sum: &Sum| match &sum.values {
            Values::One(column) => column.bytes(),
            Values::Same(_) => 0,
            Values::Each(windows) => windows.capacity() * size_of::<Moments>(),
        };
        self.lines.iter().map(bytes).sum::<usize>() + self.lines.capacity() * size_of::<Sum>()
    }

    /// Each line as a band; none if windows were not kept. Lines that are always zero or undefined are left out if
    /// results list their metric above zero only, and so are paths that never reach a tier.
    pub(crate) fn lines(self, legend: &Legend) -> Lines {
        if self.replications == 0 {
            return Lines::default();
        }
        let (layout, windows, several) = (&legend.layout, self.windows, 1 < self.replications);
        let middle = |at| {
            let (begin, end) = layout.bounds(at);
            f64::midpoint(begin.as_secs_f64(), end.as_secs_f64())
        };
        let line = |(sum, line): (Sum, &brownout_observe::Line)| {
            let rare =
                line.metric.shown == Shown::AboveZero || matches!(line.subject, Subject::TierPath { .. });
            let band = || sum.values.band(line.metric, windows, several);
            (!(rare && sum.is_nothing)).then(|| Line {
                subject: line.subject.clone(),
                metric: line.metric,
                band: band(),
            })
        };
        Lines {
            at: (0..windows).map(middle).collect(),
            window: layout.window.as_secs_f64(),
            lines: self.lines.into_iter().zip(&legend.lines).filter_map(line).collect(),
        }
    }
}

impl Values {
    /// The line of one more replication.
    fn add(&mut self, column: &Column, windows: usize) {
        if let Values::One(first) = self {
            *self = match first {
                Column::Same(value, _) => {
                    let mut moments = Moments::default();
                    add(&mut moments, *value);
                    Values::Same(moments)
                }
                Column::All(values) => {
                    let mut all = vec![Moments::default(); windows];
                    all.iter_mut().zip(values).for_each(|(moments, value)| add(moments, *value));
                    Values::Each(all)
                }
            };
        }
        match (&mut *self, column) {
            (Values::Same(moments), Column::Same(value, _)) => add(moments, *value),
            (Values::Same(moments), Column::All(_)) => {
                *self = Values::Each(vec![*moments; windows]);
                self.add(column, windows);
            }
            (Values::Each(all), _) => {
                all.iter_mut().enumerate().for_each(|(at, moments)| add(moments, column.at(at)));
            }
            (Values::One(_), _) => unreachable!("the first one has become one of the others"),
        }
    }

    /// One number of each window over replications; NaN where no replication has it.
    fn band(self, metric: &Metric, windows: usize, several: bool) -> Band {
        let one = |value: f64| {
            let mut moments = Moments::default();
            add(&mut moments, value);
            ends(metric, moments)
        };
        let all: Vec<[f64; 3]> = match &self {
            Values::One(column) => (0..windows).map(|at| one(column.at(at))).collect(),
            Values::Same(moments) => vec![ends(metric, *moments); windows],
            Values::Each(all) => all.iter().map(|moments| ends(metric, *moments)).collect(),
        };
        let end = |at: usize| all.iter().map(move |ends| ends[at]).collect();
        let limit = |at: usize| if several { end(at) } else { Vec::new() };
        Band { mean: end(0), low: limit(1), high: limit(2) }
    }
}

/// A window without a number counts for nothing.
fn add(moments: &mut Moments, value: f64) {
    if !value.is_nan() {
        moments.add(value);
    }
}

/// Mean, lower and upper end of a window.
fn ends(metric: &Metric, moments: Moments) -> [f64; 3] {
    let estimate = metric.combine(&Pooled::from(moments));
    let mean = estimate.map_or(f64::NAN, |estimate| estimate.mean);
    let (low, high) = estimate.and_then(|estimate| estimate.ci95).unwrap_or((mean, mean));
    [mean, low, high]
}
