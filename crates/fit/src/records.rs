//! A table as programs write them: comma, tab or semicolon between cells, or one JSON object a line.

use serde_json::{Map, Value};

/// A record that is longer is none: a quote that is never closed would take the rest of a file.
const RECORD_BYTES_MAX: usize = 4 << 20;

/// A text as a header and records, read one by one.
#[derive(Clone, Debug)]
pub struct Records<'t> {
    header: Vec<String>,
    form: Form,
    rest: Lines<'t>,
}

/// How a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Cells with this between them, quoted as in RFC 4180.
    Cells(char),
    /// An object a line; the keys of the first one are the header.
    Objects,
}

/// A record: the line it begins at, counted from 1, and its cells or what is wrong with it.
pub type Record = (usize, Result<Vec<String>, String>);

impl<'t> Records<'t> {
    /// The header of a text; an empty one has no columns. Blank lines and those that begin with `#` are left out.
    pub fn of(text: &'t str) -> Self {
        let mut rest = Lines { text: text.trim_start_matches('\u{feff}'), at: 0, line: 1 };
        let mut ahead = rest.clone();
        let first = ahead.line().map_or("", |(_, line)| line);
        if first.trim_start().starts_with('{') {
            let mut header: Vec<String> =
                object(first).map(|map| map.keys().cloned().collect()).unwrap_or_default();
            // Whether a map keeps the order of a file depends on what else is built with it.
            header.sort();
            return Records { header, form: Form::Objects, rest };
        }
        let between = separator(first);
        let header = rest.record(between).and_then(|(_, cells)| cells.ok()).unwrap_or_default();
        Records { header, form: Form::Cells(between), rest }
    }

    /// The names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        match self.form {
            Form::Cells(between) => self.rest.record(between),
            Form::Objects => {
                let (at, line) = self.rest.line()?;
                let cells =
                    object(line).map(|map| self.header.iter().map(|key| cell(map.get(key))).collect());
                Some((at, cells))
            }
        }
    }
}

fn object(line: &str) -> Result<Map<String, Value>, String> {
    let read = serde_json::from_str(line);
    read.map_err(|_| "this is no JSON object: with one in the first line, each line is one".to_owned())
}

/// A value as the cell of a table would have it.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(other) => other.to_string(),
    }
}

/// What stands between the cells of a header: the one of the three that it has most of.
fn separator(header: &str) -> char {
    let count = |c: char| header.chars().filter(|other| *other == c).count();
    // The last of equals is taken, which is the comma.
    [';', '\t', ','].into_iter().max_by_key(|c| count(*c)).unwrap_or(',')
}

/// What of a text has not been read.
#[derive(Clone, Debug)]
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl<'t> Lines<'t> {
    /// The next line that says something, and its number.
    fn line(&mut self) -> Option<(usize, &'t str)> {
        loop {
            let rest = &self.text[self.at..];
            if rest.is_empty() {
                return None;
            }
            let end = rest.find('\n').unwrap_or(rest.len());
            let (line, number) = (rest[..end].trim_end_matches('\r'), self.line);
            self.at += (end + 1).min(rest.len());
            self.line += 1;
            if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
                return Some((number, line));
            }
        }
    }

    /// The next record, which has further lines where a quoted cell has line breaks.
    fn record(&mut self, between: char) -> Option<Record> {
        let (number, line) = self.line()?;
        let start = line.as_ptr() as usize - self.text.as_ptr() as usize;
        let mut cells = Vec::new();
        let mut rest = &self.text[start..];
        loop {
            let (cell, after) = match next_cell(rest, between) {
                Ok(found) => found,
                Err(what) => return Some((number, Err(what.to_owned()))),
            };
            cells.push(cell);
            match after.chars().next() {
                Some(c) if c == between => rest = &after[c.len_utf8()..],
                _ => {
                    rest = after;
                    break;
                }
            }
        }
        // On to behind the line break that ends the record.
        let end = self.text.len() - rest.len();
        if self.at < end {
            self.line += self.text[self.at..end].matches('\n').count() + 1;
            self.at = (end + rest.find('\n').map_or(rest.len(), |at| at + 1)).min(self.text.len());
        }
        Some((number, Ok(cells)))
    }
}

/// A cell, and what follows it: a separator, a line break or nothing.
fn next_cell(text: &str, between: char) -> Result<(String, &str), &'static str> {
    let is_end = |c: char| c == between || c == '\n';
    let blank = |c: char| (c == ' ' || c == '\t') && c != between;
    let begins = text.trim_start_matches(blank);
    let Some(mut inside) = begins.strip_prefix('"') else {
        let end = text.find(is_end).unwrap_or(text.len());
        return Ok((text[..end].trim().to_owned(), &text[end..]));
    };
    let (mut cell, whole) = (String::new(), inside.len());
    loop {
        let end = inside.find('"').ok_or("a quote is opened here and never closed")?;
        if RECORD_BYTES_MAX < whole - inside.len() + end {
            return Err("a quote is opened here and not closed for 4 MiB");
        }
        cell.push_str(&inside[..end]);
        inside = &inside[end + 1..];
        match inside.strip_prefix('"') {
            Some(more) => {
                cell.push('"');
                inside = more;
            }
            None => break,
        }
    }
    // What follows a closing quote belongs to the cell, as programs that quote a part of it mean it.
    let end = inside.find(is_end).unwrap_or(inside.len());
    cell.push_str(inside[..end].trim_end());
    Ok((cell.trim().to_owned(), &inside[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(usize, Vec<String>)> {
        let records = Records::of(text);
        let header = (0, records.header().to_vec());
        std::iter::once(header).chain(records.map(|(line, cells)| (line, cells.expect("cells")))).collect()
    }

    fn check(text: &str, expect: &[(usize, &[&str])]) {
        let expect: Vec<(usize, Vec<String>)> = expect
            .iter()
            .map(|(line, cells)| (*line, cells.iter().map(|c| (*c).to_owned()).collect()))
            .collect();
        assert_eq!(read(text), expect, "{text}");
    }

    #[test]
    fn cells_are_read_as_programs_write_them() {
        check("a, \"b,c\" ,d\r\n1,2,\r\n", &[(0, &["a", "b,c", "d"]), (2, &["1", "2", ""])]);
        check(
            "t,x\n0,\"he said \"\"x\"\",\nand then\"\n\n# no\n1,b",
            &[(0, &["t", "x"]), (2, &["0", "he said \"x\",\nand then"]), (6, &["1", "b"])],
        );
        check("a\tb\n1,5\t2\n", &[(0, &["a", "b"]), (2, &["1,5", "2"])]);
        check("\u{feff}a;b\n1;2\n", &[(0, &["a", "b"]), (2, &["1", "2"])]);
        check("5\" disk,b\n1,2\n", &[(0, &["5\" disk", "b"]), (2, &["1", "2"])]);
        check("", &[(0, &[])]);
    }

    #[test]
    fn objects_are_rows() {
        check(
            "{\"t\": 0, \"h\": [0, 1], \"s\": \"x\"}\n\n{\"s\": null, \"t\": 2.5, \"h\": []}\n",
            &[(0, &["h", "s", "t"]), (1, &["[0,1]", "x", "0"]), (3, &["[]", "", "2.5"])],
        );
        let mut broken = Records::of("{\"t\": 0}\n[1]\n");
        assert!(broken.nth(1).is_some_and(|(line, cells)| line == 2 && cells.is_err()));
    }

    #[test]
    fn a_quote_that_stays_open_is_said_where_it_was_opened() {
        let mut open = Records::of("a,b\n1,\"2\n3,4\n");
        assert_eq!(open.next(), Some((2, Err("a quote is opened here and never closed".to_owned()))));
        assert_eq!(open.next().map(|(line, _)| line), Some(3));
        assert_eq!(open.next(), None);
    }
}
