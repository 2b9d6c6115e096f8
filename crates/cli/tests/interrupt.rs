//! Ctrl-C in the middle of heavy work: how long the program takes to end, wherever it is.
#![cfg(unix)]
#![expect(clippy::print_stderr, reason = "the figures are what a reader of the test wants")]

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What is promised is a tenth of a second of the machine; a machine that compiles something else meanwhile takes more.
const SLACK: Duration = Duration::from_secs(2);

/// Milliseconds from the signal to the end, for signals sent that long after the start; none where it had ended by
/// itself.
fn interrupted(text: &str, words: &[&str], after: &[u64]) -> Vec<(u64, Duration)> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.toml"), text).expect("a file");
    let mut all = Vec::new();
    for wait in after {
        let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
        command.args(words).current_dir(folder.path()).stdin(Stdio::null());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        sleep(Duration::from_millis(*wait));
        if child.try_wait().expect("a child").is_some() {
            continue;
        }
        let sent = now();
        let kill = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status();
        assert!(kill.expect("kill is there").success());
        let status = loop {
            match child.try_wait().expect("a child") {
                Some(status) => break status,
                None if SLACK * 10 < sent.elapsed() => {
                    let _ = child.kill();
                    panic!("{words:?} does not end by an interrupt after {wait} ms");
                }
                None => sleep(Duration::from_millis(1)),
            }
        };
        let took = sent.elapsed();
        eprintln!("{words:?}: interrupted after {wait} ms, ended {} ms later", took.as_millis());
        // 130 says that it obeyed; before its handler is there, the signal itself ends it.
        assert!(matches!(status.code(), Some(0 | 130) | None), "{words:?} after {wait} ms: {status}");
        assert!(took < SLACK, "{words:?} after {wait} ms: {took:?}");
        all.push((*wait, took));
    }
    all
}

#[expect(clippy::disallowed_methods, reason = "a test of the machine, not of the model")]
fn now() -> Instant {
    Instant::now()
}

#[test]
fn a_heavy_run_obeys() {
    let text = "schema = 1\n[run]\nduration = \"10h\"\n[load.web]\nrate = \"2000/s\"\njourney = [{ do = \"get\" }]\n\
                [tier.us]\nkind = \"service\"\nworkers = 400\nservice = { dist = \"exponential\", mean = \"100ms\" }\n";
    let ended = interrupted(text, &["run", "a.toml", "--no-out", "-q"], &[100, 700, 1_500]);
    assert_eq!(ended.len(), 3, "70 million requests take longer than that");
}

/// Five hundred tiers in a chain: reading, checking, building and the findings take a while each.
#[test]
fn a_service_of_many_tiers_obeys_in_each_phase() {
    let mut text = String::from(
        "schema = 1\n[run]\nduration = \"60s\"\n[load.web]\nrate = \"20/s\"\nentry = \"t0\"\n\
         journey = [{ do = \"get\" }]\n",
    );
    for tier in 0..500 {
        let _ = writeln!(text, "[tier.t{tier}]\nkind = \"service\"\nworkers = 50\nservice = \"1ms\"");
        if tier < 499 {
            let _ = writeln!(text, "calls = [{{ to = \"t{}\" }}]", tier + 1);
        }
    }
    let after = [20, 60, 120, 250, 500, 900, 1_400, 2_000];
    interrupted(&text, &["run", "a.toml", "--out", "out", "-q"], &after);
    interrupted(&text, &["check", "a.toml", "-q"], &after);
}
