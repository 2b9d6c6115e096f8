//! The least or greatest value of a knob that keeps the promises, and how long growth may go on.

use super::super::summary::line;
use super::{foot, headline, paragraph, tried};
pub use crate::story::answer::Growth;
use crate::story::answer::bounded as story;
use brownout_analysis::answer::Bounded;

/// The answer: one sentence, what is not enough, what decides, and every value that was run.
pub fn bounded(found: &Bounded, again: &str) -> String {
    let mut out = String::new();
    headline(&mut out, &story::sentence(found));
    line(&mut out, "");
    paragraph(&mut out, &story::more(found));
    line(&mut out, "");
    tried(&mut out, found);
    foot(&mut out, found.runs, again);
    out
}

/// When today's plan breaks, and when to order.
pub fn growth(found: &Bounded, growth: &Growth, again: &str) -> String {
    let mut out = String::new();
    headline(&mut out, &story::growth(found, growth));
    line(&mut out, "");
    paragraph(&mut out, &story::more(found));
    line(&mut out, "");
    tried(&mut out, found);
    foot(&mut out, found.runs, again);
    out
}
