//! `brownout check PATH`: what is wrong with a scenario, or what a run of it would do.

use crate::arguments::{Check, Plain};
use crate::failure::Failure;
use crate::source;
use brownout::{Capacity, Problems, VERSION, outline};
use serde_json::{Value, json};

pub(super) fn perform(check: &Check, quiet: bool) -> Result<(), Failure> {
    let source = source::open(&check.which)?;
    let cases = source.cases(&check.which.overrides());
    match check.format {
        Plain::Json => match cases {
            Ok(cases) => {
                let scenario = &cases[0].scenario;
                let one = |of: &Capacity| json!({ "tier": of.tier, "advertised": of.advertised, "hidden": of.hidden });
                let capacities = scenario.capacities.iter().map(one).collect();
                super::data(&object(true, &scenario.warnings, Some(scenario.hash), &capacities))
            }
            Err(problems) => {
                super::data(&object(false, &problems, None, &Value::Null))?;
                Err(Failure::Invalid(String::new()))
            }
        },
        Plain::Text => {
            let cases = cases.map_err(|problems| Failure::invalid(&problems))?;
            if !quiet {
                super::warn(&cases[..1]);
            }
            super::data(&outline(&cases[0]))
        }
    }
}

/// Problems are data here: they go to standard output, and the exit code says whether there is an error.
fn object(valid: bool, problems: &Problems, hash: Option<u64>, capacities: &Value) -> String {
    let hash = hash.map(|hash| format!("{hash:016x}"));
    let object = json!({
        "version": VERSION, "valid": valid, "scenario_hash": hash, "problems": problems, "capacities": capacities,
    });
    format!("{object:#}\n")
}
