//! Text in, a valid model out; the only crate that knows TOML.
