//! A paper in Markdown, with links to its pictures.

use super::{Grid, Paper, Part};
use crate::page::markdown::{escape, line, list, row};
use std::fmt::Write as _;

impl Paper {
    /// As Markdown. Charts are linked as SVG in the folder `charts`.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        let w = &mut out;
        line(w, &format!("# {}", escape(&self.title)));
        let badge = if self.badge.is_empty() { String::new() } else { format!("**{}.** ", self.badge) };
        line(w, &format!("{badge}{}", escape(&self.sentence)));
        if !self.basis.is_empty() {
            line(w, &escape(&self.basis));
        }
        for part in &self.parts {
            self.part_as_markdown(w, part);
        }
        while out.ends_with("\n\n") {
            out.pop();
        }
        out
    }

    fn part_as_markdown(&self, w: &mut String, part: &Part) {
        match part {
            Part::Heading(text) => line(w, &format!("## {text}")),
            Part::Text(text) => line(w, &escape(text)),
            Part::List(items) => list(w, items),
            Part::Command(command) => {
                let fence =
                    "`".repeat(command.split(|c| c != '`').map(str::len).max().unwrap_or(0).max(2) + 1);
                writeln!(w, "{fence}sh\n{}\n{fence}\n", command.replace(['\n', '\r'], " "))
                    .expect("a String takes any text");
            }
            Part::Chart(at) => {
                let chart = &self.charts[*at];
                line(w, &format!("![{}](charts/{}.svg)", escape(&chart.title), chart.name));
                line(w, &format!("*{}*", escape(&chart.caption)));
                self.chart_numbers(w, *at);
            }
            Part::Table(grid) => table(w, grid),
            Part::Folded(grid) => {
                line(w, &format!("<details>\n<summary>{}</summary>", grid.label));
                table(w, grid);
                line(w, "</details>");
            }
        }
    }

    /// The numbers of a chart: folded, where a reader of Markdown can fold.
    fn chart_numbers(&self, w: &mut String, at: usize) {
        let Some((head, rows)) = self.charts[at].table.split_first() else { return };
        line(w, "<details>\n<summary>The numbers of this chart</summary>");
        row(w, &head.iter().map(|head| escape(head)).collect::<Vec<_>>());
        let rule = |at: usize| if at == 0 { "---" } else { "--:" }.to_owned();
        row(w, &(0..head.len()).map(rule).collect::<Vec<_>>());
        for cells in rows {
            row(w, &cells.iter().map(|cell| escape(cell)).collect::<Vec<_>>());
        }
        w.push('\n');
        line(w, "</details>");
    }
}

fn table(w: &mut String, grid: &Grid) {
    row(w, &grid.heads.iter().map(|(head, _)| escape(head)).collect::<Vec<_>>());
    let rule = |(_, is_number): &(String, bool)| if *is_number { "--:" } else { "---" }.to_owned();
    row(w, &grid.heads.iter().map(rule).collect::<Vec<_>>());
    for cells in &grid.rows {
        row(w, &cells.iter().map(|cell| escape(cell)).collect::<Vec<_>>());
    }
    w.push('\n');
}
