//! What surges, faults, acts and leases are called: the one place that words them.

use super::names::and;
use crate::number::{grouped, short};
use brownout_analysis::findings::{Does, Findings, Happening, HappeningKind, Mark, MarkKind, What};
use brownout_units::Ratio;

/// Something with the words for it.
pub(crate) struct Worded<'a, T> {
    pub(crate) words: String,
    pub(crate) of: &'a T,
}

/// Triggers in order of time, those of one instant by their words.
pub(crate) fn marks(findings: &Findings) -> Vec<Worded<'_, Mark>> {
    worded(findings.marks.iter(), |mark| mark.from, trigger)
}

/// What happened in order of time, what began at one instant by its words.
pub(crate) fn happenings(findings: &Findings) -> Vec<Worded<'_, Happening>> {
    worded(findings.happened.events.iter(), |event| event.from, happening)
}

/// In order of time, and by their words at one instant.
pub(super) fn worded<'a, T>(
    all: impl Iterator<Item = &'a T>,
    from: impl Fn(&T) -> f64,
    words: impl Fn(&T) -> String,
) -> Vec<Worded<'a, T>> {
    let mut worded: Vec<_> = all.map(|of| Worded { words: words(of), of }).collect();
    worded.sort_by(|a, b| from(a.of).total_cmp(&from(b.of)).then_with(|| a.words.cmp(&b.words)));
    worded
}

/// What kind of trigger it is.
pub(crate) const fn trigger_kind(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Surge => "surge",
        MarkKind::Fault => "fault",
        MarkKind::Override => "override",
    }
}

/// Many things of a kind that have different names.
pub(crate) const fn many(kind: HappeningKind) -> &'static str {
    match kind {
        HappeningKind::Act => "acts on the service",
        HappeningKind::Lease => "leases from other clouds",
        HappeningKind::Chance => "faults by chance",
        HappeningKind::Condition => "faults set off",
        HappeningKind::Chaos => "faults by chaos",
        HappeningKind::Lapse => "× a replica has no lease",
    }
}

/// A trigger: `migration of 1,000,000 users to web`.
pub(super) fn trigger(mark: &Mark) -> String {
    match &mark.what {
        What::Surge { load, title, users } => {
            format!("{} of {} users to {load}", title.as_deref().unwrap_or("surge"), grouped(*users))
        }
        what => says(what),
    }
}

/// Something that happened: `auth is down, by chance`; the same text for the same thing.
pub(super) fn happening(one: &Happening) -> String {
    let said = |by: &str, what: String| match &one.by {
        Some(name) => format!("{name}{by} {what}"),
        None => what,
    };
    let who = if one.one_replica { "a replica of " } else { "" };
    match (one.kind, &one.what) {
        (HappeningKind::Lapse, What::Tier { name, .. }) => format!("{who}{name} has no lease"),
        (HappeningKind::Lease, What::Tier { name, does: Does::Lease { replicas }, .. }) => {
            said(":", lease(name, *replicas))
        }
        (HappeningKind::Act, What::Tier { name, does: Does::Lease { replicas }, .. }) => {
            said("", format!("orders a {}", lease(name, *replicas)))
        }
        (HappeningKind::Act, What::Tier { name, does: Does::Scale { replicas }, .. }) => {
            said("", format!("scales {name} to {replicas}"))
        }
        (HappeningKind::Act, what @ What::Undo { .. }) => said("", says(what)),
        (HappeningKind::Chance, what) => format!("{who}{}, by chance", says(what)),
        (HappeningKind::Condition, what) => format!("{who}{}, set off", says(what)),
        (HappeningKind::Chaos, what) => format!("{who}{}, by chaos", says(what)),
        (HappeningKind::Act | HappeningKind::Lease | HappeningKind::Lapse, what) => {
            said(":", format!("{who}{}", says(what)))
        }
    }
}

/// What happens, and to what: `auth is down`.
pub(crate) fn says(what: &What) -> String {
    match what {
        What::Tier { name, does, only, replicas } => {
            format!("{name} {}{}", verb(does, only), on(replicas.as_ref()))
        }
        What::Surge { load, users, .. } => format!("{load} gets {} users more", grouped(*users)),
        What::Rise { load, factor } => format!("{load} at {}× its rate", short(&format!("{factor:.3}"))),
        What::Set { title } => set(title),
        What::Undo { name, what: None } => format!("takes back {name}"),
        What::Undo { what: Some(what), .. } => match &**what {
            What::Tier { name, does: Does::Scale { .. }, .. } => format!("scales {name} back"),
            What::Tier { name, does: Does::Lease { replicas }, .. } => {
                format!("gives back the {}", lease(name, *replicas))
            }
            what => format!("takes back: {}", says(what)),
        },
    }
}

/// An override in words: of `tier.auth.policies.quota.rate = "0/s"` that is `auth has policies.quota.rate = 0/s`.
fn set(title: &str) -> String {
    let key = title.split_once(" = ").and_then(|(path, value)| {
        let (name, key) = path.strip_prefix("tier.").or(path.strip_prefix("load."))?.split_once('.')?;
        Some(format!("{name} has {key} = {}", value.trim_matches('"')))
    });
    key.unwrap_or_else(|| title.to_owned())
}

/// What a tier does or suffers: what stands behind its name; where only a part of its calls does, that part is named.
fn verb(does: &Does, only: &[String]) -> String {
    let calls = match only {
        [] => "calls".to_owned(),
        names => format!("{} calls", and(names)),
    };
    let percent = |ratio: &Ratio| format!("{:.0} %", 100.0 * ratio.fraction());
    let said = match does {
        Does::Errors { ratio } => return format!("fails {} of {calls}", percent(ratio)),
        Does::Loss { ratio } if ratio.fraction() < 1.0 => {
            return format!("misses {} of its {calls}", percent(ratio));
        }
        Does::Shed { keep } => return format!("keeps {} of its {calls}", percent(keep)),
        Does::Hang => "hangs".to_owned(),
        Does::Slow { factor } => format!("is {factor}× slower"),
        Does::Crash => "is down".to_owned(),
        Does::Restart => "restarts".to_owned(),
        Does::Memory => "runs out of memory".to_owned(),
        Does::Leak => "loses workers".to_owned(),
        Does::Flush => "has its cache emptied".to_owned(),
        Does::Loss { .. } => "is cut off".to_owned(),
        Does::Unresolved => "is not resolved".to_owned(),
        Does::Latency { add } => format!("takes {add} longer each way"),
        Does::Divert { to, others: true, .. } => format!("fails over to {to}"),
        Does::Divert { to, keep, .. } if keep.fraction() <= 0.0 => format!("drains {to}"),
        Does::Divert { to, keep, .. } => format!("sends {to} {} of its share", percent(keep)),
        Does::QueueLimit { limit } => format!("has queues of {limit}"),
        Does::Lapse => "loses leases".to_owned(),
        Does::Lease { replicas } => format!("leases {replicas} replicas"),
        Does::Scale { replicas } => format!("has {replicas} replicas"),
    };
    if only.is_empty() { said } else { format!("{said} for {calls}") }
}

/// The part of its replicas that it happens to, where it is not all.
fn on(replicas: Option<&Ratio>) -> String {
    replicas.map_or_else(String::new, |share| {
        format!(" on {} % of its replicas", short(&format!("{:.1}", 100.0 * share.fraction())))
    })
}

/// Capacity of another cloud.
fn lease(tier: &str, replicas: u32) -> String {
    format!("lease of {replicas} for {tier}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_analysis::findings::ChangeId;

    fn tier(name: &str, does: Does) -> What {
        What::Tier { name: name.to_owned(), does, only: Vec::new(), replicas: None }
    }

    fn undo(what: Option<What>) -> What {
        What::Undo { name: "controller.oncall.step.0".to_owned(), what: what.map(Box::new) }
    }

    fn said(kind: HappeningKind, by: Option<&str>, what: What) -> String {
        let (by, one_replica) = (by.map(str::to_owned), by.is_none());
        let change = ChangeId(0);
        happening(&Happening { change, from: 1.0, to: 2.0, kind, by, one_replica, what })
    }

    #[test]
    fn triggers_are_named_after_what_they_do() {
        let named = |kind, what| {
            trigger(&Mark { change: None, name: String::new(), from: 1.0, to: 2.0, kind, what, unmet: false })
        };
        let load = || "web".to_owned();
        let surge = |title| What::Surge { load: load(), title, users: 1_000_000 };
        let keep =
            |percent| Does::Divert { to: "b".to_owned(), others: false, keep: Ratio::of_percent(percent) };
        for (kind, what, words) in [
            (MarkKind::Surge, surge(None), "surge of 1,000,000 users to web"),
            (MarkKind::Surge, surge(Some("rush".to_owned())), "rush of 1,000,000 users to web"),
            (MarkKind::Surge, What::Rise { load: load(), factor: 2.0 }, "web at 2× its rate"),
            (MarkKind::Surge, What::Rise { load: load(), factor: 2.5 }, "web at 2.5× its rate"),
            (MarkKind::Fault, tier("db", Does::Slow { factor: 4.0 }), "db is 4× slower"),
            (MarkKind::Fault, tier("db", Does::Loss { ratio: Ratio::ONE }), "db is cut off"),
            (MarkKind::Fault, tier("lb", keep(0)), "lb drains b"),
            (MarkKind::Fault, tier("lb", keep(25)), "lb sends b 25 % of its share"),
        ] {
            assert_eq!(named(kind, what), words);
        }
    }

    #[test]
    fn a_part_of_the_calls_is_named() {
        let of = |does, only: &[&str]| {
            let only = only.iter().map(|name| (*name).to_owned()).collect();
            says(&What::Tier { name: "auth".to_owned(), does, only, replicas: None })
        };
        for (does, only, words) in [
            (Does::Errors { ratio: Ratio::ONE }, &["login"][..], "auth fails 100 % of login calls"),
            (
                Does::Shed { keep: Ratio::of_percent(20) },
                &["free", "pro"],
                "auth keeps 20 % of its free and pro calls",
            ),
            (Does::Hang, &["a", "b", "c"], "auth hangs for a, b and c calls"),
            (Does::Slow { factor: 4.0 }, &[], "auth is 4× slower"),
        ] {
            assert_eq!(of(does, only), words);
        }
    }

    #[test]
    fn what_happened_names_its_cause_or_who_acted() {
        use HappeningKind::{Act, Chance, Chaos, Condition, Lapse, Lease};
        let lease = || tier("app", Does::Lease { replicas: 8 });
        let scale = || tier("app", Does::Scale { replicas: 16 });
        let by = Some("oncall");
        for (kind, by, what, words) in [
            (Chance, None, tier("app", Does::Crash), "a replica of app is down, by chance"),
            (Condition, None, tier("app", Does::Hang), "a replica of app hangs, set off"),
            (Chaos, None, tier("app", Does::Leak), "a replica of app loses workers, by chaos"),
            (Lapse, None, tier("app", Does::Lapse), "a replica of app has no lease"),
            (Act, by, tier("app", Does::QueueLimit { limit: 9 }), "oncall: app has queues of 9"),
            (Act, by, scale(), "oncall scales app to 16"),
            (Act, by, lease(), "oncall orders a lease of 8 for app"),
            (Lease, by, lease(), "oncall: lease of 8 for app"),
            (Act, by, undo(Some(scale())), "oncall scales app back"),
            (Act, by, undo(Some(lease())), "oncall gives back the lease of 8 for app"),
            (Act, by, undo(Some(tier("app", Does::Crash))), "oncall takes back: app is down"),
            (Act, by, undo(None), "oncall takes back controller.oncall.step.0"),
        ] {
            assert_eq!(said(kind, by, what), words);
        }
    }
}
