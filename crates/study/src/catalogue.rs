//! What ships, each with the question that it answers.

use crate::{Library, NoFiles, open};
use brownout_scenario::Overrides;
use brownout_shipped::{self as ships, SCHEME, Shipped, TEMPLATES};
use serde::Serialize;

/// A scenario, model or template that ships.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// `experiment`, `model`, `profile`, `law` or `template`.
    pub kind: &'static str,
    /// What is typed.
    pub name: String,
    /// Its question or title.
    pub about: String,
}

/// Everything that ships, kind by kind.
pub fn catalogue() -> Vec<Item> {
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
    let read = open(&format!("{SCHEME}/{}", file.path), &Library::with(NoFiles), &Overrides::default());
    let said = read.ok().map(|cases| {
        let scenario = &cases[0].scenario;
        if scenario.question.is_empty() { scenario.title.clone() } else { scenario.question.clone() }
    });
    said.unwrap_or_else(|| file.headline().to_owned())
}
