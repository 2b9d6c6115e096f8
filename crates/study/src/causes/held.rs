//! What kept a service down: of all that can be changed in mid-run, what brings it back when it is changed as the
//! trigger ends, while it stays down if nothing is changed.

use super::elements::Element;
use super::nights::Nights;
use crate::laid::{Laid, over};
use crate::{Asking, Case, PlanError};
use brownout_analysis::Findings;
use brownout_analysis::counterfactual::{Held, Loosened, Remedy};
use brownout_analysis::findings::Outbreak;

/// The [`rank`] from which on a change does not cut a loop.
const OUTRUNS: u8 = 3;
/// What comes back within this many seconds after its trigger needs no loop to explain it.
const SOON: f64 = 60.0;
/// Changes that are tried.
const TRIED: usize = 10;
/// Those that are confirmed under more seeds, and how many.
const CONFIRMED: (usize, u64) = (4, 5);

/// What held an outbreak; none where it was over with its trigger, or the trigger lasted to its end.
pub(super) fn find(
    nights: &Nights<'_>,
    asking: Asking<'_>,
    findings: &Findings,
    outbreak: &Outbreak,
    elements: &[Element],
) -> Result<Option<Held>, PlanError> {
    let of = outbreak.triggers.iter().chain(&outbreak.beside).chain(&outbreak.later);
    let ends = of.map(|at| findings.marks[*at].to).filter(|end| *end < outbreak.to);
    let Some(at) = ends.reduce(f64::max).filter(|at| SOON < outbreak.to - at) else { return Ok(None) };
    let unchanged = back(nights, &nights.base(CONFIRMED.1), at);
    let unchanged = median(&unchanged);
    let mut ordered: Vec<&Element> = elements.iter().collect();
    ordered.sort_by_key(|element| rank(&element.remedy));
    let tried = ordered.into_iter().filter_map(|element| later(asking, element, at)).take(TRIED);
    let tried: Vec<Element> = tried.collect();
    let run = |tried: &[Element], seeds: u64| -> Result<Vec<Loosened>, PlanError> {
        let cases: Vec<Case> = tried.iter().map(|element| element.case.clone()).collect();
        let found = nights.again(&cases, seeds)?;
        let one = |(element, findings): (&Element, &Findings)| {
            let times = back(nights, findings, at);
            let came = times.iter().flatten().count() as u64;
            let (remedy, set) = (element.remedy.clone(), element.set.clone());
            Loosened { remedy, set, back: median(&times), came }
        };
        Ok(tried.iter().zip(&found).map(one).collect())
    };
    let mut first: Vec<(Loosened, usize)> =
        run(&tried, 1)?.into_iter().enumerate().map(|(place, one)| (one, place)).collect();
    let time = |one: &Loosened| one.back.unwrap_or(f64::INFINITY);
    // What cuts the loop comes before what outruns it, which under other seeds may not be fast enough.
    let cuts = |one: &Loosened| rank(&one.remedy) < OUTRUNS;
    let better = |a: &Loosened, b: &Loosened| {
        let back = b.back.is_some().cmp(&a.back.is_some());
        back.then(cuts(b).cmp(&cuts(a))).then(time(a).total_cmp(&time(b)))
    };
    first.sort_by(|a, b| better(&a.0, &b.0));
    let again: Vec<Element> =
        first.iter().take(CONFIRMED.0).map(|(_, place)| tried[*place].clone()).collect();
    let mut confirmed = run(&again, CONFIRMED.1)?;
    confirmed.sort_by(|a, b| b.came.cmp(&a.came).then(better(a, b)));
    Ok(Some(Held { at, unchanged, seeds: CONFIRMED.1, tried: confirmed }))
}

/// A change from an instant on; none where that cannot be changed while the service runs.
fn later(asking: Asking<'_>, element: &Element, at: f64) -> Option<Element> {
    let from = (1e3 * at).ceil();
    let timed = |(path, value): &(String, String)| (path.clone(), format!("{value}@{from}ms.."));
    let set: Laid = element.set.iter().map(timed).collect();
    let mut case = Case::at(asking.document, &over(asking.overrides, set.clone())).ok()?;
    case.scenario.expectations.clear();
    Some(Element { remedy: element.remedy.clone(), set, case })
}

/// What loops are made of comes first: retries, queues that are older than their callers. More capacity loosens any.
const fn rank(remedy: &Remedy) -> u8 {
    match remedy {
        Remedy::NoRetries { .. } | Remedy::NoCallRetries { .. } => 0,
        Remedy::QueueAge { .. } | Remedy::QueueLimit { .. } | Remedy::NewestFirst { .. } => 1,
        Remedy::NoComeBack { .. } => 2,
        Remedy::Replicas { .. } => OUTRUNS,
        Remedy::Without { .. } | Remedy::With { .. } => 4,
    }
}

/// From an instant until the operation was back, in seconds, in each run; none where it was not before the run ended.
fn back(nights: &Nights<'_>, findings: &Findings, at: f64) -> Vec<Option<f64>> {
    let operations = &findings.verdict.operations;
    let Some(operation) = operations.iter().find(|one| one.subject() == nights.operation) else {
        return Vec::new();
    };
    let one = |episodes: &Vec<brownout_analysis::findings::Episode>| {
        let after = episodes.iter().filter(|episode| at < episode.to);
        let last = after.max_by(|a, b| a.to.total_cmp(&b.to));
        match last {
            None => Some(0.0),
            Some(episode) if episode.open => None,
            Some(episode) => Some(episode.to - at),
        }
    };
    operation.episodes.iter().map(one).collect()
}

/// The median of the runs that came back; none where fewer than half did.
fn median(times: &[Option<f64>]) -> Option<f64> {
    let mut came: Vec<f64> = times.iter().flatten().copied().collect();
    came.sort_by(f64::total_cmp);
    let half = times.len() / 2;
    came.get(half).copied()
}
