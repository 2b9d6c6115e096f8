//! JSON and CSV: the keys that the README promises, every number of the table, every number with its unit.

mod service;

use brownout_analysis::findings::Findings;
use brownout_metrics::{Metric, Scope, Shown, Unit, all, of};
use brownout_report::{csv, json, json_lines, openmetrics, series_csv};
use serde_json::Value;
use std::collections::BTreeSet;

const README: &str = include_str!("../../../README.md");
/// What every promised distribution has.
const PARTS: [&str; 5] = ["mean", "p50", "p90", "p95", "p99"];

/// The text between backticks, in order.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The rows of the table of keys: what stands in backticks in its first column, and the text of its second.
fn promised() -> Vec<(Vec<&'static str>, &'static str)> {
    let (_, section) = README.split_once("## Stable JSON").expect("the README has the section");
    let rows = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let rows = rows.take_while(|line| line.starts_with('|')).map(|line| {
        let (keys, what) = line[1..].split_once('|').expect("a row has two columns");
        (quoted(keys), what)
    });
    rows.collect()
}

/// The promise of one row.
fn row(key: &str) -> &'static str {
    promised().into_iter().find(|(keys, _)| keys == &[key]).map(|(_, what)| what).expect("a promised key")
}

/// Names in backticks as paths: those in brackets belong to the name before the bracket.
fn paths(text: &str) -> Vec<Vec<&str>> {
    let (mut paths, mut last, mut group): (Vec<Vec<&str>>, &str, Option<&str>) = (Vec::new(), "", None);
    for (at, part) in text.split('`').enumerate() {
        if at % 2 == 1 {
            let name = part.strip_suffix(".REASON").unwrap_or(part);
            last = name;
            paths.push(group.into_iter().chain([name]).collect());
            continue;
        }
        for sign in part.chars() {
            match sign {
                '(' => group = Some(last),
                ')' => group = None,
                _ => {}
            }
        }
    }
    paths
}

fn assert_has(object: &Value, path: &[&str]) {
    let mut at = object;
    for key in path {
        at = at.get(key).unwrap_or_else(|| panic!("no {} in {object:#}", path.join(".")));
    }
}

#[test]
fn every_promised_key_is_there() {
    let findings = service::findings();
    let object = json(&findings, Some(1.5));
    let tops = promised().into_iter().flat_map(|(keys, _)| keys);
    for key in tops.filter(|key| !key.contains(['.', '['])) {
        assert_has(&object, &[key]);
    }
    let path = &object["classes"]["mobile"]["chat"];
    let words = paths(row("classes.CLASS.OPERATION"));
    assert!(words.len() >= 15, "{words:?}");
    for keys in words {
        assert_has(path, &keys);
    }
    let models = &object["tiers"]["models"];
    let (own, at_tier) = row("tiers.TIER").split_once("`classes.CLASS.OPERATION`").expect("paths at tiers");
    let (own, at_tier) = (paths(own), paths(at_tier));
    assert!(own.len() >= 35 && at_tier.len() >= 7, "{own:?} {at_tier:?}");
    for keys in own.iter().filter(|keys| keys[0] != "leased" || keys.len() == 1) {
        assert_has(models, keys);
    }
    for keys in at_tier {
        assert_has(&models["classes"]["mobile"]["chat"], &keys);
    }
    for keys in paths(row("expectations[]")) {
        assert_has(&object["expectations"][0], &keys);
    }
    let verdict = ["badge", "line", "counts", "recovery_seconds", "classes", "operations"];
    for key in verdict {
        assert_has(&object["verdict"], &[key]);
    }
    for latency in [&path["latency"], &path["ttft"], &path["tpot"], &models["queue_wait"], &models["sojourn"]]
    {
        for part in PARTS {
            assert_has(latency, &[part, "mean"]);
        }
    }
    for latency in ["ttft", "tpot", "itl"] {
        for part in PARTS {
            assert_has(&models["tokens"][latency], &[part, "ci95"]);
        }
    }
}

#[test]
fn what_does_not_exist_is_null() {
    let object = json(&service::findings(), None);
    let (path, app) = (&object["classes"]["web"]["get"], &object["tiers"]["app"]);
    assert!(path["ttft"].is_null() && app["tokens"].is_null() && app["leased"].is_null(), "{app:#}");
    assert!(app["hit_ratio"].is_null() && object["wall_seconds"].is_null());
    assert_eq!(object["tiers"]["models"]["shed"], serde_json::json!({}), "nothing was turned away");
    assert!(path["failed"]["timeout"]["mean"].is_number(), "{path:#}");
    assert!(path["failed"].get("http_400").is_none(), "a reason stands where it came");
    let onset = &app["onset"];
    assert!(onset["at"]["mean"].is_number() && onset["symptom"].is_string(), "{app:#}");
    assert_eq!(path["slo_seconds"], 1.0);
}

#[test]
fn every_variant_is_the_same_object() {
    let findings = service::findings();
    let object = json(&findings, Some(2.0));
    let keys = |of: &Value| of.as_object().expect("an object").keys().cloned().collect::<Vec<String>>();
    let fast = &object["variants"]["fast"];
    let mut all = keys(fast);
    all.push("variants".to_owned());
    all.sort();
    assert_eq!(all, keys(&object));
    let lines = json_lines(&findings, Some(2.0));
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!((lines.len(), lines[1]), (2, fast.to_string().as_str()));
}

/// Where the numbers of a scope are in the JSON of the small service, and what `units` calls that place.
fn place(object: &Value, scope: Scope) -> Option<(&Value, &'static str)> {
    match scope {
        Scope::Total => Some((&object["total"], "total")),
        Scope::Class => Some((&object["class_totals"]["mobile"], "class_totals")),
        Scope::Path => Some((&object["classes"]["mobile"]["chat"], "classes")),
        Scope::Tier => Some((&object["tiers"]["models"], "tiers")),
        Scope::TierPath => Some((&object["tiers"]["models"]["classes"]["mobile"]["chat"], "tiers.classes")),
        // A load is a subject where an expectation names it; the run has a verdict, which is no number.
        Scope::Load | Scope::Run => None,
    }
}

fn is_number(metric: &Metric) -> bool {
    metric.unit != Unit::Badge
}

#[test]
fn every_metric_is_in_the_json_with_its_unit() {
    let object = json(&service::findings(), None);
    let mut seen = 0;
    for metric in all().filter(|metric| is_number(metric)) {
        for (numbers, called) in metric.scopes.iter().filter_map(|scope| place(&object, *scope)) {
            let path = metric.path();
            assert_eq!(
                object["units"][called][path.join(".")],
                metric.unit.column(),
                "{called} {}",
                metric.key
            );
            if metric.shown == Shown::Always {
                assert_has(numbers, &path);
                seen += 1;
            }
        }
    }
    assert!(100 < seen, "{seen}");
}

/// The fields of each line after the head, which has the same number; nothing here has to be quoted.
fn table(text: &str) -> (Vec<&str>, Vec<Vec<&str>>) {
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().expect("a head");
    let rows: Vec<_> = lines.collect();
    assert!(rows.iter().all(|row| row.len() == head.len()), "{head:?}");
    (head, rows)
}

#[test]
fn every_number_is_a_row_with_its_unit() {
    let findings = service::findings();
    let text = csv(&findings);
    let (head, rows) = table(&text);
    let at = |name: &str| head.iter().position(|head| *head == name).expect("a column");
    let [variant, scope, metric, unit, mean] = ["variant", "scope", "metric", "unit", "mean"].map(at);
    assert!(rows.iter().all(|row| !row[unit].is_empty() && row[mean].parse::<f64>().is_ok()));
    let has = |wanted: &Metric, name: &str| {
        let unit_column = wanted.unit.column();
        rows.iter().any(|row| row[scope] == name && row[metric] == wanted.key && row[unit] == unit_column)
    };
    for (name, of_scope) in [
        ("total", Scope::Total),
        ("class", Scope::Class),
        ("path", Scope::Path),
        ("tier-path", Scope::TierPath),
    ] {
        for wanted in of(of_scope).filter(|metric| is_number(metric) && metric.shown == Shown::Always) {
            assert!(has(wanted, name), "{} of a {name}", wanted.key);
        }
    }
    // A cache, zones and replicas of its own are what these tiers do not have.
    let missing: BTreeSet<&str> = of(Scope::Tier)
        .filter(|metric| metric.shown == Shown::Always && !has(metric, "tier"))
        .map(|metric| metric.key)
        .collect();
    assert!(missing.len() <= 4, "{missing:?}");
    let fast = rows.iter().filter(|row| row[variant] == "fast").count();
    assert!(0 < fast && fast < rows.len() && text.contains(",path,mobile,chat,,ttft_slo_seconds,s,0.5,,"));
}

#[test]
fn every_line_over_time_is_there_with_its_unit() {
    let findings = service::findings();
    let text = series_csv(&findings);
    let (head, rows) = table(&text);
    assert_eq!(
        head.join(","),
        "fingerprint,variant,scope,class,operation,tier,metric,unit,at_seconds,mean,low,high"
    );
    let count = |findings: &Findings| findings.lines.lines.len() * findings.lines.at.len();
    assert_eq!(rows.len(), findings.iter().map(count).sum::<usize>());
    assert!(rows.iter().all(|row| !row[7].is_empty() && row[8].parse::<f64>().is_ok()));
    let drawn = findings[0].lines.lines.iter().map(|line| line.metric);
    for metric in drawn {
        let unit = metric.unit.column();
        assert!(rows.iter().any(|row| row[6] == metric.key && row[7] == unit), "{}", metric.key);
    }
    assert!(!text.contains("NaN"));
}

#[test]
fn every_line_over_time_is_a_series_of_openmetrics() {
    let findings = service::findings();
    let text = openmetrics(&findings);
    assert!(text.ends_with("\n# EOF\n"));
    let families: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" gauge")).collect();
    let drawn: BTreeSet<&str> =
        findings.iter().flat_map(|one| &one.lines.lines).map(|line| line.metric.key).collect();
    assert_eq!(families.len(), drawn.len(), "one family a metric");
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    let finite = |values: &[f64]| values.iter().filter(|value| value.is_finite()).count();
    let bands = findings.iter().flat_map(|one| &one.lines.lines).map(|line| &line.band);
    let numbers: usize = bands.map(|band| finite(&band.mean) + finite(&band.low) + finite(&band.high)).sum();
    assert_eq!(samples.clone().count(), numbers, "and every number that exists");
    for sample in samples {
        let (name, rest) = sample.split_once('{').expect("labels");
        assert!(families.contains(name) && rest.contains(",variant=\""), "{sample}");
        let mut last = rest.rsplit(' ');
        let (at, value) = (last.next().expect("a time"), last.next().expect("a value"));
        assert!(at.parse::<f64>().is_ok() && value.parse::<f64>().is_ok(), "{sample}");
    }
}
