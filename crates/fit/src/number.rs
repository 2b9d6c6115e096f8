//! Numbers as they are written into scenarios and comments.

/// A float with that number of significant digits, as TOML reads it: `15.62`, `4.115e-5`.
pub(crate) fn float(value: f64, digits: usize) -> String {
    format!("{:?}", rounded(value, digits))
}

/// The same without an exponent, for quantities with a unit: `0.00125`.
pub(crate) fn plain(value: f64, digits: usize) -> String {
    format!("{}", rounded(value, digits))
}

fn rounded(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits.saturating_sub(1)).parse().unwrap_or(value)
}

/// 0.0337 as `3.4 %`.
pub(crate) fn percent(part: f64) -> String {
    format!("{:.1} %", 100.0 * part)
}

/// Seconds as a span: `58m22s`, `4.315s`.
pub(crate) fn span(seconds: f64) -> String {
    let whole = |seconds: f64| brownout_units::Span::from_secs_f64(seconds).to_string();
    if seconds < 60.0 { whole((seconds * 1e3).round() / 1e3) } else { whole(seconds.round()) }
}

/// A text as TOML quotes it.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!(float(15.620_430_9, 4), "15.62");
        assert_eq!(float(4.115_318_7e-5, 4), "4.115e-5");
        assert_eq!(float(0.0, 4), "0.0");
        assert_eq!(plain(1.25e-7, 4), "0.000000125");
        assert_eq!(percent(0.033_65), "3.4 %");
        assert_eq!((span(3501.7), span(4.314_579)), ("58m22s".to_owned(), "4.315s".to_owned()));
        assert_eq!(quoted("a \"b\" \\ c\nd"), r#""a \"b\" \\ c d""#);
    }
}
