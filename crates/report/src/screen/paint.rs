//! Colours, and text that is cut or wrapped to a width.

use crate::number::is_unit_of;
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

/// Names cut to a number of characters, and never two to the same text: where their beginnings are the same they keep
/// their ends, too, and where those are the same as well they are numbered.
pub(super) fn cut_names(names: &[&str], width: usize) -> Vec<String> {
    let alike = |cut: &[String], at: usize| {
        (0..names.len()).any(|other| names[other] != names[at] && cut[other] == cut[at])
    };
    let mut cut: Vec<String> = names.iter().map(|name| cut(name, width)).collect();
    if (0..names.len()).any(|at| alike(&cut, at)) {
        cut = names.iter().map(|name| cut_middle(name, width)).collect();
    }
    let mut seen: Vec<(&str, String)> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if let Some((_, known)) = seen.iter().find(|(other, _)| other == name) {
            cut[at].clone_from(known);
            continue;
        }
        let mut number = 2;
        while seen.iter().any(|(_, text)| *text == cut[at]) {
            let behind = format!(" ({number})");
            cut[at] = cut_middle(name, width.saturating_sub(count(&behind))) + &behind;
            number += 1;
        }
        seen.push((name, cut[at].clone()));
    }
    cut
}

/// The beginning of a text and its end, around the mark of the cut.
fn cut_middle(text: &str, width: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= width {
        return text.to_owned();
    }
    let kept = width.saturating_sub(1);
    let (head, tail) = (&chars[..kept.div_ceil(2)], &chars[chars.len() - kept / 2..]);
    let (head, tail): (String, String) = (head.iter().collect(), tail.iter().collect());
    format!("{}…{}", head.trim_end(), tail.trim_start())
}

/// Text broken between words into lines of at most that number of characters, and never before the unit of a number.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut lines: Vec<String> = Vec::new();
    for part in words.chunk_by(|before, word| is_unit_of(before, word)) {
        let part = part.join(" ");
        match lines.last_mut() {
            Some(line) if count(line) + 1 + count(&part) <= width => {
                line.push(' ');
                line.push_str(&part);
            }
            _ => lines.push(part),
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
        assert_eq!(wrap("sure by 95 %, of 3 min", 10), ["sure by", "95 %, of", "3 min"]);
    }

    #[test]
    fn no_two_names_are_cut_to_the_same_text() {
        assert_eq!(cut_names(&["web login", "mobile settings"], 12), ["web login", "mobile sett…"]);
        let alike = ["players signing in from eu", "players signing in from us", "login"];
        assert_eq!(cut_names(&alike, 12), ["player…om eu", "player…om us", "login"]);
        let same_ends = ["players-eu-1-signing-in", "players-eu-2-signing-in", "players-eu-1-signing-in"];
        let cut = cut_names(&same_ends, 12);
        assert_eq!(cut, ["player…ng-in", "play…-in (2)", "player…ng-in"]);
        assert!(cut.iter().all(|name| count(name) <= 12), "{cut:?}");
    }
}
