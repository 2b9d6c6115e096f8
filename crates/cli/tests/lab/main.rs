//! `brownout sweep`, `plan`, `compare` and `merge` from outside: the same bytes whatever happens on the way, answers
//! that are known from elsewhere, and mistakes that are told.

mod planner;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// M/M/c at 8 customers a second of 100 ms, for 100 s.
const QUEUE: &str = r#"
schema = 1
title = "A queue"
[run]
duration = "100s"
window = "10s"
replications = 10
[load.web]
rate = "8/s"
journey = [{ do = "get" }]
[tier.app]
kind = "service"
workers = 1
service = { dist = "exponential", mean = "100ms" }
price = "$0.40/h"
[[expect]]
that = "web.get.latency.p99 < 1s"
[sweep]
"tier.app.workers" = [1, 2, 3]
"load.web.rate" = { from = "4/s", to = "12/s", steps = 5 }
"#;

/// A folder of its own, with that scenario in it.
struct Bench(PathBuf);

impl Bench {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("lab-{name}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        let bench = Bench(folder);
        bench.write("queue.toml", QUEUE);
        bench
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).expect("a file");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
        command.args(arguments).current_dir(&self.0);
        command
    }

    fn says(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program starts")
    }

    fn out(&self, arguments: &[&str]) -> String {
        let output = self.says(arguments);
        assert!(output.status.success(), "{arguments:?}\n{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    fn error(&self, arguments: &[&str], code: i32) -> String {
        let output = self.says(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{said}");
        said + &String::from_utf8_lossy(&output.stdout)
    }

    /// What a command prints as JSON, typed into a shell as it was printed.
    fn typed(&self, command: &str) -> Value {
        let program = env!("CARGO_BIN_EXE_brownout");
        let (_, rest) = command.split_once(' ').expect("a command has a name");
        let output =
            Command::new("sh").args(["-c", &format!("{program} {rest}")]).current_dir(&self.0).output();
        let output = output.expect("there is a shell");
        // An expectation that is not met is what some of these are about.
        let is_run = output.status.success() || output.status.code() == Some(4);
        assert!(is_run, "{command}\n{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// The tables of a sweep, byte by byte.
    fn tables(&self, folder: &str) -> [Vec<u8>; 2] {
        ["runs.parquet", "points.parquet"]
            .map(|table| fs::read(self.0.join(folder).join(table)).expect("a table"))
    }
}

#[test]
fn a_sweep_is_the_same_on_any_number_of_threads_and_from_a_store() {
    let bench = Bench::new("threads");
    let sweep = |out: &str, more: &[&str]| {
        let mut all = vec!["sweep", "queue.toml", "-q", "--out", out];
        all.extend(more);
        bench.out(&all);
        bench.tables(out)
    };
    let first = sweep("one", &["--no-store", "--threads", "1"]);
    assert_eq!(sweep("two", &["--no-store", "--threads", "2"]), first);
    assert_eq!(sweep("kept", &["--store", "kept-store"]), first, "while the store fills");
    assert_eq!(sweep("again", &["--store", "kept-store"]), first, "all of it from the store");
}

#[test]
fn a_killed_sweep_goes_on_to_the_same_bytes() {
    let bench = Bench::new("kills");
    bench.out(&["sweep", "queue.toml", "-q", "--no-store", "--out", "whole"]);
    let arguments = ["sweep", "queue.toml", "-q", "--threads", "1", "--store", "store", "--out", "killed"];
    for kill in 0..20u64 {
        let mut child =
            bench.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a child");
        std::thread::sleep(Duration::from_millis(3 + 5 * kill));
        // It may have come to its end already.
        let _ = child.kill();
        child.wait().expect("it ends");
    }
    bench.out(&arguments);
    assert_eq!(bench.tables("killed"), bench.tables("whole"));
    let left: Vec<String> = fs::read_dir(&bench.0)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert_eq!(left, Vec::<String>::new(), "what killed processes were writing is swept away");
}

#[test]
fn more_replications_and_cosmetic_edits_run_only_what_is_new() {
    let bench = Bench::new("why");
    let new = |more: &[&str]| {
        let mut all = vec!["sweep", "queue.toml", "-q", "--no-out", "--alone", "--why"];
        all.extend(more);
        let output = bench.says(&all);
        String::from_utf8(output.stderr).expect("text")
    };
    assert!(new(&[]).starts_with("0 runs reused, 150 new\n"), "{}", new(&[]));
    let more = new(&["--replications", "20"]);
    assert!(more.starts_with("150 runs reused, 150 new\n  150 are further replications"), "{more}");
    bench.write("queue.toml", &QUEUE.replace("title = \"A queue\"", "# said\ntitle = \"The same queue\""));
    assert_eq!(new(&[]), "150 runs reused, 0 new\n");
    bench.write("queue.toml", &QUEUE.replace("100ms", "90ms"));
    let changed = new(&[]);
    assert!(changed.contains("0 runs reused, 150 new\n"), "{changed}");
    assert!(changed.contains("tier.app.service.mean: \"100ms\" → \"90ms\""), "{changed}");
}

#[test]
fn parts_on_several_machines_make_the_whole() {
    let bench = Bench::new("shards");
    bench.out(&["sweep", "queue.toml", "-q", "--no-store", "--out", "whole"]);
    for part in ["1/3", "2/3", "3/3"] {
        let store = format!("part-{}", &part[..1]);
        bench.out(&["sweep", "queue.toml", "-q", "--shard", part, "--store", &store]);
    }
    bench.out(&["merge", "-q", "part-1", "part-2", "part-3", "--into", "all"]);
    let merged = ["sweep", "queue.toml", "-q", "--store", "all", "--why", "--out", "merged"];
    let output = bench.says(&merged);
    assert!(String::from_utf8_lossy(&output.stderr).contains(" 0 new"), "nothing is run again");
    assert_eq!(bench.tables("merged"), bench.tables("whole"));
    assert!(bench.error(&["merge", "nowhere", "--into", "all"], 1).contains("is no folder with runs"));
}

#[test]
fn a_damaged_run_is_done_again() {
    let bench = Bench::new("damage");
    let arguments = ["sweep", "queue.toml", "-q", "--alone", "--why", "--store", "store", "--out", "out"];
    bench.out(&arguments);
    let before = bench.tables("out");
    let runs = bench.0.join("store/runs");
    let folder = fs::read_dir(runs).expect("runs").next().expect("one").expect("readable").path();
    let file = fs::read_dir(folder).expect("runs").next().expect("one").expect("readable").path();
    let mut bytes = fs::read(&file).expect("a run");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).expect("damaged");
    assert!(String::from_utf8_lossy(&bench.says(&arguments).stderr).starts_with("149 runs reused, 1 new"));
    assert_eq!(bench.tables("out"), before);
}

#[test]
fn a_run_that_breaks_is_named_and_the_others_go_on() {
    let bench = Bench::new("breaks");
    let mut command =
        bench.command(&["sweep", "queue.toml", "-q", "--alone", "--store", "store", "--no-out"]);
    let output = command.env("BROWNOUT_TEST_BREAKS", "any/3").output().expect("it starts");
    let (out, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let out = out.replace('\n', " ");
    assert!(output.status.success(), "{said}");
    assert_eq!(said.matches("It is recorded, and the others go on.").count(), 15, "{said}");
    assert!(out.contains("15 points, 9 runs each"), "{out}");
    assert!(out.contains(
        "15 runs left nothing. The first, at tier.app.workers=1, load.web.rate=4/s, replication 3: a mistake"
    ));
    // It is not tried again, and a limit leaves runs out in the same way.
    assert!(
        bench
            .out(&["sweep", "queue.toml", "-q", "--alone", "--store", "store", "--no-out"])
            .contains("9 runs each")
    );
    let limited = bench.out(&["sweep", "queue.toml", "-q", "--no-store", "--no-out", "--events-max", "2500"]);
    assert!(limited.contains("passed 2500 events"), "{limited}");
}

#[test]
fn the_tables_have_a_row_for_each_run_and_units() {
    let bench = Bench::new("tables");
    bench.out(&["sweep", "queue.toml", "-q", "--no-store", "--out", "out"]);
    let json: Value =
        serde_json::from_str(&bench.out(&["sweep", "queue.toml", "-q", "--no-store", "--format", "json"]))
            .expect("JSON");
    assert_eq!(json["points"].as_array().map(Vec::len), Some(15));
    assert_eq!(json["axes"], serde_json::json!(["tier.app.workers", "load.web.rate"]));
    assert_eq!(json["points"][14]["axes"]["load.web.rate"], 12.0);
    assert_eq!(json["columns"][0]["unit"], "seconds");
    let lines = bench.out(&["sweep", "queue.toml", "-q", "--no-store", "--format", "jsonl"]);
    assert_eq!(lines.lines().count(), 15);
}

#[test]
fn a_sweep_is_printed_as_csv() {
    let bench = Bench::new("csv");
    let said = bench.out(&["sweep", "queue.toml", "-q", "--no-store", "--format", "csv", "--no-out"]);
    let mut lines = said.lines();
    let head = "point,tier.app.workers,load.web.rate,metric,unit,mean,ci95_low,ci95_high";
    assert_eq!(lines.next(), Some(head), "{said}");
    let cells: Vec<&str> = lines.next().expect("a point").split(',').collect();
    assert_eq!(cells[..5], ["0", "1", "4/s", "web.get.latency.p99 < 1s", "s"], "{said}");
    assert!(cells[5].parse::<f64>().is_ok_and(|mean| 0.1 < mean && mean < 5.0), "{said}");
}

#[test]
fn replications_go_on_until_a_number_is_known_well_enough() {
    let bench = Bench::new("until");
    let until = "until = { metric = \"web.get.latency.mean\", within = \"10%\", most = 200 }\n";
    bench.write("queue.toml", &QUEUE.replace("[sweep]\n", &format!("[sweep]\n{until}")));
    let json = |threads: &str| -> Value {
        let arguments = ["sweep", "queue.toml", "-q", "--no-store", "--format", "json", "--threads", threads];
        serde_json::from_str(&bench.out(&arguments)).expect("JSON")
    };
    let swept = json("1");
    assert_eq!(json("2"), swept);
    let counts: Vec<u64> = swept["points"]
        .as_array()
        .expect("points")
        .iter()
        .map(|point| point["replications"].as_u64().expect("a count"))
        .collect();
    // One worker at 10/s and more is loaded to its limit: its latency varies most.
    assert!(counts.iter().all(|count| (10..=200).contains(count)), "{counts:?}");
    assert_eq!((counts[10], counts.iter().max()), (10, Some(&counts[3])), "{counts:?}");
}

#[test]
fn every_point_of_a_sweep_opens_its_report() {
    let bench = Bench::new("point");
    bench.out(&["sweep", "queue.toml", "-q", "--no-store", "--out", "out", "--set", "run.replications=2"]);
    assert!(fs::read_to_string(bench.0.join("out/report.html")).expect("a page").contains("A queue"));
    // Ten to twelve a second on one worker: its expectation fails, and its report is written.
    bench.error(&["report", "out", "--point", "4", "-q"], 4);
    let text = fs::read_to_string(bench.0.join("out-point-4/scenario/base.toml")).expect("a scenario");
    assert!(text.contains("rate = \"12/s\"") && text.contains("workers = 1"), "{text}");
    assert!(bench.error(&["report", "out", "--point", "15"], 1).contains("points 0 to 14"));
    assert!(bench.error(&["report", ".", "--point", "1"], 1).contains("brownout sweep"));
}

#[test]
fn least_most_and_tipping_are_answered() {
    let bench = Bench::new("plan");
    let plan = |more: &[&str]| {
        let mut all = vec!["plan", "queue.toml", "-q", "--no-store"];
        all.extend(more);
        bench.out(&all)
    };
    let least = plan(&["--least", "tier.app.workers"]);
    assert!(least.starts_with("tier.app.workers = 2 is the least:"), "{least}");
    assert!(least.contains("1 is shown not to be enough"), "{least}");
    assert!(least.contains("again: brownout plan queue.toml --least tier.app.workers --at 2"));
    assert!(
        plan(&["--least", "tier.app.workers", "--at", "2"])
            .starts_with("tier.app.workers = 2: web.get.latency.p99 < 1s")
    );
    let promise =
        ["--promise", "web.get.latency.p99 < 2s", "--from", "1/s", "--to", "12/s", "--step", "0.5/s"];
    let most = plan(&[&["--most", "load.web.rate"], &promise[..]].concat());
    assert!(most.starts_with("load.web.rate = 6.5/s is the most:"), "{most}");
    let tips = plan(&[&["--tipping", "load.web.rate"], &promise[..]].concat());
    assert!(tips.starts_with("It tips over between load.web.rate = 8/s and 8.5/s"), "{tips}");
    assert!(most.contains("too much") && !most.contains("not enough"), "{most}");
    // Rows whose seeds the search chose show how many were run, and no share of runs.
    assert!(!most.contains("(21–100)"), "{most}");
    let growth =
        ["--growth", "15%/month", "--lead", "8w", "--today", "2026-03-01", "--set", "tier.app.workers=3"];
    let growth = plan(&growth).replace('\n', " ");
    // 8/s · 1.15^7 is borne, and it is not known for how much longer: eight weeks before 1 October.
    assert!(growth.contains("for 7 months, until 2026-10-01"), "{growth}");
    assert!(growth.contains("order by 2026-08-06"), "{growth}");
}

/// M/M/c with λ = 8/s and μ = 1/s: the mean wait is below 250 ms from c = 10 on (Erlang C).
#[test]
fn the_least_number_of_workers_is_that_of_erlang() {
    let bench = Bench::new("erlang");
    let text = QUEUE.replace("\"100s\"", "\"2000s\"").replace("\"10s\"", "\"100s\"");
    bench.write("queue.toml", &text.replace("100ms", "1s"));
    let arguments = [
        "plan",
        "queue.toml",
        "-q",
        "--no-store",
        "--least",
        "tier.app.workers",
        "--from",
        "8",
        "--to",
        "16",
    ];
    let answer = bench.out(&[&arguments[..], &["--average", "app.queue_wait.mean < 250ms"]].concat());
    assert!(answer.starts_with("tier.app.workers = 10 is the least"), "{answer}");
    assert!(answer.contains("9 is shown not to be enough"), "{answer}");
}

#[test]
fn variants_race_until_one_is_best_or_they_are_equally_good() {
    let bench = Bench::new("compare");
    let compare = |more: &[&str]| {
        let mut all = vec!["compare", "queue.toml", "-q", "--no-store", "--by", "total.latency.p99"];
        all.extend(more);
        bench.out(&all)
    };
    let best = compare(&["--with", "two:tier.app.workers=2", "--with", "three:tier.app.workers=3"]);
    assert!(best.starts_with("three is best by total.latency.p99"), "{best}");
    let same = compare(&["--with", "same:tier.app.queue.limit=100000"]);
    assert!(same.starts_with("base and same are equally good"), "{same}");
    for (seed, out) in [("1", "a"), ("2", "b")] {
        // Its expectation does not hold, and the results are written.
        bench.error(&["run", "queue.toml", "-q", "--seed", seed, "--out", out], 4);
    }
    let folders = bench.out(&["compare", "a", "b"]);
    assert!(folders.contains("b against a: no difference in harm"), "{folders}");
    assert!(folders.contains("Their seeds differ"), "{folders}");
    let page = |folder: &str| fs::read_to_string(bench.0.join(folder).join("report.html")).expect("a page");
    assert!(page("brownout-out/queue-compare").contains("base and same are equally good"));
    assert!(page("brownout-out/a-compare").contains("Whom each helps and hurts"));
}

#[test]
fn the_axes_that_matter_are_named_by_each_method() {
    let bench = Bench::new("matters");
    for method in ["tornado", "morris", "sobol"] {
        let designs: &[&str] = if method == "tornado" { &[] } else { &["--designs", "8"] };
        let axes = ["--axis", "tier.app.queue.limit=100000,200000", "--set", "tier.app.queue.limit=100000"];
        let mut all = vec!["sweep", "queue.toml", "-q", "--no-store", "--replications", "2"];
        all.extend(["--matters", "app.queue_wait.mean", "--method", method, "--out", method]);
        all.extend(axes.iter().chain(designs));
        let said = bench.out(&all);
        let first = said.lines().next().unwrap_or_default();
        assert!(first.starts_with("tier.app.workers") || first.starts_with("load.web.rate"), "{said}");
        // A queue that is never full does nothing, by any method.
        let last = said.lines().find(|line| line.starts_with("queue.limit")).expect("a row of each axis");
        assert!(
            !last.contains(['1', '2', '3', '4', '5', '6', '7', '8', '9']) || last.contains(" 0 "),
            "{said}"
        );
        assert!(bench.0.join(method).join("report.html").exists());
    }
    let wrong = bench.error(&["sweep", "queue.toml", "-q", "--no-store", "--matters", "web.gte.p99"], 1);
    assert!(wrong.contains("did you mean"), "{wrong}");
}

/// One retry, and a database of 300 calls a second: safe below 150/s, where all tries fit; doomed above 300/s.
#[test]
fn a_retry_cliff_is_vulnerable_between_half_and_all_of_its_capacity() {
    let bench = Bench::new("hysteresis");
    let cliff = concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments/retry-cliff");
    let mut all = vec!["plan", cliff, "-q", "--no-store", "--set", "fault=[]", "--set", "expect=[]"];
    all.extend([
        "--replications",
        "4",
        "--hysteresis",
        "load.users.rate",
        "--from",
        "120/s",
        "--to",
        "320/s",
        "--step",
        "40/s",
    ]);
    all.extend(["--push", "2", "--promise", "users.in_time_rate > 90%", "--out", "h"]);
    let said = bench.out(&all).split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted =
        "By load.users.rate the service is safe at 120/s, vulnerable from 160/s to 280/s, doomed at 320/s.";
    assert!(said.starts_with(wanted), "{said}");
    assert!(bench.0.join("h/charts/hysteresis.svg").exists());
}

#[test]
fn a_check_says_what_a_sweep_would_take_and_what_is_promised() {
    let said = Bench::new("check").out(&["check", "queue.toml"]);
    assert!(said.contains("15 points, 150 runs (300 with those beside)"), "{said}");
    assert!(said.contains("promised") && said.contains("web.get.latency.p99 < 1s"), "{said}");
}

#[test]
fn questions_that_mean_nothing_are_told_what_to_ask_instead() {
    let bench = Bench::new("mistakes");
    let plan = |more: &[&str], code: i32| {
        let mut all = vec!["plan", "queue.toml", "-q", "--no-store"];
        all.extend(more);
        bench.error(&all, code)
    };
    assert!(plan(&[], 1).contains("nothing is asked"));
    assert!(plan(&["--least", "tier.app.wrkers"], 1).contains("did you mean \"workers\"?"));
    assert!(
        plan(&["--least", "tier.app.workers", "--promise", "web.get.latency.p99 < 1ms"], 4)
            .contains("not even tier.app.workers = 64 keeps")
    );
    assert!(
        plan(&["--most", "tier.app.workers", "--from", "1", "--to", "4"], 4).contains("works the other way")
    );
    assert!(
        plan(&["--least", "tier.app.price", "--from", "$1/h", "--to", "$2/h"], 4).contains("changes nothing")
    );
    assert!(
        plan(&["--least", "tier.app.queue.limit", "--from", "9000", "--to", "9001"], 4)
            .contains("changes nothing")
    );
    assert!(plan(&["--least", "tier.app.workers", "--from", "4", "--to", "1"], 3).contains("goes backwards"));
    bench.write("none.toml", QUEUE.split("[[expect]]").next().expect("a part"));
    assert!(
        bench
            .error(&["plan", "none.toml", "-q", "--least", "tier.app.workers"], 1)
            .contains("nothing is promised")
    );
    assert!(bench.error(&["sweep", "none.toml", "-q"], 1).contains("--axis"));
    assert!(bench.error(&["compare", "none.toml", "-q"], 1).contains("one variant"));
    fs::create_dir_all(bench.0.join("foreign")).expect("a folder");
    bench.write("foreign/notes.txt", "mine");
    assert!(bench.error(&["sweep", "queue.toml", "-q", "--store", "foreign"], 1).contains("files of others"));
}
