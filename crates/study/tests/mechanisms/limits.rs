//! Limits of rates and tokens, bounded loads, and the bound of gamma arrivals.

use crate::{EVEN, class, near, of, run, success};
use brownout::metrics::clients;
use brownout::{Overrides, Settings, Silent, Text, open, simulate};

/// A log of the last second is a loss system of ten places, each held for a second: Erlang's B of 12 and 10.
#[test]
fn a_sliding_window_is_a_log() {
    let findings = run(r#"
[run]
duration = "20000s"
[load.u]
rate = "12/s"
journey = [{ do = "get" }]
[tier.s]
kind = "gateway"
policies = { rate-limit = { rate = "10/s", by = "sliding-window" } }
"#);
    near("passed", success(&findings, "u"), 0.698_1, 0.004);
}

/// 2.5 calls in each second, however they are counted.
#[test]
fn a_window_keeps_a_rate_that_is_not_whole() {
    for by in ["sliding-window", "fixed-window", "token-bucket"] {
        let findings = run(&format!(
            r#"{EVEN}
[tier.s]
kind = "gateway"
policies = {{ rate-limit = {{ rate = "2.5/s", by = "{by}" }} }}
"#
        ));
        near(by, success(&findings, "u"), 0.25, 0.001);
    }
}

/// A burst of cv 10 is the most that check, sampler and fit know; more is refused with what to do.
#[test]
fn gamma_has_one_bound() {
    let scenario = |cv: &str| {
        format!(
            "schema = 1\ntitle = \"cv\"\n[run]\nduration = \"100s\"\n[load.u]\nrate = \"2/s\"\n\
             arrivals = {{ kind = \"gamma\", cv = {cv} }}\njourney = [{{ do = \"get\" }}]\n\
             [tier.s]\nkind = \"service\"\nworkers = 1\nservice = \"1ms\"\n"
        )
    };
    let open = |cv: &str| open("cv.toml", &Text(scenario(cv)), &Overrides::default());
    let problems = open("10.5").expect_err("above the bound").render(false);
    assert!(problems.contains("10") && problems.contains("mmpp"), "{problems}");
    let cases = open("10").unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    simulate(&cases, Settings { threads: 1, windows: false, beside: false, provenance: false }, &[Silent])
        .expect("a run");
}

/// Arrivals at 12/s that each keep one of ten users for a second: Erlang's B of 12 and 10 is .3019.
#[test]
fn a_bounded_load_drops_what_finds_all_users_busy() {
    let findings = run(r#"
[run]
duration = "20000s"
[load.u]
rate = "12/s"
max_users = 10
journey = [{ do = "get" }]
[tier.s]
kind = "service"
workers = "unlimited"
service = { dist = "exponential", mean = "1s" }
"#);
    let (dropped, offered) = (
        of(&findings, &class("u"), &clients::DROPPED_ARRIVALS),
        of(&findings, &class("u"), &clients::OFFERED),
    );
    near("dropped", dropped / (dropped + offered), 0.301_9, 0.004);
    near("arrivals", (dropped + offered) / 20_000.0, 12.0, 0.08);
}

/// 100 tokens a second, and a minute's worth at the start: of 200 a second, in requests of 100, one in two passes.
#[test]
fn tokens_are_limited_beside_requests() {
    let findings = run(r#"
[run]
duration = "600s"
warmup = "120s"
[operation.ask]
prompt = 80
output = 20
[load.u]
rate = "2/s"
arrivals = "even"
journey = [{ do = "ask" }]
entry = "door"
[tier.door]
kind = "gateway"
calls = [{ to = "llm" }]
policies = { token-limit = { tokens = 6000 } }
[tier.llm]
kind = "inference"
slots = 1000
prefill = "1000 tokens/s"
decode = "100/s"
"#);
    near("passed", success(&findings, "u"), 0.5, 0.002);
}
