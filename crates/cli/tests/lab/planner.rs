//! What a planner tried first, and what the answers said wrongly then.

use super::{Bench, QUEUE};
use serde_json::Value;
use std::fs;

/// A mean is shown as a mean: with its interval, its bound, and in a picture of its own.
#[test]
fn a_promise_on_average_is_answered_by_means() {
    let bench = Bench::new("average");
    let ask =
        ["plan", "queue.toml", "-q", "--no-store", "--least", "tier.app.workers", "--to", "4", "--from", "1"];
    let said =
        bench.out(&[&ask[..], &["--average", "web.get.latency.mean < 200ms", "--out", "avg"]].concat());
    assert!(said.contains("There web.get.latency.mean is") && said.contains("against 200 ms"), "{said}");
    assert!(!said.contains("share of runs"), "{said}");
    let page = fs::read_to_string(bench.0.join("avg/report.md")).expect("a page");
    assert!(page.contains("| tier.app.workers | runs | web.get.latency.mean (mean) | bound"), "{page}");
    assert!(bench.0.join("avg/charts/means.svg").exists());
}

/// Even arrivals at a fixed time of service: eight runs of a value are enough to know all.
#[test]
fn where_nothing_is_drawn_by_chance_few_runs_suffice() {
    let bench = Bench::new("fixed");
    let fixed = QUEUE.replace("{ dist = \"exponential\", mean = \"100ms\" }", "\"200ms\"");
    bench.write("fixed.toml", &fixed.replace("rate = \"8/s\"", "rate = \"8/s\"\narrivals = \"even\""));
    let plan = |more: &[&str]| {
        bench
            .out(&[&["plan", "fixed.toml", "-q", "--no-store", "--no-out"], more].concat())
            .replace('\n', " ")
    };
    let least = plan(&["--least", "tier.app.workers"]);
    assert!(least.starts_with("tier.app.workers = 2 is the least"), "{least}");
    assert!(least.contains("Nothing here is drawn by chance"), "{least}");
    let (before, _) = least.split_once(" runs · again").expect("how many runs");
    let runs: usize = before.rsplit(' ').next().and_then(|runs| runs.parse().ok()).expect("a number");
    assert!(runs < 40, "{least}");
    // No answer has an exit code of its own.
    let plan = |more: &[&str]| {
        let output = bench.says(&[&["plan", "fixed.toml", "-q", "--no-store", "--no-out"], more].concat());
        String::from_utf8_lossy(&output.stdout).replace('\n', " ")
    };
    let above = plan(&["--tipping", "load.web.rate", "--from", "1/s", "--to", "4/s", "--step", "1/s"]);
    assert!(above.starts_with("It does not tip over within the range: up to its upper end"), "{above}");
    assert!(above.contains("none of 40 days has tipped over") && !above.contains("All 40"), "{above}");
    let below = plan(&["--tipping", "load.web.rate", "--from", "6/s", "--to", "9/s", "--step", "1/s"]);
    assert!(below.contains("at its lower end, load.web.rate = 6/s, all of 40 days"), "{below}");
}

#[test]
fn a_promise_can_name_its_time_and_a_rise_by_stages_happens() {
    let bench = Bench::new("times");
    let ask = ["plan", "queue.toml", "-q", "--no-store", "--no-out", "--least", "tier.app.workers"];
    let said = bench.out(&[&ask[..], &["--promise", "web.get.latency.p99 < 1s when 50s..80s"]].concat());
    assert!(said.replace('\n', " ").contains("web.get.latency.p99 < 1s in 50s..1m20s is kept"), "{said}");
    assert!(said.contains("Nothing\nhappens in these runs"), "{said}");
    let stages = "stages = [{ duration = \"50s\", rate = \"8/s\" }, { duration = \"10s\", rate = \"24/s\" }]";
    bench.write("queue.toml", &QUEUE.replace("rate = \"8/s\"", stages).replace("\"load.web.rate\" =", "# "));
    let said = bench.out(&ask).replace('\n', " ");
    assert!(!said.contains("Nothing happens"), "{said}");
}

/// An autoscaler pays for what it starts: its price is that of the runs, and not of its first replicas.
#[test]
fn what_is_scaled_or_paid_by_call_costs_what_its_runs_cost() {
    let bench = Bench::new("priced");
    let calls = QUEUE.replace("price = \"$0.40/h\"", "price_per_million = \"$10\"");
    let calls = calls.replace("[tier.app]", "[operation.get]\nslo = \"100ms\"\npenalty = \"$2\"\n[tier.app]");
    bench.write("calls.toml", &calls);
    // 8/s for 730 hours are 21 million calls.
    let said =
        bench.out(&["plan", "calls.toml", "-q", "--no-store", "--no-out", "--least", "tier.app.workers"]);
    let said = said.replace('\n', " ");
    assert!(said.contains("It costs $21") && said.contains("on average over these runs"), "{said}");
    let output = bench.says(&["run", "calls.toml", "-q", "--format", "json", "--no-out"]);
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = json.to_string();
    for key in ["traffic_cost", "cost_per_hour", "cost_per_million", "penalty", "penalty_per_month"] {
        assert!(text.contains(&format!("\"{key}\"")), "{key}");
    }
}

#[test]
fn points_that_are_not_run_are_counted_with_their_reasons() {
    let bench = Bench::new("skipped");
    let text = QUEUE.replace("[sweep]", "[sweep]\nwhere = \"tier.app.workers < 3\"");
    bench.write("some.toml", &text);
    let all = ["sweep", "some.toml", "-q", "--no-store", "--replications", "1"];
    let said = bench.out(&[&all[..], &["--out", "some"]].concat());
    assert!(
        said.contains("5 further points were left out by conditions: 5 not tier.app.workers < 3."),
        "{said}"
    );
    let page = fs::read_to_string(bench.0.join("some/report.html")).expect("a page");
    assert!(
        page.contains("5 further points were left out") && page.contains("brownout report some --point 9")
    );
    let json: Value =
        serde_json::from_str(&bench.out(&[&all[..], &["--format", "json"]].concat())).expect("JSON");
    assert_eq!(json["left_out"][0]["points"], 5);
}
