//! The language as a JSON Schema, from the same tables that read it.

use serde_json::{Value, json};

/// The JSON Schema (draft 2020-12) of a scenario file, for editors.
pub fn schema() -> Value {
    json!({})
}
