//! The files of a question over many runs: its page as HTML and Markdown, and its pictures.

use crate::report::{PAGE, Pictures, ReportError};
use brownout_analysis::answer::{Bounded, Cheapest, Tipping};
use brownout_analysis::compare::{Comparison, Race};
use brownout_analysis::hysteresis::Hysteresis;
use brownout_analysis::sensitivity::Sensitivity;
use brownout_analysis::swept::Swept;
use brownout_lab::map;
use brownout_report::screen::answer::Growth;
use brownout_report::{
    Chart, Paper, Reports, bounded_paper, cheapest_paper, comparison_paper, growth_paper, hysteresis_paper,
    png, sensitivity_paper, sweep_paper, tipping_paper,
};
use brownout_results::File;

/// What a page is of.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    /// A sweep, and the command that opens the report of a point, up to its number.
    Swept(&'a Swept, Option<&'a str>),
    /// The least or greatest value of a knob.
    Bounded(&'a Bounded),
    /// Growth, with its dates.
    Growth(&'a Bounded, &'a Growth),
    /// Where a knob tips the service over.
    Tipping(&'a Tipping),
    /// The cheapest set of several knobs.
    Cheapest(&'a Cheapest),
    /// Variants beside one another, with the title of their scenario.
    Comparison(&'a str, &'a Comparison, Option<&'a Race>),
    /// Which values come back after an overload.
    Hysteresis(&'a Hysteresis),
    /// Which axes matter.
    Sensitivity(&'a Sensitivity),
}

/// The page of an answer and its pictures, by their paths inside of a folder; `again` is the command that makes it, and
/// `reports` are those that write the reports of single values.
///
/// # Errors
/// If a picture cannot be drawn, or the machine gives no threads.
pub fn answer_pages(
    answer: Answer<'_>,
    (again, reports): (&str, &Reports),
    pictures: Pictures,
    threads: usize,
) -> Result<Vec<File>, ReportError> {
    let paper = match answer {
        Answer::Swept(swept, open) => sweep_paper(swept, again, open)?,
        Answer::Bounded(found) => bounded_paper(found, again)?,
        Answer::Growth(found, growth) => growth_paper(found, growth, again)?,
        Answer::Tipping(found) => tipping_paper(found, again)?,
        Answer::Cheapest(found) => cheapest_paper(found, again)?,
        Answer::Comparison(title, comparison, race) => comparison_paper(title, comparison, race, again)?,
        Answer::Hysteresis(found) => hysteresis_paper(found, again)?,
        Answer::Sensitivity(found) => sensitivity_paper(found, again)?,
    };
    files(&paper.with_reports(reports), pictures, threads)
}

fn files(paper: &Paper, pictures: Pictures, threads: usize) -> Result<Vec<File>, ReportError> {
    let file = |path: String, bytes: Vec<u8>| File { path, bytes };
    let mut files = vec![
        file(PAGE.to_owned(), paper.html().into_bytes()),
        file("report.md".to_owned(), paper.markdown().into_bytes()),
    ];
    let path = |chart: &Chart, ending: &str| format!("charts/{}.{ending}", chart.name);
    if pictures.svg {
        let svg = |chart: &Chart| file(path(chart, "svg"), chart.svg.clone().into_bytes());
        files.extend(paper.charts.iter().map(svg));
    }
    if pictures.png {
        let pixels = map(threads, &paper.charts, |chart| png(&chart.svg))?;
        for (chart, bytes) in paper.charts.iter().zip(pixels) {
            files.push(file(path(chart, "png"), bytes?));
        }
    }
    Ok(files)
}
