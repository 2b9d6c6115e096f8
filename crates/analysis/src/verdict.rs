//! How a run ended: the badge of each operation, and of classes and the run by their worst one.

use crate::findings::{ClassVerdict, Episode, OperationVerdict, Reference, Verdict, worst_first};
use crate::harm::{Found, Harms, State};
use crate::outbreak::Night;
use brownout_metrics::{Badge, Subject};
use brownout_stats::{Estimate, Moments};
use std::collections::BTreeMap;

/// How one replication ended.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    /// None where nothing was asked.
    run: Option<Badge>,
    classes: Vec<(String, Badge)>,
    operations: Vec<(Subject, Found)>,
    reference: Reference,
}

impl Ended {
    pub(crate) fn of(harms: Harms) -> Self {
        let mut classes: Vec<(String, Badge)> = Vec::new();
        for (subject, _) in &harms.paths {
            let Subject::Path { class, .. } = subject else { continue };
            if !classes.iter().any(|(known, _)| known == class) {
                classes.push((class.clone(), harms.badge(&Subject::Class(class.clone()))));
            }
        }
        let run = (!harms.paths.is_empty()).then(|| harms.badge(&Subject::Run));
        Ended { run, classes, operations: harms.paths, reference: harms.reference }
    }
}

/// How all replications ended, taken one by one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Endings {
    run: Badges,
    classes: BTreeMap<String, Badges>,
    operations: Vec<Fared>,
    /// Of the first replication.
    reference: Option<Reference>,
}

impl Endings {
    pub(crate) fn add(&mut self, ended: Ended) {
        self.reference.get_or_insert(ended.reference);
        if let Some(badge) = ended.run {
            self.run.add(badge);
        }
        for (class, badge) in ended.classes {
            self.classes.entry(class).or_default().add(badge);
        }
        self.operations.resize_with(ended.operations.len(), Fared::default);
        for (fared, (subject, found)) in self.operations.iter_mut().zip(ended.operations) {
            fared.add(subject, found);
        }
    }

    /// Bytes of memory that are kept of each replication.
    pub(crate) fn bytes(&self) -> usize {
        let lists = self.operations.iter().map(|fared| &fared.episodes);
        lists
            .map(|list| list.iter().map(bytes).sum::<usize>() + list.capacity() * size_of::<Vec<Episode>>())
            .sum()
    }

    /// The verdict on all replications.
    pub(crate) fn verdict(self, night: &Night<'_>) -> Verdict {
        let badge = self.run.commonest();
        let shown = self.run.0.get(&badge).map_or(0, |had| had.first as usize);
        let told = |fared: Fared| fared.verdict(night, shown);
        let operations: Vec<OperationVerdict> = self.operations.into_iter().filter_map(told).collect();
        let of_all = worst(operations.iter()).cloned();
        let class = |(class, badges): (String, Badges)| {
            let of_class = operations.iter().filter(|operation| operation.class == class);
            let recovery_seconds = judged(of_class).and_then(|one| one.recovery_seconds);
            (class, ClassVerdict { badge: badges.commonest(), counts: badges.counts(), recovery_seconds })
        };
        Verdict {
            badge,
            counts: self.run.counts(),
            recovery_seconds: judged(operations.iter()).and_then(|one| one.recovery_seconds),
            worst: of_all.map(|worst| worst.subject()),
            shown,
            reference: self.reference.unwrap_or(Reference::Own),
            classes: self.classes.into_iter().map(class).collect(),
            operations,
        }
    }
}

fn bytes(episodes: &Vec<Episode>) -> usize {
    let spans: usize = episodes.iter().map(|episode| size_of_val(episode.spans.as_slice())).sum();
    episodes.capacity() * size_of::<Episode>() + spans
}

/// Which badges replications had.
#[derive(Clone, Debug, Default)]
struct Badges(BTreeMap<Badge, Had>);

/// The replications that had a badge.
#[derive(Clone, Copy, Debug)]
struct Had {
    count: u32,
    /// The number of the first of them.
    first: u32,
}

impl Badges {
    fn add(&mut self, badge: Badge) {
        let before = self.0.values().map(|had| had.count).sum();
        self.0.entry(badge).or_insert(Had { count: 0, first: before }).count += 1;
    }

    /// The commonest; a tie to the worse.
    fn commonest(&self) -> Badge {
        let most = self.0.iter().max_by_key(|(badge, had)| (had.count, **badge));
        most.map_or(Badge::Undecided, |(badge, _)| *badge)
    }

    /// How many replications had which.
    fn counts(&self) -> BTreeMap<String, u32> {
        self.0.iter().map(|(badge, had)| (badge.key().to_owned(), had.count)).collect()
    }
}

/// How one operation fared in all replications.
#[derive(Clone, Debug, Default)]
struct Fared {
    subject: Option<Subject>,
    badges: Badges,
    recoveries: Moments,
    minutes_down: Moments,
    unserved: Moments,
    /// How long each state lasted in all, in seconds, in the order in which they were first found.
    times: Vec<(State, f64)>,
    /// In some replication enough was asked of it.
    enough: bool,
    /// The longest usual length of a block, in seconds.
    block: f64,
    episodes: Vec<Vec<Episode>>,
}

impl Fared {
    fn add(&mut self, subject: Subject, mut found: Found) {
        self.subject.get_or_insert(subject);
        self.badges.add(found.harm.badge);
        self.recoveries.extend(found.recovery);
        self.minutes_down.add(found.harm.minutes_down);
        self.unserved.add(found.harm.unserved());
        self.enough |= !found.few;
        self.block = self.block.max(found.block);
        for span in found.episodes.iter().flat_map(|episode| &episode.spans) {
            let length = span.to - span.from;
            match self.times.iter_mut().find(|(state, _)| *state == span.state) {
                Some((_, sum)) => *sum += length,
                None => self.times.push((span.state, length)),
            }
        }
        for episode in &mut found.episodes {
            episode.spans.shrink_to_fit();
        }
        found.episodes.shrink_to_fit();
        self.episodes.push(found.episodes);
    }

    fn verdict(self, night: &Night<'_>, shown: usize) -> Option<OperationVerdict> {
        let Some(Subject::Path { class, operation }) = self.subject else { return None };
        let mostly = mostly(&self.times);
        let path = night.path(&class, &operation)?;
        let estimate = |moments: &Moments| Estimate::of_moments(moments, 0.95);
        let back = 0 < self.recoveries.count();
        Some(OperationVerdict {
            class,
            operation,
            badge: self.badges.commonest(),
            counts: self.badges.counts(),
            recovery_seconds: back.then(|| estimate(&self.recoveries).within(0.0, f64::INFINITY)),
            minutes_down: estimate(&self.minutes_down).within(0.0, f64::INFINITY),
            unserved: estimate(&self.unserved),
            mostly,
            few: !self.enough,
            outbreaks: self
                .episodes
                .get(shown)
                .map_or_else(Vec::new, |of| night.outbreaks(path, of, self.block)),
            episodes: self.episodes,
        })
    }
}

/// What it was like for the longest time, over all replications.
fn mostly(times: &[(State, f64)]) -> Option<State> {
    // A state in which most users got nothing says more than a longer one in which some did.
    let down = times.iter().any(|(state, _)| state.is_down());
    let kept = times.iter().filter(|(state, _)| state.is_down() == down);
    kept.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(state, _)| *state)
}

/// The operation that the badge of all comes from: the worst badge, and of those that share it the most harm.
fn judged<'a>(operations: impl Iterator<Item = &'a OperationVerdict>) -> Option<&'a OperationVerdict> {
    first_of(operations, |badge| badge)
}

/// Which operation fared worst: one that is not back before one that came back, then by harm. A longer outage that
/// ended with its trigger is worse than a shorter one that took a while.
fn worst<'a>(operations: impl Iterator<Item = &'a OperationVerdict>) -> Option<&'a OperationVerdict> {
    first_of(operations, end)
}

/// The worst of those whose badge is of the highest rank.
fn first_of<'a, R: Ord>(
    operations: impl Iterator<Item = &'a OperationVerdict>,
    rank: impl Fn(Badge) -> R,
) -> Option<&'a OperationVerdict> {
    let told: Vec<&OperationVerdict> = operations.filter(|operation| !operation.few).collect();
    let highest = told.iter().map(|operation| rank(operation.badge)).max()?;
    let kept = told.into_iter().filter(|operation| rank(operation.badge) == highest).collect();
    worst_first(kept).first().copied()
}

/// How an outage ended, coarsely: there was none, it came back, it cannot be said, it did not.
const fn end(badge: Badge) -> u8 {
    match badge {
        Badge::Unharmed => 0,
        Badge::Dented => 1,
        Badge::HealedWithTrigger
        | Badge::SelfHealed
        | Badge::SlowDrain
        | Badge::NeededIntervention
        | Badge::Unsteady => 2,
        Badge::Undecided => 3,
        Badge::Failing | Badge::NeverCameBack => 4,
    }
}
