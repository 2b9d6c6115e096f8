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
    assert!(said.contains(": $210 (") && said.contains("on average over these runs"), "{said}");
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

/// Two workers keep the promise, and a second replica costs less than what one replica leaves unserved.
#[test]
fn the_cheapest_is_that_of_replicas_and_penalties_together() {
    let bench = Bench::new("penalties");
    let knobs =
        "[plan.knob]\n\"tier.app.replicas\" = { from = 1, to = 4 }\n\"tier.app.workers\" = [1, 2]\n[sweep]";
    bench.write("free.toml", &QUEUE.replace("[sweep]", knobs));
    let operation = "[operation.get]\nslo = \"400ms\"\npenalty = \"$0.01\"\n[tier.app]";
    bench.write("lost.toml", &QUEUE.replace("[sweep]", knobs).replace("[tier.app]", operation));
    let plan = |file: &str, more: &[&str]| {
        bench.out(&[&["plan", file, "-q", "--no-store", "--no-out"], more].concat()).replace('\n', " ")
    };
    let free = plan("free.toml", &[]);
    assert!(
        free.starts_with("tier.app.replicas = 1, tier.app.workers = 2 costs $292 a month, and is"),
        "{free}"
    );
    assert!(free.contains("Costs are of replicas and calls: no operation has a penalty."), "{free}");
    let lost = plan("lost.toml", &[]);
    assert!(
        lost.starts_with("tier.app.replicas = 2, tier.app.workers = 2 costs $684 (656–713) a month with"),
        "{lost}"
    );
    assert!(lost.contains("replicas, calls and penalties together"), "{lost}");
    let json: Value = serde_json::from_str(&plan("lost.toml", &["--format", "json"])).expect("JSON");
    let cost = &json["answer"]["cost_a_month"];
    let number = |of: &str| cost[of]["mean"].as_f64().expect("a number");
    assert!((number("paid") + number("penalties") - number("all")).abs() < 1e-6, "{cost}");
    assert!(cost["penalties"]["ci95"][0].as_f64() < cost["penalties"]["ci95"][1].as_f64(), "{cost}");
    assert_eq!(json["costs_are"], "replicas, calls and penalties");
    // Where the search chose its seeds, what they cost is as little known as what part of them keeps the promise.
    let json = plan("lost.toml", &["--least", "tier.app.replicas", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    for row in json["tried"].as_array().expect("rows") {
        assert_eq!(row["is_sample"] == true, row["cost_a_month"].is_object(), "{row}");
    }
}

/// What every question prints runs as it is printed, and says of its value what the question said.
#[test]
fn every_value_of_every_question_opens_its_report() {
    let bench = Bench::new("reports");
    bench.write("two words.toml", &format!("{QUEUE}[variant.other]\n\"tier.app.workers\" = 3\n"));
    let range = |path: &'static str, from: &'static str, to: &'static str, step: &'static str| {
        [path, "--from", from, "--to", to, "--step", step]
    };
    let rate = range("load.web.rate", "4/s", "10/s", "2/s");
    let questions: [&[&str]; 5] = [
        &[&["--least"][..], &range("tier.app.workers", "1", "3", "1")].concat(),
        &[&["--most"][..], &rate].concat(),
        &[&["--tipping"][..], &rate, &["--days", "12"]].concat(),
        &[&["--hysteresis"][..], &rate, &["--replications", "2"]].concat(),
        &["--growth", "50%/month", "--set", "tier.app.workers=2"],
    ];
    for question in questions {
        let all = [&["plan", "two words.toml", "-q", "--no-store", "--no-out"], question].concat();
        let said = String::from_utf8(bench.says(&all).stdout).expect("text");
        let printed: Vec<&str> =
            said.lines().filter_map(|line| line.strip_prefix("a report of one: ")).collect();
        let json = bench.says(&[&all[..], &["--format", "json"]].concat());
        let json: Value = serde_json::from_slice(&json.stdout).expect("JSON");
        let reports = json["reports"].as_array().expect("reports");
        let tried = json["tried"].as_array().expect("rows");
        let kinds = if question.contains(&"--hysteresis") { 2 } else { 1 };
        assert_eq!((reports.len(), printed.len()), (kinds * tried.len(), kinds), "{question:?}");
        let mut prints = Vec::new();
        for (at, report) in reports.iter().enumerate() {
            let command = report["command"].as_str().expect("a command");
            let row = &tried[at % tried.len()];
            let runs = if row["is_sample"] == true { row["runs"].to_string() } else { "2".to_owned() };
            let found = bench.typed(&format!("{command} -q --no-out --format json --replications {runs}"));
            assert_eq!(found["variants"].as_object().map(serde_json::Map::len), Some(0), "{command}");
            if row["is_sample"] == true {
                assert_eq!(found["expectations"][0]["passed"], row["kept"], "{command}: {row}");
            }
            prints.push(found["fingerprint"].clone());
        }
        // After an overload other things happen in the same runs.
        let mut pairs = prints.iter().zip(&prints[tried.len()..]);
        assert!(pairs.all(|(one, other)| one != other), "{prints:?}");
        assert!(
            printed.iter().all(|one| reports.iter().any(|report| report["command"] == **one)),
            "{printed:?}"
        );
    }
}

/// What no run can keep is refused before one is run, whatever is asked.
#[test]
fn promises_that_contradict_are_refused_at_once() {
    let bench = Bench::new("contradict");
    let latency = |than: &str| format!("web.get.latency.p99 {than}");
    let both = |one: &str, other: &str| vec![latency(one), latency(other)];
    let wrong = [
        both("< 1s", "> 2s"),
        both("> 1s", "< 1s"),
        both(">= 1s", "< 1s"),
        both("== 1s", "> 1s"),
        both("< 0s", "< 1s"),
        vec!["web.success_rate > 100%".to_owned()],
        vec!["web.success_rate > 101%".to_owned()],
    ];
    let range = ["--from", "1", "--to", "3"];
    let ask = |question: &str, promises: &[String]| {
        let mut all =
            vec!["plan", "queue.toml", "-q", "--no-store", "--no-out", question, "tier.app.workers"];
        all.extend(range);
        all.extend(promises.iter().flat_map(|promise| ["--promise", promise.as_str()]));
        bench.says(&all)
    };
    for promises in wrong {
        for question in ["--least", "--most", "--tipping", "--hysteresis"] {
            let output = ask(question, &promises);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(
                output.status.code() == Some(1) && said.contains("no run can keep"),
                "{promises:?}: {said}"
            );
        }
    }
    let fine = [both(">= 1s", "<= 1s"), both("> 1ms", "< 1s"), both("< 1s", "< 2s")];
    for promises in fine {
        assert_ne!(ask("--least", &promises).status.code(), Some(1), "{promises:?}");
    }
}

/// A penalty changes what a day costs, and no day; a queue that is never full may be longer.
#[test]
fn a_knob_that_changes_nothing_is_told_by_every_question() {
    let bench = Bench::new("idle");
    let lost = "[operation.get]\nslo = \"400ms\"\npenalty = \"$0.01\"\n[tier.app]";
    bench.write("queue.toml", &QUEUE.replace("[tier.app]", lost));
    let knobs = [["operation.get.penalty", "$1", "$2"], ["tier.app.queue.limit", "9000", "9001"]];
    for [knob, from, to] in knobs {
        for question in ["--least", "--most", "--tipping", "--hysteresis"] {
            let all = [
                "plan",
                "queue.toml",
                "-q",
                "--no-store",
                "--no-out",
                question,
                knob,
                "--from",
                from,
                "--to",
                to,
            ];
            let output = bench.says(&all);
            let said = String::from_utf8_lossy(&output.stdout).replace('\n', " ");
            assert!(said.starts_with(&format!("{knob} changes nothing here: a run is the same")), "{said}");
        }
    }
}
