//! Texts that are quantities, texts that are not, and what is said about them.

use std::fmt::Debug;
use std::str::FromStr;

use brownout_units::{Bytes, Money, MoneyRate, ParseError, Rate, Ratio, Span, Tokens};

fn same<T: FromStr<Err = ParseError> + PartialEq + Debug>(text: &str, value: &T) {
    assert_eq!(text.parse::<T>().as_ref(), Ok(value), "{text}");
}

fn refused<T: FromStr<Err = ParseError> + Debug>(text: &str, message: &str) {
    assert_eq!(text.parse::<T>().expect_err(text).to_string(), message);
}

#[test]
fn spans() {
    same("250ms", &Span::from_millis(250));
    same("1.5s", &Span::from_millis(1500));
    same("2h30m", &Span::from_secs(9000));
    same(" 1h 30 min ", &Span::from_secs(5400));
    same("3d", &Span::from_secs(3 * 86_400));
    same("1w", &Span::from_secs(7 * 86_400));
    same("20us", &Span::from_nanos(20_000));
    same("20µs", &Span::from_nanos(20_000));
    same("5ns", &Span::from_nanos(5));
    same("1_000ms", &Span::from_secs(1));
    same("1e3ms", &Span::from_secs(1));
    same("0s", &Span::ZERO);
    // Exact, where a float would lose the last nanosecond.
    same("106751d23h47m16.854775807s", &Span::MAX);
    same("0.333333333333333333333333333333333333333333s", &Span::from_nanos(333_333_333));
}

#[test]
fn spans_refused() {
    let as_in = r#"a time span is written as in "250ms", "1.5s" or "2h30m""#;
    let meant = r#"did you mean "250ms", or "250s"?"#;
    let needs = r#"a time span needs one, as in "250ms", "1.5s" or "2h30m""#;
    refused::<Span>("250", &format!(r#""250" has no unit: {needs}; {meant}"#));
    refused::<Span>("", &format!(r#""" is empty: {as_in}"#));
    refused::<Span>("-5s", &format!(r#""-5s" is negative: {as_in}"#));
    refused::<Span>("NaN", &format!(r#""NaN" does not start with a number: {as_in}"#));
    refused::<Span>("5mz", &format!(r#""5mz" has the unknown unit "mz": {as_in}; did you mean "ms"?"#));
    refused::<Span>(
        "3 hours",
        &format!(r#""3 hours" has the unknown unit "hours": {as_in}; did you mean "h"?"#),
    );
    refused::<Span>("3y", &format!(r#""3y" has the unknown unit "y": {as_in}"#));
    refused::<Span>("400000d", &format!(r#""400000d" is too large: {as_in}"#));
    refused::<Span>("1e400s", &format!(r#""1e400s" is too large: {as_in}"#));
    refused::<Span>("0.1ns", &format!(r#""0.1ns" is shorter than a nanosecond: {as_in}"#));
    refused::<Span>(
        "5m2h",
        &format!(r#""5m2h" does not name its units from large to small, each once: {as_in}"#),
    );
    refused::<Span>(
        "1,5s",
        &format!(
            r#""1,5s" is not a number: {as_in}; a decimal point is ".", and digits are grouped as in "128_000""#
        ),
    );
}

#[test]
fn spans_print() {
    for text in
        ["0s", "5ns", "1.5us", "20us", "250ms", "1.5s", "59.999999999s", "1m", "1m30s", "2h30m", "9h", "1d6h"]
    {
        assert_eq!(text.parse::<Span>().expect(text).to_string(), text);
    }
    assert_eq!(Span::from_nanos(60_000_000_005).to_string(), "1m5ns");
    assert_eq!(Span::from_nanos(60_005_000_000).to_string(), "1m0.005s");
}

#[test]
fn span_arithmetic() {
    assert_eq!(Span::from_secs_f64(1.5), Span::from_millis(1500));
    assert_eq!(Span::from_secs_f64(f64::NAN), Span::ZERO);
    assert_eq!(Span::from_secs_f64(-1.0), Span::ZERO);
    assert_eq!(Span::from_secs_f64(f64::INFINITY), Span::MAX);
    assert_eq!(Span::from_secs_f64(2.9e-9), Span::from_nanos(2));
    assert_eq!(Span::MAX.checked_add(Span::from_nanos(1)), None);
    assert_eq!(Span::MAX.saturating_add(Span::MAX), Span::MAX);
    assert_eq!(Span::from_secs(1) * 3 - Span::from_secs(2), Span::from_secs(1));
    assert_eq!(Span::from_secs(3) / 2, Span::from_millis(1500));
}

#[test]
fn rates() {
    let per_second = |text: &str| text.parse::<Rate>().expect(text).per_second();
    assert!((per_second("3/min") - 0.05).abs() < 1e-15);
    assert!((per_second("10k/h") - 10_000.0 / 3600.0).abs() < 1e-15);
    assert!((per_second("1.5M/d") - 1.5e6 / 86_400.0).abs() < 1e-12);
    same("120/s", &Rate::from_per_second(120.0));
    same("0.5/ms", &Rate::from_per_second(500.0));
    for text in ["120/s", "0.05/s", "20/min", "10000/h", "0/s", "1e300/s"] {
        assert_eq!(text.parse::<Rate>().expect(text).to_string(), text);
    }
    assert_eq!(Rate::from_per_second(4.0).interval(), Some(Span::from_millis(250)));
    assert_eq!(Rate::ZERO.interval(), None);
    let as_in = r#"a rate is written as in "120/s", "3/min" or "10k/h""#;
    refused::<Rate>(
        "120",
        r#""120" has no unit: a rate needs one, as in "120/s", "3/min" or "10k/h"; did you mean "120/s"?"#,
    );
    refused::<Rate>(
        "120 rps",
        &format!(r#""120 rps" has no "/" and unit of time: {as_in}; write "/s" for "per second""#),
    );
    refused::<Rate>(
        "120/seconds",
        &format!(r#""120/seconds" has the unknown unit "seconds": {as_in}; did you mean "s"?"#),
    );
    refused::<Rate>(
        "9 requests/s",
        &format!(
            concat!(
                r#""9 requests/s" has the unknown multiplier "requests": {as_in}; "#,
                r#"write only the count and the time, as in "120/s""#
            ),
            as_in = as_in
        ),
    );
    assert!(Rate::new(f64::NAN).is_err() && Rate::new(-1.0).is_err() && Rate::new(f64::INFINITY).is_err());
}

#[test]
fn ratios() {
    same("10%", &Ratio::new(0.1).expect("a ratio"));
    same("0.1", &Ratio::new(0.1).expect("a ratio"));
    assert_eq!(Ratio::new(0.1).expect("a ratio").to_string(), "10%");
    assert_eq!(Ratio::new(0.07).expect("a ratio").to_string(), "7%");
    assert!(!"150%".parse::<Ratio>().expect("a ratio").is_probability());
    refused::<Ratio>(
        "10 percent",
        r#""10 percent" has the unknown unit "percent": a ratio is written as in "10%" or "0.1"; did you mean "%"?"#,
    );
}

#[test]
fn bytes_and_tokens() {
    same("80GiB", &Bytes::new(80 << 30));
    same("1.5 MB", &Bytes::new(1_500_000));
    for text in ["80GiB", "1.5MB", "1536B", "1KiB", "0B", "16GB"] {
        assert_eq!(text.parse::<Bytes>().expect(text).to_string(), text);
    }
    let as_in = r#"an amount of memory is written as in "80GiB", "1.5MB" or "512B""#;
    refused::<Bytes>(
        "80gib",
        &format!(r#""80gib" has the unknown unit "gib": {as_in}; did you mean "GiB"?"#),
    );
    refused::<Bytes>("99999PiB", &format!(r#""99999PiB" is too large: {as_in}"#));
    same("8k", &Tokens::new(8000));
    same("8Ki", &Tokens::new(8192));
    same("128_000", &Tokens::new(128_000));
    same("8192 tokens", &Tokens::new(8192));
    same("1.5k tokens", &Tokens::new(1500));
    let as_in = r#"a number of tokens is written as in "8k", "128_000" or "8192 tokens""#;
    refused::<Tokens>("1.5", &format!(r#""1.5" is not a whole number of tokens: {as_in}"#));
    assert_eq!(Tokens::new(1).to_string(), "1 token");
}

#[test]
fn money() {
    same("$2.40", &Money::new(2.4).expect("an amount"));
    same("$1.5k", &Money::new(1500.0).expect("an amount"));
    same("$2.40/h", &MoneyRate::new(2.4).expect("a price"));
    same("$48/d", &MoneyRate::new(2.0).expect("a price"));
    assert_eq!("$2.4/h".parse::<MoneyRate>().expect("a price").to_string(), "$2.40/h");
    let day = Span::from_secs(86_400);
    assert_eq!((MoneyRate::new(2.5).expect("a price") * 2).over(day).to_string(), "$120.00");
    refused::<Money>(
        "2.40",
        r#""2.40" has no "$": an amount of money needs a dollar sign, as in "$2.40" or "$1.5k""#,
    );
    refused::<MoneyRate>(
        "$2.40",
        r#""$2.40" has no unit: a price by time needs a dollar sign and a unit, as in "$2.40/h""#,
    );
}

#[test]
fn serde_reads_texts_and_refuses_bare_numbers() {
    assert_eq!(serde_json::from_str::<Span>(r#""250ms""#).expect("a span"), Span::from_millis(250));
    assert_eq!(serde_json::to_string(&Span::from_millis(250)).expect("a text"), r#""250ms""#);
    assert_eq!(serde_json::from_str::<Tokens>("8192").expect("a number"), Tokens::new(8192));
    assert!((serde_json::from_str::<Ratio>("0.1").expect("a number").fraction() - 0.1).abs() < 1e-15);
    let error = serde_json::from_str::<Span>("250").expect_err("no unit").to_string();
    assert!(error.starts_with(r#""250" has no unit: a time span needs one"#), "{error}");
    let error = serde_json::from_str::<Rate>("0.5").expect_err("no unit").to_string();
    assert!(error.starts_with(r#""0.5" has no unit: a rate needs one"#), "{error}");
    let error = serde_json::from_str::<Ratio>("-0.5").expect_err("negative").to_string();
    assert!(error.starts_with(r#""-0.5" is negative"#), "{error}");
}

#[test]
fn schema_describes_the_text() {
    let schema = serde_json::to_value(schemars::schema_for!(Span)).expect("a schema");
    assert_eq!(schema["type"], "string");
    assert_eq!(schema["examples"][0], "250ms");
}
