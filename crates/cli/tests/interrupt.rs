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
    let after = [20, 60, 120, 250, 500, 900, 1_400, 2_000];
    interrupted(&chain(500, "20/s", "60s"), &["run", "a.toml", "--out", "out", "-q"], &after);
    interrupted(&chain(500, "20/s", "60s"), &["check", "a.toml", "-q"], &after);
}

/// Tiers in a chain, each calling the next.
fn chain(tiers: u32, rate: &str, duration: &str) -> String {
    let mut text = format!(
        "schema = 1\n[run]\nduration = \"{duration}\"\n[load.web]\nrate = \"{rate}\"\nentry = \"t0\"\n\
         journey = [{{ do = \"get\" }}]\n",
    );
    for tier in 0..tiers {
        let _ = writeln!(text, "[tier.t{tier}]\nkind = \"service\"\nworkers = 50\nservice = \"1ms\"");
        if tier + 1 < tiers {
            let _ = writeln!(text, "calls = [{{ to = \"t{}\" }}]", tier + 1);
        }
    }
    text
}

/// The processor's milliseconds from the signal to the end, which a busy machine does not stretch, for signals sent
/// after that many of them; none where it had ended by itself.
#[cfg(target_os = "linux")]
fn processor_time(text: &str, after: u64) -> Option<u64> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.toml"), text).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
    command.args(["run", "a.toml", "--no-out", "-q", "--threads", "1"]).current_dir(folder.path());
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    // Its state, and its ticks of 10 ms; they stay until it is waited for.
    let stat = |child: &std::process::Child| {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).expect("a child has one");
        let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks: u64 = fields[11..13].iter().map(|ticks| ticks.parse::<u64>().expect("a number")).sum();
        (fields[0] == "Z", 10 * ticks)
    };
    let until = |child: &std::process::Child, ends: &dyn Fn(bool, u64) -> bool| loop {
        let (is_over, used) = stat(child);
        if is_over || ends(is_over, used) {
            return (is_over, used);
        }
        sleep(Duration::from_millis(1));
    };
    let (was_over, before) = until(&child, &|_, used| after <= used);
    if !was_over {
        let kill = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status();
        assert!(kill.expect("kill is there").success());
    }
    let (_, used) = until(&child, &|is_over, _| is_over);
    child.wait().expect("it has ended");
    (!was_over).then(|| used - before)
}

/// With a thousand tiers hardly anything is asked for, so that almost all of the time goes to building and to findings:
/// three runs were built and begun before the first one noticed the signal.
#[cfg(target_os = "linux")]
#[test]
fn a_thousand_tiers_obey_within_a_tenth_of_a_second_of_the_processor() {
    let text = chain(1_000, "0.01/s", "10s");
    // The promise is that of a release build; an unoptimised one is up to three times as slow.
    let most = if cfg!(debug_assertions) { 300 } else { 100 };
    let mut interrupted = 0;
    for after in [50, 100, 150, 200, 250, 300, 400, 500, 600, 800, 1_000] {
        let Some(used) = processor_time(&text, after) else { continue };
        eprintln!("interrupted after {after} ms of the processor, ended {used} ms later");
        assert!(used <= most, "interrupted after {after} ms, ended {used} ms later");
        interrupted += 1;
    }
    assert!(5 <= interrupted, "only {interrupted} signals came before its end");
}
