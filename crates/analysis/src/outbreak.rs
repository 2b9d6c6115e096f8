//! Outbreaks: when an operation began to be harmed, and what it may have begun with.
//!
//! What began after the onset has not caused it, and what no call can meet has caused nothing. Of what is left, that
//! which began last is named first; what was going on already is named beside it. Whether the night would have been
//! well without it, only runs without it can tell.

use crate::findings::{Happened, Happening, HappeningKind, Mark, Symptom};
use crate::harm::Episode;
use brownout_model::{Change, Load, Model, Path, PathId, PathSet, TierId};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// An act within so many seconds before an outbreak may have begun it.
const ACT_SECONDS: f64 = 60.0;

/// An episode of the replication that is shown, with its relapses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outbreak {
    /// Seconds since the start of the run.
    pub from: f64,
    /// Seconds since the start of the run, of the last relapse.
    pub to: f64,
    /// How long it was down, in seconds.
    pub down_seconds: f64,
    /// It was not over when the run ended.
    pub open: bool,
    /// The triggers that it began with, by their places among the marks: the last ones that had begun.
    pub triggers: Vec<usize>,
    /// Triggers that had begun before those and were not over, where calls of the operation come.
    pub beside: Vec<usize>,
    /// Triggers that began while it lasted and were over with it, where calls of the operation come.
    pub later: Vec<usize>,
    /// Tiers that left their normal range while it lasted, where calls of the operation come, or of a starved one those
    /// of its users: by their places among the symptoms.
    pub broke: Vec<usize>,
    /// What was done as it began, by its place among what happened, where no trigger came after that.
    pub act: Option<usize>,
    /// When it was back and fell again.
    pub relapses: Vec<Relapse>,
}

/// A service that was back and fell again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relapse {
    /// Seconds since the start of the run until it was back.
    pub back: f64,
    /// Seconds since the start of the run until it fell again.
    pub again: f64,
    /// What had just been done or taken back, by its place among what happened.
    pub after: Option<usize>,
}

/// What happened in a run, and to what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Night<'a> {
    pub(crate) model: &'a Model,
    /// By [`Model::visits`].
    pub(crate) visits: &'a [PathSet],
    pub(crate) marks: &'a [Mark],
    pub(crate) happened: &'a Happened,
    pub(crate) symptoms: &'a [Symptom],
    /// How far the onsets of symptoms may be too early, in seconds.
    pub(crate) step: f64,
}

impl Night<'_> {
    /// The path of a class and an operation.
    pub(crate) fn path(&self, class: &str, operation: &str) -> Option<PathId> {
        let model = self.model;
        let named = |path: &Path| {
            model.classes[usize::from(path.class.0)].name == class
                && model.operations[usize::from(path.operation.0)].name == operation
        };
        model.paths.iter().position(named).map(|at| PathId(at as u8))
    }

    /// The outbreaks of one path; `block` is how far the borders of its episodes may be off, in seconds.
    pub(crate) fn outbreaks(&self, path: PathId, episodes: &[Episode], block: f64) -> Vec<Outbreak> {
        let mut all: Vec<Outbreak> = Vec::new();
        for episode in episodes {
            let before = all.last().map(|last| last.to);
            let goes_on =
                before.is_some_and(|before| episode.relapse || self.lasts(path, before..episode.from));
            if !goes_on {
                all.push(self.begun(path, episode, block));
            }
            let Some(outbreak) = all.last_mut() else { continue };
            if goes_on && episode.relapse {
                let (back, again) = (outbreak.to, episode.from);
                outbreak.relapses.push(Relapse { back, again, after: self.undone(path, back..again, block) });
            }
            outbreak.to = episode.to;
            outbreak.later = self.later(path, outbreak.from + block..episode.to);
            let ended = |at: &usize| episode.open || self.marks[*at].to <= episode.to + block;
            outbreak.later.retain(ended);
            outbreak.broke = self.broke(path, outbreak);
            outbreak.open = episode.open;
            outbreak.down_seconds += episode.down_seconds();
        }
        all
    }

    fn begun(&self, path: PathId, episode: &Episode, block: f64) -> Outbreak {
        let latest = episode.from + block;
        let begun = |(_, mark): &(usize, &Mark)| !mark.unmet && mark.from <= latest;
        let begun: Vec<(usize, &Mark)> = self.marks.iter().enumerate().filter(begun).collect();
        let last = begun.iter().map(|(_, mark)| mark.from).reduce(f64::max);
        let (with, before): (Vec<_>, Vec<_>) =
            begun.into_iter().partition(|(_, mark)| last.is_some_and(|last| last - block <= mark.from));
        // What went on when the service was back was not in its way.
        let ended = |mark: &Mark| episode.open || mark.to <= episode.to + block;
        let still =
            |(_, mark): &(usize, &Mark)| episode.from < mark.to && ended(mark) && self.is_near(path, mark);
        let act = self.act(episode, block).filter(|&at| last < Some(self.happened.events[at].from));
        let places = |marks: Vec<(usize, &Mark)>| marks.into_iter().map(|(at, _)| at).collect();
        let before = before.into_iter().filter(still).collect();
        let (triggers, beside) = match act {
            Some(_) => (Vec::new(), places([before, with.into_iter().filter(still).collect()].concat())),
            None => (places(with), places(before)),
        };
        let Episode { from, to, open, .. } = *episode;
        Outbreak {
            from,
            to,
            down_seconds: 0.0,
            open,
            triggers,
            beside,
            later: Vec::new(),
            broke: Vec::new(),
            act,
            relapses: Vec::new(),
        }
    }

    /// The last act around the time when a service was back for a while, or its end, where calls of the operation come.
    fn undone(&self, path: PathId, well: Range<f64>, block: f64) -> Option<usize> {
        let soon = well.start - block.max(ACT_SECONDS)..=well.end + block;
        let near = |event: &Happening| {
            let tier = self.model.change(event.change).and_then(Change::tier);
            tier.is_none_or(|tier| self.visits[usize::from(tier.0)].contains(path))
        };
        let acts = self.happened.events.iter().enumerate();
        let acts = acts.filter(|(_, event)| event.kind == HappeningKind::Act && near(event));
        let instant =
            |event: &Happening| [event.to, event.from].into_iter().find(|instant| soon.contains(instant));
        let timed = acts.filter_map(|(at, event)| Some((instant(event)?, at)));
        timed.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, at)| at)
    }

    /// Triggers that began within a time.
    fn later(&self, path: PathId, time: Range<f64>) -> Vec<usize> {
        let marks = self.marks.iter().enumerate().filter(|(_, mark)| self.is_near(path, mark));
        marks.filter(|(_, mark)| time.start < mark.from && mark.from < time.end).map(|(at, _)| at).collect()
    }

    /// Whether a trigger went on between two episodes: what flaps while its cause lasts is one outbreak.
    fn lasts(&self, path: PathId, gap: Range<f64>) -> bool {
        let covers = |mark: &&Mark| mark.from <= gap.start && gap.end <= mark.to;
        self.marks.iter().filter(covers).any(|mark| self.is_near(path, mark))
    }

    fn broke(&self, path: PathId, outbreak: &Outbreak) -> Vec<usize> {
        let begun = outbreak.triggers.iter().chain(&outbreak.beside).map(|at| self.marks[*at].from);
        let acted = outbreak.act.map(|at| self.happened.events[at].from);
        let from = begun.chain(acted).fold(outbreak.from, f64::min) - self.step;
        let paths = self.model.paths.len();
        let class = self.model.paths[usize::from(path.0)].class;
        let mates = (0..paths as u8)
            .map(PathId)
            .filter(|other| self.model.paths[usize::from(other.0)].class == class);
        let mates = mates.fold(PathSet::default(), PathSet::with);
        let comes = |symptom: &Symptom, of: PathSet| {
            let tier = self.model.tier(&symptom.tier);
            tier.is_some_and(|tier| self.visits[usize::from(tier.0)].0 & of.0 != 0)
        };
        let all = self.symptoms.iter().enumerate();
        let within = all.filter(|(_, one)| (from..=outbreak.to).contains(&one.at.mean));
        let of = |set: PathSet| within.clone().filter(|(_, one)| comes(one, set)).map(|(at, _)| at).collect();
        let own: Vec<usize> = of(PathSet::default().with(path));
        // A starved operation has no broken tier of its own: its users were stopped before.
        let is_own = own.iter().any(|at| !self.symptoms[*at].handed_on);
        let own = if is_own { own } else { of(mates) };
        let first = own.iter().map(|at| self.symptoms[*at].at.mean).fold(f64::INFINITY, f64::min);
        let broken: Vec<TierId> =
            own.iter().filter_map(|at| self.model.tier(&self.symptoms[*at].tier)).collect();
        let guests = of(self.guests(|tier| broken.contains(&tier)));
        // Guests come because what they use has failed: within two steps time does not tell which was first.
        let latest = first + 2.0 * self.step;
        let is_earlier = |at: &usize| {
            !own.contains(at) && !self.symptoms[*at].handed_on && self.symptoms[*at].at.mean <= latest
        };
        let mut all: Vec<usize> = guests.into_iter().filter(is_earlier).collect();
        all.extend(own);
        all
    }

    /// The paths of users who come to one of some tiers only as what they use has failed.
    fn guests(&self, tiers: impl Fn(TierId) -> bool) -> PathSet {
        let is_fallback = |load: &&Load| load.client.fallback.is_some_and(&tiers);
        let loads = self.model.loads.iter().filter(is_fallback);
        let paths = |load: &Load| {
            let class = load.class;
            let all = self.model.paths.iter().enumerate();
            all.filter(move |(_, path)| path.class == class).map(|(at, _)| PathId(at as u8))
        };
        loads.flat_map(paths).fold(PathSet::default(), PathSet::with)
    }

    /// Whether calls of a path come where a change happens. What happens elsewhere may reach them by a queue that they
    /// share with others, so it may be what an outbreak began with; beside a trigger it is not worth a word.
    fn is_near(&self, path: PathId, mark: &Mark) -> bool {
        // Those of one name are one mark together, as what happens to a region is to each of its tiers.
        let mut tiers = self.model.changes.iter().filter(|one| one.name == mark.name).map(Change::tier);
        // Guests bring with them what has failed where they come from.
        let visits = |tier: TierId| self.visits[usize::from(tier.0)];
        let guests = self.guests(|tier| visits(tier).contains(path));
        let comes = |tier: TierId| visits(tier).contains(path) || visits(tier).0 & guests.0 != 0;
        !mark.unmet && (mark.change.is_none() || tiers.any(|tier| tier.is_none_or(comes)))
    }

    /// What was done as an episode began, by its place.
    fn act(&self, episode: &Episode, block: f64) -> Option<usize> {
        let soon = episode.from - block.max(ACT_SECONDS)..=episode.from + block;
        let mut acts = self.happened.events.iter().enumerate();
        let near = |(_, event): &(usize, &Happening)| {
            event.kind == HappeningKind::Act && event.disturbs(self.model) && soon.contains(&event.from)
        };
        acts.rfind(near).map(|(at, _)| at)
    }
}
