//! Variants against each other, in words.

use super::names::and;
use crate::number::{self, grouped};
use brownout_analysis::compare::{Comparison, Difference, Effect, Race, Standing, Versus};
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

/// How it stands in the race, if there was one, whom it helps and whom it hurts, and what it costs. That it makes no
/// difference is said only where no race has found one.
pub(crate) fn effect(comparison: &Comparison, other: &Versus, race: Option<&Race>) -> String {
    let of = |better: bool| -> Vec<String> {
        let all = other.operations.iter().filter(|effect| effect.is_better == Some(better));
        all.map(|effect: &Effect| effect.subject.to_string()).collect()
    };
    let (helped, hurt) = (of(true), of(false));
    let words = |all: &[String]| and(all);
    let whom = match (helped.is_empty(), hurt.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("helps {}", words(&helped))),
        (true, false) => Some(format!("hurts {}", words(&hurt))),
        (false, false) => Some(format!("helps {}, and hurts {}", words(&helped), words(&hurt))),
    };
    let mut text = match (race, whom) {
        (None, whom) => whom.unwrap_or_else(|| "no difference in harm that these runs can tell".to_owned()),
        (Some(race), whom) => {
            let standing = match race.standing(&comparison.base, &other.name) {
                Standing::NeitherBest => between(other, &race.by),
                known => standing(known, &race.by),
            };
            let whom = whom.unwrap_or_else(|| "the harm to no operation surely differs".to_owned());
            format!("{standing}; {whom}")
        }
    };
    if let Some(cost) = other.cost.as_ref().filter(|cost| 0.5 < cost.by.mean.abs()) {
        let word = if 0.0 < cost.by.mean { "more" } else { "less" };
        let dollars = grouped(cost.by.mean.abs().round() as u64);
        text = format!("{text}; costs ${dollars} a month {word}");
    }
    text + "."
}

/// Of two that are not the best: how they stand by the difference of the number alone.
fn between(other: &Versus, by: &str) -> String {
    let is_it = |one: &&Difference| format!("{}.{}", one.subject, one.metric.key) == by;
    match other.differences.iter().find(is_it).and_then(Difference::is_better) {
        Some(true) => format!("better by {by}, and not the best"),
        Some(false) => format!("worse by {by}, and neither is the best"),
        None => standing(Standing::NeitherBest, by),
    }
}

fn standing(standing: Standing, by: &str) -> String {
    match standing {
        Standing::Better => format!("better by {by}"),
        Standing::Worse => format!("worse by {by}"),
        Standing::Equal => format!("equally good by {by}"),
        Standing::Untold => format!("not told apart by {by}"),
        Standing::NeitherBest => format!("neither is the best by {by}"),
    }
}

/// Over how many runs a variant is compared with the first one, where those that it has are not all.
pub(crate) fn runs(comparison: &Comparison, other: &Versus) -> String {
    let (first, own) = other.runs;
    let many =
        |runs: u32| if runs == 1 { "1 run".to_owned() } else { format!("{} runs", grouped(u64::from(runs))) };
    if !comparison.is_paired {
        return format!("{} against {}", many(own), grouped(u64::from(first)));
    }
    if first == own {
        return format!("{} of each", many(own));
    }
    let (more, of) = if own < first { (first, &comparison.base) } else { (own, &other.name) };
    format!("the first {} of each; {of} has {}", many(first.min(own)), grouped(u64::from(more)))
}
