//! Latency of each class and operation over time: median, 95th and 99th percentile against the SLO.

use super::axis::Axis;
use super::kind::Drawing;
use super::panel::Line;
use super::small_multiples::{Content, Small, SmallMultiples};
use super::style::{BLUE, ORANGE, VERMILLION};
use crate::Error;
use crate::number::{self, Unit};
use brownout_analysis::findings::{Findings, PathSeries};

/// More panels than this are a wall; the ones with most intents are drawn.
const PANELS_MAX: usize = 12;

pub(crate) fn draw(findings: &Findings) -> Result<Option<Drawing>, Error> {
    let paths = busiest(findings);
    let left_out = paths.len().saturating_sub(PANELS_MAX);
    let mut paths: Vec<_> = paths.into_iter().take(PANELS_MAX).collect();
    paths.sort_by_key(|p| (p.class, p.operation));
    if findings.series.at.is_empty() || paths.is_empty() {
        return Ok(None);
    }
    // One axis for all panels, so that heights can be compared between them.
    let shown = paths.iter().flat_map(|p| {
        let lines = [&p.series.p50.mean, &p.series.p95.mean, &p.series.p99.mean];
        lines.into_iter().flatten().copied().chain(p.slo)
    });
    let values = Axis::log_seconds(shown, "log scale");
    let title = "How long answers took";
    let panels = paths.iter().map(|p| Small {
        name: format!("{} · {}", p.class, p.operation),
        values: values.clone(),
        content: Content::Lines(
            [
                ("p99", VERMILLION, &p.series.p99),
                ("p95", ORANGE, &p.series.p95),
                ("p50", BLUE, &p.series.p50),
            ]
            .map(|(name, color, band)| Line { name: name.to_owned(), color, band })
            .into(),
        ),
        promises: p
            .slo
            .iter()
            .map(|&slo| (slo, format!("SLO {}", number::plain(slo, Unit::Seconds))))
            .collect(),
    });
    let svg = SmallMultiples { title, legend: Vec::new(), panels: panels.collect() }.draw(findings)?;
    let rest = match left_out {
        0 => String::new(),
        n => format!(" The {n} with fewest intents are left out."),
    };
    let caption = format!(
        "From the first attempt to the answer, of intents that succeeded; above the dashed line the promise was \
         broken, and where a line ends nothing was answered any more: dots only lead to its name.{rest}"
    );
    Ok(Some(Drawing { title: title.to_owned(), caption, svg }))
}

/// One class and operation.
struct Path<'a> {
    class: &'a str,
    operation: &'a str,
    series: &'a PathSeries,
    slo: Option<f64>,
    offered: f64,
}

/// All classes and operations, those with most intents first.
fn busiest(findings: &Findings) -> Vec<Path<'_>> {
    let mut paths = Vec::new();
    for (class, operations) in &findings.series.classes {
        for (operation, series) in operations {
            let found = findings.classes.get(class).and_then(|c| c.get(operation));
            let slo = found.and_then(|f| f.slo_seconds).filter(|s| s.is_finite() && *s > 0.0);
            let offered = found.map_or(0.0, |f| f.offered.mean);
            paths.push(Path { class, operation, series, slo, offered });
        }
    }
    paths.sort_by(|a, b| b.offered.total_cmp(&a.offered));
    paths
}
