//! `brownout schema`: the language for editors.

use crate::failure::Failure;
use crate::terminal;

pub(super) fn perform() -> Result<(), Failure> {
    terminal::data(&format!("{:#}\n", brownout_scenario::schema()))
}
