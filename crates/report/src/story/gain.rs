//! How the loop feeds itself that kept a service down, in one sentence with its number.

use crate::number;
use brownout_analysis::findings::{Findings, Gain, GainKind, TierGain};
use brownout_metrics::Unit;

/// A gain at or above which each call that is given up makes another one.
const FEEDS: f64 = 1.0;

/// What is said of the gain; nothing where there was no outbreak, or nothing that could feed itself.
pub(crate) fn gain(findings: &Findings) -> Option<String> {
    let gain = findings.gain.as_ref()?;
    let tier = gain.highest()?;
    let stays = stays(findings, gain);
    Some(format!("{} {}{stays}", made(gain, tier), verdict(tier)))
}

/// The same where no other runs were asked for: only of what fed itself and stayed down.
pub(crate) fn alone(findings: &Findings) -> Option<String> {
    let told = findings.gain.as_ref().filter(|gain| 0 < gain.down)?;
    let feeds = told.highest().is_some_and(|tier| FEEDS <= tier.gain.mean);
    feeds.then(|| gain(findings)).flatten()
}

/// What the gain is made of.
fn made(gain: &Gain, tier: &TierGain) -> String {
    let name = &tier.tier;
    let when = format!("From {} to {}", number::clock(gain.from), number::clock(gain.to));
    let load = number::plain(tier.load.mean, Unit::Times);
    let share = |value: f64| number::value(value, Unit::Share);
    let retries = match tier.again.mean {
        again if 0.005 < again => format!(", {} of it retries", share(again)),
        _ => String::new(),
    };
    match tier.kind {
        GainKind::Waste => format!(
            "{when} {load} what {name} can serve came to it{retries}, and {} of its busy time went into calls whose \
             callers had left.",
            share(tier.lost.mean)
        ),
        GainKind::Rotation => format!(
            "{when} {load} what all of {name} can serve came to it{retries}, and {} of its replicas were out of \
             rotation.",
            share(tier.lost.mean)
        ),
    }
}

/// What its number means: above 1 it goes on, below it dies out, and where the interval has both it is a matter of
/// chance.
fn verdict(tier: &TierGain) -> String {
    let number = number::estimate(&tier.gain, Unit::Count(""));
    let (low, high) = tier.gain.ci95.unwrap_or((tier.gain.mean, tier.gain.mean));
    match tier.kind {
        _ if low < FEEDS && FEEDS < high => {
            format!("The gain of that loop is Γ = {number}: about 1, so chance decides.")
        }
        GainKind::Waste if FEEDS <= tier.gain.mean => {
            format!("The gain of that loop is Γ = {number}: above 1, it feeds itself.")
        }
        GainKind::Rotation if FEEDS <= tier.gain.mean => {
            format!("The gain of that loop is Γ = {number}: above 1, those that are left break as well.")
        }
        _ => format!("The gain of that loop is Γ = {number}: below 1, it dies out by itself."),
    }
}

/// How often it stays down, where replications differ.
fn stays(findings: &Findings, gain: &Gain) -> String {
    let (Some(stays), Some(worst)) = (gain.stays(), findings.verdict.worst()) else { return String::new() };
    format!(
        " {} was still down at the end of {} of {} runs: {}.",
        format_args!("{} {}", worst.class, worst.operation),
        gain.down,
        gain.replications,
        number::estimate(&stays, Unit::Share)
    )
}
