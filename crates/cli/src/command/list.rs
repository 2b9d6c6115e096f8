//! `brownout list`: what ships, each with the question it answers.

use crate::arguments::{List, Plain};
use crate::failure::Failure;
use crate::terminal;
use brownout::ships::{self, SCHEME, Shipped, TEMPLATES};
use brownout::words::screen::{Group, list};
use brownout::{Library, NoFiles, Overrides};
use serde::Serialize;

/// A scenario, model or template that ships.
#[derive(Debug, Serialize)]
struct Item {
    kind: &'static str,
    /// What is typed.
    name: String,
    about: String,
}

pub(super) fn perform(list: &List) -> Result<(), Failure> {
    let items = items();
    match list.format {
        Plain::Json => {
            let array = serde_json::to_value(&items).expect("a list of texts");
            terminal::data(&format!("{array:#}\n"))
        }
        Plain::Text => terminal::data(&text(&items)),
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

fn items() -> Vec<Item> {
    let named = |file: &Shipped| format!("{SCHEME}{}", file.name());
    let scenario = |kind, name: String, file: &Shipped| Item { kind, name, about: about(file) };
    let experiments = ships::experiments().map(|file| scenario("experiment", named(&file), &file));
    let item = |kind, file: Shipped| Item { kind, name: named(&file), about: file.headline().to_owned() };
    let models = ships::services().map(|file| item("model", file));
    let profiles = ships::profiles().map(|file| item("profile", file));
    let laws = ships::laws().map(|file| scenario("law", file.stem().to_owned(), &file));
    let templates = TEMPLATES.iter().map(|template| Item {
        kind: "template",
        name: template.name.to_owned(),
        about: template.about.to_owned(),
    });
    experiments.chain(models).chain(profiles).chain(laws).chain(templates).collect()
}

/// The question of a scenario, or else its title.
fn about(file: &Shipped) -> String {
    let read =
        brownout::open(&format!("{SCHEME}/{}", file.path), &Library::with(NoFiles), &Overrides::default());
    let said = read.ok().map(|cases| {
        let scenario = &cases[0].scenario;
        if scenario.question.is_empty() { scenario.title.clone() } else { scenario.question.clone() }
    });
    said.unwrap_or_else(|| file.headline().to_owned())
}

fn text(items: &[Item]) -> String {
    let group = |(kind, heading)| {
        let items = items.iter().filter(|item| item.kind == kind);
        Group { heading, items: items.map(|item| (item.name.as_str(), item.about.as_str())).collect() }
    };
    list(&KINDS.map(group))
}
