//! Pages for people: one to open in a browser, one to paste into a postmortem.

pub(crate) mod html;
pub(crate) mod markdown;
mod tables;

use crate::number::{self, Unit};
use brownout_analysis::findings::Findings;

/// Text as it may stand in HTML, between tags and in attributes; control characters, which no page can hold, go.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The unit of an expectation's value, told from the metric it names.
pub(crate) fn unit_of(that: &str) -> Unit {
    let metric = that.split(['<', '>', '=', '!']).next().unwrap_or_default().trim();
    let metric = metric.rsplit('.').next().unwrap_or_default();
    let seconds = ["p50", "p90", "p95", "p99", "latency", "wait", "age", "sojourn", "seconds", "recovery"];
    if ["rate", "share", "ratio", "utilisation", "utilization", "wasted"].iter().any(|m| metric.contains(m)) {
        Unit::Share
    } else if seconds.iter().any(|m| metric.contains(m)) {
        Unit::Seconds
    } else if metric.contains("goodput") || metric.contains("throughput") || metric.contains("arrivals") {
        Unit::PerSecond
    } else {
        Unit::Count
    }
}

/// Everything that is needed to get the same numbers again, by name.
pub(crate) fn stamp(findings: &Findings) -> Vec<(&'static str, String)> {
    let s = &findings.stamp;
    let mut rows = vec![
        ("brownout", s.version.clone()),
        ("scenario", s.title.clone()),
        ("variant", if s.variant.is_empty() { "as it stands".to_owned() } else { s.variant.clone() }),
        ("scenario hash", s.scenario_hash.clone()),
        ("seed", s.seed.to_string()),
        ("replications", s.replications.to_string()),
        ("fingerprint", s.fingerprint.clone()),
        (
            "simulated",
            format!(
                "{} each, {} warm-up",
                number::clock(s.simulated_seconds),
                number::clock(s.warmup_seconds)
            ),
        ),
        ("events", number::grouped(s.events)),
        ("computed in", number::clock(s.wall_seconds)),
    ];
    if let Some(start) = &s.start {
        rows.push(("starts at", start.clone()));
    }
    rows
}
