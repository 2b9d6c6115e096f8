//! What really happened in one run, in words: groups for charts, lines for the timeline.

use crate::number;
use crate::story::Event;
use crate::story::changes::{Worded, happenings, many};
use brownout_analysis::findings::{Findings, Happening, HappeningKind};

/// The same thing more often than this is one line of the timeline.
const LINES_MAX: usize = 12;

/// Happenings under one name, in order of time; there is at least one.
pub(crate) struct Group<'a> {
    /// The words for the first of them.
    words: &'a str,
    pub(crate) name: String,
    pub(crate) kind: HappeningKind,
    pub(crate) events: Vec<&'a Happening>,
}

/// Those of one label together, and of the kinds in `folded` all of them; in order of the first.
pub(crate) fn groups<'a>(
    events: impl IntoIterator<Item = &'a Worded<'a, Happening>>,
    folded: &[HappeningKind],
) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for Worded { words, of: one } in events {
        let is_folded = folded.contains(&one.kind);
        let same = |group: &&mut Group<'a>| group.kind == one.kind && (is_folded || group.words == words);
        match groups.iter_mut().find(same) {
            Some(group) => group.events.push(one),
            None => groups.push(Group { words, name: String::new(), kind: one.kind, events: vec![one] }),
        }
    }
    for group in &mut groups {
        group.name = name(group, folded.contains(&group.kind));
    }
    groups
}

fn name(group: &Group<'_>, is_folded: bool) -> String {
    let (words, count) = (group.words, group.events.len());
    let times = number::grouped(count as u64);
    match (count, is_folded) {
        (1, _) => words.to_owned(),
        (_, false) => format!("{times} × {words}"),
        (_, true) => format!("{times} {}", many(group.kind)),
    }
}

/// Of the kinds that are not folded yet the one with most labels, if any has more than one.
pub(crate) fn to_fold(groups: &[Group<'_>], folded: &[HappeningKind]) -> Option<HappeningKind> {
    let count = |kind: HappeningKind| groups.iter().filter(|group| group.kind == kind).count();
    let kinds = groups.iter().map(|group| group.kind).filter(|kind| !folded.contains(kind));
    kinds.max_by_key(|&kind| (count(kind), std::cmp::Reverse(kind))).filter(|&kind| 1 < count(kind))
}

/// Of which run they are.
pub(crate) fn of_which_run(findings: &Findings) -> String {
    match findings.stamp.replications {
        1 => "What happened:".to_owned(),
        n => format!("What happened in the first of {n} replications:"),
    }
}

/// Lines for the timeline: one for each, or one for all that are too many of a kind.
pub(crate) fn lines(findings: &Findings) -> Vec<Event> {
    let all = happenings(findings);
    let run = if findings.stamp.replications == 1 { "" } else { " (first replication)" };
    let mut lines = Vec::new();
    for group in groups(&all, &[]) {
        let words = group.words;
        if let [first, .., last] = group.events[..]
            && LINES_MAX < group.events.len()
        {
            let text = format!(
                "{words}: {} times, the last at {}{run}",
                number::grouped(group.events.len() as u64),
                number::clock(last.from)
            );
            lines.push(Event { at: first.from, text });
            continue;
        }
        lines.extend(group.events.iter().map(|one| {
            let until =
                if one.from < one.to { format!(", until {}", number::clock(one.to)) } else { String::new() };
            Event { at: one.from, text: format!("{words}{until}{run}") }
        }));
    }
    if let (Some(last), more @ 1..) = (all.last(), findings.happened.left_out) {
        let text = format!("after this, {} more were not kept one by one{run}", number::grouped(more));
        lines.push(Event { at: last.of.from, text });
    }
    lines
}
