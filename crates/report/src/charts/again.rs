//! A chart drawn again for a place that is not a page: a size, a part of the time, two variants, a dark slide.

use super::kind::{Body, ChartKind, Picture, Plan, View};
use super::sheet::{Ground, Sheet};
use super::style::{self, WIDTH};
use super::view::{common, seen, within};
use crate::Error;
use crate::png::SIGN;
use brownout_analysis::findings::Findings;
use std::str::FromStr;

/// A sheet has as many pixels of its own as one of this height on a page that is 800 wide, whatever its shape: text is
/// then as large beside the picture on a slide of any shape, a thirtieth of the height of a wide one.
const HEIGHT: f64 = 450.0;
/// What needs more room gets it in steps of at least this.
const STEP: f64 = 1.06;
/// After so many the sheet is sixteen times as wide.
const STEPS_MAX: usize = 48;

/// On what a picture is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on white.
    #[default]
    Light,
    /// Light on nearly black.
    Dark,
}

impl FromStr for Theme {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "light" => Ok(Theme::Light),
            "dark" => Ok(Theme::Dark),
            _ => Err("there are light and dark".to_owned()),
        }
    }
}

/// How a chart is drawn again.
#[derive(Clone, Copy, Debug)]
pub struct Redraw<'a> {
    /// Instead of what is seen in it.
    pub title: Option<&'a str>,
    /// Width and height in pixels; none: as on a page.
    pub size: Option<(u32, u32)>,
    /// From when to when, in seconds; what is none ends where the lines do.
    pub time: (Option<f64>, Option<f64>),
    /// On what.
    pub theme: Theme,
}

/// From when to when the lines of a result go, in seconds.
pub fn lines_span(findings: &Findings) -> (f64, f64) {
    seen(findings)
}

/// How many windows of a result have their middle between two times.
pub fn windows_between(findings: &Findings, from: f64, to: f64) -> usize {
    findings.lines.at.iter().filter(|at| from <= **at && **at <= to).count()
}

/// A chart of one variant, or of two on one pair of axes, as an SVG; none if none of them has anything for it.
///
/// Text is laid out on a sheet of the wanted shape, about 800 by 450, and the sheet is scaled: on a slide of any size
/// it takes the same part of the picture. What does not fit gets a larger sheet, and smaller text, rather than being
/// cut off.
///
/// # Errors
///
/// [`Error::Draw`] where the drawing library refuses a shape; no scenario can cause it.
///
/// # Panics
///
/// If there are none or more than two variants, or two of a chart without an axis of time.
pub fn redraw(kind: &ChartKind, variants: &[&Findings], how: &Redraw<'_>) -> Result<Option<String>, Error> {
    assert!(matches!(variants.len(), 1 | 2), "a pair of axes has room for two variants");
    assert!(variants.len() == 1 || kind.over_time, "without axes there is nothing to share");
    let part = |findings: &&Findings| match how.time {
        (None, None) => (*findings).clone(),
        (from, to) => within(findings, from.unwrap_or(0.0), to.unwrap_or(f64::INFINITY)),
    };
    let parts: Vec<Findings> = variants.iter().map(part).collect();
    // The first that has anything decides what is shown of both.
    let Some(by) = parts.iter().find(|part| (kind.plan)(View::alone(part)).is_some()) else {
        return Ok(None);
    };
    let plans: Option<Vec<Plan<'_>>> = parts.iter().map(|of| (kind.plan)(View { of, by })).collect();
    let Some(plans) = plans else { return Ok(None) };
    let names: Vec<String> = parts.iter().map(|part| part.stamp.variant.clone()).collect();
    let title = how.title.map_or_else(|| title(&plans, &names), str::to_owned);
    let (both, names) = match &parts[..] {
        [one, other] => (common(one, other), names),
        _ => (parts[0].clone(), Vec::new()),
    };
    let body = plans.into_iter().map(|plan| plan.body).reduce(|one, other| one.beside(other, &names));
    let body = body.expect("there is at least one variant");
    let ground = Ground { findings: &both, title: &title, sheet: Sheet::PAGE, variants: &names };
    let svg = match how.size {
        None => body.draw(&ground)?.svg,
        Some(size) => sized(&body, &ground, size)?,
    };
    let svg = svg.replacen("<svg ", &format!("<svg {SIGN}"), 1);
    Ok(Some(if how.theme == Theme::Dark { style::dark(&svg) } else { svg }))
}

/// What is seen in each.
fn title(plans: &[Plan<'_>], names: &[String]) -> String {
    match plans {
        [alone] => alone.title.clone(),
        [one, other, ..] if one.title == other.title => one.title.clone(),
        _ => {
            let lines = plans.iter().zip(names).map(|(plan, name)| format!("{name}: {}", plan.title));
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}

/// On the smallest sheet of that shape on which everything has room.
fn sized(body: &Body<'_>, ground: &Ground<'_>, (width, height): (u32, u32)) -> Result<String, Error> {
    let (width, height) = (f64::from(width), f64::from(height));
    let shape = width / height;
    let mut wide = (WIDTH * HEIGHT * shape).sqrt() * body.least_part();
    for _ in 0..STEPS_MAX {
        let sheet = Sheet { width: wide, height: Some(wide / shape) };
        let Picture { svg, size, .. } = body.draw(&Ground { sheet, ..*ground })?;
        assert!(wide / shape - 0.5 <= size.1, "a sheet is used down to its lower edge");
        if size.0 <= wide + 0.5 && size.1 <= wide / shape + 0.5 {
            return Ok(stretched(&svg, size, (width, height)));
        }
        // No more than it needs: with the width what stands under one another grows less high.
        wide *= STEP.max(size.0 / wide).max((size.1 * shape / wide).sqrt());
    }
    Err(Error::Draw(format!("nothing is as large as it needs on {width} × {height} pixels")))
}

/// The same drawing with another size on the page. A shape that is a pixel off is cut: no edge is without paper.
fn stretched(svg: &str, size: (f64, f64), wanted: (f64, f64)) -> String {
    let head = format!("<svg width=\"{}\" height=\"{}\" ", size.0, size.1);
    assert!(svg.starts_with(&head), "a picture opens with its size");
    let (width, height) = wanted;
    let wanted =
        format!("<svg width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"xMidYMid slice\" ");
    svg.replacen(&head, &wanted, 1)
}
