//! Times as tables have them: numbers of a unit, or dates and times as logs write them.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// The largest time, in seconds since 1970, that is a date before the year 10000.
const YEARS_MAX: f64 = 253_402_300_800.0;

/// The unit of times that are plain numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeUnit {
    /// Seconds.
    #[default]
    Seconds,
    /// Milliseconds.
    Millis,
    /// Microseconds.
    Micros,
    /// Nanoseconds.
    Nanos,
}

impl std::str::FromStr for TimeUnit {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = TimeUnit::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, unit)| *unit).ok_or_else(|| "there are s, ms, us, ns".to_owned())
    }
}

impl TimeUnit {
    /// All of them, with their names.
    pub const ALL: [(&'static str, TimeUnit); 4] = [
        ("s", TimeUnit::Seconds),
        ("ms", TimeUnit::Millis),
        ("us", TimeUnit::Micros),
        ("ns", TimeUnit::Nanos),
    ];

    fn per_second(self) -> f64 {
        match self {
            TimeUnit::Seconds => 1.0,
            TimeUnit::Millis => 1e3,
            TimeUnit::Micros => 1e6,
            TimeUnit::Nanos => 1e9,
        }
    }
}

/// A time in seconds, since 1970 if it is a date, and what its last digit stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stamp {
    /// Seconds.
    pub seconds: f64,
    /// The step of its last digit, in seconds.
    pub step: f64,
}

/// A time of a table.
///
/// # Errors
/// A text that is neither a number nor a date and time.
pub fn stamp(text: &str, unit: TimeUnit) -> Option<Stamp> {
    let text = text.trim();
    let step = |digits: i32| 10_f64.powi(-digits.clamp(0, 9));
    if let Ok(number) = text.parse::<f64>() {
        let fine = number.is_finite() && number.abs() <= 1e19;
        let digits = text.split_once('.').map_or(0, |(_, part)| part.len() as i32);
        return fine
            .then(|| Stamp { seconds: number / unit.per_second(), step: step(digits) / unit.per_second() });
    }
    let digits = text
        .rsplit_once(['.', ','])
        .map_or(0, |(_, part)| part.chars().take_while(char::is_ascii_digit).count() as i32);
    date(text).map(|at| Stamp { seconds: at.as_nanosecond() as f64 / 1e9, step: step(digits) })
}

/// Whether a time looks like one of a finer unit: as seconds it would be beyond the year 9999.
pub fn looks_finer(seconds: f64) -> Option<&'static str> {
    match seconds / YEARS_MAX {
        part if part < 1.0 => None,
        part if part < 1e3 => Some("ms"),
        part if part < 1e6 => Some("us"),
        _ => Some("ns"),
    }
}

/// ISO 8601 with or without an offset, with a space, slashes or a comma as logs have them, in brackets; the date of web
/// servers (`10/Oct/2000:13:55:36 -0700`) and of mail (`Tue, 10 Oct 2000 13:55:36 -0700`).
fn date(text: &str) -> Option<Timestamp> {
    let text = text.trim_matches(['[', ']']).trim();
    let civil = |text: &str| {
        text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    };
    if let Some(found) = text.parse().ok().or_else(|| civil(text)) {
        return Some(found);
    }
    let iso = text.replacen(',', ".", 1).replacen('/', "-", 2).replace(" UTC", "Z");
    if let Some(found) = iso.parse().ok().or_else(|| civil(&iso)) {
        return Some(found);
    }
    let zoned = |format: &str| Zoned::strptime(format, text).ok().map(|zoned| zoned.timestamp());
    zoned("%d/%b/%Y:%H:%M:%S %z")
        .or_else(|| zoned("%a, %d %b %Y %H:%M:%S %z"))
        .or_else(|| Timestamp::strptime("%Y-%m-%d %H:%M:%S%.f %z", text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_logs_write_them() {
        let same = [
            "2000-10-10T13:55:36.5Z",
            "2000-10-10 13:55:36.5",
            "2000/10/10 13:55:36.5",
            "2000-10-10 13:55:36,5",
            "[2000-10-10 13:55:36,500]",
            "2000-10-10 13:55:36.5 UTC",
            "2000-10-10 15:55:36.5 +0200",
        ];
        for text in same {
            let found = stamp(text, TimeUnit::Seconds).unwrap_or_else(|| panic!("{text} is a date"));
            assert!((found.seconds - 971_186_136.5).abs() < 1e-6, "{text}: {found:?}");
        }
        for text in
            ["10/Oct/2000:06:55:36 -0700", "[10/Oct/2000:13:55:36 +0000]", "Tue, 10 Oct 2000 13:55:36 +0000"]
        {
            let found = stamp(text, TimeUnit::Seconds).unwrap_or_else(|| panic!("{text} is a date"));
            assert_eq!(found, Stamp { seconds: 971_186_136.0, step: 1.0 }, "{text}");
        }
        assert_eq!(stamp("NaN", TimeUnit::Seconds), None);
        assert_eq!(stamp("soon", TimeUnit::Seconds), None);
    }

    #[test]
    fn numbers_have_a_unit_and_a_resolution() {
        let check = |text, unit, seconds, step| {
            assert_eq!(stamp(text, unit), Some(Stamp { seconds, step }), "{text}");
        };
        check("3", TimeUnit::Seconds, 3.0, 1.0);
        check("3.25", TimeUnit::Seconds, 3.25, 0.01);
        check("1500", TimeUnit::Millis, 1.5, 1e-3);
        check("1715299200123456", TimeUnit::Micros, 1_715_299_200.123_456, 1e-6);
        assert_eq!(looks_finer(1_715_299_200.0), None);
        assert_eq!(looks_finer(1_715_299_200_123.0), Some("ms"));
        assert_eq!(looks_finer(1_715_299_200_123_456.0), Some("us"));
        assert_eq!(looks_finer(1e18), Some("ns"));
    }
}
