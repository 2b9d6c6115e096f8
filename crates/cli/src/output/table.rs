//! Columns that line up, with colours that take no width.

use anstyle::{AnsiColor, Color, Effects, Style};

pub(crate) const PLAIN: Style = Style::new();
pub(crate) const DIM: Style = Style::new().effects(Effects::DIMMED);
pub(crate) const BOLD: Style = Style::new().effects(Effects::BOLD);
pub(crate) const GOOD: Style = colour(AnsiColor::Green);
pub(crate) const FAIR: Style = colour(AnsiColor::Yellow);
pub(crate) const BAD: Style = colour(AnsiColor::Red);

const fn colour(colour: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(colour)))
}

/// Text with a colour, or without.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    pub(crate) fn new(text: impl Into<String>, style: Style) -> Self {
        Cell { text: text.into(), style }
    }

    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Cell::new(text, PLAIN)
    }
}

/// On which side the cells of a column line up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// Rows under a heading, and notes between them that keep to no column.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    head: Vec<(&'static str, Side)>,
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
enum Row {
    Cells(Vec<Cell>),
    Note(Cell),
}

impl Table {
    pub(crate) fn new(head: &[(&'static str, Side)]) -> Self {
        Table { head: head.to_vec(), rows: Vec::new() }
    }

    /// A row of as many cells as there are columns.
    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        assert!(cells.len() == self.head.len(), "a row has a cell for each column");
        self.rows.push(Row::Cells(cells));
    }

    /// A line of its own below the last row.
    pub(crate) fn note(&mut self, cell: Cell) {
        self.rows.push(Row::Note(cell));
    }

    /// The lines, with two spaces between columns and none at the end of a line.
    pub(crate) fn render(&self) -> String {
        let widths: Vec<usize> = (0..self.head.len()).map(|column| self.width(column)).collect();
        let head = self.head.iter().map(|(name, _)| Cell::new(*name, DIM)).collect();
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
    pub(crate) fn render_width(&self) -> usize {
        (0..self.head.len()).map(|column| self.width(column)).sum::<usize>() + 2 * (self.head.len() - 1)
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| match row {
            Row::Cells(cells) => Some(count(&cells[column].text)),
            Row::Note(_) => None,
        });
        cells.chain([count(self.head[column].0)]).max().unwrap_or(0)
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

/// Text in a colour.
pub(crate) fn paint(text: &str, style: Style) -> String {
    if style.is_plain() { text.to_owned() } else { format!("{style}{text}{style:#}") }
}

/// Text cut to so many characters, the last of which says that it was.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if count(text) <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Text broken between words into lines of at most so many characters.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if count(line) + 1 + count(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn count(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn text_is_cut_and_wrapped_by_characters() {
        assert_eq!(cut("größer", 6), "größer");
        assert_eq!(cut("größer als", 7), "größer…");
        assert_eq!(wrap("ab cd  ef\ngh", 5), ["ab cd", "ef gh"]);
    }
}
