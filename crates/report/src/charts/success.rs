//! The success rate of each operation over time, a panel for each class.

use super::axis::Axis;
use super::kind::Drawing;
use super::panel::Line;
use super::small_multiples::{Content, Small, SmallMultiples};
use super::style::DEALT;
use crate::Error;
use brownout_analysis::findings::Findings;
use std::collections::BTreeSet;

pub(crate) fn draw(findings: &Findings) -> Result<Option<Drawing>, Error> {
    let classes = &findings.series.classes;
    if findings.series.at.is_empty() || classes.is_empty() {
        return Ok(None);
    }
    // An operation has the same colour in every panel.
    let operations: BTreeSet<&String> = classes.values().flat_map(|c| c.keys()).collect();
    let color = |operation: &String| {
        let place = operations.iter().position(|&o| o == operation).expect("it was collected above");
        DEALT[place % DEALT.len()]
    };
    let title = "How many succeeded";
    let panels = classes.iter().map(|(class, paths)| Small {
        name: class.clone(),
        values: Axis::share("succeeded of those that ended"),
        content: Content::Lines(
            paths
                .iter()
                .map(|(operation, p)| Line {
                    name: operation.clone(),
                    color: color(operation),
                    band: &p.success_rate,
                })
                .collect(),
        ),
        promises: Vec::new(),
    });
    let svg = SmallMultiples { title, legend: Vec::new(), panels: panels.collect() }.draw(findings)?;
    let caption =
        "Where one operation falls and another of its class holds, see what only the first passes through.";
    Ok(Some(Drawing { title: title.to_owned(), caption: caption.to_owned(), svg }))
}
