//! The scanner that all quantities share: a number, then a unit.

use crate::error::{Grammar, ParseError};

/// A decimal number as it was written, exact up to 18 places after the point.
#[derive(Clone, Debug)]
pub(crate) struct Number<'a> {
    /// The digits with their point and separators, but without an exponent.
    mantissa: &'a str,
    /// The exponent that was written.
    power: i64,
    /// All digits as one integer; `None` when they exceed 128 bits.
    digits: Option<u128>,
    /// The power of ten that `digits` is to be multiplied with.
    exponent: i64,
}

/// Digits after the point beyond these are below a nanosecond of a week, and are dropped.
const PLACES_MAX: usize = 18;

/// This many digits always fit into 64 bits.
const DIGITS_SHORT: usize = 19;

impl Number<'_> {
    /// The nearest float; infinite when out of its range.
    pub(crate) fn as_f64(&self) -> f64 {
        if self.power == 0 && !self.mantissa.contains('_') {
            return self.mantissa.parse().unwrap_or(f64::INFINITY);
        }
        let text = format!("{}e{}", self.mantissa.replace('_', ""), self.power);
        text.parse().unwrap_or(f64::INFINITY)
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.mantissa.bytes().all(|byte| matches!(byte, b'0' | b'.' | b'_'))
    }

    /// The number times a whole unit, rounded down; `None` beyond 64 bits.
    pub(crate) fn times(&self, unit: u64) -> Option<u64> {
        if self.is_zero() {
            return Some(0);
        }
        let product = self.digits?.checked_mul(u128::from(unit))?;
        if self.exponent == 0 {
            return u64::try_from(product).ok();
        }
        let power = u32::try_from(self.exponent.unsigned_abs()).ok().and_then(|e| 10_u128.checked_pow(e));
        let scaled = match (self.exponent < 0, power) {
            (false, Some(power)) => product.checked_mul(power)?,
            (false, None) => return None,
            (true, Some(power)) => product / power,
            (true, None) => 0,
        };
        u64::try_from(scaled).ok()
    }
}

/// Reads a number at the start of `rest` and returns it with what follows; `given` is the whole text, for errors.
pub(crate) fn number<'a>(
    given: &str,
    rest: &'a str,
    grammar: &Grammar,
) -> Result<(Number<'a>, &'a str), ParseError> {
    let whole = digits_len(rest);
    if whole == 0 {
        return Err(no_number(given, rest, grammar));
    }
    let mut end = whole;
    if rest[end..].starts_with('.') {
        let places = digits_len(&rest[end + 1..]);
        if places == 0 {
            return Err(grammar.refuse(given, "has no digit after the point"));
        }
        end += 1 + places;
    }
    if rest[end..].starts_with([',', '_', '.', '\'']) {
        let hint = Some("a decimal point is \".\", and digits are grouped as in \"128_000\"".to_owned());
        return Err(ParseError { hint, ..grammar.refuse(given, "is not a number") });
    }
    let mantissa = &rest[..end];
    let exponent_len = exponent_len(&rest[end..]);
    let exponent = &rest[end..end + exponent_len];
    Ok((assemble(mantissa, exponent), rest[end + exponent_len..].trim_start()))
}

/// Why there is no number at the start of a text.
#[cold]
fn no_number(given: &str, rest: &str, grammar: &Grammar) -> ParseError {
    if given.trim().is_empty() {
        return grammar.refuse(given, "is empty");
    }
    if rest.starts_with(['-', '\u{2212}']) {
        return grammar.refuse(given, "is negative");
    }
    grammar.refuse(given, "does not start with a number")
}

fn assemble<'a>(mantissa: &'a str, exponent: &str) -> Number<'a> {
    let (whole, places) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let kept = places.bytes().filter(u8::is_ascii_digit).take(PLACES_MAX);
    let digits = whole.bytes().filter(u8::is_ascii_digit).chain(kept.clone());
    let digits = if mantissa.len() <= DIGITS_SHORT {
        Some(digits.fold(0_u64, |digits, digit| digits * 10 + u64::from(digit - b'0')).into())
    } else {
        let mut digits = digits;
        digits.try_fold(0_u128, |digits, digit| digits.checked_mul(10)?.checked_add(u128::from(digit - b'0')))
    };
    let power = exponent.get(1..).and_then(|power| power.parse::<i64>().ok());
    // An exponent beyond 64 bits is as good as one that nothing fits.
    let beyond = if exponent.contains('-') { -100_000 } else { 100_000 };
    let power = if exponent.is_empty() { 0 } else { power.unwrap_or(beyond).clamp(-100_000, 100_000) };
    Number { mantissa, power, digits, exponent: power - kept.count() as i64 }
}

/// The length of a run of digits in which single underscores may stand between two digits.
fn digits_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = 0;
    while digit(at) || (at > 0 && bytes.get(at) == Some(&b'_') && digit(at - 1) && digit(at + 1)) {
        at += 1;
    }
    at
}

/// The length of `e6`, `e-6` or `E+6` at the start; an `e` without digits belongs to the unit.
fn exponent_len(text: &str) -> usize {
    if !text.starts_with(['e', 'E']) {
        return 0;
    }
    let sign = usize::from(text[1..].starts_with(['+', '-']));
    let digits = text[1 + sign..].bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 { 0 } else { 1 + sign + digits }
}

/// Splits the unit, a run of anything but digits, blanks and slashes, from what follows it.
pub(crate) fn unit(rest: &str) -> (&str, &str) {
    let end = rest.find(|c: char| c.is_ascii_digit() || c.is_whitespace() || c == '/').unwrap_or(rest.len());
    (&rest[..end], rest[end..].trim_start())
}

/// Units of time in nanoseconds, the names in `TIME_UNITS` in the same order.
pub(crate) fn nanos_of(unit: &str) -> Option<u64> {
    Some(match unit {
        "ns" => 1,
        // The micro sign and the Greek letter look alike and come from different keyboards.
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" | "sec" => 1_000_000_000,
        "m" | "min" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        "d" => 86_400_000_000_000,
        "w" => 604_800_000_000_000,
        _ => return None,
    })
}

/// The names of the units of time, for suggestions.
pub(crate) const TIME_UNITS: &[&str] = &["ns", "us", "ms", "s", "min", "m", "h", "d", "w"];

/// Multipliers of counts: `k`, `M`, `G`, in thousands, and `Ki`, `Mi`, `Gi`, in 1024s.
pub(crate) fn multiplier(unit: &str) -> Option<u64> {
    Some(match unit {
        "" => 1,
        "k" | "K" => 1_000,
        "M" => 1_000_000,
        "G" | "B" => 1_000_000_000,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        _ => return None,
    })
}

/// The shortest of 9 significant digits that `back` turns into `value` again, if there is one.
///
/// A third of a second scaled to minutes is 20.000000000000004; people wrote 20, and 20 reads back to the same bits.
pub(crate) fn short(scaled: f64, value: f64, back: impl Fn(f64) -> f64) -> Option<f64> {
    let rounded: f64 = format!("{scaled:.8e}").parse().ok()?;
    (rounded.is_finite() && back(rounded).to_bits() == value.to_bits()).then_some(rounded)
}

/// A float without `.0`, with an exponent only where the digits would be many.
pub(crate) fn plain(value: f64) -> String {
    let text = format!("{value:?}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}
