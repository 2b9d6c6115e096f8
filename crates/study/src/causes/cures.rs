//! What would have helped: every change under one seed, the best of them under three, and those that remain under ten.

use super::elements::Element;
use super::nights::Nights;
use crate::PlanError;
use brownout_analysis::compare::compare;
use brownout_analysis::counterfactual::{Cure, Remedy, saved};

/// Changes that are tried at all.
const SCREENED: usize = 40;
/// Those that are tried under more seeds, and how many.
const RANKED: (usize, u64) = (6, 3);
/// Those that are confirmed.
const CONFIRMED: usize = 4;
/// What saves less than this of what was unserved is not worth telling.
const SAVES: f64 = 0.05;

/// Cures, the best first, and what was tried in vain.
pub(super) fn find(nights: &Nights<'_>, elements: &[Element]) -> Result<(Vec<Cure>, Vec<Remedy>), PlanError> {
    let screened: Vec<&Element> = elements.iter().take(SCREENED).collect();
    let mut cures = ranked(nights, &screened, 1)?;
    let helps = |cure: &Cure| SAVES <= cure.share(&nights.operation);
    let vain = cures.iter().filter(|cure| !helps(cure)).map(|cure| cure.remedy.clone()).collect();
    cures.retain(helps);
    for (most, seeds) in [RANKED, (CONFIRMED, super::SEEDS)] {
        let again: Vec<&Element> = cures
            .iter()
            .take(most)
            .filter_map(|cure| elements.iter().find(|element| element.set == cure.set))
            .collect();
        let mut better = ranked(nights, &again, seeds)?;
        // Of the others what fewer runs say is kept, behind those that have more.
        let rest = cures.split_off(most.min(cures.len()));
        better.extend(rest.into_iter().filter(|cure| 1 < cure.seeds));
        cures = better;
    }
    cures.retain(|cure| helps(cure) && 1 < cure.seeds);
    Ok((cures, vain))
}

/// Some changes under some seeds, the one first that saves most of the operation.
fn ranked(nights: &Nights<'_>, elements: &[&Element], seeds: u64) -> Result<Vec<Cure>, PlanError> {
    let cases: Vec<_> = elements.iter().map(|element| element.case.clone()).collect();
    let found = nights.again(&cases, seeds)?;
    let before = nights.base(seeds);
    let cure = |(element, findings): (&&Element, &brownout_analysis::Findings)| {
        let versus = &compare(&[&before, findings]).others[0];
        Cure {
            remedy: element.remedy.clone(),
            set: element.set.clone(),
            seeds: seeds as u32,
            operations: saved(&before, versus),
            dollars_a_month: versus.cost.as_ref().map(|cost| cost.by.mean),
        }
    };
    let mut cures: Vec<Cure> = elements.iter().zip(&found).map(cure).collect();
    cures.sort_by(|a, b| b.share(&nights.operation).total_cmp(&a.share(&nights.operation)));
    Ok(cures)
}
