//! The verdict in one sentence.

use crate::findings::{Badge, Mark, PathFinding, TierFinding, Verdict};
use crate::onset::{order, time};
use brownout_stats::Estimate;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// From this part of all intents on, answers that came but came late are worth a word.
const LATE: f64 = 0.01;

/// What the sentence is made of.
pub(crate) struct Told<'a> {
    pub(crate) marks: &'a [Mark],
    pub(crate) tiers: &'a [TierFinding],
    pub(crate) classes: &'a BTreeMap<String, BTreeMap<String, PathFinding>>,
    pub(crate) verdict: &'a Verdict,
    /// In most runs less than half was answered in time before anything happened.
    pub(crate) ill: bool,
    /// Most runs were down when they ended.
    pub(crate) down: bool,
    /// Faults came that no clock set off.
    pub(crate) unscheduled: bool,
}

/// One sentence: the trigger, the first tiers to break, who was hurt most, and how it ended.
pub(crate) fn line(told: &Told<'_>) -> String {
    let hurt = hurt(told.classes);
    let trigger = match told.marks {
        [] => return alone(told, &hurt),
        _ if told.ill => {
            return format!(
                "The service was failing before anything happened to it: {hurt}. Look at its capacity first."
            );
        }
        [only] => capital(&only.label),
        [first, ..] => format!("{} (and {} more)", capital(&first.label), told.marks.len() - 1),
    };
    let start = told.marks.iter().map(|mark| mark.from).fold(f64::INFINITY, f64::min);
    let chain = chain(told.tiers, start).unwrap_or_else(|| "no tier left its normal range".to_owned());
    format!("{trigger}: {chain}; {hurt}; {}.", ending(told.verdict))
}

/// The same where nothing was scheduled to happen: nothing has to come back.
fn alone(told: &Told<'_>, hurt: &str) -> String {
    let trigger = if told.unscheduled { "No trigger was scheduled" } else { "No trigger" };
    let how = match told.verdict.badge {
        Badge::Failing => {
            return format!("{trigger}, and failing from the beginning: {hurt}. Look at its capacity first.");
        }
        Badge::Steady => ", and steady",
        _ if told.down => ", and yet it broke and was still down when the run ended",
        _ => ", and yet it broke and was back when the run ended",
    };
    let chain = chain(told.tiers, f64::INFINITY).map_or_else(String::new, |chain| format!("{chain}; "));
    format!("{trigger}{how}: {chain}{hurt}.")
}

/// Which tiers left their normal range, and how long after the start of the trigger the first of them did.
fn chain(tiers: &[TierFinding], start: f64) -> Option<String> {
    let order = order(tiers);
    let ((first, onset), rest) = order.split_first()?;
    let after = match onset.at.mean - start {
        lag if lag < 0.0 || lag.is_infinite() => String::new(),
        lag if lag < 1.0 => " at once".to_owned(),
        lag => format!(" after {}", time(lag)),
    };
    let then: Vec<&str> = rest.iter().map(|(tier, _)| tier.name.as_str()).collect();
    let then = if then.is_empty() { String::new() } else { format!(", then {}", then.join(", ")) };
    Some(format!("{} broke first{after}{then}", first.name))
}

impl PathFinding {
    /// The success rate of the worst stretch.
    fn worst(&self) -> Option<f64> {
        Some(self.worst_success_rate?.mean)
    }
}

fn hurt(classes: &BTreeMap<String, BTreeMap<String, PathFinding>>) -> String {
    let all = classes.iter().flat_map(|(class, operations)| {
        let path = move |(name, o)| Some((class, name, o, PathFinding::worst(o)?));
        operations.iter().filter_map(path)
    });
    // Of those that fell as low, the one that cost its users most.
    let rank = |o: &PathFinding, worst: f64| ((1000.0 * worst).round(), -o.user_minutes_lost.mean);
    let lower = |a: &(_, _, &PathFinding, f64), b: &(_, _, &PathFinding, f64)| {
        rank(a.2, a.3).partial_cmp(&rank(b.2, b.3)).unwrap_or(Ordering::Equal)
    };
    let p99 = |o: &PathFinding| o.latency.as_ref().map_or(0.0, |latency| latency.p99.mean);
    let slow = all.clone().max_by(|a, b| p99(a.2).total_cmp(&p99(b.2)));
    match (all.min_by(lower), slow) {
        (Some((class, operation, _, worst)), _) if worst < 0.999 => {
            format!("{class} {operation} fell to {:.1} % success at worst", 100.0 * worst)
        }
        (_, Some((class, operation, o, _))) => late(classes).unwrap_or_else(|| {
            format!(
                "hardly an intent failed, and the slowest 1 % of {class} {operation} took {}",
                time(p99(o))
            )
        }),
        _ => "nobody came".to_owned(),
    }
}

/// Where hardly an intent failed: whose answers came late most often, and which of its promises they broke.
fn late(classes: &BTreeMap<String, BTreeMap<String, PathFinding>>) -> Option<String> {
    let all = classes.iter().flat_map(|(class, operations)| {
        let path = move |(name, o): (&String, &PathFinding)| {
            Some((format!("{class} {name}"), lateness(o)?, broken(o)))
        };
        operations.iter().filter_map(path)
    });
    let (name, share, why) = all.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, share, _)| LATE <= *share)?;
    let why = why.map_or_else(String::new, |why| format!(" ({why})"));
    Some(format!("hardly an intent failed, but {:.1} % of {name} was answered late{why}", 100.0 * share))
}

/// The part of the intents that were answered, but not as promised.
fn lateness(o: &PathFinding) -> Option<f64> {
    Some(o.success_rate?.mean - o.in_time_rate?.mean)
}

/// The first promise that more than one answer in a hundred broke: what was promised, and what came.
fn broken(o: &PathFinding) -> Option<String> {
    let first = |l: &Option<crate::findings::Latency>| l.as_ref().map(|l| l.p99);
    let promises: [(&str, Option<Estimate>, Option<f64>); 3] = [
        ("first token", first(&o.ttft), o.ttft_slo_seconds),
        ("token time", first(&o.tpot), o.tpot_slo_seconds),
        ("answer", first(&o.latency), o.slo_seconds),
    ];
    promises.into_iter().find_map(|(what, came, promised)| {
        let (came, promised) = (came?.mean, promised?);
        (promised < came).then(|| format!("{what}: p99 {}, promised {}", time(came), time(promised)))
    })
}

/// How it ended after a trigger.
fn ending(verdict: &Verdict) -> String {
    let recovery = verdict.recovery_seconds.as_ref().map_or(0.0, |e| e.mean);
    let after = if recovery < 1.0 {
        ", as soon as the trigger was over".to_owned()
    } else {
        format!(", {} after the trigger was over", time(recovery))
    };
    match verdict.badge {
        Badge::Absorbed => "the service absorbed it".to_owned(),
        Badge::SelfHealed => format!("it healed by itself{after}"),
        Badge::NeededIntervention => format!("it was back after somebody had acted{after}"),
        Badge::SlowDrain => format!("it drained slowly and was back{after}"),
        Badge::NeverCameBack => "it did not come back by itself".to_owned(),
        Badge::Undecided => "the run ended before the trigger did".to_owned(),
        Badge::Failing => "it was failing all along".to_owned(),
        Badge::Steady | Badge::Unsteady => unreachable!("without a trigger, which is told elsewhere"),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sure(mean: f64) -> Estimate {
        Estimate { mean, ci95: None, n: 1 }
    }

    fn latency(p99: f64) -> crate::findings::Latency {
        let of = |part: f64| sure(p99 * part);
        crate::findings::Latency { mean: of(0.4), p50: of(0.3), p90: of(0.7), p95: of(0.8), p99: of(1.0) }
    }

    /// A path on which hardly an intent failed, and this part was in time.
    fn path(in_time: f64) -> PathFinding {
        PathFinding {
            offered: sure(1000.0),
            succeeded: sure(1000.0),
            success_rate: Some(sure(1.0)),
            in_time_rate: Some(sure(in_time)),
            worst_success_rate: Some(sure(1.0)),
            goodput: sure(1.0),
            attempts_per_intent: Some(sure(1.0)),
            latency: Some(latency(9.0)),
            ttft: Some(latency(5.2)),
            tpot: Some(latency(0.03)),
            failed: BTreeMap::new(),
            user_minutes_lost: sure(0.0),
            slo_seconds: None,
            ttft_slo_seconds: Some(2.0),
            tpot_slo_seconds: Some(0.1),
        }
    }

    fn check(path: PathFinding, expect: &str) {
        let classes = BTreeMap::from([("web".to_owned(), BTreeMap::from([("chat".to_owned(), path)]))]);
        assert_eq!(hurt(&classes), expect);
    }

    #[test]
    fn answers_that_broke_a_promise_are_late_and_not_failed() {
        check(path(0.999), "hardly an intent failed, and the slowest 1 % of web chat took 9.0 s");
        check(
            path(0.7),
            "hardly an intent failed, but 30.0 % of web chat was answered late (first token: p99 5.2 s, promised \
             2.0 s)",
        );
        let tpot = PathFinding { ttft_slo_seconds: None, tpot_slo_seconds: Some(0.02), ..path(0.7) };
        check(
            tpot,
            "hardly an intent failed, but 30.0 % of web chat was answered late (token time: p99 30 ms, promised 20 ms)",
        );
        let failed = PathFinding { worst_success_rate: Some(sure(0.5)), ..path(0.4) };
        check(failed, "web chat fell to 50.0 % success at worst");
    }
}
