//! Lines over time as OpenMetrics text, which Prometheus and its relatives import: a simulated night beside a real one.
//!
//! One family a metric, with its unit at the end of its name, and one series a subject and variant. `band` says which
//! of the three lines of a mean with its interval it is. Source: the OpenMetrics specification, 1.0.

use brownout_analysis::findings::{Findings, Line};
use brownout_metrics::{Metric, Subject, Unit};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Everything over time, of all variants. Times are those of the scenario (`run.start`), or since 1970 where it has
/// none; a number that does not exist is left out.
pub fn openmetrics(findings: &[Findings]) -> String {
    let mut families: BTreeMap<String, Family<'_>> = BTreeMap::new();
    for findings in findings {
        for line in &findings.lines.lines {
            let family = families.entry(name(line.metric)).or_insert_with(|| Family::of(line.metric));
            family.lines.push((findings, line));
        }
    }
    let mut out = String::new();
    for (name, family) in &families {
        family.write(name, &mut out);
    }
    out.push_str("# EOF\n");
    out
}

/// One metric of all subjects and variants.
struct Family<'f> {
    metric: &'static Metric,
    lines: Vec<(&'f Findings, &'f Line)>,
}

impl<'f> Family<'f> {
    fn of(metric: &'static Metric) -> Family<'f> {
        Family { metric, lines: Vec::new() }
    }

    fn write(&self, name: &str, out: &mut String) {
        let _ = writeln!(out, "# TYPE {name} gauge");
        if let Some(unit) = unit(self.metric.unit) {
            let _ = writeln!(out, "# UNIT {name} {unit}");
        }
        let _ = writeln!(out, "# HELP {name} {}", escaped(self.metric.meaning));
        for (findings, line) in &self.lines {
            let start = began(findings);
            let labels = labels(findings, &line.subject);
            let bands = [("mean", &line.band.mean), ("low", &line.band.low), ("high", &line.band.high)];
            for (band, values) in bands {
                let known = findings.lines.at.iter().zip(values).filter(|(_, value)| value.is_finite());
                for (at, value) in known {
                    let _ =
                        writeln!(out, "{name}{{band=\"{band}\"{labels}}} {value} {}", Seconds(start + at));
                }
            }
        }
    }
}

/// When a run begins, in seconds since 1970.
fn began(findings: &Findings) -> f64 {
    let start = findings.stamp.start.as_deref().and_then(|start| start.parse::<Timestamp>().ok());
    start.map_or(0.0, |start| start.as_millisecond() as f64 / 1e3)
}

/// Seconds since 1970, to the millisecond.
struct Seconds(f64);

impl std::fmt::Display for Seconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

/// `brownout_latency_p99_seconds`: letters, digits and underscores.
fn name(metric: &Metric) -> String {
    let key = metric.key.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    match unit(metric.unit) {
        Some(unit) => format!("brownout_{key}_{unit}"),
        None => format!("brownout_{key}"),
    }
}

/// The unit as OpenMetrics spells it; none of what is counted.
const fn unit(unit: Unit) -> Option<&'static str> {
    match unit {
        Unit::Seconds => Some("seconds"),
        Unit::PerSecond(_) => Some("per_second"),
        Unit::Share | Unit::Times => Some("ratio"),
        Unit::Dollars => Some("dollars"),
        Unit::DollarsPerMillion => Some("dollars_per_million_tokens"),
        Unit::Count(_) | Unit::Balance(_) | Unit::Time(_) | Unit::Badge => None,
    }
}

/// What is measured, of which variant.
fn labels(findings: &Findings, subject: &Subject) -> String {
    let parts: Vec<(&str, &str)> = match subject {
        Subject::Run => vec![("scope", "run")],
        Subject::Total => vec![("scope", "total")],
        Subject::Load(load) => vec![("scope", "load"), ("load", load)],
        Subject::Class(class) => vec![("scope", "class"), ("class", class)],
        Subject::Path { class, operation } => {
            vec![("scope", "path"), ("class", class), ("operation", operation)]
        }
        Subject::Tier(tier) => vec![("scope", "tier"), ("tier", tier)],
        Subject::TierPath { tier, class, operation } => {
            vec![("scope", "tier-path"), ("tier", tier), ("class", class), ("operation", operation)]
        }
    };
    let mut all = String::new();
    for (name, value) in parts.into_iter().chain([("variant", findings.stamp.variant.as_str())]) {
        let _ = write!(all, ",{name}=\"{}\"", escaped(value));
    }
    all
}

/// A text in which the three characters that end a line or a label are escaped.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('"', "\\\"")
}
