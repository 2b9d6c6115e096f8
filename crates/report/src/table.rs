//! The numbers themselves: everything as JSON, everything over time as tidy CSV.

use brownout_analysis::findings::{Band, Findings, TokenSeries};
use std::fmt::Write as _;

/// All findings, with numbers that do not exist as `null`.
pub fn json(findings: &Findings) -> serde_json::Value {
    serde_json::to_value(findings).expect("findings have text for keys, which is all that JSON asks")
}

/// Everything over time, one value a line: `at_seconds,scope,name,metric,mean,low,high`.
///
/// `scope` is `all`, `path` (its name is `class/operation`) or `tier`. A number that does not exist is empty, and so
/// are `low` and `high` with one replication.
pub fn csv(findings: &Findings) -> String {
    let series = &findings.series;
    let mut lines = Lines { at: &series.at, text: "at_seconds,scope,name,metric,mean,low,high\n".to_owned() };
    lines.push("all", "", "first_attempts", &series.first_attempts);
    lines.push("all", "", "attempts", &series.attempts);
    lines.push("all", "", "throughput", &series.throughput);
    lines.push("all", "", "goodput", &series.goodput);
    for (class, operations) in &series.classes {
        for (operation, path) in operations {
            let name = format!("{class}/{operation}");
            lines.push("path", &name, "offered", &path.offered);
            lines.push("path", &name, "success_rate", &path.success_rate);
            lines.push("path", &name, "p50_seconds", &path.p50);
            lines.push("path", &name, "p95_seconds", &path.p95);
            lines.push("path", &name, "p99_seconds", &path.p99);
            for (outcome, band) in &path.outcomes {
                lines.push("path", &name, &format!("outcome_{outcome}"), band);
            }
        }
    }
    for tier in &series.tiers {
        lines.push("tier", &tier.name, "first_attempts", &tier.first_attempts);
        lines.push("tier", &tier.name, "retries", &tier.retries);
        lines.push("tier", &tier.name, "shed", &tier.shed);
        lines.push("tier", &tier.name, "utilisation", &tier.utilisation);
        lines.push("tier", &tier.name, "queue_length", &tier.queue_length);
        lines.push("tier", &tier.name, "head_age_seconds", &tier.head_age);
        lines.push("tier", &tier.name, "in_flight", &tier.in_flight);
        lines.push("tier", &tier.name, "wait_p99_seconds", &tier.wait_p99);
        lines.push("tier", &tier.name, "wasted", &tier.wasted);
        if let Some(tokens) = &tier.tokens {
            lines.tokens(&tier.name, tokens);
        }
    }
    lines.text
}

struct Lines<'a> {
    at: &'a [f64],
    text: String,
}

impl Lines<'_> {
    /// What only language models have.
    fn tokens(&mut self, tier: &str, tokens: &TokenSeries) {
        for (metric, band) in [
            ("ttft_p50_seconds", &tokens.ttft_p50),
            ("ttft_p99_seconds", &tokens.ttft_p99),
            ("tpot_p50_seconds", &tokens.tpot_p50),
            ("tpot_p99_seconds", &tokens.tpot_p99),
            ("itl_p99_seconds", &tokens.itl_p99),
            ("output_tokens", &tokens.output_tokens),
            ("prompt_tokens", &tokens.prompt_tokens),
            ("kv_use", &tokens.kv_use),
            ("preemptions", &tokens.preemptions),
            ("prefix_hit_ratio", &tokens.prefix_hit_ratio),
            ("wasted_tokens", &tokens.wasted_tokens),
            ("gpu_busy", &tokens.gpu_busy),
            ("slo_goodput", &tokens.slo_goodput),
        ] {
            self.push("tier", tier, metric, band);
        }
    }

    fn push(&mut self, scope: &str, name: &str, metric: &str, band: &Band) {
        let (name, metric) = (quoted(name), quoted(metric));
        let number = |values: &[f64], i: usize| {
            values.get(i).filter(|v| v.is_finite()).map_or_else(String::new, ToString::to_string)
        };
        for (i, (at, mean)) in self.at.iter().zip(&band.mean).enumerate() {
            let mean = if mean.is_finite() { mean.to_string() } else { String::new() };
            let (low, high) = (number(&band.low, i), number(&band.high, i));
            writeln!(self.text, "{at},{scope},{name},{metric},{mean},{low},{high}")
                .expect("a String takes any text");
        }
    }
}

/// A field as RFC 4180 wants it: in quotes where it has a comma, a quote or a line break.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
