//! What a fuzzed text goes through: the target calls it with instrumentation, and a test of the reader without.

use brownout_scenario::{Document, Files, Overrides, load};

const GOOD: &str = include_str!("../crates/scenario/tests/good/everything.toml");
const TRACE: &str = include_str!("../crates/scenario/tests/traces/small.csv");

/// The text under test beside files that are always there.
struct Beside<'a>(&'a str);

impl Files for Beside<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        Ok(match path.rsplit_once('.') {
            _ if path == "good.toml" => GOOD.to_owned(),
            Some((_, "csv")) => TRACE.to_owned(),
            _ => self.0.to_owned(),
        })
    }
}

/// Any text, as TOML and as JSON, extending a good scenario and with a setting: loads or is refused, never panics.
pub(crate) fn survives(text: &str) {
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
}
