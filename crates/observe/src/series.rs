//! Everything over time, window by window, as one replication saw it.

use crate::legend::Legend;
use crate::summary::Summary;
use brownout_metrics::Ask;
use brownout_metrics::{Source, Which};
use brownout_protocol::{Kind, Status};
use serde::{Deserialize, Serialize};

/// One value a window of each line of the legend, and what became of the intents of each path.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// By line of the legend.
    pub lines: Vec<Column>,
    /// By path: what became of intents.
    pub pulses: Vec<Vec<Pulse>>,
}

/// What became of the intents of one path in one window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulse {
    /// They began.
    pub came: u64,
    /// They were answered within their SLO.
    pub in_time: u64,
    /// They were answered, but late.
    pub late: u64,
    /// They failed.
    pub failed: u64,
}

/// One value per window; a constant column takes no memory.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Column {
    /// The same value repeated; NaN if there is none.
    Same(f64, usize),
    /// One by one.
    All(Vec<f64>),
}

/// Bit by bit, so that a window without a number equals itself.
impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        let same = |window: usize| self.at(window).to_bits() == other.at(window).to_bits();
        self.len() == other.len() && (0..self.len()).all(same)
    }
}

impl Default for Column {
    fn default() -> Self {
        Column::Same(f64::NAN, 0)
    }
}

impl Column {
    /// One more window.
    pub fn push(&mut self, value: f64) {
        match self {
            Column::Same(same, 0) => *self = Column::Same(if value.is_nan() { *same } else { value }, 1),
            Column::Same(same, count) if same.to_bits() == value.to_bits() => *count += 1,
            Column::Same(same, count) => {
                let mut all = vec![*same; *count];
                all.push(value);
                *self = Column::All(all);
            }
            Column::All(all) => all.push(value),
        }
    }

    /// How many windows it has.
    pub fn len(&self) -> usize {
        match self {
            Column::Same(_, count) => *count,
            Column::All(all) => all.len(),
        }
    }

    /// Whether it has no window.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a window; not a number if it has none.
    ///
    /// # Panics
    /// If there are fewer windows.
    pub fn at(&self, window: usize) -> f64 {
        match self {
            Column::Same(value, count) => {
                assert!(window < *count, "window {window} of {count}");
                *value
            }
            Column::All(all) => all[window],
        }
    }

    /// Whether it is always 0 or undefined.
    pub fn is_nothing(&self) -> bool {
        let nothing = |value: &f64| value.is_nan() || *value == 0.0;
        match self {
            Column::Same(value, _) => nothing(value),
            Column::All(all) => all.iter().all(nothing),
        }
    }

    /// Bytes of memory that it takes.
    pub fn bytes(&self) -> usize {
        match self {
            Column::Same(..) => 0,
            Column::All(all) => all.capacity() * size_of::<f64>(),
        }
    }
}

impl Series {
    pub(crate) fn new(legend: &Legend) -> Self {
        Series {
            lines: vec![Column::default(); legend.lines.len()],
            pulses: vec![Vec::new(); legend.layout.paths.len()],
        }
    }

    /// How many windows it has.
    pub fn windows(&self) -> usize {
        self.pulses.first().map_or(0, Vec::len)
    }

    /// One more window.
    pub(crate) fn push(&mut self, legend: &Legend, window: &Summary) {
        let view = window.view(legend);
        for (line, column) in legend.lines.iter().zip(&mut self.lines) {
            let ask = Ask { source: &view, subject: &line.subject, who: &line.who };
            column.push(line.metric.ask(&ask).map_or(f64::NAN, |sample| sample.value));
        }
        for (path, pulses) in self.pulses.iter_mut().enumerate() {
            pulses.push(pulse(legend, &view, path as u8));
        }
    }

    /// Bytes of memory that it takes.
    pub fn bytes(&self) -> usize {
        let pulses: usize = self.pulses.iter().map(|all| all.capacity() * size_of::<Pulse>()).sum();
        self.lines.iter().map(Column::bytes).sum::<usize>() + pulses
    }
}

fn pulse(legend: &Legend, view: &dyn Source, path: u8) -> Pulse {
    let count = |kinds: &[Kind]| {
        let which = Which { path: Some(path), retry: None };
        legend.layout.loads_of(path).map(|load| view.count(load, which, kinds)).sum::<f64>() as u64
    };
    let failures = Status::ALL.into_iter().filter(|&status| status != Status::Ok);
    Pulse {
        came: count(&[Kind::Arrived]),
        in_time: count(&[Kind::Succeeded]),
        late: count(&[Kind::SucceededLate]),
        failed: count(&failures.map(Kind::failed).collect::<Vec<_>>()),
    }
}
