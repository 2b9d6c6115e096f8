//! How an operation fared, in one word: from its episodes, the triggers, and what operators did.

use super::Episode;
use brownout_metrics::Badge;
use std::ops::Range;

/// Only degraded, at most this many seconds and this share of all intents lost: a dent.
const DENT_SECONDS: f64 = 300.0;
const DENT_LOST: f64 = 0.01;
/// Back within this many blocks after its trigger, it healed with it.
const SOON_BLOCKS: f64 = 2.0;
/// Back within the length of its trigger, or this many seconds if that is longer, it healed by itself.
const SELF_HEALED: f64 = 60.0;
/// Still open after its trigger for as long as that, this many blocks, or …
const OPEN_BLOCKS: f64 = 5.0;
/// … this many seconds, it never came back.
const OPEN: f64 = 600.0;
/// An act within so many seconds before an episode, or one block if that is longer, may have begun it.
const ACT_SECONDS: f64 = 60.0;
/// Without a trigger, down for more than this part of the measured time it was failing.
const FAILING: f64 = 0.5;

/// What a badge is judged by, beside the episodes.
pub(crate) struct Basis<'a> {
    /// When triggers began and ended, in seconds, in order of their beginnings.
    pub(crate) triggers: &'a [Range<f64>],
    /// When operators acted, and until when what they did lasted, in seconds.
    pub(crate) acts: &'a [Range<f64>],
    /// Of the acts, those that harm may begin with.
    pub(crate) disturbing: &'a [Range<f64>],
    /// What an episode lost of all intents of the run.
    pub(crate) lost: &'a dyn Fn(&Episode) -> f64,
    /// The usual length of a block, in seconds.
    pub(crate) block: f64,
    /// The measured time, in seconds.
    pub(crate) measured: Range<f64>,
}

/// The worst of all episodes; nothing to tell without one.
pub(crate) fn badge(episodes: &[Episode], basis: &Basis<'_>) -> Badge {
    let down: f64 = episodes.iter().map(Episode::down_seconds).sum();
    episodes.iter().map(|episode| one(episode, down, basis)).max().unwrap_or(Badge::Unharmed)
}

/// From the end of its trigger until the episode was over that decides the badge, in seconds, where it was over and had
/// one.
pub(crate) fn recovery(episodes: &[Episode], basis: &Basis<'_>) -> Option<f64> {
    let down: f64 = episodes.iter().map(Episode::down_seconds).sum();
    let worst = episodes.iter().max_by_key(|episode| one(episode, down, basis))?;
    let ended = Some(worst).filter(|episode| !episode.open)?;
    Some((ended.to - over(ended, trigger(ended, basis)?, basis)).max(0.0))
}

/// The badge of one episode of a run that was down for so many seconds in all.
fn one(episode: &Episode, down: f64, basis: &Basis<'_>) -> Badge {
    let measured = basis.measured.end - basis.measured.start;
    let short = episode.seconds() <= DENT_SECONDS && !episode.open && episode.down_seconds() <= 0.0;
    match trigger(episode, basis) {
        _ if short && (basis.lost)(episode) <= DENT_LOST => Badge::Dented,
        Some(trigger) => with_trigger(episode, trigger, basis),
        None if FAILING * measured < down => Badge::Failing,
        None if episode.open && OPEN <= episode.down_seconds() => Badge::Failing,
        None => Badge::Unsteady,
    }
}

/// The trigger that an episode belongs to: the last one that had begun. Where an operator did something just
/// before it began, and no trigger came since, it is that.
pub(crate) fn trigger<'a>(episode: &Episode, basis: &Basis<'a>) -> Option<&'a Range<f64>> {
    // A border may be off by one block.
    let latest = episode.from + basis.block;
    let trigger = basis.triggers.iter().rev().find(|trigger| trigger.start <= latest);
    let soon = episode.from - basis.block.max(ACT_SECONDS);
    let near = |act: &&Range<f64>| (soon..=latest).contains(&act.start);
    let act = basis.disturbing.iter().rev().find(near);
    act.filter(|act| trigger.is_none_or(|trigger| trigger.start < act.start)).or(trigger)
}

/// When the last trigger was over before the episode was: its own, or one that came on top of it.
fn over(episode: &Episode, own: &Range<f64>, basis: &Basis<'_>) -> f64 {
    let later = basis.triggers.iter().filter(|other| own.start <= other.start && other.start < episode.to);
    let ends = later.map(|other| other.end).filter(|end| *end <= episode.to + basis.block);
    ends.fold(own.end, f64::max)
}

/// Whether an act may have brought the service back: it came before that, and is neither the trigger nor its undoing.
fn relieves(act: &Range<f64>, episode: &Episode, trigger: &Range<f64>) -> bool {
    let is = |a: f64, b: f64| a.total_cmp(&b).is_eq();
    let own = is(act.start, trigger.start) || is(act.start, trigger.end);
    !own && episode.from <= act.start && act.start < episode.to
}

fn with_trigger(episode: &Episode, trigger: &Range<f64>, basis: &Basis<'_>) -> Badge {
    let length = trigger.end - trigger.start;
    if episode.open {
        let open = basis.measured.end - trigger.end.max(episode.from);
        let long = length.max(SELF_HEALED).max(OPEN_BLOCKS * basis.block);
        return if long.min(OPEN) <= open { Badge::NeverCameBack } else { Badge::Undecided };
    }
    let after = episode.to - over(episode, trigger, basis);
    if after <= SOON_BLOCKS * basis.block {
        return Badge::HealedWithTrigger;
    }
    // What was done while the trigger went on is not why the service was back soon after its end.
    let late = |act: &Range<f64>| SELF_HEALED < after || episode.to - after <= act.start + basis.block;
    if basis.acts.iter().any(|act| relieves(act, episode, trigger) && late(act)) {
        return Badge::NeededIntervention;
    }
    if after <= length.max(SELF_HEALED) { Badge::SelfHealed } else { Badge::SlowDrain }
}
