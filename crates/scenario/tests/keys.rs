//! What is written from the rows is not stale: KEYS.md and the schema are what the program prints.

use brownout_scenario::{keys, schema};

/// The first line that differs, as it is committed and as it should be.
fn check(committed: &str, printed: &str) {
    let lines = committed.lines().zip(printed.lines()).find(|(old, new)| old != new);
    assert!(committed == printed, "run `cargo xtask reference`: {lines:?}");
}

#[test]
fn the_reference_of_keys_is_not_stale() {
    check(include_str!("../KEYS.md"), &keys());
}

#[test]
fn the_schema_is_not_stale() {
    check(include_str!("../../../schema/scenario.schema.json"), &format!("{:#}\n", schema()));
}

#[test]
fn every_key_of_a_tier_is_listed_with_its_default() {
    let page = keys();
    assert!(page.contains("| `replicas` | whole number, 1 to "), "{page}");
    assert!(page.contains(
        "| `order` | `fifo`, `lifo`, `adaptive-lifo`, `priority` | fifo | The order of service. |"
    ));
}
