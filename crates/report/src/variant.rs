//! What a variant is called.

use brownout_analysis::Findings;

/// The name of a variant; the scenario as it stands is the base.
pub fn variant_name(findings: &Findings) -> &str {
    match findings.stamp.variant.as_str() {
        "" => "base",
        name => name,
    }
}
