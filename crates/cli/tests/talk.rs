//! Conversations meet prefix caches: what a client sends again is what a replica need not compute again.

use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Runs a load on one replica with a prefix cache: the share of prompt tokens that it had, and the requests a second.
fn run(folder: &Path, load: &str) -> (f64, f64) {
    let text = format!(
        "schema = 1\n[run]\nduration = \"1h\"\n{load}\n[tier.llm]\nkind = \"inference\"\n\
         profile = \"brownout:models/profiles/h200-sxm-llama-3.1-8b.toml\"\n"
    );
    std::fs::write(folder.join("a.toml"), text).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
    command.args(["run", "a.toml", "-q", "--format", "json"]).current_dir(folder);
    let output = command.output().expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let llm = &result["tiers"]["llm"];
    (
        llm["tokens"]["prefix_hit_ratio"]["mean"].as_f64().unwrap_or(0.0),
        llm["arrivals"]["mean"].as_f64().unwrap_or(0.0),
    )
}

/// One user after another, four turns each.
fn talk(operation: &str, step: &str) -> String {
    format!(
        "[operation.chat]\nprompt = 200\noutput = 100\n{operation}\n[load.web]\nrate = \"0.1/s\"\narrivals = \"even\"\n\
         journey = [{{ do = \"chat\", times = 4, think = \"10s\" {step} }}]\n"
    )
}

/// Blocks have 16 tokens; the rest of a history is computed again.
fn whole_blocks(tokens: u32) -> f64 {
    f64::from(tokens / 16 * 16)
}

#[test]
fn turns_find_what_was_said_before() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(run(folder.path(), &talk("", "")).0 < 1e-12, "no message is repeated");
    // Prompts of 200, 500, 800 and 1,100 tokens, of which 300, 600 and 900 were said before.
    let hits: f64 = [300, 600, 900].map(whole_blocks).iter().sum();
    let (found, _) = run(folder.path(), &talk("history = true", ""));
    // The last users of the hour do not come to their last turns.
    assert!((found - hits / 2_600.0).abs() < 0.01, "{found} instead of {}", hits / 2_600.0);
    // A prefix of 1,600 tokens is there from the second user on, with a history or without.
    let (found, _) = run(folder.path(), &talk("shared_prefix = 1600", ""));
    assert!((found - 1_600.0 / 1_800.0).abs() < 0.01, "{found}");
    let hits = 1_600.0 + [1_900, 2_200, 2_500].map(whole_blocks).iter().sum::<f64>();
    let (found, _) = run(folder.path(), &talk("shared_prefix = 1600\nhistory = true", ""));
    assert!((found - hits / (4.0 * 1_600.0 + 2_600.0)).abs() < 0.01, "{found}");
}

#[test]
fn a_conversation_that_is_cut_finds_only_the_shared_prefix() {
    let folder = tempfile::tempdir().expect("a folder");
    // 1,800; 2,000 of 2,100 with nothing but the prefix in common, and so on.
    let (found, _) =
        run(folder.path(), &talk("shared_prefix = 1600\nhistory = true\ncontext_max = 2000", ""));
    assert!((found - 4.0 * 1_600.0 / (1_800.0 + 3.0 * 2_000.0)).abs() < 0.01, "{found}");
}

#[test]
fn an_agent_asks_as_often_as_its_chance_says_and_finds_its_conversation() {
    let folder = tempfile::tempdir().expect("a folder");
    let tools = ", tools = { chance = \"75%\", time = \"1s\", output = 50 }";
    let (alone, rate) = run(folder.path(), &talk("", tools));
    // Four turns of 1 / (1 − 0.75) = 4 questions each; twenty seeds had a standard deviation of 2.6 %.
    assert!((rate / 1.6 - 1.0).abs() < 0.09, "{rate}");
    let (kept, _) = run(folder.path(), &talk("history = true", tools));
    // Question k of a loop is asked with 0.75^k and has a prompt of 200 + 150k, of which 150 + 150k were said before.
    let (mut prompts, mut hits, mut likely) = (200.0, 0.0, 1.0);
    for k in 1..200 {
        likely *= 0.75;
        prompts += likely * f64::from(200 + 150 * k);
        hits += likely * whole_blocks(150 + 150 * k);
    }
    // The few longest of 1,440 loops leave it to chance: twenty seeds had a standard deviation of 0.005.
    assert!((alone - hits / prompts).abs() < 0.02, "{alone} instead of {}", hits / prompts);
    // Between the turns the conversation is kept only with a history.
    assert!(alone + 0.05 < kept, "{alone} {kept}");
}

#[test]
fn rows_of_a_session_are_turns_of_one_conversation() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut table = String::from("at,in,out,user\n");
    for at in 0..200 {
        let turn = at / 2 % 4;
        let _ = writeln!(table, "{},{},100,{}-{}", 10 * at, 200 + 300 * turn, at / 8, at % 2);
    }
    std::fs::write(folder.path().join("t.csv"), table).expect("a file");
    let load = |session: &str| {
        format!(
            "[load.web]\nmodel = \"trace\"\njourney = [{{ do = \"chat\" }}]\n\
             trace = {{ file = \"t.csv\", time = \"at\", prompt = \"in\", output = \"out\" {session} }}\n"
        )
    };
    assert!(run(folder.path(), &load("")).0 < 1e-12, "without sessions each row stands by itself");
    let hits: f64 = [300, 600, 900].map(whole_blocks).iter().sum();
    let (found, _) = run(folder.path(), &load(", session = \"user\""));
    assert!((found - hits / 2_600.0).abs() < 0.001, "{found}");
}
