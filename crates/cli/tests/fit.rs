//! `brownout fit` by the public path: what it prints is read again, and runs with the statistics of the trace.

use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

fn brownout(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
    command.args(arguments).current_dir(folder).output().expect("the program starts")
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// A number from 0 to 1, the same for the same `at`.
fn uniform(at: u64) -> f64 {
    let mut x = at.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((x ^ x >> 31) >> 11) as f64 / (1_u64 << 53) as f64
}

/// 6,000 arrivals in bursts, at 4/s and then at 8/s, with prompts of two kinds and outputs that go with them.
fn trace() -> (String, f64, f64, f64) {
    let (mut text, mut at) = (String::from("when,in,out\n"), 0.0);
    let (mut prompts, mut outputs) = (0.0, 0.0);
    for number in 0..6_000_u64 {
        let [short, kind, size, more] = std::array::from_fn(|of| uniform(4 * number + of as u64));
        let prompt = if kind < 0.5 { 300.0 + 200.0 * size } else { 1_000.0 + 1_500.0 * size * size };
        let output = (20.0 + 300.0 * more + 0.1 * prompt).round();
        let prompt = prompt.round();
        let _ = writeln!(text, "{at:.6},{prompt},{output}");
        (prompts, outputs) = (prompts + prompt, outputs + output);
        let gap = if short < 0.7 {
            0.2 * -(1.0 - uniform(!number)).ln()
        } else {
            2.867 * -(1.0 - uniform(!number)).ln()
        };
        at += gap / if number < 2_000 { 4.0 } else { 8.0 };
    }
    (text, 5_999.0 / at, prompts / 6_000.0, outputs / 6_000.0)
}

/// A tier that takes a millisecond for each token of a prompt, or of an output.
fn scenario(block: &str, seconds: f64, of: &str) -> String {
    let (prefill, decode) =
        if of == "prompt" { ("1000/s", "1000000000/s") } else { ("1000000000/s", "1000/s") };
    format!(
        "schema = 1\n[run]\nduration = \"{seconds:.0}s\"\nreplications = 4\n{block}\n\
         [tier.model]\nkind = \"inference\"\nslots = 100000\nprefill = \"{prefill}\"\ndecode = \"{decode}\"\n"
    )
}

#[test]
fn a_trace_becomes_a_load_that_runs_with_its_statistics() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let (text, rate, prompt, output) = trace();
    std::fs::write(path.join("trace.csv"), text).expect("a file");
    let columns = ["--time", "when", "--prompt", "in", "--output", "out"];
    let block = printed(&brownout(path, &[&["fit", "--trace", "trace.csv"], &columns[..]].concat()));
    assert!(
        block.contains("stages = [")
            // Gaps of two exponential phases are those of a Poisson process that is switched on and off.
            && block.contains("kind = \"mmpp\"")
            && block.contains("correlation = ")
    );
    let seconds = 5_999.0 / rate;
    for (of, mean) in [("prompt", prompt), ("output", output)] {
        std::fs::write(path.join("a.toml"), scenario(&block, seconds, of)).expect("a file");
        printed(&brownout(path, &["check", "a.toml", "-q"]));
        let result = printed(&brownout(path, &["run", "a.toml", "-q", "--format", "json"]));
        let result: Value = serde_json::from_str(&result).expect("JSON");
        let class = &result["classes"]["chat"];
        let number = |value: &Value| value["mean"].as_f64().unwrap_or_else(|| panic!("no number in {class}"));
        let (offered, took) = (number(&class["chat"]["offered"]), number(&class["chat"]["latency"]["mean"]));
        // Gaps of cv 1.7 over 24,000 arrivals: a standard error of the rate of 1.1 %; the lengths have one of 0.5 %.
        assert!(
            (offered / seconds / rate - 1.0).abs() < 0.04,
            "{offered} in {seconds} s instead of {rate}/s"
        );
        assert!((1e3 * took / mean - 1.0).abs() < 0.03, "{took} s instead of {mean} tokens of {of}");
    }
}

/// An hour of the Azure trace on eight replicas of a 70B model, as it was or as its statistics.
fn azure(folder: &Path, load: &str) -> Value {
    let text = format!(
        "schema = 1\n{load}\n[run]\nduration = \"58m22s\"\n[tier.llm]\nkind = \"inference\"\nreplicas = 8\n\
         profile = \"brownout:models/profiles/h100-sxm-llama-3.1-70b-tp4.toml\"\n"
    );
    std::fs::write(folder.join("a.toml"), text).expect("a file");
    let result =
        printed(&brownout(folder, &["run", "a.toml", "-q", "--replications", "3", "--format", "json"]));
    serde_json::from_str(&result).expect("JSON")
}

#[test]
fn a_fleet_cannot_tell_the_azure_trace_from_its_statistics() {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = "[load.chat]\nmodel = \"trace\"\njourney = [{ do = \"chat\" }]\n\
                 trace = { file = \"brownout:models/traffic/azure2023-conv.csv\", time = \"TIMESTAMP\", \
                 prompt = \"ContextTokens\", output = \"GeneratedTokens\" }\n[operation.chat]\noutput = 1\n";
    let real = azure(folder.path(), trace);
    let made = azure(folder.path(), "extends = \"brownout:models/traffic/azure2023-conv.toml\"");
    let number = |value: &Value, keys: &[&str]| {
        let found = keys.iter().fold(value, |value, key| &value[key]);
        found["mean"].as_f64().unwrap_or_else(|| panic!("no {keys:?}"))
    };
    let llm = ["tiers", "llm", "tokens"];
    for (keys, part) in [
        (&["output_tokens"][..], 0.03),
        (&["prompt_tokens"], 0.03),
        (&["ttft", "mean"], 0.05),
        (&["ttft", "p99"], 0.08),
        (&["tpot", "mean"], 0.02),
    ] {
        let keys = [&llm[..], keys].concat();
        let (real, made) = (number(&real, &keys), number(&made, &keys));
        assert!((made / real - 1.0).abs() < part, "{keys:?}: {made} instead of {real}");
    }
}

/// A scenario whose tier runs on a profile.
fn on(profile: &str) -> String {
    format!(
        "schema = 1\n[run]\nduration = \"1m\"\n[operation.chat]\nprompt = 100\noutput = 100\n\
         [load.web]\nrate = \"1/s\"\njourney = [{{ do = \"chat\" }}]\n\
         [tier.model]\nkind = \"inference\"\nprofile = \"{profile}\"\n"
    )
}

#[test]
fn measured_steps_become_a_profile_that_a_tier_runs_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    // The shipped example of a table are steps of a profile with known terms.
    let points = "brownout:models/profiles/h100-sxm-llama-3.1-8b-table.csv";
    let files = [
        "--hardware",
        "brownout:models/hardware/h100-sxm.toml",
        "--llm",
        "brownout:models/llm/llama-3.1-8b.toml",
    ];
    let profile = printed(&brownout(path, &[&["fit", points, "--name", "H100"], &files[..]].concat()));
    assert!(profile.contains("floor_ms = 6.533") && profile.contains("token_ms = 0.01866"), "{profile}");
    std::fs::write(path.join("profile.toml"), profile).expect("a file");
    std::fs::write(path.join("a.toml"), on("profile.toml")).expect("a file");
    printed(&brownout(path, &["run", "a.toml", "-q", "--no-out"]));
}

#[test]
fn every_shipped_profile_is_one_that_a_tier_runs_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let listed = printed(&brownout(folder.path(), &["list", "--format", "json"]));
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let profiles = listed.as_array().expect("a list").iter().filter(|item| item["kind"] == "profile");
    let names: Vec<&str> = profiles.filter_map(|item| item["name"].as_str()).collect();
    assert_eq!(names.len(), 13, "eleven fits, a table, a roofline");
    for name in names {
        std::fs::write(folder.path().join("a.toml"), on(name)).expect("a file");
        printed(&brownout(folder.path(), &["check", "a.toml", "-q"]));
    }
}

#[test]
fn wrong_tables_are_refused_as_wrong_scenarios_are() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.csv"), "kind,tokens,batch,context,ms\nprefill,-1,,,3\n")
        .expect("a file");
    std::fs::write(folder.path().join("b.csv"), "time\n2\n1\n").expect("a file");
    let cases: [(&[&str], i32, &str); 5] = [
        (&["fit", "a.csv"], 3, "error: a.csv:2: \"tokens\" is -1, which is negative\n"),
        (
            &["fit", "--trace", "b.csv"],
            3,
            "error: b.csv:3: this arrival is 1 s before the one above: sort the trace by time\n",
        ),
        (&["fit", "c.csv"], 1, "error: cannot read c.csv: no such file\n"),
        (&["fit", "--trace", "b.csv", "--name", "a b"], 1, "error: \"a b\" cannot be the name of a load\n"),
        (
            &["fit", "--trace", "b.csv", "--time", "at"],
            3,
            "error: b.csv: there is no column \"at\"; it has \"time\"\n",
        ),
    ];
    for (arguments, code, said) in cases {
        let output = brownout(folder.path(), arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {stderr}");
        assert!(stderr.starts_with(said), "{arguments:?}: {stderr}");
    }
}
