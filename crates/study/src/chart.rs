//! One chart of a result, drawn again for a slide: its size, its title, a part of the time, two variants, dark.

use brownout_analysis::Findings;
use brownout_report::number::clock;
use brownout_report::{ChartKind, Redraw, Theme, chart_kinds, lines_span, redraw, signed, windows_between};
use brownout_scenario::nearest;
use brownout_units::{Span, quoted};
use std::fmt;
use std::str::FromStr;

/// The bounds of either side: on less a chart has no room for its text, and more is no picture of a screen.
const PIXELS: (u32, u32) = (320, 8_000);
/// A line goes from one window to another.
const WINDOWS_MIN: usize = 2;

/// Which chart, and how it is drawn.
#[derive(Clone, Debug)]
pub struct ChartRequest {
    /// Its name: `four-lines`.
    pub kind: String,
    /// Instead of what is seen in it.
    pub title: Option<String>,
    /// One, or two on one pair of axes; none: the first of the results.
    pub variants: Vec<String>,
    /// None: as on a page, 800 pixels wide.
    pub size: Option<ChartSize>,
    /// From when on; none: from the beginning.
    pub from: Option<Span>,
    /// Until when; none: to the end.
    pub to: Option<Span>,
    /// On what it is shown.
    pub theme: Theme,
}

/// Width and height of a picture in pixels, read from a text such as `1600x900`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartSize {
    width: u32,
    height: u32,
}

impl ChartSize {
    /// None beyond 320 to 8,000 pixels on either side.
    pub fn new(width: u32, height: u32) -> Option<Self> {
        let fits = |side: u32| (PIXELS.0..=PIXELS.1).contains(&side);
        (fits(width) && fits(height)).then_some(ChartSize { width, height })
    }
}

impl FromStr for ChartSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let sides = text.split_once(['x', '×']);
        let sides = sides.and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
        sides
            .and_then(|(width, height)| ChartSize::new(width, height))
            .ok_or_else(|| "write WIDTHxHEIGHT in pixels, each from 320 to 8000, as in 1600x900".to_owned())
    }
}

/// How a picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartFormat {
    /// Vectors, sharp at any size.
    Svg,
    /// Pixels: as many as were asked for, and without a size twice as many as on a page.
    Png,
}

impl ChartFormat {
    /// That of a file, by its ending.
    ///
    /// # Errors
    /// If it has another ending.
    pub fn of(path: &str) -> Result<Self, ChartError> {
        let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        match ending.as_deref() {
            Some("svg") => Ok(ChartFormat::Svg),
            Some("png") => Ok(ChartFormat::Png),
            _ => Err(ChartError::Format(path.to_owned())),
        }
    }
}

/// Why a chart is not drawn: what was asked, what is allowed, and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// There is no such chart.
    #[error(
        "there is no chart {}\nhint: {}this result has {}",
        quoted(given), near(.meant.as_deref()), .known.join(", ")
    )]
    Kind {
        /// What was asked for.
        given: String,
        /// What that may be a slip of.
        meant: Option<&'static str>,
        /// Those that the result has.
        known: Vec<&'static str>,
    },
    /// There is no such variant.
    #[error(
        "this result has no variant {}\nhint: {}there are {}",
        quoted(given), near(.meant.as_deref()), .known.join(", ")
    )]
    Variant {
        /// What was asked for.
        given: String,
        /// What that may be a slip of.
        meant: Option<String>,
        /// Those that the result has.
        known: Vec<String>,
    },
    /// More than a pair of axes has room for, or one twice.
    #[error(
        "{0} on one pair of axes: there is room for one variant, or for two that differ\nhint: draw one of each pair"
    )]
    Variants(String),
    /// The chart has no axes.
    #[error("{0} has no axes that two variants could share\nhint: draw a chart of each of them")]
    NoAxes(&'static str),
    /// The result has nothing for it.
    #[error(
        "{kind} has nothing to draw of {variant}: it shows {needs}\nhint: this result has {}",
        .known.join(", ")
    )]
    Nothing {
        /// The chart.
        kind: &'static str,
        /// Of which variants.
        variant: String,
        /// What it shows.
        needs: &'static str,
        /// Charts for which the result has something.
        known: Vec<&'static str>,
    },
    /// The times cannot be shown.
    #[error("{given}: {why}\nhint: {hint}")]
    Time {
        /// What was asked for: `from 2h to 40m`.
        given: String,
        /// What is wrong with it.
        why: String,
        /// What to do.
        hint: String,
    },
    /// A file of another kind.
    #[error("{}: a chart is written as .svg or as .png\nhint: give the file one of these endings", quoted(.0))]
    Format(String),
    /// A picture could not be drawn.
    #[error(transparent)]
    Drawing(#[from] brownout_report::Error),
}

fn near(meant: Option<&str>) -> String {
    meant.map_or_else(String::new, |meant| format!("did you mean {}? ", quoted(meant)))
}

/// A chart of results, such as [`unpack`](brownout_results::unpack) reads from a folder. The same results give the same
/// bytes.
///
/// # Errors
/// What of the request these results cannot answer, and what they can.
///
/// # Panics
/// If there are no results.
pub fn chart(
    results: &[Findings],
    request: &ChartRequest,
    format: ChartFormat,
) -> Result<Vec<u8>, ChartError> {
    let variants = variants(results, &request.variants)?;
    let kind = kind(&request.kind, variants[0])?;
    if 1 < variants.len() && !kind.over_time {
        return Err(ChartError::NoAxes(kind.name));
    }
    time(kind, &variants, request)?;
    let seconds = |time: Option<Span>| time.map(Span::as_secs_f64);
    let how = Redraw {
        title: request.title.as_deref(),
        size: request.size.map(|size| (size.width, size.height)),
        time: (seconds(request.from), seconds(request.to)),
        theme: request.theme,
    };
    let svg = redraw(kind, &variants, &how)?.ok_or_else(|| nothing(kind, &variants, request))?;
    Ok(match format {
        ChartFormat::Svg => svg.into_bytes(),
        ChartFormat::Png => signed(&svg, if request.size.is_some() { 1.0 } else { 2.0 })?,
    })
}

fn variants<'a>(results: &'a [Findings], asked: &[String]) -> Result<Vec<&'a Findings>, ChartError> {
    assert!(!results.is_empty(), "results are of at least one variant");
    let names = || results.iter().map(|findings| findings.stamp.variant.as_str());
    let find = |given: &String| {
        let found = results.iter().find(|findings| findings.stamp.variant == *given);
        found.ok_or_else(|| ChartError::Variant {
            given: given.clone(),
            meant: nearest(given, names()).map(str::to_owned),
            known: names().map(str::to_owned).collect(),
        })
    };
    match asked {
        [] => Ok(vec![&results[0]]),
        [one] => Ok(vec![find(one)?]),
        [one, other] if one != other => Ok(vec![find(one)?, find(other)?]),
        _ => Err(ChartError::Variants(asked.join(", "))),
    }
}

fn kind(given: &str, findings: &Findings) -> Result<&'static ChartKind, ChartError> {
    let found = chart_kinds().iter().find(|kind| kind.name == given);
    found.ok_or_else(|| ChartError::Kind {
        given: given.to_owned(),
        meant: nearest(given, chart_kinds().iter().map(|kind| kind.name)),
        known: known(findings),
    })
}

/// Those for which a result has something.
fn known(findings: &Findings) -> Vec<&'static str> {
    chart_kinds().iter().filter(|kind| kind.has(findings)).map(|kind| kind.name).collect()
}

/// Whether lines have windows between the times that were asked for.
fn time(kind: &ChartKind, variants: &[&Findings], request: &ChartRequest) -> Result<(), ChartError> {
    let given = match (request.from, request.to) {
        (None, None) => return Ok(()),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("to {to}"),
        (Some(from), Some(to)) => format!("from {from} to {to}"),
    };
    let wrong =
        |why: &str, hint: String| Err(ChartError::Time { given: given.clone(), why: why.to_owned(), hint });
    if !kind.over_time {
        return wrong(&format!("{} has no axis of time", kind.name), "leave both times out".to_owned());
    }
    for findings in variants {
        let (start, end) = lines_span(findings);
        let (from, to) =
            (request.from.map_or(start, Span::as_secs_f64), request.to.map_or(end, Span::as_secs_f64));
        let lines = format!("{} has lines from {} to {}", findings.stamp.variant, clock(start), clock(end));
        if to <= from {
            return wrong("the end is not after the beginning", lines);
        }
        // Half a window: what is asked for as the end of a run is often rounded.
        let slack = findings.lines.window / 2.0;
        if from < start - slack || end + slack < to {
            return wrong("there are no lines over all of that time", lines);
        }
        if windows_between(findings, from, to) < WINDOWS_MIN {
            let window = findings.lines.window;
            let hint =
                format!("ask for at least {}; windows are {} long", clock(3.0 * window), clock(window));
            return wrong("that is less than two windows", hint);
        }
    }
    Ok(())
}

fn nothing(kind: &ChartKind, variants: &[&Findings], request: &ChartRequest) -> ChartError {
    let names: Vec<&str> = variants.iter().map(|findings| findings.stamp.variant.as_str()).collect();
    let mut variant = names.join(" and ");
    if variants.iter().all(|findings| kind.has(findings)) && (request.from, request.to) != (None, None) {
        variant.push_str(" at that time");
    }
    ChartError::Nothing { kind: kind.name, variant, needs: kind.needs, known: known(variants[0]) }
}

impl fmt::Display for ChartSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}
