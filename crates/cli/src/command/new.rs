//! `brownout new NAME`: a scenario to start from.

use crate::arguments::New;
use crate::failure::Failure;
use brownout_host::write_new;
use brownout_terminal as terminal;
use std::io::ErrorKind;

pub(super) fn perform(new: &New, quiet: bool) -> Result<(), Failure> {
    let path =
        if new.name.extension().is_some() { new.name.clone() } else { new.name.with_extension("toml") };
    write_new(&path, new.template.text).map_err(|refused| match refused.error.kind() {
        ErrorKind::AlreadyExists => Failure::Failed(format!(
            "{} exists already, and is left as it is\nhint: choose another name",
            path.display()
        )),
        _ => refused.into(),
    })?;
    if !quiet {
        let path = path.display();
        terminal::say(&format!("wrote {path}\nnext:  brownout run {path}\n"));
    }
    Ok(())
}
