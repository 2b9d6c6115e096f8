//! The pages and tables: whole, in order, and safe whatever a scenario is called.

mod fixture;

use brownout_report::{Findings, chart_folders, csv, html, json, markdown};
use fixture::{Shape, USUAL, Values, findings};

/// Breaks out of tags, attributes, tables, emphasis and links wherever it is not escaped.
const HOSTILE: &str = "<script>alert(\"1\")</script> & 'co' | *a* [b](c) `d`\u{7}\n# e";

#[test]
fn markdown_of_a_small_outage() {
    let small = findings(&Shape { tiers: 3, paths: 2, ..USUAL });
    insta::assert_snapshot!(markdown(&[small]).expect("charts can be drawn"));
}

#[test]
fn the_timeline_says_what_happened() {
    let timeline = |happened: usize, replications: u32| {
        let page = markdown(&[findings(&Shape { happened, replications, tiers: 3, paths: 1, ..USUAL })]);
        let page = page.expect("charts can be drawn");
        page.lines()
            .filter(|l| l.starts_with("| ") && l.matches('|').count() == 3)
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!(format!("{}\n\n{}", timeline(3, 1), timeline(3000, 20)));
}

#[test]
fn markdown_follows_the_order_of_a_postmortem() {
    let page = markdown(&[fixture::outage()]).expect("charts can be drawn");
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
    let page = html(&[fixture::outage()]).expect("charts can be drawn");
    for absent in ["<script", "<link", "http://", "https://", "src=\"", "@import", "<?xml"] {
        let found = page.replace("http://www.w3.org/2000/svg", "").find(absent);
        assert_eq!(found, None, "{absent} would load something or does not belong into a page");
    }
    assert_eq!(page.matches("<svg ").count(), 11);
    assert_eq!(page.matches("<figcaption>").count(), 11);
    assert_balanced(&page);
}

#[test]
fn the_page_shows_every_variant() {
    let page = html(&three_variants()).expect("charts can be drawn");
    assert_eq!(page.matches("<article ").count(), 3);
    for i in 1..=3 {
        assert!(page.contains(&format!("href=\"#v{i}\"")) && page.contains(&format!("id=\"v{i}\"")));
    }
    assert!(page.contains("never came back"));
    assert_balanced(&page);
}

#[test]
fn no_report_is_a_page_too() {
    assert_balanced(&html(&[]).expect("there is nothing to draw"));
    assert_eq!(markdown(&[]).expect("there is nothing to draw"), "");
}

#[test]
fn hostile_names_stay_text() {
    let page = html(&[hostile()]).expect("charts can be drawn");
    assert!(!page.contains("<script"), "a name became a tag");
    assert!(!page.contains('\u{7}'), "a control character came through");
    assert!(page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;co&#39;"));
    assert_balanced(&page);
    let page = markdown(&[hostile()]).expect("charts can be drawn");
    assert!(!page.contains("<script") && !page.contains("\n# e"));
    assert!(page.contains("\\[b\\](c)") && !page.replace("\\]", "").contains("](c)"));
    for line in page.lines().filter(|l| l.starts_with("| ")) {
        let bars = line.replace("\\|", "").matches('|').count();
        assert!([3, 6, 9, 10, 12].contains(&bars), "a name broke a row of a table: {line}");
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
    let page = markdown(&reports).expect("charts can be drawn");
    assert!(page.contains("](charts/etc/four-lines.svg)"));
}

#[test]
fn json_says_null_where_there_is_no_number() {
    let value = json(&findings(&Shape { values: Values::Nan, windows: 3, ..USUAL }));
    assert_eq!(value["series"]["goodput"]["mean"], serde_json::json!([null, null, null]));
    assert_eq!(value["verdict"]["badge"], "slow-drain");
    assert_eq!(value["classes"]["consumer"]["login"]["slo_seconds"], 2.0);
}

#[test]
fn csv_is_tidy() {
    let mut f = findings(&Shape { windows: 2, tiers: 1, paths: 1, ..USUAL });
    f.series.tiers[0].name = "a \"b\", c".to_owned();
    f.series.goodput.mean[1] = f64::NAN;
    let text = csv(&f);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("at_seconds,scope,name,metric,mean,low,high"));
    // Four lines of all, five of a path with four outcomes, nine of a tier, 13 of its tokens, in two windows each.
    assert_eq!(lines.count(), 2 * (4 + 5 + 4 + 9 + 13));
    assert!(text.contains("\n60,tier,\"a \"\"b\"\", c\",utilisation,"));
    assert!(text.contains("\n180,all,,goodput,,"));
    assert!(text.contains("\n60,path,agents/agent turn,outcome_timeout,0,0,0\n"));
    let one = csv(&findings(&Shape { windows: 1, tiers: 0, paths: 0, replications: 1, ..USUAL }));
    assert!(one.lines().skip(1).all(|l| l.ends_with(",,")), "one replication has no interval: {one}");
}

fn three_variants() -> Vec<Findings> {
    let mut variants =
        vec![fixture::outage(), fixture::outage(), findings(&Shape { replications: 1, ..USUAL })];
    "bounded queues".clone_into(&mut variants[1].stamp.variant);
    "no retries".clone_into(&mut variants[2].stamp.variant);
    variants[2].verdict.badge = brownout_analysis::findings::Badge::NeverCameBack;
    variants
}

fn hostile() -> Findings {
    let mut f = findings(&Shape { tiers: 2, paths: 1, happened: 3, ..USUAL });
    let text = || HOSTILE.to_owned();
    (f.stamp.version, f.stamp.title, f.stamp.question, f.stamp.variant) = (text(), text(), text(), text());
    (f.verdict.line, f.marks[0].label) = (text(), text());
    f.happened.events[0].label = text();
    (f.expectations[0].that, f.expectations[1].when) = (text(), text());
    f.tiers[0].name = format!("0 {HOSTILE}");
    f.series.tiers[0].name = format!("0 {HOSTILE}");
    f.tiers[1].kind = text();
    f.tiers[1].onset.as_mut().expect("edge broke").symptom = text();
    HOSTILE.clone_into(&mut f.tiers[1].name);
    HOSTILE.clone_into(&mut f.series.tiers[1].name);
    let (_, mut operations) = f.classes.pop_first().expect("it has a class");
    let (_, mut path) = operations.pop_first().expect("it has an operation");
    let (_, failed) = path.failed.pop_first().expect("it has failures");
    path.failed.insert(HOSTILE.to_owned(), failed);
    f.classes.insert(HOSTILE.to_owned(), [(HOSTILE.to_owned(), path)].into());
    let (_, mut operations) = f.series.classes.pop_first().expect("it has a class");
    let (_, path) = operations.pop_first().expect("it has an operation");
    f.series.classes.insert(HOSTILE.to_owned(), [(HOSTILE.to_owned(), path)].into());
    f
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
