//! `brownout merge DIR…`: what several machines have run becomes one store.

use crate::arguments::Merge;
use crate::failure::Failure;
use brownout::units::{grouped, shown};
use brownout_host::store::{Folder, merge};
use brownout_terminal as terminal;

pub(super) fn perform(typed: &Merge, quiet: bool) -> Result<(), Failure> {
    let failed = |error: brownout_host::store::OpenError| Failure::Failed(error.to_string());
    for from in &typed.from {
        // A store that is not there is a mistake, and no new one.
        if !from.is_dir() {
            let path = shown(&from.to_string_lossy()).into_owned();
            return Err(Failure::Failed(format!("{path} is no folder with runs")));
        }
    }
    let into = Folder::open(&typed.into).map_err(failed)?;
    for from in &typed.from {
        let merged = merge(&into, &Folder::open(from).map_err(failed)?).map_err(Failure::Failed)?;
        if !quiet {
            let path = shown(&from.to_string_lossy()).into_owned();
            let damaged = match merged.damaged {
                0 => String::new(),
                damaged => format!(", {} damaged and left out", grouped(damaged)),
            };
            let (taken, had) = (grouped(merged.taken), grouped(merged.had));
            terminal::say(&format!("{path}: {taken} runs taken over, {had} there already{damaged}\n"));
        }
    }
    Ok(())
}
