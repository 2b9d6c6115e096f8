//! `brownout list`: what ships, each with the question it answers.

use crate::arguments::{List, Plain, Template};
use crate::failure::Failure;
use crate::shipped::{self, SCHEME, Shipped};
use crate::source::Source;
use crate::terminal;
use brownout_report::screen::{Group, list};
use brownout_scenario::Overrides;
use clap::ValueEnum as _;
use serde::Serialize;

/// Something that ships.
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
    let experiments = shipped::experiments().map(|file| scenario("experiment", named(&file), &file));
    let item = |kind, file: Shipped| Item { kind, name: named(&file), about: file.headline().to_owned() };
    let models = shipped::services().map(|file| item("model", file));
    let profiles = shipped::profiles().map(|file| item("profile", file));
    let laws = shipped::laws().map(|file| scenario("law", file.stem().to_owned(), &file));
    let templates = Template::value_variants().iter().filter_map(|template| {
        let value = template.to_possible_value()?;
        let about = value.get_help().map(ToString::to_string).unwrap_or_default();
        Some(Item { kind: "template", name: value.get_name().to_owned(), about })
    });
    experiments.chain(models).chain(profiles).chain(laws).chain(templates).collect()
}

/// The question of a scenario, or else its title.
fn about(file: &Shipped) -> String {
    let source = Source::open(&format!("{SCHEME}{}", file.path));
    let scenario = source.ok().and_then(|source| source.load(&Overrides::default()).ok());
    let said = scenario.map(|s| if s.question.is_empty() { s.title } else { s.question });
    said.unwrap_or_else(|| file.headline().to_owned())
}

fn text(items: &[Item]) -> String {
    let group = |(kind, heading)| {
        let items = items.iter().filter(|item| item.kind == kind);
        Group { heading, items: items.map(|item| (item.name.as_str(), item.about.as_str())).collect() }
    };
    list(&KINDS.map(group))
}
