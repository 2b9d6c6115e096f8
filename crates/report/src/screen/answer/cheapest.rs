//! The cheapest set of several knobs.

use super::super::paint::{BAD, DIM, GOOD, paint};
use super::super::summary::line;
use super::super::table::{Cell, Side, Table};
use super::{ROWS_MAX, day, dollars, foot, headline, paragraph, percent, promised};
use crate::number::grouped;
use brownout_analysis::answer::{Cheapest, Set};
use brownout_stats::Verdict;

/// The answer: the cheapest set, what cheaper ones could still save, and what was tried.
pub fn cheapest(found: &Cheapest, again: &str) -> String {
    let mut out = String::new();
    headline(&mut out, &sentence(found));
    line(&mut out, "");
    if !found.undecided.is_empty() {
        let count = found.undecided.len();
        let sets =
            if count == 1 { "1 cheaper set is".to_owned() } else { format!("{count} cheaper sets are") };
        paragraph(&mut out, &format!("{sets} undecided and could save up to {}.", dollars(found.saving_max)));
        line(&mut out, "");
    }
    let mut head: Vec<_> =
        found.knobs.iter().map(|knob| (super::super::path(knob).into(), Side::Right)).collect();
    head.extend([
        ("kept".into(), Side::Right),
        ("verdict".into(), Side::Left),
        ("a month".into(), Side::Right),
    ]);
    let mut table = Table::named(head);
    let shown = found
        .answer
        .iter()
        .chain(&found.undecided)
        .chain(found.tried.iter().filter(|set| set.verdict == Verdict::Rejected).rev());
    let mut rows: Vec<&Set> = shown.take(ROWS_MAX).collect();
    rows.sort_by(|a, b| a.dollars_a_month.total_cmp(&b.dollars_a_month));
    for set in rows {
        table.row(row(set));
    }
    out.push_str(&table.render());
    line(
        &mut out,
        &paint(&format!("{} of {} sets were tried", found.tried.len(), grouped(found.points as u64)), DIM),
    );
    foot(&mut out, found.runs, again);
    out
}

fn row(set: &Set) -> Vec<Cell> {
    let (word, style) = match set.verdict {
        Verdict::Accepted => ("enough", GOOD),
        Verdict::Rejected => ("not enough", BAD),
        Verdict::Undecided => ("undecided", DIM),
    };
    let values = set.values.iter().map(|value| Cell::plain(value.clone()));
    let kept = Cell::plain(format!("{}/{}", set.kept, set.runs));
    let cost = Cell::plain(format!("${}", grouped(set.dollars_a_month.round() as u64)));
    values.chain([kept, Cell::new(word, style), cost]).collect()
}

pub(crate) fn sentence(found: &Cheapest) -> String {
    let terms = &found.terms;
    let Some(answer) = &found.answer else {
        let why = if found.out_of_budget {
            format!("within {} runs", found.runs)
        } else {
            "among these".to_owned()
        };
        return format!("No set {why} is shown to keep {}.", promised(terms));
    };
    let values = found.knobs.iter().zip(&answer.values).map(|(knob, value)| format!("{knob} = {value}"));
    let values = values.collect::<Vec<_>>().join(", ");
    let fleet = match answer.accelerators {
        0 => String::new(),
        count => format!(" and has {} accelerators", grouped(count)),
    };
    format!(
        "{} costs {}{fleet}, and is the cheapest that is shown to keep {} in at least {} of {} (confidence {}).",
        values,
        dollars(answer.dollars_a_month),
        promised(terms),
        percent(terms.share),
        day(terms),
        percent(terms.confidence)
    )
}
