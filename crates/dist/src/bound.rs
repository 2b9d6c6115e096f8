//! Serde for a bound that may be infinite: JSON has no number for infinity, so it is written as a word.

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt;

const ABOVE: &str = "inf";
const BELOW: &str = "-inf";

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
pub(crate) fn serialize<S: Serializer>(bound: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    match *bound {
        f64::INFINITY if serializer.is_human_readable() => serializer.serialize_str(ABOVE),
        f64::NEG_INFINITY if serializer.is_human_readable() => serializer.serialize_str(BELOW),
        bound => serializer.serialize_f64(bound),
    }
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    if deserializer.is_human_readable() {
        deserializer.deserialize_any(Bound)
    } else {
        deserializer.deserialize_f64(Bound)
    }
}

struct Bound;

impl Visitor<'_> for Bound {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a number, \"{ABOVE}\" or \"{BELOW}\"")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<f64, E> {
        Ok(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<f64, E> {
        Ok(number as f64)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<f64, E> {
        Ok(number as f64)
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<f64, E> {
        match word {
            ABOVE => Ok(f64::INFINITY),
            BELOW => Ok(f64::NEG_INFINITY),
            _ => Err(E::invalid_value(Unexpected::Str(word), &self)),
        }
    }
}
