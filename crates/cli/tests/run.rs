//! `brownout run` from outside: exit codes, the JSON as promised, files, the same numbers on any number of threads.

use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const TINY: &str = "tests/scenarios/tiny.toml";
const VARIANTS: &str = "tests/scenarios/variants.toml";

fn brownout(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn output(arguments: &[&str]) -> Output {
    brownout(arguments).output().expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the program writes UTF-8")
}

/// What the program says to some bytes on standard input.
fn piped(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = brownout(arguments);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input).expect("the program reads");
    child.wait_with_output().expect("the program ends")
}

fn json(arguments: &[&str]) -> Value {
    let output = output(arguments);
    assert_eq!(text(&output.stderr), "", "nothing is said when quiet");
    serde_json::from_slice(&output.stdout).expect("one object")
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// The keys that are promised are there; rows that were added to the table of metrics may stand beside them.
fn check_keys(value: &Value, promised: &str) {
    let missing: Vec<&str> = promised.split_whitespace().filter(|key| value.get(key).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?} of {:?}", keys(value));
}

#[test]
fn the_summary_fits_one_screen() {
    let experiment = |name: &str| format!("../../experiments/{name}");
    let (many, tokens) = (experiment("front-door-jam"), experiment("vllm-300"));
    for scenario in [TINY, VARIANTS, &many, &tokens] {
        let summary = text(&output(&["run", scenario, "--replications", "2", "--no-out", "-q"]).stdout);
        let widest = summary.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        let lines = summary.lines().count();
        assert!(10 < lines && lines <= 37 && widest <= 80, "{lines} lines of up to {widest}:\n{summary}");
    }
}

#[test]
fn the_json_is_as_promised() {
    let all = json(&["run", VARIANTS, "--format", "json", "-q"]);
    check_keys(
        &all,
        "classes events expectations fingerprint happened replications scenario_hash seed simulated_seconds tiers \
         title variant variants verdict version wall_seconds warmup_seconds",
    );
    check_keys(&all["verdict"], "badge classes counts line recovery_seconds");
    check_keys(&all["expectations"][0], "pass passed replications that value when");
    check_keys(&all["variants"], "slow");
    let path = &all["classes"]["web"]["get"];
    check_keys(
        path,
        "attempts_per_intent failed goodput in_time_rate latency offered slo_seconds succeeded success_rate tpot \
         tpot_slo_seconds ttft ttft_slo_seconds user_minutes_lost worst_success_rate",
    );
    check_keys(&path["latency"], "mean p50 p90 p95 p99");
    check_keys(&path["latency"]["p99"], "ci95 mean");
    let ends = path["latency"]["mean"]["ci95"].as_array().expect("three replications have an interval");
    let mean = path["latency"]["mean"]["mean"].as_f64();
    assert!(ends[0].as_f64() < mean && mean < ends[1].as_f64(), "{}", path["latency"]["mean"]);
    check_keys(
        &all["tiers"]["app"],
        "admitted arrivals calls classes crossed head_age_max hit_ratio in_flight kind leased onset peak_utilisation \
         queue_length queue_wait retry_share shed sojourn timeouts tokens utilisation wait_probability wasted",
    );
    check_keys(&all["tiers"]["app"]["queue_wait"], "mean p50 p90 p95 p99");
    assert_eq!((&all["variant"], &all["seed"], &all["replications"]), (&"base".into(), &7.into(), &3.into()));
    assert_eq!((&all["simulated_seconds"], &all["warmup_seconds"]), (&600.0.into(), &60.0.into()));
    let slow = &all["variants"]["slow"];
    assert_eq!(keys(slow).len() + 1, keys(&all).len(), "a variant is as the base, without variants");
    assert_ne!(slow["scenario_hash"], all["scenario_hash"]);
    let busy = |of: &Value| of["tiers"]["app"]["utilisation"]["mean"].as_f64().expect("a number");
    assert!((busy(&all) - 0.2).abs() < 0.05 && 0.8 < busy(slow), "{} and {}", busy(&all), busy(slow));
}

#[test]
fn one_replication_has_numbers_of_the_same_shape() {
    let one = json(&["run", TINY, "--format", "json", "-q", "--replications", "1"]);
    let rate = &one["classes"]["web"]["get"]["success_rate"];
    check_keys(rate, "ci95 mean");
    assert!(rate["mean"].is_number() && rate["ci95"].is_null());
    assert!(one["tiers"]["app"]["hit_ratio"].is_null(), "what is no cache has no hits");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let run = |threads| {
        let mut result =
            json(&["run", TINY, "--format", "json", "-q", "--replications", "8", "--threads", threads]);
        result["wall_seconds"] = Value::Null;
        result
    };
    assert_eq!(run("1"), run("8"));
    let other = json(&["run", TINY, "--format", "json", "-q", "--replications", "8", "--seed", "8"]);
    assert_ne!(run("1")["fingerprint"], other["fingerprint"]);
}

#[test]
fn every_variant_is_a_line_and_every_number_a_row() {
    let lines = text(&output(&["run", VARIANTS, "--format", "jsonl", "-q"]).stdout);
    let variants: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert_eq!(
        variants.iter().map(|v| v["variant"].as_str()).collect::<Vec<_>>(),
        [Some("base"), Some("slow")]
    );
    let rows = text(&output(&["run", VARIANTS, "--format", "csv", "-q"]).stdout);
    let count = |start: &str| rows.lines().filter(|row| row.contains(start)).count();
    let found = (count(",base,path,web,get,,latency.p99,s,"), count(",slow,path,web,get,,success_rate,1,"));
    assert_eq!(found, (1, 1), "{rows}");
    let columns = |row: &str| row.split(',').count();
    let head = rows.lines().next().map(columns);
    assert!(rows.lines().all(|row| Some(columns(row)) == head), "{rows}");
}

#[test]
fn values_are_set_and_variants_chosen() {
    let slow = json(&["run", VARIANTS, "--variant", "slow", "--format", "json", "-q"]);
    assert_eq!((slow["variant"].as_str(), keys(&slow["variants"]).len()), (Some("slow"), 0));
    let set = json(&["run", TINY, "--set", "tier.app.service.mean=600ms", "--format", "json", "-q"]);
    assert_eq!(set["fingerprint"], slow["fingerprint"], "the same values give the same run");
}

#[test]
fn exit_codes_say_what_happened() {
    let code = |arguments: &[&str]| output(arguments).status.code();
    let data = ["--format", "json", "-q"];
    let run = |path| code(&[["run", path].as_slice(), &data].concat());
    assert_eq!(run(TINY), Some(0));
    assert_eq!(run("tests/scenarios/nowhere.toml"), Some(1));
    assert_eq!(code(&["run"]), Some(2));
    assert_eq!(run("tests/scenarios/broken.toml"), Some(3));
    assert_eq!(run("tests/scenarios/unmet.toml"), Some(4));
}

#[test]
fn standard_input_is_a_scenario_or_refused() {
    let whole = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(TINY)).expect("a scenario");
    let said = piped(&["run", "-", "--format", "json", "-q"], &whole);
    let said: Value = serde_json::from_slice(&said.stdout).expect("one object");
    assert_eq!(said["fingerprint"], json(&["run", TINY, "--format", "json", "-q"])["fingerprint"]);
    for (input, expect) in
        [(&b" \n"[..], "is empty"), (b"a = \"\xff\"", "is not UTF-8"), (b"{ \"schema\": 2 }", "stdin.json")]
    {
        let output = piped(&["check", "-"], input);
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(3) && said.contains(expect), "{said}");
    }
}

#[test]
fn a_folder_holds_the_whole_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("a/b");
    let files = ["--charts", "svg,png", "--series-csv", "-q"];
    let output = output(&[&["run", VARIANTS, "--out", out.to_str().expect("UTF-8")][..], &files].concat());
    assert!(text(&output.stdout).contains(&format!("report  {}", out.join("report.html").display())));
    let read = |name: &str| {
        std::fs::read_to_string(out.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let result: Value = serde_json::from_str(&read("result.json")).expect("an object");
    let (base, slow) = (result["fingerprint"].as_str(), result["variants"]["slow"]["fingerprint"].as_str());
    let (base, slow) = (base.expect("a text"), slow.expect("a text"));
    for page in ["report.html", "report.md", "series.csv"] {
        assert!(read(page).contains(base) && read(page).contains(slow), "{page} has the stamps of both");
    }
    assert!(
        read("charts/success.svg").starts_with("<svg") && read("charts/slow/success.svg").starts_with("<svg")
    );
    assert!(out.join("charts/success.png").is_file() && out.join("charts/slow/success.png").is_file());
    let again = brownout(&["run", TINY, "--out", out.to_str().expect("UTF-8"), "-q"]).status();
    assert!(again.expect("the program starts").success());
    assert!(out.join("charts/success.svg").is_file(), "the charts of this run");
    assert!(!out.join("charts/slow").exists(), "and none of the run before");
    let unfinished = std::fs::read_dir(&out).expect("a folder").flatten();
    assert_eq!(unfinished.filter(|entry| entry.file_name().to_string_lossy().starts_with('.')).count(), 0);
}

#[test]
fn fleets_of_language_models_are_told_in_tokens() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_str().expect("UTF-8");
    let output = output(&["run", "tests/scenarios/fleet.toml", "--out", out, "--series-csv", "-q"]);
    let said = text(&output.stdout);
    let table: Vec<&str> = said.lines().skip_while(|line| !line.contains("ttft")).take(3).collect();
    let heads: Vec<&str> = table[0].split_whitespace().collect();
    assert_eq!(
        heads,
        ["models", "ttft", "p50", "p99", "tpot", "p99", "tok/s", "KV", "preempt", "hits", "$/1M"]
    );
    for (row, name) in table[1..].iter().zip(["models ", "models-on…"]) {
        assert!(row.starts_with(name) && row.contains('$') && row.chars().count() <= 80, "{row}");
    }
    let read = |name: &str| {
        std::fs::read_to_string(folder.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    for chart in ["token-times", "tokens", "kv-cache", "gpu"] {
        assert!(
            read(&format!("charts/{chart}.svg")).contains("models-on-old-cards"),
            "{chart} shows both tiers"
        );
    }
    assert!(read("report.md").contains("Language models") && read("report.html").contains("Language models"));
    assert!(read("series.csv").contains(",tier,,,models,ttft.p99,s,"));
    let result: Value = serde_json::from_str(&read("result.json")).expect("an object");
    let path = &result["classes"]["web"]["chat"];
    assert_eq!((&path["ttft_slo_seconds"], &path["tpot_slo_seconds"]), (&0.5.into(), &0.06.into()));
}

#[test]
fn a_folder_that_cannot_be_made_is_found_before_the_run() {
    // A file where a folder should be stops everybody, root included.
    let output = output(&["run", TINY, "--out", "tests/scenarios/tiny.toml/out"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "", "nothing was simulated");
    let said = text(&output.stderr);
    assert!(said.contains("tests/scenarios/tiny.toml/out: "), "the path and the reason: {said}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full");
    let Ok(full) = full() else { return };
    let output =
        brownout(&["run", TINY, "--format", "json", "-q"]).stdout(full).stderr(Stdio::piped()).output();
    let output = output.expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("cannot write to standard output: "), "{}", text(&output.stderr));
}

#[test]
fn data_alone_writes_no_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join(TINY);
    let run = |more: &[&str]| {
        let mut command = brownout(&["run", scenario.to_str().expect("UTF-8"), "-q"]);
        assert!(
            command
                .args(more)
                .current_dir(folder.path())
                .output()
                .expect("the program starts")
                .status
                .success()
        );
        folder.path().join("brownout-out/tiny/report.html").exists()
    };
    assert!(!run(&["--format", "json"]) && !run(&["--no-out"]));
    assert!(run(&[]), "a run for people writes its report");
}

#[test]
fn every_template_runs_at_once_and_keeps_its_word() {
    let folder = tempfile::tempdir().expect("a folder");
    for template in ["minimal", "chat-and-api", "incident", "closed-loop"] {
        let path = folder.path().join(template).display().to_string();
        let new = || output(&["new", &path, "--template", template, "-q"]);
        assert_eq!(new().status.code(), Some(0), "{template}");
        assert_eq!(new().status.code(), Some(1), "{template} is not overwritten");
        let run = output(&["run", &format!("{path}.toml"), "--no-out", "--replications", "1", "-q"]);
        assert_eq!(run.status.code(), Some(0), "{template}: {}", text(&run.stdout));
        let shown = text(&run.stdout);
        let width = shown.lines().map(|line| line.chars().count()).max();
        assert!(shown.lines().count() <= 34 && width <= Some(100), "{template} fits one screen");
    }
}

/// Every file below a folder with its bytes, but for what a run took.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if !path.ends_with("timing.json") {
            files.insert(path.clone(), std::fs::read(&path).expect("a file"));
        }
    }
    files
}

#[test]
fn a_report_is_drawn_again_byte_by_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_str().expect("UTF-8");
    output(&["run", VARIANTS, "--out", out, "--charts", "svg,png", "-q"]);
    let before = files(folder.path());
    assert!(folder.path().join("timing.json").is_file());
    for gone in ["report.html", "report.md", "result.json", "charts/success.svg"] {
        std::fs::remove_file(folder.path().join(gone)).expect("a file of the run");
    }
    output(&["report", out, "--charts", "svg,png", "-q"]);
    assert!(files(folder.path()) == before, "the same files with the same bytes");
}

#[test]
fn a_folder_that_is_no_result_is_refused_with_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_str().expect("UTF-8");
    let refused = |expect: &str| {
        let output = output(&["report", out]);
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains(expect), "{said}");
    };
    refused("results.json");
    output(&["run", TINY, "--out", out, "-q"]);
    let path = folder.path().join("findings.json");
    let whole = std::fs::read(&path).expect("a file");
    std::fs::write(&path, &whole[..whole.len() / 2]).expect("a file");
    refused("findings.json");
    std::fs::remove_file(&path).expect("a file");
    refused("findings.json");
}

#[test]
fn a_fingerprint_is_the_same_at_any_window() {
    let at = |window: &str| {
        let set = format!("run.window={window}");
        let result = json(&["run", TINY, "--set", &set, "--format", "json", "-q"]);
        (result["fingerprint"].clone(), result["tiers"]["app"]["utilisation"].clone())
    };
    assert_eq!(at("1s"), at("20s"));
    assert_eq!(at("1s"), at("60s"));
}
