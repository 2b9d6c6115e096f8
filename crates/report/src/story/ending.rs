//! How it ended: for all, for each class, and against what was expected.

use super::badge;
use super::sentence::capital;
use crate::number;
use brownout_analysis::findings::{ClassVerdict, Expectation, Findings, Tier};
use brownout_analysis::is_at_once;
use brownout_metrics::replicas::{LEASED_DOLLARS, LEASED_HOURS};
use brownout_metrics::{Badge, Unit};

/// How it ended.
pub(crate) fn resolution(findings: &Findings) -> String {
    let verdict = &findings.verdict;
    let of_worst = verdict.worst().and_then(|worst| worst.recovery_seconds).or(verdict.recovery_seconds);
    let at_once = of_worst.is_some_and(|e| is_at_once(e.mean));
    let recovery = of_worst.as_ref().map(|e| number::estimate(e, Unit::Seconds));
    let after = recovery.map_or_else(String::new, |after| {
        if at_once {
            " as soon as its trigger was over".to_owned()
        } else {
            format!(" {after} after its trigger had ended")
        }
    });
    let of = verdict.worst().map_or_else(
        || "The service".to_owned(),
        |worst| capital(&format!("{} {}", worst.class, worst.operation)),
    );
    // Of the operation that is named, which is not always the one that the badge of the run comes from.
    let ended = match verdict.worst().map_or(verdict.badge, |worst| worst.badge) {
        Badge::Unharmed => "No operation was harmed.".to_owned(),
        Badge::Dented => {
            format!("{of} was served worse for a short time, and lost at most one intent in a hundred.")
        }
        Badge::HealedWithTrigger => format!("{of} was back as soon as its trigger was over."),
        Badge::SelfHealed | Badge::SlowDrain => format!("{of} was back by itself{after}."),
        Badge::NeededIntervention => format!("{of} was back{after}, and only once an operator had acted."),
        Badge::Unsteady => format!("{of} was harmed without a trigger."),
        Badge::Failing => format!("{of} was down without a trigger: look at its capacity first."),
        Badge::NeverCameBack => format!("{of} was not back when the run ended."),
        Badge::Undecided if verdict.operations.iter().all(|operation| operation.few) => {
            "Too few intents began to say anything.".to_owned()
        }
        Badge::Undecided => {
            "The run ended too soon after the trigger to say whether the service comes back.".to_owned()
        }
    };
    let ended = spent(findings).map_or(ended.clone(), |spent| format!("{ended} {spent}"));
    if verdict.counts.len() < 2 {
        return ended;
    }
    let counts = verdict.counts.iter().map(|(badge, n)| format!("{} in {n}", badge.replace('-', " ")));
    format!("{ended} Replications differ: {}.", counts.collect::<Vec<_>>().join(", "))
}

/// How it ended for each class, where that was not the same for all.
pub(crate) fn by_class(findings: &Findings) -> Option<String> {
    let classes = &findings.verdict.classes;
    let same = classes.values().all(|class| class.badge == findings.verdict.badge);
    let one = |(name, class): (&String, &ClassVerdict)| {
        let after = class.recovery_seconds.as_ref().filter(|after| !is_at_once(after.mean));
        let after = after.map(|e| format!(" after {}", number::estimate(e, Unit::Seconds)));
        format!("{name} {}{}", badge(class.badge), after.unwrap_or_default())
    };
    (!same).then(|| format!("By class: {}.", classes.iter().map(one).collect::<Vec<_>>().join("; ")))
}

/// What the verdict stands on: `5 replications, 3 of 4 expectations met`.
pub(crate) fn basis(findings: &Findings) -> String {
    let runs = match findings.stamp.replications {
        1 => "1 replication".to_owned(),
        n => format!("{n} replications"),
    };
    match expectations_met(&findings.expectations) {
        Some(met) => format!("{runs}, {met}"),
        None => runs,
    }
}

/// `3 of 4 expectations met`, or nothing if nothing was expected.
fn expectations_met(expectations: &[Expectation]) -> Option<String> {
    let met = expectations.iter().filter(|e| e.pass).count();
    match expectations.len() {
        0 => None,
        1 => Some(format!("{met} of 1 expectation met")),
        n => Some(format!("{met} of {n} expectations met")),
    }
}

/// What capacity of other clouds cost.
fn spent(findings: &Findings) -> Option<String> {
    let one = |tier: &Tier| {
        let number = |metric| findings.values.get(&tier.subject(), metric);
        let (hours, dollars) = (number(&LEASED_HOURS)?, number(&LEASED_DOLLARS)?);
        let leased = 0.0 < hours.mean || 0.0 < dollars.mean;
        let said = |e, metric: &brownout_metrics::Metric| number::said(e, metric.unit);
        let (hours, dollars) = (said(hours, &LEASED_HOURS), said(dollars, &LEASED_DOLLARS));
        leased.then(|| format!("{hours} for {} at {dollars}", tier.name))
    };
    let all: Vec<String> = findings.service.tiers.iter().filter_map(one).collect();
    (!all.is_empty()).then(|| format!("Leased from other clouds: {}.", all.join("; ")))
}
