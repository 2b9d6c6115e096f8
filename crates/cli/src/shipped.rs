//! What ships inside the program: models, experiments, laws and templates, as texts.

use crate::arguments::Template;

/// Path from the root of the repository → text, sorted by path.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// What a path to something that ships begins with.
pub(crate) const SCHEME: &str = "brownout:";
const EXPERIMENTS: &str = "experiments/";
const LAWS: &str = "experiments/laws/";
const SERVICES: &str = "models/services/";
const PROFILES: &str = "models/profiles/";
const ENDING: &str = ".toml";

/// A scenario that ships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shipped {
    /// From the root of the repository.
    pub(crate) path: &'static str,
    pub(crate) text: &'static str,
}

/// The text of a file that ships, by its path.
pub(crate) fn text(path: &str) -> Option<&'static str> {
    let at = FILES.binary_search_by_key(&path, |(path, _)| *path).ok()?;
    Some(FILES[at].1)
}

/// The experiments, without the laws.
pub(crate) fn experiments() -> impl Iterator<Item = Shipped> {
    below(EXPERIMENTS).filter(|file| !file.path.starts_with(LAWS))
}

/// The scenarios that are held against theory.
pub(crate) fn laws() -> impl Iterator<Item = Shipped> {
    below(LAWS)
}

/// What a scenario can extend.
pub(crate) fn services() -> impl Iterator<Item = Shipped> {
    below(SERVICES)
}

/// What an inference tier can run on.
pub(crate) fn profiles() -> impl Iterator<Item = Shipped> {
    below(PROFILES)
}

fn below(folder: &'static str) -> impl Iterator<Item = Shipped> {
    let files = FILES.iter().map(|&(path, text)| Shipped { path, text });
    files.filter(move |file| file.path.starts_with(folder) && file.path.ends_with(ENDING))
}

impl Shipped {
    /// What is typed after [`SCHEME`]: the folder of an experiment, the path of anything else.
    pub(crate) fn name(&self) -> &'static str {
        self.path.strip_suffix("/scenario.toml").unwrap_or(self.path)
    }

    /// The name of the file without its ending: `mm1`.
    pub(crate) fn stem(&self) -> &'static str {
        let file = self.path.rsplit('/').next().unwrap_or(self.path);
        file.strip_suffix(ENDING).unwrap_or(file)
    }

    /// The first comment of the file: models say there what they are.
    pub(crate) fn headline(&self) -> &'static str {
        let comment = self.text.lines().find_map(|line| line.strip_prefix('#'));
        comment.map_or("", str::trim)
    }
}

/// The text of a template.
pub(crate) const fn template(template: Template) -> &'static str {
    match template {
        Template::Minimal => include_str!("../templates/minimal.toml"),
        Template::ChatAndApi => include_str!("../templates/chat-and-api.toml"),
        Template::Incident => include_str!("../templates/incident.toml"),
        Template::ClosedLoop => include_str!("../templates/closed-loop.toml"),
    }
}
