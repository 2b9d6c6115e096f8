//! The log turned into numbers.
