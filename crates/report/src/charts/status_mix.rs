//! How intents ended over time, by reason: a panel of stacked areas for each class.

use super::axis::Axis;
use super::kind::Drawing;
use super::small_multiples::{Content, Small, SmallMultiples};
use super::style::{BLUE, Color, FAINT, GREEN, ORANGE, PURPLE, SKY, SLATE, VERMILLION};
use crate::Error;
use crate::number::Unit;
use crate::story::reason;
use brownout_analysis::findings::{Findings, PathSeries};
use std::collections::{BTreeMap, BTreeSet};

/// Reasons from the bottom of a stack to its top, with colours that mean the same in every report.
const KNOWN: [(&str, Color); 9] = [
    ("ok", GREEN),
    ("gave_up", SKY),
    ("timeout", VERMILLION),
    ("http_503", ORANGE),
    ("http_529", PURPLE),
    ("http_504", BLUE),
    ("http_429", SLATE),
    ("http_500", super::style::FAULT),
    ("http_401", super::style::INK),
];

pub(crate) fn draw(findings: &Findings) -> Result<Option<Drawing>, Error> {
    let classes = &findings.series.classes;
    let reasons = present(findings);
    if findings.series.at.is_empty() || reasons.is_empty() {
        return Ok(None);
    }
    let title = "How it ended for users";
    let windows = findings.series.at.len();
    let panels = classes.iter().map(|(class, paths)| {
        let layers: Vec<(Color, Vec<f64>)> =
            reasons.iter().map(|&(key, color)| (color, total(paths, key, windows))).collect();
        let tops = (0..windows).map(|i| layers.iter().map(|(_, values)| values[i]).sum::<f64>());
        Small {
            name: class.clone(),
            values: Axis::from_zero(tops.fold(0.0, f64::max), Unit::Count, "intents ended per second"),
            content: Content::Stack(layers),
            promises: Vec::new(),
        }
    });
    let panels = panels.collect();
    let legend = reasons.iter().map(|(key, color)| (*color, reason(key))).collect();
    let svg = SmallMultiples { title, legend, panels }.draw(findings)?;
    let caption = "Green is what users wanted; the colour above it is what they met instead, and a change of colour \
                   is a change of what was failing.";
    Ok(Some(Drawing { title: title.to_owned(), caption: caption.to_owned(), svg }))
}

/// The reasons that ever occurred, known ones first; one that this program does not know is grey.
fn present(findings: &Findings) -> Vec<(&str, Color)> {
    let all: BTreeSet<&str> = findings
        .series
        .classes
        .values()
        .flat_map(BTreeMap::values)
        .flat_map(|p| &p.outcomes)
        .filter(|(_, band)| band.mean.iter().any(|v| *v > 0.0))
        .map(|(key, _)| key.as_str())
        .collect();
    let known = KNOWN.into_iter().filter(|(key, _)| all.contains(key));
    let others = all.iter().filter(|key| KNOWN.iter().all(|(k, _)| k != *key)).map(|key| (*key, FAINT));
    known.chain(others).collect()
}

/// One reason over all operations of a class: rates of separate operations add up.
fn total(paths: &BTreeMap<String, PathSeries>, key: &str, windows: usize) -> Vec<f64> {
    let mut sum = vec![0.0; windows];
    for values in paths.values().filter_map(|p| p.outcomes.get(key)) {
        for (s, v) in sum.iter_mut().zip(&values.mean).filter(|(_, v)| v.is_finite()) {
            *s += v;
        }
    }
    sum
}
