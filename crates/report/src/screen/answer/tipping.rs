//! Where a knob tips the service over.

use super::super::summary::line;
use super::super::table::{Cell, Side, Table};
use super::{around, foot, headline, left_out, paragraph};
use crate::number::NONE;
use crate::story::answer::tipping as story;
use brownout_analysis::answer::Tipping;

/// The answer: the value, its interval, the spread over days, and every value that was run.
pub fn tipping(found: &Tipping, again: &str) -> String {
    let mut out = String::new();
    headline(&mut out, &story::sentence(found));
    line(&mut out, "");
    let spread = story::spread(found);
    if !spread.is_empty() {
        paragraph(&mut out, &spread);
        line(&mut out, "");
    }
    tipped(&mut out, found);
    foot(&mut out, found.runs, again);
    out
}

/// How many days have tipped over at each value that was run.
fn tipped(out: &mut String, found: &Tipping) {
    let all = &found.cumulative;
    let mut table = Table::named(vec![
        (super::super::path(&found.terms.knob).into(), Side::Right),
        ("days tipped over".into(), Side::Right),
        ("not known".into(), Side::Right),
    ]);
    let median = found.median.at.as_ref().and_then(|at| all.iter().position(|one| one.value == *at));
    for one in around(all, median) {
        let open = if one.open == 0 { NONE.to_owned() } else { one.open.to_string() };
        let tipped = format!("{} of {}", one.tipped, found.days);
        table.row([one.value.clone(), tipped, open].map(Cell::plain).to_vec());
    }
    out.push_str(&table.render());
    left_out(out, all.len());
}
