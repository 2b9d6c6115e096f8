//! A metric is a row and a function: one that is added is found everywhere, in the units of its row.

use brownout::metrics::{Ask, Better, How, Metric, Place, Scope, Shown, Subject, Unit, extend, reference};
use brownout::results::{Contents, pack, unpack};
use brownout::words::{csv, json, screen, series_csv};
use brownout::{Overrides, Pictures, Settings, Silent, Text, Wanted, open, pages, simulate};

/// As a caller of the library writes one; a row of the table is the same inside of `rows!`.
static ROWS: [Metric; 1] = [Metric {
    key: "intents_per_hour",
    scopes: &[Scope::Class, Scope::Path],
    unit: Unit::Count("intents an hour"),
    better: Better::High,
    meaning: "Intents that began, for each hour.",
    how: How::Value(per_hour),
    shown: Shown::Always,
    over_time: &[Scope::Path],
    place: Place { under: "", name: "intents_per_hour" },
}];

fn per_hour(ask: &Ask<'_>) -> Option<f64> {
    let offered = brownout::metrics::clients::OFFERED.ask(ask)?.value;
    Some(3600.0 * offered / ask.seconds())
}

const SCENARIO: &str = r#"
schema = 1
title = "One worker"
[run]
duration = "2m"
replications = 2
[load.web]
rate = "2/s"
journey = [{ do = "get" }]
[tier.app]
kind = "service"
workers = 1
service = "100ms"
[[expect]]
that = "web.get.intents_per_hour > 5000"
"#;

#[test]
fn a_row_that_is_added_is_found_everywhere() {
    extend(&ROWS).expect("the table has no such key");
    let key = ROWS[0].key;
    let cases = open("one.toml", &Text(SCENARIO.to_owned()), &Overrides::default());
    let cases = cases.unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let findings =
        simulate(&cases, Settings { threads: 2, windows: true, beside: true, provenance: false }, &[Silent])
            .expect("a run");
    assert!(findings[0].expectations[0].pass, "about 7,200 an hour: {:?}", findings[0].expectations[0]);
    let path = Subject::Path { class: "web".into(), operation: "get".into() };
    let mean = findings[0].values.get(&path, &ROWS[0]).expect("a number").mean;
    assert!((6_000.0..8_400.0).contains(&mean), "{mean}");

    let object = json(&findings, None);
    assert_eq!(object["classes"]["web"]["get"][key]["mean"].as_f64(), Some(mean));
    assert!(object["units"].to_string().contains("intents an hour"));
    for (name, text) in
        [("csv", csv(&findings)), ("series", series_csv(&findings)), ("reference", reference())]
    {
        assert!(text.contains(key) && text.contains("intents an hour"), "{name} lacks it");
    }
    assert!(screen::summary(&findings, None).contains(key), "the screen shows what is expected of it");
    let wanted =
        Wanted { pictures: Pictures { svg: false, png: false }, csv: false, openmetrics: false, threads: 1 };
    for file in pages(&findings, wanted).expect("pages") {
        let text = String::from_utf8(file.bytes).expect("text");
        assert!(text.contains(key), "{} lacks it", file.path);
    }
    let contents = Contents { findings, scenarios: vec![cases[0].text.clone()] };
    let back = unpack(&pack(&contents)).expect("what was packed");
    assert!(back.findings[0].values == contents.findings[0].values, "it is read back");
}

#[test]
fn a_key_that_is_there_already_is_refused() {
    static TWICE: [Metric; 1] = [Metric {
        key: "goodput",
        scopes: &[Scope::Path],
        unit: Unit::Times,
        better: Better::Neither,
        meaning: "Something else by the same name.",
        how: How::Judged,
        shown: Shown::Always,
        over_time: &[],
        place: Place { under: "", name: "goodput" },
    }];
    assert_eq!(extend(&TWICE), Err("goodput"));
}
