//! The verdict in one sentence: who could not do what and for how long, what began it, which tier broke first, and how
//! it ended.

use super::changes::{happening, marks, trigger, worded};
use super::counterfactual::remedy;
use super::harm;
use super::names::{and, or};
use crate::number;
use brownout_analysis::counterfactual::{Counterfactuals, Trigger};
use brownout_analysis::findings::{
    Evidence, Findings, Happening, Hurt, HurtKind, Mark, OperationVerdict, Outbreak, Relapse, Symptom,
    worst_first,
};
use brownout_analysis::is_at_once;
use brownout_metrics::clients::{TPOT, TTFT};
use brownout_metrics::{Badge, P99};

/// More operations than this beside the worst make no sentence: the strips and the table have all of them.
const OTHERS_MAX: usize = 6;

/// More triggers than this are counted: the section about them has all.
const TRIGGERS_MAX: usize = 3;

/// How a run ended, in short sentences: the operation that fared worst, then the others.
pub fn sentence(findings: &Findings) -> String {
    let parts = [brief(findings), beside(findings)];
    parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// What users of the operation that fared worst could not do, what it began with, what broke first and how it ended.
pub(crate) fn brief(findings: &Findings) -> String {
    let Some(worst) = harmed(findings) else { return unharmed(findings) };
    let said = [
        differing(findings).unwrap_or_default(),
        harm::of(findings, worst),
        began(findings, worst),
        again(findings, worst),
        ending(findings, worst),
        loosened(findings, worst).unwrap_or_default(),
    ];
    let said = said.iter().filter(|part| !part.is_empty());
    said.map(|part| format!("{}.", capital(part))).collect::<Vec<_>>().join(" ")
}

/// How the other operations fared, if any did worse than well.
pub(crate) fn beside(findings: &Findings) -> String {
    let said = harmed(findings).map_or_else(String::new, |worst| others(findings, worst));
    if said.is_empty() { said } else { format!("{}.", capital(&said)) }
}

fn harmed(findings: &Findings) -> Option<&OperationVerdict> {
    findings.verdict.worst().filter(|_| findings.verdict.badge != Badge::Unharmed)
}

/// Where replications have different fates, no mean describes them, so that comes first. Some seconds sooner or later
/// are no other fate.
fn differing(findings: &Findings) -> Option<String> {
    let verdict = &findings.verdict;
    let came_back = |badge: &Badge| *badge <= Badge::SelfHealed && *badge != Badge::Unharmed;
    let had = Badge::ALL.into_iter().filter(|badge| verdict.counts.contains_key(badge.key()));
    if verdict.counts.len() < 2 || had.clone().all(|badge| came_back(&badge)) {
        return None;
    }
    let counts: Vec<String> = Badge::ALL
        .into_iter()
        .filter_map(|badge| Some(format!("{} {}", verdict.counts.get(badge.key())?, super::badge(badge))))
        .collect();
    Some(format!("replications end differently ({}); what follows is over all of them", counts.join(", ")))
}

/// What it began with, and which tiers left their normal range.
fn began(findings: &Findings, worst: &OperationVerdict) -> String {
    let chain = worst.outbreak().and_then(|outbreak| broke(findings, outbreak));
    let chain = |before: &str| chain.as_ref().map_or_else(String::new, |chain| format!("{before}{chain}"));
    let known = known(findings, worst).and_then(|found| found.trigger.as_ref());
    let cause = worst.outbreak().and_then(|outbreak| {
        known.and_then(|known| sure(findings, known, outbreak)).or_else(|| cause(findings, outbreak))
    });
    match cause {
        Some(cause) => format!("{cause}{}", chain("; ")),
        None if findings.happened.events.iter().any(|event| event.kind.is_fault()) => {
            format!("it began by faults that nothing had scheduled{}", chain("; "))
        }
        None => format!("it began without a trigger{}", chain("; ")),
    }
}

/// What other runs say of an operation, if they were asked.
fn known<'a>(findings: &'a Findings, worst: &OperationVerdict) -> Option<&'a Counterfactuals> {
    findings.counterfactuals.as_ref().filter(|found| found.operation == worst.subject())
}

/// What an outbreak begins with by other runs, which know more than what came before it.
fn sure(findings: &Findings, known: &Trigger, outbreak: &Outbreak) -> Option<String> {
    let all = |places: &[usize]| words(findings, places, and);
    let later = on_top(findings, outbreak);
    Some(match &known.sets[..] {
        [] if known.innocent.is_empty() => return None,
        [] => format!("it began by itself: {} was not needed for it", words(findings, &known.innocent, or)),
        [only] if only.len() == 1 => format!("trigger: {}{later}", all(only)),
        [together] => format!("triggers, which it took together: {}{later}", all(together)),
        several => {
            let each: Vec<String> = several.iter().map(|set| all(set)).collect();
            format!("triggers, of which each was enough: {}{later}", or(&each))
        }
    })
}

/// What a change at the end of the trigger would have done, where it stayed down: the quickest one.
fn loosened(findings: &Findings, worst: &OperationVerdict) -> Option<String> {
    let held = known(findings, worst)?.held.as_ref()?;
    let first = held.tried.iter().find(|one| held.loosens(one))?;
    let after = match first.back? {
        back if is_at_once(back) => "at once".to_owned(),
        back => format!("after {}", time(back)),
    };
    let at = number::clock(held.at);
    Some(format!(
        "changed when the trigger was over, at {at}, it comes back {after} if {}",
        remedy(&first.remedy)
    ))
}

/// Some marks, by name.
fn words(findings: &Findings, places: &[usize], join: fn(&[String]) -> String) -> String {
    let all = worded(places.iter().filter_map(|at| findings.marks.get(*at)), |mark| mark.from, trigger);
    let named: Vec<String> =
        all.iter().map(|one| format!("{}{}", one.words, in_warmup(findings, one.of))).collect();
    if named.len() <= TRIGGERS_MAX { join(&named) } else { listed(&named) }
}

/// What came on top of an outbreak that had begun.
fn on_top(findings: &Findings, outbreak: &Outbreak) -> String {
    match &outbreak.later[..] {
        [] => String::new(),
        later => format!(", and {} came on top", words(findings, later, and)),
    }
}

/// What an outbreak may have begun with: `trigger: db is down, while auth is 2× slower`.
fn cause(findings: &Findings, outbreak: &Outbreak) -> Option<String> {
    let words = |places: &[usize]| words(findings, places, and);
    let beside = match &outbreak.beside[..] {
        [] => String::new(),
        beside => format!(", while {}", words(beside)),
    };
    let beside = format!("{beside}{}", on_top(findings, outbreak));
    let act = outbreak.act.and_then(|at| findings.happened.events.get(at));
    match (act, &outbreak.triggers[..]) {
        (Some(act), _) => Some(format!("it began with what was done: {}{beside}", happening(act))),
        (None, []) => None,
        (None, [only]) => Some(format!("trigger: {}{beside}", words(&[*only]))),
        (None, several) => Some(format!("triggers: {}{beside}", words(several))),
    }
}

/// A trigger that began before anything was counted.
fn in_warmup(findings: &Findings, mark: &Mark) -> &'static str {
    if mark.from < findings.stamp.warmup_seconds {
        " (it began during the warm-up, of which nothing is counted)"
    } else {
        ""
    }
}

/// Names in a sentence: three of them, and how many more there are.
fn listed(names: &[String]) -> String {
    match names.len().saturating_sub(TRIGGERS_MAX) {
        0 => and(names),
        more => format!("{} and {more} more", names[..TRIGGERS_MAX].join(", ")),
    }
}

/// The other operations, the worst first: those that were harmed, and how many were not.
fn others(findings: &Findings, worst: &OperationVerdict) -> String {
    let all = &findings.verdict.operations;
    let others = || all.iter().filter(|other| other.subject() != worst.subject() && !other.few);
    let harmed: Vec<&OperationVerdict> = others().filter(|other| other.badge != Badge::Unharmed).collect();
    let mut harmed = worst_first(harmed);
    let more = harmed.len().saturating_sub(OTHERS_MAX);
    harmed.truncate(OTHERS_MAX);
    let told = worst.outbreak().and_then(|outbreak| cause(findings, outbreak));
    // What one began with is said where that is not what the worst one did.
    let why = |other: &OperationVerdict| {
        let cause = other.outbreak().and_then(|outbreak| cause(findings, outbreak));
        cause
            .filter(|cause| told.as_ref() != Some(cause))
            .map_or_else(String::new, |cause| format!(", {cause}"))
    };
    // The badge of the run may be that of another operation than the one which lost most: it says why.
    let how = |other: &OperationVerdict| match other.badge {
        badge if badge <= worst.badge => String::new(),
        _ => format!("; {}", ending(findings, other)),
    };
    let mut said: Vec<String> = harmed
        .iter()
        .map(|other| format!("{}{}{}", harm::briefly(findings, other), why(other), how(other)))
        .collect();
    match more {
        0 => (),
        1 => said.push("1 other operation was harmed as well".to_owned()),
        n => said.push(format!("{n} other operations were harmed as well")),
    }
    let well: Vec<String> = others()
        .filter(|other| other.badge == Badge::Unharmed)
        .map(|other| format!("{} {}", other.class, other.operation))
        .collect();
    match &well[..] {
        [] => (),
        [only] => said.push(format!("{only} was unharmed")),
        [a, b] => said.push(format!("{a} and {b} were unharmed")),
        more => said.push(format!("{} other operations were unharmed", more.len())),
    }
    said.join("; ")
}

/// The same where no operation was harmed: how close it came.
fn unharmed(findings: &Findings) -> String {
    let hurt = hurt(findings.hurt.as_ref());
    if findings.verdict.worst.is_none() {
        return format!("Too few intents began to say anything: {hurt}.");
    }
    let names = |unmet: bool| {
        let all = marks(findings).into_iter().filter(|one| one.of.unmet == unmet);
        all.map(|one| one.words).collect::<Vec<String>>()
    };
    let (met, unmet) = (names(false), names(true));
    let trigger = match met.len() {
        0 => String::new(),
        1 => format!("; trigger: {}", met[0]),
        _ => format!("; triggers: {}", listed(&met)),
    };
    let idle = match unmet.len() {
        0 if met.is_empty() => "; there was no trigger".to_owned(),
        0 => String::new(),
        _ => format!("; {}, where no call comes", listed(&unmet)),
    };
    let chain = chain(findings).map_or_else(String::new, |chain| format!(" {}.", capital(&chain)));
    format!("No operation was down or degraded{trigger}{idle}.{chain} {}.", capital(&hurt))
}

/// Which tier left its normal range first of all, and how long after the start of the trigger.
fn chain(findings: &Findings) -> Option<String> {
    let detection = findings.detection.as_ref()?;
    let from = findings.marks.iter().find(|mark| !mark.unmet).map(|mark| mark.from);
    let all: Vec<&Symptom> = findings.symptoms.iter().collect();
    let after = detection.after_first.and(from).map(|from| (from, detection.at - from));
    first(findings, &all, after)
}

/// The same of one outbreak.
fn broke(findings: &Findings, outbreak: &Outbreak) -> Option<String> {
    let all: Vec<&Symptom> = outbreak.broke.iter().filter_map(|at| findings.symptoms.get(*at)).collect();
    let began = outbreak.triggers.iter().chain(&outbreak.beside).map(|at| findings.marks[*at].from);
    let acted = outbreak.act.map(|at| findings.happened.events[at].from);
    let at = all.first()?.at.mean;
    let began = acted.into_iter().chain(began).filter(|from| *from <= at).reduce(f64::max);
    first(findings, &all, began.map(|from| (from, at - from)))
}

/// The first of some tiers that left their normal range, how long after something began, and those that followed.
fn first(findings: &Findings, all: &[&Symptom], after: Option<(f64, f64)>) -> Option<String> {
    let (first, others) = all.split_first()?;
    let warmup = findings.stamp.warmup_seconds;
    let after = match after {
        None => String::new(),
        Some((from, _)) if from < warmup && first.at.mean <= warmup + 1.0 => {
            ", before anything was counted".to_owned()
        }
        Some((_, lag)) if is_at_once(lag) => " at once".to_owned(),
        Some((_, lag)) => format!(" after {}", time(lag)),
    };
    let own = others.iter().filter(|symptom| !symptom.handed_on);
    let then: Vec<&str> = own.map(|symptom| symptom.tier.as_str()).collect();
    let then = if then.is_empty() { String::new() } else { format!(", then {}", then.join(", ")) };
    Some(format!("{} broke first{after}{then}", first.tier))
}

fn hurt(hurt: Option<&Hurt>) -> String {
    let Some(Hurt { class, operation, kind }) = hurt else {
        return "no client asked for anything".to_owned();
    };
    match kind {
        HurtKind::Worst { success_rate } => {
            format!(
                "the least was {:.1} % success of {class} {operation} in five minutes",
                100.0 * success_rate
            )
        }
        HurtKind::Slowest { p99_seconds } => format!(
            "almost no intents failed, and the slowest 1 % of {class} {operation} took {}",
            time(*p99_seconds)
        ),
        HurtKind::Late { share, broken } => {
            let why = broken.as_ref().map_or_else(String::new, |broken| format!(" ({})", promise(broken)));
            format!(
                "almost no intents failed, but {:.1} % of {class} {operation} was answered late{why}",
                100.0 * share
            )
        }
    }
}

/// A promise that was broken: what came, and what was promised.
fn promise(broken: &Evidence) -> String {
    let what = match broken.metric() {
        Some(metric) if *metric == TTFT[P99] => "first token",
        Some(metric) if *metric == TPOT[P99] => "token time",
        _ => "answer",
    };
    format!("{what}: p99 {}, promised {}", time(broken.value.mean), time(broken.threshold))
}

/// That it was back and fell again, in the replication that is shown, and that it had other outbreaks.
fn again(findings: &Findings, worst: &OperationVerdict) -> String {
    let all: Vec<&Relapse> = worst.outbreaks.iter().flat_map(|one| &one.relapses).collect();
    let relapse = all.first().map(|first| {
        let times = match all.len() {
            1 => String::new(),
            n => format!(", {n} times in all"),
        };
        let (at, later) = (number::clock(first.back), time(first.again - first.back));
        let after = first.after.and_then(|at| findings.happened.events.get(at));
        let after = after.map_or_else(String::new, |act| format!(", {}", just_before(act, first.again)));
        format!("it was back at {at} and fell again {later} later{after}{times}")
    });
    let told = worst.outbreak();
    let others: Vec<&Outbreak> = worst.outbreaks.iter().filter(|one| Some(*one) != told).collect();
    let other = match &others[..] {
        [] => None,
        [only] => {
            let when = format!(
                "it was harmed from {} to {} as well",
                number::clock(only.from),
                number::clock(only.to)
            );
            let why = cause(findings, only)
                .filter(|cause| told.and_then(|told| self::cause(findings, told)).as_ref() != Some(cause));
            Some(format!("{when}{}", why.map_or_else(String::new, |why| format!(" ({why})"))))
        }
        several => Some(format!("it was harmed {} more times", several.len())),
    };
    relapse.into_iter().chain(other).collect::<Vec<_>>().join("; ")
}

/// What an operator did, or took back, before a service fell again.
fn just_before(act: &Happening, again: f64) -> String {
    let ended = act.from < act.to && act.to <= again + 1.0;
    let what = if ended { "the end of what was done" } else { "what was done" };
    format!("after {what}: {}", happening(act))
}

/// How it ended.
fn ending(findings: &Findings, worst: &OperationVerdict) -> String {
    let recovery = worst.recovery_seconds.as_ref().map_or(0.0, |e| e.mean);
    let many = worst.outbreak().is_some_and(|one| {
        let all = one.triggers.iter().chain(&one.beside).chain(&one.later);
        1 < all.filter(|at| findings.marks[**at].to <= one.to).count()
    });
    let over = if many { "the last trigger was over" } else { "the trigger was over" };
    let after = if is_at_once(recovery) {
        format!(" as soon as {over}")
    } else {
        format!(" {} after {over}", time(recovery))
    };
    match worst.badge {
        Badge::Unharmed | Badge::Dented => "it was back soon".to_owned(),
        Badge::HealedWithTrigger => format!("it was back as soon as {over}"),
        Badge::SelfHealed | Badge::SlowDrain => format!("it came back by itself{after}"),
        Badge::NeededIntervention => {
            format!("it was back{after}, once an operator had acted")
        }
        Badge::NeverCameBack => "it did not come back by itself before the run ended".to_owned(),
        Badge::Undecided => "the run ended too soon to say whether it comes back".to_owned(),
        Badge::Failing => "look at the capacity of the service first".to_owned(),
        Badge::Unsteady => "it went by itself, and may come again".to_owned(),
    }
}

/// A length of time in a sentence, shorter than a table writes it.
pub(super) fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.0} µs", s * 1e6),
        s if s < 1.0 => format!("{:.0} ms", s * 1e3),
        s if s < 120.0 => format!("{s:.1} s"),
        s if s < 6000.0 => format!("{:.1} min", s / 60.0),
        s if s < 3.0 * 3600.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_metrics::Subject;
    use brownout_stats::Estimate;

    fn said(kind: HurtKind) -> String {
        hurt(Some(&Hurt { class: "web".to_owned(), operation: "chat".to_owned(), kind }))
    }

    #[test]
    fn who_was_hurt_is_told_with_the_number_that_says_so() {
        assert_eq!(
            said(HurtKind::Slowest { p99_seconds: 9.0 }),
            "almost no intents failed, and the slowest 1 % of web chat took 9.0 s"
        );
        assert_eq!(
            said(HurtKind::Worst { success_rate: 0.5 }),
            "the least was 50.0 % success of web chat in five minutes"
        );
        assert_eq!(hurt(None), "no client asked for anything");
        let came = |key: &str, mean, threshold| Evidence {
            subject: Subject::Path { class: "web".to_owned(), operation: "chat".to_owned() },
            key: key.to_owned(),
            value: Estimate { mean, ci95: None, n: 1 },
            threshold,
        };
        assert_eq!(
            said(HurtKind::Late { share: 0.3, broken: Some(came(TTFT[P99].key, 5.2, 2.0)) }),
            "almost no intents failed, but 30.0 % of web chat was answered late (first token: p99 5.2 s, promised \
             2.0 s)"
        );
        assert_eq!(
            said(HurtKind::Late { share: 0.3, broken: Some(came(TPOT[P99].key, 0.03, 0.02)) }),
            "almost no intents failed, but 30.0 % of web chat was answered late (token time: p99 30 ms, promised \
             20 ms)"
        );
    }

    #[test]
    fn times_are_for_people() {
        assert_eq!(
            [5e-5, 0.25, 12.0, 300.0, 9000.0, 18000.0].map(time),
            ["50 µs", "250 ms", "12.0 s", "5.0 min", "150 min", "5.0 h"]
        );
    }
}
