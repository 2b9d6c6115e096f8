//! `brownout schema`: the language for editors, and its keys, policies and metrics for readers.

use crate::arguments::Schema;
use crate::failure::Failure;

pub(super) fn perform(schema: &Schema) -> Result<(), Failure> {
    if schema.policies {
        return super::data(&brownout::policies());
    }
    if schema.keys {
        return super::data(&brownout::keys());
    }
    if schema.metrics {
        return super::data(&brownout::metrics::reference());
    }
    super::data(&format!("{:#}\n", brownout::schema()))
}
