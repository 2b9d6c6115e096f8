//! `brownout new NAME`: a scenario to start from.

use crate::arguments::New;
use crate::failure::Failure;
use crate::terminal;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};

pub(super) fn perform(new: &New, quiet: bool) -> Result<(), Failure> {
    let path =
        if new.name.extension().is_some() { new.name.clone() } else { new.name.with_extension("toml") };
    let open = OpenOptions::new().write(true).create_new(true).open(&path);
    let mut file = open.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::Failed(format!(
            "{} exists already, and is left as it is\nhint: choose another name",
            path.display()
        )),
        _ => Failure::path("cannot write", &path, &error),
    })?;
    let written = file.write_all(new.template.text.as_bytes());
    written.map_err(|error| Failure::path("cannot write", &path, &error))?;
    if !quiet {
        let path = path.display();
        terminal::say(&format!("wrote {path}\nnext:  brownout run {path}\n"));
    }
    Ok(())
}
