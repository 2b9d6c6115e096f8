//! `brownout list`: what ships, each with the question it answers.

use crate::arguments::{List, Plain};
use crate::failure::Failure;
use brownout::words::screen::{Group, list};
use brownout::{Item, catalogue};

pub(super) fn perform(typed: &List) -> Result<(), Failure> {
    let items = catalogue();
    match typed.format {
        Plain::Json => {
            let array = serde_json::to_value(&items).expect("a list of texts");
            super::data(&format!("{array:#}\n"))
        }
        Plain::Text => super::data(&text(&items)),
    }
}

/// Heading of each kind, and what its names are for.
const KINDS: [(&str, &str); 5] = [
    ("experiment", "experiments: brownout run NAME"),
    ("model", "models: extends = \"NAME\" in a scenario"),
    ("profile", "profiles: profile = \"NAME\" in an inference tier"),
    ("law", "laws: brownout verify"),
    ("template", "templates: brownout new FILE --template NAME"),
];

fn text(items: &[Item]) -> String {
    let group = |(kind, heading)| {
        let items = items.iter().filter(|item| item.kind == kind);
        Group { heading, items: items.map(|item| (item.name.as_str(), item.about.as_str())).collect() }
    };
    list(&KINDS.map(group))
}
