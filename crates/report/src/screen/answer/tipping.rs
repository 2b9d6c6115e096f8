//! Where a knob tips the service over.

use super::super::summary::line;
use super::{foot, headline, paragraph, tried};
use crate::story::answer::tipping as story;
use brownout_analysis::answer::Tipping;

/// The answer: the value, its interval, the spread over days, and every value that was run.
pub fn tipping(found: &Tipping, again: &str) -> String {
    let mut out = String::new();
    headline(&mut out, &story::sentence(found));
    line(&mut out, "");
    paragraph(&mut out, &story::spread(found));
    line(&mut out, "");
    tried(&mut out, &found.terms, &found.tried, found.median.at.as_deref());
    foot(&mut out, found.runs, again);
    out
}
