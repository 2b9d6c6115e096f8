//! Advertised and hidden capacity, where both can be worked out by hand.

mod common;

use common::load_text;

/// The tier's two capacities, as multiples of the load at the start.
fn check(text: &str, tier: &str, advertised: f64, hidden: f64) {
    let scenario = load_text(text).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let found = scenario.capacities.iter().find(|capacity| capacity.tier == tier);
    let found = found.unwrap_or_else(|| panic!("{:?}", scenario.capacities));
    let near = |is: f64, should: f64| (is - should).abs() < 1e-3 * should;
    assert!(near(found.advertised, advertised) && near(found.hidden, hidden), "{found:?}");
}

const REST: &str = r#"
schema = 1
[run]
duration = "10m"
[load.users]
rate = "100/s"
journey = [{ do = "query" }]
"#;

#[test]
fn one_retry_halves_what_a_database_can_come_back_from() {
    // The cliff of HotOS'21: 300/s, and twice as many attempts when each fails once.
    let text = format!(
        "{REST}client = {{ timeout = \"1s\", retries = 1 }}\n[tier.database]\nkind = \"database\"\nconnections = 1\n\
         service = \"3.333333ms\"\n"
    );
    check(&text, "database", 3.0, 1.5);
}

#[test]
fn a_cold_cache_shows_what_it_hides() {
    // Half of a hundred equal keys are held: warm, half of the lookups go on, and cold all of them.
    let text = format!(
        "{REST}[tier.cache]\nkind = \"cache\"\nkeys = 100\nentries = 50\nskew = 0\n\
         calls = [{{ to = \"database\", timeout = \"1s\", retries = 2 }}]\n\
         [tier.database]\nkind = \"database\"\nconnections = 1\nservice = \"2ms\"\n"
    );
    check(&text, "database", 500.0 / 50.0, 500.0 / 300.0);
}

#[test]
fn a_service_without_retries_and_caches_hides_nothing() {
    let text = format!("{REST}[tier.database]\nkind = \"database\"\nconnections = 1\nservice = \"2ms\"\n");
    let scenario = load_text(&text).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    assert!(scenario.capacities.is_empty(), "{:?}", scenario.capacities);
}
