//! The texts of a scenario, and places in them.

use std::sync::Arc;

/// One text.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// As given, or `--set`.
    pub(crate) name: Arc<str>,
    pub(crate) text: Arc<str>,
}

/// A place in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FileId(u16);

/// Some bytes of one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) file: FileId,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Place {
    pub(crate) fn new(file: FileId, start: usize, end: usize) -> Self {
        Place { file, start: start as u32, end: end.max(start) as u32 }
    }

    pub(crate) fn start_of(file: FileId) -> Self {
        Place { file, start: 0, end: 0 }
    }
}

/// All texts, in the order they were opened.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources(Vec<Source>);

/// Line and column of a byte, counted as editors do: from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LineColumn {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Sources {
    pub(crate) fn add(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(
            u16::try_from(self.0.len()).expect("limits::ROWS_MAX settings and a short chain of files fit"),
        );
        self.0.push(Source { name: name.into(), text: text.into() });
        id
    }

    pub(crate) fn get(&self, file: FileId) -> &Source {
        &self.0[file.0 as usize]
    }

    /// The text at a place; nothing where it lies outside or cuts a character.
    pub(crate) fn slice(&self, place: Place) -> &str {
        self.get(place.file).text.get(place.start as usize..place.end as usize).unwrap_or("")
    }

    pub(crate) fn locate(&self, place: Place) -> LineColumn {
        let text = &self.get(place.file).text;
        let mut at = (place.start as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &text[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        LineColumn {
            line: newlines(before.as_bytes()) + 1,
            column: before[line_start..].chars().count() as u32 + 1,
        }
    }
}

/// A compiler compares many bytes at once where they are counted in a byte, which is full after 255 of them.
fn newlines(bytes: &[u8]) -> u32 {
    let of_part = |part: &[u8]| part.iter().fold(0, |count: u8, byte| count + u8::from(*byte == b'\n'));
    bytes.chunks(255).map(|part| u32::from(of_part(part))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_from_one_in_characters() {
        let mut sources = Sources::default();
        let file = sources.add("a.toml", "x = 1\nµµ = 2\n");
        let at = sources.locate(Place::new(file, 11, 12));
        assert_eq!(at, LineColumn { line: 2, column: 4 });
        let past = sources.locate(Place::new(file, 9_999, 9_999));
        assert_eq!(past, LineColumn { line: 3, column: 1 });
    }
}
