//! Numbers as people write them: three significant digits, a unit, an interval behind it.
//!
//! What is counted is named after a count (`12.3 k intents`), since a bare number says nothing; after a rate it is
//! named in a sentence ([`said`]: `11.9 calls/s`), and not where the head of a column does so ([`value`]: `11.9/s`).

use brownout_metrics::Unit;
use brownout_stats::Estimate;
pub use brownout_units::grouped;

/// What is written for a number that does not exist.
pub const NONE: &str = "–";

/// Before a number below zero: as wide as a plus, which a hyphen is not.
const MINUS: char = '−';

/// Decimals of a share that is not nothing; a smaller one is less than the last of them.
const PERCENT_DECIMALS_MAX: f64 = 4.0;

/// A number with its interval, apart, for pages that set the interval smaller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// `9.3 %`.
    pub value: String,
    /// `8.9–9.7`, in the unit of the value; none with one replication or where nothing varies.
    pub interval: Option<String>,
}

impl Shown {
    /// Where there is no number.
    pub fn none() -> Self {
        Shown { value: NONE.to_owned(), interval: None }
    }

    /// In one line: `9.3 % (8.9–9.7)`.
    pub fn together(&self) -> String {
        match &self.interval {
            Some(interval) => format!("{} ({interval})", self.value),
            None => self.value.clone(),
        }
    }
}

/// A number with its unit: `9.3 %`, `12.3 k/s`, `340 ms`, `12.3 k intents`.
pub fn value(x: f64, unit: Unit) -> String {
    let scale = Scale::of(x, unit);
    scale.with_suffix(&scale.least(x))
}

/// A number as a person typed it, without trailing zeros: `2 s` where [`value`] writes `2.00 s`.
pub fn plain(x: f64, unit: Unit) -> String {
    let scale = Scale::of(x, unit);
    scale.with_suffix(&short(&scale.digits(x)))
}

/// A number at an axis whose caption names the unit: `250`, `12.5 k`.
pub(crate) fn tick(x: f64) -> String {
    let scale = Scale::thousands(x, "");
    scale.with_suffix(&short(&scale.digits(x)))
}

/// How many there are of what the text around it names, such as events: `182 M`.
pub fn count(x: f64) -> String {
    let scale = Scale::thousands(x, "");
    scale.with_suffix(&scale.least(x))
}

/// A number with half of its interval, both in one unit: `8.13 ± 0.32 k user-minutes`.
pub fn give_or_take(x: f64, half: f64, unit: Unit) -> String {
    let scale = Scale::of(x, unit);
    scale.with_suffix(&format!("{} ± {}", scale.digits(x), scale.digits(half)))
}

/// A number in a row whose last column says what is counted: `46.9 k` where [`value`] writes `46.9 k user-minutes`.
pub(crate) fn counted(x: f64, unit: Unit) -> String {
    match unit {
        Unit::Count(_) | Unit::Balance(_) | Unit::Time(_) => count(x),
        _ => value(x, unit),
    }
}

/// Whether a word is the unit of the number before it, so that no line may end between the two.
pub(crate) fn is_unit_of(before: &str, word: &str) -> bool {
    const UNITS: [&str; 9] = ["%", "h", "min", "s", "ms", "µs", "k", "M", "minutes"];
    let unit = word.trim_end_matches([',', '.', ';', ':', ')']);
    UNITS.contains(&unit) && before.ends_with(|c: char| c.is_ascii_digit())
}

/// A mean with its 95 % interval in one line: `9.3 % (8.9–9.7)`.
pub fn estimate(e: &Estimate, unit: Unit) -> String {
    parts(e, unit).together()
}

/// The same in a sentence, where no column says what a rate is of: `11.9 calls/s (11.2–12.6)`.
pub fn said(e: &Estimate, unit: Unit) -> String {
    said_parts(e, unit).together()
}

/// The same with the interval apart.
pub fn said_parts(e: &Estimate, unit: Unit) -> Shown {
    match unit {
        Unit::PerSecond(of) => written(e, |x| Scale::thousands(x, &format!("{of}/s"))),
        _ => parts(e, unit),
    }
}

/// A mean and its 95 % interval, apart.
pub fn parts(e: &Estimate, unit: Unit) -> Shown {
    written(e, |x| Scale::of(x, unit))
}

fn written(e: &Estimate, scale: impl Fn(f64) -> Scale) -> Shown {
    let ends = e.ci95.filter(|(low, high)| low.is_finite() && high.is_finite() && high > low);
    // A mean of zero says nothing about the size of the numbers; the end of its interval does.
    let scale = scale(if e.mean == 0.0 { ends.map_or(0.0, |(_, high)| high) } else { e.mean });
    Shown {
        value: scale.with_suffix(&scale.least(e.mean)),
        interval: ends.map(|(low, high)| format!("{}–{}", scale.digits(low), scale.digits(high))),
    }
}

/// Digits without the zeros at their end.
pub(crate) fn short(digits: &str) -> String {
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits }.to_owned()
}

/// As [`estimate`], and [`NONE`] where there is no number.
pub fn maybe(e: Option<&Estimate>, unit: Unit) -> String {
    e.map_or_else(|| NONE.to_owned(), |e| estimate(e, unit))
}

/// An instant since the start of the run in two units, as it is spoken: `3 h 12 min`, `12 min 30 s`, `45.2 s`.
pub fn clock(seconds: f64) -> String {
    if !seconds.is_finite() {
        return NONE.to_owned();
    }
    if seconds.abs() < 59.95 {
        return plain(seconds, Unit::Seconds);
    }
    let two = |big: f64, big_name: &str, small: f64, small_name: &str| {
        let smalls = (seconds.abs() / small).round();
        let per = big / small;
        let (whole, rest) = ((smalls / per).floor(), smalls % per);
        let said = if rest == 0.0 {
            format!("{whole} {big_name}")
        } else {
            format!("{whole} {big_name} {rest} {small_name}")
        };
        if seconds < 0.0 { format!("{MINUS}{said}") } else { said }
    };
    match seconds.abs() {
        s if s < 3_599.5 => two(60.0, "min", 1.0, "s"),
        s if s < 86_370.0 => two(3_600.0, "h", 60.0, "min"),
        _ => two(86_400.0, "d", 3_600.0, "h"),
    }
}

/// An instant as [`clock`] writes it, with its interval: `12 min 30 s (11 min 50 s to 13 min 10 s)`.
pub fn clock_estimate(e: &Estimate) -> String {
    let instant = clock(e.mean);
    let ends = e.ci95.map(|(low, high)| (clock(low.max(0.0)), clock(high)));
    match ends.filter(|(low, high)| low != high) {
        Some((low, high)) => format!("{instant} ({low} to {high})"),
        None => instant,
    }
}

/// By what a number is divided before it is written, what stands before and behind it, and how fine it is.
struct Scale {
    divisor: f64,
    prefix: &'static str,
    suffix: String,
    decimals: usize,
}

impl Scale {
    /// The scale in which this number has three digits.
    fn of(x: f64, unit: Unit) -> Self {
        match unit {
            Unit::Share => Scale::new(x, 0.01, " %".to_owned(), true),
            Unit::Seconds => {
                let (divisor, suffix) = lengths(three_digits(x.abs()));
                Scale::new(x, divisor, suffix.to_owned(), false)
            }
            Unit::PerSecond(_) => Scale::thousands(x, "/s"),
            Unit::Count(of) | Unit::Balance(of) | Unit::Time(of) => Scale::thousands(x, of),
            Unit::Times => Scale::thousands(x, "×"),
            Unit::Dollars => Scale { prefix: "$", ..Scale::thousands(x, "") },
            Unit::DollarsPerMillion => Scale { prefix: "$", ..Scale::thousands(x, "/M tokens") },
            // A badge is a word: there is no number to write.
            Unit::Badge => Scale::new(x, f64::NAN, String::new(), false),
        }
    }

    /// By thousands, with that behind it; a word stands apart from its number.
    fn thousands(x: f64, unit: &str) -> Self {
        let size = three_digits(x.abs());
        let step = [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")];
        let step = step.into_iter().find(|(least, _)| *least <= size && size.is_finite());
        let (divisor, thousands) = step.unwrap_or((1.0, ""));
        let apart = if unit.starts_with(|c: char| c.is_alphabetic()) { " " } else { "" };
        Scale::new(x, divisor, format!("{thousands}{apart}{unit}"), false)
    }

    fn new(x: f64, divisor: f64, suffix: String, percent: bool) -> Self {
        Scale { divisor, prefix: "", suffix, decimals: decimals(x.abs() / divisor, percent) }
    }

    fn digits(&self, x: f64) -> String {
        let scaled = x / self.divisor;
        if scaled.is_nan() {
            return NONE.to_owned();
        }
        if scaled.is_infinite() {
            return if scaled > 0.0 { "∞" } else { "−∞" }.to_owned();
        }
        let written = format!("{:.*}", self.decimals, scaled.abs());
        // Decimals of nothing say nothing, and neither does its sign.
        if written.bytes().all(|b| matches!(b, b'0' | b'.')) {
            return "0".to_owned();
        }
        if scaled < 0.0 { format!("{MINUS}{written}") } else { written }
    }

    /// The same of a number that stands by itself: one that is too small for the decimals is not nothing.
    fn least(&self, x: f64) -> String {
        let digits = self.digits(x);
        if digits == "0" && 0.0 < x {
            return format!("< {:.*}", self.decimals, 10f64.powi(-(self.decimals as i32)));
        }
        digits
    }

    fn with_suffix(&self, digits: &str) -> String {
        if digits == NONE {
            return NONE.to_owned();
        }
        // What stands before the digits stands before their currency, too.
        let (sign, digits) =
            digits.split_at(digits.find(|c: char| c.is_ascii_digit() || c == '∞').unwrap_or(0));
        format!("{sign}{}{digits}{}", self.prefix, self.suffix)
    }
}

/// The number rounded to three digits, so that 999.6 finds the scale of 1,000.
fn three_digits(x: f64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    let place = 10f64.powf(2.0 - x.log10().floor());
    if place.is_finite() && place > 0.0 { (x * place).round() / place } else { x }
}

/// By what a length of time is divided, and what stands behind it.
fn lengths(size: f64) -> (f64, &'static str) {
    match size {
        0.0 => (1.0, " s"),
        s if s < 1e-6 => (1e-9, " ns"),
        s if s < 1e-3 => (1e-6, " µs"),
        s if s < 1.0 => (1e-3, " ms"),
        s if s < 120.0 => (1.0, " s"),
        s if s < 7_200.0 => (60.0, " min"),
        s if s < 172_800.0 => (3_600.0, " h"),
        _ => (86_400.0, " d"),
    }
}

/// How many decimals show three digits of a number, or two of a small percentage.
fn decimals(scaled: f64, percent: bool) -> usize {
    if scaled == 0.0 || !scaled.is_finite() {
        return 0;
    }
    // 99.97 % is not 100 %: the distance to the whole is what is read there.
    if percent && (90.0..100.0).contains(&scaled) {
        let missing = 100.0 - scaled;
        if missing < 0.5e-5 {
            return 0;
        }
        return (-missing.log10().floor()).clamp(1.0, 5.0) as usize;
    }
    let rounded = three_digits(scaled);
    let digits_after_first = if percent && rounded < 10.0 { 1.0 } else { 2.0 };
    let most = if percent { PERCENT_DECIMALS_MAX } else { 6.0 };
    (digits_after_first - rounded.log10().floor()).clamp(0.0, most) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(unit: Unit, cases: &[(f64, &str)]) {
        for &(x, expected) in cases {
            assert_eq!(value(x, unit), expected, "{x} as {unit:?}");
        }
    }

    #[test]
    fn three_digits_and_a_unit() {
        for (x, expected) in [
            (0.0, "0"),
            (7.0, "7.00"),
            (42.37, "42.4"),
            (999.4, "999"),
            (999.6, "1.00 k"),
            (1234.0, "1.23 k"),
            (2.5e6, "2.50 M"),
            (3e9, "3.00 G"),
            (-0.0, "0"),
            (f64::NAN, "–"),
            (-1234.0, "−1.23 k"),
            (1e-9, "< 0.000001"),
            (f64::INFINITY, "∞"),
            (f64::NEG_INFINITY, "−∞"),
        ] {
            assert_eq!(count(x), expected, "{x}");
        }
        check(Unit::Count("calls"), &[(7.0, "7.00 calls"), (1234.0, "1.23 k calls"), (f64::NAN, "–")]);
        check(Unit::Time("GPU-hours"), &[(288.0, "288 GPU-hours")]);
        check(Unit::Times, &[(1.88, "1.88×"), (12_000.0, "12.0 k×")]);
        check(Unit::Badge, &[(1.0, "–")]);
        check(Unit::PerSecond("calls"), &[(0.0123, "0.0123/s"), (41.0, "41.0/s"), (12_340.0, "12.3 k/s")]);
        check(
            Unit::Seconds,
            &[(0.0, "0 s"), (4e-9, "4.00 ns"), (3.4e-4, "340 µs"), (0.34, "340 ms"), (0.9996, "1.00 s")],
        );
        check(
            Unit::Seconds,
            &[(119.0, "119 s"), (125.0, "2.08 min"), (9_000.0, "2.50 h"), (259_200.0, "3.00 d")],
        );
    }

    #[test]
    fn money_begins_with_its_sign() {
        check(
            Unit::Dollars,
            &[(0.0, "$0"), (1.312, "$1.31"), (12_340.0, "$12.3 k"), (-4.5, "−$4.50"), (f64::NAN, "–")],
        );
        let price = Estimate { mean: 1.31, ci95: Some((1.27, 1.35)), n: 20 };
        assert_eq!(estimate(&price, Unit::Dollars), "$1.31 (1.27–1.35)");
        assert_eq!(estimate(&price, Unit::DollarsPerMillion), "$1.31/M tokens (1.27–1.35)");
    }

    #[test]
    fn percentages_keep_what_is_missing_to_the_whole() {
        check(
            Unit::Share,
            &[
                (0.0, "0 %"),
                (0.093, "9.3 %"),
                (0.4021, "40.2 %"),
                (1.0, "100 %"),
                (0.1 - 1e-12, "10.0 %"),
                (0.0042, "0.42 %"),
                (0.000_042, "0.0042 %"),
                (0.000_000_042, "< 0.0001 %"),
                (-0.093, "−9.3 %"),
            ],
        );
        check(Unit::Share, &[(0.9, "90.0 %"), (0.995, "99.5 %"), (0.9997, "99.97 %"), (0.99996, "99.996 %")]);
    }

    #[test]
    fn an_interval_stands_in_the_unit_of_its_mean() {
        let e = |mean, ci95| Estimate { mean, ci95, n: 20 };
        assert_eq!(estimate(&e(0.093, Some((0.089, 0.097))), Unit::Share), "9.3 % (8.9–9.7)");
        assert_eq!(estimate(&e(1.5, Some((0.9, 2.1))), Unit::Seconds), "1.50 s (0.90–2.10)");
        assert_eq!(
            estimate(&e(1234.0, Some((1200.0, 1268.0))), Unit::Count("calls")),
            "1.23 k calls (1.20–1.27)"
        );
        assert_eq!(estimate(&e(0.0, Some((0.0, 0.004))), Unit::Share), "0 % (0–0.40)");
        assert_eq!(estimate(&e(3.0, Some((3.0, 3.0))), Unit::Times), "3.00×");
        assert_eq!(estimate(&e(3.0, None), Unit::Times), "3.00×");
        assert_eq!(maybe(None, Unit::Times), "–");
        let rate = e(1234.0, Some((1200.0, 1268.0)));
        assert_eq!(estimate(&rate, Unit::PerSecond("calls")), "1.23 k/s (1.20–1.27)");
        assert_eq!(said(&rate, Unit::PerSecond("calls")), "1.23 k calls/s (1.20–1.27)");
        assert_eq!(said(&e(12.0, None), Unit::PerSecond("calls")), "12.0 calls/s");
        assert_eq!(said(&e(0.093, None), Unit::Share), "9.3 %");
        assert_eq!(estimate(&e(f64::NAN, Some((f64::NAN, f64::NAN))), Unit::Seconds), "–");
    }

    #[test]
    fn what_a_person_typed_keeps_no_zeros() {
        assert_eq!(plain(2.0, Unit::Seconds), "2 s");
        assert_eq!(plain(0.25, Unit::Seconds), "250 ms");
        assert_eq!(plain(100.0, Unit::PerSecond("calls")), "100/s");
        assert_eq!((tick(100.0), tick(1500.0)), ("100".to_owned(), "1.5 k".to_owned()));
    }

    #[test]
    fn instants_are_spoken() {
        assert_eq!(clock(0.0), "0 s");
        assert_eq!(clock(45.25), "45.2 s");
        assert_eq!(clock(59.99), "1 min");
        assert_eq!(clock(750.0), "12 min 30 s");
        assert_eq!(clock(3599.9), "1 h");
        assert_eq!(clock(11_520.0), "3 h 12 min");
        assert_eq!(clock(93_600.0), "1 d 2 h");
        assert_eq!((clock(-750.0), clock(-4.5)), ("−12 min 30 s".to_owned(), "−4.5 s".to_owned()));
        assert_eq!(clock(f64::NAN), "–");
    }
}
