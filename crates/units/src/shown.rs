//! Text from outside as it is shown: control characters are written out, quotes are short.

use std::borrow::Cow;

/// A message quotes at most this many characters of what it was given: enough to recognise a mistake by, too little to
/// read another file through it.
pub const QUOTE_CHARS_MAX: usize = 80;

/// Whether a character commands the device that shows it instead of being seen: controls (C0, DEL, C1), what changes
/// the direction of the text around it, and what breaks a line unseen.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text in which such characters are written out: an escape becomes `\u{1b}`.
pub fn shown(text: &str) -> Cow<'_, str> {
    written_out(text, is_unseen)
}

/// The same for a text of several lines: line breaks and tabs stay.
pub fn shown_lines(text: &str) -> Cow<'_, str> {
    written_out(text, |c| is_unseen(c) && c != '\n' && c != '\t')
}

/// A text in quotes, of which at most [`QUOTE_CHARS_MAX`] characters are shown.
pub fn quoted(text: &str) -> String {
    let mut chars = text.chars();
    let cut: String = chars.by_ref().take(QUOTE_CHARS_MAX).collect();
    let more = if chars.next().is_some() { "…" } else { "" };
    format!("\"{}{more}\"", shown(&cut))
}

/// Whether there is one among the characters, of which those that are plain ASCII need not be decoded.
fn has_unseen(text: &str, unseen: impl Fn(char) -> bool) -> bool {
    let is_plain = |byte: &u8| (b' '..=b'~').contains(byte);
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| !is_plain(&byte)) {
        // The byte before is ASCII, so that a character begins here.
        let mut chars = rest[at..].chars();
        if chars.next().is_some_and(&unseen) {
            return true;
        }
        rest = chars.as_str();
    }
    false
}

fn written_out(text: &str, unseen: impl Fn(char) -> bool) -> Cow<'_, str> {
    // Most texts are ASCII, of which many bytes are compared at once if all of them are.
    let is_unplain = |byte: u8| u8::from(byte.wrapping_sub(b' ') > b'~' - b' ');
    let is_plain = text.bytes().fold(0, |any, byte| any | is_unplain(byte)) == 0;
    if is_plain || !has_unseen(text, &unseen) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if unseen(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_of_all_kinds_are_written_out() {
        assert_eq!(shown("\u{1b}]0;x\u{7}"), "\\u{1b}]0;x\\u{7}");
        assert_eq!(shown("a\u{9b}31m\u{202e}b\u{7f}"), "a\\u{9b}31m\\u{202e}b\\u{7f}");
        assert_eq!(shown_lines("a\n\tb\u{8}"), "a\n\tb\\u{8}");
        assert!(matches!(shown("Größe, 中文 and 🙂"), Cow::Borrowed(_)));
    }

    #[test]
    fn quotes_are_short() {
        assert_eq!(quoted("a\u{1b}"), "\"a\\u{1b}\"");
        assert_eq!(quoted(&"v".repeat(3_000)), format!("\"{}…\"", "v".repeat(80)));
        assert_eq!(quoted(&"µ".repeat(80)), format!("\"{}\"", "µ".repeat(80)));
    }
}
