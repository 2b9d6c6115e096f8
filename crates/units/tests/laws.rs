//! What holds for every quantity: no text makes a parser panic, and what is printed reads back to the same value.

use std::fmt::Display;
use std::str::FromStr;

use brownout_units::{Bytes, Money, MoneyRate, ParseError, Rate, Ratio, Span, Tokens};
use proptest::prelude::*;

fn round_trip<T: Display + FromStr<Err = ParseError> + PartialEq + std::fmt::Debug>(value: &T) {
    let text = value.to_string();
    let back: T = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(*value, back, "{text}");
}

fn parse_all(text: &str) {
    // An error must also print without a panic.
    let errors = [
        text.parse::<Span>().err(),
        text.parse::<Rate>().err(),
        text.parse::<Ratio>().err(),
        text.parse::<Bytes>().err(),
        text.parse::<Tokens>().err(),
        text.parse::<Money>().err(),
        text.parse::<MoneyRate>().err(),
    ];
    for error in errors.into_iter().flatten() {
        assert!(!error.to_string().is_empty());
    }
    text.parse::<Span>().iter().for_each(round_trip);
    text.parse::<Rate>().iter().for_each(round_trip);
    text.parse::<Ratio>().iter().for_each(round_trip);
    text.parse::<Bytes>().iter().for_each(round_trip);
    text.parse::<Tokens>().iter().for_each(round_trip);
    text.parse::<Money>().iter().for_each(round_trip);
    text.parse::<MoneyRate>().iter().for_each(round_trip);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_text_panics(text in any::<String>()) {
        parse_all(&text);
    }

    #[test]
    fn nothing_that_looks_like_a_quantity_panics(
        text in r"[$]?[-0-9._eE+ ]{0,24}[kMGBiµnumshdw%/ ]{0,6}[0-9]{0,3}[smh]?"
    ) {
        parse_all(&text);
    }

    #[test]
    fn whole_quantities_round_trip(bits in any::<u64>(), shift in 0_u32..64) {
        round_trip(&Span::from_nanos((bits >> shift) & Span::MAX.nanos()));
        round_trip(&Bytes::new(bits >> shift));
        round_trip(&Tokens::new(bits >> shift));
    }

    #[test]
    fn round_multiples_round_trip(count in 0_u64..100_000, unit in 0_usize..8) {
        let day = 86_400_000_000_000;
        let nanos = [1, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000, 3_600_000_000_000, day / 2, 1 << 40];
        round_trip(&Span::from_nanos((count % 10_000) * nanos[unit]));
        round_trip(&Bytes::new(count << (unit * 5)));
    }

    #[test]
    fn real_quantities_round_trip(value in proptest::num::f64::POSITIVE | proptest::num::f64::ZERO) {
        if let Ok(rate) = Rate::new(value) {
            round_trip(&rate);
            round_trip(&Ratio::new(value).expect("finite as well"));
            round_trip(&Money::new(value).expect("finite as well"));
            round_trip(&MoneyRate::new(value).expect("finite as well"));
        }
    }

    #[test]
    fn seconds_never_panic(secs in any::<f64>()) {
        prop_assert!(Span::from_secs_f64(secs) <= Span::MAX);
    }
}
