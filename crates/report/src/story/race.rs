//! Variants against each other, in words.

use super::names::and;
use crate::number::{self, grouped};
use brownout_analysis::compare::{Effect, Race, Versus};
use brownout_metrics::Unit;

/// Which is best, in one sentence.
pub(crate) fn sentence(race: &Race) -> String {
    let unit = race.metric.unit;
    let sure = number::plain(race.confidence, Unit::Share);
    let leader = &race.left[0];
    let mean = number::value(leader.mean, unit);
    let names: Vec<&str> = race.left.iter().map(|runner| runner.name.as_str()).collect();
    match (names.as_slice(), race.is_decided) {
        ([only], _) => match race.worse.first() {
            Some(next) => format!(
                "{only} is best by {}: {mean}, and {} of the next one, {} (confidence {sure}).",
                race.by,
                number::value(next.mean, unit),
                next.name
            ),
            None => format!("{only}: {mean}."),
        },
        (several, true) => {
            format!("{} are equally good by {}: about {mean} (confidence {sure}).", and(several), race.by)
        }
        (several, false) => {
            format!(
                "{} are not told apart by {} runs: {} leads with {mean} by {}.",
                and(several),
                grouped(race.runs as u64),
                leader.name,
                race.by
            )
        }
    }
}

/// Whom it helps and whom it hurts, and what it costs.
pub(crate) fn effect(other: &Versus) -> String {
    let of = |better: bool| -> Vec<String> {
        let all = other.operations.iter().filter(|effect| effect.is_better == Some(better));
        all.map(|effect: &Effect| effect.subject.to_string()).collect()
    };
    let (helped, hurt) = (of(true), of(false));
    let words = |all: &[String]| and(all);
    let mut text = match (helped.is_empty(), hurt.is_empty()) {
        (true, true) => "no difference in harm that these runs can tell".to_owned(),
        (false, true) => format!("helps {}", words(&helped)),
        (true, false) => format!("hurts {}", words(&hurt)),
        (false, false) => format!("helps {}, and hurts {}", words(&helped), words(&hurt)),
    };
    if let Some(cost) = other.cost.as_ref().filter(|cost| 0.5 < cost.by.mean.abs()) {
        let word = if 0.0 < cost.by.mean { "more" } else { "less" };
        let dollars = grouped(cost.by.mean.abs().round() as u64);
        text = format!("{text}; costs ${dollars} a month {word}");
    }
    text + "."
}
