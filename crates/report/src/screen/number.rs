//! Numbers of the table of metrics in cells: with their unit, or under a heading that names it.

use super::paint::{BAD, FAIR, PLAIN};
use super::table::Cell;
use crate::number::{self, NONE};
use brownout_analysis::findings::{Findings, Numbers};
use brownout_metrics::{Metric, Subject, Unit};

/// The numbers of a subject; none has any where the findings do not have the subject.
#[derive(Clone, Copy)]
pub(super) struct Of<'a>(Option<&'a Numbers>);

impl<'a> Of<'a> {
    pub(super) fn new(findings: &'a Findings, subject: &Subject) -> Self {
        Of(findings.values.subject(subject))
    }

    /// The mean of one of them; none if there is no such number.
    pub(super) fn mean(self, metric: &Metric) -> Option<f64> {
        self.0?.mean(metric).filter(|mean| mean.is_finite())
    }

    /// The interval of one of them.
    pub(super) fn interval(self, metric: &Metric) -> Option<(f64, f64)> {
        self.0?.get(metric)?.ci95
    }

    /// One of them under a heading that names what it counts.
    pub(super) fn under_heading(self, metric: &Metric) -> Cell {
        Cell::plain(
            self.mean(metric).map_or_else(|| NONE.to_owned(), |mean| under_heading(mean, metric.unit)),
        )
    }

    /// A success rate: alarming below 90 %, worth a look below 99 %.
    pub(super) fn success(self, metric: &Metric) -> Cell {
        self.mean(metric).map_or_else(|| Cell::plain(NONE), |rate| success(rate, metric.unit))
    }
}

/// A success rate in its colour.
pub(super) fn success(rate: f64, unit: Unit) -> Cell {
    let style = match rate {
        r if r < 0.9 => BAD,
        r if r < 0.99 => FAIR,
        _ => PLAIN,
    };
    Cell::new(number::value(rate, unit), style)
}

/// A number without the name of what it counts, which its heading says: `12.3 k`.
pub(super) fn under_heading(x: f64, unit: Unit) -> String {
    let unit = match unit {
        Unit::Count(_) | Unit::Balance(_) | Unit::Time(_) => Unit::Count(""),
        Unit::DollarsPerMillion => Unit::Dollars,
        other => other,
    };
    number::value(x, unit).trim_end().to_owned()
}
