//! Latency of each class and operation over time: median, 95th and 99th percentile against the SLO.

use super::axis::Axis;
use super::kind::{Body, Plan, View};
use super::panel::Line;
use super::small_multiples::{Content, Small, SmallMultiples};
use super::style::{BLUE, ORANGE, VERMILLION};
use super::{follow, headline};
use crate::number;
use brownout_analysis::findings::{Band, Findings};
use brownout_metrics::clients::{LATENCY, OFFERED};
use brownout_metrics::{P50, P95, P99, Unit};

/// More panels than this are a wall; the ones with most intents are drawn.
const PANELS_MAX: usize = 12;

pub(crate) fn plan(view: View<'_>) -> Option<Plan<'_>> {
    let findings = view.of;
    let mut chosen = busiest(view.by);
    let left_out = chosen.len().saturating_sub(PANELS_MAX);
    chosen.truncate(PANELS_MAX);
    let is_chosen =
        |p: &Path<'_>| chosen.iter().any(|one| (one.class, one.operation) == (p.class, p.operation));
    let mut paths: Vec<_> = busiest(findings).into_iter().filter(is_chosen).collect();
    paths.sort_by_key(|p| (p.class, p.operation));
    if findings.lines.at.is_empty() || paths.is_empty() {
        return None;
    }
    // One axis for all panels, so that heights can be compared between them.
    let shown =
        paths.iter().flat_map(|p| p.lines.iter().flat_map(|band| band.mean.iter().copied()).chain(p.slo));
    let values = Axis::log_seconds(shown, "log scale");
    let title = headline::latency(findings, "How long answers took");
    let panels = paths.iter().map(|p| Small {
        name: format!("{} · {}", p.class, p.operation),
        values: values.clone(),
        content: Content::Lines(
            [("p99", VERMILLION), ("p95", ORANGE), ("p50", BLUE)]
                .into_iter()
                .zip(p.lines)
                .map(|((name, color), band)| Line { name: name.to_owned(), color, band, dashed: false })
                .collect(),
        ),
        promises: p
            .slo
            .iter()
            .map(|&slo| (slo, format!("SLO {}", number::plain(slo, Unit::Seconds))))
            .collect(),
        volume: Vec::new(),
    });
    let body = Body::Many(SmallMultiples { panels: panels.collect() });
    let rest = match left_out {
        0 => String::new(),
        n => format!(" The {n} with fewest intents are left out."),
    };
    let caption = format!(
        "From the first attempt to the answer, of intents that succeeded; above the dashed line the promise was \
         broken, and where a line ends at a bar nothing was answered any more.{rest}"
    );
    Some(Plan { title, caption, body })
}

/// One class and operation.
struct Path<'a> {
    class: &'a str,
    operation: &'a str,
    /// Its 99th and 95th percentile and its median.
    lines: [&'a Band; 3],
    slo: Option<f64>,
    offered: f64,
}

/// All classes and operations, those with most intents first.
fn busiest<'a>(findings: &'a Findings) -> Vec<Path<'a>> {
    let path = |path: &'a brownout_analysis::findings::Path| {
        let subject = path.subject();
        let line = |at: usize| follow::line(findings, &subject, &LATENCY[at]);
        Path {
            class: &path.class,
            operation: &path.operation,
            lines: [P99, P95, P50].map(line),
            slo: path.slo_seconds.filter(|s| s.is_finite() && *s > 0.0),
            offered: findings.values.get(&subject, &OFFERED).map_or(0.0, |offered| offered.mean),
        }
    };
    let mut paths: Vec<Path<'_>> = findings.service.paths.iter().map(path).collect();
    paths.sort_by(|a, b| b.offered.total_cmp(&a.offered));
    paths
}
