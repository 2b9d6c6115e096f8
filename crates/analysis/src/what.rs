//! What a change does, with everything that the words for it need: names and numbers, no sentence.

use brownout_model::{Body, Change, Effect, Hits, Model, Path, PathId, PathSet, Site};
use brownout_units::{Ratio, Span};
use serde::{Deserialize, Serialize};

/// What a change of the model does, or a rise of a load's rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Something happens to a tier, or to all tiers of an area.
    Tier {
        /// The tier, or what the file named instead, such as `region eu`.
        name: String,
        /// What happens to it.
        does: Does,
        /// The calls that it happens to, where it is not all: operations (`login`), classes (`consumer`), or pairs
        /// (`web login`) where neither describes them.
        only: Vec<String>,
        /// The share of its replicas that it happens to, where it is not all of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replicas: Option<Ratio>,
    },
    /// A load gets extra users.
    Surge {
        /// The load.
        load: String,
        /// What the file calls the surge, if it does: `migration`.
        title: Option<String>,
        /// The number of extra users.
        users: u64,
    },
    /// The rate of a load rises far above its usual value.
    Rise {
        /// The load.
        load: String,
        /// Its highest rate as a multiple of the usual one.
        factor: f64,
    },
    /// A key of the scenario has another value.
    Set {
        /// As the override writes it: `tier.auth.policies.quota.rate = "0/s"`.
        title: String,
    },
    /// An earlier change is taken back.
    Undo {
        /// The name of that change: `controller.oncall.step.2`.
        name: String,
        /// What that change did; none if it took back another one itself.
        what: Option<Box<What>>,
    },
}

/// What happens to a tier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Does {
    /// Nothing moves.
    Hang,
    /// Everything takes longer.
    Slow {
        /// How many times as long.
        factor: f64,
    },
    /// It is down.
    Crash,
    /// Calls fail.
    Errors {
        /// The share of calls that fail.
        ratio: Ratio,
    },
    /// Its replicas restart.
    Restart,
    /// Memory runs out.
    Memory,
    /// Workers get lost one by one.
    Leak,
    /// The cache is emptied.
    Flush,
    /// Calls get lost on the way.
    Loss {
        /// The share of calls that get lost.
        ratio: Ratio,
    },
    /// The name is not resolved.
    Unresolved,
    /// A link takes longer.
    Latency {
        /// By this time each way.
        add: Span,
    },
    /// Calls are refused at the door.
    Shed {
        /// The share of calls that gets in.
        keep: Ratio,
    },
    /// A balancer sends another part of the usual share to some of its targets.
    Divert {
        /// The target by which it is described.
        to: String,
        /// All targets but that one get another part.
        others: bool,
        /// The part of their usual share that they get.
        keep: Ratio,
    },
    /// Queues have another limit.
    QueueLimit {
        /// The number of calls that may wait at a replica.
        limit: u32,
    },
    /// Leases are not renewed in time.
    Lapse,
    /// Replicas are leased from another cloud.
    Lease {
        /// The number of leased replicas.
        replicas: u32,
    },
    /// The number of replicas is set.
    Scale {
        /// That number.
        replicas: u32,
    },
}

impl What {
    /// What a change of the model does; none if it takes back a change that was taken out of the model.
    pub(crate) fn of(model: &Model, change: &Change) -> Option<Self> {
        let does = match change.effect {
            Effect::Hang => Does::Hang,
            Effect::Slow { factor } => Does::Slow { factor },
            Effect::Crash => Does::Crash,
            Effect::Errors { ratio } => Does::Errors { ratio },
            Effect::Restart { .. } => Does::Restart,
            Effect::Memory { .. } => Does::Memory,
            Effect::Leak { .. } => Does::Leak,
            Effect::Flush => Does::Flush,
            Effect::Loss { ratio, .. } => Does::Loss { ratio },
            Effect::Unresolved { .. } => Does::Unresolved,
            Effect::Latency { add } => Does::Latency { add },
            Effect::Shed { keep, .. } => Does::Shed { keep },
            Effect::Divert { target, others, keep } => {
                Does::Divert { to: target_of(model, change, target), others, keep }
            }
            Effect::QueueLimit { limit } => Does::QueueLimit { limit },
            Effect::Lapsed => Does::Lapse,
            Effect::Emergency { replicas, .. } => Does::Lease { replicas },
            Effect::Scale { replicas } => Does::Scale { replicas },
            Effect::Surge { users, .. } => {
                let (load, title) = (site(model, change).to_owned(), change.title.clone());
                return Some(What::Surge { load, title, users });
            }
            // A what-if is no event of the night: it is the question, not a part of the story.
            Effect::Set { .. } => return None,
            Effect::Undo(undone) => {
                let undone = model.change(undone)?;
                let is_undo = matches!(undone.effect, Effect::Undo(_));
                let what = if is_undo { None } else { What::of(model, undone).map(Box::new) };
                return Some(What::Undo { name: undone.name.clone(), what });
            }
        };
        let name = change.target.area.as_deref().unwrap_or_else(|| site(model, change)).to_owned();
        let only = only(model, change.paths());
        Some(What::Tier { name, does, only, replicas: replicas(change) })
    }
}

/// The share of the replicas that a change hits; none for all of them.
fn replicas(change: &Change) -> Option<Ratio> {
    let Hits::Share { from, to } = change.target.hits;
    let share = to.fraction().min(1.0) - from.fraction();
    Ratio::new(share).ok().filter(|_| change.target.hits != Hits::ALL)
}

/// The shortest names of a part of the paths; none for all of them.
fn only(model: &Model, part: PathSet) -> Vec<String> {
    let paths = || model.paths.iter().enumerate();
    let is_in = |at: usize| part.contains(PathId(at as u8));
    if paths().all(|(at, _)| is_in(at)) {
        return Vec::new();
    }
    let class = |path: &Path| model.classes[usize::from(path.class.0)].name.clone();
    let operation = |path: &Path| model.operations[usize::from(path.operation.0)].name.clone();
    let by = |name: &dyn Fn(&Path) -> String| -> Option<Vec<String>> {
        let mut names: Vec<String> =
            paths().filter(|(at, _)| is_in(*at)).map(|(_, path)| name(path)).collect();
        names.sort();
        names.dedup();
        paths().all(|(at, path)| is_in(at) == names.contains(&name(path))).then_some(names)
    };
    let pair = |path: &Path| format!("{} {}", class(path), operation(path));
    by(&operation).or_else(|| by(&class)).or_else(|| by(&pair)).unwrap_or_default()
}

/// The name of the tier or load that a change happens to.
fn site<'m>(model: &'m Model, change: &Change) -> &'m str {
    match change.target.site {
        Site::Tier(tier) => &model.tiers[usize::from(tier.0)].name,
        Site::Load(load) => &model.loads[usize::from(load.0)].name,
    }
}

/// The name of a target of the balancer that a change happens to.
fn target_of(model: &Model, change: &Change, target: u16) -> String {
    let tier = change.tier().map(|tier| &model.tiers[usize::from(tier.0)].body);
    let Some(Body::Balancer(balancer)) = tier else { panic!("{} diverts at no balancer", change.name) };
    model.tiers[usize::from(balancer.targets[usize::from(target)].to.0)].name.clone()
}
