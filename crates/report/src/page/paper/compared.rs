//! The page of some variants beside one another.

use super::{Grid, Paper, Part};
use crate::charts::lab::comparison as charts;
use crate::story::race as words;
use crate::{Error, number};
use brownout_analysis::compare::{Comparison, Difference, Effect, Race};

/// The page of a comparison; `title` is the scenario's, `again` the command that makes it.
///
/// # Errors
/// [`Error::Draw`] where the drawing library refuses a shape; no comparison can cause it.
pub fn comparison_paper(
    title: &str,
    comparison: &Comparison,
    race: Option<&Race>,
    again: &str,
) -> Result<Paper, Error> {
    let effects = || {
        comparison
            .others
            .iter()
            .map(|other| format!("{}: {}", other.name, words::effect(comparison, other, race)))
    };
    let sentence = match race {
        Some(race) => words::sentence(race),
        None => effects().collect::<Vec<_>>().join(" "),
    };
    let mut paper = Paper {
        eyebrow: "Comparison",
        title: title.to_owned(),
        sentence,
        tone: "none",
        badge: "",
        basis: format!("Each variant is compared with {}.", comparison.base),
        parts: Vec::new(),
        charts: Vec::new(),
    };
    paper.heading("Whom each helps and hurts");
    let over = |other| format!("Over {}.", words::runs(comparison, other));
    let list = effects().zip(&comparison.others).map(|(effect, other)| format!("{effect} {}", over(other)));
    paper.parts.push(Part::List(list.collect()));
    paper.parts.push(Part::Table(operations(comparison)));
    let charts = charts(comparison, race)?;
    if !charts.is_empty() {
        paper.heading("How far apart they are");
        paper.show(charts);
    }
    let kind = if comparison.is_paired {
        "Replications of the same number have the same seed in every variant, so that chance cancels in differences."
    } else {
        "Their seeds differ, so that chance does not cancel: intervals are those of independent runs."
    };
    let sure = "A difference is sure at 5 % over all numbers of the comparison together.";
    paper.foot(again, vec![kind.to_owned(), sure.to_owned()]);
    Ok(paper)
}

/// What each variant does to each operation.
fn operations(comparison: &Comparison) -> Grid {
    let heads = [
        ("operation", false),
        ("variant", false),
        ("minutes down, difference (95 % interval)", true),
        ("unserved, difference (95 % interval)", true),
        ("which is", false),
    ];
    let by = |one: &Difference| {
        let sign = if 0.0 < one.by.mean { "+" } else { "" };
        format!("{sign}{}", number::estimate(&one.by, one.metric.unit))
    };
    let row = |name: &str, effect: &Effect| {
        let word = match effect.is_better {
            Some(true) => "better off",
            Some(false) => "worse off",
            None => "no sure difference",
        };
        vec![
            effect.subject.to_string(),
            name.to_owned(),
            by(&effect.minutes_down),
            by(&effect.unserved),
            word.to_owned(),
        ]
    };
    let others = comparison.others.iter();
    let rows = others.flat_map(|other| other.operations.iter().map(move |effect| row(&other.name, effect)));
    Grid {
        label: "Operations",
        heads: heads.map(|(head, is_number)| (head.to_owned(), is_number)).to_vec(),
        rows: rows.collect(),
    }
}
