//! What ships inside the program: models, experiments, laws and templates, as texts.
//!
//! **Invariant:** texts alone: nothing here reads a file or knows what a scenario is.
#![forbid(unsafe_code)]

/// Path from the root of the repository → text, sorted by path.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// What a path to a file that ships begins with.
pub const SCHEME: &str = "brownout:";
const EXPERIMENTS: &str = "experiments/";
const LAWS: &str = "experiments/laws/";
const SERVICES: &str = "models/services/";
const PROFILES: &str = "models/profiles/";
const ENDING: &str = ".toml";

/// A scenario or model that ships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// From the root of the repository.
    pub path: &'static str,
    /// What it says.
    pub text: &'static str,
}

/// The text of a file that ships, by its path from the root of the repository; none if it does not ship.
pub fn text(path: &str) -> Option<&'static str> {
    let at = FILES.binary_search_by_key(&path, |(path, _)| *path).ok()?;
    Some(FILES[at].1)
}

/// The experiments, without the laws.
pub fn experiments() -> impl Iterator<Item = Shipped> {
    below(EXPERIMENTS).filter(|file| !file.path.starts_with(LAWS))
}

/// The scenarios that are held against theory.
pub fn laws() -> impl Iterator<Item = Shipped> {
    below(LAWS)
}

/// What a scenario can extend.
pub fn services() -> impl Iterator<Item = Shipped> {
    below(SERVICES)
}

/// What an inference tier can run on.
pub fn profiles() -> impl Iterator<Item = Shipped> {
    below(PROFILES)
}

fn below(folder: &'static str) -> impl Iterator<Item = Shipped> {
    let files = FILES.iter().map(|&(path, text)| Shipped { path, text });
    files.filter(move |file| file.path.starts_with(folder) && file.path.ends_with(ENDING))
}

impl Shipped {
    /// What is typed after [`SCHEME`]: the folder of an experiment, the path of anything else.
    pub fn name(&self) -> &'static str {
        self.path.strip_suffix("/scenario.toml").unwrap_or(self.path)
    }

    /// The name of the file without its ending: `mm1`.
    pub fn stem(&self) -> &'static str {
        let file = self.path.rsplit('/').next().unwrap_or(self.path);
        file.strip_suffix(ENDING).unwrap_or(file)
    }

    /// The first comment of the file: models say there what they are.
    pub fn headline(&self) -> &'static str {
        let comment = self.text.lines().find_map(|line| line.strip_prefix('#'));
        comment.map_or("", str::trim)
    }
}

/// A text to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template {
    /// As it is asked for: `incident`.
    pub name: &'static str,
    /// What it shows, in one line.
    pub about: &'static str,
    /// The scenario.
    pub text: &'static str,
}

impl std::str::FromStr for Template {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = || TEMPLATES.iter().map(|template| template.name).collect::<Vec<_>>().join(", ");
        let found = TEMPLATES.iter().find(|template| template.name == name);
        found.copied().ok_or_else(|| format!("there are {}", known()))
    }
}

/// All templates, the usual one first.
pub const TEMPLATES: [Template; 4] = [
    Template {
        name: "minimal",
        about: "One load, one tier, one expectation",
        text: include_str!("../templates/minimal.toml"),
    },
    Template {
        name: "chat-and-api",
        about: "Logins and chat over a gateway, auth, a database and inference",
        text: include_str!("../templates/chat-and-api.toml"),
    },
    Template {
        name: "incident",
        about: "A fault, the retries it causes, and variants that would have helped",
        text: include_str!("../templates/incident.toml"),
    },
    Template {
        name: "closed-loop",
        about: "A fixed number of users who wait for each answer",
        text: include_str!("../templates/closed-loop.toml"),
    },
];

#[cfg(test)]
mod tests {
    use super::{FILES, text};

    #[test]
    fn every_file_is_found_by_its_path() {
        assert!(FILES.iter().all(|(path, is)| text(path) == Some(*is)));
    }
}
