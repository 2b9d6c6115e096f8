//! A comparison as JSON: every difference of every variant.

use super::estimate;
use brownout_analysis::compare::{Comparison, Difference, Effect, Race, Runner, Standing, Versus};
use brownout_metrics::harm::{MINUTES_DOWN, UNSERVED};
use brownout_metrics::replicas::COST_PER_MONTH;
use serde_json::{Value, json};

/// All differences, and which variant is best if there was a race.
pub fn comparison(comparison: &Comparison, race: Option<&Race>) -> Value {
    json!({
        "base": comparison.base,
        "paired": comparison.is_paired,
        "best": race.map(best),
        "variants": comparison.others.iter().map(|other| versus(comparison, other, race)).collect::<Vec<_>>(),
    })
}

fn best(race: &Race) -> Value {
    let runner = |runner: &Runner| {
        json!({ "variant": runner.name, "mean": runner.mean, "behind": runner.behind.0,
            "half_width": runner.behind.1, "replications": runner.runs })
    };
    json!({
        "by": race.by,
        "unit": race.metric.unit.words(),
        "confidence": race.confidence,
        "decided": race.is_decided,
        "left": race.left.iter().map(runner).collect::<Vec<_>>(),
        "worse": race.worse.iter().map(runner).collect::<Vec<_>>(),
        "runs": race.runs,
    })
}

fn versus(comparison: &Comparison, versus: &Versus, race: Option<&Race>) -> Value {
    let standing = race.map(|race| race.standing(&comparison.base, &versus.name));
    let (first, own) = versus.runs;
    let effect = |effect: &Effect| {
        json!({
            "subject": effect.subject.to_string(),
            "better": effect.is_better,
            (MINUTES_DOWN.key): difference(&effect.minutes_down),
            (UNSERVED.key): difference(&effect.unserved),
        })
    };
    json!({
        "variant": versus.name,
        "as_good": match standing {
            None => versus.is_as_good,
            Some(standing) => standing == Standing::Equal,
        },
        "standing": standing.map(word),
        "replications": own,
        "base_replications": first,
        "compared": if comparison.is_paired { Value::from(first.min(own)) } else { Value::Null },
        (COST_PER_MONTH.key): versus.cost.as_ref().map(difference),
        "operations": versus.operations.iter().map(effect).collect::<Vec<_>>(),
        "differences": versus.differences.iter().map(difference).collect::<Vec<_>>(),
    })
}

/// How it stands to the base by the number of the race.
fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Better => "better",
        Standing::Worse => "worse",
        Standing::Equal => "equally-good",
        Standing::Untold => "not-told-apart",
        Standing::NeitherBest => "neither-best",
    }
}

fn difference(one: &Difference) -> Value {
    json!({
        "subject": one.subject.to_string(),
        "metric": one.metric.key,
        "unit": one.metric.unit.words(),
        "before": estimate(Some(&one.before)),
        "after": estimate(Some(&one.after)),
        "difference": estimate(Some(&one.by)),
        "sure": one.is_sure,
        "better": one.is_better(),
    })
}
