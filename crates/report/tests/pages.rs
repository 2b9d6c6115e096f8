//! The pages and tables: whole, in order, and safe whatever a scenario is called.

mod fixture;

use brownout_analysis::findings::{Does, Expectation, Number, Numbers, What};
use brownout_metrics::{Badge, Metric, Sample, Subject, Unit};
use brownout_report::{Chart, Findings, Report, chart_folders, charts};
use fixture::{Shape, USUAL, Values, findings};

/// Breaks out of tags, attributes, tables, emphasis and links wherever it is not escaped.
const HOSTILE: &str = "<script>alert(\"1\")</script> & 'co' | *a* [b](c) `d`\u{7}\n# e";

#[test]
fn markdown_of_a_small_outage() {
    let small = findings(&Shape { tiers: 3, paths: 2, ..USUAL });
    insta::assert_snapshot!(markdown(&[small]));
}

#[test]
fn the_timeline_says_what_happened() {
    let timeline = |happened: usize, replications: u32| {
        let page = markdown(&[findings(&Shape { happened, replications, tiers: 3, paths: 1, ..USUAL })]);
        page.lines()
            .filter(|l| l.starts_with("| ") && l.matches('|').count() == 3)
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!(format!("{}\n\n{}", timeline(3, 1), timeline(3000, 20)));
}

#[test]
fn markdown_follows_the_order_of_a_postmortem() {
    let page = markdown(&[fixture::outage()]);
    let headings: Vec<&str> = page.lines().filter_map(|l| l.strip_prefix("## ")).collect();
    assert_eq!(
        headings,
        [
            "Summary",
            "Impact",
            "Trigger",
            "Contributing causes",
            "Detection",
            "Resolution",
            "Timeline",
            "Language models",
            "Expectations",
            "What to look at next",
            "Where the numbers come from"
        ]
    );
    assert!(!page.to_lowercase().contains("root cause"));
}

#[test]
fn the_page_needs_nothing_but_itself() {
    let page = html(&[fixture::outage()]);
    for absent in ["<script", "<link", "http://", "https://", "src=\"", "@import", "<?xml"] {
        let found = page.replace("http://www.w3.org/2000/svg", "").find(absent);
        assert_eq!(found, None, "{absent} would load something or does not belong into a page");
    }
    // Each chart, the topology for a phone, and the strips of operations, which are no SVG.
    assert_eq!(page.matches("<svg ").count(), 13);
    assert_eq!(page.matches("class=\"picture narrow\"").count(), 1);
    assert_eq!(page.matches("<figcaption>").count(), 13);
    assert_balanced(&page);
}

#[test]
fn where_no_tier_queued_a_line_says_so() {
    let said = "No tier ever queued, ran out of workers or turned calls away";
    let mut quiet = findings(&Shape { values: Values::Zero, ..USUAL });
    quiet.symptoms.clear();
    let drawn = charts(&quiet).expect("it can be drawn");
    assert!(drawn.iter().all(|chart| chart.name != "heat-strip"));
    assert!(html(&[quiet.clone()]).contains(said) && markdown(&[quiet]).contains(said));
    assert!(!html(&[fixture::outage()]).contains(said));
}

#[test]
fn the_page_says_where_the_warm_up_ends() {
    let page = html(&[fixture::outage()]);
    // Strips begin there; lines begin at the start, and mark it.
    assert!(page.contains("from the end of the warm-up on") && page.contains("<b style=\"left:0\">0:30</b>"));
    assert!(page.contains("time since the start (h:min); the warm-up, marked grey, ends at 0:30 h"));
}

#[test]
fn the_page_shows_every_variant() {
    let page = html(&three_variants());
    assert_eq!(page.matches("<article ").count(), 3);
    for i in 1..=3 {
        assert!(page.contains(&format!("href=\"#v{i}\"")) && page.contains(&format!("id=\"v{i}\"")));
    }
    assert!(page.contains("never came back"));
    assert_balanced(&page);
}

#[test]
fn no_report_is_a_page_too() {
    assert_balanced(&html(&[]));
    assert_eq!(markdown(&[]), "");
}

#[test]
fn hostile_names_stay_text() {
    let page = html(&[hostile()]);
    assert!(!page.contains("<script"), "a name became a tag");
    assert!(!page.contains('\u{7}'), "a control character came through");
    assert!(page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;co&#39;"));
    assert_balanced(&page);
    let page = markdown(&[hostile()]);
    assert!(!page.contains("<script") && !page.contains("\n# e"));
    assert!(page.contains("\\[b\\](c)") && !page.replace("\\]", "").contains("](c)"));
    for line in page.lines().filter(|l| l.starts_with("| ")) {
        let bars = line.replace("\\|", "").matches('|').count();
        assert!([3, 4, 6, 9, 10, 11].contains(&bars), "a name broke a row of a table: {line}");
    }
}

#[test]
fn every_variant_has_a_folder_of_its_own() {
    let mut reports = three_variants();
    "Bounded/Queues!".clone_into(&mut reports[2].stamp.variant);
    assert_eq!(chart_folders(&reports), ["charts", "charts/bounded-queues", "charts/bounded-queues-2"]);
    "../../etc".clone_into(&mut reports[1].stamp.variant);
    "…".clone_into(&mut reports[2].stamp.variant);
    assert_eq!(chart_folders(&reports), ["charts", "charts/etc", "charts/variant"]);
    let page = markdown(&reports);
    assert!(page.contains("](charts/etc/four-lines.svg)"));
}

#[test]
fn there_is_always_something_to_look_at_next() {
    let quiet = findings(&Shape { tiers: 0, paths: 0, ..USUAL });
    for badge in Badge::ALL {
        let mut f = Findings { expectations: Vec::new(), ..quiet.clone() };
        f.verdict.badge = badge;
        let f = f.conclude();
        let page = markdown(std::slice::from_ref(&f));
        let next = page.split("What to look at next\n\n- ").nth(1).expect("there is advice");
        let raise = next.starts_with("Raise the load until something breaks");
        // What a trigger harmed while no tier was at a limit asks for other advice than more load.
        let unhurt = badge <= Badge::Dented;
        assert_eq!((raise, f.advice.len()), (unhurt, 1), "{badge:?}: {next}");
    }
}

#[test]
fn no_value_on_a_page_lacks_its_unit() {
    let (page, text) = (html(&[with_every_number()]), markdown(&[with_every_number()]));
    for metric in brownout_metrics::all() {
        let listed = |page: &str, key: String| {
            let mut rows = page.lines().filter(|line| line.contains(&key));
            rows.any(|line| line.contains(&in_words(metric)))
        };
        // How a run ended is no number.
        let listed = |page: &str, key: String| metric.unit == Unit::Badge || listed(page, key);
        assert!(listed(&page, format!("<code>{}</code>", metric.key)), "{} in the page", metric.key);
        assert!(listed(&text, format!("`{}`", metric.key)), "{} in the Markdown", metric.key);
        let written = written(metric);
        // An expectation of it shows what came in the same unit.
        let came = |line: &&str| line.contains(&format!("expected.{}", metric.key));
        for (page, name) in [(&page, "page"), (&text, "Markdown")] {
            assert!(page.lines().filter(came).any(|line| line.contains(&written)), "{}, {name}", metric.key);
        }
    }
    for line in text.lines().filter(|line| line.starts_with("| ")) {
        for cell in line.trim_matches(['|', ' ']).split(" | ") {
            assert!(!is_bare(cell), "{cell} has no unit in {line}");
        }
    }
    for cell in page.split("<td class=\"n\">").skip(1) {
        let cell = cell.split("</td>").next().expect("a split has a first part");
        assert!(!is_bare(cell), "{cell} has no unit");
    }
}

/// Whether a cell of a table begins with a number that nothing follows but its interval.
fn is_bare(cell: &str) -> bool {
    let value = cell.split([' ', '(', '<', '|']).next().unwrap_or_default();
    let rest = cell[value.len()..].trim_start_matches(' ');
    let number = value.replace(',', "").parse::<f64>().is_ok();
    let thousands =
        ["k (", "M (", "k <", "M <"].iter().any(|end| rest.starts_with(end)) || ["k", "M"].contains(&rest);
    number && (rest.is_empty() || rest.starts_with(['(', '<', '|']) || thousands)
}

/// What 0.25 of a metric is written as where nothing says what a rate is of.
fn in_words(metric: &Metric) -> String {
    match metric.unit {
        Unit::PerSecond(of) => format!("0.250 {of}/s"),
        _ => written(metric),
    }
}

/// What 0.25 of a metric is written as, in the unit of the metric.
fn written(metric: &Metric) -> String {
    match metric.unit {
        Unit::Seconds => "250 ms".to_owned(),
        Unit::PerSecond(_) => "0.250/s".to_owned(),
        Unit::Share => "25.0 %".to_owned(),
        Unit::Count(of) | Unit::Balance(of) | Unit::Time(of) => format!("0.250 {of}"),
        Unit::Times => "0.250×".to_owned(),
        Unit::Dollars => "$0.250".to_owned(),
        Unit::DollarsPerMillion => "$0.250/M tokens".to_owned(),
        Unit::Badge => "slow drain".to_owned(),
    }
}

/// The outage in which every metric of every kind of subject is 0.25, and expected to be.
fn with_every_number() -> Findings {
    let mut f = findings(&Shape { tiers: 1, paths: 1, ..USUAL });
    let (class, operation) = ("agents".to_owned(), "agent turn".to_owned());
    let subjects = [
        Subject::Run,
        Subject::Total,
        Subject::Class(class.clone()),
        Subject::Path { class: class.clone(), operation: operation.clone() },
        Subject::Tier("inference".to_owned()),
        Subject::TierPath { tier: "inference".to_owned(), class, operation },
    ];
    let sample = Some(Sample { value: 0.25, trials: None });
    let number = |metric| Number::new(metric, [sample, sample].into_iter().collect());
    let of = |subject: &Subject| brownout_metrics::of(subject.scope());
    f.expectations = subjects
        .iter()
        .flat_map(|subject| of(subject).map(move |metric| (subject, metric)))
        .map(|(subject, metric)| Expectation {
            that: format!("expected.{} < 1", metric.key),
            when: String::new(),
            key: metric.key.to_owned(),
            subject: subject.clone(),
            value: number(metric).estimate,
            passed: 2,
            replications: 2,
            pass: true,
        })
        .collect();
    f.values.subjects = subjects
        .into_iter()
        .map(|subject| Numbers { numbers: of(&subject).map(number).collect(), subject })
        .collect();
    f
}

/// A page of findings and all their charts.
fn html(all: &[Findings]) -> String {
    with_charts(all, brownout_report::html)
}

fn markdown(all: &[Findings]) -> String {
    with_charts(all, brownout_report::markdown)
}

fn with_charts(all: &[Findings], write: fn(&[Report<'_>]) -> String) -> String {
    let drawn: Vec<Vec<Chart>> = all.iter().map(|f| charts(f).expect("charts can be drawn")).collect();
    let reports = all.iter().zip(&drawn).map(|(findings, charts)| Report { findings, charts });
    write(&reports.collect::<Vec<_>>())
}

fn three_variants() -> Vec<Findings> {
    let mut variants =
        vec![fixture::outage(), fixture::outage(), findings(&Shape { replications: 1, ..USUAL })];
    "bounded queues".clone_into(&mut variants[1].stamp.variant);
    "no retries".clone_into(&mut variants[2].stamp.variant);
    variants[2].verdict.badge = Badge::NeverCameBack;
    variants
}

fn hostile() -> Findings {
    let mut f = findings(&Shape { tiers: 2, paths: 1, happened: 3, ..USUAL });
    let text = || HOSTILE.to_owned();
    (f.stamp.version, f.stamp.title, f.stamp.question, f.stamp.variant) = (text(), text(), text(), text());
    f.marks[0].what = What::Surge { load: text(), title: Some(text()), users: 1 };
    f.happened.events[0].what =
        What::Tier { name: text(), does: Does::Crash, only: Vec::new(), replicas: None };
    (f.expectations[0].that, f.expectations[1].when) = (text(), text());
    f.service.tiers[1].kind = text();
    let names = [f.service.tiers[0].name.clone(), f.service.tiers[1].name.clone()];
    let path = f.service.paths[0].clone();
    let renamed = |subject: &Subject| match subject {
        Subject::Tier(name) if *name == names[0] => Subject::Tier(format!("0 {HOSTILE}")),
        Subject::Tier(_) => Subject::Tier(text()),
        Subject::Path { .. } if *subject == path.subject() => {
            Subject::Path { class: text(), operation: text() }
        }
        other => other.clone(),
    };
    for numbers in &mut f.values.subjects {
        numbers.subject = renamed(&numbers.subject);
    }
    for line in &mut f.lines.lines {
        line.subject = renamed(&line.subject);
    }
    for symptom in &mut f.symptoms {
        symptom.tier = text();
    }
    f.service.tiers[0].name = format!("0 {HOSTILE}");
    f.service.tiers[1].name = text();
    (f.service.paths[0].class, f.service.paths[0].operation) = (text(), text());
    f.conclude()
}

/// Every element that is opened is closed, in order.
fn assert_balanced(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    for tag in page.split('<').skip(1) {
        let tag = tag.split('>').next().expect("a split has a first part");
        let name =
            tag.trim_start_matches('/').split([' ', '\n', '/']).next().expect("a split has a first part");
        if tag.starts_with('!') || tag.ends_with('/') || matches!(name, "meta" | "br") {
            continue;
        }
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "closed in order");
        } else {
            open.push(name);
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}
