//! The stable JSON of a run: its keys are a promise, described in the README.

mod compare;
pub mod plan;
mod sweep;

use crate::story::changes::{Worded, happenings};
use crate::story::{self, sentence};
use brownout_analysis::Law;
use brownout_analysis::findings::{
    ClassVerdict, Expectation, Findings, Happening, Number, Numbers, OperationVerdict, Path, Symptom, Tier,
};
use brownout_metrics::harm::{MINUTES_DOWN, UNSERVED};
use brownout_metrics::{How, Metric, Scope, Shown, Subject, Unit, find, tiers::ARRIVALS};
use brownout_stats::Estimate;
pub use compare::comparison;
use serde_json::{Map, Value, json};
pub use sweep::{swept, swept_lines};

/// One object: the first variant at the top, the others under `variants` by name. Numbers are placed by the table of
/// metrics; each is `{"mean", "ci95"}` or null.
///
/// `wall_seconds` is how long all variants took together and stands in each of them; none where the same bytes are
/// wanted from every machine.
pub fn json(findings: &[Findings], wall_seconds: Option<f64>) -> Value {
    let mut object = findings.first().map_or_else(|| json!({}), |first| one(first, wall_seconds));
    let others = findings.iter().skip(1);
    let others = others.map(|other| (other.stamp.variant.clone(), one(other, wall_seconds)));
    object["variants"] = Value::Object(others.collect());
    object
}

/// The same objects without `variants`, a line for each variant.
pub fn json_lines(findings: &[Findings], wall_seconds: Option<f64>) -> String {
    findings.iter().flat_map(|variant| [one(variant, wall_seconds).to_string(), "\n".to_owned()]).collect()
}

fn one(findings: &Findings, wall_seconds: Option<f64>) -> Value {
    let stamp = &findings.stamp;
    json!({
        "version": stamp.version,
        "title": stamp.title,
        "variant": &findings.stamp.variant,
        "scenario_hash": stamp.scenario_hash,
        "seed": stamp.seed,
        "replications": stamp.replications,
        "fingerprint": stamp.fingerprint,
        "events": stamp.events,
        "simulated_seconds": stamp.simulated_seconds,
        "warmup_seconds": stamp.warmup_seconds,
        "wall_seconds": wall_seconds,
        "verdict": verdict(findings),
        "total": object(findings.values.subject(&Subject::Total)),
        "class_totals": class_totals(findings),
        "classes": classes(findings),
        "tiers": tiers(findings),
        "units": units(),
        "happened": happened(findings),
        "expectations": findings.expectations.iter().map(expectation).collect::<Vec<_>>(),
    })
}

fn verdict(findings: &Findings) -> Value {
    let verdict = &findings.verdict;
    let class = |(class, verdict): (&String, &ClassVerdict)| {
        let recovery = estimate(verdict.recovery_seconds.as_ref());
        let (badge, counts) = (verdict.badge, &verdict.counts);
        (class.clone(), json!({ "badge": badge, "counts": counts, "recovery_seconds": recovery }))
    };
    json!({
        "badge": verdict.badge,
        "line": sentence(findings),
        "counts": verdict.counts,
        "recovery_seconds": estimate(verdict.recovery_seconds.as_ref()),
        "classes": verdict.classes.iter().map(class).collect::<Map<_, _>>(),
        "worst": verdict.worst.as_ref().map(ToString::to_string),
        "reference": verdict.reference,
        "operations": verdict.operations.iter().map(operation).collect::<Map<_, _>>(),
    })
}

/// How an operation fared, by its name; its numbers stand with the others of it.
fn operation(verdict: &OperationVerdict) -> (String, Value) {
    let value = json!({
        "badge": verdict.badge,
        "counts": verdict.counts,
        "recovery_seconds": estimate(verdict.recovery_seconds.as_ref()),
        MINUTES_DOWN.key: estimate(Some(&verdict.minutes_down)),
        UNSERVED.key: estimate(Some(&verdict.unserved)),
        "too_few": verdict.few,
        "episodes": verdict.episodes,
    });
    (verdict.subject().to_string(), value)
}

/// What no clock set off, in the order in which a page tells it.
fn happened(findings: &Findings) -> Value {
    let event = |Worded { words, of }: Worded<'_, Happening>| {
        json!({
            "from": of.from, "to": of.to, "label": words, "kind": of.kind,
        })
    };
    let events: Vec<Value> = happenings(findings).into_iter().map(event).collect();
    json!({ "events": events, "left_out": findings.happened.left_out })
}

/// All operations of a class together.
fn class_totals(findings: &Findings) -> Map<String, Value> {
    let totals = findings.values.subjects.iter().filter_map(|numbers| match &numbers.subject {
        Subject::Class(class) => Some((class.clone(), Value::Object(object(Some(numbers))))),
        _ => None,
    });
    totals.collect()
}

/// By class and operation.
fn classes(findings: &Findings) -> Map<String, Value> {
    let paths = findings.service.paths.iter();
    nested(paths.map(|path| (path.class.as_str(), path.operation.as_str(), promised(findings, path))))
}

/// What a class got that did an operation, and what it was promised.
fn promised(findings: &Findings, path: &Path) -> Value {
    let mut object = object(findings.values.subject(&path.subject()));
    object.extend(slos(path).map(|(key, seconds)| (key.to_owned(), json!(seconds))));
    Value::Object(object)
}

/// What was promised to a path, in seconds, as results name it.
pub(crate) fn slos(path: &Path) -> impl Iterator<Item = (&'static str, Option<f64>)> {
    let [whole, first, token] = SLOS;
    [(whole, path.slo_seconds), (first, path.ttft_slo_seconds), (token, path.tpot_slo_seconds)].into_iter()
}

const SLOS: [&str; 3] = ["slo_seconds", "ttft_slo_seconds", "tpot_slo_seconds"];

fn tiers(findings: &Findings) -> Map<String, Value> {
    findings.service.tiers.iter().map(|one| (one.name.clone(), tier(findings, one))).collect()
}

fn tier(findings: &Findings, tier: &Tier) -> Value {
    let mut object = object(findings.values.subject(&tier.subject()));
    let symptom = findings.symptoms.iter().find(|symptom| symptom.tier == tier.name);
    let balance = findings.balance.iter().find(|balance| balance.tier == tier.name);
    let shares = balance.map(|of| of.shares.iter().map(|share| estimate(Some(share))).collect::<Vec<_>>());
    let came = findings.values.subjects.iter().filter_map(|numbers| match &numbers.subject {
        Subject::TierPath { tier: at, class, operation } if *at == tier.name => {
            let came = numbers.mean(&ARRIVALS).is_some_and(|rate| 0.0 < rate);
            came.then(|| (class.as_str(), operation.as_str(), Value::Object(self::object(Some(numbers)))))
        }
        _ => None,
    });
    let more = [
        ("kind", json!(tier.kind)),
        ("calls", json!(tier.calls)),
        ("onset", symptom.map_or(Value::Null, onset)),
        ("replica_shares", json!(shares)),
        ("classes", Value::Object(nested(came))),
    ];
    object.extend(more.map(|(key, value)| (key.to_owned(), value)));
    Value::Object(object)
}

fn onset(symptom: &Symptom) -> Value {
    json!({
        "at": estimate(Some(&symptom.at)),
        "replications": symptom.replications,
        "symptom": story::symptom(&symptom.sign),
    })
}

fn expectation(expectation: &Expectation) -> Value {
    let metric = find(expectation.subject.scope(), &expectation.key);
    json!({
        "that": expectation.that,
        "when": expectation.when,
        "value": estimate(expectation.value.as_ref()),
        "unit": metric.map(|metric| metric.unit.column()),
        "pass": expectation.pass,
        "passed": expectation.passed,
        "replications": expectation.replications,
    })
}

/// Objects by class and operation.
fn nested<'a>(paths: impl Iterator<Item = (&'a str, &'a str, Value)>) -> Map<String, Value> {
    let mut classes = Map::new();
    for (class, operation, value) in paths {
        let operations = classes.entry(class).or_insert_with(|| json!({}));
        operations[operation] = value;
    }
    classes
}

/// What each number is measured in, by the keys that lead to it below `total`, `class_totals.CLASS`,
/// `classes.CLASS.OPERATION`, `tiers.TIER` and `tiers.TIER.classes.CLASS.OPERATION`.
fn units() -> Value {
    let of = |scope: Scope, more: &[(&str, Unit)]| -> Map<String, Value> {
        let metrics = brownout_metrics::of(scope).filter(|metric| is_number(metric));
        let metrics = metrics.map(|metric| (metric.path().join("."), json!(metric.unit.column())));
        metrics.chain(more.iter().map(|(key, unit)| ((*key).to_owned(), json!(unit.column())))).collect()
    };
    json!({
        "total": of(Scope::Total, &[]),
        "class_totals": of(Scope::Class, &[]),
        "classes": of(Scope::Path, &SLOS.map(|slo| (slo, Unit::Seconds))),
        "tiers": of(Scope::Tier, &[("onset.at", Unit::Seconds), ("replica_shares", Unit::Share)]),
        "tiers.classes": of(Scope::TierPath, &[]),
    })
}

/// How a run ended is no number; the verdict tells it.
pub(crate) fn is_number(metric: &Metric) -> bool {
    !matches!(metric.how, How::Judged)
}

/// Whether a number is listed: it exists, and it is above 0 where its metric is listed only then.
pub(crate) fn is_listed(number: &Number) -> bool {
    let mean = number.mean().filter(|mean| mean.is_finite());
    mean.is_some_and(|mean| number.metric.shown == Shown::Always || 0.0 < mean)
}

/// A number and what is left of the keys that lead to it.
type Row<'a> = (&'a [&'static str], &'a Number);

/// All numbers of a subject, each where the table places it.
fn object(numbers: Option<&Numbers>) -> Map<String, Value> {
    let numbers = numbers.into_iter().flat_map(|numbers| &numbers.numbers);
    let numbers = numbers.filter(|number| is_number(number.metric));
    let placed: Vec<(Vec<&'static str>, &Number)> =
        numbers.map(|number| (number.metric.path(), number)).collect();
    let rows: Vec<Row<'_>> = placed.iter().map(|(path, number)| (path.as_slice(), *number)).collect();
    place(&rows, false)
}

fn place(rows: &[Row<'_>], in_group: bool) -> Map<String, Value> {
    let mut object = Map::new();
    for (path, number) in rows {
        let [key, below @ ..] = path else { continue };
        if !below.is_empty() {
            if !object.contains_key(*key) {
                object.insert((*key).to_owned(), group(&members(rows, key)));
            }
        } else if is_key(number, in_group) {
            object.insert((*key).to_owned(), estimate(number.estimate.as_ref()));
        }
    }
    object
}

/// The rows below a key.
fn members<'a>(rows: &[Row<'a>], key: &str) -> Vec<Row<'a>> {
    let below = rows.iter().filter_map(|&(path, number)| {
        let (first, below) = path.split_first()?;
        (*first == key && !below.is_empty()).then_some((below, number))
    });
    below.collect()
}

/// Null where none of its numbers is listed; reasons of failure are an object, empty where nothing failed.
fn group(rows: &[Row<'_>]) -> Value {
    let is_listed = rows.iter().any(|(_, number)| is_listed(number));
    let are_reasons = rows.iter().all(|(_, number)| matches!(number.metric.how, How::Reason(..)));
    if is_listed || are_reasons { Value::Object(place(rows, true)) } else { Value::Null }
}

/// Whether a number has its key, be it with null. A group that is listed has all its keys; reasons come one by one.
fn is_key(number: &Number, in_group: bool) -> bool {
    let one_by_one = !in_group || matches!(number.metric.how, How::Reason(..));
    number.metric.shown == Shown::Always || !one_by_one || is_listed(number)
}

/// Laws held against simulation: an array with an object for each, all numbers in its `unit`.
pub fn laws_json(rows: &[Law]) -> Value {
    let row = |row: &Law| {
        let (low, high) = row.ci99;
        let metric = find(row.subject.scope(), &row.key);
        json!({
            "law": row.law,
            "subject": row.subject.to_string(),
            "metric": row.key,
            "unit": metric.map(|metric| metric.unit.column()),
            "theory": row.theory,
            "simulated": row.simulated,
            "ci99": [low, high],
            "half_width": row.half_width,
            "pass": row.pass,
        })
    };
    rows.iter().map(row).collect()
}

/// `{ "mean": x, "ci95": [low, high] }`, the interval null with one replication, all of it null without a number.
fn estimate(estimate: Option<&Estimate>) -> Value {
    let Some(estimate) = estimate.filter(|estimate| estimate.mean.is_finite()) else { return Value::Null };
    let ends = estimate.ci95.filter(|(low, high)| low.is_finite() && high.is_finite());
    json!({ "mean": estimate.mean, "ci95": ends.map(|(low, high)| [low, high]) })
}
