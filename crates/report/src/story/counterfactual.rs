//! What other runs of the same night say, in words: what it does not happen without, what kept it down, and what would
//! have helped.

use super::changes::trigger as named;
use super::gain;
use super::names::{and, or};
use super::sentence::time;
use crate::number;
use brownout_analysis::counterfactual::{Counterfactuals, Cure, Held, Loosened, Remedy, Saved, Trigger};
use brownout_analysis::findings::Findings;
use brownout_metrics::{Subject, Unit};

/// What stands over it.
const HEADING: &str = "Why, and what would have helped";
/// Changes in vain that are named.
const VAIN_MAX: usize = 6;

/// What stands over it where no other runs were asked for.
const KEPT: &str = "What kept it down";

/// The heading of [`paragraphs`].
pub(crate) fn heading(findings: &Findings) -> &'static str {
    if findings.counterfactuals.is_some() { HEADING } else { KEPT }
}

/// What was found, paragraph by paragraph; where no other runs were asked for, the gain of what kept it down.
pub(crate) fn paragraphs(findings: &Findings) -> Vec<String> {
    let Some(found) = &findings.counterfactuals else { return gain::alone(findings).into_iter().collect() };
    let said = [
        found.trigger.as_ref().map(|one| trigger(findings, one)),
        found.held.as_ref().map(|held| kept(found, held)),
        gain::gain(findings),
        Some(helped(found)),
    ];
    said.into_iter().flatten().collect()
}

/// What it took to begin it.
fn trigger(findings: &Findings, trigger: &Trigger) -> String {
    let words = |places: &[usize]| -> Vec<String> {
        places.iter().filter_map(|at| findings.marks.get(*at)).map(named).collect()
    };
    let innocent = match words(&trigger.innocent).as_slice() {
        [] => String::new(),
        others => format!(" Not needed for it: {}.", and(others)),
    };
    let runs = seeds(trigger.seeds);
    match trigger.sets.as_slice() {
        [] => {
            let without = or(&words(&trigger.innocent));
            format!("It happens without {without}, too ({runs}): look at the load and at the capacity first.")
        }
        [only] if only.len() == 1 => {
            format!("Without this it does not happen: {} ({runs}).{innocent}", words(only)[0])
        }
        [together] => format!(
            "These are needed together, and fewer are not enough: {} ({runs}).{innocent}",
            and(&words(together))
        ),
        several => {
            let each: Vec<String> = several.iter().map(|set| and(&words(set))).collect();
            format!("Each of these is enough to begin it: {} ({runs}).{innocent}", or(&each))
        }
    }
}

fn seeds(count: u64) -> String {
    if count == 1 { "one seed".to_owned() } else { format!("{count} seeds") }
}

/// What kept it down, and what did not.
fn kept(found: &Counterfactuals, held: &Held) -> String {
    let when = number::clock(held.at);
    let control = match held.unchanged {
        Some(seconds) => format!("took another {} to come back", time(seconds)),
        None => "did not come back before the run ended".to_owned(),
    };
    let (loose, tight): (Vec<&Loosened>, Vec<&Loosened>) =
        held.tried.iter().partition(|one| held.loosens(one));
    let back = |one: &&Loosened| {
        let after = one.back.map_or_else(String::new, |seconds| match seconds {
            s if s < 1.0 => " (at once)".to_owned(),
            s => format!(" (after {})", time(s)),
        });
        format!("{}{after}", remedy(&one.remedy))
    };
    let loose: Vec<String> = loose.iter().map(back).collect();
    let tight: Vec<String> = tight.iter().map(|one| remedy(&one.remedy)).collect();
    let brings = match loose.as_slice() {
        [] => "Nothing that was changed at that moment brought it back".to_owned(),
        several => format!("Changed at that moment, it comes back if {}", or(several)),
    };
    let vain = if tight.is_empty() { String::new() } else { format!("; not if {}", or(&tight)) };
    let runs = seeds(held.seeds);
    format!(
        "When the trigger was over, at {when}, {} {control}. {brings}{vain} ({runs}).",
        subject(&found.operation)
    )
}

/// What would have helped, in one sentence.
fn helped(found: &Counterfactuals) -> String {
    let best: Vec<String> = found.best().map(|cure| remedy(&cure.remedy)).collect();
    let vain: Vec<String> = found.vain.iter().take(VAIN_MAX).map(remedy).collect();
    let more = found.vain.len().saturating_sub(VAIN_MAX);
    let vain = match (vain.as_slice(), more) {
        ([], _) => String::new(),
        (some, 0) => format!(" In vain: {}.", some.join("; ")),
        (some, more) => format!(" In vain: {}; and {more} more.", some.join("; ")),
    };
    let Some(first) = found.cures.first() else {
        return format!("Nothing that was tried would have helped.{vain}");
    };
    let saves = first.of(&found.operation).and_then(Saved::share).map_or_else(String::new, |share| {
        format!(
            " would have served {} of the intents of {} that were lost",
            number::said(&share, Unit::Share),
            subject(&found.operation)
        )
    });
    let which =
        if best.len() == 1 { best[0].clone() } else { format!("any one of these: {}", best.join("; ")) };
    let worse = worse(first).map_or_else(String::new, |worse| format!(", but {worse}"));
    format!("What would have helped most: {which}; it{saves}{worse}.{vain}")
}

/// Whom a cure makes worse off.
pub(crate) fn worse(cure: &Cure) -> Option<String> {
    let one = |saved: &Saved| {
        let lost = number::plain(saved.unserved.mean / saved.asked.max(1.0), Unit::Share);
        format!("{} loses {lost} more", subject(&saved.subject))
    };
    let all: Vec<String> = cure.operations.iter().filter(|saved| saved.is_worse()).map(one).collect();
    (!all.is_empty()).then(|| and(&all))
}

/// A change as the subject of a sentence after "if": `auth has 6 replicas instead of 4`.
pub(crate) fn remedy(remedy: &Remedy) -> String {
    match remedy {
        Remedy::Replicas { tier, from, to } => {
            let replicas = if *to == 1 { "replica" } else { "replicas" };
            format!("{tier} has {to} {replicas} instead of {from}")
        }
        Remedy::QueueAge { tier, age } => format!("{tier} drops calls that have waited for {age}"),
        Remedy::QueueLimit { tier, calls } => format!("at most {calls} calls wait at each replica of {tier}"),
        Remedy::NewestFirst { tier } => format!("{tier} serves the newest call first"),
        Remedy::NoRetries { load } => format!("clients of {load} do not retry"),
        Remedy::NoComeBack { load } => format!("users of {load} do not come back after a failure"),
        Remedy::NoCallRetries { tier, to } => format!("{tier} does not repeat calls to {to}"),
        Remedy::Without { path } => format!("{path} is left out"),
        Remedy::With { path } => format!("{path} is switched on"),
    }
}

fn subject(subject: &Subject) -> String {
    match subject {
        Subject::Path { class, operation } => format!("{class} {operation}"),
        other => other.to_string(),
    }
}
