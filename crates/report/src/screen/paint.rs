//! Colours, and text that is cut or wrapped to a width.

use anstyle::{AnsiColor, Color, Effects, Style};

pub(super) const PLAIN: Style = Style::new();
pub(super) const DIM: Style = Style::new().effects(Effects::DIMMED);
pub(super) const BOLD: Style = Style::new().effects(Effects::BOLD);
pub(super) const GOOD: Style = colour(AnsiColor::Green);
pub(super) const FAIR: Style = colour(AnsiColor::Yellow);
pub(super) const BAD: Style = colour(AnsiColor::Red);

const fn colour(colour: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(colour)))
}

/// Text in a colour.
pub(super) fn paint(text: &str, style: Style) -> String {
    if style.is_plain() { text.to_owned() } else { format!("{style}{text}{style:#}") }
}

/// Text cut to a number of characters, the last of which marks the cut.
pub(super) fn cut(text: &str, width: usize) -> String {
    if count(text) <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Text broken between words into lines of at most that number of characters.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
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

/// How wide text is, in characters.
pub(super) fn count(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_and_wrapped_by_characters() {
        assert_eq!(cut("größer", 6), "größer");
        assert_eq!(cut("größer als", 7), "größer…");
        assert_eq!(wrap("ab cd  ef\ngh", 5), ["ab cd", "ef gh"]);
    }
}
