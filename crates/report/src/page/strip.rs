//! Strips: one a row, each a state over time, as HTML whose text keeps its size at any width.
//!
//! It knows nothing of findings: which state lasted how long is given to it.

use super::escape;
use super::html::put;
use crate::charts::Axis;

/// How an operation was, in some stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Served as promised.
    Served,
    /// Served late, or failing in part.
    Degraded,
    /// Who asked was served, and too few could ask.
    Starved,
    /// Down.
    Down,
}

impl State {
    /// In the key and in the text for readers who cannot see it.
    pub const fn words(self) -> &'static str {
        match self {
            State::Served => "served",
            State::Degraded => "degraded",
            State::Starved => "starved: answered, but too few got in to ask",
            State::Down => "down",
        }
    }

    /// Of the style sheet.
    const fn class(self) -> &'static str {
        match self {
            State::Served => "served",
            State::Degraded => "degraded",
            State::Starved => "starved",
            State::Down => "down",
        }
    }

    const ALL: [State; 4] = [State::Served, State::Degraded, State::Starved, State::Down];
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Strip {
    /// Of what: `web login`. It is wrapped where it is long, never cut.
    pub label: String,
    /// From when to when, in seconds since the start, it was how. Where nothing is said nothing is drawn: nothing was
    /// asked, or nothing is known.
    pub spans: Vec<(f64, f64, State)>,
    /// When it broke again after it had come back, in seconds.
    pub relapses: Vec<f64>,
    /// What stands behind it: `122 min down`.
    pub note: String,
}

/// Of the strips: a tick nearer to their start stands in the place of one at it.
const START_ROOM: f64 = 0.08;

/// Strips under one another over the same time, from and to in seconds, with their key and their ticks.
pub fn strips(strips: &[Strip], from: f64, to: f64) -> String {
    let mut out = String::new();
    let w = &mut out;
    let time = Axis::time(from, to, 6);
    put(w, "<div class=\"strips\">");
    key(w, strips);
    for strip in strips {
        row(w, strip, &time);
    }
    w.push_str("<div class=\"strip\" aria-hidden=\"true\"><span></span><span class=\"ticks\">");
    // Strips begin where the warm-up ends, which is seldom a tick.
    if time.ticks.first().is_none_or(|(at, _)| START_ROOM < time.place(*at)) {
        w.extend([format!("<b style=\"left:0\">{}</b>", time.at_tick(from))]);
    }
    for (at, text) in &time.ticks {
        w.extend([format!("<b style=\"left:{}\">{text}</b>", percent(time.place(*at)))]);
    }
    put(w, "</span><span></span></div>");
    put(w, &format!("<p class=\"quiet\">{}</p>\n</div>", escape(&time.caption)));
    out
}

/// The states that occur, and the mark of a relapse if there is one.
fn key(w: &mut String, strips: &[Strip]) {
    w.push_str("<p class=\"key\">");
    for state in State::ALL {
        if strips.iter().any(|strip| strip.spans.iter().any(|span| span.2 == state)) {
            w.extend([format!("<span><i class=\"{}\"></i>{}</span> ", state.class(), state.words())]);
        }
    }
    if strips.iter().any(|strip| !strip.relapses.is_empty()) {
        w.push_str("<span>▼ relapse</span>");
    }
    put(w, "</p>");
}

fn row(w: &mut String, strip: &Strip, time: &Axis) {
    let (label, note) = (escape(&strip.label), escape(&strip.note));
    let said = escape(&in_words(strip, time));
    w.extend([format!("<div class=\"strip\"><span class=\"name\">{label}</span>")]);
    w.extend([format!("<span class=\"bar\" role=\"img\" aria-label=\"{label}: {said}\">")]);
    for (from, to, state) in spans(strip, time) {
        let (left, right) = (time.place(from), time.place(to));
        let (left, wide) = (percent(left), percent(right - left));
        w.extend([format!("<i class=\"{}\" style=\"left:{left};width:{wide}\"></i>", state.class())]);
    }
    for at in strip.relapses.iter().filter(|at| at.is_finite()) {
        w.extend([format!("<b style=\"left:{}\">▼</b>", percent(time.place(*at)))]);
    }
    put(w, &format!("</span><span class=\"note\">{note}</span></div>"));
}

/// Those that have a length, as far as they are within the time.
fn spans<'a>(strip: &'a Strip, time: &'a Axis) -> impl Iterator<Item = (f64, f64, State)> + 'a {
    strip.spans.iter().copied().filter(|(from, to, _)| from < to && *from < time.high() && *to > time.low())
}

/// The same for readers who cannot see it.
fn in_words(strip: &Strip, time: &Axis) -> String {
    let mut said: Vec<String> = spans(strip, time)
        .filter(|(.., state)| *state != State::Served)
        .map(|(from, to, state)| {
            let (from, to) = (from.max(time.low()), to.min(time.high()));
            format!("{} from {} to {}", state.class(), time.instant(from), time.instant(to))
        })
        .collect();
    let relapses = strip.relapses.iter().filter(|at| at.is_finite());
    said.extend(relapses.map(|at| format!("relapse at {}", time.instant(*at))));
    match (said.is_empty(), strip.spans.is_empty()) {
        (true, true) => "nothing is known".to_owned(),
        (true, false) => "served all the time".to_owned(),
        _ => said.join(", "),
    }
}

fn percent(part: f64) -> String {
    format!("{:.2}%", 100.0 * part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: f64 = 3600.0;

    fn login() -> Strip {
        Strip {
            label: "web <login>".to_owned(),
            spans: vec![(0.0, HOUR, State::Served), (HOUR, 9.0 * HOUR, State::Down)],
            relapses: vec![2.0 * HOUR],
            note: "2 h down".to_owned(),
        }
    }

    #[test]
    fn a_strip_is_drawn_and_said() {
        let drawn = strips(&[login()], 0.0, 3.0 * HOUR);
        let said = "aria-label=\"web &lt;login&gt;: down from 1:00 h to 3:00 h, relapse at 2:00 h\"";
        assert!(drawn.contains(said), "{drawn}");
        assert!(drawn.contains("<i class=\"down\" style=\"left:33.33%;width:66.67%\"></i>"), "{drawn}");
        assert!(
            drawn.contains("▼ relapse") && !drawn.contains("starved"),
            "the key has what occurs: {drawn}"
        );
    }

    #[test]
    fn what_is_not_known_is_not_drawn() {
        let odd = |spans| Strip { spans, relapses: vec![f64::NAN], ..login() };
        let drawn = strips(&[odd(vec![(f64::NAN, 1.0, State::Down), (5.0, 5.0, State::Down)])], 0.0, HOUR);
        assert!(!drawn.contains("style=\"left:0.00%;width"), "{drawn}");
        assert!(strips(&[odd(Vec::new())], 0.0, HOUR).contains("nothing is known"));
        assert!(!strips(&[], 0.0, 0.0).contains("NaN"));
    }
}
