//! The page on which it stands how the variants of an experiment ended, and which expectations were met.

use std::fmt::Write as _;

use serde_json::Value;

/// The page: a row a variant, then every expectation.
pub(super) fn verdict(result: &Value) -> String {
    let mut text = format!(
        "# How it ended: {}\n\nWritten by `cargo xtask experiments`; brownout {}, seed {}, {} replications.\n\n",
        word(&result["title"]),
        word(&result["version"]),
        result["seed"],
        result["replications"]
    );
    text.push_str(
        "| variant | verdict | of replications | back after, s | fingerprint |\n|---|---|---|---:|---|\n",
    );
    for variant in variants(result) {
        let verdict = &variant["verdict"];
        let counts = verdict["counts"].as_object().into_iter().flatten();
        let counts: Vec<String> = counts.map(|(badge, count)| format!("{badge} {count}")).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | `{}` |",
            word(&variant["variant"]),
            word(&verdict["badge"]),
            counts.join(", "),
            estimate(&verdict["recovery_seconds"]),
            word(&variant["fingerprint"])
        );
    }
    text.push_str("\n| variant | expected | when | came | met in |\n|---|---|---|---|---:|\n");
    for variant in variants(result) {
        for row in variant["expectations"].as_array().into_iter().flatten() {
            let _ = writeln!(
                text,
                "| {} | `{}` | {} | {} | {} of {} |",
                word(&variant["variant"]),
                word(&row["that"]),
                word(&row["when"]),
                estimate(&row["value"]),
                row["passed"],
                row["replications"]
            );
        }
    }
    text
}

/// The expectations that are not met, in one line.
pub(super) fn unmet(result: &Value) -> String {
    let missed = |variant: &Value| {
        let rows = variant["expectations"].as_array().into_iter().flatten();
        let missed = rows.filter(|row| row["pass"] != true);
        missed.map(|row| format!("{}: {}", word(&variant["variant"]), word(&row["that"]))).collect::<Vec<_>>()
    };
    variants(result).flat_map(missed).collect::<Vec<_>>().join("; ")
}

/// The base and all variants.
fn variants(result: &Value) -> impl Iterator<Item = &Value> {
    std::iter::once(result).chain(result["variants"].as_object().into_iter().flat_map(|v| v.values()))
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

/// `12.3 (11.9 to 12.7)`; a dash where there is no such number.
fn estimate(value: &Value) -> String {
    let Some(mean) = value["mean"].as_f64() else { return "–".to_owned() };
    match (value["ci95"][0].as_f64(), value["ci95"][1].as_f64()) {
        (Some(low), Some(high)) => format!("{} ({} to {})", digits(mean), digits(low), digits(high)),
        _ => digits(mean),
    }
}

/// Four digits that count.
fn digits(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let places = |number: f64| (3 - number.abs().log10().floor() as i32).clamp(0, 6) as usize;
    let shown = format!("{number:.*}", places(number));
    // Rounding may have carried it to the next power of ten: 0.99997 is "1.000", like 1.
    let rounded: f64 = shown.parse().expect("a number that was just written");
    if rounded == 0.0 { shown } else { format!("{rounded:.*}", places(rounded)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_page_has_a_row_for_each_variant_and_each_expectation() {
        let one = |name: &str, badge: &str| {
            json!({
                "title": "T", "version": "1", "seed": 7, "replications": 2, "variant": name, "fingerprint": "ab",
                "verdict": { "badge": badge, "counts": { badge: 2 }, "recovery_seconds": null },
                "expectations": [{
                    "that": "a < 1", "when": "", "value": { "mean": 0.12345, "ci95": [0.1, 0.2] },
                    "passed": 2, "replications": 2
                }],
            })
        };
        let mut result = one("base", "absorbed");
        result["variants"] = json!({ "other": one("other", "slow-drain") });
        let page = verdict(&result);
        assert_eq!(unmet(&result), "base: a < 1; other: a < 1");
        assert!(page.contains("| base | absorbed | absorbed 2 | – | `ab` |"), "{page}");
        assert!(page.contains("| other | `a < 1` |  | 0.1235 (0.1000 to 0.2000) | 2 of 2 |"), "{page}");
    }

    #[test]
    fn numbers_have_four_digits_that_count() {
        assert_eq!([0.0, 0.000_123_45, 1.0, 4321.9].map(digits), ["0", "0.000123", "1.000", "4322"]);
        assert_eq!([0.999_97, 9.999_96].map(digits), ["1.000", "10.00"]);
    }
}
