//! What is true of a scene is simulated again at ten seeds before it is admitted, by plain shares of good answers: no
//! rule of harm and no search for causes has a part in it.

use super::scene::{Event, Scene, WARMUP};
use brownout::{Document, Overrides, Settings, Silent, Text, cases, simulate};
use std::fmt::Write as _;

/// Seeds of every truth.
pub(crate) const SEEDS: u32 = 10;
/// What has to hold in so many of them.
const MOST: u32 = 9;
/// Where those seeds begin: judges never see them.
const FIRST: u64 = 1_000;
/// Where the seeds begin under which a mitigation is tried.
const FRESH: u64 = 5_000;

/// How a night ended, in how many seeds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Probe {
    /// Of each load, in how many seeds over one in twenty-five failed while it lasted.
    harmed: Vec<u32>,
    /// Of each load, in how many seeds hardly any failed at all.
    fine: Vec<u32>,
    /// Of each load, in how many seeds all was well at the end.
    back: Vec<u32>,
    /// Of each load its share of good answers.
    pub(crate) served: Vec<f64>,
    pub(crate) runs: u64,
}

impl Probe {
    fn is_harmed(&self) -> bool {
        self.harmed.iter().any(|&seeds| MOST <= seeds)
    }

    fn is_unharmed(&self) -> bool {
        self.harmed.iter().all(|&seeds| seeds <= SEEDS - MOST)
    }

    fn is_fine(&self) -> bool {
        self.fine.iter().all(|&seeds| MOST <= seeds)
    }

    pub(crate) fn is_back(&self) -> bool {
        self.back.iter().all(|&seeds| MOST <= seeds)
    }

    fn is_gone(&self) -> bool {
        self.back.iter().any(|&seeds| seeds <= SEEDS - MOST)
    }
}

/// How it ended after its trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It came back in nearly all seeds.
    Heals,
    /// In hardly any.
    Stays,
    /// In some.
    Mixed,
}

/// A truth that was simulated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Admitted {
    pub(crate) end: End,
    pub(crate) runs: u64,
}

/// Runs those events of a scene under ten seeds, with some settings.
pub(crate) fn probe(scene: &Scene, kept: impl Fn(&Event) -> bool, set: &[(String, String)]) -> Probe {
    of_text(scene, &scene.text(kept), set, FIRST)
}

/// The whole scene with some settings, under seeds that no search has seen; none if it cannot be set.
pub(crate) fn fresh(scene: &Scene, set: &[(String, String)]) -> Probe {
    of_text(scene, &scene.text(|_| true), set, FRESH)
}

fn of_text(scene: &Scene, text: &str, set: &[(String, String)], seed: u64) -> Probe {
    let mut text = text.to_owned();
    let end = scene.seconds;
    let begins = scene.begins().min(end - 60.0);
    let windows = [
        ("< 96%", begins, (scene.over() + 40.0).max(begins + 60.0).min(end)),
        ("> 99%", WARMUP, end),
        ("> 95%", end - 60.0, end - 10.0),
    ];
    for (bound, from, to) in windows {
        for load in scene.names() {
            let _ = write!(
                text,
                "[[expect]]\nthat = \"{load}.success_rate {bound}\"\nwhen = \"{}s..{}s\"\n",
                from.round(),
                to.round()
            );
        }
    }
    let document = match Document::parse("planted.toml", &Text(text.clone())) {
        Ok(document) => document,
        Err(problems) => panic!("{problems:#?}\n{text}"),
    };
    let overrides =
        Overrides { set: set.to_vec(), seed: Some(seed), replications: Some(SEEDS), ..Overrides::default() };
    let cases = match cases(&document, &overrides) {
        Ok(cases) => cases,
        Err(problems) => panic!("{problems:#?}\n{text}"),
    };
    let settings = Settings { threads: 0, windows: false, beside: false, provenance: false };
    let found = simulate(&cases, settings, &[Silent]).expect("nothing interrupts it").remove(0);
    let passed: Vec<u32> = found.expectations.iter().map(|one| one.passed).collect();
    let loads = scene.loads.len();
    let served = scene.names().map(|load| {
        let class = brownout::metrics::Subject::Class(load.to_owned());
        found.values.get(&class, &brownout::metrics::clients::SUCCESS_RATE).map_or(1.0, |share| share.mean)
    });
    Probe {
        harmed: passed[..loads].to_vec(),
        fine: passed[loads..2 * loads].to_vec(),
        back: passed[2 * loads..].to_vec(),
        served: served.collect(),
        runs: SEEDS.into(),
    }
}

/// Simulates what a scene takes to be true, and settles what only a run can tell; why not, if it is not so.
pub(crate) fn admit(scene: &mut Scene) -> Result<Admitted, &'static str> {
    let all = probe(scene, |_| true, &[]);
    let mut runs = all.runs;
    if scene.truth.sets.is_empty() {
        return all.is_fine().then_some(Admitted { end: End::Heals, runs }).ok_or("it is not harmless");
    }
    if !all.is_harmed() {
        return Err("all of it harms none");
    }
    let innocent = probe(scene, |event| event.guilty.is_none(), &[]);
    runs += innocent.runs;
    if !innocent.is_fine() {
        return Err("the by-standers harm");
    }
    for set in &scene.truth.sets {
        let alone = |numbers: &[usize]| {
            let of = |event: &Event| event.guilty.is_none_or(|number| numbers.contains(&number));
            probe(scene, of, &[])
        };
        // What is all of it has been run already.
        let guilty = scene.events.iter().filter(|event| event.guilty.is_some()).count();
        if set.len() < guilty {
            runs += u64::from(SEEDS);
            if !alone(set).is_harmed() {
                return Err("what should be enough is not");
            }
        }
        for left in set.iter().filter(|_| 1 < set.len()) {
            let rest: Vec<usize> = set.iter().copied().filter(|one| one != left).collect();
            runs += u64::from(SEEDS);
            if !alone(&rest).is_unharmed() {
                return Err("a part of what should be needed is enough");
            }
        }
    }
    let end = match (all.is_back(), all.is_gone()) {
        (true, _) => End::Heals,
        (_, true) => End::Stays,
        _ => End::Mixed,
    };
    runs += settle(scene, end)?;
    Ok(Admitted { end, runs })
}

/// Whether it stays down is what the runs say; that a loop does it, what they say when that is cut.
fn settle(scene: &mut Scene, end: End) -> Result<u64, &'static str> {
    if end != End::Stays {
        scene.truth.looped = None;
        return Ok(0);
    }
    if scene.truth.looped.is_none() {
        return Err("it stays down, and no loop was planned");
    }
    let from = scene.over();
    let ends = from < scene.seconds;
    let timed = |(path, value): &(String, String)| {
        let later = format!("{value}@{}ms..", (1e3 * from).ceil());
        (path.clone(), if ends { later } else { value.clone() })
    };
    let cut: Vec<(String, String)> = scene.truth.cut.iter().map(timed).collect();
    let without = probe(scene, |_| true, &cut);
    // What lasts goes on to cost a little; the loop cost most of it.
    let worst = |probe: &Probe| probe.served.iter().copied().fold(1.0, f64::min);
    let cuts = if ends { without.is_back() } else { 0.9 < worst(&without) };
    if cuts { Ok(without.runs) } else { Err("the cut of the loop does not bring it back") }
}
