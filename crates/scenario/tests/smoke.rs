//! The smallest scenario that says something.

mod common;

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
