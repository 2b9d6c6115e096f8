//! Every file of a results folder as bytes: numbers that can be read back, pages, pictures.

use brownout_analysis::Findings;
use brownout_lab::map;
use brownout_report::{
    Chart, ChartKind, Report, chart_folders, chart_kinds, draw, html, json, markdown, openmetrics, png,
    series_csv,
};
use brownout_results::{Contents, File, pack};

/// Which pictures are written as files; the page has all of them inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pictures {
    /// As SVG, which the Markdown page links to.
    pub svg: bool,
    /// As PNG, for places that take no SVG.
    pub png: bool,
}

/// What is written.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Which pictures.
    pub pictures: Pictures,
    /// Lines over time as CSV besides the columnar file.
    pub csv: bool,
    /// The same as OpenMetrics text, for Prometheus and Grafana.
    pub openmetrics: bool,
    /// Threads to draw on; 0: as many as there are cores.
    pub threads: usize,
}

/// Why a report was not made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A picture could not be drawn.
    #[error(transparent)]
    Drawing(#[from] brownout_report::Error),
    /// The machine gives no threads.
    #[error(transparent)]
    Threads(#[from] brownout_lab::Error),
}

/// The page that is opened first.
pub const PAGE: &str = "report.html";

/// Every file of a results folder, by its path inside of it. The same contents give the same bytes.
///
/// # Errors
/// If a picture cannot be drawn, or the machine gives no threads.
///
/// # Panics
/// As [`pack`].
pub fn report(contents: &Contents, wanted: Wanted) -> Result<Vec<File>, ReportError> {
    let mut files = pack(contents);
    files.extend(pages(&contents.findings, wanted)?);
    Ok(files)
}

/// What is drawn from results, without the results themselves.
///
/// # Errors
/// As [`report`].
pub fn pages(findings: &[Findings], wanted: Wanted) -> Result<Vec<File>, ReportError> {
    let charts = pictures(findings, wanted.threads)?;
    let reports: Vec<Report<'_>> =
        findings.iter().zip(&charts).map(|(findings, charts)| Report { findings, charts }).collect();
    let file = |path: &str, text: String| File { path: path.to_owned(), bytes: text.into_bytes() };
    let mut files = vec![
        file("result.json", format!("{:#}\n", json(findings, None))),
        file("report.md", markdown(&reports)),
        file(PAGE, html(&reports)),
    ];
    if wanted.csv {
        files.push(file("series.csv", series_csv(findings)));
    }
    if wanted.openmetrics {
        files.push(file("series.openmetrics", openmetrics(findings)));
    }
    files.extend(picture_files(findings, &charts, wanted)?);
    Ok(files)
}

/// All pictures of each variant, drawn side by side.
fn pictures(findings: &[Findings], threads: usize) -> Result<Vec<Vec<Chart>>, ReportError> {
    let jobs: Vec<(usize, &ChartKind)> =
        (0..findings.len()).flat_map(|at| chart_kinds().iter().map(move |kind| (at, kind))).collect();
    let drawn = map(threads, &jobs, |(at, kind)| draw(kind, &findings[*at]))?;
    let mut charts: Vec<Vec<Chart>> = findings.iter().map(|_| Vec::new()).collect();
    for ((at, _), chart) in jobs.iter().zip(drawn) {
        charts[*at].extend(chart?);
    }
    Ok(charts)
}

fn picture_files(
    findings: &[Findings],
    charts: &[Vec<Chart>],
    wanted: Wanted,
) -> Result<Vec<File>, ReportError> {
    let folders = chart_folders(findings);
    let all: Vec<(&str, &Chart)> = folders
        .iter()
        .zip(charts)
        .flat_map(|(folder, charts)| charts.iter().map(move |chart| (folder.as_str(), chart)))
        .collect();
    let mut files = Vec::new();
    if wanted.pictures.svg {
        let svg = |(folder, chart): &(&str, &Chart)| File {
            path: format!("{folder}/{}.svg", chart.name),
            bytes: chart.svg.clone().into_bytes(),
        };
        files.extend(all.iter().map(svg));
    }
    if wanted.pictures.png {
        let pixels = map(wanted.threads, &all, |(_, chart)| png(&chart.svg))?;
        for ((folder, chart), bytes) in all.iter().zip(pixels) {
            files.push(File { path: format!("{folder}/{}.png", chart.name), bytes: bytes? });
        }
    }
    Ok(files)
}
