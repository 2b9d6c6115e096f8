//! What is planned to happen in a run, as a table: when, what, and what cannot happen within it.

use super::WIDTH;
use super::paint::{DIM, paint, wrap};
use super::table::{Cell, Side, Table};
use crate::number;
use crate::story::changes::says;
use brownout_analysis::plan::{Fits, How, Planned};

/// The table; empty if nothing is planned.
pub(super) fn plan(planned: &[Planned]) -> String {
    if planned.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&[("planned", Side::Left), ("what", Side::Left)]);
    for one in planned {
        let mut when = Some(when(one));
        let lines = [what(one), note(one)].into_iter().flat_map(|text| wrap(&text, WIDTH / 2));
        for line in lines.filter(|line| !line.is_empty()) {
            table.row(vec![Cell::plain(when.take().unwrap_or_default()), Cell::plain(line)]);
        }
    }
    let late = planned.iter().filter(|one| one.fits == Fits::Never).count();
    let mut out = table.render();
    if 0 < late {
        let line =
            format!("{late} of these cannot happen before the run ends: make it longer, or them earlier.");
        out.push_str(&paint(&line, DIM));
        out.push('\n');
    }
    out
}

fn when(one: &Planned) -> String {
    let at = |seconds: f64| number::clock(seconds);
    let begins = at(one.due + one.lag);
    match (one.how, one.until) {
        (How::Chance, _) => format!("from {begins} on, by chance"),
        (How::Condition, _) => format!("from {begins} on, if set off"),
        (How::StepWhen, _) => format!("not before {begins}"),
        (_, Some(until)) => format!("{begins} – {}", at(until)),
        _ => begins,
    }
}

fn what(one: &Planned) -> String {
    match (&one.what, &one.title) {
        (Some(what), _) => says(what),
        (None, Some(title)) => title.clone(),
        (None, None) => String::new(),
    }
}

/// Why it is later than the file says, and whether the run is long enough for it.
fn note(one: &Planned) -> String {
    let mut parts = Vec::new();
    if 0.0 < one.lag {
        parts.push(format!("due {} + {} until it is done", number::clock(one.due), number::clock(one.lag)));
    }
    if 0.0 < one.boot {
        parts.push(format!("then replicas boot for {}", number::clock(one.boot)));
    }
    match one.fits {
        Fits::Whole => {}
        Fits::Cut => parts.push("the run ends before it does".to_owned()),
        Fits::Never => parts.push("not within the run".to_owned()),
    }
    parts.join(", ")
}
