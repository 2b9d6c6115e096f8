//! The success rate of each operation over time, a panel for each class.

use super::axis::Axis;
use super::kind::{Body, Plan, View};
use super::panel::Line;
use super::small_multiples::{Content, Small, SmallMultiples};
use super::style::DEALT;
use super::{follow, headline};
use brownout_analysis::findings::Path;
use brownout_metrics::clients::{OFFERED_RATE, SUCCESS_RATE};
use std::collections::BTreeSet;

pub(crate) fn plan(view: View<'_>) -> Option<Plan<'_>> {
    let findings = view.of;
    let classes = follow::classes(findings);
    if findings.lines.at.is_empty() || classes.is_empty() {
        return None;
    }
    // An operation has the same colour in every panel.
    let operations: BTreeSet<&str> = findings.service.paths.iter().map(|path| &path.operation[..]).collect();
    let color = |operation: &str| {
        let place = operations.iter().position(|&o| o == operation).expect("it was collected above");
        DEALT[place % DEALT.len()]
    };
    let line = |path: &Path| Line {
        name: path.operation.clone(),
        color: color(&path.operation),
        band: follow::line(findings, &path.subject(), &SUCCESS_RATE),
        dashed: false,
    };
    let title = headline::success(findings, "How many succeeded");
    let asked = |paths: &[&Path]| {
        let windows = findings.lines.at.len();
        let lines = paths.iter().map(|path| &follow::line(findings, &path.subject(), &OFFERED_RATE).mean);
        let mut sum = vec![0.0; windows];
        for line in lines {
            sum.iter_mut().zip(line).filter(|(_, v)| v.is_finite()).for_each(|(s, v)| *s += v);
        }
        sum
    };
    let panels = classes.iter().map(|(class, paths)| Small {
        volume: asked(paths),
        name: (*class).to_owned(),
        values: Axis::share("succeeded of those that ended"),
        content: Content::Lines(paths.iter().map(|path| line(path)).collect()),
        promises: Vec::new(),
    });
    let body = Body::Many(SmallMultiples { panels: panels.collect() });
    let caption = "Where one operation falls and another of its class holds, see what only the first passes through. \
                   Grey at the foot is how much was asked, against its own peak: a share of few says little.";
    Some(Plan { title, caption: caption.to_owned(), body })
}
