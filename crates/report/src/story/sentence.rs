//! The verdict in one sentence: the trigger, the first tiers to break, who was hurt most, and how it ended.

use super::changes::marks;
use brownout_analysis::findings::{Evidence, Findings, Hurt, HurtKind, Verdict};
use brownout_analysis::is_at_once;
use brownout_metrics::clients::{TPOT, TTFT};
use brownout_metrics::{Badge, P99};

/// How a run ended, in one sentence.
pub fn sentence(findings: &Findings) -> String {
    let hurt = hurt(findings.hurt.as_ref());
    let trigger = match &marks(findings)[..] {
        [] => return alone(findings, &hurt),
        _ if findings.verdict.ill => {
            return format!(
                "The service was failing before anything happened to it: {hurt}. Look at its capacity first."
            );
        }
        [only] => capital(&only.words),
        [first, more @ ..] => format!("{} (and {} more)", capital(&first.words), more.len()),
    };
    let chain = chain(findings).unwrap_or_else(|| "no tier left its normal range".to_owned());
    format!("{trigger}: {chain}; {hurt}; {}.", ending(&findings.verdict))
}

/// The same where nothing was scheduled to happen: nothing has to come back.
fn alone(findings: &Findings, hurt: &str) -> String {
    let unscheduled = findings.happened.events.iter().any(|event| event.kind.is_fault());
    let trigger = if unscheduled { "No trigger was scheduled" } else { "No trigger" };
    let how = match findings.verdict.badge {
        Badge::Failing => {
            return format!("{trigger}, and failing from the beginning: {hurt}. Look at its capacity first.");
        }
        Badge::Steady => ", and steady",
        _ if findings.verdict.down => ", and yet it broke and was still down when the run ended",
        _ => ", and yet it broke and was back when the run ended",
    };
    let chain = chain(findings).map_or_else(String::new, |chain| format!("{chain}; "));
    format!("{trigger}{how}: {chain}{hurt}.")
}

/// Which tiers left their normal range, and how long after the start of the trigger the first of them did.
fn chain(findings: &Findings) -> Option<String> {
    let detection = findings.detection.as_ref()?;
    let after = match detection.after_first {
        None => String::new(),
        Some(lag) if is_at_once(lag) => " at once".to_owned(),
        Some(lag) => format!(" after {}", time(lag)),
    };
    let then: Vec<&str> = findings.symptoms.iter().skip(1).map(|symptom| symptom.tier.as_str()).collect();
    let then = if then.is_empty() { String::new() } else { format!(", then {}", then.join(", ")) };
    Some(format!("{} broke first{after}{then}", detection.tier))
}

fn hurt(hurt: Option<&Hurt>) -> String {
    let Some(Hurt { class, operation, kind }) = hurt else {
        return "no client asked for anything".to_owned();
    };
    match kind {
        HurtKind::Worst { success_rate } => {
            format!("{class} {operation} fell to {:.1} % success at worst", 100.0 * success_rate)
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

/// How it ended after a trigger.
fn ending(verdict: &Verdict) -> String {
    let recovery = verdict.recovery_seconds.as_ref().map_or(0.0, |e| e.mean);
    let after = if is_at_once(recovery) {
        ", as soon as the trigger was over".to_owned()
    } else {
        format!(", {} after the trigger was over", time(recovery))
    };
    match verdict.badge {
        Badge::Absorbed => "the service absorbed it".to_owned(),
        Badge::SelfHealed => format!("it healed by itself{after}"),
        Badge::NeededIntervention => format!("it was back after an operator had acted{after}"),
        Badge::SlowDrain => format!("it drained slowly and was back{after}"),
        Badge::NeverCameBack => "it did not come back by itself".to_owned(),
        Badge::Undecided => "the run ended before the trigger did".to_owned(),
        Badge::Failing => "it was failing all along".to_owned(),
        // Only without a trigger, which is told elsewhere; findings that were edited by hand may say otherwise.
        Badge::Steady => "it stayed as it was".to_owned(),
        Badge::Unsteady => "it left its normal range by itself".to_owned(),
    }
}

/// A length of time in a sentence, shorter than a table writes it.
pub(super) fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.0} µs", s * 1e6),
        s if s < 1.0 => format!("{:.0} ms", s * 1e3),
        s if s < 120.0 => format!("{s:.1} s"),
        s if s < 7200.0 => format!("{:.1} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

fn capital(text: &str) -> String {
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
        assert_eq!(said(HurtKind::Worst { success_rate: 0.5 }), "web chat fell to 50.0 % success at worst");
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
            [5e-5, 0.25, 12.0, 300.0, 9000.0].map(time),
            ["50 µs", "250 ms", "12.0 s", "5.0 min", "2.5 h"]
        );
    }
}
