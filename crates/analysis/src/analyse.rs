//! From digests to findings: every number of every replication, its interval over them, and what follows from that.

use crate::expect::{self, Badges};
use crate::findings::{Findings, Mark, Path, Service, Stamp, Tier, Values};
use crate::goodput::PathList;
use crate::happened::happened;
use crate::lines::Lines;
use crate::marks::marks;
use crate::symptom::symptoms;
use crate::verdict::{Course, courses, verdict};
use brownout_metrics::Expect;
use brownout_model::{Model, Operation};
use brownout_observe::{Digest, Legend};
use brownout_units::Span;
use std::collections::BTreeMap;
use std::ops::Range;

/// What was simulated, and what is asked of it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The service, and what happens to it.
    pub model: &'a Model,
    /// The legend of its digests.
    pub legend: &'a Legend,
    /// What is expected of the result.
    pub expectations: &'a [Expect],
}

/// The findings of all replications of a case. `stamp` says where they come from; what digests know of that (events,
/// fingerprint, replications) is filled in.
///
/// # Panics
/// If there is no digest, or a digest has not kept what an expectation asks for.
pub fn analyse(case: &Case<'_>, digests: &[Digest], stamp: Stamp) -> Findings {
    assert!(!digests.is_empty(), "an analysis needs a digest");
    let Case { model, legend, expectations } = *case;
    let marks = marks(model);
    let baseline = baseline(legend, &marks);
    let judge = |whose: &PathList| courses(legend, digests, whose, &baseline, &marks);
    let courses = judge(&PathList::all(legend));
    let asked =
        legend.layout.paths.iter().enumerate().filter(|(path, _)| legend.layout.is_asked(*path as u8));
    let by_class: BTreeMap<String, Vec<Course>> =
        asked.map(|(_, (class, _))| (class.clone(), judge(&PathList::class(legend, class)))).collect();
    let badges = Badges::new(&courses, &by_class);
    let findings = Findings {
        stamp: stamped(stamp, digests),
        service: service(model, legend),
        verdict: verdict(&courses, &by_class),
        values: Values::of(legend, digests),
        symptoms: symptoms(legend, digests, &baseline),
        hurt: None,
        detection: None,
        causes: Vec::new(),
        retrying: Vec::new(),
        advice: Vec::new(),
        expectations: expectations.iter().map(|e| expect::hold(e, legend, digests, &badges)).collect(),
        happened: happened(model, &digests[0]),
        lines: Lines::of(legend, digests),
        marks,
    };
    findings.conclude()
}

/// The windows from the end of the warm-up to the trigger; at least one, and a third of the run if nothing happens.
fn baseline(legend: &Legend, marks: &[Mark]) -> Range<usize> {
    let measured = legend.layout.measured();
    let window = legend.layout.window.as_secs_f64();
    let trigger = marks.iter().map(|mark| mark.from).fold(f64::INFINITY, f64::min);
    let end = if trigger.is_finite() {
        (trigger / window).floor() as usize
    } else {
        measured.start + measured.len().div_ceil(3)
    };
    measured.start..end.clamp((measured.start + 1).min(measured.end), measured.end)
}

fn stamped(stamp: Stamp, digests: &[Digest]) -> Stamp {
    let fingerprint = digests.iter().fold(0u64, |all, one| brownout_observe::fold(all, one.fingerprint));
    Stamp {
        replications: digests.len() as u32,
        fingerprint: format!("{fingerprint:016x}"),
        events: digests.iter().map(|digest| digest.events).sum(),
        ..stamp
    }
}

fn service(model: &Model, legend: &Legend) -> Service {
    let layout = &legend.layout;
    let asked = layout.paths.iter().enumerate().filter(|(path, _)| layout.is_asked(*path as u8));
    let path = |(class, operation): &(String, String)| {
        let declared = model.operations.iter().find(|declared| declared.name == *operation);
        let promised = |of: fn(&Operation) -> Option<Span>| declared.and_then(of).map(Span::as_secs_f64);
        Path {
            class: class.clone(),
            operation: operation.clone(),
            slo_seconds: promised(|operation| operation.slo),
            ttft_slo_seconds: promised(|operation| operation.ttft),
            tpot_slo_seconds: promised(|operation| operation.tpot),
        }
    };
    let tier = |place: &brownout_observe::Place| Tier {
        name: place.name.clone(),
        kind: place.kind.clone(),
        calls: place.calls.clone(),
        tokens: place.tokens,
    };
    Service {
        paths: asked.map(|(_, names)| path(names)).collect(),
        tiers: layout.places[layout.loads..].iter().map(tier).collect(),
    }
}
