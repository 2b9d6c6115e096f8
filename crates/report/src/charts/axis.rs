//! Axes: where a value lies between two ends, and which values get a tick.

use crate::number;
use brownout_analysis::findings::Band;
use brownout_metrics::Unit;

/// Values whose ratio is no larger than this get finer ticks than decades.
const FINE_RATIO: f64 = 50.0;

/// A shorter part of an axis of time is not seen: two pixels.
const MARK_MIN: f64 = 0.003;

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;

/// What may lie between two ticks of time: every hour is a tick where minutes are, and every day where hours are.
const TIME_STEPS: [f64; 24] = [
    0.1,
    0.2,
    0.5,
    1.0,
    2.0,
    5.0,
    10.0,
    15.0,
    30.0,
    MINUTE,
    2.0 * MINUTE,
    5.0 * MINUTE,
    10.0 * MINUTE,
    15.0 * MINUTE,
    30.0 * MINUTE,
    HOUR,
    2.0 * HOUR,
    3.0 * HOUR,
    6.0 * HOUR,
    12.0 * HOUR,
    DAY,
    2.0 * DAY,
    7.0 * DAY,
    28.0 * DAY,
];

/// How an instant is written at an axis of some length.
#[derive(Clone, Copy)]
enum Clock {
    Seconds,
    Minutes,
    /// Hours and minutes: 1:30.
    Hours,
    Days,
}

impl Clock {
    fn of(range: f64) -> Self {
        match range {
            s if s <= 4.0 * MINUTE => Clock::Seconds,
            s if s <= 2.0 * HOUR => Clock::Minutes,
            s if s <= 4.0 * DAY => Clock::Hours,
            _ => Clock::Days,
        }
    }

    fn write(self, seconds: f64) -> String {
        match self {
            Clock::Seconds => number::tick(seconds),
            Clock::Minutes => number::tick(seconds / MINUTE),
            Clock::Hours => {
                let minutes = (seconds / MINUTE).round();
                format!("{}:{:02}", (minutes / 60.0).floor(), minutes.rem_euclid(60.0))
            }
            Clock::Days => number::tick(seconds / DAY),
        }
    }

    /// In the caption of an axis.
    const fn unit(self) -> &'static str {
        match self {
            Clock::Hours => "h:min",
            _ => self.word(),
        }
    }

    /// Behind an instant.
    const fn word(self) -> &'static str {
        match self {
            Clock::Seconds => "s",
            Clock::Minutes => "min",
            Clock::Hours => "h",
            Clock::Days => "d",
        }
    }
}

/// From one end to the other, evenly or by powers of ten.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    low: f64,
    high: f64,
    pub(crate) log: bool,
    /// Where to draw a line, and what to write at it.
    pub(crate) ticks: Vec<(f64, String)>,
    /// What is measured: `time since the start (h)`.
    pub(crate) caption: String,
    /// In what.
    pub(crate) unit: Unit,
    /// Until when, in seconds, numbers leave out what is drawn.
    pub(crate) warm_up: Option<f64>,
}

impl Axis {
    /// Time in seconds since the start, with ticks in the unit that suits its length.
    pub(crate) fn time(from: f64, to: f64, ticks_max: usize) -> Self {
        let to = if to > from { to } else { from + 1.0 };
        let range = to - from;
        let fits = |step: &f64| range / step <= ticks_max as f64;
        let rounded = TIME_STEPS.into_iter().find(fits).filter(|_| 1.0 <= range);
        let days = || (range / DAY / ticks_max as f64).ceil() * DAY;
        let step = rounded.unwrap_or_else(|| if range < 1.0 { nice_step(range, ticks_max) } else { days() });
        let clock = Clock::of(range);
        let ticks = multiples(from, to, step).into_iter().map(|t| (t, clock.write(t))).collect();
        let caption = format!("time since the start ({})", clock.unit());
        Axis { low: from, high: to, log: false, ticks, caption, unit: Unit::Seconds, warm_up: None }
    }

    /// The same with the end of the warm-up marked, where that can be seen.
    pub(crate) fn with_warm_up(mut self, until: f64) -> Self {
        if (MARK_MIN..1.0).contains(&self.place(until)) {
            self.caption =
                format!("{}; the warm-up, marked grey, ends at {}", self.caption, self.instant(until));
            self.warm_up = Some(until);
        }
        self
    }

    /// An instant as its ticks are written, whose unit the caption names: `0:58`.
    pub(crate) fn at_tick(&self, seconds: f64) -> String {
        Clock::of(self.high - self.low).write(seconds)
    }

    /// An instant as its ticks are written, with its unit: `58 min`, `0:58 h`.
    pub(crate) fn instant(&self, seconds: f64) -> String {
        let clock = Clock::of(self.high - self.low);
        format!("{} {}", clock.write(seconds.round()), clock.word())
    }

    /// From zero to a round number at or above `high`; the caption says of what.
    pub(crate) fn from_zero(high: f64, caption: &str, unit: Unit) -> Self {
        let high = if high.is_finite() && high > 0.0 { high } else { 1.0 };
        let step = nice_step(high, 5);
        let high = (high / step - 1e-9).ceil() * step;
        let ticks = multiples(0.0, high, step).into_iter().map(|v| (v, number::tick(v))).collect();
        Axis { low: 0.0, high, log: false, ticks, caption: caption.to_owned(), unit, warm_up: None }
    }

    /// Evenly between two ends, with ticks of the caller's.
    pub(crate) fn between(low: f64, high: f64, ticks: Vec<(f64, String)>, caption: &str, unit: Unit) -> Self {
        assert!(low < high, "an axis from {low} to {high}");
        Axis { low, high, log: false, ticks, caption: caption.to_owned(), unit, warm_up: None }
    }

    /// From 0 to 100 %.
    pub(crate) fn share(caption: &str) -> Self {
        let ticks = [0.0, 0.25, 0.5, 0.75, 1.0].map(|v| (v, number::plain(v, Unit::Share))).to_vec();
        Axis {
            low: 0.0,
            high: 1.0,
            log: false,
            ticks,
            caption: caption.to_owned(),
            unit: Unit::Share,
            warm_up: None,
        }
    }

    /// Seconds by powers of ten, around the values given; from 1 ms to 10 s if there are none.
    pub(crate) fn log_seconds(values: impl Iterator<Item = f64>, caption: &str) -> Self {
        let (mut low, mut high) = (f64::INFINITY, 0f64);
        for v in values.filter(|v| v.is_finite() && *v > 0.0) {
            (low, high) = (low.min(v), high.max(v));
        }
        if high == 0.0 {
            (low, high) = (1e-3, 10.0);
        }
        let decade = |v: f64, up: bool| {
            let power = v.log10();
            10f64.powf(if up { (power - 1e-9).ceil() } else { (power + 1e-9).floor() })
        };
        if high <= low * FINE_RATIO {
            return Axis::log_steps(low, high, caption);
        }
        let (low, high) = (decade(low, false), decade(high, true));
        let decades = (high / low).log10().round() as i32;
        // More than seven ticks would touch one another in a small panel.
        let every = (decades / 7 + 1) as usize;
        let ticks =
            (0..=decades).step_by(every).map(|i| low * 10f64.powi(i)).map(|v| (v, seconds_tick(v))).collect();
        Axis { low, high, log: true, ticks, caption: caption.to_owned(), unit: Unit::Seconds, warm_up: None }
    }

    /// The same where few decades are needed: ticks at 1, 2 and 5 of each, and no more of them than the values need.
    fn log_steps(low: f64, high: f64, caption: &str) -> Self {
        let steps: Vec<f64> =
            (-10..=10).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10f64.powi(power))).collect();
        let below = steps.partition_point(|step| *step <= low * (1.0 + 1e-9)).saturating_sub(1);
        let above = steps.partition_point(|step| *step < high * (1.0 - 1e-9)).min(steps.len() - 1);
        // A line that is almost flat still gets an axis of a readable height.
        let (below, above) =
            if above < below + 3 { (below.saturating_sub(1), below + 2) } else { (below, above) };
        let shown = &steps[below..=above.min(steps.len() - 1)];
        // All in the unit of the least: 0.5 s, 1 s, 2 s.
        let units = [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs")];
        let unit = units.into_iter().find(|(unit, _)| 0.0999 * unit <= shown[0]);
        let tick = |v: f64| match unit {
            Some((unit, name)) => format!("{} {name}", even(v / unit)),
            None => seconds_tick(v),
        };
        let ticks = shown.iter().map(|&v| (v, tick(v))).collect();
        let (low, high) = (shown[0], shown[shown.len() - 1]);
        Axis { low, high, log: true, ticks, caption: caption.to_owned(), unit: Unit::Seconds, warm_up: None }
    }

    /// One axis for what this one and another of the same kind show.
    pub(crate) fn covering(&self, other: &Self) -> Self {
        if self.log {
            return Axis::log_seconds(
                [self.low, self.high, other.low, other.high].into_iter(),
                &self.caption,
            );
        }
        if self.high < other.high { other.clone() } else { self.clone() }
    }

    /// Where a value lies, from 0 at the low end to 1 at the high one; values beyond an end lie at it.
    pub(crate) fn place(&self, v: f64) -> f64 {
        let part = if self.log {
            if v <= 0.0 { 0.0 } else { (v / self.low).ln() / (self.high / self.low).ln() }
        } else {
            (v - self.low) / (self.high - self.low)
        };
        part.clamp(0.0, 1.0)
    }

    /// Whether a value lies on it.
    pub(crate) fn shows(&self, v: f64) -> bool {
        self.low <= v && v <= self.high
    }

    /// The low end.
    pub(crate) fn low(&self) -> f64 {
        self.low
    }

    /// The high end.
    pub(crate) fn high(&self) -> f64 {
        self.high
    }
}

/// The largest value that an axis for these lines must show.
///
/// Intervals count too, but one wild interval must not flatten the lines: it is shown to half as high again.
pub(crate) fn highest<'a>(bands: impl Iterator<Item = &'a Band> + Clone) -> f64 {
    let line = bands.clone().map(peak).fold(0.0, f64::max);
    let interval = bands.map(|b| largest(&b.high)).fold(0.0, f64::max);
    line.max(interval.min(1.5 * line))
}

/// The highest that a line rises, or zero.
pub(crate) fn peak(band: &Band) -> f64 {
    largest(&band.mean)
}

fn largest(values: &[f64]) -> f64 {
    values.iter().copied().filter(|v| v.is_finite()).fold(0.0, f64::max)
}

/// A step of 1, 2 or 5 times a power of ten that needs at most `ticks_max` ticks.
pub(crate) fn nice_step(range: f64, ticks_max: usize) -> f64 {
    let rough = range / ticks_max as f64;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|s| s * power >= rough * (1.0 - 1e-9));
    step.unwrap_or(10.0) * power
}

/// The multiples of a step from one value to another.
pub(crate) fn multiples(from: f64, to: f64, step: f64) -> Vec<f64> {
    let (first, last) = ((from / step - 1e-9).ceil() as i64, (to / step + 1e-9).floor() as i64);
    (first..=last).map(|i| i as f64 * step).collect()
}

/// One, two or five of some power of ten, without a unit of its own.
fn even(v: f64) -> String {
    if v < 1.0 { format!("{v:.1}") } else { number::grouped(v.round() as u64) }
}

/// A power of ten in seconds: above a minute in seconds too, since 1.67 min is no round number to anyone.
fn seconds_tick(v: f64) -> String {
    if v >= 100.0 {
        format!("{} s", number::grouped(v.round() as u64))
    } else {
        number::plain(v, Unit::Seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn time_is_told_in_the_unit_that_suits_it() {
        assert_eq!(
            texts(&Axis::time(0.0, 120.0, 8)),
            ["0", "15", "30", "45", "60", "75", "90", "105", "120"]
        );
        let minutes = Axis::time(0.0, 100.0 * 60.0, 8);
        assert_eq!(texts(&minutes), ["0", "15", "30", "45", "60", "75", "90"]);
        let hours = Axis::time(0.0, 3.0 * 3600.0, 8);
        assert_eq!(texts(&hours), ["0:00", "0:30", "1:00", "1:30", "2:00", "2:30", "3:00"]);
        assert_eq!(hours.caption, "time since the start (h:min)");
        assert_eq!((hours.instant(3480.0), minutes.instant(3480.0)), ("0:58 h".into(), "58 min".into()));
        assert_eq!(texts(&Axis::time(0.0, 0.5, 5)), ["0", "0.1", "0.2", "0.3", "0.4", "0.5"]);
        assert_eq!(Axis::time(0.0, 30.0 * 86_400.0, 8).caption, "time since the start (d)");
        assert_eq!((Axis::time(5.0, 5.0, 8).high() * 10.0).round() as i64, 60);
    }

    #[test]
    fn the_end_of_a_warm_up_is_named_where_it_is_seen() {
        let caption = |until: f64| Axis::time(0.0, 3.0 * HOUR, 8).with_warm_up(until).caption;
        assert!(caption(900.0).ends_with("(h:min); the warm-up, marked grey, ends at 0:15 h"));
        for unseen in [0.0, 1.0, 3.0 * HOUR, f64::NAN] {
            assert!(caption(unseen).ends_with("(h:min)"), "{unseen}");
        }
    }

    #[test]
    fn values_start_at_zero_and_end_at_a_round_number() {
        assert_eq!(texts(&Axis::from_zero(173.0, "", Unit::Times)), ["0", "50", "100", "150", "200"]);
        assert_eq!(texts(&Axis::from_zero(0.0, "", Unit::Times)), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
        assert_eq!(texts(&Axis::from_zero(f64::NAN, "", Unit::Times)).last(), Some(&"1"));
    }

    #[test]
    fn latencies_get_decades() {
        let axis = Axis::log_seconds([0.02, 45.0].into_iter(), "");
        assert_eq!(texts(&axis), ["10 ms", "100 ms", "1 s", "10 s", "100 s"]);
        assert!((axis.place(1.0) - 0.5).abs() < 1e-12);
        assert!(axis.place(0.0).abs() < 1e-12);
        assert_eq!(texts(&Axis::log_seconds([].into_iter(), "")), ["1 ms", "10 ms", "100 ms", "1 s", "10 s"]);
    }

    #[test]
    fn latencies_close_together_get_finer_ticks() {
        let axis = |low: f64, high: f64| Axis::log_seconds([low, high].into_iter(), "");
        assert_eq!(texts(&axis(0.018, 0.13)), ["10 ms", "20 ms", "50 ms", "100 ms", "200 ms"]);
        assert_eq!(texts(&axis(0.1, 0.5)), ["50 ms", "100 ms", "200 ms", "500 ms"]);
        assert_eq!(texts(&axis(1.0, 1.0)), ["0.5 s", "1 s", "2 s", "5 s"]);
        assert_eq!(texts(&axis(0.06, 2.0)), ["50 ms", "100 ms", "200 ms", "500 ms", "1,000 ms", "2,000 ms"]);
        assert_eq!(texts(&axis(60.0, 300.0)), ["50 s", "100 s", "200 s", "500 s"]);
        for (low, high) in [(1e-300, 1e-299), (1e299, 1e300)] {
            assert!(texts(&axis(low, high)).len() > 1, "an axis has two ends");
        }
    }
}
