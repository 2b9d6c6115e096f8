//! What keys of results are called in a sentence.

use brownout_analysis::findings::Badge;

/// A verdict's badge in words.
pub(crate) const fn badge(badge: Badge) -> &'static str {
    match badge {
        Badge::Steady => "no trigger, steady",
        Badge::Absorbed => "absorbed",
        Badge::SelfHealed => "self-healed",
        Badge::SlowDrain => "slow drain",
        Badge::NeededIntervention => "needed intervention",
        Badge::Unsteady => "no trigger, unsteady",
        Badge::Failing => "failing all along",
        Badge::NeverCameBack => "never came back",
        Badge::Undecided => "undecided",
    }
}

/// A reason's key in words that need no legend.
pub(crate) fn reason(key: &str) -> String {
    match key {
        "ok" => "answered",
        "timeout" => "timed out",
        "gave_up" => "gave up",
        "http_401" => "401 unauthorised",
        "http_429" => "429 too many requests",
        "http_500" => "500 error",
        "http_503" => "503 unavailable",
        "http_504" => "504 gateway timeout",
        "http_529" => "529 overloaded",
        other => return other.replace('_', " "),
    }
    .to_owned()
}
