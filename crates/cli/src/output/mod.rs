//! Findings as bytes: on the terminal, as data, as a folder.

pub(crate) mod csv;
mod fleet;
pub(crate) mod folder;
pub(crate) mod json;
mod screen;
pub(crate) mod summary;
pub(crate) mod table;
mod variants;

use brownout_report::Findings;

/// What a variant is called; the scenario as it stands is the base.
pub(crate) fn variant(findings: &Findings) -> &str {
    match findings.stamp.variant.as_str() {
        "" => "base",
        name => name,
    }
}
