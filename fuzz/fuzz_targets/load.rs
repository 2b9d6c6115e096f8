//! The fuzz target of the reader: any text that is UTF-8.
#![no_main]

#[path = "../load.rs"]
mod load;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        load::survives(text);
    }
});
