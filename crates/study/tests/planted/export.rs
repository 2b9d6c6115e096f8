//! The data set: of each case its scenario, what a dashboard shows as CSV and as OpenTelemetry metrics, and the truth.

use super::Planted;
use super::truth::End;
use brownout::findings::{Findings, Line};
use brownout::metrics::Scope;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// Writes one case into its folder below `folder`.
pub(crate) fn write(folder: &str, planted: &Planted, text: &str, seen: &Findings) {
    let folder = Path::new(folder).join(&planted.name);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let lines: Vec<&Line> = seen.lines.lines.iter().filter(|line| is_shown(line)).collect();
    let put = |name: &str, text: String| std::fs::write(folder.join(name), text).expect("it can be written");
    put("scenario.toml", text.to_owned());
    put("telemetry.csv", csv(seen, &lines));
    put("telemetry.otlp.json", format!("{}\n", otlp(seen, &lines)));
    put("truth.json", format!("{:#}\n", truth(planted)));
}

/// Of tiers and of what users ask for; not those of both together, nor what is always 0.
fn is_shown(line: &Line) -> bool {
    let scope = line.subject.scope();
    let is_told = matches!(scope, Scope::Tier) || scope == Scope::Path;
    is_told && line.band.mean.iter().any(|value| value.is_finite() && *value != 0.0)
}

fn csv(seen: &Findings, lines: &[&Line]) -> String {
    let mut out = "seconds".to_owned();
    for line in lines {
        let _ = write!(out, ",{} {}", line.subject, line.metric.key);
    }
    out.push('\n');
    for (at, seconds) in seen.lines.at.iter().enumerate() {
        let _ = write!(out, "{seconds}");
        for line in lines {
            match line.band.mean[at] {
                value if value.is_finite() => {
                    let _ = write!(out, ",{}", short(value));
                }
                _ => out.push(','),
            }
        }
        out.push('\n');
    }
    out
}

/// Four digits are what a dashboard has.
fn short(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// One resource for each subject, a gauge for each metric, as the JSON of the OpenTelemetry protocol has it.
fn otlp(seen: &Findings, lines: &[&Line]) -> Value {
    let metric = |line: &&Line| {
        let points = seen.lines.at.iter().zip(&line.band.mean).filter(|(_, value)| value.is_finite());
        let point = |(at, value): (&f64, &f64)| {
            let nanos = format!("{:.0}", at * 1e9);
            json!({ "timeUnixNano": nanos, "asDouble": short(*value) })
        };
        json!({
            "name": line.metric.key,
            "unit": line.metric.unit.column(),
            "gauge": { "dataPoints": points.map(point).collect::<Vec<_>>() },
        })
    };
    let mut names: Vec<String> = lines.iter().map(|line| line.subject.to_string()).collect();
    names.dedup();
    let resource = |name: &String| {
        let of = lines.iter().filter(|line| line.subject.to_string() == *name);
        json!({
            "resource": { "attributes": [{ "key": "service.name", "value": { "stringValue": name } }] },
            "scopeMetrics": [{ "scope": { "name": "brownout" }, "metrics": of.map(metric).collect::<Vec<_>>() }],
        })
    };
    json!({ "resourceMetrics": names.iter().map(resource).collect::<Vec<_>>() })
}

fn truth(planted: &Planted) -> Value {
    let Planted { name, template, scene, admitted } = planted;
    let harmless = scene.truth.sets.is_empty();
    let end = match admitted.end {
        End::Heals => "heals",
        End::Stays => "stays down",
        End::Mixed => "stays down under some seeds",
    };
    let none = |value: Value| if harmless { Value::Null } else { value };
    json!({
        "case": name,
        "template": template,
        "sufficient_sets": scene.true_sets(),
        "first_tier": none(json!(scene.truth.first)),
        "path": none(json!(scene.truth.path)),
        "loop": scene.truth.looped.map(|(kind, tier)| json!({ "kind": kind.word(), "tier": tier })),
        "after_the_trigger": none(json!(end)),
    })
}
