//! How every chart looks: colours, sizes, and what the colours become on a dark page.

use plotters::style::RGBColor;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A colour as plotters takes it.
pub(crate) type Color = RGBColor;

/// Behind everything.
pub(crate) const PAPER: Color = RGBColor(255, 255, 255);
/// Titles and the lines that are not data.
pub(crate) const INK: Color = RGBColor(31, 41, 55);
/// Subtitles, ticks, captions.
pub(crate) const MUTE: Color = RGBColor(107, 114, 128);
/// Lines that carry no label of their own.
pub(crate) const FAINT: Color = RGBColor(176, 182, 192);
/// The horizontal grid.
pub(crate) const GRID: Color = RGBColor(229, 231, 235);
/// While extra users came.
pub(crate) const SURGE: Color = RGBColor(202, 138, 4);
/// While something was broken.
pub(crate) const FAULT: Color = RGBColor(220, 38, 38);
/// While something was broken that no clock had broken.
pub(crate) const BEFELL: Color = RGBColor(136, 84, 48);
/// When an operator acted, and while leased capacity was there.
pub(crate) const ACTED: Color = RGBColor(109, 40, 217);

// The colours of Okabe and Ito, which people with any kind of colour vision can tell apart; their yellow is left out,
// because a thin yellow line cannot be seen on white.
pub(crate) const BLUE: Color = RGBColor(0, 114, 178);
pub(crate) const ORANGE: Color = RGBColor(230, 159, 0);
pub(crate) const GREEN: Color = RGBColor(0, 158, 115);
pub(crate) const VERMILLION: Color = RGBColor(213, 94, 0);
pub(crate) const SKY: Color = RGBColor(86, 180, 233);
pub(crate) const PURPLE: Color = RGBColor(204, 121, 167);
pub(crate) const SLATE: Color = RGBColor(75, 85, 99);

/// The colours of lines that have no meaning of their own, in the order they are dealt out.
pub(crate) const DEALT: [Color; 7] = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, SLATE];

// The same hues as text, at least 4.5 to 1 on paper: orange and sky are for areas and lines alone.
const BLUE_TEXT: Color = RGBColor(0, 95, 150);
const ORANGE_TEXT: Color = RGBColor(138, 90, 0);
const GREEN_TEXT: Color = RGBColor(0, 105, 77);
const VERMILLION_TEXT: Color = RGBColor(179, 71, 0);
const SKY_TEXT: Color = RGBColor(20, 100, 150);
const PURPLE_TEXT: Color = RGBColor(150, 57, 111);

/// The colour in which the name of a line is written.
pub(crate) fn text_of(color: Color) -> Color {
    let texts = [
        (BLUE, BLUE_TEXT),
        (ORANGE, ORANGE_TEXT),
        (GREEN, GREEN_TEXT),
        (VERMILLION, VERMILLION_TEXT),
        (SKY, SKY_TEXT),
        (PURPLE, PURPLE_TEXT),
    ];
    texts.into_iter().find(|(line, _)| *line == color).map_or(color, |(_, text)| text)
}

/// Of every chart, in pixels: readable in a column of text, half a screen wide.
pub(crate) const WIDTH: f64 = 800.0;
/// Of a drawing for a phone.
pub(crate) const NARROW: f64 = 360.0;
/// Left and right of everything.
pub(crate) const EDGE: f64 = 16.0;
/// Of the title.
pub(crate) const TITLE: f64 = 18.0;
/// Of subtitles, ticks and labels.
pub(crate) const TEXT: f64 = 12.0;
/// Of what matters least: on paper a chart is 172 mm wide, where this is 7 pt.
pub(crate) const SMALL: f64 = 11.5;
/// Of an interval around a line, and of a stretch of trigger behind it.
pub(crate) const BAND_OPACITY: f64 = 0.18;
/// The same of the second of two variants, so that neither hides the other.
pub(crate) const BAND_OPACITY_BESIDE: f64 = 0.1;
/// Of a stretch of trigger behind the lines.
pub(crate) const SHADE_OPACITY: f64 = 0.08;

/// How many steps the ramp of the heat strip has; few, so that equal neighbours merge into one shape.
pub(crate) const RAMP_STEPS: usize = 24;

// From nothing to worst, lightness falls evenly (on a dark page it rises), so that it also reads without colour.
const RAMP_LIGHT: [Color; 6] = [
    RGBColor(241, 243, 246),
    RGBColor(253, 230, 187),
    RGBColor(248, 178, 104),
    RGBColor(226, 110, 60),
    RGBColor(172, 45, 48),
    RGBColor(84, 16, 38),
];
const RAMP_DARK: [Color; 6] = [
    RGBColor(32, 38, 50),
    RGBColor(74, 52, 40),
    RGBColor(132, 68, 36),
    RGBColor(206, 98, 40),
    RGBColor(246, 166, 76),
    RGBColor(255, 240, 190),
];

/// A step of the ramp on paper.
pub(crate) fn ramp(step: usize) -> Color {
    blend(&RAMP_LIGHT, step)
}

/// Text on the middle of the ramp, where both pages have cells of a middle lightness: dark on both.
const INK_ON_MIDDLE: Color = RGBColor(1, 2, 4);

/// The colour of text on a step of the ramp.
pub(crate) fn on_ramp(step: usize) -> Color {
    match step {
        0..=11 => INK,
        12..=15 => INK_ON_MIDDLE,
        _ => PAPER,
    }
}

/// The rules by which a page turns its charts dark: each colour of this file has a partner.
pub(crate) fn dark_rules() -> String {
    partners().into_iter().fold(String::new(), |mut rules, (light, dark)| {
        let (light, dark) = (hex(light), hex(dark));
        for attribute in ["fill", "stroke"] {
            writeln!(rules, "figure svg [{attribute}=\"{light}\"]{{{attribute}:{dark}}}")
                .expect("a String takes any text");
        }
        rules
    })
}

/// A chart as a dark page shows it, for places that have no such rules.
pub(crate) fn dark(svg: &str) -> String {
    let partners: BTreeMap<String, String> =
        partners().into_iter().map(|(light, dark)| (hex(light), hex(dark))).collect();
    // Only attributes begin so; in a text a quotation mark is escaped.
    let mut parts = svg.split("=\"#");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let known = part.get(..6).and_then(|light| partners.get(&format!("#{light}")));
        match known {
            Some(dark) => out.extend(["=\"", dark, &part[6..]]),
            None => out.extend(["=\"#", part]),
        }
    }
    out
}

/// Colours on paper, and what they are on a dark page; the others are the same on both.
fn partners() -> Vec<(Color, Color)> {
    let fixed = [
        (PAPER, RGBColor(22, 26, 34)),
        (INK, RGBColor(229, 231, 235)),
        (MUTE, RGBColor(156, 163, 175)),
        (FAINT, RGBColor(92, 100, 114)),
        (GRID, RGBColor(46, 53, 66)),
        (BLUE, RGBColor(90, 170, 230)),
        (SLATE, RGBColor(176, 186, 200)),
        (VERMILLION, RGBColor(240, 125, 45)),
        (GREEN, RGBColor(38, 190, 145)),
        (BLUE_TEXT, RGBColor(121, 196, 240)),
        (ORANGE_TEXT, RGBColor(240, 184, 74)),
        (GREEN_TEXT, RGBColor(69, 201, 161)),
        (VERMILLION_TEXT, RGBColor(255, 141, 74)),
        (SKY_TEXT, RGBColor(140, 205, 240)),
        (PURPLE_TEXT, RGBColor(227, 156, 197)),
        (FAULT, RGBColor(248, 113, 113)),
        (SURGE, RGBColor(250, 204, 21)),
        (BEFELL, RGBColor(205, 150, 110)),
        (ACTED, RGBColor(177, 145, 255)),
    ];
    let ramp = (0..RAMP_STEPS).map(|step| (ramp(step), blend(&RAMP_DARK, step)));
    fixed.into_iter().chain(ramp).collect()
}

fn hex(color: Color) -> String {
    format!("#{:02X}{:02X}{:02X}", color.0, color.1, color.2)
}

fn blend(anchors: &[Color; 6], step: usize) -> Color {
    let place = step.min(RAMP_STEPS - 1) as f64 / (RAMP_STEPS - 1) as f64 * (anchors.len() - 1) as f64;
    let left = (place.floor() as usize).min(anchors.len() - 2);
    let part = place - left as f64;
    let mix = |a: u8, b: u8| (f64::from(a) + part * (f64::from(b) - f64::from(a))).round() as u8;
    let (a, b) = (anchors[left], anchors[left + 1]);
    RGBColor(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The relative luminance of WCAG 2.
    fn luminance(color: Color) -> f64 {
        let part = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(color.0) + 0.7152 * part(color.1) + 0.0722 * part(color.2)
    }

    fn contrast(a: Color, b: Color) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_is_read_on_every_step_of_the_ramp() {
        let dark = |ink: Color| match ink {
            INK => RGBColor(229, 231, 235),
            PAPER => RGBColor(22, 26, 34),
            other => other,
        };
        for step in 0..RAMP_STEPS {
            let ink = on_ramp(step);
            let (light, dark) = (contrast(ink, ramp(step)), contrast(dark(ink), blend(&RAMP_DARK, step)));
            assert!(4.0 < light && 4.0 < dark, "step {step}: {light:.1} on paper, {dark:.1} in the dark");
        }
    }

    #[test]
    fn text_and_lines_are_seen_on_both_pages() {
        let partner = |color: Color| {
            partners().into_iter().find(|(light, _)| *light == color).map_or(color, |(_, dark)| dark)
        };
        let on = |color: Color| (contrast(color, PAPER), contrast(partner(color), partner(PAPER)));
        let names = DEALT.map(text_of);
        for color in [INK, MUTE, text_of(BLUE), text_of(VERMILLION), FAULT].into_iter().chain(names) {
            let (light, dark) = on(color);
            assert!(4.5 <= light && 4.5 <= dark, "text {}: {light:.1}, {dark:.1}", hex(color));
        }
        // Orange and sky are lighter than that on paper: there a darker name stands beside the line.
        for color in DEALT.into_iter().chain([SURGE, BEFELL, ACTED]) {
            let (light, dark) = on(color);
            assert!(2.0 < light && 3.0 <= dark, "line {}: {light:.1}, {dark:.1}", hex(color));
        }
    }

    #[test]
    fn a_dark_chart_has_no_colour_of_paper_left() {
        let svg =
            "<rect fill=\"#FFFFFF\"/><path stroke=\"#1F2937\"/><text fill=\"#E69F00\">=&quot;#FFFFFF</text>";
        let dark = dark(svg);
        assert_eq!(
            dark,
            "<rect fill=\"#161A22\"/><path stroke=\"#E5E7EB\"/><text fill=\"#E69F00\">=&quot;#FFFFFF</text>"
        );
    }

    #[test]
    fn the_ramp_is_told_apart_without_colour() {
        let lightness: Vec<f64> = (0..RAMP_STEPS).map(|step| luminance(ramp(step))).collect();
        assert!(lightness.is_sorted_by(|a, b| a > b), "{lightness:?}");
    }
}
