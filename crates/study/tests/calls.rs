//! Faults and acts of some operations and classes only, through the public path: writes fail, reads work.

mod common;

use brownout::Overrides;
use common::{case, number, run};

const SERVICE: &str = r#"
schema = 1
[run]
duration = "20m"
[load.web]
rate = "20/s"
journey = [{ do = "read" }, { do = "write" }]
client = { timeout = "5s", on_timeout = "cancel" }
[load.free]
rate = "20/s"
journey = [{ do = "read" }]
client = { timeout = "5s", on_timeout = "cancel" }
[tier.app]
kind = "service"
workers = 20_000
service = "20ms"
calls = [{ to = "way" }]
[tier.way]
kind = "link"
to = "store"
latency = "5ms"
[tier.store]
kind = "database"
workers = 20_000
service = "10ms"
"#;

/// Success and median latency of web writes, web reads and free reads, in the middle of a fault.
fn outcome(fault: &str) -> String {
    let text = format!("{SERVICE}\n{fault}\n[[expect]]\nthat = \"web.goodput > 0/s\"\nwhen = \"12m..14m\"\n");
    let case = case(&text, &Overrides::default());
    let digest = run(&case);
    let of = |name: &str| {
        let at = |key: &str| number(&case, &digest, &format!("{name}.{key}"), "12m", "14m");
        let latency = at("latency.p50").map_or("none".to_owned(), |p50| format!("{:.0} ms", 1e3 * p50));
        format!("{name} {:.0} % {latency}", 100.0 * at("success_rate").unwrap_or(f64::NAN))
    };
    ["web.write", "web.read", "free.read"].map(of).join(", ")
}

fn check(fault: &str, expect: &str) {
    assert_eq!(outcome(fault), expect, "{fault}");
}

#[test]
fn single_calls_are_hit_by_operation_and_class() {
    let fault = |kind: &str, tier: &str, of: &str| {
        format!("[[fault]]\nkind = {kind}\ntier = \"{tier}\"\nat = \"10m\"\nfor = \"10m\"\n{of}")
    };
    let well = "web.read 100 % 40 ms, free.read 100 % 40 ms";
    check("", &format!("web.write 100 % 40 ms, {well}"));
    let write = "on = [\"write\"]";
    check(&fault("\"errors\"\nratio = 1", "app", write), &format!("web.write 0 % none, {well}"));
    check(&fault("\"slow\"\nfactor = 10", "app", write), &format!("web.write 100 % 220 ms, {well}"));
    check(&fault("\"hang\"", "store", write), &format!("web.write 0 % none, {well}"));
    check(&fault("\"loss\"", "store", write), &format!("web.write 0 % none, {well}"));
    check(&fault("\"dns\"", "store", write), &format!("web.write 0 % none, {well}"));
    check(&fault("\"latency\"\nadd = \"100ms\"", "way", write), &format!("web.write 100 % 240 ms, {well}"));
    // A journey whose read has failed never comes to its write.
    let free = "classes = [\"free\"]";
    check(
        &fault("\"errors\"\nratio = 1", "app", free),
        "web.write 100 % 40 ms, web.read 100 % 40 ms, free.read 0 % none",
    );
    check(
        &fault("\"slow\"\nfactor = 10", "app", "on = [\"read\"]\nclasses = [\"free\"]"),
        "web.write 100 % 40 ms, web.read 100 % 40 ms, free.read 100 % 220 ms",
    );
}

#[test]
fn an_operator_limits_a_queue_for_some_calls() {
    // Writes of twice the capacity fill the queue; with a limit of none for them, reads alone find it empty.
    let text = |step: &str| {
        format!(
            "schema = 1\n[run]\nduration = \"20m\"\n[load.web]\nrate = \"100/s\"\njourney = [{{ do = \"write\" }}]\n\
             [load.api]\nrate = \"10/s\"\njourney = [{{ do = \"read\" }}]\n[tier.app]\nkind = \"service\"\n\
             workers = 1\nservice = \"20ms\"\nqueue = {{ limit = 50 }}\n{step}\n\
             [[expect]]\nthat = \"api.goodput > 0/s\"\nwhen = \"12m..14m\"\n"
        )
    };
    let step = "[controller.oncall]\nkind = \"operator\"\nacknowledge = \"0s\"\n[[controller.oncall.step]]\n\
                at = \"10m\"\ndo = \"limit\"\ntier = \"app\"\nlimit = 0\non = [\"write\"]";
    let reads = |text: &str| {
        let case = case(text, &Overrides::default());
        number(&case, &run(&case), "api.read.success_rate", "12m", "14m").expect("reads ended")
    };
    let (before, after) = (reads(&text("")), reads(&text(step)));
    assert!(before < 0.6, "half of all calls are refused: {before}");
    assert!(0.999 < after, "reads have the queue to themselves: {after}");
}
