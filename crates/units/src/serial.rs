//! How quantities pass through serde and describe themselves in a JSON Schema.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use crate::ParseError;

/// Reads a quantity from a string; a number is read as its text, so that it gets the refusal that names the unit
/// or, where none is needed, is accepted.
pub(crate) struct TextVisitor<T>(pub(crate) PhantomData<T>, pub(crate) &'static str);

impl<T: FromStr<Err = ParseError>> serde::de::Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<T, E> {
        number.to_string().parse().map_err(E::custom)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<T, E> {
        number.to_string().parse().map_err(E::custom)
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<T, E> {
        crate::scan::plain(number).parse().map_err(E::custom)
    }
}

/// The serde and schema side of a quantity that is written as a string.
macro_rules! text_quantity {
    ($type:ident, $of:expr, $name:literal, $description:literal, $pattern:literal,
     [$($example:literal),+]) => {
        crate::serial::serde_as_text!($type, $of, $description);

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string",
                    "description": $description,
                    "pattern": $pattern,
                    "examples": [$($example),+],
                })
            }
        }
    };
}

/// The same for a quantity that may also be a bare number of the JSON type `$number`.
macro_rules! text_or_number_quantity {
    ($type:ident, $of:expr, $name:literal, $number:literal, $description:literal, $pattern:literal,
     [$($example:literal),+]) => {
        crate::serial::serde_as_text!($type, $of, $description);

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "description": $description,
                    "examples": [$($example),+],
                    "anyOf": [{ "type": "string", "pattern": $pattern }, { "type": $number, "minimum": 0 }],
                })
            }
        }
    };
}

/// Serialises as the `Display` text and reads by `FromStr`; in a binary format as the number inside, which `$of` checks
/// when it is read. Both are exact.
macro_rules! serde_as_text {
    ($type:ident, $of:expr, $description:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    serde::Serialize::serialize(&self.0, serializer)
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    let text = crate::serial::TextVisitor(std::marker::PhantomData, $description);
                    return deserializer.deserialize_any(text);
                }
                let number = serde::Deserialize::deserialize(deserializer)?;
                $of(number).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use {serde_as_text, text_or_number_quantity, text_quantity};
