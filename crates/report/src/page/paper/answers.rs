//! The pages of a planner's questions.

use super::{Grid, Paper, Part};
use crate::charts::lab;
use crate::story;
use crate::story::answer::{self, Growth};
use crate::story::sensitivity as sensitive;
use crate::{Chart, Error};
use brownout_analysis::answer::{Bounded, Cheapest, Terms, Tipping};
use brownout_analysis::hysteresis::Hysteresis;
use brownout_analysis::sensitivity::Sensitivity;

/// The page of the least or greatest value of a knob.
///
/// # Errors
/// [`Error::Draw`] where the drawing library refuses a shape; no answer can cause it.
pub fn bounded_paper(found: &Bounded, again: &str) -> Result<Paper, Error> {
    let sentence = answer::bounded::sentence(found);
    of_bounded(found, None, sentence, again)
}

/// The page of growth against lead time.
///
/// # Errors
/// As [`bounded_paper`].
pub fn growth_paper(found: &Bounded, growth: &Growth, again: &str) -> Result<Paper, Error> {
    of_bounded(found, Some(growth), answer::bounded::growth(found, growth), again)
}

fn of_bounded(
    found: &Bounded,
    growth: Option<&Growth>,
    sentence: String,
    again: &str,
) -> Result<Paper, Error> {
    let terms = &found.terms;
    let mut paper = paper(terms, sentence, found.answer.is_some(), found.runs);
    paper.text(answer::bounded::more(found));
    promises(&mut paper, terms, found.binding, &share(terms));
    show(&mut paper, "What was tried", lab::bounded(found, growth)?);
    paper.foot(again, notes(terms));
    Ok(paper)
}

/// The page of where a knob tips the service over.
///
/// # Errors
/// As [`bounded_paper`].
pub fn tipping_paper(found: &Tipping, again: &str) -> Result<Paper, Error> {
    let terms = &found.terms;
    let sentence = answer::tipping::sentence(found);
    let mut paper = paper(terms, sentence, found.is_answered(), found.runs);
    paper.text(answer::tipping::spread(found));
    promises(&mut paper, terms, None, "in each run, up to where it tips over");
    show(&mut paper, "Where days tip over", lab::tipping(found)?);
    paper.foot(again, notes(terms));
    Ok(paper)
}

/// The page of the cheapest set of several knobs.
///
/// # Errors
/// As [`bounded_paper`].
pub fn cheapest_paper(found: &Cheapest, again: &str) -> Result<Paper, Error> {
    let terms = &found.terms;
    let sentence = answer::cheapest::sentence(found);
    let mut paper = paper(terms, sentence, found.answer.is_some(), found.runs);
    paper.text(answer::cheapest::saving(found).unwrap_or_default());
    paper.text(answer::cheapest::basis(found));
    promises(&mut paper, terms, None, &share(terms));
    show(&mut paper, "Cost against promise", lab::cheapest(found)?);
    let (tried, points) =
        (crate::number::grouped(found.tried.len() as u64), crate::number::grouped(found.points as u64));
    paper.text(format!("{tried} of {points} sets were tried; the others follow from these, or are dearer."));
    paper.foot(again, notes(terms));
    Ok(paper)
}

/// The page of which axes matter.
///
/// # Errors
/// As [`bounded_paper`].
pub fn sensitivity_paper(found: &Sensitivity, again: &str) -> Result<Paper, Error> {
    let mut paper = Paper {
        eyebrow: "What matters",
        title: found.title.clone(),
        sentence: sensitive::sentence(found),
        tone: "none",
        badge: "",
        basis: format!("{}.", sensitive::basis(found)),
        parts: Vec::new(),
        charts: Vec::new(),
    };
    show(&mut paper, "Axis by axis", lab::sensitivity(found)?);
    let note =
        "What an axis does depends on its range: twice the range is about twice the effect.".to_owned();
    paper.foot(again, vec![note]);
    Ok(paper)
}

/// The page of a load that goes up and comes down again.
///
/// # Errors
/// As [`bounded_paper`].
pub fn hysteresis_paper(found: &Hysteresis, again: &str) -> Result<Paper, Error> {
    let charts = lab::hysteresis(found)?;
    let mut paper = Paper {
        eyebrow: "Hysteresis",
        title: found.title.clone(),
        sentence: story::hysteresis::sentence(found),
        tone: "none",
        badge: "",
        basis: story::hysteresis::basis(found),
        parts: Vec::new(),
        charts: Vec::new(),
    };
    show(&mut paper, "Undisturbed, and after an overload", charts);
    paper.foot(again, Vec::new());
    Ok(paper)
}

fn paper(terms: &Terms, sentence: String, is_answer: bool, runs: usize) -> Paper {
    let (tone, badge) = if is_answer { ("good", "answered") } else { ("warn", "no answer") };
    let runs = format!("{} runs", crate::number::grouped(runs as u64));
    Paper {
        eyebrow: "Plan",
        title: terms.title.clone(),
        sentence,
        tone,
        badge,
        basis: format!("{runs} of seed {}: {}.", terms.seed, answer::day(terms)),
        parts: Vec::new(),
        charts: Vec::new(),
    }
}

fn show(paper: &mut Paper, heading: &'static str, charts: Vec<Chart>) {
    if !charts.is_empty() {
        paper.heading(heading);
        paper.show(charts);
    }
}

/// How often a promise about runs has to hold.
fn share(terms: &Terms) -> String {
    format!("in at least {} of runs", answer::percent(terms.share))
}

/// What has to hold, and which promise decides.
fn promises(paper: &mut Paper, terms: &Terms, binding: Option<usize>, of_runs: &str) {
    paper.heading("What has to hold");
    let several = 1 < terms.promises.len();
    let row = |(at, promise): (usize, &brownout_analysis::answer::Promised)| {
        let how = if promise.on_average { "on average over runs".to_owned() } else { of_runs.to_owned() };
        let mut row = vec![promise.that.clone(), how];
        row.extend(several.then(|| if binding == Some(at) { "this one decides" } else { "" }.to_owned()));
        row
    };
    let mut heads = vec![("promise".to_owned(), false), ("how".to_owned(), false)];
    heads.extend(several.then(|| ("which decides".to_owned(), false)));
    let rows = terms.promises.iter().enumerate().map(row).collect();
    paper.parts.push(Part::Table(Grid { label: "Promises", heads, rows }));
}

fn notes(terms: &Terms) -> Vec<String> {
    let mut notes = vec![format!(
        "The answer is right with {} confidence however often the runs were looked at: they are counted against exact \
         sequential boundaries, and the value of the answer was run on all seeds again.",
        answer::percent(terms.confidence)
    )];
    notes.push(
        "All values have the same seeds, so that chance cancels where two of them are compared.".to_owned(),
    );
    notes
}
