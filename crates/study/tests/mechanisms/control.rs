//! Autoscalers and ejection as Kubernetes, KEDA and Envoy have them.

use crate::{EVEN, near, of, run, success};
use brownout::metrics::{Subject, tiers};

/// Ten replicas at 6 % of a target of 60 % stay for the five minutes of stabilisation.
#[test]
fn an_autoscaler_holds_the_number_that_it_finds() {
    let findings = run(r#"
[run]
duration = "290s"
[load.u]
rate = "2/s"
arrivals = "even"
journey = [{ do = "get" }]
[tier.s]
kind = "service"
replicas = 10
workers = 10
service = "3s"
[controller.h]
kind = "autoscaler"
tier = "s"
metric = "cpu"
target = "60%"
max = 40
[[expect]]
that = "s.replicas >= 10"
when = "16s..280s"
"#);
    assert!(findings.expectations[0].pass, "{:?}", findings.expectations[0]);
}

/// 110 of 200 workers are 55 %, 1.1 times the target and so within the tolerance of 10 %.
#[test]
fn an_autoscaler_takes_whole_percents() {
    let findings = run(r#"
[run]
duration = "65s"
[load.u]
rate = "110/s"
arrivals = "even"
journey = [{ do = "get" }]
[tier.s]
kind = "service"
replicas = 10
workers = 20
service = "1s"
[controller.h]
kind = "autoscaler"
tier = "s"
metric = "cpu"
target = "50%"
max = 99
[[expect]]
that = "s.replicas < 10.5"
when = "20s..60s"
"#);
    assert!(findings.expectations[0].pass, "{:?}", findings.expectations[0]);
}

/// All replicas fail, and all of them may be ejected: nothing is left to answer but a refusal.
#[test]
fn all_replicas_may_be_ejected() {
    let status = |max: &str| {
        let findings = run(&format!(
            r#"{EVEN}
[tier.s]
kind = "service"
replicas = 4
workers = "unlimited"
service = "10ms"
ejection = {{ consecutive = 1, base = "10000s", max = "{max}" }}
[[fault]]
at = "0s"
for = "1000s"
tier = "s"
kind = "errors"
ratio = "100%"
"#
        ));
        of(&findings, &Subject::Tier("s".into()), &tiers::ARRIVALS)
    };
    near("refused calls count as having come", status("100%"), 10.0, 0.01);
}

/// The tier goes five minutes after its last call, refuses the first call that comes then, and is back a boot after the
/// next look.
#[test]
fn a_tier_scales_to_zero_and_back() {
    let findings = run(r#"
[run]
duration = "1000s"
[load.u]
arrivals = "even"
stages = [
  { duration = "100s", rate = "1/s" },
  { duration = "500s", rate = "0/s", jump = true },
  { duration = "400s", rate = "1/s", jump = true },
]
journey = [{ do = "get" }]
[tier.s]
kind = "service"
workers = 10
service = "10ms"
boot = { node = "20s" }
[controller.keda]
kind = "autoscaler"
tier = "s"
metric = "rate"
target = "10/s"
min = 0
max = 5
[[expect]]
that = "s.replicas > 0.99"
when = "0s..390s"
[[expect]]
that = "s.replicas < 0.01"
when = "421s..600s"
[[expect]]
that = "s.replicas > 0.99"
when = "640s..1000s"
"#);
    for expectation in &findings.expectations {
        assert!(expectation.pass, "{expectation:?}");
    }
    // About half a minute of calls at one a second: until the look that sees them, and then 20 s.
    let refused = (1.0 - success(&findings, "u")) * 500.0;
    assert!((20.0..=37.0).contains(&refused), "{refused}");
}
