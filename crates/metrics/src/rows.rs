//! How rows of the table are written: one line for a number, one for a family of them.

use crate::metric::{Better, How, Metric, Of, Parts};
use crate::{Ask, Scope, Unit};
use brownout_protocol::Status;

/// Makes a static of each row and lists them all as `ROWS`.
macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident: $kind:ty = $row:expr;)+) => {
        $($(#[$doc])* pub static $name: $kind = $row;)+
        /// All rows of this file, in the order of the reference.
        pub(crate) static ROWS: &[&dyn $crate::rows::Rows] = &[$(&$name),+];
    };
}
pub(crate) use rows;

/// One row or several.
pub(crate) trait Rows: Sync {
    fn rows(&self) -> &[Metric];
}

impl Rows for Metric {
    fn rows(&self) -> &[Metric] {
        std::slice::from_ref(self)
    }
}

impl<const N: usize> Rows for [Metric; N] {
    fn rows(&self) -> &[Metric] {
        self
    }
}

/// A distribution in the numbers that people ask for.
pub type Family = [Metric; 6];

/// The place of the mean in a [`Family`].
pub const MEAN: usize = 0;
/// The place of the median in a [`Family`].
pub const P50: usize = 1;
/// The place of the 90th percentile in a [`Family`].
pub const P90: usize = 2;
/// The place of the 95th percentile in a [`Family`].
pub const P95: usize = 3;
/// The place of the 99th percentile in a [`Family`].
pub const P99: usize = 4;
/// The place of the 99.9th percentile in a [`Family`].
pub const P999: usize = 5;

const PARTS: [Of; 6] = [
    Of::Mean,
    Of::Quantile(0.5),
    Of::Quantile(0.9),
    Of::Quantile(0.95),
    Of::Quantile(0.99),
    Of::Quantile(0.999),
];

/// The six keys of a family.
macro_rules! quantiles {
    ($name:literal) => {
        [
            concat!($name, ".mean"),
            concat!($name, ".p50"),
            concat!($name, ".p90"),
            concat!($name, ".p95"),
            concat!($name, ".p99"),
            concat!($name, ".p99.9"),
        ]
    };
}
pub(crate) use quantiles;

/// A family of latencies; those at the places `drawn` are drawn over time, of subjects of the scopes
/// `over_time`.
pub(crate) const fn family(
    keys: [&'static str; 6],
    under: &'static str,
    scopes: &'static [Scope],
    meaning: &'static str,
    number: fn(&Ask<'_>, Of) -> Option<f64>,
    (drawn, over_time): (&[usize], &'static [Scope]),
) -> Family {
    const NOTHING: Metric =
        Metric::new("", &[], Unit::Seconds, Better::Low, "", How::Latency(|_, _| None, Of::Mean));
    let mut family = [NOTHING; 6];
    let mut at = 0;
    while at < family.len() {
        let how = How::Latency(number, PARTS[at]);
        family[at] =
            Metric::new(keys[at], scopes, Unit::Seconds, Better::Low, meaning, how).at(under, keys[at]);
        at += 1;
    }
    at = 0;
    while at < drawn.len() {
        family[drawn[at]].over_time = over_time;
        at += 1;
    }
    family
}

/// Every status but success, in the order in which results list reasons, and how a family of reasons names them.
macro_rules! reasons {
    ($name:literal) => {
        [
            (concat!($name, ".timeout"), brownout_protocol::Status::Timeout),
            (concat!($name, ".gave_up"), brownout_protocol::Status::GaveUp),
            (concat!($name, ".http_400"), brownout_protocol::Status::BadRequest),
            (concat!($name, ".http_401"), brownout_protocol::Status::Unauthorized),
            (concat!($name, ".http_429"), brownout_protocol::Status::TooManyRequests),
            (concat!($name, ".http_500"), brownout_protocol::Status::Error),
            (concat!($name, ".http_503"), brownout_protocol::Status::Unavailable),
            (concat!($name, ".http_504"), brownout_protocol::Status::GatewayTimeout),
            (concat!($name, ".http_529"), brownout_protocol::Status::Overloaded),
        ]
    };
}
pub(crate) use reasons;

/// A number for each reason.
pub(crate) const fn by_reason(
    keys: [(&'static str, Status); 9],
    scopes: &'static [Scope],
    unit: Unit,
    meaning: &'static str,
    number: fn(&Ask<'_>, Status) -> Option<f64>,
    over_time: &'static [Scope],
) -> [Metric; 9] {
    const NOTHING: Metric = Metric::new("", &[], Unit::Times, Better::Low, "", How::Judged);
    let mut rows = [NOTHING; 9];
    let mut at = 0;
    while at < rows.len() {
        let how = How::Reason(number, keys[at].1);
        rows[at] = Metric::new(keys[at].0, scopes, unit, Better::Low, meaning, how)
            .above_zero()
            .over_time(over_time);
        at += 1;
    }
    rows
}

/// A number.
pub(crate) const fn value(
    key: &'static str,
    scopes: &'static [Scope],
    unit: Unit,
    better: Better,
    meaning: &'static str,
    number: fn(&Ask<'_>) -> Option<f64>,
) -> Metric {
    Metric::new(key, scopes, unit, better, meaning, How::Value(number))
}

/// A share of events.
pub(crate) const fn share(
    key: &'static str,
    scopes: &'static [Scope],
    better: Better,
    meaning: &'static str,
    parts: fn(&Ask<'_>) -> Option<Parts>,
) -> Metric {
    Metric::new(key, scopes, Unit::Share, better, meaning, How::Share(parts))
}

/// A part of a quantity, such as time.
pub(crate) const fn part(
    key: &'static str,
    scopes: &'static [Scope],
    better: Better,
    meaning: &'static str,
    parts: fn(&Ask<'_>) -> Option<Parts>,
) -> Metric {
    Metric::new(key, scopes, Unit::Share, better, meaning, How::Part(parts))
}

/// A part of a whole.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the functions of rows return an option, and most end with this"
)]
pub(crate) const fn of(part: f64, whole: f64) -> Option<Parts> {
    Some(Parts { part, whole })
}
