//! `brownout man`: the manual, from the same table as the help.

use crate::arguments::{Arguments, Man};
use crate::failure::Failure;
use clap::CommandFactory as _;

pub(super) fn perform(man: &Man) -> Result<(), Failure> {
    let mut table = Arguments::command();
    table.build();
    let page = match &man.command {
        None => table,
        Some(name) => {
            let command = table.find_subcommand(name).cloned();
            let unknown = || Failure::Failed(format!("there is no command {name:?}\nhint: brownout --help"));
            command.ok_or_else(unknown)?
        }
    };
    let mut roff = Vec::new();
    let written = clap_mangen::Man::new(page).render(&mut roff);
    written.map_err(|error| Failure::Failed(format!("cannot write the manual: {error}")))?;
    super::data(&String::from_utf8_lossy(&roff))
}
