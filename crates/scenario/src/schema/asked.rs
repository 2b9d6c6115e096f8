//! Metrics and comparisons of metrics as patterns of the schema, from the table of metrics.

use brownout_metrics::{Badge, Better, Metric, Op, Scope, Unit, of};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A name of a class, an operation or a tier, without the signs that end one.
const NAME: &str = r"[^.\s<>=!*]+";
/// What a number with or without its unit begins with.
const VALUE: &str = r"[-+.\d]\S*";

/// `METRIC OP VALUE`, with the keys of the table.
pub(super) fn comparison() -> Value {
    let (metric, ops) = (any_metric(), one_of(Op::ALL.map(Op::sign)));
    let badges = one_of(Badge::ALL.map(Badge::key));
    let right = format!(r"(?:[-+.\d_eE]+\s*\*\s*)?(?:baseline|{metric}|{badges}|{VALUE})");
    json!({
        "type": "string",
        "pattern": format!(r"^\s*{metric}\s*{ops}\s*{right}\s*$"),
        "description": "METRIC OP VALUE, METRIC OP K * METRIC or METRIC OP K * baseline, where METRIC is \
            class.operation.KEY, class.KEY, tier.KEY, total.KEY, verdict, class.verdict or class.operation.badge.",
        "examples": examples(),
    })
}

/// A metric that is a number.
pub(super) fn metric() -> Value {
    json!({
        "type": "string",
        "pattern": format!(r"^\s*{}\s*$", number()),
        "description": "class.operation.KEY, class.KEY, tier.KEY or total.KEY.",
    })
}

fn any_metric() -> String {
    let (short, long) = (judged(Scope::Run), judged(Scope::Path));
    format!(r"(?:(?:{NAME}\.)?{short}|{NAME}\.{NAME}\.{long}|{})", number())
}

/// The metrics of a scope that say how it fared.
fn judged(scope: Scope) -> String {
    let judged = of(scope).filter(|metric| metric.unit == Unit::Badge);
    format!("(?:{})", one_of(judged.map(|metric| metric.key)))
}

fn number() -> String {
    let short = [Scope::Class, Scope::Tier, Scope::Total].into_iter().flat_map(numbers);
    format!(
        r"{NAME}\.(?:{}|{NAME}\.{})",
        one_of(short.map(|metric| metric.key)),
        one_of(numbers(Scope::Path).map(|metric| metric.key))
    )
}

/// The metrics of a scope that are numbers.
fn numbers(scope: Scope) -> impl Iterator<Item = &'static Metric> {
    of(scope).filter(|metric| metric.unit != Unit::Badge)
}

/// An alternative of these texts, each once and in a fixed order.
fn one_of<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let texts: BTreeSet<&str> = texts.into_iter().collect();
    let texts: Vec<String> = texts.into_iter().map(|text| text.replace('.', r"\.")).collect();
    // The longer of two that begin alike comes first, so that no engine stops at the shorter one.
    format!("(?:{})", texts.into_iter().rev().collect::<Vec<_>>().join("|"))
}

/// One comparison for each metric: what editors offer.
fn examples() -> Vec<String> {
    let places = [(Scope::Path, "class.operation"), (Scope::Tier, "tier")];
    let rows = places.into_iter().flat_map(|(scope, name)| numbers(scope).map(move |metric| (name, metric)));
    rows.map(|(name, metric)| {
        let op = if metric.better == Better::High { Op::AtLeast } else { Op::AtMost };
        format!("{name}.{} {} {}", metric.key, op.sign(), value(metric.unit))
    })
    .collect()
}

fn value(unit: Unit) -> &'static str {
    match unit {
        Unit::Seconds => "250ms",
        Unit::PerSecond(_) => "40/s",
        Unit::Share => "99%",
        _ => "1",
    }
}
