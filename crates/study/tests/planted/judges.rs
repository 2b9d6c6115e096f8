//! The judges: one that runs the night again, one that sees what a dashboard shows, and two plain ones.

use super::scene::Kind;
use brownout::counterfactual::Counterfactuals;
use brownout::findings::{Findings, Gain, GainKind};
use brownout::metrics::{Metric, Subject, clients, tiers};
use brownout::model::{Body, Model};
use brownout::{
    Asking, Case, Document, Forgetful, Means, Overrides, Settings, Silent, Text, cases, causes, simulate,
};
use std::collections::BTreeMap;

/// What a judge that knows everything says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    /// Users were harmed.
    pub(crate) harmed: bool,
    /// Which sets of events are each enough.
    pub(crate) sets: Vec<Vec<String>>,
    /// The tier that broke first.
    pub(crate) first: Option<String>,
    /// What departed, for a developer: tier, sign, onset in seconds, and whether it was only handed on.
    pub(crate) symptoms: Vec<String>,
    /// What broke what: from which tier to which.
    pub(crate) edges: Vec<(String, String)>,
    /// What keeps it down, and where.
    pub(crate) looped: Option<(Kind, String)>,
    /// The highest gain.
    pub(crate) gain: Option<f64>,
    /// What it would do first.
    pub(crate) mitigation: Option<Mitigation>,
    pub(crate) runs: u64,
}

/// What a judge would do first.
#[derive(Clone, Debug)]
pub(crate) struct Mitigation {
    /// As settings.
    pub(crate) set: Vec<(String, String)>,
    /// The classes that it says are worse off then.
    pub(crate) worse: Vec<String>,
}

/// Asks `causes` of a scenario.
pub(crate) fn everything(text: &str) -> (Findings, Said) {
    let (case, document, overrides) = opened(text, 2);
    let settings = Settings { threads: 0, windows: false, beside: true, provenance: false };
    let cases = [case];
    let findings = simulate(&cases, settings, &[Silent]).expect("nothing interrupts it").remove(0);
    let asking = Asking { document: &document, overrides: &overrides };
    let means = Means { threads: 0, store: &Forgetful, events: None, watch: &Silent };
    let found = causes(asking, &cases[0], &findings, means).expect("runs end");
    let said = said(&cases[0].scenario.model, &findings, found.as_ref());
    (findings, said)
}

fn opened(text: &str, replications: u32) -> (Case, Document, Overrides) {
    let document = Document::parse("planted.toml", &Text(text.to_owned())).expect("a scenario");
    let overrides = Overrides { replications: Some(replications), ..Overrides::default() };
    let case = cases(&document, &overrides).expect("a scenario").remove(0);
    (case, document, overrides)
}

fn said(model: &Model, findings: &Findings, found: Option<&Counterfactuals>) -> Said {
    let Some(found) = found else { return Said::default() };
    let name = |at: &usize| findings.marks[*at].name.clone();
    let sets = found.trigger.iter().flat_map(|trigger| &trigger.sets);
    let mut sets: Vec<Vec<String>> = sets.map(|set| set.iter().map(name).collect()).collect();
    for set in &mut sets {
        set.sort();
    }
    sets.sort();
    let held = found.held.as_ref().filter(|held| held.unchanged.is_none());
    let loosened = held.and_then(|held| held.tried.iter().find(|one| held.loosens(one)));
    let cure = found.cures.first();
    let worse = |cure: &brownout::counterfactual::Cure| {
        let worse = cure.operations.iter().filter(|saved| saved.is_worse());
        let class = |saved: &brownout::counterfactual::Saved| match &saved.subject {
            Subject::Path { class, .. } => class.clone(),
            other => other.to_string(),
        };
        worse.map(class).collect::<Vec<String>>()
    };
    let mitigation = match loosened {
        Some(one) => Some(Mitigation { set: one.set.clone(), worse: Vec::new() }),
        None => cure.map(|cure| Mitigation { set: cure.set.clone(), worse: worse(cure) }),
    };
    Said {
        harmed: true,
        sets,
        first: first(findings),
        symptoms: symptoms(findings),
        edges: edges(model, findings),
        looped: looped(model, findings),
        gain: findings.gain.as_ref().and_then(Gain::highest).map(|tier| tier.gain.mean),
        mitigation,
        runs: found.runs as u64,
    }
}

/// The first tier of the outbreak that is told.
fn first(findings: &Findings) -> Option<String> {
    let outbreak = findings.verdict.worst()?.outbreak()?;
    outbreak.broke.first().map(|at| findings.symptoms[*at].tier.clone())
}

fn symptoms(findings: &Findings) -> Vec<String> {
    let one = |one: &brownout::findings::Symptom| {
        let handed = if one.handed_on { " handed on" } else { "" };
        format!("{} {:?} {:.0}{handed}", one.tier, one.sign.kind, one.at.mean)
    };
    findings.symptoms.iter().map(one).collect()
}

/// What broke what. It will come from the chain; until then each tier that is only handed what one that it calls does,
/// and has, is an edge.
fn edges(model: &Model, findings: &Findings) -> Vec<(String, String)> {
    let Some(outbreak) = findings.verdict.worst().and_then(|worst| worst.outbreak()) else {
        return Vec::new();
    };
    let broke: Vec<&str> = outbreak.broke.iter().map(|at| &findings.symptoms[*at].tier[..]).collect();
    let callers = findings.service.tiers.iter().filter(|tier| broke.contains(&&tier.name[..]));
    let of = |tier: &brownout::findings::Tier| {
        let called = tier.calls.iter().filter(|called| broke.contains(&&called[..])).cloned();
        called.map(|called| (called, tier.name.clone())).collect::<Vec<_>>()
    };
    let mut edges: Vec<(String, String)> = callers.flat_map(of).collect();
    // Users whose own tier has failed bring their calls to its fallback.
    let name = |at: brownout::model::TierId| model.tiers[usize::from(at.0)].name.clone();
    let fallbacks =
        model.loads.iter().filter_map(|load| Some((name(load.entry), name(load.client.fallback?))));
    edges.extend(fallbacks.filter(|(from, to)| broke.contains(&&from[..]) && broke.contains(&&to[..])));
    edges
}

/// What keeps it down: a gain of at least 1 where it was not back.
fn looped(model: &Model, findings: &Findings) -> Option<(Kind, String)> {
    let gain = findings.gain.as_ref().filter(|gain| gain.replications < 2 * gain.down)?;
    let tier = gain.highest().filter(|tier| 1.0 <= tier.gain.mean)?;
    let at = model.tier(&tier.tier)?;
    let fills_cache = model.tiers.iter().any(|caller| match &caller.body {
        Body::Station(station) => station.cache.is_some() && station.calls.iter().any(|call| call.to == at),
        _ => false,
    });
    let kind = match tier.kind {
        GainKind::Rotation => Kind::Ejection,
        GainKind::Waste if fills_cache && tier.again.mean < 0.1 => Kind::Cache,
        GainKind::Waste => Kind::Retry,
    };
    Some((kind, tier.tier.clone()))
}

/// What a dashboard shows: lines over time of one run.
pub(crate) fn telemetry(text: &str) -> Findings {
    let (case, ..) = opened(text, 1);
    let settings = Settings { threads: 0, windows: true, beside: false, provenance: false };
    simulate(&[case], settings, &[Silent]).expect("nothing interrupts it").remove(0)
}

/// What the judges that see telemetry alone say: a tier, or a load; none where all looks well.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blamed {
    /// The tier that departs first from its own baseline; of several the one that the others call.
    pub(crate) careful: Option<String>,
    /// The tier that departs first.
    pub(crate) earliest: Option<String>,
    /// The tier whose lines change most.
    pub(crate) largest: Option<String>,
}

/// Lines of a tier that an operator would look at.
const WATCHED: [&Metric; 7] = [
    &tiers::UTILISATION,
    &tiers::QUEUE_LENGTH,
    &tiers::IN_FLIGHT,
    &tiers::TIMEOUTS,
    &tiers::RETRIES,
    &tiers::REFUSALS,
    &tiers::HEAD_AGE_MAX,
];
/// The first part of the measured time is the baseline.
const BASELINE: f64 = 0.12;
/// A departure is so many deviations of the baseline above its mean, in two windows.
const DEVIATIONS: f64 = 6.0;

/// When and how far a line departs from its own first part.
fn departs(line: &[f64], at: &[f64], warmup: f64, floor: f64) -> Option<(f64, f64)> {
    let last = at.last()?;
    let until = warmup + BASELINE * (last - warmup);
    let usual: Vec<f64> = line
        .iter()
        .zip(at)
        .filter(|(v, t)| v.is_finite() && warmup < **t && **t <= until)
        .map(|(v, _)| *v)
        .collect();
    let mean = usual.iter().sum::<f64>() / (usual.len() as f64).max(1.0);
    let variance =
        usual.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (usual.len() as f64 - 1.0).max(1.0);
    let deviation = variance.sqrt().max(0.1 * mean).max(floor);
    let above = |v: f64| v.is_finite() && mean + DEVIATIONS * deviation < v;
    let after: Vec<(f64, f64)> =
        line.iter().zip(at).filter(|(_, t)| until < **t).map(|(v, t)| (*v, *t)).collect();
    let begin = after.windows(2).find(|pair| above(pair[0].0) && above(pair[1].0)).map(|pair| pair[0].1)?;
    let most = after.iter().map(|(v, _)| *v).filter(|v| v.is_finite()).fold(mean, f64::max);
    Some((begin, (most - mean) / deviation))
}

/// What judges say of what a dashboard shows.
pub(crate) fn blame(seen: &Findings, loads: &[&str]) -> Blamed {
    let (at, warmup) = (&seen.lines.at, seen.stamp.warmup_seconds);
    let failing = seen.lines.of_metric(&clients::SUCCESS_RATE).any(|(_, band)| {
        let bad: Vec<bool> = band.mean.iter().zip(at).map(|(v, t)| warmup < *t && *v < 0.95).collect();
        bad.windows(3).any(|three| three.iter().all(|bad| *bad))
    });
    if !failing {
        return Blamed::default();
    }
    let mut found: Vec<(f64, f64, usize, String)> = Vec::new();
    for (place, tier) in seen.service.tiers.iter().enumerate() {
        let lines = WATCHED.iter().filter_map(|metric| seen.lines.get(&tier.subject(), metric));
        let departed: Vec<(f64, f64)> =
            lines.filter_map(|band| departs(&band.mean, at, warmup, 0.05)).collect();
        let Some(begin) = departed.iter().map(|one| one.0).reduce(f64::min) else { continue };
        let most = departed.iter().map(|one| one.1).fold(0.0, f64::max);
        found.push((begin, most, place, tier.name.clone()));
    }
    let earliest = found.iter().min_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
    let largest = found.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    let begin = earliest.map_or(0.0, |one| one.0);
    let calls: BTreeMap<&str, &Vec<String>> =
        seen.service.tiers.iter().map(|tier| (&tier.name[..], &tier.calls)).collect();
    let together: Vec<&String> =
        found.iter().filter(|one| one.0 <= begin + 2.0 * seen.lines.window).map(|one| &one.3).collect();
    let deepest =
        together.iter().find(|tier| !calls[&tier[..]].iter().any(|called| together.contains(&called)));
    // A rise of what is asked for comes before any tier.
    let rises = loads.iter().find(|load| {
        let path = seen.service.paths.iter().find(|path| path.class == **load);
        let line = path.and_then(|path| seen.lines.get(&path.subject(), &clients::OFFERED_RATE));
        line.and_then(|band| departs(&band.mean, at, warmup, 0.5))
            .is_some_and(|one| one.0 <= begin + seen.lines.window)
    });
    Blamed {
        careful: rises.map(|load| format!("load {load}")).or_else(|| deepest.map(|tier| (*tier).clone())),
        earliest: earliest.map(|one| one.3.clone()),
        largest: largest.map(|one| one.3.clone()),
    }
}
