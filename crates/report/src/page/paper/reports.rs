//! The commands that write the report of the runs of single values, under an answer.

use super::{Grid, Paper, Part};

/// More rows are more than a reader looks through; the others are made in the same way.
const ROWS_MAX: usize = 200;

/// How everything that a question has run is seen as a report of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reports {
    /// Of each value that was run: its name, and the command that runs it again and writes its report.
    pub all: Vec<(String, String)>,
    /// The places of those that say most.
    pub first: Vec<usize>,
}

impl Reports {
    /// The commands of those that say most.
    pub(crate) fn first(&self) -> impl Iterator<Item = &str> {
        self.first.iter().filter_map(|at| self.all.get(*at)).map(|(_, command)| command.as_str())
    }
}

impl Paper {
    /// With the commands that write the reports of single values, under that which shows the answer again.
    #[must_use]
    pub fn with_reports(mut self, reports: &Reports) -> Self {
        if reports.all.is_empty() {
            return self;
        }
        let is_command = |part: &Part| matches!(part, Part::Command(_));
        let at = self.parts.iter().rposition(is_command).map_or(self.parts.len(), |at| at + 1);
        let mut parts = vec![Part::Text("The report of the runs of one value:".to_owned())];
        parts.extend(reports.first().map(|command| Part::Command(command.to_owned())));
        let heads = ["value", "the command that writes its report"];
        let row = |(value, command): &(String, String)| vec![value.clone(), command.clone()];
        parts.push(Part::Folded(Grid {
            label: "The reports of all values that were run",
            heads: heads.map(|head| (head.to_owned(), false)).to_vec(),
            rows: reports.all.iter().take(ROWS_MAX).map(row).collect(),
        }));
        self.parts.splice(at..at, parts);
        self
    }
}
