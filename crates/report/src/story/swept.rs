//! Which points of a sweep were not run, and why, in words.

use crate::number::grouped;
use brownout_analysis::swept::Swept;

/// Reasons that are told apart.
const REASONS_MAX: usize = 5;

/// A sentence for those that conditions leave out, and one for those that are no scenarios; nothing if all were run.
pub(crate) fn skipped(swept: &Swept) -> Vec<String> {
    let mut said = Vec::new();
    let left: u64 = swept.left_out.iter().map(|(_, count)| count).sum();
    if 0 < left {
        let points = if left == 1 { "further point was" } else { "further points were" };
        said.push(format!(
            "{} {points} left out by conditions: {}.",
            grouped(left),
            listed(swept.left_out.clone(), "not")
        ));
    }
    let invalid = swept.invalid();
    let count: u64 = invalid.iter().map(|(_, count)| count).sum();
    if 0 < count {
        let of = grouped(swept.points.len() as u64);
        let verbs =
            if count == 1 { "is no valid scenario and was" } else { "are no valid scenarios and were" };
        said.push(format!(
            "{} of {of} points {verbs} not run: {}.",
            grouped(count),
            listed(invalid, "since")
        ));
    }
    said
}

/// `8 not a <= b, 4 not b <= c`.
fn listed(reasons: Vec<(String, u64)>, word: &str) -> String {
    let more = reasons.len().saturating_sub(REASONS_MAX);
    let one = |(reason, count): (String, u64)| {
        format!(
            "{} {word} {}",
            grouped(count),
            reason.lines().next().unwrap_or(&reason).trim_end_matches('.')
        )
    };
    let mut all: Vec<String> = reasons.into_iter().take(REASONS_MAX).map(one).collect();
    if 0 < more {
        all.push(format!("and {more} more reasons"));
    }
    all.join(", ")
}
