//! `brownout plan PATH`: how many, how much, how far, what is cheapest.

use super::lab::{unanswered, write};
use crate::arguments::{Plain, Question as Plan};
use crate::failure::Failure;
use crate::source;
use brownout::answer::Wanted;
use brownout::{Ask, Asking, Case, Growing, Push, Question, ask};
use brownout_host::folder;
use brownout_terminal::lab::Lab;
use brownout_terminal::{again, progress, run_of};

pub(super) fn perform(typed: &Plan, quiet: bool) -> Result<(), Failure> {
    let source = source::open(&typed.which)?;
    let question = question(typed);
    let overrides = question.over(&typed.which.overrides());
    let document = source.document(&overrides)?;
    let base = Case::check(&document, &overrides)?;
    if !quiet {
        super::warn(std::slice::from_ref(&base));
    }
    let budget = u64::from(base.scenario.plan.budget);
    let lab = Lab::open(typed.runs.keeping(quiet), &source.name, &base, ("asking", budget));
    let lab = lab.map_err(Failure::Failed)?;
    let asking = Asking { document: &document, overrides: &overrides };
    let is_text = typed.format == Plain::Text;
    let out = typed.place.or(|| format!("{}-plan", source.name), is_text);
    if let Some(out) = &out {
        folder::try_out(out)?;
    }
    let which = (typed.which.path.as_str(), typed.which.confined);
    let open = |laid: &Vec<(String, String)>| run_of(which, &typed.which.overrides(), laid);
    let repeat = |value: Option<&str>| match value.filter(|_| typed.at.is_none()) {
        Some(value) => again(&["--from", "--to", "--step"], &["--at".to_owned(), value.to_owned()]),
        None => again(&[], &[]),
    };
    let answered = ask(&question, &base, asking, lab.means(), &repeat, &open);
    lab.close(&base);
    let answered = answered.map_err(|error| unanswered(&error))?;
    super::data(if is_text { &answered.text } else { &answered.json })?;
    write(out.as_deref(), &answered.files, (is_text, quiet))?;
    if answered.is_answer { Ok(()) } else { Err(Failure::Unmet(String::new())) }
}

/// What was typed, as a question.
fn question(typed: &Plan) -> Question {
    let bound = |wanted| move |path: &String| Ask::Bound { wanted, path: path.clone() };
    let tipping = |path: &String| Ask::Tipping { path: path.clone(), days: typed.days as usize };
    let growing = |(shown, a_month): &(String, f64)| {
        Ask::Growth(Growing {
            shown: shown.clone(),
            a_month: *a_month,
            lead: typed.lead.clone(),
            today: typed.today.unwrap_or_else(progress::today),
        })
    };
    let least = typed.least.as_ref().map(bound(Wanted::Least));
    let most = typed.most.as_ref().map(bound(Wanted::Most));
    let runs = u64::from(typed.which.replications.unwrap_or(10));
    let push = Push { factor: typed.push, runs };
    let hysteresis = |path: &String| Ask::Hysteresis { path: path.clone(), push };
    let others = typed.tipping.as_ref().map(tipping).or(typed.growth.as_ref().map(growing));
    let others = others.or(typed.hysteresis.as_ref().map(hysteresis));
    Question {
        ask: least.or(most).or(others).unwrap_or(Ask::Cheapest),
        range: typed.from.as_ref().zip(typed.to.as_ref()).map(|(from, to)| format!("{from}..{to}")),
        at: typed.at.clone(),
        step: typed.step.clone(),
        promise: typed.promise.clone(),
        average: typed.average.clone(),
        share: typed.share.clone(),
        confidence: typed.confidence.clone(),
        budget: typed.budget,
    }
}
