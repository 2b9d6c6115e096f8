//! No choice among equals has a favourite, and d choices are what they say.

use crate::{EVEN, class, near, of, run, success};
use brownout::metrics::clients;

/// One of four replicas fails all calls, and no call meets another one: each replica takes a quarter.
#[test]
fn no_balance_has_a_favourite() {
    for balance in ["least-outstanding", "join-shortest", "two-choices", "random", "round-robin"] {
        let findings = run(&format!(
            r#"{EVEN}
[tier.s]
kind = "service"
replicas = 4
workers = "unlimited"
service = "10ms"
balance = "{balance}"
[[fault]]
at = "0s"
for = "1000s"
tier = "s"
kind = "errors"
ratio = "100%"
share = "25%"
"#
        ));
        // Three standard errors of 10,000 draws.
        near(balance, success(&findings, "u"), 0.75, 0.013);
    }
}

/// A balancer in front of tiers is no different.
#[test]
fn no_balancer_has_a_favourite() {
    let findings = run(&format!(
        r#"{EVEN}
entry = "lb"
[tier.lb]
kind = "balancer"
to = ["a", "b"]
balance = "least-outstanding"
[tier.a]
kind = "service"
workers = "unlimited"
service = "10ms"
[tier.b]
kind = "service"
workers = "unlimited"
service = "10ms"
[[fault]]
at = "0s"
for = "1000s"
tier = "a"
kind = "errors"
ratio = "100%"
"#
    ));
    near("balancer", success(&findings, "u"), 0.5, 0.001);
}

/// By default, by prefix and by free blocks.
#[test]
fn no_fleet_of_engines_has_a_favourite() {
    for balance in ["least-outstanding", "least-kv", "prefix"] {
        let findings = run(&format!(
            r#"
[run]
duration = "1000s"
[operation.get]
prompt = 100
output = 10
[load.u]
rate = "1/s"
arrivals = "even"
journey = [{{ do = "get" }}]
[tier.llm]
kind = "inference"
replicas = 4
balance = "{balance}"
[tier.llm.profile]
schema = 1
name = "x"
hardware = "brownout:/models/hardware/h100-sxm.toml"
llm = "brownout:/models/llm/llama-3.1-8b.toml"
tensor_parallel = 1
[tier.llm.profile.affine]
floor_ms = 10
base_ms = 0
token_ms = 0
decode_ms = 0
context_ms = 0
attention_ms = 0
[[fault]]
at = "0s"
for = "1000s"
tier = "llm"
kind = "errors"
ratio = "100%"
share = "25%"
"#
        ));
        near(balance, success(&findings, "u"), 0.75, 0.001);
    }
}

/// Most of three different queues out of ten are as short as Mitzenmacher's limit says only for many queues; with as
/// many choices as replicas it is the shortest queue, and with one it is random: an M/M/1 queue at load 0.5 each.
#[test]
fn one_choice_is_random_and_all_are_the_shortest_queue() {
    let latency = |balance: &str| {
        let findings = run(&format!(
            r#"
[run]
duration = "5000s"
warmup = "100s"
[load.u]
rate = "50/s"
journey = [{{ do = "get" }}]
[tier.s]
kind = "service"
replicas = 10
workers = 1
service = {{ dist = "exponential", mean = "100ms" }}
{balance}
"#
        ));
        of(&findings, &class("u"), &clients::LATENCY[brownout::metrics::MEAN])
    };
    near("one", latency("balance = \"d-choices\"\nchoices = 1"), 0.2, 0.006);
    let shortest = latency("balance = \"join-shortest\"");
    near("all", latency("balance = \"d-choices\"\nchoices = 10"), shortest, 0.002);
    let two = latency("balance = \"two-choices\"");
    near("two", latency("balance = \"d-choices\"\nchoices = 2"), two, 1e-12);
    let three = latency("balance = \"d-choices\"\nchoices = 3");
    assert!(shortest < three && three < two, "{shortest} < {three} < {two}");
}
