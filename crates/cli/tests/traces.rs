//! Traces as programs write them, from files to what arrives.

#![expect(clippy::print_stderr, reason = "figures are what a reader of a test wants")]

use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

fn scenario(trace: &str) -> String {
    format!(
        "schema = 1\n[run]\nduration = \"100s\"\nwindow = \"1s\"\n[operation.chat]\nprompt = 100\noutput = 10\n\
         [load.u]\nmodel = \"trace\"\ntrace = {{ {trace} }}\njourney = [{{ do = \"chat\" }}]\n\
         [tier.llm]\nkind = \"inference\"\nslots = 1000\nprefill = \"1000000 tokens/s\"\ndecode = \"1000/s\"\n"
    )
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
    command.args(arguments).current_dir(folder).output().expect("the program starts")
}

/// How many arrive of a trace in a file of that name, and what is said.
fn offered(name: &str, bytes: &[u8], trace: &str) -> (f64, String) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(name), bytes).expect("a file");
    let text = scenario(&format!("file = \"{name}\", time = \"timestamp\", {trace}"));
    fs::write(folder.path().join("a.toml"), text).expect("a file");
    let output = run(folder.path(), &["run", "a.toml", "--format", "json", "--alone"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
    (json["classes"]["u"]["chat"]["offered"]["mean"].as_f64().expect("a number"), said)
}

#[test]
fn rows_are_read_in_every_form_they_come_in() {
    let tokens = "prompt = \"p\", output = \"o\"";
    let quoted = "timestamp,p,o,txt\n0,1000,10,\"he said \"\"x\"\",\nand then\"\n10,1000,10,\"b\"\n";
    let tabs = "timestamp\tp\to\n0\t1000\t10\n10\t1000\t10\n";
    let semicolons = "timestamp;p;o\n0;1000;10\n10;1000;10\n";
    let lines = "{\"timestamp\": 0, \"p\": 1000, \"o\": 10}\n{\"timestamp\": 10, \"p\": 1000, \"o\": 10}\n";
    for text in [quoted, tabs, semicolons, lines] {
        assert_eq!(offered("t.data", text.as_bytes(), tokens), (2.0, String::new()), "{text}");
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(tabs.as_bytes()).expect("memory");
    assert_eq!(offered("t.tsv.gz", &packed.finish().expect("memory"), tokens), (2.0, String::new()));
}

#[test]
fn times_have_a_unit_and_what_never_comes_is_said() {
    let millis = "timestamp\n1715299200123\n1715299210123\n1715299220123\n";
    let (all, said) = offered("t.csv", millis.as_bytes(), "unit = \"ms\"");
    assert_eq!((all, said.as_str()), (3.0, ""));
    let (one, said) = offered("t.csv", millis.as_bytes(), "loop = false");
    assert!(
        one <= 1.0 && said.contains("2 of 3 rows come after 2h46m40s") && said.contains("unit = \"ms\""),
        "{said}"
    );
    let (_, said) = offered("t.csv", b"timestamp\n5\n", "loop = true");
    assert!(said.contains("all rows are at one instant"), "{said}");
    let (_, said) = offered("t.csv", b"timestamp\n0\n0\n50\n", "spread = true");
    assert_eq!(said, "");
}

#[test]
fn rows_are_filtered_and_those_without_a_session_are_their_own() {
    let text = "timestamp,model,s\n0,a,x\n1,b,\n2,a,\n3,a,x\n";
    let played = offered("t.csv", text.as_bytes(), "session = \"s\", only = { model = \"a\" }");
    assert_eq!(played, (3.0, String::new()));
}

#[test]
fn the_layout_of_mooncake_shares_blocks() {
    let lines = "{\"timestamp\": 0, \"input_length\": 1100, \"output_length\": 10, \"hash_ids\": [0, 1, 2]}\n\
        {\"timestamp\": 20000, \"input_length\": 1100, \"output_length\": 10, \"hash_ids\": [0, 1, 3]}\n";
    let trace = "unit = \"ms\", prompt = \"input_length\", output = \"output_length\", blocks = \"hash_ids\"";
    assert_eq!(offered("t.jsonl", lines.as_bytes(), trace), (2.0, String::new()));
}

/// Conversations in Mooncake's layout: further turns, forks of earlier ones, a system prompt that half of them have.
/// With the share of blocks that a cache without limit has, counted by a set: the published trace has 36.6 % of them.
fn conversations() -> (String, f64) {
    let mut state = 3_u64;
    let mut below = |end: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % end
    };
    let (mut text, mut at, mut next) = (String::new(), 0, 1);
    let (mut prompts, mut seen) = (Vec::<Vec<usize>>::new(), std::collections::BTreeSet::new());
    let (mut hits, mut blocks) = (0, 0);
    for _ in 0..600 {
        at += 2_000 + below(10_000);
        let mut prompt = if below(100) < 45 && !prompts.is_empty() {
            let lately = prompts.len().min(40);
            let mut earlier = prompts[prompts.len() - 1 - below(lately)].clone();
            if below(5) == 0 {
                earlier.truncate(1 + below(earlier.len()));
            }
            earlier
        } else {
            vec![0; below(2)]
        };
        let more = 1 + below(8);
        prompt.extend(next..next + more);
        next += more;
        hits += prompt.iter().take_while(|block| seen.contains(*block)).count();
        blocks += prompt.len();
        seen.extend(prompt.iter().copied());
        let length = 512 * prompt.len();
        let row = "\"output_length\": 4";
        writeln!(
            text,
            "{{\"timestamp\": {at}, \"input_length\": {length}, {row}, \"hash_ids\": {prompt:?}}}"
        )
        .expect("a text in memory");
        prompts.push(prompt);
    }
    (text, hits as f64 / blocks as f64)
}

#[test]
fn a_huge_cache_hits_the_blocks_that_a_count_of_the_trace_finds() {
    let (lines, share) = conversations();
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("t.jsonl"), lines).expect("a file");
    let text = "schema = 1\n[run]\nduration = \"2h\"\n[operation.chat]\nprompt = 100\noutput = 10\n\
                [load.u]\nmodel = \"trace\"\njourney = [{ do = \"chat\" }]\n\
                trace = { file = \"t.jsonl\", time = \"timestamp\", unit = \"ms\", prompt = \"input_length\", \
                output = \"output_length\", blocks = \"hash_ids\" }\n[tier.llm]\nkind = \"inference\"\n\
                profile = \"brownout:models/profiles/h100-sxm-llama-3.1-8b.toml\"\nprefix_cache = true\n\
                kv_blocks = 1_000_000\nmax_model_len = 131_072\n";
    fs::write(folder.path().join("a.toml"), text).expect("a file");
    let output = run(folder.path(), &["run", "a.toml", "--format", "json", "--alone", "--no-out"]);
    let json: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let hit = json["tiers"]["llm"]["tokens"]["prefix_hit_ratio"]["mean"].as_f64().expect("a number");
    // A fork goes on in the conversation that had its blocks last: where two go on side by side, some hits are lost.
    eprintln!("{hit:.4} of the engine, {share:.4} by a count");
    assert!(0.3 < share && hit <= share + 1e-9 && share - hit < 0.01, "{hit}, not {share}");
}

#[test]
fn a_law_is_judged_above_the_resolution_of_the_times() {
    let folder = tempfile::tempdir().expect("a folder");
    // Ten a second, independently, in whole seconds.
    let mut state = 1_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut times: Vec<u64> = (0..20_000).map(|_| (uniform() * 2_000.0) as u64).collect();
    times.sort_unstable();
    let rows: Vec<String> = times.iter().map(u64::to_string).collect();
    fs::write(folder.path().join("t.csv"), format!("timestamp\n{}\n", rows.join("\n"))).expect("a file");
    let output = run(folder.path(), &["fit", "--trace", "t.csv"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("arrivals = \"poisson\"") && text.contains("in steps of 1s"), "{text}");
}

/// The operation has no tokens of its own: the trace brings them, which a check of the axes does not read.
#[test]
fn axes_of_a_scenario_with_a_trace_are_swept() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("t.csv"), "timestamp,p,o\n0,100,10\n10,200,20\n20,300,10\n")
        .expect("a file");
    let text = scenario("file = \"t.csv\", time = \"timestamp\", prompt = \"p\", output = \"o\"");
    let text = text.replace("[operation.chat]\nprompt = 100\noutput = 10\n", "[operation.chat]\n");
    fs::write(folder.path().join("a.toml"), text).expect("a file");
    let sweep = ["sweep", "a.toml", "--axis", "tier.llm.slots=10,1000", "--no-store", "--no-out", "-q"];
    let output = run(folder.path(), &sweep);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("llm.slots"));
}
