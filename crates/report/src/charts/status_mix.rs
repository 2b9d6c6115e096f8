//! How intents ended over time, by reason: a panel of stacked areas for each class.

use super::axis::Axis;
use super::follow;
use super::kind::{Body, Plan, View};
use super::small_multiples::{Content, Layer, Small, SmallMultiples};
use super::style::{BLUE, Color, FAINT, GREEN, ORANGE, PURPLE, SKY, SLATE, VERMILLION};
use crate::story::reason;
use brownout_analysis::findings::{Findings, Path};
use brownout_metrics::clients::{OK_RATE, OUTCOMES};
use brownout_metrics::{How, Metric, Status};

/// Reasons from the bottom of a stack to its top, with colours that mean the same in every report.
const ORDER: [(Status, Color); 10] = [
    (Status::Ok, GREEN),
    (Status::GaveUp, SKY),
    (Status::Timeout, VERMILLION),
    (Status::Unavailable, ORANGE),
    (Status::Overloaded, PURPLE),
    (Status::GatewayTimeout, BLUE),
    (Status::TooManyRequests, SLATE),
    (Status::Error, super::style::FAULT),
    (Status::Unauthorized, super::style::INK),
    (Status::BadRequest, FAINT),
];

pub(crate) fn plan(view: View<'_>) -> Option<Plan<'_>> {
    let findings = view.of;
    let classes = follow::classes(findings);
    let reasons = present(findings);
    if findings.lines.at.is_empty() || reasons.is_empty() {
        return None;
    }
    let title = "How it ended for users";
    let windows = findings.lines.at.len();
    let panels = classes.iter().map(|(class, paths)| {
        let layer = |&(status, color): &(Status, Color)| Layer {
            name: reason(status).to_owned(),
            color,
            values: total(findings, paths, status),
        };
        let layers: Vec<Layer> = reasons.iter().map(layer).collect();
        let tops = (0..windows).map(|i| layers.iter().map(|layer| layer.values[i]).sum::<f64>());
        Small {
            name: (*class).to_owned(),
            values: Axis::from_zero(tops.fold(0.0, f64::max), "intents ended per second", OK_RATE.unit),
            content: Content::Stack(layers),
            promises: Vec::new(),
            volume: Vec::new(),
        }
    });
    let body = Body::Many(SmallMultiples { panels: panels.collect() });
    let caption = "Green is what users wanted; the colour above it is what they met instead, and a change of colour \
                   is a change of what was failing.";
    Some(Plan { title: title.to_owned(), caption: caption.to_owned(), body })
}

/// The metric that counts intents that ended so.
fn metric(status: Status) -> Option<&'static Metric> {
    if status == Status::Ok {
        return Some(&OK_RATE);
    }
    OUTCOMES.iter().find(|metric| matches!(metric.how, How::Reason(_, reason) if reason == status))
}

/// The reasons that ever occurred.
fn present(findings: &Findings) -> Vec<(Status, Color)> {
    let occurred = |status| {
        let mut lines = metric(status).into_iter().flat_map(|metric| findings.lines.of_metric(metric));
        lines.any(|(_, band)| band.mean.iter().any(|v| *v > 0.0))
    };
    ORDER.into_iter().filter(|(status, _)| occurred(*status)).collect()
}

/// One reason over all operations of a class: rates of separate operations add up.
fn total(findings: &Findings, paths: &[&Path], status: Status) -> Vec<f64> {
    let mut sum = vec![0.0; findings.lines.at.len()];
    let Some(metric) = metric(status) else { return sum };
    for path in paths {
        let band = follow::line(findings, &path.subject(), metric);
        for (s, v) in sum.iter_mut().zip(&band.mean).filter(|(_, v)| v.is_finite()) {
            *s += v;
        }
    }
    sum
}
