//! At which values a service comes back after an overload.

use super::super::paint::{BAD, DIM, FAIR, GOOD};
use super::super::summary::line;
use super::super::table::{Cell, Side, Table};
use super::{foot, headline, paragraph, share};
use crate::story::hysteresis as story;
use brownout_analysis::hysteresis::{Hysteresis, State};

/// The answer: which values are safe, vulnerable and doomed, and how often each was healthy.
pub fn hysteresis(found: &Hysteresis, again: &str) -> String {
    let mut out = String::new();
    headline(&mut out, &story::sentence(found));
    line(&mut out, "");
    paragraph(&mut out, &story::basis(found));
    paragraph(&mut out, story::STATES);
    line(&mut out, "");
    let mut table = Table::named(vec![
        (super::super::path(&found.knob).into(), Side::Right),
        ("healthy undisturbed".into(), Side::Left),
        ("after an overload".into(), Side::Left),
        ("state".into(), Side::Left),
    ]);
    for (step, state) in found.steps.iter().zip(found.states()) {
        let style = match state {
            State::Safe => GOOD,
            State::Vulnerable => FAIR,
            State::Doomed => BAD,
        };
        let of = |(kept, runs): (u64, u64)| Cell::new(share(kept as usize, runs as usize), DIM);
        let state = Cell::new(story::word(state), style);
        table.row(vec![Cell::plain(step.value.clone()), of(step.up), of(step.down), state]);
    }
    out.push_str(&table.render());
    let runs: u64 = found.steps.iter().map(|step| step.up.1 + step.down.1).sum();
    foot(&mut out, runs as usize, again);
    out
}
