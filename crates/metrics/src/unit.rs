//! What numbers are measured in, and what can be.

/// What a metric is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds; a scenario writes them as spans.
    Seconds,
    /// Events of this name per second; a scenario writes them as rates.
    PerSecond(&'static str),
    /// A part of a whole, 0…1; a scenario writes it as `10%` or 0.1.
    Share,
    /// How many of these there are; a scenario writes a plain number.
    Count(&'static str),
    /// How many of these, which may be below 0: a difference of two runs; a scenario writes a plain number.
    Balance(&'static str),
    /// A sum of such hours or minutes; a scenario writes a plain number.
    Time(&'static str),
    /// A multiple of something, without a bound.
    Times,
    /// US dollars.
    Dollars,
    /// US dollars for a million tokens.
    DollarsPerMillion,
    /// How a run ended: one of the badges.
    Badge,
}

impl Unit {
    /// The word of a machine-readable column: `s`, `intents/s`, `1`, `replicas`, `USD`.
    pub fn column(self) -> String {
        match self {
            Unit::Seconds => "s".to_owned(),
            Unit::PerSecond(of) => format!("{of}/s"),
            Unit::Share => "1".to_owned(),
            Unit::Count(of) | Unit::Balance(of) | Unit::Time(of) => of.to_owned(),
            Unit::Times => "x".to_owned(),
            Unit::Dollars => "USD".to_owned(),
            Unit::DollarsPerMillion => "USD/1M tokens".to_owned(),
            Unit::Badge => "badge".to_owned(),
        }
    }

    /// What a reference says of it, in a few words.
    pub fn words(self) -> String {
        match self {
            Unit::Seconds => "seconds".to_owned(),
            Unit::PerSecond(of) => format!("{of} per second"),
            Unit::Share => "share, 0…1".to_owned(),
            Unit::Count(of) => format!("number of {of}"),
            Unit::Balance(of) => format!("number of {of}, signed"),
            Unit::Time(of) => of.to_owned(),
            Unit::Times => "times".to_owned(),
            Unit::Dollars => "US dollars".to_owned(),
            Unit::DollarsPerMillion => "US dollars for a million tokens".to_owned(),
            Unit::Badge => "badge".to_owned(),
        }
    }

    /// The smallest possible value.
    pub const fn least(self) -> f64 {
        match self {
            Unit::Balance(_) => f64::NEG_INFINITY,
            _ => 0.0,
        }
    }

    /// The largest possible value.
    pub const fn most(self) -> f64 {
        match self {
            Unit::Share => 1.0,
            _ => f64::INFINITY,
        }
    }

    /// Whether numbers of both can be compared.
    pub fn is_like(self, other: Unit) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_told_apart_by_what_is_counted_only_in_words() {
        let (intents, calls) = (Unit::PerSecond("intents"), Unit::PerSecond("calls"));
        assert!(intents.is_like(calls) && !intents.is_like(Unit::Seconds));
        assert_eq!(
            (intents.column(), calls.words()),
            ("intents/s".to_owned(), "calls per second".to_owned())
        );
    }
}
