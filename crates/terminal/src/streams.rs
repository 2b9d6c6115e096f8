//! The two places that the program talks to: data on standard output, talk on standard error.

use brownout::units::is_unseen;
use std::borrow::Cow;
use std::io::{ErrorKind, IsTerminal as _, Write as _};

/// Data that did not get out.
#[derive(Debug, thiserror::Error)]
#[error("cannot write to standard output: {0}")]
pub struct Unwritten(std::io::Error);

/// Writes data. Colours are left out where no reader sees them (a pipe, `NO_COLOR`).
///
/// # Errors
/// If it cannot be written, as on a full disk. A reader that has seen enough (`| head`) is no error.
pub fn data(text: &str) -> Result<(), Unwritten> {
    // A program that reads gets what is meant, to the byte; a terminal would obey it.
    let text = if std::io::stdout().is_terminal() { harmless(text) } else { Cow::Borrowed(text) };
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Unwritten(error)),
        _ => Ok(()),
    }
}

/// Writes a message. A caller that has closed standard error does not want it.
pub fn say(text: &str) {
    let mut out = anstream::stderr().lock();
    let _ = out.write_all(harmless(text).as_bytes()).and_then(|()| out.flush());
}

/// Says where files are: under a text, or beside data for a program as a message, unless no message is wanted.
///
/// # Errors
/// As [`data`].
pub fn placed(said: &str, (is_text, quiet): (bool, bool)) -> Result<(), Unwritten> {
    match (is_text, quiet) {
        (true, _) => data(said)?,
        (false, false) => say(said),
        (false, true) => {}
    }
    Ok(())
}

/// A text in which colours are all that a terminal obeys: every other control character is written out.
///
/// What comes from files is written out where it is read already; this is the last door for the rest.
fn harmless(text: &str) -> Cow<'_, str> {
    let obeyed = |c: char| is_unseen(c) && c != '\n' && c != '\t';
    if !text.chars().any(obeyed) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(at) = rest.find(obeyed) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = colour(rest).unwrap_or_else(|| {
            out.extend(rest.chars().next().into_iter().flat_map(char::escape_unicode));
            0
        });
        out.push_str(&rest[..taken]);
        rest = &rest[taken.max(rest.chars().next().map_or(0, char::len_utf8))..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The length of the colour or style that a text begins with: `ESC [`, numbers, `m`.
fn colour(text: &str) -> Option<usize> {
    let numbers = text.strip_prefix("\u{1b}[")?;
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    numbers[end..].starts_with('m').then_some(2 + end + 1)
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn colours_pass_and_commands_are_shown() {
        let fine = "\u{1b}[1;31merror\u{1b}[0m: a\tb\n";
        assert_eq!(harmless(fine), fine);
        assert_eq!(harmless("a\u{1b}]0;x\u{7}\u{1b}[2J\r"), "a\\u{1b}]0;x\\u{7}\\u{1b}[2J\\u{d}");
        assert_eq!(harmless("\u{9b}31m\u{202e}µ"), "\\u{9b}31m\\u{202e}µ");
        assert_eq!(harmless("\u{1b}"), "\\u{1b}");
    }
}
