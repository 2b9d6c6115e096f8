//! The page of a question over many runs: its answer first, then pictures, tables and the command that shows it again;
//! as HTML and as Markdown from the same parts.

mod answers;
mod compared;
mod html;
mod markdown;
mod reports;
mod swept;

pub use answers::{
    bounded_paper, cheapest_paper, growth_paper, hysteresis_paper, sensitivity_paper, tipping_paper,
};
pub use compared::comparison_paper;
pub use reports::Reports;
pub use swept::sweep_paper;

use crate::Chart;

/// A page before it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Paper {
    /// What kind of page it is, over its title.
    eyebrow: &'static str,
    title: String,
    /// The answer in one sentence, or what was found.
    sentence: String,
    /// How good the news is: a class of the style sheet.
    tone: &'static str,
    /// One or two words; empty: none.
    badge: &'static str,
    /// What it rests on.
    basis: String,
    parts: Vec<Part>,
    /// The pictures, which parts refer to by their places.
    pub charts: Vec<Chart>,
}

/// A part of a page.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    Heading(&'static str),
    Text(String),
    List(Vec<String>),
    /// A chart, by its place.
    Chart(usize),
    Table(Grid),
    /// A table that a reader may open.
    Folded(Grid),
    /// What to type.
    Command(String),
}

/// A table; its heads name the unit where its cells do not.
#[derive(Clone, Debug, PartialEq)]
struct Grid {
    label: &'static str,
    /// Each with whether its cells are numbers, which stand at the right.
    heads: Vec<(String, bool)>,
    rows: Vec<Vec<String>>,
}

impl Paper {
    fn text(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.parts.push(Part::Text(text));
        }
    }

    fn heading(&mut self, heading: &'static str) {
        self.parts.push(Part::Heading(heading));
    }

    /// Takes the charts, and shows all of them here.
    fn show(&mut self, charts: Vec<Chart>) {
        for chart in charts {
            self.parts.push(Part::Chart(self.charts.len()));
            self.charts.push(chart);
        }
    }

    /// The command that shows it again, and what a reader has to know.
    fn foot(&mut self, again: &str, notes: Vec<String>) {
        self.heading("See it again");
        self.parts.push(Part::Command(again.to_owned()));
        self.heading("Where the numbers come from");
        let own = "This is a simulation. It shows what the described service does under the described load, and is as \
                   good as that description."
            .to_owned();
        self.parts.push(Part::List(std::iter::once(own).chain(notes).collect()));
    }
}
