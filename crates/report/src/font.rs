//! The embedded typeface: its bytes, and how wide a text will be in it.

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// Noto Sans Regular, the subset in `fonts/`.
pub(crate) const REGULAR: &[u8] = include_bytes!("../fonts/NotoSans-Regular-subset.ttf");
/// Noto Sans Bold, the subset in `fonts/`.
pub(crate) const BOLD: &[u8] = include_bytes!("../fonts/NotoSans-Bold-subset.ttf");
/// Arrows and relations, which Noto Sans leaves to its sister.
pub(crate) const MATH: &[u8] = include_bytes!("../fonts/NotoSansMath-subset.ttf");

/// What replaces a character that is in neither font, in em: about as wide as a capital.
const UNKNOWN_EM: f64 = 0.7;

/// A name from a scenario may be of any length; no chart shows more of it than this.
const CHARS_MAX: usize = 200;

/// How wide a text is, in pixels, when set `size` pixels high.
pub(crate) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let font = FontRef::new(if bold { BOLD } else { REGULAR }).expect("the embedded font is a font");
    let math = FontRef::new(MATH).expect("the embedded font is a font");
    let em = |c: char| advance(&font, c).or_else(|| advance(&math, c)).unwrap_or(UNKNOWN_EM);
    text.chars().map(|c| em(c) * size).sum()
}

/// How wide a letter is, in em; none where the font does not have it.
fn advance(font: &FontRef<'_>, letter: char) -> Option<f64> {
    let glyph = font.charmap().map(letter)?;
    let units = f64::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
    let advance = font.glyph_metrics(Size::unscaled(), LocationRef::default()).advance_width(glyph)?;
    Some(f64::from(advance) / units)
}

/// The text, or as much of it as fits into `room` pixels with an ellipsis behind it.
pub(crate) fn fit(text: &str, size: f64, bold: bool, room: f64) -> String {
    let mut short: String = text.chars().take(CHARS_MAX).collect();
    let whole = short.len() == text.len();
    if whole && width(&short, size, bold) <= room {
        return short;
    }
    while !short.is_empty() && width(&short, size, bold) + width("…", size, bold) > room {
        short.pop();
    }
    let mut short = short.trim_end().to_owned();
    short.push('…');
    short
}

/// A text in lines that fit into `room` pixels, broken between words; a word that is longer is cut.
pub(crate) fn wrap(text: &str, size: f64, bold: bool, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match longer.filter(|longer| width(longer, size, bold) <= room) {
            Some(longer) => *lines.last_mut().expect("it has become longer") = longer,
            None => lines.push(fit(word, size, bold, room)),
        }
    }
    lines
}

/// A name, or its beginning and end around an ellipsis: names that differ often differ in their last letters.
pub(crate) fn fit_name(name: &str, size: f64, bold: bool, room: f64) -> String {
    let whole = fit(name, size, bold, room);
    if whole == name {
        return whole;
    }
    let tail: String = {
        let chars: Vec<char> = name.chars().collect();
        let keep = (whole.chars().count() / 3).min(chars.len());
        chars[chars.len() - keep..].iter().collect()
    };
    let tail = tail.trim_start();
    format!("{}{tail}", fit(name, size, bold, room - width(tail, size, bold)))
}

/// Names as [`fit_name`] cuts them, and never two to the same text: those that would be get a number behind them.
pub(crate) fn fit_names(names: &[&str], size: f64, bold: bool, room: f64) -> Vec<String> {
    let mut cut: Vec<String> = names.iter().map(|name| fit_name(name, size, bold, room)).collect();
    for at in 0..names.len() {
        let is_taken = |text: &str, cut: &[String]| {
            (0..names.len()).any(|other| other < at && names[other] != names[at] && cut[other] == text)
        };
        let mut number = 2;
        while is_taken(&cut[at], &cut) {
            let behind = format!(" ({number})");
            let room = room - width(&behind, size, bold);
            cut[at] = fit_name(names[at], size, bold, room) + &behind;
            number += 1;
        }
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_wide_as_its_letters() {
        assert!(width("iiii", 12.0, false) < width("mmmm", 12.0, false));
        assert!(width("auth", 12.0, false) < width("auth", 12.0, true));
        assert!((width("auth", 24.0, false) - 2.0 * width("auth", 12.0, false)).abs() < 1e-9);
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        assert_eq!(fit("auth", 12.0, false, 100.0), "auth");
        let short = fit("a tier with a name that no one can remember", 12.0, false, 100.0);
        assert!(short.ends_with('…') && width(&short, 12.0, false) <= 100.0, "{short}");
        assert_eq!(fit(&"x".repeat(100_000), 12.0, false, 1e9).chars().count(), CHARS_MAX + 1);
        assert_eq!(fit("auth", 12.0, false, 0.0), "…");
    }

    #[test]
    fn no_two_names_are_cut_to_the_same_text() {
        let names = ["identity-database-primary-x-eu-1", "identity-database-primary-y-eu-1", "auth", "auth"];
        let cut = fit_names(&names, 12.0, false, 90.0);
        assert!(cut[0] != cut[1] && cut[1].ends_with(" (2)"), "{cut:?}");
        assert_eq!(cut[2..], ["auth", "auth"]);
        assert!(cut.iter().all(|name| width(name, 12.0, false) <= 91.0), "{cut:?}");
    }

    #[test]
    fn a_long_name_keeps_both_ends() {
        assert_eq!(fit_name("auth", 12.0, false, 100.0), "auth");
        let (one, two) = ("a-tier-with-a-very-long-name-1", "a-tier-with-a-very-long-name-2");
        let (one, two) = (fit_name(one, 12.0, false, 100.0), fit_name(two, 12.0, false, 100.0));
        assert!(one != two && one.contains('…') && width(&one, 12.0, false) <= 100.0, "{one} {two}");
    }
}
