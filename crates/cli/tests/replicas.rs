//! How calls are spread over replicas: the share of each in the results, whatever sends them there.

mod result;

use serde_json::Value;

const SERVICE: &str = r#"
schema = 1
[run]
duration = "1000s"
warmup = "100s"
[load.u]
rate = "10/s"
arrivals = "even"
journey = [{ do = "get" }]
[tier.s]
kind = "service"
replicas = 4
workers = "unlimited"
service = "10ms"
"#;

const FLEET: &str = r#"
schema = 1
[run]
duration = "1000s"
[operation.get]
prompt = 100
output = 10
[load.u]
rate = "4/s"
journey = [{ do = "get" }]
[tier.s]
kind = "inference"
replicas = 4
balance = "random"
[tier.s.profile]
schema = 1
name = "x"
hardware = "brownout:/models/hardware/h100-sxm.toml"
llm = "brownout:/models/llm/llama-3.1-8b.toml"
tensor_parallel = 1
[tier.s.profile.affine]
floor_ms = 10
base_ms = 0
token_ms = 0
decode_ms = 0
context_ms = 0
attention_ms = 0
"#;

/// One of the four replicas fails all.
const FAULT: &str = r#"
[[fault]]
at = "0s"
for = "1000s"
tier = "s"
kind = "errors"
ratio = "100%"
share = "25%"
"#;

/// A third replica at half of the time.
const STEP: &str = r#"
[controller.on-call]
kind = "operator"
[[controller.on-call.step]]
at = "500s"
after = "0s"
do = "scale"
tier = "s"
replicas = 3
"#;

fn number(value: &Value) -> f64 {
    value["mean"].as_f64().expect("a number")
}

/// The share of each replica, checked against the largest and the least, which have metrics of their own.
fn shares(name: &str, text: &str, set: &[&str]) -> Vec<f64> {
    let result = result::of(name, text, set);
    let tier = &result["tiers"]["s"];
    let shares: Vec<f64> = match tier["replica_shares"].as_array() {
        Some(shares) => shares.iter().map(number).collect(),
        None => return Vec::new(),
    };
    let sum: f64 = shares.iter().sum();
    assert!((sum - 1.0).abs() < 1e-9, "{shares:?}");
    let extreme = |key: &str| number(&tier[key]);
    let same = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} and {b}");
    same(shares.iter().copied().fold(0.0, f64::max), extreme("replica_share_most"));
    same(shares.iter().copied().fold(1.0, f64::min), extreme("replica_share_least"));
    shares
}

/// Whether each is so much, within four standard errors of that many calls.
fn near(shares: &[f64], wanted: &[f64], calls: f64) {
    let close = |(share, wanted): (&f64, &f64)| {
        (share - wanted).abs() <= 4.0 * (wanted * (1.0 - wanted) / calls).sqrt()
    };
    let all = shares.len() == wanted.len() && shares.iter().zip(wanted).all(close);
    assert!(all, "{shares:?}, where {wanted:?} is right");
}

#[test]
fn each_replica_has_its_share() {
    let quarter = [0.25; 4];
    // In turn, exactly: 9,000 calls after the warm-up.
    near(&shares("shares-turn", SERVICE, &["tier.s.balance=round-robin"]), &quarter, f64::INFINITY);
    for balance in ["random", "least-outstanding", "two-choices"] {
        let set = format!("tier.s.balance={balance}");
        near(&shares(&format!("shares-{balance}"), SERVICE, &[&set]), &quarter, 9000.0);
    }
    let weights = ["tier.s.balance=weighted", "tier.s.weights=[1, 2, 3, 4]"];
    near(&shares("shares-weighted", SERVICE, &weights), &[0.1, 0.2, 0.3, 0.4], 9000.0);
    near(&shares("shares-fleet", FLEET, &[]), &quarter, 4000.0);
}

#[test]
fn a_replica_that_fails_all_gets_its_share_and_one_that_refuses_too() {
    let text = format!("{SERVICE}{FAULT}");
    near(&shares("shares-ties", &text, &["tier.s.balance=least-outstanding"]), &[0.25; 4], 9000.0);
    // One worker and no queue: most calls are refused, and count where they were sent.
    let full = ["tier.s.workers=1", "tier.s.service=10s", "tier.s.queue={ limit = 0 }"];
    near(&shares("shares-full", SERVICE, &full), &[0.25; 4], f64::INFINITY);
}

#[test]
fn a_single_replica_has_no_share_and_a_new_one_only_of_its_time() {
    assert!(shares("shares-one", SERVICE, &["tier.s.replicas=1"]).is_empty());
    // Two replicas until 500 s, then three: of 9,000 calls 4,000 in halves and 5,000 in thirds.
    let text = format!("{SERVICE}{STEP}");
    let found = shares("shares-scaled", &text, &["tier.s.replicas=2"]);
    near(&found, &[11.0 / 27.0, 11.0 / 27.0, 5.0 / 27.0], 9000.0);
}

#[test]
fn an_expectation_can_ask_how_even_it_is() {
    let expect = "\n[[expect]]\nthat = \"s.replica_share_most < 30%\"\n";
    let result = result::of("shares-expected", &format!("{SERVICE}{expect}"), &[]);
    assert_eq!(result["expectations"][0]["pass"], true, "{:?}", result["expectations"]);
}
