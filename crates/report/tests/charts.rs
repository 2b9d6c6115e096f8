//! Charts of outages of every odd shape: each can be drawn, and no text is cut off or lies on another.

mod drawn;
mod fixture;

use brownout_analysis::findings::Band;
use brownout_metrics::clients::{ATTEMPT_RATE, GOODPUT};
use brownout_metrics::{Metric, Subject};
use brownout_report::{Chart, Findings, chart_kinds, charts, png};
use drawn::{overlap, texts};
use fixture::{Shape, USUAL, Values, findings};

fn shapes() -> Vec<(&'static str, Shape)> {
    vec![
        ("usual", USUAL),
        ("one replication", Shape { replications: 1, ..USUAL }),
        ("all zero", Shape { values: Values::Zero, ..USUAL }),
        ("all NaN", Shape { values: Values::Nan, ..USUAL }),
        ("one window", Shape { windows: 1, ..USUAL }),
        ("two windows", Shape { windows: 2, tiers: 2, paths: 2, ..USUAL }),
        ("one tier", Shape { tiers: 1, paths: 1, ..USUAL }),
        ("40 tiers", Shape { tiers: 40, paths: 12, ..USUAL }),
        ("14 paths", Shape { paths: 14, ..USUAL }),
        ("long names", Shape { long_names: true, tiers: 20, ..USUAL }),
        ("no marks", Shape { marks: false, ..USUAL }),
        ("much happened", Shape { happened: 5, ..USUAL }),
        ("very much happened", Shape { happened: 3000, ..USUAL }),
        ("nothing was scheduled", Shape { marks: false, happened: 40, ..USUAL }),
        ("30 days", Shape { windows: 21_600, tiers: 2, paths: 1, ..USUAL }),
    ]
}

#[test]
fn the_usual_outage_has_every_chart_in_order() {
    let names: Vec<String> = draw(&USUAL).iter().map(|c| c.name.clone().into_owned()).collect();
    assert_eq!(
        names,
        [
            "four-lines",
            "heat-strip",
            "topology",
            "latency",
            "token-times",
            "status-mix",
            "utilisation",
            "tokens",
            "kv-cache",
            "gpu",
            "success",
            "retries"
        ]
    );
    for chart in draw(&USUAL) {
        assert!(chart.caption.ends_with('.') && !chart.title.is_empty(), "{}", chart.name);
    }
}

#[test]
fn every_text_of_every_shape_is_on_the_sheet_and_on_no_other() {
    for (name, shape) in shapes() {
        for chart in draw(&shape) {
            assert!(texts(&chart.svg).len() > 5, "{name}: {} has a title and ticks", chart.name);
            keeps_to_its_sheet(name, &chart, &chart.svg, 800.0);
            if let Some(narrow) = &chart.narrow {
                keeps_to_its_sheet(name, &chart, narrow, 440.0);
            }
        }
    }
}

fn keeps_to_its_sheet(name: &str, chart: &Chart, svg: &str, wide: f32) {
    let texts = texts(svg);
    for (i, (text, a)) in texts.iter().enumerate() {
        let on_sheet = a.left() >= 0.0 && a.right() <= wide && a.top() >= 0.0;
        assert!(on_sheet, "{name}: {} cuts off {text:?} at {a:?}", chart.name);
        for (other, b) in &texts[i + 1..] {
            assert!(!overlap(*a, *b), "{name}: in {} {text:?} lies on {other:?}", chart.name);
        }
    }
}

#[test]
fn a_phone_has_a_topology_of_its_own() {
    let of = |shape| draw(&shape).into_iter().find(|chart| chart.name == "topology").expect("it has one");
    assert!(of(USUAL).narrow.is_some_and(|svg| svg.contains("edge")));
    // As many side by side as in this one have no room.
    assert!(of(Shape { tiers: 40, ..USUAL }).narrow.is_none());
}

#[test]
fn a_chart_becomes_pixels_twice_as_many_as_it_says() {
    let chart = &draw(&Shape { windows: 20, ..USUAL })[0];
    let bytes = png(&chart.svg).expect("it can be drawn");
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(u32::from_be_bytes(bytes[16..20].try_into().expect("four bytes")), 1600);
    assert!(png("not a picture").is_err());
}

#[test]
fn nothing_recorded_is_no_chart_and_no_panic() {
    let mut empty = findings(&Shape { windows: 0, tiers: 0, paths: 0, ..USUAL });
    assert_eq!(charts(&empty).expect("no chart is no error"), []);
    empty.lines.at = vec![60.0, 180.0];
    // Lines shorter than time: what is missing does not exist.
    for chart in charts(&empty).expect("it can be drawn") {
        assert!(chart.svg.contains("nothing was recorded"), "{}", chart.name);
    }
}

#[test]
fn numbers_that_make_no_sense_do_not_panic() {
    let mut odd = fixture::outage();
    odd.marks[0].from = f64::NAN;
    odd.marks[1].to = f64::INFINITY;
    odd.marks[2].from = -1e300;
    odd.happened = findings(&Shape { happened: 9, ..USUAL }).happened;
    odd.happened.events[0].from = f64::NAN;
    odd.happened.events[1].to = f64::INFINITY;
    odd.happened.events[2].from = -1e300;
    line(&mut odd, &GOODPUT).mean.fill(f64::INFINITY);
    line(&mut odd, &ATTEMPT_RATE).mean.fill(-5.0);
    line(&mut odd, &ATTEMPT_RATE).high.fill(1e300);
    odd.symptoms[0].at.mean = f64::NAN;
    odd.symptoms[1].at.mean = -1e12;
    odd.lines.window = f64::NAN;
    for chart in charts(&odd).expect("it can be drawn") {
        png(&chart.svg).expect("it is an SVG");
    }
}

#[test]
fn the_same_findings_draw_the_same_bytes() {
    assert_eq!(draw(&USUAL), draw(&USUAL));
}

#[test]
fn charts_one_by_one_are_those_of_all() {
    let findings = fixture::outage();
    let one = |kind| brownout_report::draw(kind, &findings).expect("it can be drawn");
    let alone: Vec<Chart> = chart_kinds().iter().filter_map(one).collect();
    assert_eq!(alone, draw(&USUAL));
}

#[test]
fn one_replication_draws_no_interval() {
    let drawn = draw(&Shape { replications: 1, ..USUAL });
    assert!(!drawn[0].svg.contains("opacity=\"0.18\""), "a band is that faint");
    assert!(drawn[0].svg.contains("1 replication: no intervals"));
    assert!(draw(&USUAL)[0].svg.contains("opacity=\"0.18\""));
}

#[test]
fn what_happened_is_of_one_run_and_few_shapes_however_much_it_is() {
    let usual = draw(&USUAL);
    assert!(!usual[0].svg.contains("What happened"), "nothing did");
    let much = draw(&Shape { happened: 3000, ..USUAL });
    for (at, name) in ["four-lines", "heat-strip"].into_iter().enumerate() {
        assert_eq!(much[at].name, name);
        let svg = &much[at].svg;
        assert!(svg.contains("What happened in the first of 20 replications:"), "{name}");
        assert!(
            svg.contains("3,000 faults by chance") && svg.contains("burst: lease of 8 for auth"),
            "{name}"
        );
        let more = svg.len() as f64 / usual[at].svg.len() as f64;
        assert!(more < 5.0, "{name} is {more} times as long");
    }
    let few = draw(&Shape { happened: 5, replications: 1, ..USUAL });
    assert!(few[0].svg.contains("5 × a replica of auth is down, by chance"));
    assert!(few[0].svg.contains("What happened:"));
    // Latency has no room for names, and shades behind its lines.
    assert!(usual[3].svg.matches("<rect").count() < few[3].svg.matches("<rect").count());
}

/// A line of all clients.
fn line<'a>(findings: &'a mut Findings, metric: &Metric) -> &'a mut Band {
    let mut lines = findings.lines.lines.iter_mut();
    let found = lines.find(|line| line.metric == metric && line.subject == Subject::Total);
    &mut found.expect("the outage has it").band
}

fn draw(shape: &Shape) -> Vec<Chart> {
    charts(&findings(shape)).expect("it can be drawn")
}
