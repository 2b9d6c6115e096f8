//! Charts for slides: of any size and theme, of a part of the time, and of two variants on one pair of axes.

mod drawn;
mod fixture;

use brownout_report::{
    ChartKind, Findings, Redraw, Theme, chart_kinds, draw, is_signed, lines_span, redraw, signed,
};
use drawn::{overlap, texts};
use fixture::{Shape, USUAL, Values, findings};

const PLAIN: Redraw<'_> = Redraw { title: None, size: None, time: (None, None), theme: Theme::Light };

/// What slides are, and on what there is hardly room.
const USUAL_SIZES: [(u32, u32); 2] = [(1600, 900), (800, 800)];
const ODD_SIZES: [(u32, u32); 4] = [(600, 1200), (3000, 500), (320, 320), (8000, 320)];

fn shapes() -> Vec<(&'static str, Shape)> {
    vec![
        ("usual", USUAL),
        ("one replication", Shape { replications: 1, ..USUAL }),
        ("all NaN", Shape { values: Values::Nan, ..USUAL }),
        ("two tiers", Shape { tiers: 2, paths: 2, ..USUAL }),
        ("40 tiers", Shape { tiers: 40, paths: 12, ..USUAL }),
        ("long names", Shape { long_names: true, tiers: 20, ..USUAL }),
        ("much happened", Shape { happened: 5, ..USUAL }),
    ]
}

fn again(kind: &ChartKind, of: &[&Findings], how: &Redraw<'_>) -> Option<String> {
    redraw(kind, of, how).expect("it can be drawn")
}

fn kind(name: &str) -> &'static ChartKind {
    chart_kinds().iter().find(|kind| kind.name == name).expect("it exists")
}

/// A second variant of the same service, in which fewer things happen.
fn defended(shape: &Shape) -> Findings {
    let mut other = findings(&Shape { values: Values::Zero, ..*shape });
    "defended".clone_into(&mut other.stamp.variant);
    other
}

fn keeps_to_its_sheet(what: &str, svg: &str, (wide, high): (u32, u32)) {
    let texts = texts(svg);
    assert!(5 < texts.len(), "{what} has a title and ticks");
    for (i, (text, a)) in texts.iter().enumerate() {
        let on_sheet = -0.5 <= a.left() && a.right() <= wide as f32 + 0.5 && -0.5 <= a.top();
        assert!(on_sheet && a.bottom() <= high as f32 + 0.5, "{what} cuts off {text:?} at {a:?}");
        for (other, b) in &texts[i + 1..] {
            assert!(!overlap(*a, *b), "in {what} {text:?} lies on {other:?}");
        }
    }
}

#[test]
fn as_asked_for_without_anything_it_is_the_chart_of_the_page() {
    let usual = findings(&USUAL);
    for kind in chart_kinds().iter().filter(|kind| kind.has(&usual)) {
        let page = draw(kind, &usual).expect("it can be drawn").expect("it has something").svg;
        let again = again(kind, &[&usual], &PLAIN).expect("it has something");
        assert_eq!(again.replacen(" data-drawn-by=\"brownout\"", "", 1), page, "{}", kind.name);
    }
}

#[test]
fn on_a_sheet_of_any_size_no_text_is_cut_off_or_lies_on_another() {
    for (name, shape) in shapes() {
        let findings = findings(&shape);
        let odd = ["usual", "long names"].contains(&name);
        for size in USUAL_SIZES.into_iter().chain(ODD_SIZES.into_iter().filter(|_| odd)) {
            let how = Redraw { size: Some(size), ..PLAIN };
            for kind in chart_kinds() {
                let Some(svg) = again(kind, &[&findings], &how) else { continue };
                let what = format!("{name}: {} of {size:?}", kind.name);
                assert!(svg.contains(&format!("width=\"{}\" height=\"{}\"", size.0, size.1)), "{what}");
                keeps_to_its_sheet(&what, &svg, size);
            }
        }
    }
}

#[test]
fn on_a_slide_no_text_of_the_usual_outage_is_small() {
    let usual = findings(&USUAL);
    let crowded = ["kv-cache", "latency"];
    for kind in chart_kinds().iter().filter(|kind| kind.has(&usual) && !crowded.contains(&kind.name)) {
        let how = Redraw { size: Some((1600, 900)), ..PLAIN };
        let svg = again(kind, &[&usual], &how).expect("it has something");
        let least = texts(&svg).iter().map(|(_, at)| at.height()).fold(f32::INFINITY, f32::min);
        assert!(18.0 <= least, "{}: {least} pixels of 900", kind.name);
    }
}

#[test]
fn two_variants_share_a_pair_of_axes() {
    for (name, shape) in shapes().into_iter().filter(|(name, _)| *name != "40 tiers") {
        let (base, other) = (findings(&shape), defended(&shape));
        for kind in chart_kinds().iter().filter(|kind| kind.over_time) {
            for size in USUAL_SIZES {
                let how = Redraw { size: Some(size), ..PLAIN };
                let both = again(kind, &[&base, &other], &how);
                // The order decides which lines are dashed, not whether there is a picture.
                let turned = redraw(kind, &[&other, &base], &PLAIN).expect("it can be drawn");
                assert_eq!(both.is_some(), turned.is_some(), "{}", kind.name);
                let Some(svg) = both else { continue };
                let what = format!("{name}: two of {} of {size:?}", kind.name);
                keeps_to_its_sheet(&what, &svg, size);
                assert!(svg.contains("defended"), "{what} names both");
            }
        }
    }
}

#[test]
fn a_part_of_the_time_has_axes_of_its_own() {
    let usual = findings(&USUAL);
    let (start, end) = lines_span(&usual);
    let (from, to) = (start + (end - start) / 4.0, start + (end - start) / 2.0);
    for kind in chart_kinds().iter().filter(|kind| kind.over_time) {
        let how = Redraw { time: (Some(from), Some(to)), size: Some((1600, 900)), ..PLAIN };
        let Some(svg) = again(kind, &[&usual], &how) else { continue };
        keeps_to_its_sheet(kind.name, &svg, (1600, 900));
        let whole = again(kind, &[&usual], &Redraw { size: Some((1600, 900)), ..PLAIN });
        assert_ne!(Some(svg), whole, "{}", kind.name);
    }
    // The steep part is left out, and the axis of values ends lower.
    let calm = Redraw { time: (None, Some(start + (end - start) / 8.0)), ..PLAIN };
    let highest = |how: &Redraw<'_>| {
        let svg = again(kind("four-lines"), &[&usual], how).expect("it has lines");
        let numbers = texts(&svg).into_iter().filter(|(_, at)| at.right() < 60.0);
        numbers.filter_map(|(text, _)| text.trim().replace(',', "").parse::<f64>().ok()).fold(0.0, f64::max)
    };
    assert!(highest(&calm) < highest(&PLAIN), "{} {}", highest(&calm), highest(&PLAIN));
}

#[test]
fn a_title_of_the_user_takes_the_place_of_what_is_seen_and_is_escaped() {
    let usual = findings(&USUAL);
    let how = Redraw { title: Some("<b>Retries</b> & queues"), size: Some((1600, 900)), ..PLAIN };
    let svg = again(kind("four-lines"), &[&usual], &how).expect("it has lines");
    assert!(texts(&svg).iter().any(|(text, _)| text.trim() == "<b>Retries</b> & queues"));
    let long = "A title that is longer than one line of any slide, and is broken between words ".repeat(2);
    let how = Redraw { title: Some(&long), size: Some((800, 800)), ..PLAIN };
    let svg = again(kind("four-lines"), &[&usual], &how).expect("it has lines");
    keeps_to_its_sheet("a long title", &svg, (800, 800));
    assert!(!texts(&svg)[0].0.contains('…'));
}

#[test]
fn a_dark_chart_is_the_same_drawing_in_other_colours() {
    let usual = findings(&USUAL);
    for kind in chart_kinds().iter().filter(|kind| kind.has(&usual)) {
        let light = again(kind, &[&usual], &PLAIN).expect("it has something");
        let dark = again(kind, &[&usual], &Redraw { theme: Theme::Dark, ..PLAIN }).expect("it has, too");
        assert!(!dark.contains("#FFFFFF") && !dark.contains("#1F2937"), "{}", kind.name);
        assert_eq!(light.len(), dark.len(), "{}", kind.name);
    }
}

#[test]
fn what_is_drawn_for_a_user_is_known_again_and_has_the_pixels_asked_for() {
    let usual = findings(&USUAL);
    let how = Redraw { size: Some((640, 360)), ..PLAIN };
    let svg = again(kind("success"), &[&usual], &how).expect("it has something");
    let png = signed(&svg, 1.0).expect("it is an SVG");
    assert!(is_signed(svg.as_bytes()) && is_signed(&png));
    let side = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    assert_eq!((side(16), side(20)), (640, 360));
    assert!(!is_signed(draw(kind("success"), &usual).expect("drawn").expect("it has").svg.as_bytes()));
    assert!(!is_signed(b"") && !is_signed(b"a note of the user's"));
    // The note inside does not break the picture.
    let page = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><image width=\"9\" height=\"9\" \
         href=\"data:image/png;base64,{}\"/></svg>",
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &png)
    );
    assert!(signed(&page, 1.0).is_ok());
}
