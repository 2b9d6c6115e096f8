//! The smallest scenario that says something.

mod common;

use brownout_model::Effect;

use brownout_model::{Arrivals, Body, Service, Workers};
use common::{MM1, load_text};

#[test]
fn the_smallest_scenario_becomes_a_model() {
    let scenario = load_text(MM1).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    assert_eq!((scenario.title.as_str(), scenario.seed, scenario.replications), ("M/M/1 at 80 %", 7, 20));
    let Body::Station(station) = &scenario.model.tiers[0].body else { panic!("a service is a station") };
    assert_eq!((station.replicas, station.workers), (1, Workers::Limited(1)));
    let Service::Drawn(law) = &station.service[0] else { panic!("an exponential is drawn") };
    assert!((law.mean() - 1.0).abs() < 1e-12);
    let Arrivals::Open { rate, .. } = &scenario.model.loads[0].arrivals else { panic!("a rate is open") };
    assert_eq!(rate.0[0].1.to_bits(), 0.8f64.to_bits());
    assert_eq!((scenario.laws.len(), scenario.expectations.len()), (1, 1));
    assert!(scenario.warnings.is_empty(), "{}", scenario.warnings);
}

/// A key that has a default may be left out wherever it stands: here the ratio of lost calls.
#[test]
fn a_partition_needs_no_ratio() {
    let fault = "[[fault]]\nat = \"1s\"\nfor = \"1s\"\ntier = \"server\"\nkind = \"loss\"\n";
    let text = [MM1, fault].join("\n");
    let scenario = load_text(&text).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let mut effects = scenario.model.faults().map(|change| &change.effect);
    let all =
        |effect: &Effect| matches!(effect, Effect::Loss { from: None, ratio } if ratio.fraction() >= 1.0);
    assert!(effects.all(all));
}
