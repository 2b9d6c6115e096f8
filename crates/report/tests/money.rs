//! What a tier with a price costs is in the values, on the page, in Markdown, on the screen and in JSON.

mod service;

use brownout_metrics::replicas::{COST, COST_PER_MONTH};
use brownout_metrics::{Metric, Subject};
use brownout_report::{Report, html, json, markdown, screen};

#[test]
fn a_price_becomes_a_cost_and_a_cost_per_month() {
    let findings = service::findings();
    let value = |subject: &Subject, metric: &Metric| {
        findings[0].values.get(subject, metric).expect("it has a price").mean
    };
    let (app, models) = (Subject::Tier("app".to_owned()), Subject::Tier("models".to_owned()));
    // One replica for the 210 s after the warm-up, and for a month of 730 h.
    assert!((value(&app, &COST) - 0.4 * 210.0 / 3600.0).abs() < 1e-9);
    assert!((value(&app, &COST_PER_MONTH) - 0.4 * 730.0).abs() < 1e-6);
    // An accelerator of the profile costs $2.50 an hour, and a tier of engines is paid for by the same row.
    assert!((value(&models, &COST_PER_MONTH) - 2.5 * 730.0).abs() < 1e-6);
    let sum = value(&app, &COST) + value(&models, &COST);
    assert!((value(&Subject::Total, &COST) - sum).abs() < 1e-9);

    let report = [Report { findings: &findings[0], charts: &[] }];
    let said = "Cost: $0.169 after the warm-up, $2.12 k a month at that rate (models $1.82 k, app $292).";
    // On a page no line ends between a number and its unit.
    assert!(html(&report).replace('\u{a0}', " ").contains(said), "{}", html(&report));
    assert!(markdown(&report).contains(said), "{}", markdown(&report));
    assert!(screen::summary(&findings[..1], None).contains("Cost: $0.169 after the warm-up"));
    let object = json(&findings[..1], None);
    assert!(object["tiers"]["app"]["cost_per_month"]["mean"].as_f64().is_some(), "{object}");
    assert_eq!(object["units"]["total"]["cost"], "USD", "{}", object["units"]);
}
