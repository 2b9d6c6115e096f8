//! The harm to every path in every replication, and to classes and the whole service by its worst operation.

use super::badge::{Basis, badge, recovery};
use super::block::{FINE, cut};
use super::course::{Course, Whose, measured};
use super::episode::{Episode, episodes};
use super::people::{absent, of_path};
use super::unserved::unserved;
use super::{Reference, closed_loads};
use brownout_metrics::{Badge, Harm, Subject};
use brownout_model::{Model, PathId, PathSet};
use brownout_observe::{Digest, Legend, Replication};
use std::ops::Range;

/// Fewer intents than this in all are too few to say anything.
const FEW: f64 = 12.0;

/// When triggers began and ended, and when operators acted, in one replication; in seconds since its start.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trouble {
    /// In order of their beginnings.
    pub(crate) triggers: Vec<Range<f64>>,
    pub(crate) acts: Vec<Act>,
    /// Of the acts, those that harm may begin with.
    pub(crate) disturbing: Vec<Range<f64>>,
}

/// Something that was done, or an answer that the file has to what happens.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    pub(crate) time: Range<f64>,
    /// The paths whose calls it can help; none where it takes capacity away.
    pub(crate) helps: PathSet,
}

/// What was found of one path in one replication.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) harm: Harm,
    pub(crate) episodes: Vec<Episode>,
    /// From the end of its trigger until the episode was over that decides the badge, in seconds, where it was over.
    pub(crate) recovery: Option<f64>,
    /// Too little was asked of it to say anything.
    pub(crate) few: bool,
    /// The usual length of a block, in seconds: how far the borders of episodes may be off.
    pub(crate) block: f64,
}

/// What was found of every path that is asked for, in one replication.
#[derive(Clone, Debug)]
pub(crate) struct Harms {
    /// By path.
    pub(crate) paths: Vec<(Subject, Found)>,
    /// Of each load its class, and how long its users would have been there and were not, in seconds.
    absent: Vec<(String, f64)>,
    /// What unserved intents are counted against.
    pub(crate) reference: Reference,
}

impl Harms {
    /// Of what nothing is asked about.
    pub(crate) fn none() -> Self {
        Harms { paths: Vec::new(), absent: Vec::new(), reference: Reference::Own }
    }

    /// Of a replication; `trouble` is what happened in it.
    pub(crate) fn find(model: &Model, legend: &Legend, of: &Replication, trouble: &Trouble) -> Self {
        let layout = &legend.layout;
        let closed = closed_loads(model);
        let asked = (0..layout.paths.len()).filter(|&path| layout.is_asked(path as u8));
        let path = |path: usize| {
            let closed = layout.loads_of(path as u8).any(|load| closed[load]);
            let declared = model.operations.iter().find(|one| one.name == layout.paths[path].1);
            let promised = declared.is_some_and(|one| one.slo.or(one.ttft).or(one.tpot).is_some());
            let (class, operation) = layout.paths[path].clone();
            let found = find(legend, of, Whose { path, closed, promised }, trouble);
            (Subject::Path { class, operation }, found)
        };
        let reference = if of.ideal.is_some() { Reference::Ideal } else { Reference::Own };
        let class = |load: usize| model.classes[usize::from(model.loads[load].class.0)].name.clone();
        let absent = (0..layout.loads).map(|load| (class(load), absent(legend, of, &[load])));
        Harms { paths: asked.map(path).collect(), absent: absent.collect(), reference }
    }

    /// The harm to a subject; none to tiers, and to what is not asked for.
    pub(crate) fn of(&self, subject: &Subject) -> Option<Harm> {
        let inside = |path: &Subject| match (subject, path) {
            (Subject::Run | Subject::Total, _) => true,
            (Subject::Class(wanted), Subject::Path { class, .. }) => wanted == class,
            (subject, path) => subject == path,
        };
        let founds = self.paths.iter().filter(|(path, _)| inside(path)).map(|(_, found)| found);
        let harm = founds.map(|found| (found.few, found.harm.clone())).reduce(worse).map(|(_, harm)| harm)?;
        let absent = self.absent.iter().filter(|(class, _)| match subject {
            Subject::Run | Subject::Total => true,
            Subject::Class(wanted) => wanted == class,
            _ => false,
        });
        Some(Harm { absent_minutes: absent.map(|(_, seconds)| seconds / 60.0).sum(), ..harm })
    }

    /// How a subject fared.
    pub(crate) fn badge(&self, subject: &Subject) -> Badge {
        self.of(subject).map_or(Badge::Undecided, |harm| harm.badge)
    }
}

/// Two operations together. One of which too little was asked says nothing about how both fared.
fn worse((few_a, a): (bool, Harm), (few_b, b): (bool, Harm)) -> (bool, Harm) {
    let badge = match (few_a, few_b) {
        (false, true) => a.badge,
        (true, false) => b.badge,
        _ => a.badge.max(b.badge),
    };
    let mut lockouts = a.lockouts;
    lockouts.merge(&b.lockouts);
    let sum = Harm {
        badge,
        episodes: a.episodes.max(b.episodes),
        relapses: a.relapses.max(b.relapses),
        minutes_down: a.minutes_down.max(b.minutes_down),
        minutes_degraded: a.minutes_degraded.max(b.minutes_degraded),
        asked: a.asked + b.asked,
        harmed_asked: a.harmed_asked + b.harmed_asked,
        harmed_served: a.harmed_served + b.harmed_served,
        failed: a.failed + b.failed,
        late: a.late + b.late,
        never_begun: a.never_begun + b.never_begun,
        open: a.open + b.open,
        people: a.people + b.people,
        lockouts,
        lockout_minutes: a.lockout_minutes + b.lockout_minutes,
        absent_minutes: 0.0,
        left: a.left + b.left,
        penalty: a.penalty + b.penalty,
        seconds: a.seconds.max(b.seconds),
    };
    (few_a && few_b, sum)
}

fn find(legend: &Legend, of: &Replication, whose: Whose, trouble: &Trouble) -> Found {
    let steps = measured(&of.run.pace, &legend.layout);
    let course = Course::new(of, whose, &steps);
    let few = course.intents() < FEW;
    let mut episodes = if few { Vec::new() } else { episodes(&course) };
    // What fails again while its trigger lasts was not back.
    for at in 1..episodes.len() {
        let (back, again) = (episodes[at - 1].to, episodes[at].from);
        episodes[at].relapse &= !trouble.triggers.iter().any(|one| one.start <= back && again <= one.end);
    }
    let answers = |digest: &Option<Digest>| {
        digest.as_ref().is_some_and(|digest| 0 < digest.pace.sum(whose.path, steps.clone()).answered())
    };
    // What not even the ideal answers is held against what began.
    let reference = match whose.closed {
        false if answers(&of.ideal) => Reference::Ideal,
        true if answers(&of.counterfactual) => Reference::Counterfactual,
        _ => Reference::Own,
    };
    let unserved = unserved(of, whose, &steps, reference);
    let asked = unserved.asked as f64;
    let blocks = cut(&course, 0..course.ticks.len(), FINE).len().max(1);
    let measured = course.seconds(0)..course.seconds(course.ticks.len());
    let length = measured.end - measured.start;
    let began = course.sum(0..course.ticks.len()).began.max(1) as f64;
    let lost = |episode: &Episode| {
        let counts = course.between(episode.from, episode.to);
        (counts.failed + counts.late) as f64 / began
    };
    let acts = acts(legend, whose.path, &episodes, trouble);
    let basis = Basis {
        triggers: &trouble.triggers,
        acts: &acts,
        disturbing: &trouble.disturbing,
        lost: &lost,
        block: (measured.end - measured.start) / blocks as f64,
        measured,
    };
    let (harmed_asked, harmed_served) = while_harmed(&course, &episodes);
    let people = of_path(legend, of, whose.path);
    let minutes = |of: fn(&Episode) -> f64| episodes.iter().map(of).sum::<f64>() / 60.0;
    let down = minutes(Episode::down_seconds);
    let harm = Harm {
        badge: if few { Badge::Undecided } else { badge(&episodes, &basis) },
        episodes: episodes.len() as f64,
        relapses: episodes.iter().filter(|episode| episode.relapse).count() as f64,
        minutes_down: down,
        minutes_degraded: minutes(Episode::seconds) - down,
        asked,
        harmed_asked,
        harmed_served,
        failed: unserved.failed as f64,
        late: unserved.late as f64,
        never_begun: unserved.never_begun as f64,
        open: unserved.open as f64,
        people: people.met,
        lockouts: people.lockouts,
        lockout_minutes: people.seconds / 60.0,
        absent_minutes: 0.0,
        left: people.left,
        penalty: 0.0,
        seconds: length,
    };
    let micro = legend.layout.penalties[whose.path] as f64;
    // Users who begin again and again may ask for more than they would have: no credit is below zero.
    let harm = Harm { penalty: 1e-6 * micro * harm.unserved().max(0.0), ..harm };
    let recovery = recovery(&episodes, &basis);
    Found { harm, episodes, recovery, few, block: basis.block }
}

/// The acts that may have helped a path: where its own calls come, or of a starved one those of its users.
fn acts(legend: &Legend, path: usize, episodes: &[Episode], trouble: &Trouble) -> Vec<Range<f64>> {
    let paths = &legend.layout.paths;
    let starved = episodes.iter().flat_map(|one| &one.spans).any(|span| span.state.is_starved());
    let its = |other: usize| other == path || starved && paths[other].0 == paths[path].0;
    let set = (0..paths.len()).filter(|other| its(*other)).map(|other| PathId(other as u8));
    let set = set.fold(PathSet::default(), PathSet::with);
    let helpful = trouble.acts.iter().filter(|act| act.helps.0 & set.0 != 0);
    helpful.map(|act| act.time.clone()).collect()
}

/// Of its episodes: intents that began, or were to be answered if those are more, and those that were answered well.
fn while_harmed(course: &Course<'_>, episodes: &[Episode]) -> (f64, f64) {
    let mut sum = (0.0, 0.0);
    for episode in episodes {
        let counts = course.between(episode.from, episode.to);
        let expected: f64 = course.expected[course.steps(episode.from, episode.to)].iter().sum();
        sum.0 += expected.max(counts.began as f64).max(counts.good as f64);
        sum.1 += counts.good as f64;
    }
    sum
}
