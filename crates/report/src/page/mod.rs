//! Pages for people: one to open in a browser, one to paste into a postmortem.

pub(crate) mod html;
pub(crate) mod markdown;
mod numbers;
mod operations;
pub(crate) mod paper;
mod spread;
pub(crate) mod strip;
mod tables;

use crate::number::{self, Shown};
use crate::{Chart, story};
use brownout_analysis::findings::{Expectation, Findings};
use brownout_metrics::Unit;

/// Text as it may stand in HTML, between tags and in attributes; control characters, which no page can hold, go.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// One variant of an experiment, and its pictures, which are drawn once for all pages and files.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// What was found.
    pub findings: &'a Findings,
    /// What [`crate::charts`] drew of it.
    pub charts: &'a [Chart],
}

/// In the place of the heat strip where nothing is to be seen in it.
pub(crate) const IDLE: &str = "No tier ever queued, ran out of workers or turned calls away, so there is no picture of \
                               queues.";

/// What came where something was expected: of verdicts the commonest.
pub(crate) fn came(findings: &Findings, expectation: &Expectation) -> Shown {
    let Some(metric) = brownout_metrics::find(expectation.subject.scope(), &expectation.key) else {
        return Shown::none();
    };
    if metric.unit == Unit::Badge {
        let badge = findings.verdict.of(&expectation.subject);
        return Shown { value: story::badge(badge).to_owned(), interval: None };
    }
    expectation.value.as_ref().map_or_else(Shown::none, |e| number::parts(e, metric.unit))
}

/// Everything that is needed to get the same numbers again, by name.
pub(crate) fn stamp(findings: &Findings) -> Vec<(&'static str, String)> {
    let s = &findings.stamp;
    let mut rows = vec![
        ("brownout", s.version.clone()),
        ("scenario", s.title.clone()),
        ("variant", s.variant.clone()),
        ("scenario hash", s.scenario_hash.clone()),
        ("seed", s.seed.to_string()),
        ("replications", s.replications.to_string()),
        ("fingerprint", s.fingerprint.clone()),
        (
            "simulated",
            format!(
                "{} each, {} warm-up",
                number::clock(s.simulated_seconds),
                number::clock(s.warmup_seconds)
            ),
        ),
        ("events", number::grouped(s.events)),
    ];
    if let Some(start) = &s.start {
        rows.push(("starts at", start.clone()));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(escape("<a href='b'> & \"c\"\u{1}"), "&lt;a href=&#39;b&#39;&gt; &amp; &quot;c&quot; ");
    }
}
