//! Where scenarios come from: what a caller can read, and what ships inside the library.

use brownout_scenario::{Files, nearest};
use brownout_shipped::{SCHEME, experiments};

/// What the scenario of a folder is called.
pub const FILE: &str = "scenario.toml";

/// The texts of a caller and those that ship, whose paths begin with `brownout:`.
#[derive(Clone, Copy, Debug)]
pub struct Library<F> {
    own: F,
}

impl<F: Files> Library<F> {
    /// With these texts besides those that ship.
    pub fn with(own: F) -> Self {
        Library { own }
    }
}

impl<F: Files> Files for Library<F> {
    fn read(&self, path: &str) -> Result<String, String> {
        match shipped_path(path) {
            Some(path) => {
                let text = brownout_shipped::text(path);
                text.map(str::to_owned).ok_or_else(|| "this does not ship".to_owned())
            }
            None => self.own.read(path),
        }
    }

    fn read_at_most(&self, path: &str, most: usize) -> Result<String, String> {
        if shipped_path(path).is_some() { self.read(path) } else { self.own.read_at_most(path, most) }
    }
}

/// No texts but those that ship.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _: &str) -> Result<String, String> {
        Err("no such file: only what ships can be read here".to_owned())
    }
}

/// One text, whatever path is asked for.
#[derive(Clone, Debug)]
pub struct Text(pub String);

impl Files for Text {
    fn read(&self, _: &str) -> Result<String, String> {
        Ok(self.0.clone())
    }
}

/// The path of the scenario that `typed` names among those that ship: `brownout:experiments/cold-cache`,
/// `brownout:cold-cache`. None if it names no shipped path.
///
/// # Errors
/// The name, if nothing of that name ships.
pub fn shipped(typed: &str) -> Option<Result<String, String>> {
    let path = shipped_path(typed)?;
    let known = [path.to_owned(), format!("{path}/{FILE}"), format!("experiments/{path}/{FILE}")];
    let found = known.into_iter().find(|path| brownout_shipped::text(path).is_some());
    Some(found.map(|path| format!("{SCHEME}/{path}")).ok_or_else(|| path.to_owned()))
}

/// The experiment that ships under the last part of a path, or under a name that a slip of the keyboard makes of it, as
/// it would be typed.
pub fn experiment_like(typed: &str) -> Option<String> {
    let last = |path: &str| path.trim_end_matches('/').rsplit('/').next().unwrap_or(path).to_owned();
    let names: Vec<String> = experiments().map(|file| last(file.name())).collect();
    let near = nearest(&last(typed), names.iter().map(String::as_str))?;
    Some(format!("{SCHEME}experiments/{near}"))
}

/// The part of a path behind `brownout:`, wherever a scenario's own folder was put in front of it.
fn shipped_path(path: &str) -> Option<&str> {
    let at = path.find(SCHEME).filter(|&at| at == 0 || path.as_bytes()[at - 1] == b'/')?;
    Some(path[at + SCHEME.len()..].trim_matches('/'))
}

/// A name for results: of the file, or of the folder if the file is called as in every folder.
pub fn name(path: &str) -> String {
    let mut parts = path.rsplit('/').filter(|part| !part.is_empty());
    let file = parts.next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let folder = parts.next().filter(|part| !part.starts_with('.'));
    folder.filter(|_| file == FILE).unwrap_or(stem).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{name, shipped, shipped_path};

    #[test]
    fn results_are_filed_under_a_telling_name() {
        assert_eq!(name("a/front-door-jam/scenario.toml"), "front-door-jam");
        assert_eq!(name("a/chat.toml"), "chat");
        assert_eq!(name("./scenario.toml"), "scenario");
    }

    #[test]
    fn what_ships_is_found_from_any_folder() {
        assert_eq!(shipped_path("brownout:models/a.toml"), Some("models/a.toml"));
        assert_eq!(shipped_path("x/y/brownout:/models/a.toml"), Some("models/a.toml"));
        assert_eq!(shipped_path("x/mybrownout:a.toml"), None);
    }

    #[test]
    fn an_experiment_is_found_by_its_name_alone() {
        let whole = "brownout:/experiments/cold-cache/scenario.toml";
        assert_eq!(shipped("brownout:cold-cache"), Some(Ok(whole.to_owned())));
        assert_eq!(shipped("brownout:experiments/cold-cache"), Some(Ok(whole.to_owned())));
        assert_eq!(shipped("brownout:no-such"), Some(Err("no-such".to_owned())));
        assert_eq!(shipped("cold-cache"), None);
    }
}
