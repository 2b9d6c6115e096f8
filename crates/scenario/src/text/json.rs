//! JSON to the same tree: a library validates the JSON, a walk over the text finds the places.

use super::source::{FileId, Place};
use super::tree::{Entries, Entry, Node, Value};
use crate::limits;
use crate::problem::{Diagnostics, Draft};
use serde::de::IgnoredAny;

/// Reads a JSON document; reports the first error of its syntax and every repeated key.
pub(super) fn parse(diag: &mut Diagnostics, file: FileId, text: &str) -> Option<Node> {
    // The walk below recurses, so the depth is checked first.
    if let Some(at) = too_deep(text) {
        let allowed = format!("at most {} levels", limits::DEPTH_MAX);
        diag.report(
            Draft::error(Place::new(file, at, at + 1), "nested too deeply to be a scenario").allowed(allowed),
        );
        return None;
    }
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        let at = offset(text, error.line(), error.column());
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or(&reason);
        diag.report(Draft::error(Place::new(file, at, at), format!("this is not JSON: {reason}")));
        return None;
    }
    let mut walk = Walk { diag, file, text, at: 0 };
    let node = walk.value();
    if !matches!(node.value, Value::Table(_)) {
        diag.report(Draft::error(node.place, format!("a scenario is a table of keys, not {}", node.what())));
        return None;
    }
    Some(node)
}

/// The place of the first bracket that is nested too deeply.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if limits::DEPTH_MAX < depth {
            return Some(at);
        }
    }
    None
}

fn offset(text: &str, line: usize, column: usize) -> usize {
    let lines = text.split_inclusive('\n').take(line.saturating_sub(1));
    let mut at = (lines.map(str::len).sum::<usize>() + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Walks over a text that is known to be JSON.
struct Walk<'a, 'd> {
    diag: &'d mut Diagnostics,
    file: FileId,
    text: &'a str,
    at: usize,
}

impl Walk<'_, '_> {
    fn value(&mut self) -> Node {
        self.skip_space();
        let start = self.at;
        let value = match self.peek() {
            b'{' => self.table(),
            b'[' => self.list(),
            b'"' => Value::Text(self.string()),
            _ => self.word(),
        };
        Node { value, place: Place::new(self.file, start, self.at) }
    }

    fn table(&mut self) -> Value {
        self.at += 1;
        let mut entries = Entries::new();
        while self.next_item(b'}') {
            let start = self.at;
            let name = self.string();
            let key = Place::new(self.file, start, self.at);
            self.skip_space();
            self.at += 1;
            let node = self.value();
            if entries.contains_key(&name) {
                let message = format!("the key \"{name}\" occurs twice");
                self.diag.report(Draft::error(key, message).hint("keep one of them"));
            }
            entries.insert(name, Entry { key, node });
        }
        Value::Table(entries.into())
    }

    fn list(&mut self) -> Value {
        self.at += 1;
        let mut items = Vec::new();
        while self.next_item(b']') {
            items.push(self.value());
        }
        Value::List(items.into())
    }

    /// Steps over a comma to the next item and returns true; at the end steps over `close` and returns false.
    fn next_item(&mut self, close: u8) -> bool {
        self.skip_space();
        if self.peek() == b',' {
            self.at += 1;
            self.skip_space();
        }
        if self.peek() == close {
            self.at += 1;
            return false;
        }
        true
    }

    fn string(&mut self) -> String {
        let start = self.at;
        self.at += 1;
        while self.peek() != b'"' {
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        serde_json::from_str(&self.text[start..self.at]).expect("the library has read this text before")
    }

    fn word(&mut self) -> Value {
        let rest = &self.text[self.at..];
        let len = rest.find([',', ']', '}', ' ', '\n', '\r', '\t']).unwrap_or(rest.len());
        let word = &rest[..len];
        let place = Place::new(self.file, self.at, self.at + len);
        self.at += len;
        match word {
            "null" => Value::Null,
            "true" => Value::Flag(true),
            "false" => Value::Flag(false),
            _ if word.contains(['.', 'e', 'E']) => Value::Float(word.parse().unwrap_or(f64::NAN)),
            _ => Value::Integer(word.parse().unwrap_or_else(|_| {
                self.diag.report(Draft::error(place, "is too large for a whole number of 64 bits"));
                0
            })),
        }
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    fn peek(&self) -> u8 {
        *self.text.as_bytes().get(self.at).expect("JSON that was checked ends with its value")
    }
}
