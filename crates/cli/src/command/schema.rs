//! `brownout schema`: the language for editors, and its keys, policies and metrics for readers.

use crate::arguments::Schema;
use crate::failure::Failure;
use crate::terminal;

pub(super) fn perform(schema: &Schema) -> Result<(), Failure> {
    if schema.policies {
        return terminal::data(&brownout::policies());
    }
    if schema.keys {
        return terminal::data(&brownout::keys());
    }
    if schema.metrics {
        return terminal::data(&brownout::metrics::reference());
    }
    terminal::data(&format!("{:#}\n", brownout::schema()))
}
