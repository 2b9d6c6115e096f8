//! Scores: each a count of so many.

use super::judges::{Blamed, Mitigation, Said};
use super::scene::{Kind, Scene, What};
use super::truth::{Admitted, End, fresh};
use std::collections::BTreeMap;

/// How often something is so, of how many.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    pub(crate) right: u32,
    pub(crate) of: u32,
}

impl Count {
    fn add(&mut self, right: bool) {
        self.right += u32::from(right);
        self.of += 1;
    }

    pub(crate) fn share(self) -> f64 {
        f64::from(self.right) / f64::from(self.of.max(1))
    }
}

/// What is scored, in the order of the page.
pub(crate) const ROWS: [Row; 12] = [
    Row { name: "trigger named first", goal: Some(0.95) },
    Row { name: "exact set of triggers", goal: Some(0.95) },
    Row { name: "exact set where it takes two, or either of two", goal: Some(0.90) },
    Row { name: "first tier", goal: Some(0.95) },
    Row { name: "path grounded to where users enter", goal: Some(0.95) },
    Row { name: "loop, or that there is none", goal: Some(0.90) },
    Row { name: "Γ on the right side of 1", goal: Some(0.95) },
    Row { name: "harmless nights that were left alone", goal: Some(0.98) },
    Row { name: "first mitigation recovers", goal: Some(0.95) },
    Row { name: "no operation is more than 1 % worse unannounced", goal: None },
    Row { name: "budget of runs kept", goal: None },
    Row { name: "outages noticed", goal: None },
];

/// A row of the scores.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// What it should be at least.
    pub(crate) goal: Option<f64>,
}

/// Runs that asking why may take.
const RUNS_MAX: u64 = 10 + 30 + 40 + 60 + 30;

/// Scores of the judge that knows everything, of those that see telemetry, and what was taken for what.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scores {
    pub(crate) rows: [Count; ROWS.len()],
    /// Careful, earliest, largest: the component named; and harmless nights that were left alone.
    pub(crate) telemetry: [Count; 3],
    pub(crate) quiet: Count,
    /// By template: exact sets, first tiers, loops.
    pub(crate) templates: BTreeMap<String, [Count; 4]>,
    /// True and said loop.
    pub(crate) loops: BTreeMap<(String, String), u32>,
    /// True and said number of sets and their size.
    pub(crate) sets: BTreeMap<(String, String), u32>,
    /// What was wrong, for a developer.
    pub(crate) wrong: Vec<String>,
    /// Runs that asking why took, and those that the truth took.
    pub(crate) runs: u64,
    pub(crate) truth_runs: u64,
}

/// The kind of a set in a word.
fn shape(sets: &[Vec<String>]) -> String {
    match sets {
        [] => "none",
        [one] if one.len() == 1 => "one",
        [_] => "and",
        _ => "or",
    }
    .to_owned()
}

/// The scores of one case as they are filled in, with what was wrong.
struct Sheet<'a> {
    rows: &'a mut [Count; ROWS.len()],
    wrong: Vec<String>,
}

impl Sheet<'_> {
    fn row(&mut self, at: usize, right: bool, why: impl FnOnce() -> String) -> bool {
        self.rows[at].add(right);
        if !right {
            self.wrong.push(format!("{} ({})", ROWS[at].name, why()));
        }
        right
    }

    /// What began it, where, and along which way; whether the set is exact, and the first tier right.
    fn began(&mut self, scene: &Scene, truth: &[Vec<String>], said: &Said) -> [bool; 2] {
        self.row(11, said.harmed, String::new);
        let top = said.sets.first().is_some_and(|set| truth.contains(set));
        self.row(0, top, || format!("{:?}", said.sets.first()));
        let exact = self.row(1, said.sets == truth, || format!("{:?} for {truth:?}", said.sets));
        if shape(truth) != "one" {
            self.row(2, exact, String::new);
        }
        let is_first = said.first.as_ref().is_some_and(|tier| scene.truth.first.contains(&&tier[..]));
        let why = || format!("{:?} for {:?}: {:?}", said.first, scene.truth.first, said.symptoms);
        let first = self.row(3, is_first, why);
        self.row(4, is_grounded(scene, said), || format!("{:?}", said.edges));
        [exact, first]
    }

    /// Whether the loop is right, and the side of its gain.
    fn kept(&mut self, looped: Option<&(Kind, String)>, end: End, said: &Said) -> [bool; 2] {
        let loops =
            self.row(5, looped == said.looped.as_ref(), || format!("{:?} for {looped:?}", said.looped));
        let side = said.gain.is_some_and(|gain| (1.0 <= gain) == (end == End::Stays));
        [loops, self.row(6, side, || format!("{:?} and {end:?}", said.gain))]
    }

    /// Whether the first mitigation recovers under seeds that no search has seen, and harms none unannounced.
    fn mitigated(&mut self, scene: &Scene, Mitigation { set, worse }: &Mitigation) {
        let (before, after) = (fresh(scene, &[]), fresh(scene, set));
        let mut pairs = before.served.iter().zip(&after.served);
        let gained = pairs.any(|(before, after)| before + 0.005 < *after);
        let why = || format!("{set:?}: {:?} to {:?}", before.served, after.served);
        self.row(8, after.is_back() && gained, why);
        let mut loads = scene.names().zip(before.served.iter().zip(&after.served));
        let silent = loads
            .any(|(load, (before, after))| *after + 0.01 < *before && !worse.iter().any(|one| one == load));
        self.row(9, !silent, || format!("{set:?}"));
    }
}

/// A loop in a word.
fn word(looped: Option<&(Kind, String)>) -> String {
    looped.map_or_else(|| "none".to_owned(), |(kind, _)| kind.word().to_owned())
}

impl Scores {
    /// Scores one case.
    pub(crate) fn add(&mut self, name: &str, template: &str, scene: &Scene, admitted: Admitted, said: &Said) {
        let truth = scene.true_sets();
        self.runs += said.runs;
        self.truth_runs += admitted.runs;
        *self.sets.entry((shape(&truth), shape(&said.sets))).or_default() += 1;
        let by = self.templates.entry(template.to_owned()).or_default();
        let mut sheet = Sheet { rows: &mut self.rows, wrong: Vec::new() };
        if truth.is_empty() {
            let quiet = !said.harmed || said.sets.is_empty();
            by[0].add(sheet.row(7, quiet, || format!("{:?}", said.sets)));
        } else {
            let [exact, first] = sheet.began(scene, &truth, said);
            by[0].add(exact);
            by[1].add(first);
            if admitted.end != End::Mixed {
                let looped = scene.truth.looped.map(|(kind, tier)| (kind, tier.to_owned()));
                *self.loops.entry((word(looped.as_ref()), word(said.looped.as_ref()))).or_default() += 1;
                let [loops, side] = sheet.kept(looped.as_ref(), admitted.end, said);
                by[2].add(loops);
                by[3].add(side);
            }
            sheet.row(10, said.runs <= RUNS_MAX, || format!("{} runs", said.runs));
            if let Some(mitigation) = &said.mitigation {
                sheet.mitigated(scene, mitigation);
            }
        }
        if !sheet.wrong.is_empty() {
            let wrong = format!("{name}: {}", sheet.wrong.join("; "));
            self.wrong.push(wrong);
        }
    }

    /// Scores the judges of telemetry.
    pub(crate) fn add_telemetry(&mut self, scene: &Scene, blamed: &Blamed) {
        if scene.truth.sets.is_empty() {
            return self.quiet.add(blamed.careful.is_none());
        }
        let guilty = components(scene);
        for (count, said) in
            self.telemetry.iter_mut().zip([&blamed.careful, &blamed.earliest, &blamed.largest])
        {
            count.add(said.as_ref().is_some_and(|said| guilty.contains(said)));
        }
    }
}

/// Where the guilty events are: any of these is right. A surge is at its load, and shows at the tier that breaks.
fn components(scene: &Scene) -> Vec<String> {
    let needed: Vec<usize> = scene.truth.sets.iter().flatten().copied().collect();
    let guilty = scene.events.iter().filter(|event| event.guilty.is_some_and(|one| needed.contains(&one)));
    let mut places: Vec<String> = Vec::new();
    for event in guilty {
        match &event.what {
            What::Fault { tier, .. } => places.push((*tier).to_owned()),
            What::Surge { load, .. } | What::Growth { load, .. } => {
                places.push(format!("load {load}"));
                places.extend(scene.truth.first.iter().map(|tier| (*tier).to_owned()));
            }
        }
    }
    places
}

/// Whether every edge that is said is of the truth or along it, and they lead from the first tier to where users enter.
fn is_grounded(scene: &Scene, said: &Said) -> bool {
    let Some(first) = &said.first else { return false };
    let is_true = |(from, to): &(String, String)| scene.truth.path.iter().any(|(a, b)| a == from && b == to);
    let true_edges: Vec<&(String, String)> = said.edges.iter().filter(|edge| is_true(edge)).collect();
    let mut reached = vec![first.clone()];
    let mut at = 0;
    while at < reached.len() {
        let here = reached[at].clone();
        for (_, to) in true_edges.iter().filter(|(from, _)| *from == here) {
            if !reached.contains(to) {
                reached.push(to.clone());
            }
        }
        at += 1;
    }
    true_edges.len() == said.edges.len()
        && scene.truth.path.last().is_some_and(|(_, end)| reached.iter().any(|one| one == end))
}
