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
/// Without a trigger, down for more than this part of the measured time it was failing.
const FAILING: f64 = 0.5;

/// What a badge is judged by, beside the episodes.
pub(crate) struct Basis<'a> {
    /// When triggers began and ended, in seconds, in order of their beginnings.
    pub(crate) triggers: &'a [Range<f64>],
    /// When operators acted, in seconds.
    pub(crate) acts: &'a [f64],
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
    let measured = basis.measured.end - basis.measured.start;
    let one = |episode: &Episode| {
        let short = episode.seconds() <= DENT_SECONDS && !episode.open && episode.down_seconds() <= 0.0;
        match trigger(episode, basis) {
            _ if short && (basis.lost)(episode) <= DENT_LOST => Badge::Dented,
            Some(trigger) => with_trigger(episode, trigger, basis),
            None if FAILING * measured < down => Badge::Failing,
            None if episode.open && OPEN <= episode.down_seconds() => Badge::Failing,
            None => Badge::Unsteady,
        }
    };
    episodes.iter().map(one).max().unwrap_or(Badge::Unharmed)
}

/// The trigger that an episode belongs to: the last one that had begun.
pub(crate) fn trigger<'a>(episode: &Episode, basis: &Basis<'a>) -> Option<&'a Range<f64>> {
    // A border may be off by one block.
    basis.triggers.iter().rev().find(|trigger| trigger.start <= episode.from + basis.block)
}

fn with_trigger(episode: &Episode, trigger: &Range<f64>, basis: &Basis<'_>) -> Badge {
    let length = trigger.end - trigger.start;
    if episode.open {
        let open = basis.measured.end - trigger.end.max(episode.from);
        let long = length.max(SELF_HEALED).max(OPEN_BLOCKS * basis.block);
        return if long.min(OPEN) <= open { Badge::NeverCameBack } else { Badge::Undecided };
    }
    let after = episode.to - trigger.end;
    if after <= SOON_BLOCKS * basis.block {
        return Badge::HealedWithTrigger;
    }
    if basis.acts.iter().any(|act| (episode.from..episode.to + basis.block).contains(act)) {
        return Badge::NeededIntervention;
    }
    if after <= length.max(SELF_HEALED) { Badge::SelfHealed } else { Badge::SlowDrain }
}
