//! Columns that line up, with colours that take no width.

use super::WIDTH;
use super::paint::{DIM, PLAIN, count, cut_names, paint};
use anstyle::Style;
use std::borrow::Cow;

/// Text with a colour, or without.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    pub(super) fn new(text: impl Into<String>, style: Style) -> Self {
        Cell { text: text.into(), style }
    }

    pub(super) fn plain(text: impl Into<String>) -> Self {
        Cell::new(text, PLAIN)
    }
}

/// On which side the cells of a column line up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// Rows under a heading, and notes between them that keep to no column.
#[derive(Clone, Debug)]
pub(super) struct Table {
    head: Vec<(Cow<'static, str>, Side)>,
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
enum Row {
    Cells(Vec<Cell>),
    Note(Cell),
}

impl Table {
    pub(super) fn new(head: &[(&'static str, Side)]) -> Self {
        Table::named(head.iter().map(|(name, side)| (Cow::Borrowed(*name), *side)).collect())
    }

    /// One whose columns are named after what was asked.
    pub(super) fn named(head: Vec<(Cow<'static, str>, Side)>) -> Self {
        Table { head, rows: Vec::new() }
    }

    /// A row of as many cells as there are columns.
    pub(super) fn row(&mut self, cells: Vec<Cell>) {
        assert!(cells.len() == self.head.len(), "a row has a cell for each column");
        self.rows.push(Row::Cells(cells));
    }

    /// A line of its own below the last row.
    pub(super) fn note(&mut self, cell: Cell) {
        self.rows.push(Row::Note(cell));
    }

    /// Cuts the names in a column to a width, never two of them to the same text.
    pub(super) fn cut(&mut self, column: usize, width: usize) {
        let cells = self.rows.iter_mut().filter_map(|row| match row {
            Row::Cells(cells) => Some(&mut cells[column].text),
            Row::Note(_) => None,
        });
        let cells: Vec<&mut String> = cells.collect();
        let cut = cut_names(&cells.iter().map(|text| text.as_str()).collect::<Vec<_>>(), width);
        for (cell, cut) in cells.into_iter().zip(cut) {
            *cell = cut;
        }
    }

    /// How wide a column may be beside the others on a screen.
    pub(super) fn room(&self, column: usize) -> usize {
        WIDTH.saturating_sub(self.render_width() - self.width(column))
    }

    /// The lines, with two spaces between columns and none at the end of a line.
    pub(super) fn render(&self) -> String {
        let widths: Vec<usize> = (0..self.head.len()).map(|column| self.width(column)).collect();
        let head = self.head.iter().map(|(name, _)| Cell::new(name.clone(), DIM)).collect();
        let mut out = String::new();
        for row in std::iter::once(&Row::Cells(head)).chain(&self.rows) {
            match row {
                Row::Cells(cells) => out.push_str(&self.line(cells, &widths)),
                Row::Note(cell) => out.push_str(&paint(&cell.text, cell.style)),
            }
            out.push('\n');
        }
        out
    }

    /// How wide its widest row with cells is, at most.
    pub(super) fn render_width(&self) -> usize {
        (0..self.head.len()).map(|column| self.width(column)).sum::<usize>() + 2 * (self.head.len() - 1)
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| match row {
            Row::Cells(cells) => Some(count(&cells[column].text)),
            Row::Note(_) => None,
        });
        cells.chain([count(&self.head[column].0)]).max().unwrap_or(0)
    }

    fn line(&self, cells: &[Cell], widths: &[usize]) -> String {
        let last = cells.iter().rposition(|cell| !cell.text.is_empty()).unwrap_or(0);
        let mut line = String::new();
        for (at, cell) in cells.iter().enumerate().take(last + 1) {
            let gap = " ".repeat(widths[at] - count(&cell.text));
            let text = paint(&cell.text, cell.style);
            let between = if at == 0 { "" } else { "  " };
            line.extend(match self.head[at].1 {
                Side::Right => [between, gap.as_str(), text.as_str()],
                Side::Left if at == last => [between, text.as_str(), ""],
                Side::Left => [between, text.as_str(), gap.as_str()],
            });
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::super::paint::BAD;
    use super::*;

    #[test]
    fn columns_line_up_whatever_their_colour() {
        let mut table = Table::new(&[("tier", Side::Left), ("wait", Side::Right), ("why", Side::Left)]);
        table.row(vec![Cell::plain("auth"), Cell::new("4.2 s", BAD), Cell::plain("slow")]);
        table.note(Cell::plain("  a note"));
        table.row(vec![Cell::plain("identity-db"), Cell::plain("–"), Cell::plain("")]);
        let plain = anstream::adapter::strip_str(&table.render()).to_string();
        assert_eq!(
            plain,
            "tier          wait  why\nauth         4.2 s  slow\n  a note\nidentity-db      –\n"
        );
    }
}
