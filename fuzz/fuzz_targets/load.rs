//! Any text, as TOML and as JSON, extending a good scenario and with a setting: loads or is refused, never panics.
#![no_main]

use brownout_scenario::{Document, Files, Overrides, load};
use libfuzzer_sys::fuzz_target;

const GOOD: &str = include_str!("../../crates/scenario/tests/good/everything.toml");
const TRACE: &str = include_str!("../../crates/scenario/tests/traces/small.csv");

/// The text under test beside files that are always there.
struct Beside<'a>(&'a str);

impl Files for Beside<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        match path {
            "good.toml" => Ok(GOOD.to_owned()),
            path if path.ends_with(".csv") => Ok(TRACE.to_owned()),
            _ => Ok(self.0.to_owned()),
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for name in ["scenario.toml", "scenario.json"] {
        match load(name, &Beside(text), &Overrides::default()) {
            Ok(scenario) => scenario.model.check(),
            Err(problems) => assert!(!problems.render(false).is_empty()),
        }
    }
    if let Some((path, value)) = text.split_once('=') {
        let set = vec![(path.to_owned(), value.to_owned())];
        let overrides = Overrides { set, ..Overrides::default() };
        let mut document = Document::parse("good.toml", &Beside(text)).expect("the good file is there");
        let _ = document.compile(&overrides);
        document.fetch(&Beside(text), &overrides);
        let _ = document.check(&overrides);
    }
});
