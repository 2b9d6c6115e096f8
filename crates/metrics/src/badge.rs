//! How an operation fared, in one word.

use serde::{Deserialize, Serialize};

/// How an operation fared, the best first; of a class or a run, how its worst operation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Badge {
    /// It has no episode.
    Unharmed,
    /// Degraded or late only, for at most five minutes and one in a hundred lost.
    Dented,
    /// It was back with the end of its trigger, within two blocks.
    HealedWithTrigger,
    /// It was back within the length of its trigger after it, or a minute if that is longer.
    SelfHealed,
    /// It was back later than that.
    SlowDrain,
    /// It was back after its trigger, and an operator had acted while it was not.
    NeededIntervention,
    /// It had episodes without a trigger.
    Unsteady,
    /// Too little was asked, or the run ended too soon, to say: it may have been worse than those before. No comparison
    /// holds for it.
    Undecided,
    /// Without a trigger it was down for more than half of the run, or down at its end for ten minutes and more.
    Failing,
    /// It was not back when the run ended, long after its trigger.
    NeverCameBack,
}

/// Words of earlier versions, and what to write instead.
const GONE: [(&str, &str); 2] = [("steady", "unharmed"), ("absorbed", "unharmed")];

impl Badge {
    /// All, the best first.
    pub const ALL: [Badge; 10] = [
        Badge::Unharmed,
        Badge::Dented,
        Badge::HealedWithTrigger,
        Badge::SelfHealed,
        Badge::SlowDrain,
        Badge::NeededIntervention,
        Badge::Unsteady,
        Badge::Undecided,
        Badge::Failing,
        Badge::NeverCameBack,
    ];

    /// As results and expectations write it.
    pub const fn key(self) -> &'static str {
        match self {
            Badge::Unharmed => "unharmed",
            Badge::Dented => "dented",
            Badge::HealedWithTrigger => "healed-with-trigger",
            Badge::SelfHealed => "self-healed",
            Badge::SlowDrain => "slow-drain",
            Badge::NeededIntervention => "needed-intervention",
            Badge::Unsteady => "unsteady",
            Badge::Failing => "failing",
            Badge::NeverCameBack => "never-came-back",
            Badge::Undecided => "undecided",
        }
    }

    /// The badge of that name.
    pub fn find(key: &str) -> Option<Badge> {
        Badge::ALL.into_iter().find(|badge| badge.key() == key)
    }

    /// What is written now instead of a word of earlier versions.
    pub fn instead_of(gone: &str) -> Option<&'static str> {
        GONE.into_iter().find(|(word, _)| *word == gone).map(|(_, now)| now)
    }
}
