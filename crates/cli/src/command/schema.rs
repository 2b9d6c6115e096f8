//! `brownout schema`: the language for editors, and its policies for readers.

use crate::failure::Failure;
use crate::terminal;

pub(super) fn perform(policies: bool) -> Result<(), Failure> {
    if policies {
        return terminal::data(&brownout_scenario::policies());
    }
    terminal::data(&format!("{:#}\n", brownout_scenario::schema()))
}
