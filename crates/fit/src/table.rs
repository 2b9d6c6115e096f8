//! A table of comma-separated values, and its problems line by line.

use crate::records::Records;
use brownout_units::{QUOTE_CHARS_MAX, is_unseen, quoted};
use std::fmt;

/// A problem of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, counted from 1; none if it is about the whole file.
    pub line: Option<usize>,
    /// The problem, and what would be valid.
    pub what: String,
}

/// All problems of a file, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

/// The most problems that are reported of one file.
const MISTAKES_MAX: usize = 10;

impl Mistakes {
    /// A problem of the whole file.
    pub(crate) fn whole(what: impl Into<String>) -> Self {
        Mistakes(vec![Mistake { line: None, what: what.into() }])
    }

    /// As lines of `NAME:LINE: what`.
    pub fn render(&self, name: &str) -> String {
        let line = |mistake: &Mistake| match mistake.line {
            Some(line) => format!("{name}:{line}: {}", mistake.what),
            None => format!("{name}: {}", mistake.what),
        };
        let mut lines: Vec<String> = self.0.iter().take(MISTAKES_MAX).map(line).collect();
        if MISTAKES_MAX < self.0.len() {
            lines.push(format!("{name}: and more: only the first {MISTAKES_MAX} are shown"));
        }
        lines.join("\n")
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render("the table"))
    }
}

impl std::error::Error for Mistakes {}

/// A header and the records below it; empty lines and those that begin with `#` are left out.
pub(crate) struct Table<'t> {
    records: Records<'t>,
}

impl<'t> Table<'t> {
    /// # Errors
    /// When there is no line below a header.
    pub(crate) fn open(text: &'t str) -> Result<Self, Mistakes> {
        let records = Records::of(text);
        if records.header().is_empty() {
            return Err(Mistakes::whole("the file is empty: the first line has to name the columns"));
        }
        if records.clone().next().is_none() {
            return Err(Mistakes::whole("there is no row below the names of the columns"));
        }
        Ok(Table { records })
    }

    fn header(&self) -> &[String] {
        self.records.header()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.header().iter().any(|title| title == name)
    }

    /// The place of a column.
    ///
    /// # Errors
    /// When no column has that name.
    pub(crate) fn column(&self, name: &str) -> Result<usize, Mistakes> {
        let at = self.header().iter().position(|title| title == name);
        at.ok_or_else(|| {
            Mistakes::whole(format!("there is no column {}; it has {}", quoted(name), self.titles()))
        })
    }

    /// The first of these names that is a column, whatever the case of its letters.
    pub(crate) fn any_of(&self, names: &[&str]) -> Option<usize> {
        let found = |name: &&str| self.header().iter().position(|title| title.eq_ignore_ascii_case(name));
        names.iter().find_map(found)
    }

    /// The names of the columns, until they are [`QUOTE_CHARS_MAX`] characters together: what is named as a table may
    /// be any file.
    pub(crate) fn titles(&self) -> String {
        let mut left = QUOTE_CHARS_MAX;
        let fine = |title: &&String| !title.chars().any(is_unseen);
        let titles = self.header().iter().filter(fine).take_while(|title| {
            let len = title.chars().count();
            let fits = len <= left;
            left = left.saturating_sub(len);
            fits
        });
        let titles: Vec<String> = titles.map(|title| format!("\"{title}\"")).collect();
        let more = if titles.len() < self.header().len() { " …" } else { "" };
        format!("{}{more}", titles.join(", "))
    }

    /// Reads every row.
    ///
    /// # Errors
    /// All problems, with their lines.
    pub(crate) fn rows<R>(
        &self,
        mut read: impl FnMut(usize, &Cells) -> Result<R, String>,
    ) -> Result<Vec<R>, Mistakes> {
        let (mut rows, mut mistakes) = (Vec::new(), Vec::new());
        let columns = self.header().len();
        for (line, record) in self.records.clone() {
            let whole = record.and_then(|cells| {
                let cells = Cells { cells, header: self.header() };
                if cells.cells.len() == columns {
                    read(line, &cells)
                } else {
                    Err(format!("{} cells, but {columns} columns", cells.cells.len()))
                }
            });
            match whole {
                Ok(row) => rows.push(row),
                Err(what) => mistakes.push(Mistake { line: Some(line), what }),
            }
            if MISTAKES_MAX < mistakes.len() {
                break;
            }
        }
        if mistakes.is_empty() { Ok(rows) } else { Err(Mistakes(mistakes)) }
    }
}

/// One row.
pub(crate) struct Cells<'t> {
    cells: Vec<String>,
    header: &'t [String],
}

impl Cells<'_> {
    /// The text of a cell; none if it is empty.
    pub(crate) fn text(&self, at: usize) -> Option<&str> {
        self.cells.get(at).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// A number from 0 on.
    ///
    /// # Errors
    /// When the cell is empty, no number, or negative.
    pub(crate) fn number(&self, at: usize) -> Result<f64, String> {
        let name = &self.header[at];
        let text = self.text(at).ok_or_else(|| format!("\"{name}\" is empty"))?;
        let number = text.parse::<f64>().ok().filter(|number| number.abs() <= 1e15);
        let number =
            number.ok_or_else(|| format!("\"{name}\" is {}, which is not a number", quoted(text)))?;
        if number < 0.0 {
            return Err(format!("\"{name}\" is {text}, which is negative"));
        }
        Ok(number)
    }

    /// A whole number from 0 to `most`.
    ///
    /// # Errors
    /// When the cell is empty, no such number, or larger.
    pub(crate) fn count(&self, at: usize, most: u32) -> Result<u32, String> {
        let (name, number) = (&self.header[at], self.number(at)?);
        if number.fract() != 0.0 || f64::from(most) < number {
            return Err(format!("\"{name}\" is {number}, which is not a whole number up to {most}"));
        }
        Ok(number as u32)
    }
}
